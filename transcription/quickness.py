"""How long rough text takes a recogniser, by what was measured (pure)."""


class Quickness:
    """One that was too slow is tried again once whole texts are written quickly."""

    def __init__(self) -> None:
        self.expected_s: float | None = None
        """The next sketch's time; None while nothing was measured."""

    def text_took(self, seconds: float) -> None:
        """A whole text, which takes longer than a sketch, was written in this time."""
        self.expected_s = seconds if self.expected_s is None else min(self.expected_s, seconds)

    def sketch_took(self, seconds: float) -> None:
        """A sketch was made in this time: slower is believed at once, quicker by and by."""
        before = self.expected_s or 0.0
        self.expected_s = seconds if seconds > before else 0.7 * before + 0.3 * seconds

"""The answer of the rules to a wish that may not be granted."""


class Refused(Exception):
    """A wish that may not be granted; `word` is stable and has a text for people in `words.py`."""

    def __init__(self, word: str, reason: str = "") -> None:
        super().__init__(word)
        self.word = word
        self.reason = reason
        """What exactly was wrong, for technicians; may be empty."""

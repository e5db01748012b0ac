"""What becomes of the recogniser's words on their way into the minutes (pure)."""

from dataclasses import dataclass

from .figures import written


@dataclass(frozen=True, slots=True)
class Worded:
    """`text` for people; `spoken`: the recogniser's own words, empty where they are the same."""

    text: str
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """How one room's speech is written; `names` are never altered."""

    names: tuple[str, ...] = ()
    figures: bool = True

    def worded(self, spoken: str) -> Worded:
        """Write down what was said."""
        text = written(spoken, self.names).text if self.figures else spoken
        return Worded(text, spoken if text != spoken else "")


VERBATIM = Wording(figures=False)
"""The recogniser's words as they are."""

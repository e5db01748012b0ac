"""What becomes of the recogniser's words on their way into the minutes."""

from dataclasses import dataclass

from .figures import written
from .hints import Hint, hints


@dataclass(frozen=True, slots=True)
class Worded:
    """`text` for people; `spoken`: the recogniser's own words, empty where they are the same."""

    text: str
    spoken: str = ""
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """How one room's speech is written; `names` are never altered, only suggested for what sounds alike."""

    names: tuple[str, ...] = ()
    figures: bool = True

    def worded(self, spoken: str) -> Worded:
        """Write down what was said."""
        text = written(spoken, self.names).text if self.figures else spoken
        return Worded(text, spoken if text != spoken else "", hints(text, self.names))


VERBATIM = Wording(figures=False)
"""The recogniser's words as they are."""

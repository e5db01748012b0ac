"""What becomes of the recogniser's words on their way into the minutes."""

from dataclasses import dataclass

from .figures import written
from .hints import Hint, hints
from .script import Script, in_script


@dataclass(frozen=True, slots=True)
class Worded:
    """`text` for people; `spoken`: the recogniser's own words, empty where they are the same."""

    text: str
    spoken: str = ""
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """How one room's speech is written; `names` are never altered, only suggested for what sounds alike.

    Among them `people` are written in the characters the case has, whatever the script.
    """

    names: tuple[str, ...] = ()
    figures: bool = True
    script: Script = Script.AS_SPOKEN
    people: tuple[str, ...] = ()

    def worded(self, spoken: str) -> Worded:
        """Write down what was said."""
        text = in_script(spoken, self.script, self.people)
        if self.figures:
            text = written(text, self.names).text
        return Worded(text, spoken if text != spoken else "", hints(text, self.names))


VERBATIM = Wording(figures=False)
"""The recogniser's words as they are."""

"""The facts of a second pass: that it ran, what it suggests, and what people made of that."""

import msgspec

from ..fact import Fact


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """`line` may have to say `text` where it says `said`; times are media time of the sound behind it.

    `version`: the line's when it was compared. `line` empty: the minutes have nothing of this speech.
    """

    suggestion: str
    line: str
    version: int
    participant: str
    start_ms: int
    end_ms: int
    said: str
    text: str
    confidence: float = 0.0


class SecondPassBegan(Fact, frozen=True, tag="SecondPassBegan"):
    """The recording is to be written down again by `model`; suggestions left open from before are void."""

    number: int
    model: str


class TextSuggested(Fact, frozen=True, tag="TextSuggested"):
    """What a second pass heard otherwise than the minutes have it; no line changes by this."""

    number: int
    engine: str
    suggestions: list[Suggestion]


class SecondPassEnded(Fact, frozen=True, tag="SecondPassEnded"):
    """`outcome`: done, stopped, failed; `model`, `sha256`: what wrote; `lines`: how many were compared."""

    number: int
    outcome: str
    reason: str = ""
    engine: str = ""
    model: str = ""
    sha256: str = ""
    lines: int = 0


class SuggestionsTaken(Fact, frozen=True, tag="SuggestionsTaken"):
    """Suggestion → the version its line gets; the changes of the lines follow as facts of their own."""

    suggestions: dict[str, int]


class SuggestionsDismissed(Fact, frozen=True, tag="SuggestionsDismissed"):
    """The lines stay as they are."""

    suggestions: list[str]


class SuggestionsReopened(Fact, frozen=True, tag="SuggestionsReopened"):
    """They are open again; lines that had taken them say again what they said before."""

    suggestions: list[str]


SecondPassFact = (
    SecondPassBegan
    | TextSuggested
    | SecondPassEnded
    | SuggestionsTaken
    | SuggestionsDismissed
    | SuggestionsReopened
)

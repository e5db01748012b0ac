"""The facts of taking part in writing."""

from ..fact import Fact


class TextSaid(Fact, frozen=True, tag="TextSaid"):
    """Somebody said this at the table in writing: a line of the minutes, theirs as it stands."""

    line: str
    participant: str
    text: str
    evidence: list[str]


class WritingDeclared(Fact, frozen=True, tag="WritingDeclared"):
    """Somebody takes part in writing from now on (`on` false: no longer), as the chair has stated."""

    participant: str
    on: bool


SayingFact = TextSaid | WritingDeclared

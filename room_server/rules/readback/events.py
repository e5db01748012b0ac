"""The facts of reading the minutes back."""

from ..fact import Fact


class MinutesLaid(Fact, frozen=True, tag="MinutesLaid"):
    """The minutes were laid before those at the table to be checked, for the `laying`-th time.

    `digest`: SHA-256 (hex) of the JSON array `[[line, speaker, text], …]` of all `lines` that stood, by
    the name of the line, in UTF-8 and without spaces: it says which wording of which line is meant.
    """

    laying: int
    digest: str
    lines: int


class MinutesRead(Fact, frozen=True, tag="MinutesRead"):
    """Somebody has had a part of them before their eyes: 25, 50, 75 or all 100 percent."""

    participant: str
    laying: int
    share: int


class MinutesConfirmed(Fact, frozen=True, tag="MinutesConfirmed"):
    """Somebody confirmed the minutes of this digest, by the sentence of a version.

    `scope`: `all`, or of a witness `heard`: the lines that were said while they were there.
    """

    participant: str
    laying: int
    digest: str
    version: str
    scope: str = "all"


class ConfirmationRefused(Fact, frozen=True, tag="ConfirmationRefused"):
    """Somebody does not confirm them, and says why."""

    participant: str
    laying: int
    reason: str


class ReadingNoted(Fact, frozen=True, tag="ReadingNoted"):
    """Noted of somebody by whoever conducts: `read_out`, `confirmed` by word of mouth, or `refused`."""

    participant: str
    laying: int
    what: str
    reason: str


class LiveMinutesAllowed(Fact, frozen=True, tag="LiveMinutesAllowed"):
    """Parties may from now on read along while the minutes are written, or (`on` false) no longer."""

    on: bool


ReadbackFact = (
    MinutesLaid | MinutesRead | MinutesConfirmed | ConfirmationRefused | ReadingNoted | LiveMinutesAllowed
)

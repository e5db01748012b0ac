"""The wishes: each may be refused. Imperative, one struct per wish, tagged by `type` on the wire."""

from typing import Annotated

import msgspec

from .evidence.commands import (
    CheckOriginal,
    ExamineEvidence,
    NoteEvidence,
    Present,
    StopPresenting,
    TurnPage,
)

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Reason = Annotated[str, msgspec.Meta(max_length=500)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]


class _Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True):
    pass


class Knock(_Command, frozen=True, tag="Knock"):
    """A person whose devices work asks to be let in."""


class Admit(_Command, frozen=True, tag="Admit"):
    """Let a person in the lobby come to the table."""

    participant: Id


class Refuse(_Command, frozen=True, tag="Refuse"):
    """Turn a person in the lobby away, with a reason they are shown."""

    participant: Id
    reason: Reason = ""


class Move(_Command, frozen=True, tag="Move"):
    """Bring people to a place: `lobby`, `table`, `isolation`, `deliberation` or `caucus:N`."""

    participants: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=64)]
    place: Annotated[str, msgspec.Meta(pattern=r"^(lobby|table|isolation|deliberation|caucus:[1-9])$")]


class GiveFloor(_Command, frozen=True, tag="GiveFloor"):
    """Let one person speak; from then on nobody else without the right to speak freely is heard."""

    participant: Id


class TakeFloor(_Command, frozen=True, tag="TakeFloor"):
    """Take the floor back from one person."""

    participant: Id


class FreeFloor(_Command, frozen=True, tag="FreeFloor"):
    """Let everyone at the table speak again."""


class AskFloor(_Command, frozen=True, tag="AskFloor"):
    """Raise (`wanted`) or lower one's own hand."""

    wanted: bool = True


class Mute(_Command, frozen=True, tag="Mute"):
    """Silence a person: the server drops their audio until `Unmute`."""

    participant: Id


class Unmute(_Command, frozen=True, tag="Unmute"):
    """Lift a mute by the chair."""

    participant: Id


class Toggle(_Command, frozen=True, tag="Toggle"):
    """Say that one's own microphone, camera or screen is on or off."""

    source: Annotated[str, msgspec.Meta(pattern=r"^(microphone|camera|screen)$")]
    on: bool


class ShareScreen(_Command, frozen=True, tag="ShareScreen"):
    """Show one's own screen or a document to everybody at the same place; staff take over from others."""


class StopScreen(_Command, frozen=True, tag="StopScreen"):
    """End a screen that is shown: one's own, or as staff anybody's."""

    participant: Id


class Open(_Command, frozen=True, tag="Open"):
    """Open the sitting: recording and minutes begin."""


class Adjourn(_Command, frozen=True, tag="Adjourn"):
    """Interrupt the sitting: nothing is recorded until `Resume`."""

    reason: Reason = ""


class Resume(_Command, frozen=True, tag="Resume"):
    """Go on after an adjournment."""


class Close(_Command, frozen=True, tag="Close"):
    """End the sitting for good: recordings, minutes and case file are made."""


class ReportLine(_Command, frozen=True, tag="ReportLine"):
    """Say what the test of one's own line has shown: round trip, loss in thousandths, both directions."""

    verdict: Annotated[str, msgspec.Meta(pattern=r"^(good|fair|voice|none)$")]
    way: Annotated[str, msgspec.Meta(pattern=r"^(direct|udp|tcp|tls|)$")]
    rtt_ms: Annotated[int, msgspec.Meta(ge=0, le=60_000)]
    loss_permille: Annotated[int, msgspec.Meta(ge=0, le=1000)]
    up_kbps: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    down_kbps: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class Leave(_Command, frozen=True, tag="Leave"):
    """A person leaves of their own will."""


class EditLine(_Command, frozen=True, tag="EditLine"):
    """Replace a line of the minutes; `base` is the version the editor saw."""

    line: Id
    base: Annotated[int, msgspec.Meta(ge=0)]
    text: Text
    speaker: str | None = None


class InsertLine(_Command, frozen=True, tag="InsertLine"):
    """Add a human line after another (`after` empty: at the end). `speaker` empty: a stage direction."""

    text: Text
    after: str = ""
    speaker: str = ""


class StrikeLine(_Command, frozen=True, tag="StrikeLine"):
    """Strike a line out; it stays in the history and can be restored by `EditLine`."""

    line: Id
    base: Annotated[int, msgspec.Meta(ge=0)]


Command = (
    Knock
    | Admit
    | Refuse
    | Move
    | GiveFloor
    | TakeFloor
    | FreeFloor
    | AskFloor
    | Mute
    | Unmute
    | Toggle
    | ShareScreen
    | StopScreen
    | Open
    | Adjourn
    | Resume
    | Close
    | ReportLine
    | Leave
    | EditLine
    | InsertLine
    | StrikeLine
    | Present
    | TurnPage
    | StopPresenting
    | ExamineEvidence
    | NoteEvidence
    | CheckOriginal
)

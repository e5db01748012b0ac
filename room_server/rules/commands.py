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
from .interruptions.commands import DeclareAbsence as DeclareAbsence
from .interruptions.commands import JudgeOutage as JudgeOutage
from .interruptions.commands import Warn as Warn
from .minutes.commands import AdoptLines as AdoptLines
from .minutes.commands import DropBookmark as DropBookmark
from .minutes.commands import EditLine as EditLine
from .minutes.commands import InsertLine as InsertLine
from .minutes.commands import InsertText as InsertText
from .minutes.commands import MergeLines as MergeLines
from .minutes.commands import SetBookmark as SetBookmark
from .minutes.commands import SplitLine as SplitLine
from .minutes.commands import StrikeLine as StrikeLine
from .onsite.commands import PresentOnSite as PresentOnSite
from .onsite.commands import SwitchOnSite as SwitchOnSite
from .readback.commands import AllowLiveMinutes as AllowLiveMinutes
from .readback.commands import ConfirmMinutes as ConfirmMinutes
from .readback.commands import LayMinutes as LayMinutes
from .readback.commands import NoteReading as NoteReading
from .readback.commands import RefuseMinutes as RefuseMinutes
from .readback.commands import ReportReading as ReportReading
from .saying.commands import DeclareWriting as DeclareWriting
from .saying.commands import Say as Say
from .second_pass.commands import DismissSuggestions as DismissSuggestions
from .second_pass.commands import ReopenSuggestions as ReopenSuggestions
from .second_pass.commands import StartSecondPass as StartSecondPass
from .second_pass.commands import StopSecondPass as StopSecondPass
from .second_pass.commands import TakeSuggestions as TakeSuggestions
from .voices.commands import NameVoice as NameVoice

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Reason = Annotated[str, msgspec.Meta(max_length=500)]
Limit = Annotated[int, msgspec.Meta(ge=0, le=7200)]
Code = Annotated[str, msgspec.Meta(max_length=32)]
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
    reason: Reason = ""
    """Why a witness is called who has not answered what must be asked first (`consent_missing`)."""


class GiveFloor(_Command, frozen=True, tag="GiveFloor"):
    """Let one person speak; from then on nobody else without the right to speak freely is heard.

    `limit_s`: how long it is meant to last; left out: as the stage says.
    """

    participant: Id
    limit_s: Limit | None = None


class TakeFloor(_Command, frozen=True, tag="TakeFloor"):
    """Take the floor back from one person."""

    participant: Id


class FreeFloor(_Command, frozen=True, tag="FreeFloor"):
    """Let everyone at the table speak who may speak in this stage at all."""


class Ask(_Command, frozen=True, tag="Ask"):
    """Ask for something: `floor` raises one's hand; `ref` names what it is about, e.g. a line or evidence."""

    kind: Annotated[
        str,
        msgspec.Meta(pattern=r"^(floor|correction|recess|recusal|question|evidence|limitation|help)$"),
    ]
    text: Reason = ""
    ref: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Grant(_Command, frozen=True, tag="Grant"):
    """Grant a request; a granted `floor` gives the floor."""

    request: Id
    reason: Reason = ""


class Deny(_Command, frozen=True, tag="Deny"):
    """Deny a request; what is of legal weight is denied with a reason only."""

    request: Id
    reason: Reason = ""


class Withdraw(_Command, frozen=True, tag="Withdraw"):
    """Take one's own request back."""

    request: Id


class Mute(_Command, frozen=True, tag="Mute"):
    """Silence a person: the server drops their audio until `Unmute`."""

    participant: Id


class Unmute(_Command, frozen=True, tag="Unmute"):
    """Lift a mute by the chair."""

    participant: Id


class Attend(_Command, frozen=True, tag="Attend"):
    """Say that one attends this room, or (`here` false) another one and is neither heard nor seen here."""

    here: bool


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
    """Open the sitting: recording and minutes begin, and the first stage; without all parties: say why."""

    reason: Reason = ""


class Adjourn(_Command, frozen=True, tag="Adjourn"):
    """Interrupt the sitting: nothing is recorded until `Resume`. `until`: its planned end (Unix ms)."""

    reason: Reason = ""
    until: Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)] = 0


class Resume(_Command, frozen=True, tag="Resume"):
    """Go on after an adjournment, in the same stage."""


class Close(_Command, frozen=True, tag="Close"):
    """End the sitting for good: recordings, minutes and case file are made.

    `outcome`: one of the procedure's. `override`: close although it lacks a stage that must not be left out.
    """

    outcome: Code = ""
    reason: Reason = ""
    override: bool = False


class Advance(_Command, frozen=True, tag="Advance"):
    """Go on to the next stage, or jump to `to` with a reason. `origin`: the stage the actor saw.

    `override`: pass over a stage that must not be passed over; the reason is then written down with it.
    """

    origin: Code
    to: Code = ""
    reason: Reason = ""
    override: bool = False


class PassTurn(_Command, frozen=True, tag="PassTurn"):
    """Give the word to the next side of the stage's order, or to `to`; out of order with a reason only."""

    to: Annotated[str, msgspec.Meta(pattern=r"^(applicant|respondent|third|)$")] = ""
    reason: Reason = ""
    limit_s: Limit | None = None


class Read(_Command, frozen=True, tag="Read"):
    """State that a text of the law's folder has been read out to everybody."""

    text: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_.]{0,47}$")]
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=16)]


class Delegate(_Command, frozen=True, tag="Delegate"):
    """Ask another member of staff to conduct on the chair's behalf, or (`on` false) to stop it."""

    participant: Id
    on: bool = True


class TakeChair(_Command, frozen=True, tag="TakeChair"):
    """Take the chair while whoever presides is absent; who was appointed takes it back at any time."""

    reason: Reason = ""


class AllowWatch(_Command, frozen=True, tag="AllowWatch"):
    """State that the parties agree (or no longer agree) to supervisors listening to their negotiation."""

    on: bool
    reason: Reason = ""


class Sign(_Command, frozen=True, tag="Sign"):
    """Sign what this stage is for; `version`: of the text of the intent to sign that one was shown."""

    version: Annotated[str, msgspec.Meta(max_length=16)] = ""


class DeclineToSign(_Command, frozen=True, tag="DeclineToSign"):
    """Say that one does not sign."""

    reason: Reason = ""


class NoteUnsigned(_Command, frozen=True, tag="NoteUnsigned"):
    """Write down that somebody does not sign, with what they say or why they cannot."""

    participant: Id
    reason: Reason


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


Command = (
    Knock
    | Admit
    | Refuse
    | Move
    | GiveFloor
    | TakeFloor
    | FreeFloor
    | Ask
    | Grant
    | Deny
    | Withdraw
    | Mute
    | Unmute
    | Toggle
    | Attend
    | ShareScreen
    | StopScreen
    | Open
    | Adjourn
    | Resume
    | Close
    | Advance
    | PassTurn
    | Read
    | Delegate
    | TakeChair
    | AllowWatch
    | Warn
    | DeclareAbsence
    | JudgeOutage
    | SwitchOnSite
    | PresentOnSite
    | Sign
    | DeclineToSign
    | NoteUnsigned
    | ReportLine
    | Leave
    | EditLine
    | InsertLine
    | InsertText
    | StrikeLine
    | SplitLine
    | MergeLines
    | AdoptLines
    | SetBookmark
    | DropBookmark
    | LayMinutes
    | ReportReading
    | ConfirmMinutes
    | RefuseMinutes
    | NoteReading
    | AllowLiveMinutes
    | StartSecondPass
    | StopSecondPass
    | TakeSuggestions
    | DismissSuggestions
    | ReopenSuggestions
    | NameVoice
    | Say
    | DeclareWriting
    | Present
    | TurnPage
    | StopPresenting
    | ExamineEvidence
    | NoteEvidence
    | CheckOriginal
)

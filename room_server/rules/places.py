"""Places and phases of a sitting as data: who may be where, what may be done when."""

from enum import StrEnum

from . import commands as c
from .evidence import commands as evidence
from .people import STAFF, Action, Role

LOBBY = "lobby"
TABLE = "table"
ISOLATION = "isolation"
DELIBERATION = "deliberation"
CAUCUS = "caucus:"

SILENT_PLACES = frozenset({LOBBY, ISOLATION})
"""Places in which nobody hears or sees anybody."""


class Phase(StrEnum):
    """Where a sitting stands."""

    WAITING = "waiting"
    OPEN = "open"
    ADJOURNED = "adjourned"
    CLOSED = "closed"


LIVE = frozenset({Phase.WAITING, Phase.OPEN, Phase.ADJOURNED})
IN_SESSION = frozenset({Phase.OPEN, Phase.ADJOURNED})
BEGUN = IN_SESSION | {Phase.CLOSED}

# Domain table 2.9: deliberation is the tribunal's alone; observers and supervisors see no private talk.
# Nobody can tell who else sits in a chamber: it has no part in a private talk either.
NEVER_IN_CAUCUS = frozenset({Role.OBSERVER, Role.SUPERVISOR, Role.TECH, Role.WITNESS, Role.CHAMBER})
WATCHES: dict[Role, str] = {Role.OBSERVER: "旁听", Role.SUPERVISOR: "监督", Role.TECH: "技术支持"}
"""Why somebody watches whose purpose nobody wrote down."""
DELIBERATING = STAFF
"""Who may deliberate where no procedure says it more closely."""

NEEDS: dict[type, Action] = {
    c.Knock: Action.TAKE_PART,
    c.Admit: Action.ADMIT,
    c.Refuse: Action.ADMIT,
    c.Move: Action.MOVE,
    c.GiveFloor: Action.FLOOR,
    c.TakeFloor: Action.FLOOR,
    c.FreeFloor: Action.FLOOR,
    c.Ask: Action.TAKE_PART,
    c.Grant: Action.RULE,
    c.Deny: Action.RULE,
    c.Withdraw: Action.TAKE_PART,
    c.Mute: Action.MUTE,
    c.Unmute: Action.MUTE,
    c.Toggle: Action.TAKE_PART,
    c.Attend: Action.TAKE_PART,
    c.ShareScreen: Action.TAKE_PART,
    c.StopScreen: Action.TAKE_PART,
    c.Open: Action.PROCEED,
    c.Adjourn: Action.PROCEED,
    c.Resume: Action.PROCEED,
    c.Close: Action.PROCEED,
    c.Advance: Action.PROCEED,
    c.PassTurn: Action.FLOOR,
    c.Read: Action.READ,
    c.Delegate: Action.DECIDE,
    c.TakeChair: Action.CHAIR,
    c.AllowWatch: Action.DECIDE,
    c.Warn: Action.RULE,
    c.DeclareAbsence: Action.DECIDE,
    c.JudgeOutage: Action.DECIDE,
    c.SwitchOnSite: Action.DECIDE,
    c.PresentOnSite: Action.ADMIT,
    c.Sign: Action.TAKE_PART,
    c.DeclineToSign: Action.TAKE_PART,
    c.NoteUnsigned: Action.RULE,
    c.ReportLine: Action.TAKE_PART,
    c.Leave: Action.TAKE_PART,
    c.EditLine: Action.EDIT_MINUTES,
    c.InsertLine: Action.EDIT_MINUTES,
    c.InsertText: Action.EDIT_MINUTES,
    c.StrikeLine: Action.EDIT_MINUTES,
    c.SplitLine: Action.EDIT_MINUTES,
    c.MergeLines: Action.EDIT_MINUTES,
    c.AdoptLines: Action.EDIT_MINUTES,
    c.SetBookmark: Action.EDIT_MINUTES,
    c.DropBookmark: Action.EDIT_MINUTES,
    c.NameVoice: Action.EDIT_MINUTES,
    c.LayMinutes: Action.EDIT_MINUTES,
    c.ReportReading: Action.TAKE_PART,
    c.ConfirmMinutes: Action.TAKE_PART,
    c.RefuseMinutes: Action.TAKE_PART,
    c.NoteReading: Action.RULE,
    c.AllowLiveMinutes: Action.DECIDE,
    c.StartSecondPass: Action.EDIT_MINUTES,
    c.StopSecondPass: Action.EDIT_MINUTES,
    c.TakeSuggestions: Action.EDIT_MINUTES,
    c.DismissSuggestions: Action.EDIT_MINUTES,
    c.ReopenSuggestions: Action.EDIT_MINUTES,
    c.Say: Action.TAKE_PART,
    c.DeclareWriting: Action.RULE,
    evidence.Present: Action.SHOW_EVIDENCE,
    evidence.TurnPage: Action.TAKE_PART,
    evidence.StopPresenting: Action.TAKE_PART,
    evidence.ExamineEvidence: Action.TAKE_PART,
    evidence.NoteEvidence: Action.SHOW_EVIDENCE,
    evidence.CheckOriginal: Action.SHOW_EVIDENCE,
}

ALLOWED_IN: dict[type, frozenset[Phase]] = {
    c.Knock: LIVE,
    c.Admit: LIVE,
    c.Refuse: LIVE,
    c.Move: LIVE,
    c.GiveFloor: LIVE,
    c.TakeFloor: LIVE,
    c.FreeFloor: LIVE,
    c.Ask: LIVE,
    c.Grant: LIVE,
    c.Deny: LIVE,
    c.Withdraw: LIVE,
    c.Mute: LIVE,
    c.Unmute: LIVE,
    c.Toggle: LIVE,
    c.Attend: LIVE,
    c.ShareScreen: LIVE,
    c.StopScreen: LIVE,
    c.Open: frozenset({Phase.WAITING}),
    c.Adjourn: frozenset({Phase.OPEN}),
    c.Resume: frozenset({Phase.ADJOURNED}),
    c.Close: LIVE,
    c.Advance: frozenset({Phase.OPEN}),
    c.PassTurn: frozenset({Phase.OPEN}),
    c.Read: LIVE,
    c.Delegate: LIVE,
    c.TakeChair: LIVE,
    c.AllowWatch: LIVE,
    c.Warn: LIVE,
    c.DeclareAbsence: IN_SESSION,
    c.JudgeOutage: IN_SESSION,
    c.SwitchOnSite: LIVE,
    c.PresentOnSite: LIVE,
    c.Sign: frozenset({Phase.OPEN}),
    c.DeclineToSign: frozenset({Phase.OPEN}),
    c.NoteUnsigned: frozenset({Phase.OPEN}),
    c.ReportLine: LIVE,
    c.Leave: frozenset(Phase),
    c.EditLine: IN_SESSION,
    c.InsertLine: IN_SESSION,
    c.InsertText: IN_SESSION,
    c.StrikeLine: IN_SESSION,
    c.SplitLine: IN_SESSION,
    c.MergeLines: IN_SESSION,
    c.AdoptLines: IN_SESSION,
    c.SetBookmark: IN_SESSION,
    c.DropBookmark: BEGUN,
    c.NameVoice: IN_SESSION,
    c.LayMinutes: frozenset({Phase.OPEN}),
    c.ReportReading: IN_SESSION,
    c.ConfirmMinutes: frozenset({Phase.OPEN}),
    c.RefuseMinutes: frozenset({Phase.OPEN}),
    c.NoteReading: frozenset({Phase.OPEN}),
    c.AllowLiveMinutes: LIVE,
    c.StartSecondPass: frozenset({Phase.ADJOURNED, Phase.CLOSED}),
    c.StopSecondPass: BEGUN,
    c.TakeSuggestions: BEGUN,
    c.DismissSuggestions: BEGUN,
    c.ReopenSuggestions: BEGUN,
    c.Say: IN_SESSION,
    c.DeclareWriting: LIVE,
    evidence.Present: frozenset({Phase.OPEN}),
    evidence.TurnPage: frozenset({Phase.OPEN}),
    evidence.StopPresenting: frozenset({Phase.OPEN}),
    evidence.ExamineEvidence: frozenset({Phase.OPEN}),
    evidence.NoteEvidence: IN_SESSION,
    evidence.CheckOriginal: IN_SESSION,
}

WRONG_PHASE: dict[Phase, str] = {
    Phase.WAITING: "not_open_yet",
    Phase.OPEN: "already_open",
    Phase.ADJOURNED: "adjourned",
    Phase.CLOSED: "closed",
}


def is_caucus(place: str) -> bool:
    """Whether a place is a private talk: never recorded, never written down (domain 2.10)."""
    return place.startswith(CAUCUS)

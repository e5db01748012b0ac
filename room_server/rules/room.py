"""The room: nothing but the fold of its journal; `evolve` takes one more fact. Pure."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from . import events as e
from .consents.state import Consents, agreed
from .evidence import state as evidence
from .joining import AttentionTurned
from .minutes import state as written
from .onsite.state import OnSite, came
from .people import COLUMNS_OF_ROLES
from .person import Person as Person
from .places import LOBBY, TABLE, Phase
from .procedures import PROCEDURES, stage_of
from .procedures.stage import Procedure, Stage
from .readback import state as reading
from .request import Request as Request

SYSTEM = "system"
FLOOR = "floor"
DELIBERATE = frozenset({"left", "refused", "taken_over"})
"""Causes of `Left` that end an interval: whoever goes of their own will is not cut off any more."""


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one sitting: nothing but the fold of its journal."""

    sitting: str = ""
    phase: Phase = Phase.WAITING
    rehearsal: bool = False
    people: dict[str, Person] = {}
    floor_held: bool = False
    floor_free: bool = False
    """Whoever may be given the floor in this stage may speak without it."""
    holder: str = ""
    opened: bool = False
    epoch: int = 1
    minutes: written.Written = written.Written()
    readback: reading.Readback = reading.Readback()
    exhibits: evidence.Exhibits = evidence.Exhibits()
    consents: Consents = Consents()
    onsite: OnSite = OnSite()
    excused: frozenset[str] = frozenset()
    """Answers that were gone without, with a reason that is written down."""
    procedure: str = ""
    stage: str = ""
    before: str = ""
    """The stage this one was entered from."""
    resumes_at: str = ""
    """Where a sitting that continues an adjourned one goes on after its opening."""
    outcome: str = ""
    passed: frozenset[str] = frozenset()
    """Stages that have been entered, less those that a later one has undone."""
    waived: frozenset[str] = frozenset()
    """Stages that were passed over, with a reason that is written down: it is not asked for again."""
    origins: dict[str, str] = {}
    """Stage that returns → the stage it goes back to."""
    turns: dict[str, str] = {}
    """Stage → the side that has, or had last, the word there."""
    heard: dict[str, frozenset[str]] = {}
    """Stage → columns of the floor matrix that have had the word there."""
    signed: dict[str, frozenset[str]] = {}
    """Stage → who has signed there."""
    declined: dict[str, frozenset[str]] = {}
    """Stage → of whom it is noted that they do not."""
    read: frozenset[str] = frozenset()
    chair: str = ""
    appointed: str = ""
    """Who presides when everybody is there."""
    chair_missed: bool = False
    """Whoever presides has been gone for as long as is waited for."""
    delegated: frozenset[str] = frozenset()
    watch_allowed: bool = False
    requests: dict[str, Request] = {}
    refusals: frozenset[tuple[str, str, str]] = frozenset()
    """Grave refusals noted in this stage: actor, command, word."""

    @property
    def table(self) -> Procedure | None:
        """The procedure as a table; None for an informal hearing."""
        return PROCEDURES.get(self.procedure)

    @property
    def now(self) -> Stage | None:
        """The stage the hearing is in; None for an informal hearing."""
        return stage_of(self.procedure, self.stage)

    def hand(self, who: str) -> Request | None:
        """A person's open request for the floor."""
        return next(
            (
                r
                for r in self.requests.values()
                if r.participant == who and r.kind == FLOOR and r.state == "open"
            ),
            None,
        )


def evolve(room: Room, event: e.Event) -> Room:
    """The room after a fact."""
    fold = _FOLDS.get(type(event))
    room = fold(room, event) if fold else room
    if (known := agreed(room.consents, event)) is not room.consents:
        room = msgspec.structs.replace(room, consents=known)
    if (lines := written.evolve(room.minutes, event)) is not room.minutes:
        return msgspec.structs.replace(room, minutes=lines)
    if (read := reading.evolve(room.readback, room.minutes, event)) is not room.readback:
        return msgspec.structs.replace(room, readback=read)
    if (there := came(room.onsite, event)) is not room.onsite:
        room = msgspec.structs.replace(room, onsite=there)
    exhibits = evidence.evolve(room.exhibits, event)
    if isinstance(event, (e.Adjourned, e.Closed)) or (
        isinstance(event, e.ScreenShared) and event.place == TABLE
    ):
        # One thing is shown at a time, and nothing in a recess.
        exhibits = evidence.put_away(exhibits)
    return room if exhibits is room.exhibits else msgspec.structs.replace(room, exhibits=exhibits)


def replay(events: Iterable[e.Event]) -> Room:
    """The room after all facts of a journal."""
    room = Room()
    for event in events:
        room = evolve(room, event)
    return room


def column(room: Room, person: Person) -> str:
    """The column of the floor matrix a person belongs to."""
    role = person.participant.role
    if person.participant.id == room.chair:
        return "presiding"
    if role in COLUMNS_OF_ROLES:
        return COLUMNS_OF_ROLES[role]
    return person.participant.side or "third"


def _set(room: Room, **changes: Any) -> Room:
    return msgspec.structs.replace(room, **changes)


def _with(room: Room, who: str, **changes: Any) -> Room:
    person = room.people.get(who)
    if person is None:
        return room
    changed = msgspec.structs.replace(person, **changes)
    return _set(room, people={**room.people, who: changed})


def _prepared(room: Room, event: e.SittingPrepared) -> Room:
    table = PROCEDURES.get(event.procedure)
    chair = next(
        (p.id for role in (table.presides if table else ()) for p in event.participants if p.role is role), ""
    )
    return Room(
        sitting=event.sitting,
        rehearsal=event.rehearsal,
        people={p.id: Person(participant=p) for p in event.participants},
        procedure=table.name if table else "",
        stage=table.lobby if table else "",
        passed=frozenset({table.lobby, *event.passed}) if table else frozenset(),
        resumes_at=event.resumes_at if table else "",
        chair=chair,
        appointed=chair,
    )


def _moved(room: Room, event: e.Moved) -> Room:
    room = _hand_down(_with(room, event.participant, place=event.place), event.participant)
    if room.holder == event.participant and event.place != TABLE:
        room = _set(room, holder="")
    return room


def _left(room: Room, event: e.Left) -> Room:
    room = _with(room, event.participant, connected=False, sharing=False, lost=event.cause)
    if event.cause in DELIBERATE:
        room = _with(room, event.participant, cut="")
    return _hand_down(room, event.participant)


def _cut(room: Room, event: e.Disconnected) -> Room:
    person = room.people.get(event.participant)
    if person is None:
        return room
    # Told again it is the same interruption, seen in another way.
    more = 0 if person.cut else 1
    return _with(room, event.participant, cut=event.evidence, intervals=person.intervals + more)


def _back(room: Room, who: str, **changes: Any) -> Room:
    room = _with(room, who, **changes)
    chair = room.people.get(room.chair)
    present = chair is not None and chair.connected and not chair.cut
    return _set(room, chair_missed=False) if present and room.chair_missed else room


def _phase(phase: Phase, **more: Any) -> Callable[[Room, Any], Room]:
    return lambda room, event: _set(room, phase=phase, **more)


def _floor_given(room: Room, event: e.FloorGiven) -> Room:
    room = _hand_down(room, event.participant, "granted")
    person = room.people.get(event.participant)
    room = _set(room, floor_held=True, floor_free=False, holder=event.participant)
    for one in (person, *(room.people[beside.id] for beside in person.beside)) if person else ():
        room = _hear(room, column(room, one))
    return room


def _hear(room: Room, side: str) -> Room:
    before = room.heard.get(room.stage, frozenset())
    return _set(room, heard={**room.heard, room.stage: before | {side}})


def _hand_down(room: Room, who: str, state: str = "withdrawn") -> Room:
    hand = room.hand(who)
    return _decided(room, hand.id, state) if hand else room


def _asked(room: Room, request: Request) -> Room:
    return _set(room, requests={**room.requests, request.id: request})


def _decided(room: Room, request: str, state: str) -> Room:
    made = room.requests.get(request)
    return _asked(room, msgspec.structs.replace(made, state=state)) if made else room


def _floor_asked(room: Room, event: e.FloorAsked) -> Room:
    if not event.wanted:
        return _hand_down(room, event.participant)
    return _asked(room, Request(id=f"hand:{event.participant}", participant=event.participant, kind=FLOOR))


def _request_made(room: Room, event: e.RequestMade) -> Room:
    made = Request(
        id=event.request,
        participant=event.participant,
        kind=event.kind,
        place=event.place,
        text=event.text,
        ref=event.ref,
    )
    return _asked(room, made)


def _entered(room: Room, event: e.StageEntered) -> Room:
    stage = room.table.stage(event.stage) if room.table else None
    if stage is None:
        return room
    room = _set(
        room,
        stage=event.stage,
        before=event.origin,
        passed=(room.passed - frozenset(stage.undoes)) | {event.stage},
        waived=(room.waived | _named(event.skipped, "stage:")) - frozenset(stage.undoes) - {event.stage},
        excused=room.excused | _named(event.skipped, "consent:"),
        floor_held=False,
        floor_free=False,
        holder="",
        refusals=frozenset(),
        signed=_without(room.signed, stage.undoes),
        declined=_without(room.declined, stage.undoes),
    )
    if event.stage not in chain(room, event.origin):
        # Come to anew, not come back to: everybody is heard anew.
        room = _set(room, heard={**room.heard, event.stage: frozenset()})
        if stage.returns:
            room = _set(room, origins={**room.origins, event.stage: event.origin})
    if event.turn:
        room = _hear(_set(room, turns={**room.turns, event.stage: event.turn}), event.turn)
    return room


def _without(kept: dict[str, frozenset[str]], codes: tuple[str, ...]) -> dict[str, frozenset[str]]:
    return {code: who for code, who in kept.items() if code not in codes}


def _signature(room: Room, stage: str, who: str, signs: bool) -> Room:
    signed, declined = room.signed.get(stage, frozenset()), room.declined.get(stage, frozenset())
    one = frozenset({who})
    return _set(
        room,
        signed={**room.signed, stage: signed | one if signs else signed - one},
        declined={**room.declined, stage: declined - one if signs else declined | one},
    )


def _named(skipped: list[str], kind: str) -> frozenset[str]:
    return frozenset(what.removeprefix(kind) for what in skipped if what.startswith(kind))


def chain(room: Room, stage: str) -> list[str]:
    """A stage and all that going back from it leads to, as long as each one goes back."""
    found = []
    while stage and stage not in found:
        found.append(stage)
        known = room.table.stage(stage) if room.table else None
        stage = room.origins.get(stage, "") if known and known.returns else ""
    return found


def _turn_given(room: Room, event: e.TurnGiven) -> Room:
    turned = _set(room, turns={**room.turns, room.stage: event.side})
    return _hear(_set(turned, floor_held=False, floor_free=False, holder=""), event.side)


def _delegated(room: Room, event: e.Delegated) -> Room:
    who = frozenset({event.participant})
    return _set(room, delegated=room.delegated | who if event.on else room.delegated - who)


def _invited(room: Room, event: e.PersonInvited) -> Room:
    who = event.participant.id
    if who in room.people:
        return room
    return _set(room, people={**room.people, who: Person(participant=event.participant)})


def _microphone_shared(room: Room, event: e.MicrophoneShared) -> Room:
    known = [room.people.get(one.participant) for one in event.people]
    beside = tuple(person.participant for person in known if person)
    return _with(room, event.participant, speakers=event.people, beside=beside)


_FOLDS: dict[type, Callable[[Room, Any], Room]] = {
    e.SittingPrepared: _prepared,
    e.PersonInvited: _invited,
    e.WatchAnnounced: lambda room, ev: _with(room, ev.participant.id, participant=ev.participant),
    AttentionTurned: lambda room, ev: _with(room, ev.participant, elsewhere=not ev.here),
    e.MicrophoneShared: _microphone_shared,
    e.Knocked: lambda room, ev: _with(room, ev.participant, knocked=True),
    e.Admitted: lambda room, ev: _with(room, ev.participant, admitted=True, knocked=True),
    e.Refused: lambda room, ev: _with(room, ev.participant, knocked=False, admitted=False, place=LOBBY),
    e.Moved: _moved,
    e.FloorGiven: _floor_given,
    e.FloorTaken: lambda room, ev: _set(room, holder=""),
    e.FloorFreed: lambda room, ev: _set(room, floor_held=False, floor_free=True, holder=""),
    e.FloorAsked: _floor_asked,
    e.Muted: lambda room, ev: _with(room, ev.participant, muted=True),
    e.Unmuted: lambda room, ev: _with(room, ev.participant, muted=False),
    e.ScreenShared: lambda room, ev: _with(room, ev.participant, sharing=True),
    e.ScreenStopped: lambda room, ev: _with(room, ev.participant, sharing=False),
    e.Opened: _phase(Phase.OPEN, opened=True),
    e.Adjourned: _phase(Phase.ADJOURNED),
    e.Resumed: _phase(Phase.OPEN),
    e.Closed: lambda room, ev: _set(room, phase=Phase.CLOSED, outcome=ev.outcome),
    e.StageEntered: _entered,
    e.TurnGiven: _turn_given,
    e.RequestMade: _request_made,
    e.RequestGranted: lambda room, ev: _decided(room, ev.request, "granted"),
    e.RequestDenied: lambda room, ev: _decided(room, ev.request, "denied"),
    e.RequestWithdrawn: lambda room, ev: _decided(room, ev.request, "withdrawn"),
    e.ReadOut: lambda room, ev: _set(room, read=room.read | {ev.text}),
    e.Delegated: _delegated,
    e.ChairTaken: lambda room, ev: _set(room, chair=ev.participant, chair_missed=False),
    e.ChairMissed: lambda room, ev: _set(room, chair_missed=True),
    e.WatchAllowed: lambda room, ev: _set(room, watch_allowed=ev.on),
    e.Warned: lambda room, ev: room if ev.kind == "discipline" else _with(room, ev.participant, warned=True),
    e.Signed: lambda room, ev: _signature(room, ev.stage, ev.participant, True),
    e.SigningDeclined: lambda room, ev: _signature(room, ev.stage, ev.participant, False),
    e.WishRefused: lambda room, ev: _set(
        room, refusals=room.refusals | {(ev.participant, ev.command, ev.word)}
    ),
    e.Joined: lambda room, ev: _back(
        room, ev.participant, connected=True, lost="", warned=False, elsewhere=False
    ),
    e.Left: _left,
    e.Disconnected: _cut,
    e.Reconnected: lambda room, ev: _back(room, ev.participant, cut=""),
    e.WritingDeclared: lambda room, ev: _with(room, ev.participant, in_writing=ev.on),
    e.MediaRestored: lambda room, ev: _set(room, epoch=ev.epoch),
}

"""The room: nothing but the fold of its journal; `evolve` takes one more fact. Pure."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from . import events as e
from .evidence import state as evidence
from .people import Participant
from .places import LOBBY, TABLE, Phase

SYSTEM = "system"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What the room knows of one participant."""

    participant: Participant
    place: str = LOBBY
    knocked: bool = False
    admitted: bool = False
    connected: bool = False
    muted: bool = False
    hand: bool = False
    sharing: bool = False
    """Their screen is shown to everybody at the same place."""


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one sitting: nothing but the fold of its journal."""

    sitting: str = ""
    phase: Phase = Phase.WAITING
    rehearsal: bool = False
    people: dict[str, Person] = {}
    floor_held: bool = False
    holder: str = ""
    opened: bool = False
    epoch: int = 1
    lines: dict[str, int] = {}
    lines_made: int = 0
    exhibits: evidence.Exhibits = evidence.Exhibits()


def evolve(room: Room, event: e.Event) -> Room:
    """The room after a fact."""
    fold = _FOLDS.get(type(event))
    room = fold(room, event) if fold else room
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


def _with(room: Room, who: str, **changes: Any) -> Room:
    person = room.people.get(who)
    if person is None:
        return room
    changed = msgspec.structs.replace(person, **changes)
    return msgspec.structs.replace(room, people={**room.people, who: changed})


def _prepared(room: Room, event: e.SittingPrepared) -> Room:
    return Room(
        sitting=event.sitting,
        rehearsal=event.rehearsal,
        people={p.id: Person(participant=p) for p in event.participants},
    )


def _moved(room: Room, event: e.Moved) -> Room:
    room = _with(room, event.participant, place=event.place, hand=False)
    if room.holder == event.participant and event.place != TABLE:
        room = msgspec.structs.replace(room, holder="")
    return room


def _phase(phase: Phase, **more: Any) -> Callable[[Room, Any], Room]:
    return lambda room, event: msgspec.structs.replace(room, phase=phase, **more)


def _line(room: Room, line: str, version: int, made: int = 0) -> Room:
    return msgspec.structs.replace(
        room, lines={**room.lines, line: version}, lines_made=room.lines_made + made
    )


def _floor_given(room: Room, event: e.FloorGiven) -> Room:
    room = _with(room, event.participant, hand=False)
    return msgspec.structs.replace(room, floor_held=True, holder=event.participant)


_FOLDS: dict[type, Callable[[Room, Any], Room]] = {
    e.SittingPrepared: _prepared,
    e.Knocked: lambda room, ev: _with(room, ev.participant, knocked=True),
    e.Admitted: lambda room, ev: _with(room, ev.participant, admitted=True, knocked=True),
    e.Refused: lambda room, ev: _with(room, ev.participant, knocked=False, admitted=False, place=LOBBY),
    e.Moved: _moved,
    e.FloorGiven: _floor_given,
    e.FloorTaken: lambda room, ev: msgspec.structs.replace(room, holder=""),
    e.FloorFreed: lambda room, ev: msgspec.structs.replace(room, floor_held=False, holder=""),
    e.FloorAsked: lambda room, ev: _with(room, ev.participant, hand=ev.wanted),
    e.Muted: lambda room, ev: _with(room, ev.participant, muted=True),
    e.Unmuted: lambda room, ev: _with(room, ev.participant, muted=False),
    e.ScreenShared: lambda room, ev: _with(room, ev.participant, sharing=True),
    e.ScreenStopped: lambda room, ev: _with(room, ev.participant, sharing=False),
    e.Opened: _phase(Phase.OPEN, opened=True),
    e.Adjourned: _phase(Phase.ADJOURNED),
    e.Resumed: _phase(Phase.OPEN),
    e.Closed: _phase(Phase.CLOSED),
    e.Joined: lambda room, ev: _with(room, ev.participant, connected=True),
    e.Left: lambda room, ev: _with(room, ev.participant, connected=False, hand=False, sharing=False),
    e.MediaRestored: lambda room, ev: msgspec.structs.replace(room, epoch=ev.epoch),
    e.UtteranceHeard: lambda room, ev: _line(room, ev.utterance, 0),
    e.LineEdited: lambda room, ev: _line(room, ev.line, ev.version),
    e.LineInserted: lambda room, ev: _line(room, ev.line, 0, made=1),
    e.LineStruck: lambda room, ev: _line(room, ev.line, ev.version),
}

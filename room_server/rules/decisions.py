"""What a wish leads to: `decide` reads the tables of `places.py` and the state of the room. Pure."""

from collections.abc import Callable
from typing import Any

import msgspec

from . import commands as c
from . import events as e
from .evidence.decisions import DECISIONS as EVIDENCE_DECISIONS
from .hearing import floor_denied
from .people import LISTEN_ONLY, PRESIDING, STAFF, may
from .places import (
    ALLOWED_IN,
    DELIBERATING,
    DELIBERATION,
    IN_SESSION,
    ISOLATION,
    LOBBY,
    NEEDS,
    NEVER_IN_CAUCUS,
    SILENT_PLACES,
    TABLE,
    WATCHES,
    WRONG_PHASE,
    Phase,
    is_caucus,
)
from .refusal import Refused
from .room import Person, Room

__all__ = ["Refused", "decide", "lowered", "may_offer", "watching"]


def decide(room: Room, actor: str, command: c.Command) -> list[e.Event]:
    """What a participant's wish leads to; raises `Refused` where the room says no."""
    person = room.people.get(actor)
    if person is None:
        raise Refused("not_a_participant")
    kind = type(command)
    if not may(person.participant.role, NEEDS[kind]):
        raise Refused("not_allowed")
    if room.phase not in ALLOWED_IN[kind]:
        raise Refused(WRONG_PHASE[room.phase])
    return _DECISIONS[kind](room, person, command)


def may_offer(room: Room, actor: str, plane: str) -> None:
    """Raises `Refused` unless a participant's device may make a connection of this plane now."""
    person = room.people[actor]
    if plane != "subscribe" and person.participant.role in LISTEN_ONLY:
        raise Refused("listens_only")
    if plane == "screen" and not person.sharing:
        raise Refused("not_sharing")


def _target(room: Room, participant: str) -> Person:
    person = room.people.get(participant)
    if person is None:
        raise Refused("nobody")
    return person


def _at_table(room: Room, participant: str) -> Person:
    person = _target(room, participant)
    if person.place != TABLE:
        raise Refused("not_at_table")
    return person


def _seat(person: Person) -> list[e.Event]:
    who = person.participant.id
    seated: list[e.Event] = [] if person.admitted else [e.Admitted(participant=who)]
    return [*seated, e.Moved(participant=who, origin=person.place, place=TABLE), *watching(person, TABLE)]


def watching(person: Person, place: str) -> list[e.Event]:
    """The fact that somebody who only watches has access from now on."""
    role = person.participant.role
    if role not in LISTEN_ONLY or place != TABLE:
        return []
    purpose = person.participant.purpose or WATCHES[role]
    return [e.WatchBegan(participant=person.participant.id, role=role.value, purpose=purpose)]


def _knock(room: Room, actor: Person, _: c.Knock) -> list[e.Event]:
    who = actor.participant.id
    if actor.admitted or actor.knocked:
        return []
    knocked = e.Knocked(participant=who)
    return [knocked, *_seat(actor)] if actor.participant.role in STAFF else [knocked]


def _admit(room: Room, _: Person, wish: c.Admit) -> list[e.Event]:
    person = _target(room, wish.participant)
    if person.place != LOBBY:
        raise Refused("not_in_lobby")
    if not person.knocked:
        raise Refused("has_not_knocked")
    return _seat(person)


def _refuse(room: Room, actor: Person, wish: c.Refuse) -> list[e.Event]:
    person = _target(room, wish.participant)
    if person.participant.id == actor.participant.id or person.participant.role in PRESIDING:
        raise Refused("not_allowed")
    return [*lowered(person), e.Refused(participant=wish.participant, reason=wish.reason)]


def _move(room: Room, _: Person, wish: c.Move) -> list[e.Event]:
    people = [_target(room, who) for who in dict.fromkeys(wish.participants)]
    for person in people:
        _may_be(room, person, wish.place)
    if is_caucus(wish.place):
        _one_side_only(room, people, wish.place)
    moved: list[e.Event] = []
    for person in people:
        if person.place == wish.place:
            continue
        moved += lowered(person)
        if wish.place == TABLE:
            moved += _seat(person)
        else:
            moved.append(e.Moved(participant=person.participant.id, origin=person.place, place=wish.place))
    return moved


def _may_be(room: Room, person: Person, place: str) -> None:
    role = person.participant.role
    if place not in SILENT_PLACES and not (person.admitted or person.knocked):
        raise Refused("has_not_knocked")
    if place not in (*SILENT_PLACES, TABLE) and not person.admitted:
        raise Refused("not_admitted")
    if role in LISTEN_ONLY and place == ISOLATION:
        raise Refused("watches_the_table_only")
    if place == DELIBERATION and role not in DELIBERATING:
        raise Refused("never_in_deliberation")
    if is_caucus(place):
        if room.phase not in IN_SESSION:
            raise Refused("not_open_yet")
        if role in NEVER_IN_CAUCUS:
            raise Refused("never_in_caucus")
    if place in SILENT_PLACES and role in PRESIDING:
        raise Refused("presiding_stays")


def _one_side_only(room: Room, joining: list[Person], place: str) -> None:
    inside = [p for p in room.people.values() if p.place == place] + joining
    if len({p.participant.side for p in inside if p.participant.side}) > 1:
        raise Refused("caucus_two_sides")


def _give_floor(room: Room, _: Person, wish: c.GiveFloor) -> list[e.Event]:
    person = _at_table(room, wish.participant)
    if person.participant.role in LISTEN_ONLY:
        raise Refused("listens_only")
    if room.holder == wish.participant:
        return []
    return [e.FloorGiven(participant=wish.participant)]


def _take_floor(room: Room, _: Person, wish: c.TakeFloor) -> list[e.Event]:
    if room.holder != wish.participant:
        raise Refused("has_no_floor")
    return [e.FloorTaken(participant=wish.participant)]


def _free_floor(room: Room, _: Person, __: c.FreeFloor) -> list[e.Event]:
    return [e.FloorFreed()] if room.floor_held else []


def _ask_floor(room: Room, actor: Person, wish: c.AskFloor) -> list[e.Event]:
    if actor.place in SILENT_PLACES or actor.participant.role in LISTEN_ONLY:
        raise Refused("not_at_table")
    if actor.hand == wish.wanted:
        return []
    return [e.FloorAsked(participant=actor.participant.id, wanted=wish.wanted)]


def _mute(room: Room, _: Person, wish: c.Mute) -> list[e.Event]:
    person = _target(room, wish.participant)
    if person.participant.role in PRESIDING:
        raise Refused("not_allowed")
    return [] if person.muted else [e.Muted(participant=wish.participant)]


def _unmute(room: Room, _: Person, wish: c.Unmute) -> list[e.Event]:
    person = _target(room, wish.participant)
    return [e.Unmuted(participant=wish.participant)] if person.muted else []


def _toggle(_: Room, actor: Person, wish: c.Toggle) -> list[e.Event]:
    return [e.Toggled(participant=actor.participant.id, source=wish.source, on=wish.on)]


def _report_line(_: Room, actor: Person, wish: c.ReportLine) -> list[e.Event]:
    return [e.LineChecked(participant=actor.participant.id, **msgspec.structs.asdict(wish))]


def lowered(*people: Person) -> list[e.Event]:
    """The end of whatever these people show."""
    return [e.ScreenStopped(participant=p.participant.id, place=p.place) for p in people if p.sharing]


def _share_screen(room: Room, actor: Person, _: c.ShareScreen) -> list[e.Event]:
    if actor.participant.role in LISTEN_ONLY:
        raise Refused("listens_only")
    if actor.place in SILENT_PLACES:
        raise Refused("not_at_table")
    if actor.place == TABLE and room.phase is Phase.ADJOURNED:
        raise Refused("adjourned")
    if floor_denied(room, actor):
        raise Refused("no_floor")
    if actor.sharing:
        return []
    shown = [p for p in room.people.values() if p.sharing and p.place == actor.place]
    if shown and actor.participant.role not in STAFF:
        raise Refused("somebody_shares")
    return [*lowered(*shown), e.ScreenShared(participant=actor.participant.id, place=actor.place)]


def _stop_screen(room: Room, actor: Person, wish: c.StopScreen) -> list[e.Event]:
    person = _target(room, wish.participant)
    if person.participant.id != actor.participant.id and actor.participant.role not in STAFF:
        raise Refused("not_allowed")
    return lowered(person)


def _adjourn(room: Room, _: Person, wish: c.Adjourn) -> list[e.Event]:
    # Whoever does other things in the recess must not find them shown when the sitting goes on.
    shown = [p for p in room.people.values() if p.place == TABLE]
    return [*lowered(*shown), e.Adjourned(reason=wish.reason)]


def _close(room: Room, _: Person, __: c.Close) -> list[e.Event]:
    return [*lowered(*room.people.values()), e.Closed()]


def _open(room: Room, actor: Person, _: c.Open) -> list[e.Event]:
    if actor.place != TABLE:
        raise Refused("not_at_table")
    return [e.Opened()]


def _leave(_: Room, actor: Person, __: c.Leave) -> list[e.Event]:
    return [e.Left(participant=actor.participant.id, cause="left")] if actor.connected else []


def _known_line(room: Room, line: str, base: int) -> None:
    version = room.lines.get(line)
    if version is None:
        raise Refused("no_such_line")
    if version != base:
        raise Refused("stale")


def _edit_line(room: Room, _: Person, wish: c.EditLine) -> list[e.Event]:
    _known_line(room, wish.line, wish.base)
    if wish.speaker and wish.speaker not in room.people:
        raise Refused("nobody")
    edited = e.LineEdited(line=wish.line, version=wish.base + 1, text=wish.text, speaker=wish.speaker)
    return [edited]


def _insert_line(room: Room, _: Person, wish: c.InsertLine) -> list[e.Event]:
    if wish.after and wish.after not in room.lines:
        raise Refused("no_such_line")
    if wish.speaker and wish.speaker not in room.people:
        raise Refused("nobody")
    line = f"h{room.lines_made + 1}"
    return [e.LineInserted(line=line, after=wish.after, text=wish.text, speaker=wish.speaker)]


def _strike_line(room: Room, _: Person, wish: c.StrikeLine) -> list[e.Event]:
    _known_line(room, wish.line, wish.base)
    return [e.LineStruck(line=wish.line, version=wish.base + 1)]


_DECISIONS: dict[type, Callable[[Room, Person, Any], list[e.Event]]] = {
    c.Knock: _knock,
    c.Admit: _admit,
    c.Refuse: _refuse,
    c.Move: _move,
    c.GiveFloor: _give_floor,
    c.TakeFloor: _take_floor,
    c.FreeFloor: _free_floor,
    c.AskFloor: _ask_floor,
    c.Mute: _mute,
    c.Unmute: _unmute,
    c.Toggle: _toggle,
    c.ShareScreen: _share_screen,
    c.StopScreen: _stop_screen,
    c.Open: _open,
    c.Adjourn: _adjourn,
    c.Resume: lambda room, actor, wish: [e.Resumed()],
    c.Close: _close,
    c.ReportLine: _report_line,
    c.Leave: _leave,
    c.EditLine: _edit_line,
    c.InsertLine: _insert_line,
    c.StrikeLine: _strike_line,
    **EVIDENCE_DECISIONS,
}

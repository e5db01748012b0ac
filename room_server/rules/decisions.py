"""What a wish leads to: `decide` reads the tables of `places.py` and the state of the room. Pure."""

from collections.abc import Callable
from typing import Any

import msgspec

from . import asking, chairing, floor, signing, stages
from . import commands as c
from . import events as e
from .consents.guard import shown, uncalled
from .evidence.decisions import DECISIONS as EVIDENCE_DECISIONS
from .grave import is_grave
from .hearing import floor_denied
from .interruptions import decisions as interruptions
from .joining import AttentionTurned
from .minutes.decisions import DECISIONS as MINUTES_DECISIONS
from .onsite import decisions as onsite
from .people import LISTEN_ONLY, PRESIDING, STAFF, Role
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
from .readback.decisions import DECISIONS as READBACK_DECISIONS
from .refusal import Refused
from .room import Person, Room, evolve
from .saying.decisions import DECISIONS as SAYING_DECISIONS
from .second_pass.decisions import DECISIONS as SECOND_PASS_DECISIONS
from .voices.decisions import DECISIONS as VOICE_DECISIONS

__all__ = ["Refused", "decide", "lowered", "may_offer", "noted", "watching"]


def decide(room: Room, actor: str, command: c.Command) -> list[e.Event]:
    """What a participant's wish leads to; raises `Refused` where the room says no."""
    person = room.people.get(actor)
    if person is None:
        raise Refused("not_a_participant")
    kind = type(command)
    if not interruptions.clerk_alone(room, person, command):
        chairing.allowed(room, person, NEEDS[kind])
    if room.phase not in ALLOWED_IN[kind]:
        raise Refused(WRONG_PHASE[room.phase])
    return _DECISIONS[kind](room, person, command)


def noted(room: Room, actor: str, command: c.Command, word: str) -> list[e.Event]:
    """What stands in the journal of a wish that was refused: grave ones, once in a stage."""
    name = type(command).__name__
    if actor not in room.people or room.phase is Phase.CLOSED or not is_grave(command, word):
        return []
    if (actor, name, word) in room.refusals:
        return []
    return [e.WishRefused(participant=actor, command=name, word=word)]


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


def let_in(room: Room, person: Person, asked: bool = True) -> list[e.Event]:
    """The facts of being let in: to the table, or a witness to isolation until called (and `asked`)."""
    who = person.participant.id
    place = TABLE if asked and stages.may_be_called(room, person) else ISOLATION
    if place == TABLE and stages.screened_from(person, _others_at(room, TABLE)):
        raise Refused("screened")
    seated: list[e.Event] = [] if person.admitted else [e.Admitted(participant=who)]
    if person.place == place:
        return seated
    return [*seated, e.Moved(participant=who, origin=person.place, place=place), *watching(person, place)]


def _others_at(room: Room, place: str) -> list[Person]:
    return [p for p in room.people.values() if p.place == place]


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
    return [knocked, *let_in(room, actor)] if actor.participant.role in STAFF else [knocked]


def _admit(room: Room, _: Person, wish: c.Admit) -> list[e.Event]:
    person = _target(room, wish.participant)
    if person.place != LOBBY:
        raise Refused("not_in_lobby")
    if not person.knocked:
        raise Refused("has_not_knocked")
    return let_in(room, person, asked=not uncalled(room, [wish.participant]))


def _refuse(room: Room, actor: Person, wish: c.Refuse) -> list[e.Event]:
    person = _target(room, wish.participant)
    if person.participant.id == actor.participant.id or _presides(room, person):
        raise Refused("not_allowed")
    return [*lowered(person), e.Refused(participant=wish.participant, reason=wish.reason)]


def _presides(room: Room, person: Person) -> bool:
    who = person.participant
    return who.id == room.chair if room.chair else who.role in PRESIDING


def _move(room: Room, _: Person, wish: c.Move) -> list[e.Event]:
    people = [_target(room, who) for who in dict.fromkeys(wish.participants)]
    for person in people:
        _may_be(room, person, wish.place)
    if wish.place not in SILENT_PLACES:
        together = [*_others_at(room, wish.place), *people]
        if any(stages.screened_from(person, together) for person in people):
            raise Refused("screened")
    if is_caucus(wish.place):
        _one_side_only(room, people, wish.place)
    moved: list[e.Event] = _asked_first(room, people, wish)
    for person in people:
        if person.place == wish.place:
            continue
        moved += lowered(person)
        if wish.place == TABLE:
            moved += let_in(room, person)
        else:
            moved.append(e.Moved(participant=person.participant.id, origin=person.place, place=wish.place))
    return _with_caucus(room, moved, wish.place)


def _asked_first(room: Room, people: list[Person], wish: c.Move) -> list[e.Event]:
    """What is told with a move into private talks, and what a witness is called in without, for a reason."""
    going = [person.participant.id for person in people if person.place != wish.place]
    if is_caucus(wish.place):
        return list(shown(room, going, "caucus"))
    open_ones = uncalled(room, going, wish.reason) if wish.place == TABLE else []
    if open_ones and not wish.reason.strip():
        raise Refused("consent_missing")
    return list(open_ones)


def _with_caucus(room: Room, moved: list[e.Event], place: str) -> list[e.Event]:
    """Private talks are a stage of their own: it begins with the first one and ends with the last."""
    if room.table is None or not moved:
        return moved
    if is_caucus(place) and room.stage in room.table.caucus:
        return [*stages.enter(room, room.table.caucus[room.stage]), *moved]
    if room.stage not in room.table.caucus.values():
        return moved
    after = room
    for event in moved:
        after = evolve(after, event)
    if any(is_caucus(p.place) for p in after.people.values()):
        return moved
    return [*moved, *stages.enter(after, room.origins[room.stage])]


def _may_be(room: Room, person: Person, place: str) -> None:
    role = person.participant.role
    if place not in SILENT_PLACES and not (person.admitted or person.knocked):
        raise Refused("has_not_knocked")
    if place not in (*SILENT_PLACES, TABLE) and not person.admitted:
        raise Refused("not_admitted")
    if role in LISTEN_ONLY and place == ISOLATION:
        raise Refused("watches_the_table_only")
    if place == DELIBERATION and role not in (room.table.deliberates if room.table else DELIBERATING):
        raise Refused("never_in_deliberation")
    if place == TABLE and not stages.may_be_called(room, person):
        raise Refused("witness_not_called")
    if is_caucus(place):
        _may_be_in_caucus(room, role)
    if place in SILENT_PLACES and _presides(room, person):
        raise Refused("presiding_stays")


def _may_be_in_caucus(room: Room, role: Role) -> None:
    if room.phase not in IN_SESSION:
        raise Refused("not_open_yet")
    if role in NEVER_IN_CAUCUS:
        raise Refused("never_in_caucus")
    caucus = room.table.caucus if room.table else None
    if caucus is not None and room.stage not in (*caucus, *caucus.values()):
        raise Refused("no_caucus_now")


def _one_side_only(room: Room, joining: list[Person], place: str) -> None:
    inside = [p for p in room.people.values() if p.place == place] + joining
    if len({p.participant.side for p in inside if p.participant.side}) > 1:
        raise Refused("caucus_two_sides")


def _mute(room: Room, _: Person, wish: c.Mute) -> list[e.Event]:
    person = _target(room, wish.participant)
    if _presides(room, person):
        raise Refused("not_allowed")
    return [] if person.muted else [e.Muted(participant=wish.participant)]


def _unmute(room: Room, _: Person, wish: c.Unmute) -> list[e.Event]:
    person = _target(room, wish.participant)
    return [e.Unmuted(participant=wish.participant)] if person.muted else []


def _toggle(_: Room, actor: Person, wish: c.Toggle) -> list[e.Event]:
    return [e.Toggled(participant=actor.participant.id, source=wish.source, on=wish.on)]


def _attend(room: Room, actor: Person, wish: c.Attend) -> list[e.Event]:
    if actor.participant.role in LISTEN_ONLY:
        raise Refused("listens_only")
    if not wish.here and room.phase is Phase.OPEN and _presides(room, actor):
        raise Refused("presiding_stays")
    if actor.elsewhere is not wish.here:
        return []
    shown = [] if wish.here else lowered(actor)
    return [*shown, AttentionTurned(participant=actor.participant.id, here=wish.here)]


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
    if floor_denied(room, actor) and actor.participant.role not in STAFF:
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
    return [*lowered(*shown), e.Adjourned(reason=wish.reason, until=wish.until)]


def _close(room: Room, _: Person, wish: c.Close) -> list[e.Event]:
    return [*lowered(*room.people.values()), *stages.closed(room, wish)]


def _open(room: Room, actor: Person, wish: c.Open) -> list[e.Event]:
    if actor.place != TABLE:
        raise Refused("not_at_table")
    return stages.opened(room, wish)


def _leave(_: Room, actor: Person, __: c.Leave) -> list[e.Event]:
    return [e.Left(participant=actor.participant.id, cause="left")] if actor.connected else []


_DECISIONS: dict[type, Callable[[Room, Person, Any], list[e.Event]]] = {
    c.Knock: _knock,
    c.Admit: _admit,
    c.Refuse: _refuse,
    c.Move: _move,
    c.GiveFloor: floor.give,
    c.TakeFloor: floor.take,
    c.FreeFloor: floor.free,
    c.Ask: asking.ask,
    c.Grant: asking.grant,
    c.Deny: asking.deny,
    c.Withdraw: asking.withdraw,
    c.Mute: _mute,
    c.Unmute: _unmute,
    c.Toggle: _toggle,
    c.Attend: _attend,
    c.ShareScreen: _share_screen,
    c.StopScreen: _stop_screen,
    c.Open: _open,
    c.Adjourn: _adjourn,
    c.Resume: lambda room, actor, wish: [e.Resumed()],
    c.Close: _close,
    c.Advance: stages.advance,
    c.PassTurn: floor.pass_turn,
    c.Read: chairing.read_out,
    c.Delegate: chairing.delegate,
    c.TakeChair: chairing.take_chair,
    c.AllowWatch: chairing.allow_watch,
    c.Warn: interruptions.warn,
    c.DeclareAbsence: interruptions.declare_absence,
    c.JudgeOutage: interruptions.judge_outage,
    c.SwitchOnSite: lambda room, actor, wish: [
        *lowered(*room.people.values()),
        *onsite.switch(room, actor, wish),
    ],
    c.PresentOnSite: onsite.note_presence,
    c.Sign: signing.sign,
    c.DeclineToSign: signing.decline,
    c.NoteUnsigned: signing.note_unsigned,
    c.ReportLine: _report_line,
    c.Leave: _leave,
    **MINUTES_DECISIONS,
    **READBACK_DECISIONS,
    **SECOND_PASS_DECISIONS,
    **EVIDENCE_DECISIONS,
    **SAYING_DECISIONS,
    **VOICE_DECISIONS,
}

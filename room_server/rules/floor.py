"""Who may speak now: the floor matrix, the turn of a side, and what the chair gives, takes and frees."""

from . import commands as c
from . import events as e
from .people import EARWITNESSES, LISTEN_ONLY, STAFF, Role
from .places import TABLE
from .procedures.matrix import FLOOR, Cell
from .procedures.stage import Group
from .refusal import Refused
from .room import Person, Room, column

CAN_BE_GIVEN = frozenset({Cell.FREE, Cell.GIVEN, Cell.OWN})
_SIDES = frozenset({"applicant", "respondent", "third"})
_KEEPS_SPEAKING = frozenset({"presiding", "arbitrators", "clerk", "interpreter"})
"""Who is not silenced when the floor is somebody else's, where the stage lets them speak freely."""


def right(room: Room, person: Person) -> Cell:
    """What a person may do at the table in this stage; never `TURN` or `AGREED`, which depend on the rest."""
    now = room.now
    if now is None:
        return Cell.LISTENS if person.participant.role in LISTEN_ONLY else Cell.FREE
    own = _right(room, person)
    if own not in (Cell.FREE, Cell.GIVEN):
        return own
    # One microphone for all who sit there: it is open while any of them may speak.
    beside = (room.people[one.id] for one in person.beside)
    return Cell.FREE if any(_right(room, one) is Cell.FREE for one in beside) else own


def _right(room: Room, person: Person) -> Cell:
    now = room.now
    assert now is not None
    where = column(room, person)
    cell = FLOOR[now.group][where]
    if cell is Cell.TURN:
        return Cell.FREE if room.turns.get(now.code, "") == where else Cell.MUTED
    if cell is Cell.AGREED:
        return Cell.LISTENS if room.watch_allowed else Cell.ABSENT
    return cell


def attends(room: Room, person: Person) -> bool:
    """Whether somebody at the table sees and hears it in this stage."""
    return right(room, person) is not Cell.ABSENT


def may_speak(room: Room, person: Person) -> bool:
    """Whether somebody at the table has the right to be heard now."""
    cell = right(room, person)
    if cell not in CAN_BE_GIVEN or person.participant.role in LISTEN_ONLY:
        return False
    if room.holder == person.participant.id:
        return True
    if not room.floor_held:
        return cell is Cell.FREE or (room.floor_free and cell is Cell.GIVEN)
    if room.now is None:
        return person.participant.role in STAFF
    return cell is Cell.FREE and column(room, person) in _KEEPS_SPEAKING


def shows_face(room: Room, person: Person) -> bool:
    """Whether a picture from the table goes out: all but of those absent, and of experts who only listen."""
    cell = right(room, person)
    if person.participant.role in (Role.EXPERT, Role.APPRAISER):
        return cell in CAN_BE_GIVEN
    return cell is not Cell.ABSENT


def is_private(room: Room) -> bool:
    """Whether what is said at the table now is the tribunal's own."""
    return room.now is not None and room.now.group is Group.DELIBERATION


def knows_what_is_said(room: Room, person: Person) -> bool:
    """Whether what is said now may be read by this person later: some know only what they were there for."""
    return person.participant.role not in EARWITNESSES or (person.place == TABLE and attends(room, person))


def at_table(room: Room, participant: str) -> Person:
    """Somebody at the table; raises `Refused`."""
    person = room.people.get(participant)
    if person is None:
        raise Refused("nobody")
    if person.place != TABLE:
        raise Refused("not_at_table")
    return person


def give(room: Room, _: Person, wish: c.GiveFloor) -> list[e.Event]:
    """Give the floor, within what the stage lets a person do at all."""
    person = at_table(room, wish.participant)
    if person.participant.role in LISTEN_ONLY:
        raise Refused("listens_only")
    if right(room, person) not in CAN_BE_GIVEN:
        raise Refused("silent_in_stage")
    if room.holder == wish.participant:
        return []
    return [e.FloorGiven(participant=wish.participant, limit_s=_limit(room, wish.limit_s))]


def take(room: Room, _: Person, wish: c.TakeFloor) -> list[e.Event]:
    """Take the floor back."""
    if room.holder != wish.participant:
        raise Refused("has_no_floor")
    return [e.FloorTaken(participant=wish.participant)]


def free(room: Room, _: Person, __: c.FreeFloor) -> list[e.Event]:
    """Let everybody speak whom the stage lets speak."""
    needed = room.floor_held if room.now is None else not room.floor_free
    return [e.FloorFreed()] if needed else []


def pass_turn(room: Room, _: Person, wish: c.PassTurn) -> list[e.Event]:
    """Give the word to the next side, or out of order to another one with a reason."""
    now = room.now
    if now is None or not now.turns:
        raise Refused("no_turns_here")
    upcoming = next_turn(room)
    to = wish.to or upcoming
    if not to:
        raise Refused("no_more_turns")
    if to not in now.turns:
        raise Refused("no_turns_here")
    if to not in sides_present(room):
        raise Refused("nobody")
    if to != upcoming and not wish.reason.strip():
        raise Refused("reason_missing")
    return [e.TurnGiven(side=to, reason=wish.reason, limit_s=_limit(room, wish.limit_s))]


def next_turn(room: Room) -> str:
    """The side whose turn is next in this stage; empty when all have had theirs."""
    now = room.now
    if now is None:
        return ""
    order = [side for side in now.turns if side in sides_present(room)]
    current = room.turns.get(now.code, "")
    rest = order[order.index(current) + 1 :] if current in order else order
    return next((side for side in rest if side not in room.heard.get(now.code, frozenset())), "")


def first_turn(room: Room, turns: tuple[str, ...]) -> str:
    """The side that begins a stage with turns; empty when none of them is here."""
    return next((side for side in turns if side in sides_present(room)), "")


def sides_present(room: Room) -> frozenset[str]:
    """The sides of whom somebody is at the table, or has come in person."""
    there = {column(room, room.people[who]) for who in room.onsite.present if who in room.people}
    return sides_at_devices(room) | frozenset(there & _SIDES)


def sides_at_devices(room: Room) -> frozenset[str]:
    """The sides of whom somebody is at the table with a device, or beside one."""
    there = [p for p in room.people.values() if p.place == TABLE and p.connected]
    present = {column(room, p) for p in there}
    present |= {column(room, room.people[one.id]) for p in there for one in p.beside if one.id in room.people}
    return frozenset(present & _SIDES)


def _limit(room: Room, wished: int | None) -> int:
    if wished is not None:
        return wished
    return room.now.limit_s if room.now else 0

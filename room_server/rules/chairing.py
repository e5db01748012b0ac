"""Who conducts the hearing, on whose behalf, and what the chair alone decides."""

from . import commands as c
from . import events as e
from .interruptions.decisions import chair_may_be_taken
from .people import CONDUCT, STAFF, Action, Role, may
from .places import TABLE
from .refusal import Refused
from .room import Person, Room


def allowed(room: Room, person: Person, action: Action) -> None:
    """Raises `Refused` unless a person may do such a thing in this hearing at all."""
    who, role = person.participant.id, person.participant.role
    chairs = bool(room.chair) and who == room.chair
    if not chairs and not may(role, action):
        raise Refused("chair_only" if action is Action.DECIDE and role in STAFF else "not_allowed")
    if room.table is None or chairs or action not in CONDUCT:
        return
    if not room.chair and role in STAFF:
        # Nobody was booked to preside: whoever of the staff is there has to.
        return
    if action is Action.DECIDE:
        raise Refused("chair_only")
    drives = role is Role.CLERK and room.now is not None and room.now.clerk_drives
    if not drives and who not in room.delegated:
        raise Refused("not_presiding")


def may_write(room: Room, who: str) -> bool:
    """Whether somebody may write the minutes of this hearing."""
    person = room.people.get(who)
    if person is None:
        return False
    try:
        allowed(room, person, Action.EDIT_MINUTES)
    except Refused:
        return False
    return True


def delegate(room: Room, actor: Person, wish: c.Delegate) -> list[e.Event]:
    """Ask another member of staff to conduct, or stop it."""
    person = room.people.get(wish.participant)
    if person is None:
        raise Refused("nobody")
    if person.participant.role not in STAFF or person is actor:
        raise Refused("not_allowed")
    if (wish.participant in room.delegated) == wish.on:
        return []
    return [e.Delegated(participant=wish.participant, on=wish.on)]


def take_chair(room: Room, actor: Person, wish: c.TakeChair) -> list[e.Event]:
    """Take the chair of somebody absent, or one's own back."""
    who = actor.participant
    if room.table is None:
        raise Refused("no_procedure")
    if who.id == room.chair:
        return []
    if who.role not in room.table.stands_in | frozenset(room.table.presides):
        raise Refused("not_allowed")
    if actor.place != TABLE:
        raise Refused("not_at_table")
    if who.id != room.appointed:
        chair_may_be_taken(room)
    return [e.ChairTaken(participant=who.id, before=room.chair, reason=wish.reason)]


def allow_watch(room: Room, _: Person, wish: c.AllowWatch) -> list[e.Event]:
    """State what the parties agree to."""
    if room.watch_allowed == wish.on:
        return []
    return [e.WatchAllowed(on=wish.on, reason=wish.reason)]


def read_out(room: Room, _: Person, wish: c.Read) -> list[e.Event]:
    """State that a text of this procedure was read out."""
    table = room.table
    if table is None or wish.text not in {text for stage in table.stages for text in stage.texts}:
        raise Refused("no_such_text")
    return [e.ReadOut(text=wish.text, version=wish.version, stage=room.stage)]

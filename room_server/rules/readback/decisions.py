"""What a wish about reading back leads to: nothing is confirmed but what was read as it was laid. Pure."""

from collections.abc import Callable
from typing import Any

from ..people import EARWITNESSES, LISTEN_ONLY, STAFF, Role
from ..places import TABLE
from ..procedures.stage import Stage
from ..refusal import Refused
from ..room import Person, Room, column
from . import commands as c
from . import events as e
from .state import digest, has_changed, standing

ASKED = frozenset({"applicant", "respondent", "third", "witness", "expert"})
"""The columns whose people are asked: who made statements that the minutes hold (K15)."""
STEP = 25
"""What is noted of reading: every quarter."""


def is_checking(room: Room) -> bool:
    """Whether minutes are laid and answered in this stage; without a procedure at any time."""
    return room.now is None or room.now.checks


def is_answering(room: Room) -> bool:
    """Whether one may still confirm or refuse: also while it is signed."""
    return is_checking(room) or is_minutes_signing(room.now)


def is_minutes_signing(stage: Stage | None) -> bool:
    """Whether the minutes are signed in a stage, rather than an agreement."""
    return stage is not None and bool(stage.signs) and not stage.binding


def is_asked(room: Room, person: Person) -> bool:
    """Whether somebody is asked to confirm the minutes."""
    role = person.participant.role
    if role in LISTEN_ONLY or role in STAFF or role is Role.EXPERT:
        return False
    return column(room, person) in ASKED


def unanswered(room: Room) -> list[str]:
    """Who is there and has neither confirmed the newest laying nor been noted as refusing it."""
    there = [
        who
        for who, person in room.people.items()
        if person.place == TABLE and person.connected and is_asked(room, person)
    ]
    return [who for who in there if not _holds(room, who)]


def _holds(room: Room, who: str) -> bool:
    given = room.readback.answer(who)
    return given is not None and (given.kind == "confirmed" or given.noted)


def unread(room: Room, target: Stage) -> list[str]:
    """What is left undone of it by going on to sign, as `StageEntered.skipped` names it."""
    now = room.now
    if now is None or not now.checks or not is_minutes_signing(target) or not standing(room.minutes):
        return []
    if not room.readback.laying or has_changed(room.readback, room.minutes):
        return ["minutes:laid"]
    return [f"confirmation:{who}" for who in unanswered(room)]


def _lay(room: Room, _: Person, __: c.LayMinutes) -> list[Any]:
    if not is_checking(room):
        raise Refused("no_checking_now")
    texts = standing(room.minutes)
    if not texts:
        raise Refused("nothing_written")
    known = room.readback
    if known.laying and not has_changed(known, room.minutes) and texts == known.texts:
        return []
    return [e.MinutesLaid(laying=known.laying + 1, digest=digest(texts), lines=len(texts))]


def _laid(room: Room) -> None:
    if not room.readback.laying:
        raise Refused("not_laid")


def _asked(room: Room, person: Person) -> str:
    _laid(room)
    if not is_answering(room):
        raise Refused("no_checking_now")
    if person.place != TABLE or not is_asked(room, person):
        raise Refused("not_asked")
    if has_changed(room.readback, room.minutes):
        raise Refused("minutes_changed")
    return person.participant.id


def _report(room: Room, actor: Person, wish: c.ReportReading) -> list[Any]:
    _laid(room)
    who, share = actor.participant.id, wish.share // STEP * STEP
    if not is_asked(room, actor):
        raise Refused("not_asked")
    if wish.laying != room.readback.laying or share <= room.readback.read.get(who, 0):
        return []
    return [e.MinutesRead(participant=who, laying=wish.laying, share=share)]


def _confirm(room: Room, actor: Person, wish: c.ConfirmMinutes) -> list[Any]:
    who, readback = _asked(room, actor), room.readback
    if wish.digest != readback.digest:
        raise Refused("minutes_changed")
    if who not in readback.whole:
        raise Refused("not_read")
    given = readback.answer(who)
    if given is not None and given.kind == "confirmed":
        return []
    confirmed = e.MinutesConfirmed(
        participant=who,
        laying=readback.laying,
        digest=readback.digest,
        version=wish.version,
        scope="heard" if actor.participant.role in EARWITNESSES else "all",
    )
    return [confirmed]


def _refuse(room: Room, actor: Person, wish: c.RefuseMinutes) -> list[Any]:
    who = _asked(room, actor)
    if not wish.reason.strip():
        raise Refused("reason_missing")
    return [e.ConfirmationRefused(participant=who, laying=room.readback.laying, reason=wish.reason.strip())]


def _note(room: Room, _: Person, wish: c.NoteReading) -> list[Any]:
    person = room.people.get(wish.participant)
    if person is None:
        raise Refused("nobody")
    _laid(room)
    if not is_answering(room):
        raise Refused("no_checking_now")
    if not is_asked(room, person):
        raise Refused("not_asked")
    if has_changed(room.readback, room.minutes):
        raise Refused("minutes_changed")
    if wish.what != "read_out" and not wish.reason.strip():
        raise Refused("reason_missing")
    if wish.what == "confirmed" and wish.participant not in room.readback.whole:
        raise Refused("not_read")
    noted = e.ReadingNoted(
        participant=wish.participant,
        laying=room.readback.laying,
        what=wish.what,
        reason=wish.reason.strip(),
    )
    return [noted]


def _allow(room: Room, _: Person, wish: c.AllowLiveMinutes) -> list[Any]:
    return [] if room.readback.live is wish.on else [e.LiveMinutesAllowed(on=wish.on)]


DECISIONS: dict[type, Callable[[Room, Person, Any], list[Any]]] = {
    c.LayMinutes: _lay,
    c.ReportReading: _report,
    c.ConfirmMinutes: _confirm,
    c.RefuseMinutes: _refuse,
    c.NoteReading: _note,
    c.AllowLiveMinutes: _allow,
}

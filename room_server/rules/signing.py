"""Who signs in a stage, who has, and what cannot be reached before (LDA 14; domain 2.7, 2.8)."""

from collections.abc import Iterable

from . import commands as c
from . import events as e
from .places import TABLE
from .procedures.stage import Stage
from .refusal import Refused
from .room import Person, Room, column

_NEEDED = frozenset({"presiding", "applicant", "respondent"})
"""Without whom nothing is agreed (domain 2.7)."""


def signatories(room: Room, stage: Stage) -> list[str]:
    """Who is there and signs in a stage, in the order of its columns."""
    there = [p for p in room.people.values() if p.place == TABLE and p.connected]
    return [p.participant.id for name in stage.signs for p in there if column(room, p) == name]


def open_signatures(room: Room, stage: Stage) -> list[str]:
    """Of whom it is not known yet whether they sign."""
    known = room.signed.get(stage.code, frozenset()) | room.declined.get(stage.code, frozenset())
    return [who for who in signatories(room, stage) if who not in known]


def lacking(room: Room, stage: Stage) -> list[str]:
    """Whose signatures a stage lacks: of people who are there, and of sides of whom nobody has signed."""
    signed = room.signed.get(stage.code, frozenset())
    columns = {column(room, p) for who, p in room.people.items() if who in signed}
    booked = {column(room, p) for p in room.people.values()} & _NEEDED & frozenset(stage.signs)
    people = [who for who in signatories(room, stage) if who not in signed]
    there = {column(room, room.people[who]) for who in people}
    return [*people, *sorted(booked - columns - there)]


def lacking_before(room: Room, codes: Iterable[str]) -> list[str]:
    """What the binding ones of these stages lack; raises `Refused` where somebody does not sign at all."""
    found: list[str] = []
    for code in codes:
        stage = room.table.stage(code) if room.table else None
        if stage is None or not stage.binding or code not in room.passed:
            continue
        if room.declined.get(code):
            raise Refused("unsigned")
        found += lacking(room, stage)
    return found


def is_being_signed(room: Room) -> bool:
    """Whether the minutes must not change, because they are being signed as they stand."""
    return room.now is not None and bool(room.now.signs) and not room.now.binding


def sign(room: Room, actor: Person, wish: c.Sign) -> list[e.Event]:
    """Sign; whoever had declined may still do it."""
    stage = _stage(room, actor)
    who = actor.participant.id
    if who in room.signed.get(stage.code, frozenset()):
        return []
    return [e.Signed(participant=who, stage=stage.code, version=wish.version)]


def decline(room: Room, actor: Person, wish: c.DeclineToSign) -> list[e.Event]:
    """Not sign; a signature that was given stays, until what was signed changes."""
    return _declined(room, actor, wish.reason)


def note_unsigned(room: Room, _: Person, wish: c.NoteUnsigned) -> list[e.Event]:
    """Note that somebody does not sign."""
    person = room.people.get(wish.participant)
    if person is None:
        raise Refused("nobody")
    if not wish.reason.strip():
        raise Refused("reason_missing")
    return _declined(room, person, wish.reason)


def _declined(room: Room, person: Person, reason: str) -> list[e.Event]:
    stage = _stage(room, person)
    who = person.participant.id
    known = room.signed.get(stage.code, frozenset()) | room.declined.get(stage.code, frozenset())
    return [] if who in known else [e.SigningDeclined(participant=who, stage=stage.code, reason=reason)]


def _stage(room: Room, person: Person) -> Stage:
    now = room.now
    if now is None or not now.signs:
        raise Refused("no_signing_now")
    if column(room, person) not in now.signs or person.place != TABLE:
        raise Refused("does_not_sign")
    return now

"""Who comes to a sitting unforeseen: invited people, and chambers whose microphone several share. Pure."""

from collections.abc import Sequence

from . import events as e
from .decisions import let_in
from .people import LISTEN_ONLY, Participant, Role
from .places import SILENT_PLACES, TABLE, Phase
from .refusal import Refused
from .room import Person, Room
from .stages import screened_from

NEVER_BESIDE = LISTEN_ONLY | {Role.WITNESS, Role.CHAMBER}
"""Who never shares a microphone: who is not to be heard, and who must not hear the others."""


def invited(room: Room, participant: Participant, by: str) -> list[e.Event]:
    """The fact that somebody belongs to the hearing, unless they do already; raises `Refused`."""
    if room.phase is Phase.CLOSED:
        raise Refused("closed")
    return [] if participant.id in room.people else [e.PersonInvited(participant=participant, by=by)]


def shared(room: Room, who: str, present: Sequence[str], others: Sequence[str]) -> list[e.Event]:
    """The fact that people of the hearing, and others by name, sit at one microphone; raises `Refused`."""
    chamber = room.people.get(who)
    people = [room.people.get(one) for one in dict.fromkeys(present)]
    if chamber is None:
        raise Refused("nobody")
    found: list[Person] = []
    for person in people:
        if person is None:
            raise Refused("nobody")
        if person.participant.role in NEVER_BESIDE:
            raise Refused("not_beside_others")
        if screened_from(person, found):
            raise Refused("screened")
        found.append(person)
    if chamber.place == TABLE:
        there = [p for p in room.people.values() if p.place == TABLE and p is not chamber]
        if any(screened_from(person, there) for person in found):
            raise Refused("screened")
    told = e.MicrophoneShared(
        participant=who,
        people=[
            *(e.Speaker(name=p.participant.name, participant=p.participant.id) for p in found),
            *(e.Speaker(name=name) for name in dict.fromkeys(others) if name),
        ],
    )
    return [] if told.people == chamber.speakers else [told]


def brought_in(room: Room, who: str) -> list[e.Event]:
    """The facts of being let in without knocking, by leave of whoever called; raises `Refused`."""
    person = room.people.get(who)
    if person is None:
        raise Refused("nobody")
    return let_in(room, person) if person.place in SILENT_PLACES else []

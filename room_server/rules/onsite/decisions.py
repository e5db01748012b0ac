"""What a wish about going on at a place leads to. Pure."""

from .. import events as e
from ..refusal import Refused
from ..resuming import resumption
from ..room import Person, Room, evolve
from ..stages import broken_off
from . import commands as c


def switch(room: Room, _: Person, wish: c.SwitchOnSite) -> list[e.Event]:
    """End the sitting as it stands; the next one goes on where this one was (OLR 21)."""
    if not wish.reason.strip():
        raise Refused("reason_missing")
    if not wish.place.strip():
        raise Refused("place_missing")
    ended = broken_off(room, wish.reason)
    after = room
    for event in ended:
        after = evolve(after, event)
    onward = resumption(after)
    switched = e.SwitchedOnSite(
        reason=wish.reason, place=wish.place.strip(), time=wish.time, stage=onward.stage if onward else ""
    )
    return [switched, *ended]


def note_presence(room: Room, _: Person, wish: c.PresentOnSite) -> list[e.Event]:
    """Note who has come in person."""
    if wish.participant not in room.people:
        raise Refused("nobody")
    if (wish.participant in room.onsite.present) == wish.on:
        return []
    return [e.PresenceNoted(participant=wish.participant, on=wish.on)]

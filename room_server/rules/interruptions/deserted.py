"""Talks of two chambers that nobody opened and everybody has left: they end by themselves. Pure."""

from .. import events as e
from ..people import Role
from ..places import Phase
from ..room import Room
from .events import NeverOpened


def is_deserted(room: Room) -> bool:
    """Whether only chambers belong to a room that was never opened, and none of them is there."""
    people = room.people.values()
    only_chambers = all(person.participant.role is Role.CHAMBER for person in people)
    return room.phase is Phase.WAITING and only_chambers and not any(person.connected for person in people)


def ended(room: Room, waited_s: int) -> list[e.Event]:
    """The end of a talk that is deserted; nothing where somebody has come back meanwhile."""
    return [NeverOpened(waited_s=waited_s), e.Closed()] if is_deserted(room) else []

"""What a wish to say something in writing leads to: whoever would be heard is read, nobody else. Pure."""

from collections.abc import Callable
from typing import Any

from .. import signing
from ..evidence.mentions import cited
from ..hearing import why_silent, why_unrecorded
from ..minutes.wording import written
from ..people import LISTEN_ONLY
from ..refusal import Refused
from ..room import Person, Room
from . import commands as c
from . import events as e
from .limits import MOST_CHARACTERS

WHY = {
    "waiting": "not_at_table",
    "closed": "closed",
    "adjourned": "adjourned",
    "offline": "not_at_table",
    "elsewhere": "not_at_table",
    "stage": "not_at_table",
    "muted": "muted_now",
    "floor": "no_floor_to_write",
}
"""Why a microphone goes nowhere → the refusal of a text."""


def say(room: Room, actor: Person, wish: c.Say) -> list[Any]:
    """A text at the table; nothing for one that passes (`passes`)."""
    text = said(room, actor, wish)
    if passes(room, actor):
        return []
    if signing.is_being_signed(room):
        raise Refused("being_signed")
    line, who = f"h{room.minutes.made + 1}", actor.participant.id
    return [e.TextSaid(line=line, participant=who, text=text, evidence=cited(room.exhibits, text))]


def said(room: Room, actor: Person, wish: c.Say) -> str:
    """The text as it is read; raises `Refused` for who may not speak now, and for too much."""
    if actor.participant.role in LISTEN_ONLY:
        raise Refused("listens_only")
    if why := why_silent(room, actor):
        raise Refused(WHY[why])
    text = written(wish.text.strip(), MOST_CHARACTERS, "text_too_long").strip()
    if not text:
        raise Refused("nothing_to_send")
    return text


def passes(room: Room, actor: Person) -> bool:
    """Whether what somebody says now is for those at their place alone: what is not recorded is not kept."""
    minuted = room.now is None or room.now.minuted
    return not minuted or why_unrecorded(room, actor, "microphone") != ""


def declare(room: Room, _: Person, wish: c.DeclareWriting) -> list[Any]:
    """State that somebody takes part in writing, once."""
    person = room.people.get(wish.participant)
    if person is None:
        raise Refused("nobody")
    if person.participant.role in LISTEN_ONLY:
        raise Refused("listens_only")
    if person.in_writing == wish.on:
        return []
    return [e.WritingDeclared(participant=wish.participant, on=wish.on)]


DECISIONS: dict[type, Callable[[Room, Person, Any], list[Any]]] = {c.Say: say, c.DeclareWriting: declare}

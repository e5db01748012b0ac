"""What naming a voice leads to: every line of it follows, but those that somebody gave away by hand. Pure."""

from collections.abc import Callable
from typing import Any

from .. import signing
from ..refusal import Refused
from ..room import Person, Room
from .commands import NameVoice
from .events import VoiceNamed


def _name(room: Room, _: Person, wish: NameVoice) -> list[Any]:
    if signing.is_being_signed(room):
        raise Refused("being_signed")
    mine = {
        name: line
        for name, line in room.minutes.lines.items()
        if line.track == wish.participant and line.voice == wish.voice
    }
    shares = room.people.get(wish.participant)
    if shares is None or not mine:
        raise Refused("no_such_voice")
    if wish.speaker and wish.speaker not in {one.id for one in shares.beside}:
        raise Refused("not_at_microphone")
    owner = wish.speaker or wish.participant
    lines = {n: line.version + 1 for n, line in mine.items() if not line.by_hand and line.speaker != owner}
    if not lines and room.minutes.voices.get((wish.participant, wish.voice), "") == wish.speaker:
        return []
    return [VoiceNamed(participant=wish.participant, voice=wish.voice, speaker=wish.speaker, lines=lines)]


DECISIONS: dict[type, Callable[[Room, Person, Any], list[Any]]] = {NameVoice: _name}

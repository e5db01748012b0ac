"""What the scribe and the record need to know of shared microphones. Pure."""

from typing import Any

import msgspec

from ..minutes.events import UtteranceHeard
from ..room import Room


def shared_microphones(room: Room) -> dict[str, Any]:
    """Whose microphones several people share: how many, and how many voice names are given already."""
    return {
        who: {"people": len(person.speakers), "used": _used(room, who)}
        for who, person in room.people.items()
        if len(person.speakers) > 1
    }


def spoken_by(room: Room, heard: UtteranceHeard) -> UtteranceHeard:
    """The utterance with whom staff have named its voice, if they have."""
    speaker = room.minutes.voices.get((heard.participant, heard.voice), "") if heard.voice else ""
    return msgspec.structs.replace(heard, speaker=speaker) if speaker else heard


def _used(room: Room, track: str) -> int:
    names = [line.voice for line in room.minutes.lines.values() if line.track == track]
    return max((int(name[1:]) for name in names if name[1:].isdecimal()), default=0)

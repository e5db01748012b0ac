"""Voices at a shared microphone: a machine tells them apart, only people give them names. Pure."""

from typing import Any

from ..room import Room


def shared_microphones(room: Room) -> dict[str, Any]:
    """Whose microphones several people share: how many, and how many voice names are given already."""
    return {
        who: {"people": len(person.speakers), "used": _used(room, who)}
        for who, person in room.people.items()
        if len(person.speakers) > 1
    }


def _used(room: Room, track: str) -> int:
    names = [line.voice for line in room.minutes.lines.values() if line.track == track]
    return max((int(name[1:]) for name in names if name[1:].isdecimal()), default=0)

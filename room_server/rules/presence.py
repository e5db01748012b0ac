"""Whether a chamber can be reached, by when its device was last heard of and what it then was doing. Pure."""

from enum import StrEnum

import msgspec

SILENT_MS = 12_000
"""A device asks every few seconds; one that has not for this long is off, asleep or cut off."""


class Standing(StrEnum):
    """How a chamber stands, as others are shown it."""

    UNPAIRED = "unpaired"
    """No device was ever paired, or its pairing was taken back."""
    OFFLINE = "offline"
    ONLINE = "online"
    BUSY = "busy"
    """In a room, or in a call that rings or has been accepted."""


class Sighting(msgspec.Struct, frozen=True):
    """The last that was heard of a device: when (Unix ms), and whether it was in a room."""

    at: int
    in_room: bool = False


def standing(paired: bool, seen: Sighting | None, calling: bool, now: int) -> Standing:
    """How a chamber stands at a time (Unix ms)."""
    if not paired:
        return Standing.UNPAIRED
    # A clock that was set back must not keep a dead device alive.
    if seen is None or abs(now - seen.at) > SILENT_MS:
        return Standing.OFFLINE
    return Standing.BUSY if seen.in_room or calling else Standing.ONLINE

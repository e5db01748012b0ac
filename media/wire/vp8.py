"""The VP8 payload descriptor (RFC 7741): key frames, picture ids and sizes, and shifting the ids in place."""

from typing import NamedTuple

from .rtp import Buffer


class Descriptor(NamedTuple):
    """What a forwarder needs of a VP8 payload; positions are -1 when the field is absent."""

    start: bool
    """The first packet of a frame."""
    key: bool
    """The first packet of a key frame."""
    picture_at: int
    picture_bits: int
    picture: int
    level_at: int
    """Position of TL0PICIDX."""
    level: int


_START_CODE = b"\x9d\x01\x2a"
NOTHING = Descriptor(False, False, -1, 0, 0, -1, 0)


def describe(payload: Buffer) -> Descriptor:
    """Read the descriptor; `NOTHING` for a payload too short to have one."""
    size = len(payload)
    if size < 2:
        return NOTHING
    first, at = payload[0], 1
    picture_at, bits, picture, level_at, level = -1, 0, 0, -1, 0
    if first & 0x80:
        flags, at = payload[1], 2
        if flags & 0x80:
            if size < at + 2:
                return NOTHING
            picture_at = at
            if payload[at] & 0x80:
                bits, picture, at = 15, (payload[at] & 0x7F) << 8 | payload[at + 1], at + 2
            else:
                bits, picture, at = 7, payload[at], at + 1
        if flags & 0x40:
            if size < at + 1:
                return NOTHING
            level_at, level, at = at, payload[at], at + 1
        if flags & 0x30:
            at += 1
    start = first & 0x17 == 0x10
    key = start and size > at and not payload[at] & 1
    return Descriptor(start, key, picture_at, bits, picture, level_at, level)


def size(payload: Buffer) -> tuple[int, int]:
    """Width and height that the first packet of a key frame tells (RFC 6386 section 9.1), else zeros."""
    seen = describe(payload)
    at = 1
    if payload and payload[0] & 0x80 and len(payload) > 1:
        flags = payload[1]
        ids = seen.picture_at >= 0 and (2 if seen.picture_bits == 15 else 1)
        at = 2 + ids + bool(flags & 0x40) + bool(flags & 0x30)
    body = bytes(payload[at : at + 10])
    if not seen.key or body[3:6] != _START_CODE or len(body) < 10:
        return 0, 0
    # The upper two bits of each ask the viewer to scale; nobody does.
    width, height = int.from_bytes(body[6:8], "little"), int.from_bytes(body[8:10], "little")
    return width & 0x3FFF, height & 0x3FFF


def shift(packet: Buffer, offset: int, seen: Descriptor, pictures: int, levels: int) -> None:
    """Add to the ids of the payload that begins at `offset` of a writable packet."""
    if isinstance(packet, bytes):
        raise TypeError("the packet must be writable")
    if seen.picture_bits == 15:
        at, picture = offset + seen.picture_at, seen.picture + pictures
        packet[at] = 0x80 | picture >> 8 & 0x7F
        packet[at + 1] = picture & 0xFF
    elif seen.picture_bits:
        packet[offset + seen.picture_at] = seen.picture + pictures & 0x7F
    if seen.level_at >= 0:
        packet[offset + seen.level_at] = seen.level + levels & 0xFF

"""Redundant audio payloads: older packets ride along with the newest (RFC 2198)."""

import struct
from typing import NamedTuple

from .rtp import Buffer

_HEADER = struct.Struct("!L")
_BLOCKS = 8
"""More blocks than this in one packet are no audio."""
OVERHEAD = 5
"""Bytes of header for one older packet and the newest."""
LONGEST_OFFSET, LONGEST_BLOCK = (1 << 14) - 1, (1 << 10) - 1
"""What 14 bits of timestamp and 10 bits of length can say."""


class Redundant(NamedTuple):
    """One unwrapped packet."""

    primary: bytes
    older: list[tuple[int, bytes]]
    """(timestamp ticks before the packet's, payload), the packet just before it first."""


def parse(payload: Buffer, payload_type: int) -> Redundant | None:
    """Unwrap; None if its lengths do not add up or a block is of another payload type."""
    size, at = len(payload), 0
    sizes: list[tuple[int, int]] = []
    while at < size and payload[at] & 0x80:
        if at + 4 > size or len(sizes) >= _BLOCKS:
            return None
        (word,) = _HEADER.unpack_from(payload, at)
        if word >> 24 & 0x7F != payload_type:
            return None
        sizes.append((word >> 10 & LONGEST_OFFSET, word & LONGEST_BLOCK))
        at += 4
    if at >= size or payload[at] != payload_type:
        return None
    at += 1
    older = []
    for offset, length in sizes:
        older.append((offset, bytes(payload[at : at + length])))
        at += length
    if at > size:
        return None
    older.reverse()
    return Redundant(bytes(payload[at:]), older)


def build(payload_type: int, offset: int, older: bytes, primary: bytes) -> bytes | None:
    """The payload with one older packet from `offset` ticks before; None if the header cannot say so."""
    if not 0 < offset <= LONGEST_OFFSET or not 0 < len(older) <= LONGEST_BLOCK:
        return None
    word = 1 << 31 | payload_type << 24 | offset << 10 | len(older)
    return _HEADER.pack(word) + bytes((payload_type,)) + older + primary

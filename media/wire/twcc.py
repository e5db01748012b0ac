"""Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): when every packet arrived."""

import struct
from collections.abc import Iterator, Mapping, Sequence

TICKS_PER_SECOND = 4000
"""Arrival times are counted in ticks of 250 us."""
_REFERENCE = 256
"""Ticks of one unit (64 ms) of the reference time."""
_ABSENT, _SMALL, _LARGE = 0, 1, 2
_LONGEST_RUN = 8191
MOST_RECEIVED = 180
"""Received packets in one feedback: even with a gap after each of them it stays below 1,200 bytes."""
MOST_NUMBERS = 0x1000
"""A jump this large is a sender that began anew."""


def encode(sender: int, ssrc: int, count: int, base: int, arrivals: Sequence[int | None]) -> bytes:
    """One feedback packet about `base` and the numbers after it: arrival in ticks, None for what is missing.

    `count` numbers the feedback packets themselves. At least one packet must have arrived, and neighbours
    at most 8 seconds apart: as `portions` cuts them.
    """
    first = next(tick for tick in arrivals if tick is not None)
    last = first // _REFERENCE * _REFERENCE
    reference = last // _REFERENCE & 0xFFFFFF
    chunks, deltas = _whole(arrivals, last) or _holed(arrivals, last)
    head = struct.pack("!LLHHL", sender, ssrc, base & 0xFFFF, len(arrivals), reference << 8 | count & 0xFF)
    body = head + chunks + deltas
    padding = -len(body) % 4
    if padding:
        body += bytes(padding - 1) + bytes((padding,))
    return struct.pack("!BBH", (0xA0 if padding else 0x80) | 15, 205, len(body) // 4) + body


def _whole(arrivals: Sequence[int | None], last: int) -> tuple[bytes, bytes] | None:
    """Chunks and deltas of what came whole and in order, as nearly always; None for anything else."""
    deltas = []
    for tick in arrivals:
        if tick is None or not 0 <= tick - last <= 255:
            return None
        deltas.append(tick - last)
        last = tick
    return struct.pack("!H", _SMALL << 13 | len(deltas)), bytes(deltas)


def _holed(arrivals: Sequence[int | None], last: int) -> tuple[bytes, bytes]:
    symbols, deltas = bytearray(), bytearray()
    for tick in arrivals:
        if tick is None:
            symbols.append(_ABSENT)
            continue
        delta, last = tick - last, tick
        if 0 <= delta <= 255:
            symbols.append(_SMALL)
            deltas.append(delta)
        else:
            symbols.append(_LARGE)
            deltas += struct.pack("!h", delta)
    return b"".join(struct.pack("!H", chunk) for chunk in _chunks(symbols)), bytes(deltas)


def _chunks(symbols: bytearray) -> Iterator[int]:
    """Run lengths and status vectors, whichever says more in its 16 bits."""
    at, end = 0, len(symbols)
    while at < end:
        symbol, run = symbols[at], 1
        while run < _LONGEST_RUN and at + run < end and symbols[at + run] == symbol:
            run += 1
        one_bit = _LARGE not in symbols[at : at + 14]
        if run >= (14 if one_bit else 7) or at + run == end:
            yield symbol << 13 | run
            at += run
        elif one_bit:
            yield 0x8000 | _vector(symbols[at : at + 14], 1)
            at += 14
        else:
            yield 0xC000 | _vector(symbols[at : at + 7], 2)
            at += 7


def _vector(symbols: bytearray, bits: int) -> int:
    value = 0
    for place, symbol in enumerate(symbols):
        value |= symbol << (14 - bits * (place + 1))
    return value


def portions(base: int, last: int, arrivals: Mapping[int, int]) -> Iterator[tuple[int, list[int | None]]]:
    """The numbers `base` to `last` cut so that `encode` can say each part: (its base, arrivals in ticks)."""
    part = [arrivals.get(number) for number in range(base, last + 1)]
    known = [tick for tick in part if tick is not None]
    if not known:
        return
    if len(known) <= MOST_RECEIVED and max(known) - min(known) <= 32767:
        yield base, part
        return
    part, received, before, start = [], 0, 0, base
    for number in range(base, last + 1):
        tick = arrivals.get(number)
        if tick is not None:
            far = received and not -32768 <= tick - before <= 32767
            if far or received >= MOST_RECEIVED:
                yield start, part
                part, received, start = [], 0, number
            received, before = received + 1, tick
        part.append(tick)
    if received:
        yield start, part

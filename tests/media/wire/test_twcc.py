"""Transport-wide feedback is read back, by the draft's own words, as what was told."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from media.wire import rtcp, twcc

Read = tuple[int, int, int, list[int | None]]


def read(data: bytes) -> Read:
    """(base, reference in 64 ms, count of feedbacks, arrival in ticks or None), strictly."""
    first, kind, words = struct.unpack_from("!BBH", data)
    assert (first & 0xDF, kind, (words + 1) * 4) == (0x8F, 205, len(data))
    end = len(data) - (data[-1] if first & 0x20 else 0)
    _, _, base, count, last = struct.unpack_from("!LLHHL", data, 4)
    symbols: list[int] = []
    at = 20
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", data, at)
        at += 2
        if not chunk & 0x8000:
            assert chunk & 0x1FFF, "an empty run"
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        elif chunk & 0x4000:
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [chunk >> shift & 1 for shift in range(13, -1, -1)]
    assert not any(symbols[count:])
    tick, found = (last >> 8) * 256, list[int | None]()
    for symbol in symbols[:count]:
        if symbol == 1:
            tick, at = tick + data[at], at + 1
        elif symbol == 2:
            tick, at = tick + struct.unpack_from("!h", data, at)[0], at + 2
        found.append(tick if symbol else None)
    assert at == end
    return base, last >> 8, last & 255, found


steps = st.one_of(st.none(), st.integers(0, 300), st.integers(-3000, 3000), st.just(40))
runs = st.lists(st.tuples(steps, st.integers(1, 40)), min_size=1, max_size=30)


def laid_out(first: int, stretches: list[tuple[int | None, int]]) -> list[int | None]:
    """Arrivals from runs of equal steps; the first one has arrived."""
    found: list[int | None] = [first]
    tick = first
    for step, times in stretches:
        for _ in range(times):
            tick += step or 0
            found.append(None if step is None else tick)
    return found


@given(st.integers(0, 0xFFFF), st.integers(1 << 20, (1 << 32) - (1 << 22)), st.integers(0, 1000), runs)
def test_what_is_told_is_read_back(
    base: int, first: int, count: int, stretches: list[tuple[int | None, int]]
) -> None:
    arrivals = laid_out(first, stretches)
    found = read(twcc.encode(1, 2, count, base, arrivals))
    assert found == (base, first // 256, count & 255, arrivals)


@given(st.lists(st.one_of(st.none(), st.integers(1 << 20, 1 << 26)), min_size=1, max_size=600))
def test_portions_tell_all_and_stay_small(arrivals: list[int | None]) -> None:
    known = {1000 + place: tick for place, tick in enumerate(arrivals) if tick is not None}
    told: dict[int, int] = {}
    for base, part in twcc.portions(1000, 999 + len(arrivals), known):
        data = twcc.encode(1, 2, 0, base, part)
        assert len(data) <= 1200
        told |= {base + place: tick for place, tick in enumerate(read(data)[3]) if tick is not None}
    assert told == known


def test_the_reference_time_wraps_and_a_stretch_of_loss_costs_two_bytes() -> None:
    tick = (1 << 24) * 256 + 5 * 256 + 7
    data = twcc.encode(1, 2, 0, 65530, [tick, *[None] * 5000, tick + 30])
    base, reference, _, found = read(data)
    assert (base, reference) == (65530, 5)
    assert found[0] == 5 * 256 + 7 and found[-1] == 5 * 256 + 37
    assert len(data) <= 32


def test_our_own_reader_of_rtcp_skips_it() -> None:
    data = twcc.encode(1, 2, 0, 7, [1 << 20, None, (1 << 20) + 1])
    assert rtcp.parse(data) == []

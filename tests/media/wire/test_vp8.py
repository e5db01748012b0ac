"""VP8 descriptors: what aiortc writes is understood, ids shift in place."""

from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from media.wire import vp8


def payload(picture: int | None, level: int | None, *, start: bool = True, key: bool = True) -> bytearray:
    descriptor = VpxPayloadDescriptor(int(start), 0, picture_id=picture, tl0picidx=level)
    return bytearray(bytes(descriptor) + bytes((0 if key else 1,)) + b"frame")


@given(st.one_of(st.none(), st.integers(0, 0x7FFF)), st.one_of(st.none(), st.integers(0, 255)))
def test_ids_and_key_frames_are_found(picture: int | None, level: int | None) -> None:
    seen = vp8.describe(payload(picture, level))
    assert seen.start and seen.key
    assert seen.picture == (picture or 0)
    assert seen.level == (level or 0)
    assert bool(seen.picture_bits) == (picture is not None)
    assert not vp8.describe(payload(picture, level, key=False)).key
    assert not vp8.describe(payload(picture, level, start=False)).key


@given(st.integers(0, 0x7FFF), st.integers(0, 255), st.integers(-40000, 40000), st.integers(-300, 300))
def test_shifted_ids_are_read_back_and_nothing_else_moves(
    picture: int, level: int, pictures: int, levels: int
) -> None:
    packet = bytearray(b"header") + payload(picture, level)
    before = bytes(packet)
    seen = vp8.describe(packet[6:])
    vp8.shift(packet, 6, seen, pictures, levels)
    descriptor, rest = VpxPayloadDescriptor.parse(bytes(packet[6:]))
    mask = 0x7FFF if seen.picture_bits == 15 else 0x7F
    assert descriptor.picture_id == (picture + pictures) & mask
    assert descriptor.tl0picidx == (level + levels) & 0xFF
    assert rest == b"\0frame"
    assert packet[:6] == before[:6] and len(packet) == len(before)


@given(st.binary(max_size=12))
def test_random_bytes_never_raise(data: bytes) -> None:
    seen = vp8.describe(data)
    packet = bytearray(data)
    vp8.shift(packet, 0, seen, 5, 5)
    assert len(packet) == len(data)

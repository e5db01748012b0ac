"""VP8 descriptors: what aiortc writes is understood, ids shift in place."""

from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from media.layered_picture import encoded
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


@given(
    st.one_of(st.none(), st.integers(0, 0x7FFF)),
    st.one_of(st.none(), st.integers(0, 255)),
    st.integers(1, 0x3FFF),
    st.integers(1, 0x3FFF),
)
def test_the_size_of_a_key_frame_is_found_behind_whichever_ids(
    picture: int | None, level: int | None, width: int, height: int
) -> None:
    told = b"\0\0\x9d\x01\x2a" + width.to_bytes(2, "little") + height.to_bytes(2, "little")
    for key in (True, False):
        head = bytes(payload(picture, level, key=key)).removesuffix(b"frame")
        assert vp8.size(head + told) == ((width, height) if key else (0, 0))
        assert vp8.size(head + told[:-1]) == (0, 0)


def test_the_size_is_what_an_encoder_was_given() -> None:
    frame = encoded((110, 150, 110), 320, 240, 150_000)[0]
    assert vp8.size(bytes(VpxPayloadDescriptor(1, 0, picture_id=300)) + frame[:40]) == (320, 240)


@given(st.binary(max_size=40))
def test_whatever_comes_instead_of_a_size_is_borne(noise: bytes) -> None:
    width, height = vp8.size(noise)
    assert 0 <= width < 1 << 14 and 0 <= height < 1 << 14

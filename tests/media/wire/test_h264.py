"""H.264 payloads: where a decoder can start, how large the picture is, and which formats are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.wire import h264
from media.wire.vp8 import NOTHING
from tests.support.h264_source import h264_frames, units

SPS, PPS, IDR, SLICE, SEI, AUD = b"\x67sps", b"\x68pps", b"\x65idr", b"\x41slice", b"\x06sei", b"\x09aud"


def aggregate(*units: bytes) -> bytes:
    return b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def fragment(unit: bytes, *, start: bool = False, end: bool = False) -> bytes:
    return bytes((unit[0] & 0xE0 | 28, start << 7 | end << 6 | unit[0] & 31)) + unit[1:]


@pytest.mark.parametrize(
    "payload",
    [SPS, IDR, aggregate(SPS, PPS), aggregate(AUD, SPS), aggregate(SEI, IDR), fragment(IDR, start=True)],
)
def test_a_decoder_can_start_here(payload: bytes) -> None:
    assert h264.describe(payload) == h264.KEY


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        SLICE,
        PPS,
        SEI,
        AUD,
        aggregate(SEI, SLICE),
        fragment(IDR),
        fragment(IDR, end=True),
        fragment(SLICE, start=True),
        b"\x7c",
        b"\x78\x00",
        b"\x78\xff\xff\x41" + SPS,
    ],
)
def test_a_decoder_cannot_start_here(payload: bytes) -> None:
    assert h264.describe(payload) is NOTHING


@given(st.binary(max_size=100))
def test_hostile_payloads_are_read_within_their_bounds(payload: bytes) -> None:
    assert h264.describe(payload) in (h264.KEY, NOTHING)


def test_a_picture_opens_with_its_sets_a_delimiter_or_the_slice_of_its_first_macroblock() -> None:
    first, second = b"\x41\x9a", b"\x41\x40"
    opening = (
        SPS,
        AUD,
        SEI,
        aggregate(SPS, PPS),
        aggregate(first, second),
        first,
        fragment(first, start=True),
    )
    assert all(h264.opens_picture(payload) for payload in opening)
    later = (b"", PPS, IDR, second, aggregate(second, first), fragment(IDR, start=True), fragment(first))
    assert not any(h264.opens_picture(payload) for payload in (*later, fragment(second, start=True), b"\x5c"))


def test_baseline_in_fragments_is_taken_and_nothing_else() -> None:
    assert h264.baseline("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f")
    assert h264.baseline("packetization-mode=1; profile-level-id=42001F")
    assert h264.baseline("packetization-mode=1")
    assert not h264.baseline("profile-level-id=42e01f")
    assert not h264.baseline("packetization-mode=0;profile-level-id=42e01f")
    assert not h264.baseline("packetization-mode=1;profile-level-id=640c1f")
    assert not h264.baseline("packetization-mode=1;profile-level-id=42")
    assert not h264.baseline("")


@pytest.mark.parametrize("size", [(160, 120), (320, 240), (330, 250), (962, 542), (60, 40)])
def test_the_size_is_what_an_encoder_was_given(size: tuple[int, int]) -> None:
    parameters, *rest = list(units(h264_frames(1, *size)[0]))
    assert parameters[0] & 31 == 7 and h264.size(parameters) == size
    assert h264.size(aggregate(rest[0], parameters)) == size
    assert h264.tells_size(parameters) and h264.tells_size(aggregate(parameters))
    assert not h264.tells_size(IDR) and not h264.tells_size(fragment(parameters, start=True))
    assert all(h264.size(unit) == (0, 0) for unit in (*rest, IDR, b""))
    assert h264.size(b"\x67\x64" + parameters[2:]) == (0, 0), "of a profile nobody may send"


@given(
    st.sampled_from([b"\x67\x42\xc0\x0a", b"\x78\0\x20\x67\x42\xc0\x0a", b"\x78", b""]),
    st.binary(max_size=64),
)
def test_whatever_comes_instead_of_parameters_is_borne(head: bytes, noise: bytes) -> None:
    width, height = h264.size(head + noise)
    assert width >= 0 and height >= 0

"""Frames of the tap, whole and hostile."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.tap import LONGEST, Frame, FrameBroken, FrameReader, Kind, frame_bytes

FRAME = Frame(Kind.PACKET, "room/p_a", 1234.5, b"opus")


def test_a_frame_looks_as_agreed_with_the_media_worker() -> None:
    body = b"\x01\x08room/p_a" + struct.pack(">d", 1234.5) + b"opus"
    assert frame_bytes(FRAME) == struct.pack(">I", len(body)) + body
    assert FrameReader().feed(frame_bytes(FRAME)) == [FRAME]
    assert (FRAME.room, FRAME.speaker) == ("room", "p_a")


frames = st.builds(
    Frame,
    st.sampled_from(Kind),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).map(lambda s: s + "/p"),
    st.floats(-1e12, 1e12),
    st.binary(max_size=100),
)


@given(st.lists(frames, max_size=8), st.data())
def test_frames_survive_any_splitting(sent: list[Frame], data: st.DataObject) -> None:
    line = b"".join(frame_bytes(frame) for frame in sent)
    reader, got = FrameReader(), []
    while line:
        size = data.draw(st.integers(1, len(line)))
        got += reader.feed(line[:size])
        line = line[size:]
    assert got == sent


def raw(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


TIME = struct.pack(">d", 1.0)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff" * 100,
        struct.pack(">I", LONGEST + 1),
        struct.pack(">I", 3) + b"abc",
        raw(b"\x09\x03r/p" + TIME),
        raw(b"\x01\x00" + TIME + b"xxx"),
        raw(b"\x01\xffr/p" + TIME),
        raw(b"\x01\x03\xff/p" + TIME),
        raw(b"\x01\x03rpp" + TIME),
        raw(b"\x01\x03r/p" + struct.pack(">d", math.nan)),
        raw(b"\x01\x03r/p" + struct.pack(">d", 1e300)),
    ],
    ids=[
        "garbage",
        "huge",
        "short",
        "kind",
        "no name",
        "name too long",
        "not utf-8",
        "no slash",
        "nan",
        "far",
    ],
)
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(FrameBroken):
        FrameReader().feed(data)


@given(st.binary(max_size=200))
def test_random_bytes_never_raise_anything_else(data: bytes) -> None:
    try:
        FrameReader().feed(data)
    except FrameBroken:
        return

"""Redundant audio payloads: what is built is read back, what is not sound is refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.wire import red


def block(offset: int, length: int, payload_type: int = 111) -> bytes:
    return struct.pack("!L", 1 << 31 | payload_type << 24 | offset << 10 | length)


@given(st.integers(1, red.LONGEST_OFFSET), st.binary(min_size=1, max_size=600), st.binary(max_size=600))
def test_what_is_built_is_read_back(offset: int, older: bytes, primary: bytes) -> None:
    payload = red.build(111, offset, older, primary)
    assert payload is not None
    assert red.parse(payload, 111) == (primary, [(offset, older)])


def test_the_packet_just_before_comes_first() -> None:
    read = red.parse(block(1920, 3) + block(960, 5) + b"\x6f" + b"oldnewerNOW", 111)
    assert read == (b"NOW", [(960, b"newer"), (1920, b"old")])


def test_a_packet_alone_is_only_its_primary() -> None:
    assert red.parse(b"\x6fvoice", 111) == (b"voice", [])


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        block(960, 3)[:3],
        block(960, 3),
        block(960, 3) + b"\x6fab",
        block(960, 3, payload_type=0) + b"\x6fabcNOW",
        block(960, 3) + b"\x00abcNOW",
        block(960, 1) * 9 + b"\x6f" + b"x" * 20,
    ],
)
def test_what_does_not_add_up_is_refused(payload: bytes) -> None:
    assert red.parse(payload, 111) is None


def test_what_the_header_cannot_say_is_not_built() -> None:
    assert red.build(111, 0, b"a", b"b") is None
    assert red.build(111, red.LONGEST_OFFSET + 1, b"a", b"b") is None
    assert red.build(111, 960, bytes(red.LONGEST_BLOCK + 1), b"b") is None
    assert red.build(111, 960, b"", b"b") is None


@given(st.binary(max_size=200), st.integers(0, 127))
def test_hostile_bytes_are_read_within_their_bounds(data: bytes, payload_type: int) -> None:
    read = red.parse(data, payload_type)
    if read is not None:
        assert len(read.primary) + sum(len(payload) for _, payload in read.older) < len(data)

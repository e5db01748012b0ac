"""RTP as bytes: what was built is read back, what is cut or random never raises."""

from hypothesis import given
from hypothesis import strategies as st

from media.wire import rtp

word = st.integers(0, 0xFFFFFFFF)


@given(st.integers(0, 127), st.integers(0, 0xFFFF), word, word, st.binary(max_size=200), st.booleans())
def test_what_is_built_is_read_back(
    kind: int, sequence: int, timestamp: int, ssrc: int, payload: bytes, marker: bool
) -> None:
    extension = rtp.one_byte_block({1: b"\x30", 4: b"abc"})
    data = rtp.build(kind, sequence, timestamp, ssrc, payload, marker=marker, extension=extension)
    header = rtp.parse(data)
    assert header is not None
    assert (header.payload_type, header.sequence, header.timestamp) == (kind, sequence, timestamp)
    assert (header.ssrc, header.marker) == (ssrc, marker)
    assert data[slice(*header.payload)] == payload
    assert rtp.element(data, header.extension, 1) == b"\x30"
    assert rtp.element(data, header.extension, 4) == b"abc"
    assert rtp.element(data, header.extension, 5) is None


@given(st.binary(max_size=120))
def test_random_bytes_never_raise(data: bytes) -> None:
    header = rtp.parse(data)
    if header is not None:
        first, last = header.payload
        assert 12 <= first <= last <= len(data)
        rtp.element(data, header.extension, 3)


@given(st.integers(0, 60))
def test_a_cut_packet_is_refused_or_shorter(size: int) -> None:
    whole = rtp.build(96, 1, 2, 3, b"x" * 20, extension=rtp.one_byte_block({2: b"12345678"}))
    header = rtp.parse(whole[:size])
    assert header is None or header.payload[1] == min(size, len(whole))


def test_two_byte_extensions_are_read() -> None:
    body = bytes((7, 3)) + b"abc" + bytes((0, 9, 0, 8, 1)) + b"z" + b"\0"
    data = bytes((0x90, 96)) + bytes(10) + b"\x10\x00" + bytes((0, len(body) // 4)) + body + b"payload"
    header = rtp.parse(data)
    assert header is not None and header.extension is not None
    assert list(rtp.elements(data, header.extension)) == [(7, b"abc"), (9, b""), (8, b"z")]


def test_padding_is_cut_off() -> None:
    data = bytearray(rtp.build(96, 1, 2, 3, b"abc\0\0\3"))
    data[0] |= 0x20
    header = rtp.parse(data)
    assert header is not None
    assert data[slice(*header.payload)] == b"abc"


def test_a_retransmission_is_unwrapped() -> None:
    assert rtp.unwrap_rtx(rtp.wrap_rtx(65535, b"frame")) == (65535, b"frame")
    assert rtp.unwrap_rtx(b"\0") is None


@given(st.integers(1 << 17, 1 << 40), st.integers(-32768, 32767))
def test_unwrapping_finds_the_nearest(near: int, step: int) -> None:
    assert rtp.unwrap((near + step) & 0xFFFF, near) == near + step


@given(st.integers(0, 0xFFFF), st.integers(1, 14), st.booleans())
def test_a_short_element_is_found_in_both_forms(value: int, number: int, two_bytes: bool) -> None:
    other = number % 14 + 1
    pairs = {other: b"abc", number: value.to_bytes(2, "big")}
    block = rtp.one_byte_block(pairs)
    if two_bytes:
        body = b"".join(bytes((key, len(data))) + data for key, data in pairs.items())
        body += bytes(-len(body) % 4)
        block = bytes((0x10, 0, 0, len(body) // 4)) + body
    data = rtp.build(96, 1, 2, 3, b"xyz", extension=block)
    view = memoryview(bytearray(data).ljust(2048))
    assert rtp.short_element(view, len(data), number) == value
    assert rtp.short_element(view, len(data), other) == -1
    bare = memoryview(bytearray(rtp.build(96, 1, 2, 3, b"x")).ljust(2048))
    assert rtp.short_element(bare, 13, number) == -1


@given(st.binary(min_size=12, max_size=60), st.integers(1, 14))
def test_a_short_element_never_reads_what_is_not_there(data: bytes, number: int) -> None:
    header = rtp.parse(data)
    found = rtp.short_element(memoryview(bytearray(data).ljust(2048)), len(data), number)
    if found >= 0 and header is not None:
        assert rtp.element(data, header.extension, number) == found.to_bytes(2, "big")

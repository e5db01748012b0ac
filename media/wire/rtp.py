"""RTP headers and their extensions (RFC 3550, RFC 8285) and retransmission payloads (RFC 4588)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

HEADER = struct.Struct("!BBHLL")
ONE_BYTE = 0xBEDE

Buffer = bytes | bytearray | memoryview


@dataclass(slots=True)
class Header:
    """What the fixed header says, and where extension and payload lie in the packet."""

    marker: bool
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    extension: tuple[int, int, int] | None
    """Profile, first and last byte (exclusive) of the extension's body."""
    payload: tuple[int, int]


def parse(data: Buffer) -> Header | None:
    """Read one RTP packet; None if its lengths do not add up."""
    size = len(data)
    if size < 12 or data[0] >> 6 != 2:
        return None
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    start = 12 + ((first & 15) << 2)
    extension = None
    if first & 16:
        if size < start + 4:
            return None
        body = start + 4
        profile = data[start] << 8 | data[start + 1]
        start = body + ((data[start + 2] << 8 | data[start + 3]) << 2)
        extension = (profile, body, start)
    if first & 32 and size > start:
        size -= data[size - 1] or 1
    if size < start:
        return None
    return Header(bool(second & 128), second & 127, sequence, timestamp, ssrc, extension, (start, size))


def elements(data: Buffer, extension: tuple[int, int, int]) -> Iterator[tuple[int, bytes]]:
    """The header extension's elements as (id, value), one-byte and two-byte form (RFC 8285 section 4)."""
    profile, at, end = extension
    one_byte = profile == ONE_BYTE
    if not one_byte and profile >> 4 != 0x100:
        return
    while at < end:
        if data[at] == 0:
            at += 1
            continue
        if one_byte:
            number, size, at = data[at] >> 4, (data[at] & 15) + 1, at + 1
            if number == 15:
                return
        else:
            if at + 2 > end:
                return
            number, size, at = data[at], data[at + 1], at + 2
        if at + size > end:
            return
        yield number, bytes(data[at : at + size])
        at += size


def element(data: Buffer, extension: tuple[int, int, int] | None, number: int) -> bytes | None:
    """One element's value, None if it is not there."""
    if extension is None or not number:
        return None
    return next((value for found, value in elements(data, extension) if found == number), None)


def short_element(view: memoryview, size: int, number: int) -> int:
    """The value of a two-byte element by its id, read where the packet lies; -1 if it is not there."""
    if not view[0] & 16:
        return -1
    at = 12 + ((view[0] & 15) << 2)
    end = at + 4 + ((view[at + 2] << 8 | view[at + 3]) << 2)
    if end > size:
        return -1
    if view[at] == 0xBE and view[at + 1] == 0xDE:
        wanted, at = number << 4 | 1, at + 4
        while at + 2 < end:
            head = view[at]
            if head == wanted:
                return view[at + 1] << 8 | view[at + 2]
            at += 2 + (head & 15) if head else 1
        return -1
    found = element(view, (view[at] << 8 | view[at + 1], at + 4, end), number)
    return found[0] << 8 | found[1] if found is not None and len(found) == 2 else -1


def build(
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
    payload: Buffer,
    *,
    marker: bool = False,
    extension: Buffer = b"",
) -> bytes:
    """One packet; `extension` is a whole block with its profile and length, as from `one_byte_block`."""
    first = 0x90 if extension else 0x80
    header = HEADER.pack(first, payload_type | (marker << 7), sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    return header + bytes(extension) + bytes(payload)


def one_byte_block(values: dict[int, bytes]) -> bytes:
    """A header extension block in one-byte form: ids 1 to 14, values of 1 to 16 bytes."""
    body = b"".join(bytes((number << 4 | len(value) - 1,)) + value for number, value in values.items())
    body += bytes(-len(body) % 4)
    return struct.pack("!HH", ONE_BYTE, len(body) // 4) + body


def unwrap_rtx(payload: Buffer) -> tuple[int, Buffer] | None:
    """(original sequence number, original payload) of a retransmission; None if it is only padding."""
    if len(payload) < 2:
        return None
    return payload[0] << 8 | payload[1], payload[2:]


def wrap_rtx(sequence: int, payload: bytes) -> bytes:
    """The payload of a retransmission of packet `sequence`."""
    return struct.pack("!H", sequence & 0xFFFF) + payload


def unwrap(value: int, near: int, bits: int = 16) -> int:
    """The unwrapped counter closest to `near` whose low bits are `value`."""
    half = 1 << (bits - 1)
    return near + ((value - near + half) & ((1 << bits) - 1)) - half


def abs_send_time(now: float) -> bytes:
    """24 bits of 6.18 fixed-point seconds: the abs-send-time extension's value."""
    return (int(now * 262144) & 0xFFFFFF).to_bytes(3, "big")

"""RTCP (RFC 3550, 4585, 5104, REMB): reports and feedback, strict about every length."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .rtp import Buffer

SENDER_REPORT, RECEIVER_REPORT, DESCRIPTION, BYE = 200, 201, 202, 203
TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK = 205, 206
NTP_EPOCH = 2208988800
_BLOCK = struct.Struct("!LBBHLLLL")


@dataclass(slots=True)
class Block:
    """What a receiver says about one stream it receives."""

    ssrc: int
    fraction_lost: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int

    def pack(self) -> bytes:
        """The report block's 24 bytes."""
        lost = min(max(self.lost, -0x800000), 0x7FFFFF) & 0xFFFFFF
        return _BLOCK.pack(
            self.ssrc, self.fraction_lost, lost >> 16, lost & 0xFFFF, self.highest & 0xFFFFFFFF,
            min(self.jitter, 0xFFFFFFFF), self.last_report, self.delay & 0xFFFFFFFF,
        )  # fmt: skip


@dataclass(slots=True)
class SenderReport:
    """A sender's clock (`ntp`, Unix seconds) beside its RTP clock."""

    ssrc: int
    ntp: float
    middle: int
    """The middle 32 bits of the NTP time, to be quoted back as LSR."""
    timestamp: int


@dataclass(slots=True)
class Reports:
    """Report blocks of one sender or receiver report."""

    blocks: list[Block]


@dataclass(slots=True)
class Nack:
    """Sequence numbers a receiver misses."""

    ssrc: int
    lost: list[int]


@dataclass(slots=True)
class KeyFrameRequest:
    """PLI or FIR: the decoder of this stream needs a key frame."""

    ssrc: int


@dataclass(slots=True)
class Estimate:
    """REMB: the receiver's estimate for all its streams together, in bit/s."""

    bitrate: int
    ssrcs: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Bye:
    """Streams that end."""

    ssrcs: list[int]


Message = SenderReport | Reports | Nack | KeyFrameRequest | Estimate | Bye


def parse(data: Buffer) -> list[Message] | None:
    """Read a compound packet; None if any part of it is malformed. Unknown parts are skipped."""
    found: list[Message] = []
    at, size = 0, len(data)
    if size < 4:
        return None
    while at < size:
        if at + 4 > size or data[at] >> 6 != 2:
            return None
        end = at + 4 + 4 * (data[at + 2] << 8 | data[at + 3])
        if end > size:
            return None
        stop = end
        if data[at] & 0x20:
            stop -= data[end - 1] or 1
            if stop < at + 4:
                return None
        try:
            found += _read(data[at] & 31, data[at + 1], bytes(data[at + 4 : stop]))
        except (struct.error, IndexError):
            return None
        at = end
    return found


def _read(count: int, kind: int, body: bytes) -> Iterator[Message]:
    if kind == SENDER_REPORT:
        ssrc, seconds, fraction, timestamp = struct.unpack_from("!LLLL", body)
        middle = (seconds & 0xFFFF) << 16 | fraction >> 16
        yield SenderReport(ssrc, seconds - NTP_EPOCH + fraction / 2**32, middle, timestamp)
        yield Reports(list(_blocks(body, 24, count)))
    elif kind == RECEIVER_REPORT:
        yield Reports(list(_blocks(body, 4, count)))
    elif kind == TRANSPORT_FEEDBACK and count == 1:
        yield Nack(struct.unpack_from("!L", body, 4)[0], list(_lost(body)))
    elif kind == PAYLOAD_FEEDBACK and count == 1:
        yield KeyFrameRequest(struct.unpack_from("!L", body, 4)[0])
    elif kind == PAYLOAD_FEEDBACK and count == 4:
        for at in range(8, len(body) - 7, 8):
            yield KeyFrameRequest(struct.unpack_from("!L", body, at)[0])
    elif kind == PAYLOAD_FEEDBACK and count == 15 and body[8:12] == b"REMB":
        exponent, mantissa = body[13] >> 2, (body[13] & 3) << 16 | body[14] << 8 | body[15]
        yield Estimate(mantissa << exponent, list(struct.unpack_from(f"!{body[12]}L", body, 16)))
    elif kind == BYE:
        yield Bye(list(struct.unpack_from(f"!{count}L", body)))


def _blocks(body: bytes, at: int, count: int) -> Iterator[Block]:
    for number in range(count):
        ssrc, fraction, high, low, highest, jitter, last, delay = _BLOCK.unpack_from(body, at + 24 * number)
        lost = high << 16 | low
        yield Block(ssrc, fraction, lost - ((lost & 0x800000) << 1), highest, jitter, last, delay)


def _lost(body: bytes) -> Iterator[int]:
    for at in range(8, len(body) - 3, 4):
        first, mask = struct.unpack_from("!HH", body, at)
        yield first
        for bit in range(16):
            if mask >> bit & 1:
                yield first + bit + 1 & 0xFFFF


def _packet(count: int, kind: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def receiver_report(ssrc: int, blocks: list[Block]) -> bytes:
    """At most 31 blocks fit."""
    return _packet(len(blocks), RECEIVER_REPORT, struct.pack("!L", ssrc) + b"".join(b.pack() for b in blocks))


def sender_report(ssrc: int, now: float, timestamp: int, packets: int, octets: int) -> bytes:
    """The stream's RTP clock at `now` (Unix seconds), and what was sent so far."""
    seconds, fraction = divmod(int((now + NTP_EPOCH) * 2**32), 2**32)
    counts = (timestamp & 0xFFFFFFFF, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _packet(0, SENDER_REPORT, struct.pack("!LLLLLL", ssrc, seconds, fraction, *counts))


def middle_of(now: float) -> int:
    """The middle 32 bits of the NTP time of `now` (Unix seconds)."""
    return int((now + NTP_EPOCH) * 65536) & 0xFFFFFFFF


def description(names: Iterable[tuple[int, str]]) -> bytes:
    """SDES: the canonical name of each stream."""
    body, count = b"", 0
    for ssrc, name in names:
        text = name.encode()
        item = struct.pack("!LBB", ssrc, 1, len(text)) + text
        body += item + bytes(4 - len(item) % 4)
        count += 1
    return _packet(count, DESCRIPTION, body)


def nack(sender: int, ssrc: int, lost: Iterable[int]) -> bytes:
    """Ask for packets again."""
    pairs: list[tuple[int, int]] = []
    for sequence in lost:
        distance = (sequence - pairs[-1][0]) & 0xFFFF if pairs else 0
        if pairs and 0 < distance <= 16:
            pairs[-1] = (pairs[-1][0], pairs[-1][1] | 1 << (distance - 1))
        elif not pairs or distance:
            pairs.append((sequence & 0xFFFF, 0))
    body = struct.pack("!LL", sender, ssrc) + b"".join(struct.pack("!HH", *pair) for pair in pairs)
    return _packet(1, TRANSPORT_FEEDBACK, body)


def picture_loss(sender: int, ssrc: int) -> bytes:
    """PLI: ask for a key frame."""
    return _packet(1, PAYLOAD_FEEDBACK, struct.pack("!LL", sender, ssrc))


def estimate(sender: int, bitrate: int, ssrcs: list[int]) -> bytes:
    """REMB: allow so many bit/s for these streams."""
    exponent = max(0, bitrate.bit_length() - 18)
    mantissa = bitrate >> exponent
    head = struct.pack(
        "!LL4sBBH", sender, 0, b"REMB", len(ssrcs), exponent << 2 | mantissa >> 16, mantissa & 0xFFFF
    )
    return _packet(15, PAYLOAD_FEEDBACK, head + struct.pack(f"!{len(ssrcs)}L", *ssrcs))

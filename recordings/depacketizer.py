"""RTP packets in any order → whole encoded frames in order, waiting a little for what is late."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from media.packet import Packet

HOLD_S = 0.4
"""A missing voice packet is waited for this long: the packets after it may bring it along."""
HOLD_VIDEO_S = 1.2
"""A missing piece of a picture is waited for as long as it is asked for again: nobody watches here."""
HOLD_PACKETS = 512
"""Bounds memory only: one large key frame is a burst of a hundred packets in a few milliseconds."""
AHEAD = 2048
BEHIND = 512
STALE_IN_A_ROW = 50
"""So many old numbers and no new one between them are a sender that began anew a little behind."""

_OPUS_MS = (10, 20, 40, 60) * 3 + (10, 20) * 2 + (2.5, 5, 10, 20) * 4


class EncodedFrame(NamedTuple):
    """One whole frame and its RTP timestamp; size and setup are told by key pictures only."""

    timestamp: int
    key: bool
    payload: bytes
    width: int = 0
    height: int = 0
    setup: bytes = b""
    """What a decoder must know before the first picture (H.264: the parameter sets)."""


class Depacketizer(Protocol):
    """Turns the packets of one track into frames."""

    waiting: bool
    """Nothing comes out before a key frame."""
    breaks: int
    """How often the stream broke: a packet was given up, or a frame was not whole."""

    def push(self, packet: Packet) -> Sequence[EncodedFrame]:
        """Take a packet; give the frames that are whole now."""

    def expire(self, now: float) -> Sequence[EncodedFrame]:
        """Give up what is missing for too long, when no packet comes to tell the time."""

    def restart(self) -> Sequence[EncodedFrame]:
        """Give what is still held; whatever comes next is a new beginning."""


class Reorderer:
    """Packets in order of sequence; None stands for packets that were given up."""

    def __init__(self, hold: float = HOLD_S) -> None:
        """`hold`: seconds that a missing packet is waited for."""
        self._hold = hold
        self._next: int | None = None
        self._held: dict[int, Packet] = {}
        self._since = 0.0
        self._stranger: Packet | None = None
        self._stale = 0

    def push(self, packet: Packet) -> Iterable[Packet | None]:
        """Take a packet; give those whose turn has come."""
        sequence = packet.sequence
        if self._next is None:
            self._next = sequence
        ahead = (sequence - self._next) & 0xFFFF
        if ahead == 0 and not self._held:
            self._stale = 0
            self._next = (sequence + 1) & 0xFFFF
            return (packet,)
        if ahead >= 0x10000 - BEHIND:
            self._stale += 1
            return () if self._stale < STALE_IN_A_ROW else [*self.restart(), None, *self.push(packet)]
        self._stale = 0
        if ahead > AHEAD:
            return self._restarted(packet)
        if not self._held:
            self._since = packet.arrival
        self._held[sequence] = packet
        out = self._ready() if ahead == 0 else []
        return out + self.expire(packet.arrival)

    def expire(self, now: float) -> list[Packet | None]:
        """Give up what is missing since longer than the bound."""
        out: list[Packet | None] = []
        while self._held and (now - self._since > self._hold or len(self._held) > HOLD_PACKETS):
            out.append(None)
            self._skip()
            out += self._ready()
        return out

    def restart(self) -> list[Packet | None]:
        """Give everything held and forget the order."""
        out: list[Packet | None] = []
        while self._held:
            out.append(None)
            self._skip()
            out += self._ready()
        self._next = self._stranger = None
        self._stale = 0
        return out

    def _skip(self) -> None:
        start = self._next or 0
        self._next = min(self._held, key=lambda sequence: (sequence - start) & 0xFFFF)

    def _ready(self) -> list[Packet | None]:
        out: list[Packet | None] = []
        sequence = self._next or 0
        while (packet := self._held.pop(sequence, None)) is not None:
            out.append(packet)
            sequence = (sequence + 1) & 0xFFFF
        self._next = sequence
        if self._held:
            first = min(self._held, key=lambda held: (held - sequence) & 0xFFFF)
            self._since = max(self._since, self._held[first].arrival)
        return out

    def _restarted(self, packet: Packet) -> Iterable[Packet | None]:
        """Two neighbours far from the rest are a sender that began anew; one alone is dropped."""
        stranger = self._stranger
        if stranger is None or packet.sequence != (stranger.sequence + 1) & 0xFFFF:
            self._stranger = packet
            return ()
        out = [*self.restart(), None, stranger, packet]
        self._next = (packet.sequence + 1) & 0xFFFF
        return out


class InOrder(ABC):
    """What all codecs share: packets are taken apart in the order of their sequence."""

    def __init__(self, hold: float) -> None:
        """`hold`: seconds that a missing packet is waited for."""
        self.breaks = 0
        self._order = Reorderer(hold)

    def push(self, packet: Packet) -> Sequence[EncodedFrame]:
        """Take a packet; give the frames that are whole now."""
        return self._frames(self._order.push(packet))

    def expire(self, now: float) -> Sequence[EncodedFrame]:
        """Give up what is missing for too long."""
        return self._frames(self._order.expire(now))

    def restart(self) -> Sequence[EncodedFrame]:
        """Give what is still held; whatever comes next is a new beginning."""
        return self._frames(self._order.restart())

    def _frames(self, packets: Iterable[Packet | None]) -> list[EncodedFrame]:
        out: list[EncodedFrame] = []
        for packet in packets:
            if packet is None:
                self._break()
            elif packet.payload:
                self._take(packet, out)
        return out

    @abstractmethod
    def _take(self, packet: Packet, out: list[EncodedFrame]) -> None:
        """Take the packet whose turn it is, which has a payload; add the frames that are whole now."""

    def _break(self) -> None:
        """A packet was given up, or what came is not sound."""
        self.breaks += 1


class OpusDepacketizer(InOrder):
    """One packet is one frame; losses stay losses."""

    waiting = False

    def __init__(self) -> None:
        super().__init__(HOLD_S)

    def _take(self, packet: Packet, out: list[EncodedFrame]) -> None:
        out.append(EncodedFrame(packet.timestamp, True, packet.payload))


class PictureDepacketizer(InOrder):
    """Pictures of several packets each; after a break nothing until the next key picture."""

    def __init__(self) -> None:
        super().__init__(HOLD_VIDEO_S)
        self.waiting = True

    def restart(self) -> Sequence[EncodedFrame]:
        """Give what is still held; whatever comes next must begin with a key picture."""
        out = super().restart()
        self._forget()
        self.waiting = True
        return out

    @abstractmethod
    def _forget(self) -> None:
        """Drop the picture that was begun."""

    def _break(self) -> None:
        self._forget()
        # One break, however much of what follows it cannot be used.
        self.breaks += not self.waiting
        self.waiting = True


class VP8Depacketizer(PictureDepacketizer):
    """Pictures from VP8 payloads (RFC 7741)."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self._timestamp = -1

    def _take(self, packet: Packet, out: list[EncodedFrame]) -> None:
        payload = packet.payload
        offset = descriptor_length(payload)
        if not 0 < offset < len(payload):
            self._break()
            return
        first = payload[0] & 0x17 == 0x10  # start of partition 0: the start of a picture
        if first:
            if self._parts:  # the picture before had no marker
                self._picture(out)
            self._timestamp = packet.timestamp
        elif not self._parts or packet.timestamp != self._timestamp:
            self._break()
            return
        self._parts.append(payload[offset:])
        if packet.marker:
            self._picture(out)

    def _picture(self, out: list[EncodedFrame]) -> None:
        data = b"".join(self._parts)
        self._forget()
        if data[0] & 1:
            if not self.waiting:
                out.append(EncodedFrame(self._timestamp, False, data))
            return
        if len(data) < 10 or data[3:6] != b"\x9d\x01\x2a":
            self._break()
            return
        self.waiting = False
        width = int.from_bytes(data[6:8], "little") & 0x3FFF
        height = int.from_bytes(data[8:10], "little") & 0x3FFF
        out.append(EncodedFrame(self._timestamp, True, data, width, height))

    def _forget(self) -> None:
        self._parts = []


def descriptor_length(payload: bytes) -> int:
    """Length of the VP8 payload descriptor (RFC 7741 4.2), or 0 when it is cut short."""
    if not payload[0] & 0x80:
        return 1
    if len(payload) < 3:
        return 0
    flags = payload[1]
    length = 2
    if flags & 0x80:
        length += 2 if payload[2] & 0x80 else 1
    if flags & 0x40:
        length += 1
    if flags & 0x30:
        length += 1
    return length


def opus_ms(payload: bytes) -> int:
    """How long an Opus packet plays (RFC 6716 3.1), in whole milliseconds, at least 1."""
    toc = payload[0]
    count = (1, 2, 2)[toc & 3] if toc & 3 < 3 else (payload[1] & 0x3F if len(payload) > 1 else 1)
    return max(1, round(_OPUS_MS[toc >> 3] * count))

"""One published track as it arrives: order, duplicates, gaps, and the way on to slots and guests."""

from typing import TYPE_CHECKING

from . import plane
from .feedback import Gaps, KeyFrames, Reception
from .history import History, Kept
from .packet import SILENT, Packet, Track
from .plane import HEADING, Upstream
from .wire import h264, red, rtp, vp8
from .wire.pictures import DESCRIBE

if TYPE_CHECKING:
    from .outlet import Outlet

_HEADER = rtp.HEADER.unpack_from
LONGEST_PAYLOAD = 1440
"""What still fits into one datagram with header, extension, repair header and SRTP tag."""
_RESTART = 1024
"""A jump of sequence numbers this large is a sender that began anew."""
_RIDING = 2
"""Older packets riding along with one (RFC 2198) that are looked at."""


class Inlet(plane.Inlet):
    """The receiving end of one RTP stream on the Python plane."""

    outlets: "tuple[Outlet, ...]"

    def __init__(
        self,
        track: Track,
        upstream: Upstream,
        *,
        payload_type: int,
        level_id: int = 0,
        repaired: bool = False,
    ) -> None:
        super().__init__(track, upstream, payload_type)
        self.level_id, self._repaired = level_id, repaired
        self._describe = DESCRIBE.get(track.codec, vp8.describe)
        self.ssrc = self.repair_ssrc = 0
        self.repair_type = self.redundant_type = -1
        self.outlets = ()
        self.guests = ()
        self.history = History(512 if self.video else 64)
        self.gaps, self.key_frames, self.reception = Gaps(), KeyFrames(), Reception(track.clock_rate)
        self.high, self.live = -1, False
        self.head = b""
        self.packets = self.octets = self.duplicates = self.malformed = self.recovered = 0
        self.level, self.heard_at = SILENT, 0.0

    @property
    def newest(self) -> Kept | None:
        """The newest packet."""
        return self.history.get(self.high)

    @property
    def heading(self) -> bytes:
        """The first bytes of the newest packet that told how large the picture is."""
        return self.head

    @property
    def latest(self) -> int | None:
        """The timestamp of the newest packet."""
        newest = self.newest
        return newest.timestamp if newest is not None else None

    def take(self, view: memoryview, size: int, now: float) -> int:
        """One decrypted RTP packet in `view`; how many packets went out for it."""
        first, second, sequence, timestamp, _ = _HEADER(view)
        at, level = 12 + ((first & 15) << 2), SILENT
        if first & 16:
            end = at + 4 + ((view[at + 2] << 8 | view[at + 3]) << 2)
            if end > size:
                self.malformed += 1
                return 0
            if self.level_id:
                level = self._read_level(view, at, end)
            at = end
        if first & 32:
            size -= view[size - 1]
        kind, unwrapped = second & 127, None
        if kind == self.redundant_type and size >= at:
            unwrapped = red.parse(view[at:size], self.payload_type)
        if not at <= size <= at + LONGEST_PAYLOAD or (kind != self.payload_type and unwrapped is None):
            self.malformed += 1
            return 0
        before = self.high
        number = self._place(sequence, now)
        if number is None:
            self.duplicates += 1
            return 0
        self.reception.note(number, timestamp, now)
        if unwrapped is None:
            return self._accept(number, timestamp, second & 128, bytes(view[at:size]), level, now)
        sent = 0
        if before >= 0 and abs(number - before) < self.history.size:
            sent = self._recover(number, timestamp, unwrapped.older, level, now)
        return sent + self._accept(number, timestamp, second & 128, unwrapped.primary, level, now)

    def _recover(
        self, number: int, timestamp: int, older: list[tuple[int, bytes]], level: int, now: float
    ) -> int:
        """Fill the holes just before a packet from what rode along with it, oldest first."""
        sent = 0
        for back in range(min(len(older), _RIDING), 0, -1):
            offset, payload = older[back - 1]
            missing = number - back
            if payload and offset and self.history.get(missing) is None:
                self.recovered += 1
                sent += self._accept(missing, timestamp - offset & 0xFFFFFFFF, 0, payload, level, now)
        return sent

    def take_repair(self, view: memoryview, size: int, now: float) -> int:
        """One decrypted retransmission (RFC 4588)."""
        header = rtp.parse(view[:size])
        original = rtp.unwrap_rtx(view[slice(*header.payload)]) if header else None
        if header is None or original is None or header.payload_type != self.repair_type or self.high < 0:
            return 0
        sequence, payload = original
        if len(payload) > LONGEST_PAYLOAD:
            self.malformed += 1
            return 0
        number = self._place(sequence, now)
        if number is None:
            self.duplicates += 1
            return 0
        return self._accept(
            number, header.timestamp, 128 if header.marker else 0, bytes(payload), SILENT, now
        )

    def _place(self, sequence: int, now: float) -> int | None:
        """The unwrapped number of a packet that is new; None for one that came before or far too late."""
        if self.high < 0:
            self.high = sequence + 65536
            return self.high
        number = self.high + ((sequence - self.high + 32768) & 65535) - 32768
        step = number - self.high
        if step == 1:
            self.high = number
        elif step > 1:
            if step > _RESTART:
                return self._restart(number, now)
            if self._repaired and not self.gaps.open(self.high + 1, number - 1, now):
                self.want_key_frame(now)
            elif self._repaired:
                self.upstream.gap_opened(self)
            self.high = number
        elif step <= -self.history.size:
            return self._restart(number, now) if step < -_RESTART else None
        elif self.history.get(number) is not None:
            return None
        elif self.gaps:
            self.gaps.fill(number)
        return number

    def renew(self) -> None:
        """The sender goes on under another SSRC: whatever comes next is a beginning."""
        if self.high >= 0:
            self._restart(0, self.heard_at)
            self.high = -1

    def _restart(self, number: int, now: float) -> int:
        newest = self.newest
        for outlet in self.outlets:
            if outlet.inlet is self:
                outlet.rewriter.rebind(newest, self.heard_at)
        self.gaps.clear()
        self.reception.restart()
        self.history.clear()
        self.want_key_frame(now)
        self.high = (number & 0xFFFF) + 65536
        return self.high

    def _accept(
        self, number: int, timestamp: int, marker: int, payload: bytes, level: int, now: float
    ) -> int:
        seen = vp8.NOTHING
        if self.video:
            value = int(now * 262144) & 0xFFFFFF
            seen = self._describe(payload)
            if seen.key:
                self.key_frames.came()
                if self.track.codec != "h264" or h264.tells_size(payload):
                    self.head = payload[:HEADING]
        else:
            value = level << 16
            self.level = level
        kept = Kept(number, timestamp, marker, payload, level, seen)
        self.history.add(kept)
        self.heard_at = now
        self.packets += 1
        self.octets += len(payload)
        sent = 0
        for outlet in self.outlets:
            sent += outlet.forward(self, kept, value, now)
        if self.guests:
            packet = Packet(number & 0xFFFF, timestamp, marker > 0, payload, now, level)
            for guest in self.guests:
                guest.write(packet)
        return sent

    def _read_level(self, view: memoryview, at: int, end: int) -> int:
        """The audio level of a one-byte extension block (RFC 6464)."""
        if view[at] == 0xBE and view[at + 1] == 0xDE:
            at += 4
            while at + 1 < end:
                head = view[at]
                if head >> 4 == self.level_id:
                    return view[at + 1] & 127
                at += 2 + (head & 15) if head else 1
            return SILENT
        found = rtp.element(view, (view[at] << 8 | view[at + 1], at + 4, end), self.level_id)
        return found[0] & 127 if found else SILENT

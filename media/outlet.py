"""One slot of a subscriber: rewrites, protects and sends what its bound track brings."""

import random
import struct
from typing import Protocol

from .aiortc_bridge import LONGEST, Buffer, Keys, protect
from .history import Kept
from .inlet import Inlet
from .rewriter import Rewriter
from .wire import rtcp, rtp, vp8

_PLAIN = struct.Struct("!BBHLL").pack_into
_EXTENDED = struct.Struct("!BBHLLL3sB").pack_into
_TAG = 20
"""Most bytes SRTP adds in the profiles we offer."""
_RESENDS = 200
"""Most retransmissions for one slot in a tenth of a second."""


class Downstream(Protocol):
    """What an outlet needs of its connection."""

    keys: Keys | None
    out: Buffer

    def send(self, size: int) -> int:
        """Send the first `size` bytes of `out`; 1 if they left."""


class Outlet:
    """The sending end of one m-line: its SSRC stays while the tracks under it change."""

    def __init__(
        self,
        mid: str,
        kind: str,
        downstream: Downstream,
        *,
        payload_type: int,
        repair_type: int,
        extension: int,
    ) -> None:
        self.mid, self.kind, self.downstream = mid, kind, downstream
        self._payload_type, self._repair_type = payload_type, repair_type
        self.ssrc, self.repair_ssrc = (
            random.getrandbits(32),
            random.getrandbits(32) if repair_type >= 0 else 0,
        )
        self.rate = 90000 if kind == "video" else 48000
        self.rewriter = Rewriter(
            video=kind == "video",
            rate=self.rate,
            sequence=random.getrandbits(14),
            timestamp=random.getrandbits(31),
        )
        self.inlet: Inlet | None = None
        self._video = kind == "video"
        self._repair_sequence = random.getrandbits(14)
        # One element: abs-send-time (3 bytes) for video, audio level (1 byte) for audio.
        self._block = 0xBEDE0001
        self._element = extension << 4 | (2 if self._video else 0) if extension else 0
        self._view = downstream.out.view
        self._resent, self._resent_since = 0, 0.0
        self._resent_at: dict[int, float] = {}
        self.packets = self.octets = self.resent = self.oversize = 0
        self.loss = self.rate_now = 0.0
        self._octets_reported = 0

    def bind(self, inlet: Inlet | None, now: float) -> None:
        """Put another track (or none) under this slot; video starts at its next key frame."""
        if self.inlet is not None:
            self.rewriter.rebind(self.inlet.newest, now)
            self._resent_at.clear()
        self.inlet = inlet
        if inlet is not None:
            inlet.want_key_frame(now)

    def forward(self, kept: Kept, now: float) -> int:
        """Send one packet of the bound track; 1 if it left."""
        rewriter, marker = self.rewriter, kept.marker
        start = rewriter.start
        if start is None:
            if self.downstream.keys is None or not rewriter.begin(kept, now):
                return 0
            marker = marker if self._video else 128
        elif kept.number < start:
            return 0
        size = self._write(
            marker | self._payload_type,
            kept.number + rewriter.sequences,
            kept.timestamp + rewriter.timestamps,
            self.ssrc,
            kept,
            b"",
            now,
        )
        return self._leave(size)

    def resend(self, sequences: list[int], now: float) -> None:
        """The subscriber misses these; what it was never sent it does not get."""
        inlet = self.inlet
        if inlet is None or self.rewriter.start is None:
            return
        if now - self._resent_since > 0.1:
            self._resent, self._resent_since = 0, now
            self._resent_at = {k: at for k, at in self._resent_at.items() if now - at < 0.1}
        for sequence in sequences:
            number = self.rewriter.index_of(sequence, inlet.high)
            kept = inlet.history.get(number) if number is not None else None
            if kept is None or self._resent >= _RESENDS or now - self._resent_at.get(sequence, 0.0) < 0.015:
                continue
            self._resent += 1
            self._resent_at[sequence] = now
            self.resent += self._leave(self._again(kept, sequence, now))

    def _again(self, kept: Kept, sequence: int, now: float) -> int:
        timestamp = kept.timestamp + self.rewriter.timestamps
        if self._repair_type < 0:
            return self._write(
                kept.marker | self._payload_type, sequence, timestamp, self.ssrc, kept, b"", now
            )
        self._repair_sequence += 1
        return self._write(
            kept.marker | self._repair_type,
            self._repair_sequence,
            timestamp,
            self.repair_ssrc,
            kept,
            rtp.wrap_rtx(sequence, b""),
            now,
        )

    def _write(
        self, second: int, sequence: int, timestamp: int, ssrc: int, kept: Kept, prefix: bytes, now: float
    ) -> int:
        view, at = self._view, 12
        if self._element:
            value = rtp.abs_send_time(now) if self._video else bytes((kept.level, 0, 0))
            _EXTENDED(
                view, 0, 0x90, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc,
                self._block, bytes((self._element,)) + value[:2], value[2],
            )  # fmt: skip
            at = 20
        else:
            _PLAIN(view, 0, 0x80, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
        if prefix:
            view[at : at + 2] = prefix
            at += 2
        end = at + len(kept.payload)
        if end + _TAG > LONGEST:
            self.oversize += 1
            return 0
        view[at:end] = kept.payload
        rewriter = self.rewriter
        if rewriter.pictures or rewriter.levels:
            vp8.shift(view, at, kept.seen, rewriter.pictures, rewriter.levels)
        return end

    def _leave(self, size: int) -> int:
        keys, out = self.downstream.keys, self.downstream.out
        if not size or keys is None:
            return 0
        out.size[0] = size
        if protect(keys.sending, out.raw, out.size):
            return 0
        self.packets += 1
        self.octets += size
        return self.downstream.send(out.size[0])

    def report(self, now: float, cname: str) -> bytes:
        """Once a second, the slot's sender report: the publisher's clock in the slot's timestamps."""
        self.rate_now = max((self.octets - self._octets_reported) * 8.0, self.rate_now * 0.8)
        self._octets_reported = self.octets
        inlet = self.inlet
        if inlet is None or self.rewriter.start is None:
            return b""
        newest = inlet.newest
        clock = inlet.reception.clock
        if clock is not None:
            since, timestamp = now - clock[0].ntp - inlet.upstream.clock_offset, clock[0].timestamp
        elif newest is not None:
            since, timestamp = now - inlet.heard_at, newest.timestamp
        else:
            return b""
        stamp = timestamp + int(since * self.rate) + self.rewriter.timestamps
        head = rtcp.sender_report(self.ssrc, now, stamp, self.packets, self.octets)
        return head + rtcp.description([(self.ssrc, cname)])

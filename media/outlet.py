"""One slot of a subscriber: rewrites, protects and sends what its bound track brings."""

import random
import struct
from collections.abc import Mapping

from . import plane
from .aiortc_bridge import protect
from .history import Kept
from .inlet import LONGEST_PAYLOAD, Inlet
from .plane import Downstream
from .rewriter import Rewriter
from .wire import red, rtp, vp8

_PLAIN = struct.Struct("!BBHLL").pack_into
_EXTENDED = struct.Struct("!BBHLLLL").pack_into
_BLOCK = 0xBEDE0001
"""One word of one-byte header extensions follows (RFC 8285)."""
_RESENDS = 200
"""Most retransmissions for one slot in a tenth of a second."""


class Outlet(plane.Outlet):
    """One slot on the Python plane."""

    inlet: Inlet | None
    next: plane.Inlet | None

    def __init__(
        self,
        mid: str,
        kind: str,
        downstream: Downstream,
        *,
        payload_types: Mapping[str, tuple[int, int]],
        extension: int,
        redundant_type: int = -1,
    ) -> None:
        super().__init__(mid, kind, downstream, payload_types, redundant_type)
        self._payload_type, self._repair_type = next(iter(payload_types.values()))
        self.redundant = False
        self.rewriter = Rewriter(
            video=kind == "video",
            rate=self.rate,
            sequence=random.getrandbits(14),
            timestamp=random.getrandbits(31),
        )
        self.inlet = self.next = None
        self.paused = False
        self._repair_sequence = random.getrandbits(14)
        # The extension's word but for its value: abs-send-time (3 bytes) or audio level (1 byte).
        self._element = (extension << 4 | (2 if self._video else 0)) << 24 if extension else 0
        port = downstream.port
        self._view, self._raw, self._length = port.out.view, port.out.raw, port.out.size
        self._sendto = port.socket.sendto
        self._resent, self._resent_since = 0, 0.0
        self._resent_at: dict[int, float] = {}
        self.packets = self.octets = self.resent = 0

    def bind(self, inlet: plane.Inlet | None, now: float) -> None:
        """Put another stream (or none) under this slot at once; video starts at its next key frame."""
        if inlet is not None and not isinstance(inlet, Inlet):
            raise TypeError("a track of another plane")
        self._leave(now)
        self._resent_at.clear()
        self.inlet, self.next = inlet, None
        if inlet is not None:
            self._payload_type, self._repair_type = self.payload_types[inlet.track.codec]
        self.paused = self.paused and inlet is not None
        self._begin_with(inlet, now)

    def _leave(self, now: float) -> None:
        if self.inlet is not None:
            self.rewriter.rebind(self.inlet.newest, now)

    def withhold(self, paused: bool, now: float) -> bool:
        """Send nothing of the bound video, or go on at its next key frame; True when that is a change."""
        if paused == self.paused:
            return False
        self.paused = paused
        if self.next is not None:
            self.bind(self.next, now)
        if self.inlet is not None and paused:
            self._leave(now)
            self.loss = self.rate_now = 0.0
        elif self.inlet is not None:
            self.inlet.want_key_frame(now)
        return True

    def park(self, now: float) -> None:
        """The subscriber is silent: nothing more is sent; it starts afresh when it comes back."""
        self._leave(now)

    def forward(self, inlet: Inlet, kept: Kept, value: int, now: float) -> int:
        """Send one packet of the bound track; 1 if it left. `value`: the header extension's 24 bits."""
        rewriter, downstream = self.rewriter, self.downstream
        number, timestamp, marker, payload, _, seen = kept
        keys, address = downstream.keys, downstream.address
        if keys is None or address is None:
            return 0
        if inlet is not self.inlet and not self._change_over(inlet, kept):
            return 0
        if rewriter.start is None:
            if not rewriter.begin(kept, now):
                return 0
            # A receiver adapts its buffer at the beginning of a talk spurt.
            marker = marker if self._video else 128
        elif number < rewriter.start:
            return 0
        view, end = self._view, 12
        second = marker | self._payload_type
        if self.redundant and (wrapped := self._with_the_one_before(kept)):
            second, payload = marker | self._redundant_type, wrapped
        sequence, stamp = number + rewriter.sequences & 0xFFFF, timestamp + rewriter.timestamps & 0xFFFFFFFF
        if self._element:
            _EXTENDED(view, 0, 0x90, second, sequence, stamp, self.ssrc, _BLOCK, self._element | value)
            end = 20
        else:
            _PLAIN(view, 0, 0x80, second, sequence, stamp, self.ssrc)
        size = end + len(payload)
        view[end:size] = payload
        if rewriter.shifted:
            vp8.shift(view, end, seen, rewriter.pictures, rewriter.levels)
        self.packets += 1
        self.octets += size
        length = self._length
        length[0] = size
        if protect(keys.sending, self._raw, length):
            return 0
        try:
            self._sendto(view[: length[0]], address)
        except OSError:
            return 0
        return 1

    def _with_the_one_before(self, kept: Kept) -> bytes | None:
        """The payload with the packet before it riding along, if there is one that may."""
        # Never one from before the slot was bound: it may not have been meant for this listener.
        if self.inlet is None or self.rewriter.start is None or kept.number <= self.rewriter.start:
            return None
        before = self.inlet.history.get(kept.number - 1)
        if before is None or len(before.payload) + len(kept.payload) > LONGEST_PAYLOAD - red.OVERHEAD:
            return None
        offset = kept.timestamp - before.timestamp & 0xFFFFFFFF
        return red.build(self._payload_type, offset, before.payload, kept.payload)

    def _change_over(self, inlet: Inlet, first: Kept) -> bool:
        """Send the wanted layer from now on, if this packet begins a key frame of it."""
        if inlet is not self.next or not first.seen.key:
            return False
        if self.inlet is not None:
            self.rewriter.rebind(self.inlet.newest, self.inlet.heard_at)
        self._resent_at.clear()
        self.inlet, self.next = inlet, None
        self.downstream.port.counters.layer_switches += 1
        return True

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
            self.resent += self._again(kept, sequence, now)

    def _again(self, kept: Kept, sequence: int, now: float) -> int:
        """Send a packet again, as a retransmission (RFC 4588) if the subscriber knows those."""
        rewriter, view, keys = self.rewriter, self._view, self.downstream.keys
        if keys is None:
            return 0
        stamp, second, ssrc, prefix = kept.timestamp + rewriter.timestamps, self._payload_type, self.ssrc, b""
        number = sequence
        if self._repair_type >= 0:
            second, ssrc, prefix = self._repair_type, self.repair_ssrc, rtp.wrap_rtx(sequence, b"")
            self._repair_sequence += 1
            number = self._repair_sequence
        _PLAIN(view, 0, 0x80, kept.marker | second, number & 0xFFFF, stamp & 0xFFFFFFFF, ssrc)
        at = 12 + len(prefix)
        size = at + len(kept.payload)
        view[12:size] = prefix + kept.payload
        if rewriter.shifted:
            vp8.shift(view, at, kept.seen, rewriter.pictures, rewriter.levels)
        self._length[0] = size
        if protect(keys.sending, self._raw, self._length):
            return 0
        address = self.downstream.address
        return self.downstream.port.send(view[: self._length[0]], address) if address is not None else 0

    @property
    def shift(self) -> int | None:
        """What is added to the track's timestamps."""
        return self.rewriter.timestamps if self.rewriter.start is not None else None

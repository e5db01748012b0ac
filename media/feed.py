"""What the guests of a track in layers get: one layer at a time, changed at key frames, numbered through."""

from .guests import Guest
from .history import Kept
from .packet import Packet, Track
from .plane import Inlet
from .rewriter import Rewriter
from .wire import rtp, vp8
from .wire.pictures import DESCRIBE

_RESTART = 1024
"""A jump of sequence numbers this large is a sender that began anew."""


class Feed:
    """One continuous stream out of the layers of one video."""

    def __init__(self, track: Track) -> None:
        self.guests: tuple[Guest, ...] = ()
        self.inlet: Inlet | None = None
        """The layer the guests get."""
        self.next: Inlet | None = None
        """The layer they will get from its next key frame on."""
        self._describe = DESCRIBE.get(track.codec, vp8.describe)
        self._rewriter = Rewriter(video=True, rate=track.clock_rate, sequence=0, timestamp=0)
        self._newest: Kept | None = None
        self._newest_at = 0.0

    def aim(self, inlet: Inlet, now: float) -> None:
        """Go over to this layer."""
        if not self.guests or inlet is (self.next or self.inlet):
            return
        if self._rewriter.start is None:
            self.inlet, self.next, self._newest = inlet, None, None
        else:
            self.next = inlet if inlet is not self.inlet else None
        if inlet is (self.next or self.inlet):
            inlet.want_key_frame(now)

    def mouth(self, inlet: Inlet) -> "Mouth | None":
        """Where a layer delivers its packets, if they are of use."""
        return Mouth(self, inlet) if self.guests and inlet in (self.inlet, self.next) else None

    def take(self, inlet: Inlet, packet: Packet) -> None:
        """One packet of a layer."""
        seen = vp8.NOTHING
        if self.next is not None or self._rewriter.start is None:
            seen = self._describe(packet.payload)
        if inlet is self.next and seen.key:
            self._end_layer()
            self.inlet, self.next = inlet, None
        elif inlet is not self.inlet:
            return
        near = self._newest.number if self._newest is not None else packet.sequence + 65536
        number = rtp.unwrap(packet.sequence, near)
        if abs(number - near) > _RESTART:
            self._end_layer()
            number = packet.sequence + 65536
        kept = Kept(number, packet.timestamp, 0, b"", packet.level, seen)
        rewriter = self._rewriter
        if rewriter.start is None and not rewriter.begin(kept, packet.arrival):
            return
        if rewriter.start is not None and number < rewriter.start:
            return
        if self._newest is None or number > self._newest.number:
            self._newest, self._newest_at = kept, packet.arrival
        renumbered = Packet(
            number + rewriter.sequences & 0xFFFF,
            packet.timestamp + rewriter.timestamps & 0xFFFFFFFF,
            packet.marker,
            packet.payload,
            packet.arrival,
            packet.level,
        )
        for guest in self.guests:
            guest.write(renumbered)

    def _end_layer(self) -> None:
        self._rewriter.rebind(self._newest, self._newest_at)
        self._newest = None

    def report(self, inlet: Inlet, ntp: float, timestamp: int, arrival: float) -> None:
        """A sender report of a layer; told in the numbers the guests know."""
        if inlet is self.inlet and self._rewriter.start is not None:
            shifted = timestamp + self._rewriter.timestamps & 0xFFFFFFFF
            for guest in self.guests:
                guest.report(ntp, shifted, arrival)


class Mouth:
    """One layer's way into the feed."""

    __slots__ = ("_feed", "_inlet")

    def __init__(self, feed: Feed, inlet: Inlet) -> None:
        self._feed, self._inlet = feed, inlet

    def write(self, packet: Packet) -> None:
        """Hand over one packet."""
        self._feed.take(self._inlet, packet)

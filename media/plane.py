"""What a data plane must offer, and what is the same on each of them.

A plane carries RTP: it receives, decrypts, places, keeps, rewrites, encrypts, sends and sends again. STUN,
DTLS, RTCP, routing and timers are Python at event rate and know a plane by the classes here alone: `Inlet`
is one RTP stream as it arrives, `Outlet` one slot of a subscriber. Whoever builds both is `media.port.Port`,
which also decrypts and sends RTCP and tells connections apart. The Python plane is `media/inlet.py`,
`outlet.py` and `port.py`, the C plane `media/native/`.
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from .feedback import Gaps, KeyFrames, Reception
from .packet import Track
from .quality import Tally
from .tiles import TOP
from .wire import rtcp
from .wire.pictures import SIZE

if TYPE_CHECKING:
    from .addresses import Address
    from .aiortc_bridge import Keys
    from .guests import Taker
    from .port import Port
    from .source import Source

HEADING = 64
"""Bytes of a key frame's first packet that are kept; the size stands at their beginning."""
_LOSSY = 0.01
"""Loss at which voices are sent twice: each packet carries the one before it (RFC 2198)."""
_CLEAN_FOR = 500
"""Packets reported without such loss until voices are sent once again; ten seconds of speech."""
_RECEIVED_AT_ONCE = 1 << 15
"""More packets than this between two reports are a receiver that began anew."""
_SHORTEST = 0.2
"""Seconds between two reports that say how much came through a second."""


class Upstream(Protocol):
    """What an inlet needs of its connection."""

    clock_offset: float
    """Seconds to add to the publisher's clock to have ours; the same for all its tracks."""

    def ask_key_frame(self, inlet: "Inlet") -> None:
        """Send a picture loss indication now."""

    def gap_opened(self, inlet: "Inlet") -> None:
        """There is something to ask for again."""


class Downstream(Protocol):
    """What an outlet needs of its connection."""

    port: "Port"

    @property
    def keys(self) -> "Keys | None":
        """The SRTP state, once the handshake is done."""

    @property
    def address(self) -> "Address | None":
        """Where the other end is now."""


class Inlet(ABC):
    """The receiving end of one RTP stream, a track or one layer of it: what is asked and told of it at event
    rate."""

    packets: int
    octets: int
    duplicates: int
    malformed: int
    recovered: int
    """Lost packets that came riding along with a later one (RFC 2198)."""
    level: int
    """Audio level of the newest packet, 127 is silence."""
    heard_at: float
    high: int
    """The highest unwrapped sequence number, -1 before the first packet."""
    ssrc: int
    repair_ssrc: int
    repair_type: int
    redundant_type: int
    """Payload types of retransmissions and of redundant audio, -1 without."""
    live: bool
    """Its packets go on. The first packet of one that is not live is handed to its publisher."""
    outlets: "tuple[Outlet, ...]"
    guests: "tuple[Taker, ...]"
    gaps: Gaps
    key_frames: KeyFrames
    reception: Reception

    def __init__(self, track: Track, upstream: Upstream, payload_type: int) -> None:
        self.track, self.upstream, self.payload_type = track, upstream, payload_type
        self.video = track.kind == "video"
        self.rid = ""
        """The name of the layer it is, empty for a whole track."""
        self.source: Source
        """The track it belongs to; set by it."""
        self.rate = 0.0
        """What came in the last second, bit/s."""
        self._measured, self._measured_at = 0, 0.0
        self._heading, self._picture = b"", (0, 0)

    @property
    @abstractmethod
    def heading(self) -> bytes:
        """The first bytes of the newest packet that told how large the picture is, the same object until the
        next one."""

    @property
    def picture(self) -> tuple[int, int]:
        """Width and height of what comes now; zeros while unknown."""
        heading = self.heading
        if heading is not self._heading:
            self._heading, self._picture = heading, SIZE[self.track.codec](heading)
        return self._picture

    @abstractmethod
    def take(self, view: memoryview, size: int, now: float) -> int:
        """One decrypted RTP packet in `view`; how many packets went out for it."""

    @abstractmethod
    def take_repair(self, view: memoryview, size: int, now: float) -> int:
        """One decrypted retransmission (RFC 4588)."""

    @abstractmethod
    def renew(self) -> None:
        """The sender goes on under another SSRC: whatever comes next is a beginning."""

    @property
    @abstractmethod
    def latest(self) -> int | None:
        """The timestamp of the newest packet."""

    def want_key_frame(self, now: float) -> None:
        """Somebody needs a key frame; asked for at most every 0.4 s."""
        if self.video and self.key_frames.want(now):
            self.upstream.ask_key_frame(self)

    def measure(self, now: float) -> None:
        """Once a second: how much came since the last time."""
        octets = self.octets + 20 * self.packets
        if self._measured_at:
            self.rate = (octets - self._measured) * 8 / max(now - self._measured_at, 0.1)
        self._measured, self._measured_at = octets, now

    def stats(self) -> dict[str, int]:
        """What came, what was missing and what became of it."""
        return {
            "packets": self.packets,
            "octets": self.octets,
            "duplicates": self.duplicates,
            "malformed": self.malformed,
            "asked_again": self.gaps.asked,
            "repaired": self.gaps.repaired,
            "recovered": self.recovered,
            "given_up": self.gaps.abandoned,
            "key_frames_asked": self.key_frames.sent,
            "slots": len(self.outlets),
        }


class Outlet(ABC):
    """The sending end of one m-line: its SSRC stays while the tracks under it change."""

    inlet: Inlet | None
    """The layer that is sent."""
    next: Inlet | None
    """The layer that is sent from its next key frame on; set at event rate, the packet path takes it."""
    paused: bool
    """Whether this subscriber's line does not bear the slot's video now."""
    redundant: bool
    """Whether each packet carries the one before it."""
    packets: int
    octets: int
    resent: int

    def __init__(
        self,
        mid: str,
        kind: str,
        downstream: Downstream,
        payload_types: Mapping[str, tuple[int, int]],
        redundant_type: int,
    ) -> None:
        self.mid, self.kind, self.downstream = mid, kind, downstream
        self.payload_types = payload_types
        """By codec: its payload type and that of its retransmissions (-1 without)."""
        self._redundant_type = redundant_type
        self.ssrc = random.getrandbits(32)
        repaired = any(repair >= 0 for _, repair in payload_types.values())
        self.repair_ssrc = random.getrandbits(32) if repaired else 0
        self.rate = 90000 if kind == "video" else 48000
        self.loss = self.rate_now = 0.0
        self._video = kind == "video"
        self.source: Source | None = None
        self.cap = TOP
        """The highest layer this subscriber's line bears and its tile shows, counted from the lowest."""
        self.unseen = False
        """Withheld because it is not on the subscriber's screen, whatever the line bears."""
        self._highest: int | None = None
        self._packets_reported = self._clean = 0
        self._octets_reported = self._octets_heard = self._resent_heard = 0
        self._size = 0.0
        """Of a packet, on average, octets."""
        self._heard_at = float("-inf")
        self.span = float("inf")
        """Seconds that the last report was about."""
        self.through = 0.0
        """What came through to the receiver in them, bit/s, repairs included."""

    def show(self, source: "Source | None", now: float) -> None:
        """Put another track (or none) under this slot."""
        self.source = source
        self.bind(source.pick(self.cap) if source is not None else None, now)

    def aim(self, inlet: Inlet, now: float) -> bool:
        """Go over to this layer of the track at its next key frame; True when that is news."""
        if inlet is (self.next or self.inlet):
            return False
        if self.shift is None:
            self.bind(inlet, now)
            return True
        self.next = inlet if inlet is not self.inlet else None
        if self.next is not None and not self.paused:
            inlet.want_key_frame(now)
        return True

    @abstractmethod
    def bind(self, inlet: Inlet | None, now: float) -> None:
        """Put another stream (or none) under this slot at once; video starts at its next key frame.

        The stream's codec is one of `payload_types`, whose types are used from now on.
        """

    def _begin_with(self, inlet: Inlet | None, now: float) -> None:
        # One that came before the handshake is over would be lost, and the next is throttled: the room asks
        # for a key frame of every slot when the connection stands.
        if inlet is not None and not self.paused and self.downstream.keys is not None:
            inlet.want_key_frame(now)

    @abstractmethod
    def withhold(self, paused: bool, now: float) -> bool:
        """Send nothing of the bound video, or go on at its next key frame; True when that is a change."""

    @abstractmethod
    def park(self, now: float) -> None:
        """The subscriber is silent: nothing more is sent; it starts afresh when it comes back."""

    @abstractmethod
    def resend(self, sequences: list[int], now: float) -> None:
        """The subscriber misses these; what it was never sent it does not get."""

    @property
    @abstractmethod
    def shift(self) -> int | None:
        """What is added to the track's timestamps; None while nothing of it was sent."""

    def heard(self, block: rtcp.Block, tally: Tally, now: float, flooded: bool = False) -> None:
        """The receiver's report about this slot; what was never sent to it is not lost on its line.

        `flooded`: the line was, a moment ago: to send anything twice would flood it again.
        """
        self.loss = block.fraction_lost / 256
        came = (block.highest - self._highest) & 0xFFFFFFFF if self._highest is not None else 0
        sent, octets = self.packets - self._packets_reported, self.octets - self._octets_heard
        resent = self.resent - self._resent_heard
        self._highest, self._packets_reported, self._octets_heard = block.highest, self.packets, self.octets
        self._resent_heard, self.span, self._heard_at = self.resent, now - self._heard_at, now
        if 0 < came < _RECEIVED_AT_ONCE:
            # The publisher's own losses are holes in the numbers here too. A packet on the way now is
            # missed in this report and gained in the next: over the window it evens out.
            jitter = 0.0 if self._video else block.jitter / self.rate
            tally.add(sent, came * self.loss - (came - sent), jitter)
            if sent > 0:
                self._size += (octets / sent - self._size) / (4 if self._size else 1)
            through = (came + resent) * (1 - self.loss) * self._size * 8
            self.through = through / max(self.span, _SHORTEST)
        if self._redundant_type >= 0:
            self._clean = self._clean + came if self.loss <= _LOSSY else 0
            lossy = self.loss > _LOSSY or (self.redundant and self._clean < _CLEAN_FOR)
            self.redundant = lossy and not flooded

    def report(self, now: float, cname: str) -> bytes:
        """Once a second, the slot's sender report: the publisher's clock in the slot's timestamps."""
        self.rate_now = max((self.octets - self._octets_reported) * 8.0, self.rate_now * 0.8)
        self._octets_reported = self.octets
        inlet, shift = self.inlet, self.shift
        if inlet is None or shift is None:
            return b""
        clock, latest = inlet.reception.clock, inlet.latest
        if clock is not None:
            since, timestamp = now - clock[0].ntp - inlet.upstream.clock_offset, clock[0].timestamp
        elif latest is not None:
            since, timestamp = now - inlet.heard_at, latest
        else:
            return b""
        stamp = timestamp + int(since * self.rate) + shift
        head = rtcp.sender_report(self.ssrc, now, stamp, self.packets, self.octets)
        return head + rtcp.description([(self.ssrc, cname)])

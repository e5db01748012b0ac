"""When to ask again, when to give up, what to report and how much to allow: pure, time comes in."""

from collections.abc import Iterable

from .wire.rtcp import Block, SenderReport, middle_of

FIRST_ASK = 0.008
"""Packets overtake each other; a gap younger than this may fill by itself."""
AGAIN = 1.1, 0.012
"""A repair is asked for again after a little more than a round trip: share of it, and seconds on top.

Chromium and Firefox ignore a request that comes within their own round trip and 5 ms after they sent the
packet again; one that comes a moment too early costs a whole round more.
"""
SOONEST, LATEST = 0.02, 0.3
PATIENCE = 0.25
"""Share of its age for which a missing packet is at least waited for: a round trip may have been guessed
far too short, or have grown."""
MAX_AGE = 1.0
MAX_GAP = 256
MAX_ASKED = 128


class Gaps:
    """The packets one stream misses: asked for with a retry timer, given up after a second."""

    __slots__ = ("_missing", "abandoned", "asked", "repaired")

    def __init__(self) -> None:
        self._missing: dict[int, tuple[float, float]] = {}
        self.asked = self.repaired = self.abandoned = 0

    def __bool__(self) -> bool:
        return bool(self._missing)

    def open(self, first: int, last: int, now: float) -> bool:
        """Packets `first` to `last` did not come. False when so many are gone that asking is pointless."""
        if last - first >= MAX_GAP or len(self._missing) >= MAX_GAP:
            self.abandoned += last - first + 1 + len(self._missing)
            self._missing.clear()
            return False
        for index in range(first, last + 1):
            self._missing[index] = (now, now + FIRST_ASK)
        return True

    def fill(self, index: int) -> None:
        """A late packet came."""
        if self._missing.pop(index, None) is not None:
            self.repaired += 1

    def due(self, now: float, rtt: float) -> tuple[list[int], bool]:
        """(packets to ask for now, whether some were given up: then only a key frame helps)."""
        ask: list[int] = []
        lost = [index for index, (since, _) in self._missing.items() if now - since > MAX_AGE]
        for index in lost:
            del self._missing[index]
        wait = min(max(rtt * AGAIN[0] + AGAIN[1], SOONEST), LATEST)
        for index, (since, at) in self._missing.items():
            if at <= now and len(ask) < MAX_ASKED:
                ask.append(index)
                self._missing[index] = (since, now + max(wait, (now - since) * PATIENCE))
        self.asked += len(ask)
        self.abandoned += len(lost)
        return ask, bool(lost)

    def clear(self) -> None:
        """Ask for nothing any more."""
        self._missing.clear()


class KeyFrames:
    """Requests for key frames of one stream: never closer than the throttle, repeated until one comes."""

    __slots__ = ("_held", "_last", "_wanted", "sent")
    THROTTLE = 0.4
    REPEAT = 0.6

    def __init__(self) -> None:
        self._last, self._wanted, self._held, self.sent = 0.0, False, False, 0

    def want(self, now: float) -> bool:
        """Somebody needs a key frame; True when the request goes out now."""
        self._wanted = True
        self._held = not self._due(now, self.THROTTLE)
        return not self._held

    def again(self, now: float) -> bool:
        """Called now and then: True when a throttled request goes out or an unanswered one is repeated."""
        if not self._wanted or not self._due(now, self.THROTTLE if self._held else self.REPEAT):
            return False
        self._held = False
        return True

    def came(self) -> None:
        """A key frame began."""
        self._wanted = self._held = False

    def _due(self, now: float, pause: float) -> bool:
        if now - self._last < pause:
            return False
        self._last = now
        self.sent += 1
        return True


class Reception:
    """What a receiver report says about one stream (RFC 3550 section 6.4.1 and appendix A)."""

    __slots__ = (
        "_base",
        "_jitter",
        "_past_expected",
        "_past_received",
        "_rate",
        "_transit",
        "clock",
        "interval",
        "received",
    )

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._base: int | None = None
        self._jitter = self._transit = 0.0
        self._past_expected = self._past_received = self.received = 0
        self.clock: tuple[SenderReport, float] | None = None
        self.interval = (0, 0)
        """Packets expected and lost between the last two reports."""

    def note(self, index: int, timestamp: int, now: float) -> None:
        """A packet came by itself (not as a retransmission)."""
        if self._base is None:
            self._base = index
        self.received += 1
        transit = now * self._rate - timestamp
        change = abs(transit - self._transit)
        self._transit = transit
        # A wrap of the timestamp or a pause of the sender is not jitter.
        if change < 10 * self._rate:
            self._jitter += (change - self._jitter) / 16

    def block(self, ssrc: int, highest: int, now: float) -> Block:
        """The report block since the last one."""
        expected = highest - (self._base if self._base is not None else highest) + 1
        lost_now = (expected - self._past_expected) - (self.received - self._past_received)
        interval = expected - self._past_expected
        self.interval = (max(interval, 0), max(lost_now, 0))
        self._past_expected, self._past_received = expected, self.received
        fraction = min(255, (lost_now << 8) // interval) if interval > 0 and lost_now > 0 else 0
        middle, delay = 0, 0
        if self.clock is not None:
            middle, delay = self.clock[0].middle, int((now - self.clock[1]) * 65536)
        return Block(
            ssrc, fraction, expected - self.received, highest & 0xFFFFFFFF, int(self._jitter), middle, delay
        )

    @property
    def jitter(self) -> float:
        """Smoothed, in seconds."""
        return self._jitter / self._rate

    def restart(self) -> None:
        """The sender began anew."""
        self._base = None
        self._past_expected = self._past_received = self.received = 0


def round_trip(block: Block, now: float) -> float | None:
    """Seconds to that receiver and back, from the report it sent about us."""
    if not block.last_report:
        return None
    ticks = (middle_of(now) - block.last_report - block.delay) & 0xFFFFFFFF
    return ticks / 65536 if ticks < 1 << 31 else None


DECENT = 600_000
"""Bit/s below which one weak line alone does not bring everybody's picture."""


def allowance(
    shares: Iterable[tuple[float, float, int]], floor: int, ceiling: int, decent: int = DECENT
) -> int:
    """Bit/s to allow one publisher, between floor and ceiling.

    The least its subscribers bear as long as that is a `decent` picture; below it, what at least half of them
    bear: the video of the few others is withheld.

    Each share is (this track's rate, rate of all tracks to that subscriber, the subscriber's estimate).
    A receiver's estimate is at most half as much again as what it gets, so it is shared in proportion to
    what flows now: whoever is not congested lets the track grow, whoever is lets it shrink.
    """
    borne = sorted(
        max(rate, floor) * estimate / max(total, 1.0) if estimate and total > 0 else float(ceiling)
        for rate, total, estimate in shares
    )
    if not borne:
        return ceiling
    allowed = max(borne[0], min(borne[len(borne) // 2], decent))
    return int(max(floor, min(ceiling, allowed)))

"""From RTP timestamps to media time: the server's clock, whatever the sender's clocks say.

Arrivals tell where a track lies on our clock, give or take the delay of the network; sender reports tell how
the tracks of one sender lie to each other. A sender's clock may be wrong by hours, drift, or jump: only its
differences are believed, and only as long as they agree with the arrivals.
"""

from collections import deque

REPORT_WINDOW_S = 30.0
ARRIVAL_WINDOW_S = 10.0
JUMP_S = 1.0  # a report further off than this is a clock that was set, or a lie
STRAY_S = 2.0  # a track further from its arrivals than this is believed by arrival only
EARLY_S = 1.0
LATE_S = 4.0
STEP_S = 0.3
SLEW = 0.05  # how fast a small error is worked off, in seconds per second


class SenderClock:
    """How far the clock of one sender lies behind ours: the least of what its recent reports say."""

    def __init__(self) -> None:
        self._lows: deque[tuple[float, float]] = deque()
        self._doubt: float | None = None

    @property
    def offset(self) -> float | None:
        """Seconds to add to the sender's time; None before the first report."""
        return self._lows[0][1] if self._lows else None

    def report(self, ntp: float, arrival: float) -> None:
        """Take the sending time (Unix seconds by the sender's clock) of a report that came at `arrival`."""
        value = arrival - ntp
        lows = self._lows
        if lows and abs(value - lows[-1][1]) > JUMP_S:
            if self._doubt is None or abs(value - self._doubt) > JUMP_S / 2:
                self._doubt = value
                return
            lows.clear()
        self._doubt = None
        while lows and lows[-1][1] >= value:
            lows.pop()
        lows.append((arrival, value))
        while lows[0][0] < arrival - REPORT_WINDOW_S:
            lows.popleft()


class ArrivalClock:
    """The least difference between arrival and timestamp over the last ten to twenty seconds."""

    def __init__(self) -> None:
        self.low = self._older = float("inf")
        self._newer = float("inf")
        self._turn = 0.0

    def add(self, difference: float, arrival: float) -> None:
        """Take one packet."""
        if arrival > self._turn or arrival < self._turn - 2 * ARRIVAL_WINDOW_S:
            self._older, self._newer = self._newer, difference
            self._turn = arrival + ARRIVAL_WINDOW_S
            self.low = min(self._older, difference)
        elif difference < self._newer:
            self._newer = difference
            if difference < self.low:
                self.low = difference


class Timeline:
    """Media times of one track: whole milliseconds since `zero_ms`, strictly rising."""

    def __init__(self, clock_rate: int, zero_ms: int, sender: SenderClock) -> None:
        self._rate = float(clock_rate)
        self._zero = zero_ms / 1000
        self._sender = sender
        self._last: int | None = None
        self._now = 0.0
        self._last_ms = -1
        self._arrivals = ArrivalClock()
        self._anchor = float("inf")
        self._pair: float | None = None
        self._base: float | None = None
        self._asked = 0.0

    def packet(self, timestamp: int, arrival: float) -> None:
        """Learn from a packet that came in."""
        seconds = self._unwrap(timestamp) / self._rate
        difference = arrival - seconds
        if self._anchor == float("inf"):
            self._anchor = difference
        elif not -EARLY_S < difference - self._anchor < LATE_S:
            self._forget()
            self._anchor = difference
        self._now = arrival
        self._arrivals.add(difference, arrival)
        self._anchor = self._arrivals.low

    def report(self, ntp: float, timestamp: int, arrival: float) -> None:
        """Learn from a sender report: what the sender's clock (Unix seconds) said at this timestamp."""
        self._sender.report(ntp, arrival)
        self._pair = ntp - self._unwrap(timestamp, keep=True) / self._rate

    def at(self, timestamp: int) -> int:
        """The media time of a frame; frames are asked for in order."""
        seconds = self._unwrap(timestamp, keep=True) / self._rate
        wanted = self._wanted()
        base = self._base
        if base is None or wanted - base > STEP_S:
            base = wanted
        elif wanted != base:
            most = abs(seconds - self._asked) * SLEW
            base += max(-most, min(most, wanted - base))
        self._base = base
        self._asked = seconds
        wall = base + seconds
        if not self._now - LATE_S - EARLY_S < wall < self._now + EARLY_S:
            wall = self._now
        ms = round((wall - self._zero) * 1000)
        if ms <= self._last_ms and self._last_ms >= 0:
            ms = self._last_ms + 1
        if ms >= 0:
            self._last_ms = ms
        return ms

    def _wanted(self) -> float:
        offset = self._sender.offset
        if self._pair is not None and offset is not None:
            told = self._pair + offset
            if -STRAY_S < told - self._anchor < STEP_S:
                return told
        return self._anchor

    def _unwrap(self, timestamp: int, keep: bool = False) -> int:
        last = self._last
        if last is None:
            self._last = timestamp
            return timestamp
        ahead = (timestamp - last) & 0xFFFFFFFF
        if ahead < 0x80000000:
            if not keep:
                self._last = last + ahead
            return last + ahead
        return last + ahead - 0x100000000

    def _forget(self) -> None:
        self._arrivals = ArrivalClock()
        self._pair = self._base = None

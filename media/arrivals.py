"""When the packets of one transport arrived, and which of them are still to be told; pure."""

from collections.abc import Iterator, Sequence

from .wire import twcc
from .wire.rtp import unwrap

_REMEMBERED = twcc.TICKS_PER_SECOND // 2
"""Ticks for which a packet that was told is remembered: a later one among its numbers is told with it."""

TOLERATED = 0.1
"""The share of packets that may be lost without the sender having to send less: repair brings them.

They are told lost at once, lest the sender forgets them before it sent them again, and as arrived a moment
later: a browser that hears of three per cent for good falls to a fifth of its bitrate.

Measured once for 25 s at five per cent each way and 100 ms of round trip, Chromium sent 175 kbit/s and its
picture stood still for 1.5 s in all; with REMB alone it sent 239 kbit/s and stood still for 3.4 s.
"""
_REPAIRED_AFTER, _UNREPAIRED_AFTER = 0.15, 2.0
"""Seconds after which a lost packet is told as arrived once nothing is missing, and for good not."""
_FADE = 0.95
"""What a packet a tenth of a second older counts."""
_OFTEN, _SELDOM = 0.1, 0.2
"""Seconds between two feedbacks, and while nothing is lost."""
_CAUTIOUS = 50
"""Feedbacks without the longer pause: a sender that begins tries how much its line bears."""


class Arrivals:
    """Transport-wide sequence numbers, of all streams of one publisher together."""

    __slots__ = (
        "_at",
        "_expected",
        "_floor",
        "_from",
        "_high",
        "_lost",
        "_missing",
        "_next",
        "_told_at",
        "_tolerated",
        "sent",
    )

    def __init__(self, tolerated: float = TOLERATED) -> None:
        self._tolerated, self._lost, self._expected = tolerated, 0.0, 100.0
        self._at: dict[int, int] = {}
        self._missing: dict[int, float] = {}
        self._high = -1
        self._next = self._from = self._floor = 0
        self._told_at = float("-inf")
        self.sent = 0
        """Feedback packets so far."""

    def due(self, now: float, *, whole: bool = True) -> bool:
        """Whether, asked every tenth of a second, this is a time for feedback; `whole` as in `feedback`."""
        calm = whole and not self._missing and self._lost < 0.5 and self.sent >= _CAUTIOUS
        return not calm or now - self._told_at > (_OFTEN + _SELDOM) / 2

    def note(self, sequence: int, now: float) -> None:
        """A packet with this 16-bit number came, itself or as a retransmission."""
        if self._high < 0:
            self._begin(sequence + 65536)
        number = unwrap(sequence, self._high)
        if abs(number - self._high) >= twcc.MOST_NUMBERS or number - self._next >= twcc.MOST_NUMBERS:
            number = self._begin(number)
        if number < self._floor or number in self._at:
            return
        self._at[number] = int(now * twcc.TICKS_PER_SECOND)
        self._high = max(self._high, number)
        self._from = min(self._from, number)

    def note_all(self, numbers: Sequence[int], times: Sequence[float]) -> None:
        """Packets with these numbers came at these times."""
        count = len(numbers)
        fresh = self._high + 1
        first = fresh & 0xFFFF
        inside = count < twcc.MOST_NUMBERS - (fresh - self._next)
        if self._high >= 0 and inside and list(numbers) == list(range(first, first + count)):
            # In order and whole, as nearly always.
            ticks = [int(now * twcc.TICKS_PER_SECOND) for now in times]
            self._at.update(zip(range(fresh, fresh + count), ticks, strict=True))
            self._high += count
            return
        for number, now in zip(numbers, times, strict=True):
            self.note(number, now)

    def _begin(self, number: int) -> int:
        number = (number & 0xFFFF) + 65536
        self._at.clear()
        self._missing.clear()
        self._high = self._next = self._from = self._floor = number
        return number

    def _heal(self, now: float, whole: bool) -> None:
        """Tell what was told lost a moment ago as arrived, when few are lost and repair has brought them."""
        if not self._missing:
            return
        since = now - (_REPAIRED_AFTER if whole else _UNREPAIRED_AFTER)
        due = [number for number, lost in self._missing.items() if lost <= since]
        for number in due:
            del self._missing[number]
            if not whole or number in self._at or self._lost >= self._tolerated * self._expected:
                continue
            tick = next((self._at[n] for n in range(number + 1, number + 9) if n in self._at), None)
            if tick is not None and number >= self._floor:
                self._at[number] = tick
                self._from = min(self._from, number)

    def _count(self, first: int, last: int, now: float) -> None:
        known = self._at
        missing = [number for number in range(first, last + 1) if number not in known]
        if missing:
            self._missing |= dict.fromkeys(missing, now)
        fade = _FADE ** min(max((now - self._told_at) / _OFTEN, 0.0), 2.0)
        self._lost = self._lost * fade + len(missing)
        self._expected = self._expected * fade + last + 1 - first

    def feedback(self, sender: int, ssrc: int, now: float, *, whole: bool = True) -> Iterator[bytes]:
        """What came since the last call, as RTCP packets; none when nothing came.

        `whole`: no stream waits for a packet to be sent again. A sender forgets what it hears has arrived.
        """
        self._heal(now, whole)
        if self._from >= self._next > self._high:
            return
        base, last = min(self._from, self._next), self._high
        self._count(self._next, last, now)
        for start, part in twcc.portions(base, last, self._at):
            yield twcc.encode(sender, ssrc, self.sent, start, part)
            self.sent += 1
        self._next = self._from = last + 1
        self._told_at = now
        self._forget(now)

    def _forget(self, now: float) -> None:
        """What was told long ago, from the front: the order they came in."""
        oldest = int(now * twcc.TICKS_PER_SECOND) - _REMEMBERED
        forgotten = []
        for number, tick in self._at.items():
            if tick >= oldest and number > self._high - twcc.MOST_NUMBERS:
                break
            forgotten.append(number)
        for number in forgotten:
            del self._at[number]
        if forgotten:
            self._floor = max(self._floor, max(forgotten) + 1)

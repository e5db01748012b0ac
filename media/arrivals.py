"""When the packets of one transport arrived, and which of them are still to be told; pure."""

from collections.abc import Iterator

from .wire import twcc
from .wire.rtp import unwrap

_REMEMBERED = twcc.TICKS_PER_SECOND // 2
"""Ticks for which a packet that was told is remembered: a later one among its numbers is told with it."""


class Arrivals:
    """Transport-wide sequence numbers, of all streams of one publisher together."""

    __slots__ = ("_at", "_floor", "_from", "_high", "_next", "sent")

    def __init__(self) -> None:
        self._at: dict[int, int] = {}
        self._high = -1
        self._next = self._from = self._floor = 0
        self.sent = 0
        """Feedback packets so far."""

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

    def _begin(self, number: int) -> int:
        number = (number & 0xFFFF) + 65536
        self._at.clear()
        self._high = self._next = self._from = self._floor = number
        return number

    def feedback(self, sender: int, ssrc: int, now: float) -> Iterator[bytes]:
        """What came since the last call, as RTCP packets; none when nothing came."""
        if self._from >= self._next > self._high:
            return
        base, last = min(self._from, self._next), self._high
        for start, part in twcc.portions(base, last, self._at):
            yield twcc.encode(sender, ssrc, self.sent, start, part)
            self.sent += 1
        self._next = self._from = last + 1
        oldest = int(now * twcc.TICKS_PER_SECOND) - _REMEMBERED
        forgotten = [number for number, tick in self._at.items() if tick < oldest]
        for number in forgotten:
            del self._at[number]
        if forgotten:
            self._floor = max(self._floor, max(forgotten) + 1)

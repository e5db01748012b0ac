"""Which of the packets a receiver misses are sent again now. Pure, time comes in."""

from collections.abc import Sequence

BITS = 1200 * 8
"""What a packet of a picture is about."""
SHARE = 0.5
"""Of what an overloaded line bears, so much is for what was sent before."""
BURST = 0.3
"""Seconds whose share may be used at once."""
ON_THE_WAY, LONGEST = 0.8, 1.0
"""A packet that was sent again is awaited for so many round trips, but not longer than so many seconds."""
_REMEMBERED = 2.0


class Resending:
    """What one receiver asks for again, against what its line bears.

    A browser that does not know its round trip asks ten times a second, whatever still waits on the way:
    answered each time, its own questions flood a slow line until nothing comes through.
    """

    __slots__ = ("_at", "_left", "_sent")

    def __init__(self) -> None:
        self._sent: dict[tuple[int, int], float] = {}
        self._left, self._at = 1.0, float("-inf")

    def choose(
        self, stream: int, lost: Sequence[int], trip: float, bears: float | None, now: float
    ) -> list[int]:
        """The numbers to send again now. `bears`: bit/s of an overloaded line, None for any other."""
        awaited = min(trip * ON_THE_WAY, LONGEST)
        chosen = [one for one in lost if now - self._sent.get((stream, one), -1e9) >= awaited]
        if bears is not None:
            a_second = bears * SHARE / BITS
            self._left = min(self._left + (now - self._at) * a_second, max(1.0, a_second * BURST))
            self._at = now
            chosen = chosen[: int(self._left)]
            self._left -= len(chosen)
        self._sent.update(dict.fromkeys(((stream, one) for one in chosen), now))
        if len(self._sent) > 1024:
            self._sent = {key: at for key, at in self._sent.items() if now - at < _REMEMBERED}
        return chosen

"""Whether packets wait on the way: round trips against the shortest of late. Pure, time comes in."""

from collections import deque

WINDOW = 60.0
"""Seconds for which the shortest round trip is remembered."""
GROWN = 0.12
"""Seconds above the shortest round trip that are a queue, on a line without jitter."""
NOISE = 5.0
"""On one that trembles: above what is usual, so many times the usual deviation from it (as in RFC 6298)."""
SPIKE = 1.2
"""And by so much more than what came and was gone with the next report."""
LEARNT = 16
"""Reports until the tremble of a line is known."""
LASTING, LASTING_LONG = 0.7, 1.6
"""Seconds at least between the first and the last of the reports that tell of a queue: two of them, three on
a line that trembles."""
IN_VAIN = 8.0
"""Seconds after which a queue that does not become shorter is none of ours: the way has become longer."""
_FALLEN = 0.8
_MUCH, _LATELY = 0.05, 2.0
_FORGOTTEN = 10.0


class Queue:
    """What the round trips of one line say. A queue stands from its second report until most of it is gone.

    A line that was always long, or whose round trips jump up and down, has none. Neither has one that became
    longer and stays so whatever is sent: another way, or a queue that others fill.
    """

    __slots__ = (
        "_deviation",
        "_heard",
        "_least",
        "_peak",
        "_since",
        "_spike",
        "_stands",
        "_usual",
        "grew_at",
        "growth",
        "stood_at",
    )

    def __init__(self) -> None:
        self.stood_at = self.grew_at = float("-inf")
        """When a queue was last there."""
        self.restart()

    def restart(self) -> None:
        """Another way: what was known of the old one says nothing."""
        self._least: deque[tuple[float, float]] = deque()
        """Times and round trips, each longer than the ones before it: the first is the shortest."""
        self._heard: deque[tuple[float, float]] = deque(maxlen=LEARNT)
        self._usual = self._deviation = 0.0
        """Seconds above the shortest, while no queue stands."""
        self._spike = self._peak = self.growth = 0.0
        self._since: float | None = None
        """Since when each report told of a queue."""
        self._stands = False

    def standing(self, now: float) -> bool:
        """Whether packets wait."""
        return self._stands and bool(self._heard) and now - self._heard[-1][0] < _FORGOTTEN

    def grows(self, now: float) -> bool:
        """Whether packets wait, and longer than two seconds ago."""
        return self.standing(now) and now - self.grew_at < _LATELY

    @property
    def draining(self) -> bool:
        """Whether the queue becomes shorter: less is sent now than the line bears."""
        return self.growth < 0

    def hear(self, trip: float, now: float) -> None:
        """One report's round trip, seconds."""
        before = self._heard[-1] if self._heard else (now, trip)
        self.growth = (trip - before[1]) / max(now - before[0], 0.1)
        self._heard.append((now, trip))
        excess = trip - self._shortest(trip, now)
        threshold = max(self._grown, SPIKE * self._spike)
        if self._stands:
            self._watch(trip, excess, now)
        elif excess <= threshold or len(self._heard) < LEARNT:
            if self._since is not None:
                # It came and went: jitter, not a queue.
                self._spike = max(self._spike, before[1] - self._least[0][1])
            self._since = None
            share = 1 / min(len(self._heard), LEARNT)
            self._deviation += (abs(excess - self._usual) - self._deviation) * share
            self._usual += (excess - self._usual) * share
            self._spike *= 0.98
        elif self._since is None:
            self._since = now
        elif now - self._since >= (LASTING_LONG if self._trembles else LASTING):
            self._stands, self._since, self._peak = True, now, trip
            if self.growth > _MUCH:
                self.grew_at = now
        if self._stands:
            self.stood_at = now

    @property
    def _grown(self) -> float:
        return max(GROWN, self._usual + NOISE * self._deviation)

    @property
    def _trembles(self) -> bool:
        return self._usual + NOISE * self._deviation > GROWN / 2

    def _watch(self, trip: float, excess: float, now: float) -> None:
        shortest = trip - excess
        if excess < self._grown / 2:
            self._stands, self._since = False, None
        elif trip > self._peak:
            self._peak, self._since = trip, now
            self.grew_at = now
        elif trip < shortest + _FALLEN * (self._peak - shortest):
            self._peak = max(trip, shortest)
            self._since = now
        elif self._since is not None and now - self._since >= IN_VAIN:
            self.restart()

    def _shortest(self, trip: float, now: float) -> float:
        least = self._least
        while least and least[-1][1] >= trip:
            least.pop()
        least.append((now, trip))
        while now - least[0][0] > WINDOW:
            least.popleft()
        return least[0][1]

"""How good one person's line is: good, poor or bad by recent loss, round trip and jitter. Pure."""

from collections import deque
from dataclasses import dataclass
from typing import Any, Literal

Grade = Literal["good", "poor", "bad"]
GRADES: tuple[Grade, ...] = ("good", "poor", "bad")
"""From the best to the worst."""

POOR_LOSS, BAD_LOSS = 0.10, 0.15
POOR_TRIP, BAD_TRIP = 0.4, 0.8
POOR_JITTER, BAD_JITTER = 0.06, 0.15
"""Round trip and jitter in seconds; jitter is that of voices, a picture's packets come in bursts anyway."""
WINDOW = 10.0
"""Seconds of loss that count as recent."""
ENOUGH = 20
"""Fewer packets than this say nothing about loss."""
TO_FALL, TO_RISE = 2, 3
"""So many samples in a row must be worse, or better, than what is believed."""
EVERY = 3.0
"""Seconds between two things told about one person, at least."""


@dataclass(slots=True)
class Tally:
    """What one connection saw since it was last asked; `jitter` in seconds."""

    expected: float = 0.0
    lost: float = 0.0
    jitter: float = 0.0

    def add(self, expected: float, lost: float, jitter: float = 0.0) -> None:
        """One report about one stream."""
        self.expected += expected
        self.lost += lost
        self.jitter = max(self.jitter, jitter)


def grade(loss: float, trip: float, jitter: float) -> Grade:
    """One sample: the worst that any of the three says."""
    if loss >= BAD_LOSS or trip >= BAD_TRIP or jitter >= BAD_JITTER:
        return "bad"
    if loss >= POOR_LOSS or trip >= POOR_TRIP or jitter >= POOR_JITTER:
        return "poor"
    return "good"


def mean_opinion(loss: float, trip: float, jitter: float) -> float:
    """How people would rate the line, 1 (bad) to 4.4 (clean): the E-model of ITU-T G.107, much shortened.

    `loss`: share of packets; `trip`, `jitter`: seconds.
    """
    delay = trip * 500 + jitter * 2000 + 10
    rating = 93.2 - (delay / 40 if delay < 160 else (delay - 120) / 10) - 250 * loss
    if rating <= 0:
        return 1.0
    return 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating)


class Belief:
    """What is believed about a line: slow to fall, slower to rise, so that it never flutters."""

    __slots__ = ("_streak", "held")

    def __init__(self) -> None:
        self.held: Grade | None = None
        self._streak: list[int] = []

    def take(self, sample: Grade) -> Grade:
        """One more sample; the first one is believed at once."""
        number = GRADES.index(sample)
        if self.held is None:
            self.held = sample
        held = GRADES.index(self.held)
        if number == held:
            self._streak.clear()
            return self.held
        if self._streak and (self._streak[-1] > held) != (number > held):
            self._streak.clear()
        self._streak.append(number)
        worse = number > held
        if len(self._streak) >= (TO_FALL if worse else TO_RISE):
            # No further than every one of these samples bears out.
            self.held = GRADES[min(self._streak) if worse else max(self._streak)]
            self._streak.clear()
        return self.held


class Line:
    """The line of one participant: both directions, all their connections together."""

    __slots__ = ("_belief", "_down", "_told", "_told_at", "_up", "last")

    def __init__(self) -> None:
        self.last = (0.0, 0.0, 0.0)
        """The newest sample: share lost in the worse direction, round trip and jitter in seconds."""
        self._up: deque[tuple[float, float, float]] = deque()
        self._down: deque[tuple[float, float, float]] = deque()
        self._belief = Belief()
        self._told: Grade | None = None
        self._told_at = 0.0

    @property
    def told(self) -> Grade | None:
        """The grade last told."""
        return self._told

    def sample(self, up: Tally, down: Tally, trip: float, now: float) -> dict[str, Any] | None:
        """Once a second; what is to be told about the line, if anything."""
        loss_up, loss_down = _recent(self._up, up, now), _recent(self._down, down, now)
        jitter = max(up.jitter, down.jitter)
        self.last = (max(loss_up, loss_down), trip, jitter)
        held = self._belief.take(grade(*self.last))
        if held == self._told or (self._told is not None and now - self._told_at < EVERY):
            return None
        self._told, self._told_at = held, now
        return {
            "grade": held,
            "loss_up": round(loss_up, 3),
            "loss_down": round(loss_down, 3),
            "rtt_ms": round(trip * 1000),
            "jitter_ms": round(jitter * 1000),
        }


def _recent(kept: deque[tuple[float, float, float]], tally: Tally, now: float) -> float:
    """The share lost within the window, after one more tally."""
    if tally.expected:
        kept.append((now, tally.expected, tally.lost))
    while kept and now - kept[0][0] > WINDOW:
        kept.popleft()
    expected = sum(one[1] for one in kept)
    if expected < ENOUGH:
        return 0.0
    return min(max(sum(one[2] for one in kept) / expected, 0.0), 1.0)

"""What a worker has seen over time: counts that outlive the streams they are of, and how lines fare.

Looked at once a second, never in the packet path: it reads what inlets and outlets count anyway.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .quality import mean_opinion
from .source import Source
from .subscriber import Subscriber

if TYPE_CHECKING:
    from .room import Room

LOSS_PERCENT = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
TRIP_MS = (10.0, 25.0, 50.0, 100.0, 200.0, 400.0, 800.0)
JITTER_US = (1_000.0, 2_500.0, 5_000.0, 10_000.0, 30_000.0, 60_000.0, 150_000.0)
SCORES = (1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.3)
_REPAIR = ("asked_again", "repaired", "recovered", "given_up", "duplicates")

Counts = dict[tuple[str, str, str], int]
"""By direction (`in`, `out`), kind (`audio`, `video`) and what is counted."""


class Buckets:
    """How often a value was at most each of the bounds, or above them all."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """One value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def plain(self) -> dict[str, Any]:
        """`bounds`, `counts` (one more than bounds) and the `sum` of all values."""
        return {"bounds": list(self._bounds), "counts": list(self._counts), "sum": round(self._sum, 6)}


class Observations:
    """All rooms of a worker, since it began."""

    def __init__(self) -> None:
        self._totals: Counter[tuple[str, str, str]] = Counter()
        self._seen: dict[tuple[int, str], int] = {}
        self._loss, self._trip = Buckets(LOSS_PERCENT), Buckets(TRIP_MS)
        self._jitter, self._score = Buckets(JITTER_US), Buckets(SCORES)

    def look(self, rooms: Iterable["Room"]) -> None:
        """Once a second."""
        seen: dict[tuple[int, str], int] = {}
        for room in rooms:
            for identity, direction, kind, what, count in _streams(room):
                key = (identity, what)
                before = self._seen.get(key, 0)
                # A stream may stand where one that has ended stood: it counts from nothing.
                self._totals[direction, kind, what] += count - before if count >= before else count
                seen[key] = count
            for loss, trip, jitter in room.lines():
                self._loss.add(loss * 100)
                self._trip.add(trip * 1000)
                self._jitter.add(jitter * 1e6)
                self._score.add(mean_opinion(loss, trip, jitter))
        self._seen = seen

    def plain(self) -> dict[str, Any]:
        """Everything as plain data."""
        totals = [[*key, count] for key, count in sorted(self._totals.items())]
        return {
            "totals": totals,
            "loss_percent": self._loss.plain(),
            "rtt_ms": self._trip.plain(),
            "jitter_us": self._jitter.plain(),
            "score": self._score.plain(),
        }


def _streams(room: "Room") -> Iterator[tuple[int, str, str, str, int]]:
    for source in room.router.sources.values():
        if isinstance(source, Source):
            for inlet in source.layers:
                kind = "video" if inlet.video else "audio"
                counts = inlet.stats()
                yield id(inlet), "in", kind, "packets", counts["packets"]
                yield id(inlet), "in", kind, "bytes", counts["octets"]
                for what in _REPAIR:
                    yield id(inlet), "in", kind, what, counts[what]
    for peer in room.peers.values():
        if isinstance(peer, Subscriber):
            for outlet in peer.outlets:
                yield id(outlet), "out", outlet.kind, "packets", outlet.packets
                yield id(outlet), "out", outlet.kind, "bytes", outlet.octets
                yield id(outlet), "out", outlet.kind, "resent", outlet.resent

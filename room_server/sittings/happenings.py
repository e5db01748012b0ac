"""What has happened since this process began, counted for `/metrics`: joins, losses, how late text was."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..rules import events as e

JOIN_MS = (50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 15_000.0)
AWAY_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)
TEXT_S = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0)
SITTING_S = (60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0)


class Spread:
    """How often a value was at most each bound, or above them all."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds, self._counts, self._sum = bounds, [0] * (len(bounds) + 1), 0.0

    def add(self, value: float) -> None:
        """One value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def plain(self) -> dict[str, Any]:
        """`bounds`, `counts` and the `sum` of all values."""
        return {"bounds": list(self._bounds), "counts": list(self._counts), "sum": self._sum}


class Happenings:
    """Takes every fact of every sitting as it happens."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._join, self._away = Spread(JOIN_MS), Spread(AWAY_S)
        self._text, self._sitting = Spread(TEXT_S), Spread(SITTING_S)

    def take(self, event: e.Event, now: int, opened_at: int | None) -> None:
        """One fact, at `now` (Unix ms) of a sitting that was opened at that time."""
        if isinstance(event, e.Joined):
            self._counts["joins", ""] += 1
        elif isinstance(event, e.Left):
            self._counts["leaves", event.cause] += 1
        elif isinstance(event, e.Disconnected):
            self._counts["disconnects", event.evidence] += 1
        elif isinstance(event, e.Reconnected):
            self._counts["reconnects", ""] += 1
            self._away.add(event.away_ms / 1000)
        elif isinstance(event, e.MediaLost):
            self._counts["media_losses", ""] += 1
        elif isinstance(event, e.RecordingAlarm):
            self._counts["recording_alarms", event.word] += 1
        elif isinstance(event, e.UtteranceHeard) and opened_at is not None:
            self._text.add(max(0.0, (now - opened_at - event.end_ms) / 1000))
        elif isinstance(event, e.Closed) and opened_at is not None:
            self._sitting.add((now - opened_at) / 1000)

    def connected(self, after_ms: float) -> None:
        """A media connection stands for the first time, so long after it was offered."""
        self._join.add(after_ms)

    def plain(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "counts": [[*key, count] for key, count in sorted(self._counts.items())],
            "join_ms": self._join.plain(),
            "away_s": self._away.plain(),
            "text_s": self._text.plain(),
            "sitting_s": self._sitting.plain(),
        }

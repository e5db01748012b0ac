"""How far the text is behind the speech: told when it changes, not all the time (pure)."""

from collections.abc import Mapping
from typing import Any

EVERY_S = 2.0
STEP_S = 1.0


class LagMeter:
    """Knows what each room was told last."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[float, float]] = {}

    def look(self, lags: Mapping[str, float], now: float) -> list[dict[str, Any]]:
        """`lag` events for the rooms whose lag is another by more than a second than what they know."""
        events = []
        for room in sorted({*lags, *self._told}):
            lag = lags.get(room, 0.0)
            before, at = self._told.get(room, (0.0, -EVERY_S))
            if room not in lags and not round(before):
                self._told.pop(room, None)
                continue
            if now - at < EVERY_S or (room in lags and abs(lag - before) <= STEP_S):
                continue
            if room in lags:
                self._told[room] = (lag, now)
            else:
                del self._told[room]
            events.append({"type": "lag", "room": room, "seconds": round(lag)})
        return events

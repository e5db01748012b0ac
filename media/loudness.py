"""Audio levels → who is speaking: smoothed, calm, loudest first (RFC 6464 levels, pure)."""

from collections.abc import Iterable

from .packet import SILENT

SPEAKS_BELOW = 50.0
"""A smoothed level (in -dBov) louder than this is speech."""
STOPS_ABOVE = 58.0
HOLD = 0.7
"""Seconds one still counts as speaking after the voice stopped."""
CALM = 0.3
"""Least seconds between two changes told."""


class Loudness:
    """Fed with one level per participant and tick; says who speaks when that changed."""

    def __init__(self) -> None:
        self._levels: dict[str, float] = {}
        self._until: dict[str, float] = {}
        self._told: list[str] = []
        self._told_at = 0.0

    def hear(self, participant: str, level: int, now: float) -> None:
        """The current level of one participant: rises fast, falls slowly."""
        old = self._levels.get(participant, float(SILENT))
        smooth = old + (level - old) * (0.6 if level < old else 0.25)
        self._levels[participant] = smooth
        limit = STOPS_ABOVE if participant in self._until else SPEAKS_BELOW
        if smooth < limit:
            self._until[participant] = now + HOLD

    def keep(self, participants: Iterable[str]) -> None:
        """Forget everybody else."""
        kept = set(participants)
        for gone in set(self._levels) - kept:
            self._levels.pop(gone)
            self._until.pop(gone, None)

    def changed(self, now: float) -> list[str] | None:
        """Who speaks now, loudest first; None while nothing new is to be told."""
        for participant in [p for p, until in self._until.items() if until <= now]:
            del self._until[participant]
        speaking = sorted(self._until, key=lambda p: (round(self._levels[p] / 12), p))
        if speaking == self._told or now - self._told_at < CALM:
            return None
        self._told, self._told_at = speaking, now
        return list(speaking)

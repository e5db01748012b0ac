"""Which worker has which room, and which worker is to get the next one."""

from collections.abc import Iterable
from dataclasses import dataclass

FULL = 0.8
"""A worker that uses so much of a core gets a new room only when all do."""


@dataclass(frozen=True, slots=True)
class Load:
    """What speaks for or against giving a worker one more room; `busy`: the share of a core it uses."""

    worker: str
    rooms: int
    busy: float = 0.0
    drained: bool = False


def least_loaded(loads: Iterable[Load]) -> str | None:
    """Who gets a new room: of the workers that are not full the one with the fewest, then the least busy.

    Rooms come first because a new one has not been busy yet. None when nobody takes new ones.
    """
    open_to_more = [load for load in loads if not load.drained]
    ranked = sorted(open_to_more, key=lambda load: (load.busy >= FULL, load.rooms, round(load.busy, 1)))
    return ranked[0].worker if ranked else None


class Assignment:
    """Rooms and the workers that have them. A room's epoch changes with its worker and only ever grows."""

    def __init__(self) -> None:
        self._worker: dict[str, str] = {}
        self._epoch: dict[str, int] = {}

    def give(self, room: str, worker: str, epoch: int) -> None:
        """The room is this worker's from now on."""
        self._worker[room] = worker
        self._epoch[room] = epoch

    def worker_of(self, room: str) -> str | None:
        """The worker that has the room now."""
        return self._worker.get(room)

    def epoch_of(self, room: str) -> int:
        """The room's epoch with its present or, where it has none, its last worker; 0 before the first."""
        return self._epoch.get(room, 0)

    def rooms_of(self, worker: str) -> list[str]:
        """The rooms of a worker."""
        return [room for room, of in self._worker.items() if of == worker]

    def lose(self, worker: str) -> list[str]:
        """A worker is gone; the rooms that need another one."""
        lost = self.rooms_of(worker)
        for room in lost:
            del self._worker[room]
        return lost

    def release(self, room: str) -> str | None:
        """The room is over; the worker that had it."""
        return self._worker.pop(room, None)

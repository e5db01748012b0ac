"""Which workers take no new rooms, by the operator's wish; it outlives a restart of the control process."""

import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path


class Wish(StrEnum):
    """What an operator can ask of a worker."""

    DRAIN = "drain"
    """No new rooms until it is resumed; those it has stay."""
    REPLACE = "replace"
    """No new rooms; once the last one is over it ends, and a new worker takes its place."""
    RESUME = "resume"
    """New rooms again."""


class Drains:
    """The wishes that are in force, by the worker's name, in a small file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wishes: dict[str, Wish] = {}

    def read(self, living: Iterable[str]) -> None:
        """Take up what an earlier control process had noted of the workers that still live."""
        noted = json.loads(self._path.read_text()) if self._path.exists() else {}
        self._wishes = {name: Wish(noted[name]) for name in living if name in noted}

    def of(self, worker: str) -> Wish:
        """The wish in force for a worker."""
        return self._wishes.get(worker, Wish.RESUME)

    def put(self, worker: str, wish: Wish) -> None:
        """Note a wish before it is obeyed."""
        if self.of(worker) is wish:
            return
        if wish is Wish.RESUME:
            del self._wishes[worker]
        else:
            self._wishes[worker] = wish
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(self._wishes))
        fresh.replace(self._path)

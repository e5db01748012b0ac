"""The media workers in numbers."""

from typing import Any

from room_server.crew.numbers import measured
from room_server.engine.seam import WorkerGone


class Crew:
    """A placement of workers, each of which may be gone."""

    def __init__(self, *stats: dict[str, Any] | None) -> None:
        self.stats = {f"media-{number}": one for number, one in enumerate(stats, 3)}

    def crew(self, kind: str) -> list[dict[str, Any]]:
        """Their states."""
        return [
            {
                "name": name if one else "",
                "epoch": int(name[-1]),
                "port": 50000,
                "rooms": 2,
                "state": "up" if one else "down",
            }
            for name, one in self.stats.items()
        ]

    async def call_worker(self, name: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """What a worker counts."""
        if not self.stats.get(name):
            raise WorkerGone(name)
        return self.stats[name]


async def test_each_worker_is_measured_at_its_place_and_a_dead_one_counts_nothing() -> None:
    assert await measured(Crew({"peers": 2}, None, {"peers": 3})) == [  # type: ignore[arg-type]
        {"epoch": 3, "rooms": 2, "state": "up", "stats": {"peers": 2}},
        {"epoch": 4, "rooms": 2, "state": "down", "stats": None},
        {"epoch": 5, "rooms": 2, "state": "up", "stats": {"peers": 3}},
    ]

"""The media workers in numbers."""

from typing import Any

from room_server.crew import measured
from room_server.engine.seam import WorkerGone


class Crew:
    """A placement of two workers, the second of which may be gone."""

    def __init__(self, *stats: dict[str, Any] | None) -> None:
        self.stats = {f"media-{number}": one for number, one in enumerate(stats, 3)}

    def crew(self, kind: str) -> list[dict[str, Any]]:
        """Their states."""
        return [
            {"name": name if one else "", "epoch": int(name[-1]), "port": 50000, "rooms": 2}
            for name, one in self.stats.items()
        ]

    async def call_worker(self, name: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """What a worker counts."""
        if not self.stats.get(name):
            raise WorkerGone(name)
        return self.stats[name]


async def test_counts_add_up_and_each_worker_is_shown() -> None:
    workers = Crew({"peers": 2, "rss": 10, "uptime_s": 7.0, "plane": "python"}, {"peers": 3, "rss": 5})
    found = await measured(workers)  # type: ignore[arg-type]
    assert (found["media_peers"], found["media_rss"], found["media_uptime_s"]) == (5.0, 15.0, 7.0)
    assert found["media_up"] == 1.0
    assert (found["media_worker_0_epoch"], found["media_worker_1_epoch"]) == (3.0, 4.0)
    assert (found["media_worker_0_up"], found["media_worker_1_up"], found["media_worker_1_rooms"]) == (
        1,
        1,
        2,
    )


async def test_a_dead_worker_is_down_and_its_counts_are_missing() -> None:
    found = await measured(Crew({"peers": 2}, None))  # type: ignore[arg-type]
    assert (found["media_up"], found["media_worker_0_up"], found["media_worker_1_up"]) == (1.0, 1.0, 0.0)
    assert found["media_peers"] == 2.0
    assert await measured(Crew(None)) == {  # type: ignore[arg-type]
        "media_up": 0.0,
        "media_worker_0_up": 0.0,
        "media_worker_0_rooms": 2.0,
        "media_worker_0_epoch": 3.0,
        "media_worker_0_port": 50000.0,
    }

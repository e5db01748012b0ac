"""The media workers in numbers: each by its place in the crew."""

import asyncio
from typing import Any

from .engine.seam import WorkerError, WorkerGone
from .placement import Placement

ANSWER_S = 2.0


async def measured(placement: Placement) -> list[dict[str, Any]]:
    """Of each place in the crew: `epoch` and `rooms` as placed, and `stats` of its worker (dead: None)."""
    crew = placement.crew("media")
    stats = await asyncio.gather(*(_stats(placement, worker["name"]) for worker in crew))
    return [
        {"epoch": worker["epoch"], "rooms": worker["rooms"], "stats": counts}
        for worker, counts in zip(crew, stats, strict=True)
    ]


async def _stats(placement: Placement, worker: str) -> dict[str, Any] | None:
    try:
        stats: dict[str, Any] = await placement.call_worker(worker, "stats", wait=ANSWER_S)
    except (WorkerGone, WorkerError):
        return None
    return stats

"""The media workers in numbers: together, and each by its place in the crew."""

import asyncio
from typing import Any

from .engine.seam import WorkerGone
from .placement import Placement

ANSWER_S = 2.0


async def measured(placement: Placement) -> dict[str, float]:
    """Gauges: `media_*` over all workers, `media_worker_<n>_*` of each; a dead one has no counts."""
    crew = placement.crew("media")
    stats = await asyncio.gather(*(_stats(placement, worker["name"]) for worker in crew))
    gauges = {"media_up": float(any(one is not None for one in stats))}
    for number, (worker, counts) in enumerate(zip(crew, stats, strict=True)):
        mine = {
            "up": float(counts is not None),
            **_numbers({n: worker[n] for n in ("rooms", "epoch", "port")}),
        }
        gauges |= {f"media_worker_{number}_{name}": value for name, value in mine.items()}
        for name, value in _numbers(counts or {}).items():
            before = gauges.get(f"media_{name}", 0.0)
            # The age of the crew is that of its oldest member; everything else adds up.
            gauges[f"media_{name}"] = max(before, value) if name == "uptime_s" else before + value
    return gauges


async def _stats(placement: Placement, worker: str) -> dict[str, Any] | None:
    try:
        stats: dict[str, Any] = await placement.call_worker(worker, "stats", wait=ANSWER_S)
    except WorkerGone:
        return None
    return stats


def _numbers(stats: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in stats.items() if isinstance(value, int | float)}

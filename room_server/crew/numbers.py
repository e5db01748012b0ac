"""The workers in numbers: media by their places in the crew, and the scribe."""

import asyncio
from typing import Any

from ..engine.seam import WorkerError, WorkerGone
from .placement import Placement

ANSWER_S = 2.0


async def measured(placement: Placement) -> list[dict[str, Any]]:
    """Of each place in the crew: `epoch` and `rooms` as placed, and `stats` of its worker (dead: None)."""
    crew = placement.crew("media")
    stats = await asyncio.gather(*(_stats(placement, worker["name"]) for worker in crew))
    return [
        {"epoch": worker["epoch"], "rooms": worker["rooms"], "state": worker["state"], "stats": counts}
        for worker, counts in zip(crew, stats, strict=True)
    ]


async def listened(placement: Placement) -> dict[str, Any] | None:
    """The scribe's own counts; None while there is none."""
    try:
        stats: dict[str, Any] = await placement.call("scribe", "stats", wait=ANSWER_S)
    except (WorkerGone, WorkerError):
        return None
    return stats


def states(placement: Placement, engine: dict[str, Any]) -> dict[str, Any]:
    """The state of each kind of worker; `engine`: what the recogniser says of itself."""
    crew, scribe = placement.crew("media"), placement.info("scribe")
    down = sum(worker["state"] == "down" for worker in crew)
    state = "up" if not down else "down" if down == len(crew) else "degraded"
    return {
        "media": {"state": state, "workers": [_without_load(worker) for worker in crew]},
        "speech": {"state": "up" if scribe["up"] else "down", "engine": engine},
    }


def _without_load(worker: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in worker.items() if name != "busy"}


async def _stats(placement: Placement, worker: str) -> dict[str, Any] | None:
    try:
        stats: dict[str, Any] = await placement.call_worker(worker, "stats", wait=ANSWER_S)
    except (WorkerGone, WorkerError):
        return None
    return stats

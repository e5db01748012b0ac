"""Harm done on purpose in a rehearsal: one media worker of its own server is killed, without a warning."""

import asyncio
import os
import signal
import time
from collections.abc import Callable

from .actor import Mishap
from .desk import Desk
from .measure.outage import Kill
from .venue import Venue


async def kill_worker(desk: Desk, venue: Venue, seconds: float, progress: Callable[[str], None]) -> Kill:
    """After some seconds, kill -9 the media worker with the fewest rooms that has one at all."""
    await asyncio.sleep(seconds)
    busy = [worker for worker in await desk.media_workers() if worker["rooms"]]
    if not busy:
        raise Mishap("no media worker has a room: none was killed")
    chosen = min(busy, key=lambda worker: int(worker["rooms"]))
    name, rooms = str(chosen["name"]), int(chosen["rooms"])
    pid = await asyncio.to_thread(venue.worker, name)
    if not pid:
        raise Mishap(f"the media worker {name} was not found: none was killed")
    at = time.monotonic_ns()
    os.kill(pid, signal.SIGKILL)
    progress(f"kill -9 of the media worker {name}, which had {rooms} of the rooms")
    return Kill(at, name, rooms)

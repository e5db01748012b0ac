"""Keeps one media worker and one scribe alive: adopts, spawns, watches and replaces them.

A dead worker is never restarted in place: its successor has a new epoch and gets its rooms anew.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .engine.seam import Engine, Handle, WorkerGone

logger = logging.getLogger(__name__)
PING_S = 2.0
ANSWER_S = 4.0
# Nobody waits for the scribe at once, and one that is killed forgets what it has heard.
PATIENCE_S = {"scribe": 30.0}
START_S = 20.0
RETRY_S = (0.2, 1.0, 3.0, 5.0, 10.0)

Hear = Callable[[str, dict[str, Any]], None]


class Epochs:
    """A number on disk that only grows, so that no worker's files are ever those of an earlier one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def next(self) -> int:
        """The next epoch, durable before it is used."""
        last = int(self._path.read_text()) if self._path.exists() else 0
        fresh = self._path.with_suffix(".new")
        fresh.write_text(str(last + 1))
        fresh.replace(self._path)
        return last + 1


class Placement:
    """The workers of this installation. `hear(kind, event)` gets everything they tell, in order;
    besides their own events `{"type": "lost"}` and `{"type": "ready", "epoch", "fresh"}`."""

    def __init__(self, engine: Engine, epochs: Epochs, needs: dict[str, dict[str, Any]], hear: Hear) -> None:
        self._engine = engine
        self._epochs = epochs
        self._needs = needs
        self._hear = hear
        self._handles: dict[str, Handle] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._ready = {kind: asyncio.Event() for kind in needs}
        self.epochs: dict[str, int] = dict.fromkeys(needs, 0)
        self.fresh: dict[str, bool] = dict.fromkeys(needs, True)

    async def start(self) -> None:
        """Begin to keep every kind of worker alive and wait until each is ready or has failed once."""
        self._tasks = [asyncio.create_task(self._keep(kind)) for kind in self._needs]
        for kind, ready in self._ready.items():
            try:
                await asyncio.wait_for(ready.wait(), START_S)
            except TimeoutError:
                logger.error("the %s worker is not ready yet; trying on", kind)

    async def stop(self, leave_running: bool = False) -> None:
        """Stop watching; end the workers too unless they are to be adopted by a successor."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if leave_running:
            logger.warning("a sitting is open: its workers go on for half a minute and wait for a successor")
            return
        await asyncio.gather(*(handle.stop() for handle in self._handles.values()))

    def info(self, kind: str) -> dict[str, Any]:
        """What the worker said of itself at its start, with `up`, `name` and `epoch`."""
        handle = self._handles.get(kind)
        up = handle is not None and not handle.gone.done()
        base = {"up": up, "epoch": self.epochs[kind]}
        return base if handle is None else {**base, "name": handle.name, **handle.info}

    async def call(self, kind: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask a worker; raises `WorkerGone` while there is none."""
        handle = self._handles.get(kind)
        if handle is None:
            raise WorkerGone(kind)
        return await handle.call(method, *args, wait=wait)

    async def _keep(self, kind: str) -> None:
        adopted = await self._engine.adopt(kind)
        tries = 0
        while True:
            try:
                handle, fresh = await self._next(kind, adopted)
            except (WorkerGone, OSError) as error:
                logger.error("the %s worker did not start: %s", kind, error)
                await asyncio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
                tries += 1
                continue
            tries = 0
            self._handles[kind] = handle
            self.fresh[kind] = fresh
            self._hear(kind, {"type": "ready", "epoch": self.epochs[kind], "fresh": fresh})
            self._ready[kind].set()
            await self._follow(kind, handle)
            self._ready[kind].clear()
            del self._handles[kind]
            logger.error("the %s worker %s is gone", kind, handle.name)
            self._hear(kind, {"type": "lost", "epoch": self.epochs[kind]})

    async def _next(self, kind: str, adopted: dict[str, Handle]) -> tuple[Handle, bool]:
        while adopted:
            name, handle = adopted.popitem()
            if not adopted and not handle.gone.done():
                self.epochs[kind] = int(name.rsplit("-", 1)[1])
                logger.info("adopted the %s worker %s", kind, name)
                return handle, False
            await handle.stop()
        self.epochs[kind] = self._epochs.next()
        name = f"{kind}-{self.epochs[kind]}"
        return await self._engine.spawn(kind, name, **self._needs[kind]), True

    async def _follow(self, kind: str, handle: Handle) -> None:
        watch = asyncio.create_task(self._watch(handle, PATIENCE_S.get(kind, ANSWER_S)))
        try:
            async for event in handle.events():
                self._hear(kind, event)
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _watch(self, handle: Handle, patience: float) -> None:
        while True:
            await asyncio.sleep(PING_S)
            try:
                await handle.call("ping", wait=patience)
            except WorkerGone:
                handle.kill()
                return

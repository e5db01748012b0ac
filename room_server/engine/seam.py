"""The seam itself: what the rest of the control process knows of workers, wherever they run."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Protocol


class WorkerGone(Exception):
    """The worker died, was stopped or cannot be reached; its rooms need another one."""


class WorkerLate(WorkerGone):
    """The worker did not answer in time."""


class WorkerError(Exception):
    """The worker refused a call: `kind` is the type of its exception, the text its reason."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Handle(Protocol):
    """One worker process as its user sees it."""

    name: str
    info: dict[str, Any]
    gone: asyncio.Future[None]

    async def call(self, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask the worker; raises `WorkerGone`, `WorkerLate` or `WorkerError`."""

    def events(self) -> AsyncIterator[dict[str, Any]]:
        """What the worker tells by itself, in order, until it is gone."""

    async def stop(self) -> None:
        """End the worker in good order."""

    def kill(self) -> None:
        """Give the worker up for good: it must not write any more."""


class Engine(Protocol):
    """Whoever can start workers: child processes here, another machine's scheduler elsewhere."""

    async def spawn(self, kind: str, name: str, **need: Any) -> Handle:
        """Start one worker of a kind (`media`, `scribe`) and wait until it is ready."""

    async def adopt(self, kind: str) -> dict[str, Handle]:
        """Take over the workers of a kind that outlived an earlier control process, by name."""

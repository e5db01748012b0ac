"""A worker process: hosts one worker object on a Unix socket and outlives its control process for a while.

`python -m room_server.engine.host KIND NAME SOCKET`, with the worker's needs as JSON on standard input.
"""

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from . import wire

logger = logging.getLogger(__name__)
BACKLOG = 20_000
ORPHAN_S = 30.0

Emit = Callable[[dict[str, Any]], None]


class Worker(Protocol):
    """What every worker class offers besides its own coroutines."""

    async def start(self) -> dict[str, Any]:
        """Get ready; the answer is the handle's `info`."""

    async def close(self) -> None:
        """End in good order."""


def make_media(emit: Emit, need: dict[str, Any]) -> Worker:
    """The media worker with the archivist's recorder as its guest."""
    from media.worker import MediaWorker
    from recordings.recorder import Recorder

    return MediaWorker(emit, need, Recorder)


def make_scribe(emit: Emit, need: dict[str, Any]) -> Worker:
    """The scribe worker."""
    from transcription.worker import ScribeWorker

    return ScribeWorker(emit, need)


MAKERS: dict[str, Callable[[Emit, dict[str, Any]], Worker]] = {"media": make_media, "scribe": make_scribe}


class Host:
    """Serves one worker to one control process at a time; facts told meanwhile wait for the next one."""

    def __init__(self, make: Callable[[Emit, dict[str, Any]], Worker], need: dict[str, Any]) -> None:
        self._waiting: deque[dict[str, Any]] = deque(maxlen=BACKLOG)
        self._writer: asyncio.StreamWriter | None = None
        self._worker = make(self._tell, need)
        self._orphan_s = float(need.get("orphan_s", ORPHAN_S))
        self._stopping = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self.info: dict[str, Any] = {}

    async def run(self, path: Path, card: dict[str, Any]) -> None:
        """Start the worker, open the door, serve until told to stop or forgotten by every control process."""
        self.info = await self._worker.start()
        server = await asyncio.start_unix_server(self._serve, path)
        path.chmod(0o600)
        path.with_suffix(".json").write_text(json.dumps({**card, "pid": os.getpid()}))
        try:
            await asyncio.gather(self._stopping.wait(), self._watch())
        finally:
            server.close()
            await self._worker.close()
            path.unlink(missing_ok=True)
            path.with_suffix(".json").unlink(missing_ok=True)

    def stop(self) -> None:
        """Ask the host to end."""
        self._stopping.set()

    async def _watch(self) -> None:
        alone = 0.0
        while not self._stopping.is_set():
            await asyncio.sleep(0.5)
            alone = 0.0 if self._writer else alone + 0.5
            if alone >= self._orphan_s:
                logger.warning("no control process for %.0f s: ending", alone)
                self._stopping.set()

    def _tell(self, event: dict[str, Any]) -> None:
        writer = self._writer
        if writer is None or writer.is_closing():
            self._waiting.append(event)
        else:
            writer.write(wire.pack({"event": event}))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = writer
        while self._waiting:
            writer.write(wire.pack({"event": self._waiting.popleft()}))
        try:
            while (frame := await wire.read(reader)) is not None:
                task = asyncio.create_task(self._answer(frame, writer))
                self._calls.add(task)
                task.add_done_callback(self._calls.discard)
        except wire.Broken as error:
            logger.error("broken frame from control: %s", error)
        finally:
            if self._writer is writer:
                self._writer = None
            writer.close()

    async def _answer(self, frame: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        answer: dict[str, Any] = {"id": frame["id"]}
        try:
            answer["result"] = await self._perform(str(frame["method"]), frame.get("args", []))
        except Exception as error:  # the worker's edge: any failure is the caller's to know
            logger.warning("%s failed: %s", frame.get("method"), type(error).__name__)
            answer["error"] = {"kind": type(error).__name__, "text": str(error)}
        if not writer.is_closing():
            writer.write(wire.pack(answer))

    async def _perform(self, method: str, args: list[Any]) -> Any:
        if method == "_info":
            return self.info
        if method == "_stop":
            asyncio.get_running_loop().call_later(0.05, self.stop)
            return None
        if method.startswith("_") or method in ("start", "close"):
            raise AttributeError(method)
        return await getattr(self._worker, method)(*args)


def main() -> None:
    """Entry point of the worker process."""
    kind, name, socket = sys.argv[1:4]
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    need = json.loads(sys.stdin.read() or "{}")
    import uvloop

    async def serve() -> None:
        host = Host(MAKERS[kind], need)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, host.stop)
        await host.run(Path(socket), {"kind": kind, "name": name, "need": need})

    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(serve())


if __name__ == "__main__":
    main()

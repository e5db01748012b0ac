"""The default engine: workers are child processes on Unix sockets that outlive the control process."""

import asyncio
import contextlib
import itertools
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from . import wire
from .seam import Handle, WorkerError, WorkerGone, WorkerLate

logger = logging.getLogger(__name__)
READY_S = 30.0
PARTING_S = 15.0


class ChildHandle:
    """One worker process behind a Unix socket."""

    def __init__(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.name = name
        self.info: dict[str, Any] = {}
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.pid = 0
        self._writer = writer
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._listen(reader))

    async def call(self, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask the worker; raises `WorkerGone`, `WorkerLate` or `WorkerError`."""
        if self.gone.done():
            raise WorkerGone(self.name)
        number = next(self._ids)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        self._writer.write(wire.pack({"id": number, "method": method, "args": list(args)}))
        try:
            return await asyncio.wait_for(answer, wait)
        except TimeoutError:
            raise WorkerLate(f"{self.name}: no answer to {method} in {wait:.0f} s") from None
        finally:
            self._answers.pop(number, None)

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """What the worker tells by itself, in order, until it is gone."""
        while (event := await self._events.get()) is not None:
            yield event

    async def stop(self) -> None:
        """End the worker in good order and wait for its socket to close."""
        with contextlib.suppress(WorkerGone):
            await self.call("_stop", wait=5.0)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self.gone), PARTING_S)
        self.kill()
        self.let_go()

    def kill(self) -> None:
        """End a worker that does not answer any more, unless it is gone."""
        if self.pid and not self.gone.done():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def let_go(self) -> None:
        """Close our end only; the worker lives on and waits for another control process."""
        self._writer.close()
        self._task.cancel()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while (frame := await wire.read(reader)) is not None:
                self._sort(frame)
        except wire.Broken as error:
            logger.error("worker %s: %s", self.name, error)
        finally:
            self._fall()

    def _sort(self, frame: dict[str, Any]) -> None:
        if "event" in frame:
            self._events.put_nowait(frame["event"])
            return
        answer = self._answers.get(frame["id"])
        if answer is None or answer.done():
            return
        if "error" in frame:
            answer.set_exception(WorkerError(frame["error"]["kind"], frame["error"]["text"]))
        else:
            answer.set_result(frame.get("result"))

    def _fall(self) -> None:
        if not self.gone.done():
            self.gone.set_result(None)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(WorkerGone(self.name))
        self._events.put_nowait(None)
        self._writer.close()


class ChildEngine:
    """Starts `python -m room_server.engine.host` and adopts such processes by their socket path."""

    def __init__(self, folder: Path, orphan_s: float = 30.0, host: str = "room_server.engine.host") -> None:
        self._folder = folder
        self._orphan_s = orphan_s
        self._host = host
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def spawn(self, kind: str, name: str, **need: Any) -> ChildHandle:
        """Start one worker and wait until it answers; its log is `<run>/<name>.log`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        socket = self._folder / f"{name}.sock"
        socket.unlink(missing_ok=True)
        with (self._folder / f"{name}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._host, kind, name, str(socket)),
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        assert process.stdin is not None
        process.stdin.write(json.dumps({"orphan_s": self._orphan_s, **need}).encode())
        process.stdin.close()
        self._processes[name] = process
        handle = await self._connect(name, socket, process)
        handle.pid = process.pid
        return handle

    async def adopt(self, kind: str) -> dict[str, Handle]:
        """Take over the living workers of a kind left by an earlier control process, by name."""
        found: dict[str, Handle] = {}
        for card_path in sorted(self._folder.glob("*.json")):
            card = json.loads(card_path.read_text())
            if card["kind"] != kind:
                continue
            socket = card_path.with_suffix(".sock")
            try:
                handle = await self._open(card["name"], socket)
                handle.info = await handle.call("_info", wait=3.0)
            except (OSError, WorkerGone):
                card_path.unlink(missing_ok=True)
                socket.unlink(missing_ok=True)
                continue
            handle.pid = int(card["pid"])
            found[handle.name] = handle
        return found

    async def _connect(self, name: str, socket: Path, process: asyncio.subprocess.Process) -> ChildHandle:
        deadline = asyncio.get_running_loop().time() + READY_S
        while asyncio.get_running_loop().time() < deadline:
            if process.returncode is not None:
                raise WorkerGone(f"{name} ended with {process.returncode}: see {self._folder / name}.log")
            try:
                handle = await self._open(name, socket)
            except OSError:
                await asyncio.sleep(0.02)
                continue
            handle.info = await handle.call("_info")
            return handle
        process.kill()
        raise WorkerLate(f"{name} was not ready in {READY_S:.0f} s: see {self._folder / name}.log")

    async def _open(self, name: str, socket: Path) -> ChildHandle:
        reader, writer = await asyncio.open_unix_connection(socket)
        return ChildHandle(name, reader, writer)

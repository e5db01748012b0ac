"""A temporary server of the rehearsal's own: an empty data folder at first, no worker left at the end."""

import asyncio
import contextlib
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from .actor import Mishap

READY_S = 60.0
PARTING_S = 20.0
WATCH_S = 0.5
STAFF = "mediator"
_READY = re.compile(r"ready: (https://localhost:\d+)")


class Venue:
    """`async with Venue(data, log) as venue`: a server at `venue.url`, staff `name` and `password`.
    `settings` are environment variables on top of the rehearsal's own; `inside` is a command that runs the
    server somewhere else, e.g. in another network."""

    def __init__(
        self, data: Path, log: Path, settings: Mapping[str, str] | None = None, inside: Sequence[str] = ()
    ) -> None:
        self._settings = dict(settings or {})
        self._inside = inside
        self._data = data
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._family: set[psutil.Process] = set()
        self.url = ""
        self.name = STAFF
        self.password = ""

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def data(self) -> Path:
        """The folder of everything on the server's disk."""
        return self._data

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid if self._process else 0

    def worker(self, name: str) -> int:
        """The process id of one of the server's workers; 0 when there is none of that name."""
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    if name in child.cmdline():
                        return int(child.pid)
        return 0

    def ended(self) -> str:
        """Why the server is not there any more; empty while it runs."""
        if self._process is None or self._process.returncode is None:
            return ""
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"the server ended with {self._process.returncode}: {lines[-1] if lines else 'without a word'}"

    async def close(self) -> None:
        """End the server, and by their ids any of its workers that outlive it."""
        process = self._process
        if process is None:
            return
        self._meet(process.pid)
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), PARTING_S)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        for member in self._family:
            # psutil compares start times: a recycled id is never hit.
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        await asyncio.to_thread(psutil.wait_procs, list(self._family), timeout=3.0)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(*self._inside, sys.executable),
            *("-m", "room_server", "serve", "--demo", "--data", str(self._data), "--port", "0"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment() | self._settings,
            start_new_session=True,
        )
        ready = asyncio.get_running_loop().create_future()
        self._tasks = [
            asyncio.create_task(self._read(self._process, ready)),
            asyncio.create_task(self._watch(self._process.pid)),
        ]
        try:
            self.url = await asyncio.wait_for(ready, READY_S)
        except TimeoutError:
            raise Mishap(f"the server was not ready within {READY_S:.0f} s") from None
        self.password = json.loads((self._data / "demo.json").read_text())["password"]

    async def _watch(self, pid: int) -> None:
        # Workers outlive a server that is killed, on purpose; then only we still know them.
        while True:
            self._meet(pid)
            await asyncio.sleep(WATCH_S)

    def _meet(self, pid: int) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            self._family.update(psutil.Process(pid).children(recursive=True))

    async def _read(self, process: asyncio.subprocess.Process, ready: asyncio.Future[str]) -> None:
        assert process.stdout is not None
        url = ""
        with self._log.open("wb") as log:
            while line := await process.stdout.readline():
                text = line.decode(errors="replace")
                # The greeting prints the tickets of the demonstration hearing: they stay out of the log.
                if "/p/" not in text and "password" not in text:
                    log.write(line)
                    log.flush()
                if found := _READY.search(text):
                    url = found.group(1)
                if url and text.startswith("Staff login") and not ready.done():
                    ready.set_result(url)
        await process.wait()
        if not ready.done():
            ready.set_exception(Mishap(self.ended()))


def environment() -> dict[str, str]:
    """This process's environment with none of the operator's own settings: nothing real may be touched."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HETING_")}
    return kept | {
        "HETING_REHEARSAL": "1",
        "HETING_HOST": "127.0.0.1",
        "HETING_MEDIA_ADDRESSES": "127.0.0.1",
        "HETING_MEDIA_PORT": "0",
        "HETING_MODELS": "skip",
        "PYTHONUNBUFFERED": "1",
    }

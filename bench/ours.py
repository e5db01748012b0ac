"""Our media worker as a server under test, on one of its planes."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from media.native.build import CannotBuild, build

from .client import Client
from .cores import for_child

ROOT = Path(__file__).parents[1]


class PlaneMissing(Exception):
    """This plane cannot be had here; the message says why."""


def _build() -> str:
    """Compile the C plane if it is not there; why that cannot be."""
    try:
        build()
    except (CannotBuild, OSError) as reason:
        return str(reason)
    return ""


class Ours:
    """One media worker process."""

    def __init__(self, plane: str, host: str, core: int | None, realtime: bool = True) -> None:
        self.name, self._host = plane, host
        self._missing = _build() if plane == "c" else ""
        need = {"addresses": [host], "bind": host, "plane": plane}
        with for_child(core, realtime) as self.realtime:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.served", json.dumps(need)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
        self.pid = self._process.pid
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Ready for rooms; PlaneMissing when the worker has no such plane."""
        if self._missing:
            raise PlaneMissing(self._missing)
        told = await self.call("start")
        if told["plane"] != self.name:
            raise PlaneMissing(f"the worker runs on its {told['plane']} plane")

    async def open_room(self, room: str, people: list[str]) -> None:
        """A room in which every one sees and hears every one."""
        await self.call("open_room", room, 1, {})
        tracks = {
            f"{person}.{source}": {"to": people, "record": False, "scribe": False, "why": ""}
            for person in people
            for source in ("microphone", "camera")
        }
        await self.call("route", room, {"revision": 1, "tracks": tracks})

    async def publish(self, room: str, person: str, client: Client) -> None:
        """Connect a sender."""
        answer = await self.call("publish", room, person, "device", client.publishing())
        await client.connect(answer["sdp"])

    async def subscribe(self, room: str, person: str, others: list[str], client: Client) -> None:
        """Connect a receiver with a slot for each other."""
        answer = await self.call("subscribe", room, person, "device", client.subscribing(len(others)))
        await client.connect(answer["sdp"])

    async def leave(self, room: str, person: str) -> None:
        """A person hangs up."""
        await self.call("drop_peer", room, person, "device", "left")

    async def call(self, method: str, *arguments: Any) -> Any:
        """One call to the worker."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin and stdout
        async with self._turn:
            stdin.write(json.dumps([method, arguments]) + "\n")
            stdin.flush()
            line = await asyncio.to_thread(stdout.readline)
        if not line:
            raise RuntimeError("the worker process ended")
        return json.loads(line)

    async def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()

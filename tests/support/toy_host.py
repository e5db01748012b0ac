"""A worker host with one more kind: a toy that adds, fails, stalls, tells and counts."""

import asyncio
from collections.abc import Callable
from typing import Any

from room_server.engine import host


class Toy:
    """Does nothing of use, in every way a worker can."""

    def __init__(self, emit: Callable[[dict[str, Any]], None], need: dict[str, Any]) -> None:
        self._emit = emit
        self._need = need
        self._count = 0
        self._rooms: dict[str, int] = {}

    async def start(self) -> dict[str, Any]:
        """Ready at once, or never where the need says so."""
        if self._need.get("broken"):
            raise RuntimeError("broken on purpose")
        port = {"port": self._need["port"]} if "port" in self._need else {}
        return {"colour": self._need.get("colour", "none"), **port}

    async def close(self) -> None:
        """Nothing to close."""

    async def ping(self) -> dict[str, Any]:
        """Alive, and as busy as the need says."""
        return {"busy": self._need.get("busy", 0.0)}

    async def open_room(self, room: str, epoch: int) -> None:
        """Have a room."""
        self._rooms[room] = epoch

    async def rooms(self) -> dict[str, int]:
        """The rooms it has."""
        return self._rooms

    async def add(self, a: int, b: int) -> int:
        """A sum."""
        return a + b

    async def fail(self, text: str) -> None:
        """Refuse."""
        raise ValueError(text)

    async def stall(self) -> None:
        """Never answer."""
        await asyncio.sleep(3600)

    async def tell_later(self, count: int, delay: float) -> None:
        """Emit events after the answer."""
        loop = asyncio.get_running_loop()
        for number in range(count):
            loop.call_later(delay, self._emit, {"type": "told", "number": number})

    async def die(self) -> None:
        """End without a word."""
        import os

        os._exit(9)


if __name__ == "__main__":
    host.MAKERS["toy"] = Toy
    host.main()

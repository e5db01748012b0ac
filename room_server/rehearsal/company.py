"""What the hearings of one rehearsal share: they open together, and come through the door by turns."""

import asyncio
import contextlib

from ..settings import available_cores
from .script import BadScript, Script, load

LIGHT = "brief"
CORES_PER_ROOM = 2
"""A whole script needs about as many cores: its people encode, and what they say is recognised."""


class Company:
    """Shared by the directors of several hearings; one alone needs no other."""

    def __init__(self, rooms: int = 1, cores: int = 0) -> None:
        self._gate = asyncio.Barrier(rooms)
        self._door = asyncio.Semaphore(max(2, cores or available_cores()))

    async def gather(self) -> None:
        """Wait until every hearing is ready to be opened, or one of them never will be."""
        with contextlib.suppress(asyncio.BrokenBarrierError):
            await self._gate.wait()

    async def fall_out(self) -> None:
        """A hearing will not be opened: nobody waits for it any longer."""
        await self._gate.abort()

    @property
    def door(self) -> asyncio.Semaphore:
        """Held while a person comes in: starting a process and its connections is hard work."""
        return self._door


def cast_scripts(name: str, others: str, rooms: int, cores: int) -> list[Script]:
    """The script of each room; without a word on the `others`, a light one where the cores are too few.

    Raises `BadScript`.
    """
    if rooms < 1:
        raise BadScript("--rooms: at least one")
    enough = cores >= rooms * CORES_PER_ROOM
    rest = others or (name if enough else LIGHT)
    return [load(name), *(load(rest) for _ in range(rooms - 1))]

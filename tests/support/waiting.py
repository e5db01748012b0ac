"""Waiting for what happens soon, with an end to it."""

import asyncio
from collections.abc import Callable


async def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return once something holds; raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)

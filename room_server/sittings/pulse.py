"""How late this process's event loop is: whoever waits for it waits so much longer."""

import asyncio

EVERY_S = 0.25


class Pulse:
    """Feels the loop four times a second while it is running."""

    def __init__(self) -> None:
        self._worst = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._beat(), name="pulse")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def worst(self) -> float:
        """The longest delay since this was last asked, in seconds."""
        worst, self._worst = self._worst, 0.0
        return worst

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + EVERY_S
            await asyncio.sleep(EVERY_S)
            self._worst = max(self._worst, loop.time() - due)

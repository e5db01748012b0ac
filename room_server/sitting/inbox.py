"""One inbox, one task: steps are done one after the other, in the order in which they were asked for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

logger = logging.getLogger(__name__)

Step = Callable[[], Awaitable[Any]]


class Inbox:
    """Does steps, asked for with or without an answer, until it is stopped."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._steps: asyncio.Queue[tuple[Step, asyncio.Future[Any] | None]] = asyncio.Queue()
        self._later: dict[str, asyncio.TimerHandle] = {}
        self._task = asyncio.create_task(self._run(), name=name)

    def post(self, step: Step) -> None:
        """Have a step done; what goes wrong is logged."""
        self._steps.put_nowait((step, None))

    async def ask(self, step: Step) -> Any:
        """Have a step done and wait for what it returns or raises."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._steps.put_nowait((step, answer))
        return await answer

    def later(self, name: str, seconds: float, step: Step) -> None:
        """Have a step done after a while, instead of an earlier one of this name."""
        self.forget(name)
        self._later[name] = asyncio.get_running_loop().call_later(seconds, self.post, step)

    def forget(self, name: str) -> None:
        """Have nothing done later under this name."""
        timer = self._later.pop(name, None)
        if timer is not None:
            timer.cancel()

    async def stop(self) -> None:
        """End the task; steps that wait are not done."""
        for name in list(self._later):
            self.forget(name)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            step, answer = await self._steps.get()
            try:
                result = await step()
            except Exception as error:  # the supervisor: one bad step never ends a sitting
                if answer is None or answer.done():
                    logger.exception("%s: a step failed", self._name)
                else:
                    answer.set_exception(error)
            else:
                if answer is not None and not answer.done():
                    answer.set_result(result)

"""Ends talks of two chambers that nobody opened and everybody has left; looks once a minute."""

import asyncio
import logging
from collections.abc import Sequence

from aiohttp import web

from ..law.interruptions import DESERTED, waits
from ..rules import events as e
from ..rules.calls import State
from ..rules.interruptions.deserted import ended, is_deserted
from ..rules.room import Room
from ..store import calls, journal
from .routes import PARTS

logger = logging.getLogger(__name__)
EVERY_S = 60.0


class Sweep:
    """The one who looks; what a look does depends on the clock of the API alone."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._work: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look now, for what a restart has left behind, and from time to time."""
        self._work = asyncio.create_task(self._go_on())

    async def stop(self) -> None:
        """What is left is found after the next start."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def _go_on(self) -> None:
        while True:
            try:
                await end_deserted(self._app)
            except Exception:  # the supervisor: one bad look never ends the looking
                logger.exception("looking for deserted talks failed")
            await asyncio.sleep(EVERY_S)


SWEEP = web.AppKey("sweep", Sweep)


async def end_deserted(app: web.Application) -> int:
    """End every talk that has been deserted for long enough; how many."""
    parts, count = app[PARTS], 0
    wait_s = waits(parts.settings.law)[DESERTED].seconds
    standing = await parts.database.read(calls.current)
    for known in standing:
        room = parts.live.room(known.hearing) if known.hearing else None
        talk = known.state is State.ACCEPTED and known.caller != ""
        if room is None or not talk or not is_deserted(room):
            continue
        sitting = room.sitting
        last = await parts.database.read(lambda s, sitting=sitting: journal.last_at_in(s, sitting))  # type: ignore[misc]
        if parts.now() - max(last, known.asked_at) < wait_s * 1000:
            continue
        told: list[e.Event] = []

        def facts(room: Room, told: list[e.Event] = told) -> Sequence[e.Event]:
            told += ended(room, wait_s)
            return told

        await parts.live.tell(known.hearing, facts)
        if told:
            call, now = known.id, parts.now()
            await parts.database.write(
                lambda s, call=call, now=now: calls.settle(s, call, State.OVER, "deserted", now)  # type: ignore[misc]
            )
            count += 1
    return count

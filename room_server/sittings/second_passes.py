"""Second passes over recordings: one at a time, taken up again after a restart, given up when told so."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from ..recovery.catching import listening
from ..recovery.second_pass import PassFailed, second_pass
from ..rules import events as e
from ..rules.commands import Command
from ..rules.places import Phase
from ..rules.room import Room
from ..settings import Settings
from ..sitting.live import Sitting
from ..store import journal
from ..store.database import Database

logger = logging.getLogger(__name__)

_PRINT_AFTER_S = 30.0
"""So long after the last change of closed minutes they are printed anew: a clerk takes up many in a row."""

Finish = Callable[[str], Awaitable[None]]
Held = Callable[[str], Awaitable[Sitting]]
"""Gives a sitting in memory, also one that is over; raises `LookupError`."""


class SecondPasses:
    """Runs what `SecondPassBegan` asks for; a file per sitting remembers it over a restart."""

    def __init__(self, settings: Settings, database: Database, finish: Finish, held: Held) -> None:
        self._settings = settings
        self._database = database
        self._finish = finish
        self._held = held
        self._one_at_a_time = asyncio.Lock()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._printing: dict[str, asyncio.TimerHandle] = {}
        self._shares: dict[str, float] = {}

    async def wish(self, sitting: str, participant: str, command: Command) -> None:
        """Ask a sitting for something, also one that is over; raises `Refused` and `LookupError`."""
        await (await self._held(sitting)).wish(participant, command)

    def share(self, sitting: str) -> float | None:
        """How much of a recording is read, 0 to 1; None while nothing reads it."""
        return self._shares.get(sitting)

    def watch(self, sitting: Sitting, event: e.Event) -> None:
        """One fact of a sitting."""
        if isinstance(event, e.SecondPassBegan):
            self.begin(sitting)
        elif isinstance(event, e.SecondPassEnded):
            self._forget(sitting.id)
            if (task := self._running.get(sitting.id)) is not None and event.outcome == "stopped":
                task.cancel()
        elif (
            isinstance(event, (e.SuggestionsTaken, e.SuggestionsReopened))
            and sitting.room.phase is Phase.CLOSED
        ):
            self._print_later(sitting.id)

    def begin(self, sitting: Sitting) -> None:
        """Run the pass that a sitting's room says is running, after all that were asked for before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._marker(sitting.id).touch()
        self._shares[sitting.id] = 0.0
        task = asyncio.create_task(self._run(sitting))
        self._running[sitting.id] = task
        task.add_done_callback(lambda done: self._done(sitting, done))

    async def go_on(self) -> None:
        """Take up the passes that were running when the process before this one ended."""
        for marker in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            try:
                sitting = await self._held(marker.name)
            except LookupError:
                marker.unlink()
                continue
            if sitting.room.minutes.second_pass.running:
                self.begin(sitting)
            else:
                self._forget(sitting.id)

    async def stop(self) -> None:
        """This process ends; what runs is taken up again by the next one."""
        for timer in self._printing.values():
            timer.cancel()
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, sitting: Sitting) -> None:
        async with self._one_at_a_time:
            known = sitting.room.minutes.second_pass
            if not known.running:
                self._forget(sitting.id)
                return
            try:
                entries = await journal.read(self._database, sitting.id)
                told = await listening(self._database, sitting.id, sitting.room, self._settings)

                def read(share: float) -> None:
                    self._shares[sitting.id] = share

                facts: Sequence[e.Event] = await second_pass(
                    self._settings, entries, known.number, known.model, told["hot_words"], read
                )
            except PassFailed as error:
                facts = [_failed(known.number, known.model, str(error))]

            def unless_stopped(room: Room) -> Sequence[e.Event]:
                now = room.minutes.second_pass
                return facts if now.running and now.number == known.number else ()

            await sitting.state(unless_stopped)
            self._forget(sitting.id)

    def _done(self, sitting: Sitting, task: asyncio.Task[None]) -> None:
        if self._running.get(sitting.id) is task:
            del self._running[sitting.id]
            self._shares.pop(sitting.id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("sitting %s: the second pass failed", sitting.id, exc_info=error)
            known = sitting.room.minutes.second_pass
            sitting.tell(_failed(known.number, known.model, type(error).__name__))

    def _print_later(self, sitting: str) -> None:
        if (timer := self._printing.pop(sitting, None)) is not None:
            timer.cancel()
        loop = asyncio.get_running_loop()
        self._printing[sitting] = loop.call_later(_PRINT_AFTER_S, self._print, sitting)

    def _print(self, sitting: str) -> None:
        del self._printing[sitting]
        task = asyncio.ensure_future(self._finish(sitting))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    @property
    def _folder(self) -> Path:
        return self._settings.data / "second_passes"

    def _marker(self, sitting: str) -> Path:
        return self._folder / sitting

    def _forget(self, sitting: str) -> None:
        self._marker(sitting).unlink(missing_ok=True)


def _failed(number: int, model: str, reason: str) -> e.SecondPassEnded:
    return e.SecondPassEnded(number=number, outcome="failed", reason=reason, model=model)

"""Waits for a chair that was lost: once it has been gone for long enough, that is a fact."""

from collections.abc import Sequence
from typing import Protocol

from ..rules import events as e
from ..rules.interruptions.decisions import chair_is_lost, was_here
from ..rules.places import Phase
from ..rules.room import Room
from .inbox import Step

TIMER = "chair"


class Host(Protocol):
    """What the vigil needs of the sitting."""

    room: Room

    def later(self, name: str, seconds: float, step: Step) -> None:
        """Have a step done after a while."""

    def forget(self, name: str) -> None:
        """Have nothing done later under this name."""

    async def note(self, events: Sequence[e.Event]) -> None:
        """Store facts of the system."""


class Vigil:
    """Looks after every fact whether the chair is lost; at most one timer runs."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._misses = ""
        self.wait_s = 120
        """How long is waited, seconds."""

    def look(self) -> None:
        """Begin to wait, go on waiting, or stop."""
        missed = self._missed()
        if missed == self._misses:
            return
        self._misses = missed
        if missed:
            self._host.later(TIMER, self.wait_s, self._tell)
        else:
            self._host.forget(TIMER)

    def _missed(self) -> str:
        """Whoever presides, if they were here, are lost and that has not been told yet."""
        room = self._host.room
        chair = room.people.get(room.chair)
        gone = chair is not None and was_here(chair) and chair_is_lost(room)
        waits = room.table is not None and gone and not room.chair_missed and room.phase is not Phase.CLOSED
        return room.chair if waits else ""

    async def _tell(self) -> None:
        room, missed = self._host.room, self._missed()
        if missed and missed == self._misses:
            interval = room.people[missed].intervals
            await self._host.note(
                [e.ChairMissed(participant=missed, waited_s=self.wait_s, interval=interval)]
            )

"""How many errands of each room are under way, for whoever waits until the last one is done."""

import asyncio


class Underway:
    """Counts of one event loop."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._waited: dict[str, asyncio.Event] = {}

    @property
    def total(self) -> int:
        """Errands of all rooms."""
        return sum(self._counts.values())

    def of(self, room: str) -> int:
        """Errands of one room."""
        return self._counts.get(room, 0)

    def begin(self, room: str) -> None:
        """One more."""
        self._counts[room] = self.of(room) + 1

    def end(self, room: str) -> None:
        """One less; whoever waits goes on after the last."""
        if (left := self.of(room) - 1) > 0:
            self._counts[room] = left
            return
        self._counts.pop(room, None)
        if waited := self._waited.pop(room, None):
            waited.set()

    async def done(self, room: str, seconds: float) -> bool:
        """Wait until the room has none, at most so long; whether that came true."""
        if not self.of(room):
            return True
        waited = self._waited.setdefault(room, asyncio.Event())
        try:
            await asyncio.wait_for(waited.wait(), seconds)
        except TimeoutError:
            return False
        return True

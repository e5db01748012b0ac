"""What a sitting is given: the journal of the database, and its media worker wherever that is."""

from collections.abc import Sequence
from typing import Any

from ..crew.placement import Placement
from ..store import journal
from ..store.database import Database


class StoredJournal:
    """The journal of the database as a sitting sees it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, sitting: str, facts: Sequence[journal.Fact]) -> Sequence[journal.Entry]:
        """Store facts durably, in order."""
        return await journal.append(self._database, sitting, facts)


class MediaDoor:
    """The media worker of one sitting as that sitting sees it."""

    def __init__(self, placement: Placement, sitting: str) -> None:
        self._placement = placement
        self._sitting = sitting

    @property
    def epoch(self) -> int:
        """Changes whenever the sitting has got another worker."""
        return self._placement.epoch_of(self._sitting)

    async def call(self, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask the media worker."""
        return await self._placement.ask(self._sitting, method, *args, wait=wait)

"""Looks once an hour which time limits run out, and puts into the outbox what staff are told of them."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import Path

from ..law.limits import time_law
from ..law.notices import NoticeLaw
from ..law.terms import terms
from ..settings import Settings
from ..store import deadline_notices as store
from ..store.case_route import Lawbook
from ..store.database import Database
from ..store.privacy import Privacy
from .wording import Language

EVERY_S = 3600.0


class Deadlines:
    """Once an hour; what was told already is never told again."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._next = 0.0

    async def queue_due(self, privacy: Privacy, law: NoticeLaw, channels: Collection[str]) -> int:
        """Queue what is to be told now, unless it was looked a short while ago; how many notices."""
        at = self._clock()
        if at < self._next or not channels:
            return 0
        self._next = at + EVERY_S
        book, today = self._lawbook(), datetime.fromtimestamp(at).date()
        dues = await self._database.read(lambda s: store.find(s, book, today))
        if not dues:
            return 0
        return await self._database.write(
            lambda s: store.queue(s, privacy, dues, law, channels, int(at * 1000))
        )

    def told(self, moment: str, language: Language) -> dict[str, str]:
        """The fields `limit` and `due` of a notice of a time limit; nothing of any other."""
        found = store.parts_of(moment)
        if found is None:
            return {}
        _, identifier, due = found
        limit = time_law(self._own).limits.get(identifier)
        name = getattr(limit, language) if limit else identifier
        day = date.fromisoformat(due)
        shown = f"{day.year}年{day.month}月{day.day}日" if language == "zh" else due
        return {"limit": name, "due": shown}

    def _lawbook(self) -> Lawbook:
        return Lawbook(time_law(self._own), terms(self._own), self._settings.region)

    @property
    def _own(self) -> Path | None:
        return self._settings.law if self._settings.law.is_dir() else None

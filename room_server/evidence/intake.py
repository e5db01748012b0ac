"""The way of a file into the case: announced, received in pieces, examined apart, then a draft."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from ..settings import Settings
from ..store import evidence as store
from ..store.database import Database
from ..store.evidence import NewEvidence, WrongState
from ..store.evidence_tables import EvidenceRow
from .apart import ExaminerFailed, Examiners
from .kinds import HEAD_BYTES, Kind, NotAccepted, sniff
from .shelf import DiskFull, Shelf

logger = logging.getLogger(__name__)

MOST_ITEMS = 300
"""So many items a side may have in a case."""
DRAWN_ON_DEMAND = 6
_PIECE = 512 << 10
_STALE_MS = 24 * 3_600_000


class WrongOffset(Exception):
    """A piece that does not go on where the last one ended: `received` bytes are there."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


class Intake:
    """Receives evidence and keeps its pages ready; one per server."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        examiners: Examiners | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.shelf = Shelf(settings.files)
        self._database = database
        self._examiners = examiners or Examiners()
        self._clock = clock
        mib = 1 << 20
        self._largest = {
            Kind.PICTURE: settings.evidence_picture_mib * mib,
            Kind.DOCUMENT: settings.evidence_document_mib * mib,
            Kind.OFFICE: settings.evidence_document_mib * mib,
            Kind.VIDEO: settings.evidence_media_mib * mib,
            Kind.AUDIO: settings.evidence_media_mib * mib,
        }
        self._side_bytes = settings.evidence_side_mib * mib
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._checks: dict[str, asyncio.Task[None]] = {}

    @property
    def largest(self) -> dict[str, int]:
        """Bytes per kind of file."""
        return {kind.value: size for kind, size in self._largest.items()}

    async def start(self) -> None:
        """Go on with what was being checked when the server stopped; forget what nobody went on with."""
        for row in await self._database.read(lambda s: store.in_state(s, "checking")):
            self._check(row.id)
        limit = self._now() - _STALE_MS
        for row in await self._database.read(lambda s: store.in_state(s, "receiving")):
            if row.created_at < limit:
                await self._refuse(row.id, "given_up")

    async def stop(self) -> None:
        """End the checks; they are taken up again at the next start."""
        for task in self._checks.values():
            task.cancel()
        await asyncio.gather(*self._checks.values(), return_exceptions=True)

    async def announce(self, new: NewEvidence) -> EvidenceRow:
        """Expect a file of a size; raises `NotAccepted` when there are too many, or `DiskFull`."""
        if new.size > max(self._largest.values()):
            raise NotAccepted("too_large_kind")
        count, size = await self._database.read(
            lambda s: store.weight(s, store.case_of(s, new.hearing), new.side)
        )
        if count >= MOST_ITEMS or size + new.size > self._side_bytes:
            raise NotAccepted("too_much")
        row = await self._database.write(lambda s: store.begin(s, new, self._now()))
        try:
            await asyncio.to_thread(self.shelf.prepare, row.id, new.size)
        except DiskFull:
            await self._refuse(row.id, "disk_full")
            raise
        return row

    async def take(self, row: EvidenceRow, offset: int, pieces: AsyncIterator[bytes]) -> int:
        """Append what arrives; how many bytes are there now. What had come is kept when the line breaks.

        Raises `WrongOffset`, `NotAccepted` (nothing is kept) or `DiskFull` (nothing is kept).
        """
        async with self._turns[row.id]:
            received = await asyncio.to_thread(self.shelf.received, row.id)
            if offset != received:
                raise WrongOffset(received)
            try:
                return await self._append(row, received, pieces)
            except DiskFull:
                await self._refuse(row.id, "disk_full")
                raise
            except NotAccepted as refusal:
                await self._refuse(row.id, refusal.word)
                raise

    async def _append(self, row: EvidenceRow, received: int, pieces: AsyncIterator[bytes]) -> int:
        waiting = bytearray()
        looked_at = received >= HEAD_BYTES
        try:
            async for piece in pieces:
                waiting += piece
                if received + len(waiting) > row.size:
                    raise NotAccepted("more_than_announced")
                if len(waiting) >= _PIECE:
                    received, waiting = await self._write(row.id, waiting), bytearray()
                    looked_at = looked_at or await self._look(row)
        finally:
            if waiting and received + len(waiting) <= row.size:
                received = await self._write(row.id, waiting)
        if not looked_at and (received >= HEAD_BYTES or received == row.size):
            await self._look(row)
        return received

    async def _write(self, evidence: str, piece: bytearray) -> int:
        return await asyncio.to_thread(self.shelf.append, evidence, bytes(piece))

    async def _look(self, row: EvidenceRow) -> bool:
        """Refuse early what the first bytes already condemn."""
        found = sniff(await asyncio.to_thread(self.shelf.head, row.id))
        if found is None:
            raise NotAccepted("unknown_type")
        if row.size > self._largest[found.kind]:
            raise NotAccepted("too_large_kind")
        return True

    async def complete(self, row: EvidenceRow, actor: str) -> EvidenceRow:
        """All has been sent: have it examined. Raises `WrongOffset` when something is missing."""
        async with self._turns[row.id]:
            if row.state == "receiving":
                received = await asyncio.to_thread(self.shelf.received, row.id)
                if received != row.size:
                    raise WrongOffset(received)
            row = await self._database.write(lambda s: store.received(s, row.id, actor, self._now()))
            self._check(row.id)
        return row

    async def discard(self, evidence: str, actor: str) -> None:
        """Delete what was not submitted; raises `WrongState`."""
        await self._database.write(lambda s: store.delete(s, evidence, actor, self._now()))
        task = self._checks.pop(evidence, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(self.shelf.discard, evidence)

    async def page(self, row: EvidenceRow, number: int) -> Path | None:
        """The picture of a page, drawn now if nobody looked at it before; None when there is none."""
        if not 1 <= number <= row.pages:
            return None
        path = self.shelf.page(row.id, number)
        if not path.exists() and row.kind == Kind.DOCUMENT:
            async with self._turns[row.id]:
                if not path.exists():
                    first = number - (number - 1) % DRAWN_ON_DEMAND
                    original, views = self.shelf.original(row.id), self.shelf.views(row.id)
                    await self._examiners.draw(original, views, first, DRAWN_ON_DEMAND)
        return path if path.exists() else None

    def _check(self, evidence: str) -> None:
        if evidence not in self._checks:
            task = asyncio.create_task(self._examine(evidence))
            self._checks[evidence] = task
            task.add_done_callback(lambda _: self._checks.pop(evidence, None))

    async def _examine(self, evidence: str) -> None:
        shelf = self.shelf
        try:
            digest = await asyncio.to_thread(shelf.seal, evidence)
            facts: dict[str, Any] = await self._examiners.examine(
                shelf.original(evidence), shelf.views(evidence)
            )
            facts["sha256"] = digest
            await self._database.write(lambda s: store.examined(s, evidence, facts, self._now()))
        except NotAccepted as refusal:
            await self._refuse(evidence, refusal.word)
        except ExaminerFailed:
            await self._refuse(evidence, "unreadable")
        except (OSError, WrongState) as error:
            logger.error("evidence %s could not be checked: %s", evidence, type(error).__name__)
            await self._refuse(evidence, "unreadable")

    async def _refuse(self, evidence: str, word: str) -> None:
        try:
            await self._database.write(lambda s: store.refused(s, evidence, word, self._now()))
        except WrongState:
            # Deleted meanwhile: nobody waits for the answer.
            logger.info("evidence %s was gone before it was refused", evidence)
        await asyncio.to_thread(self.shelf.discard, evidence)

    def _now(self) -> int:
        return int(self._clock() * 1000)

"""What is made after the close: final recordings, minutes, case file. Each step can be repeated."""

import asyncio
import hashlib
import logging
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from . import casefile
from .engine.seam import WorkerError, WorkerGone
from .placement import Placement
from .rules import events as e
from .settings import Settings
from .sitting import Sitting
from .store import journal
from .store.database import Database

logger = logging.getLogger(__name__)


class Finisher:
    """Does the work of one sitting after another, heavy parts in a process of their own."""

    def __init__(self, settings: Settings, database: Database, placement: Placement) -> None:
        self._settings = settings
        self._database = database
        self._placement = placement
        self._one_at_a_time = asyncio.Lock()

    async def finish(self, sitting: Sitting) -> bool:
        """Make what is missing; True when everything is there. What fails is a fact and can be repeated."""
        async with self._one_at_a_time:
            for work, step in (
                ("recording", self._recording),
                ("minutes", self._minutes),
                ("casefile", self._casefile),
            ):
                try:
                    await step(sitting)
                except Exception as error:  # the supervisor of the work: its failure is a fact
                    logger.exception("sitting %s: %s failed", sitting.id, work)
                    await sitting.told(e.WorkFailed(work=work, reason=_reason(error)))
                    return False
        return True

    async def _recording(self, sitting: Sitting) -> None:
        await self._quiet("media", "end_recording", sitting.id, wait=60.0)
        await self._quiet("scribe", "drain", sitting.id, wait=45.0)
        facts = await self._facts(sitting.id)
        if any(isinstance(fact, e.RecordingFinished) for fact in facts):
            return
        folder = self._settings.recordings / sitting.id
        if not any(isinstance(fact, e.Opened) for fact in facts):
            return
        folder.mkdir(parents=True, exist_ok=True)
        manifest: dict[str, Any] = await _apart("recordings.finish", "finish", folder)
        finished = [
            e.RecordingFinished(
                track=track["track"],
                file=file["file"],
                start_ms=file["start_ms"],
                duration_ms=file["duration_ms"],
                bytes=file["bytes"],
                sha256=file["sha256"],
            )
            for track in manifest["tracks"]
            for file in track["files"]
        ]
        if finished:
            await sitting.told(*finished)
        await self._quiet("media", "close_room", sitting.id)
        await self._quiet("scribe", "forget", sitting.id)

    async def _minutes(self, sitting: Sitting) -> None:
        entries = await journal.read(self._database, sitting.id)
        if any(entry.type == "DocumentMade" and entry.body["kind"] == "minutes" for entry in entries):
            return
        folder = self._folder(sitting.id)
        made = await _apart("room_server.casefile", "print_minutes", [x.as_dict() for x in entries], folder)
        await sitting.told(
            e.DocumentMade(
                document=f"d_{sitting.id}_minutes",
                kind="minutes",
                file=made["file"],
                bytes=made["bytes"],
                sha256=made["sha256"],
            )
        )

    async def _casefile(self, sitting: Sitting) -> None:
        entries = await journal.read(self._database, sitting.id)
        if any(entry.type == "DocumentMade" and entry.body["kind"] == "casefile" for entry in entries):
            return
        source = casefile.CaseSource(
            entries=[entry.as_dict() for entry in entries],
            recordings=self._settings.recordings / sitting.id,
            documents=self._folder(sitting.id),
            keys=self._settings.keys,
            created_at=int(time.time() * 1000),
        )
        made = await _apart("room_server.casefile", "make", source, self._folder(sitting.id))
        await sitting.told(
            e.DocumentMade(
                document=f"d_{sitting.id}_casefile",
                kind="casefile",
                file=made["file"],
                bytes=made["bytes"],
                sha256=made["sha256"],
            )
        )

    def _folder(self, sitting: str) -> Path:
        folder = self._settings.files / sitting
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    async def _facts(self, sitting: str) -> list[e.Event]:
        return [entry.event() for entry in await journal.read(self._database, sitting)]

    async def _quiet(self, kind: str, method: str, *args: Any, wait: float = 10.0) -> None:
        # A worker that is gone has nothing to flush any more: what is on disk is all there is.
        try:
            await self._placement.call(kind, method, *args, wait=wait)
        except (WorkerGone, WorkerError) as error:
            logger.warning("%s of the %s worker: %s", method, kind, type(error).__name__)


async def _apart(module: str, function: str, *args: Any) -> Any:
    """Run a function in a fresh process: its memory goes with it, and a crash takes nothing along."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, _call, module, function, args)


def _call(module: str, function: str, args: tuple[Any, ...]) -> Any:
    import importlib

    work: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return work(*args)


def _reason(error: Exception) -> str:
    if isinstance(error, BrokenProcessPool):
        return "the working process died"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)[:300] or type(error).__name__


def sha256(path: Path) -> str:
    """Hash of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""What is made after the close: final recordings, minutes, case file. Each step can be repeated."""

import asyncio
import importlib
import logging
import multiprocessing
import shutil
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, Protocol

from ..engine.seam import WorkerError, WorkerGone
from ..recovery.catching import catch_up, listening
from ..recovery.spans import lost
from ..rules import events as e
from ..rules.room import replay
from ..settings import Settings
from ..store import journal, reviews
from ..store.database import Database

logger = logging.getLogger(__name__)

_SPOKEN = {"UtteranceHeard", "LineEdited", "LineInserted", "LineStruck", "TextSaid", "VoiceNamed"} | {
    "RecordingFinished"
}


class Ledger(Protocol):
    """The sitting, as far as its finishing needs it."""

    @property
    def id(self) -> str:
        """Id of the sitting."""

    async def told(self, *events: e.Event) -> None:
        """Report facts and wait until they are stored."""


class Workers(Protocol):
    """The workers that may still hold something of the sitting."""

    async def call(self, kind: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask a worker."""

    async def ask(self, room: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask the media worker that has a room."""


class Finisher:
    """Does the work of one sitting after another, heavy parts in a process of their own."""

    def __init__(self, settings: Settings, database: Database, workers: Workers | None) -> None:
        self._settings = settings
        self._database = database
        self._workers = workers
        self._one_at_a_time = asyncio.Lock()
        self._listening: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def finish(self, sitting: Ledger) -> bool:
        """Make what is missing; True when everything is there. What fails is a fact and can be repeated."""
        before, after = (
            (("recording", self._recording),),
            (
                ("minutes", self._minutes),
                ("evidence_list", self._evidence_list),
                ("conclusion", self._conclusion),
                ("casefile", self._casefile),
            ),
        )
        # To write down what was missed may take an hour, in which other sittings get their papers.
        parts = (self._one_at_a_time, before), (self._listening[sitting.id], (("speech", self._speech),))
        for lock, steps in (*parts, (self._one_at_a_time, after)):
            async with lock:
                for work, step in steps:
                    if not await self._did(sitting, work, step):
                        return False
        return True

    async def _did(self, sitting: Ledger, work: str, step: Callable[[Ledger], Awaitable[None]]) -> bool:
        try:
            await step(sitting)
        except Exception as error:  # the supervisor of the work: its failure is a fact
            logger.exception("sitting %s: %s failed", sitting.id, work)
            await sitting.told(e.WorkFailed(work=work, reason=_reason(error)))
            return False
        return True

    async def _recording(self, sitting: Ledger) -> None:
        await self._quiet("media", "end_recording", sitting.id, wait=60.0)
        heard = await self._quiet("scribe", "drain", sitting.id, wait=45.0)
        entries = await journal.read(self._database, sitting.id)
        kinds = {entry.type for entry in entries}
        if "Opened" not in kinds or "RecordingFinished" in kinds:
            return
        folder = self._settings.recordings / sitting.id
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
        if not heard and self._workers is not None:
            ended = max((entry.media_time or 0 for entry in entries if entry.type == "Closed"), default=0)
            missed = await asyncio.to_thread(lost, entries, ended)
            if missed:
                await sitting.told(*missed)
        await self._quiet("media", "close_room", sitting.id)
        await self._quiet("scribe", "forget", sitting.id)

    async def _speech(self, sitting: Ledger) -> None:
        """Write down what was missed; what cannot be is left to `heting transcribe` and holds nothing up."""
        if self._workers is not None:
            entries = await journal.read(self._database, sitting.id)
            room = replay(entry.event() for entry in entries)
            told = await listening(self._database, sitting.id, room, self._settings)
            folder = (self._settings.recordings / sitting.id).resolve()
            await catch_up(entries, sitting, self._workers, folder, told["hot_words"])

    async def _minutes(self, sitting: Ledger) -> None:
        entries = await journal.read(self._database, sitting.id)
        if _current(entries, "minutes"):
            return
        number = 1 + sum(entry.type == "DocumentMade" for entry in entries)
        name = f"minutes-{number}.pdf"
        plain = [entry.as_dict() for entry in entries]
        folder, keys = self._folder(sitting), self._settings.keys
        made = await _apart(f"{__package__}.binding", "print_minutes", plain, folder, name, keys)
        await sitting.told(e.DocumentMade(document=f"d{number}", kind="minutes", **made))

    async def _evidence_list(self, sitting: Ledger) -> None:
        entries = await journal.read(self._database, sitting.id)
        if not any(entry.type == "EvidenceSubmitted" for entry in entries) or _current(
            entries, "evidence_list"
        ):
            return
        number = 1 + sum(entry.type == "DocumentMade" for entry in entries)
        name = f"evidence-{number}.pdf"
        plain = [entry.as_dict() for entry in entries]
        made = await _apart(f"{__package__}.binding", "print_list", plain, self._folder(sitting), name)
        await sitting.told(e.DocumentMade(document=f"d{number}", kind="evidence_list", **made))

    async def _conclusion(self, sitting: Ledger) -> None:
        drawn = await self._database.read(lambda session: reviews.conclusion_of(session, sitting.id))
        if drawn is None:
            return
        entries = await journal.read(self._database, sitting.id)
        made = [entry.body for entry in entries if entry.type == "DocumentMade"]
        if any(body["sha256"] == drawn.sha256 for body in made):
            return
        origin = self._settings.files / "reviews" / drawn.hearing / drawn.file
        await asyncio.to_thread(shutil.copyfile, origin, self._folder(sitting) / drawn.file)
        paper: dict[str, Any] = {"file": drawn.file, "bytes": drawn.bytes, "sha256": drawn.sha256}
        await sitting.told(e.DocumentMade(document=f"d{1 + len(made)}", kind="conclusion", **paper))

    async def _casefile(self, sitting: Ledger) -> None:
        entries = await journal.read(self._database, sitting.id)
        if _current(entries, "casefile") and not _concluded_since(entries):
            return
        number = 1 + sum(entry.type == "DocumentMade" for entry in entries)
        made = await _apart(
            f"{__package__}.binding",
            "bind",
            [entry.as_dict() for entry in entries],
            self._folder(sitting),
            self._settings.recordings / sitting.id,
            self._settings.keys,
            int(time.time() * 1000),
            self._settings.files / "evidence",
        )
        await sitting.told(e.DocumentMade(document=f"d{number}", kind="casefile", **made))

    def _folder(self, sitting: Ledger) -> Path:
        folder = self._settings.files / sitting.id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    async def _quiet(self, kind: str, method: str, room: str, wait: float = 10.0) -> bool:
        # A worker that is gone has nothing to flush any more: what is on disk is all there is.
        if self._workers is None:
            return False
        try:
            if kind == "media":
                await self._workers.ask(room, method, room, wait=wait)
            else:
                await self._workers.call(kind, method, room, wait=wait)
        except (WorkerGone, WorkerError) as error:
            logger.warning("%s of the %s worker: %s", method, kind, type(error).__name__)
            return False
        return True


def _current(entries: Sequence[journal.Entry], kind: str) -> bool:
    """Whether a document was made after the last thing that was said or changed."""
    made = [n.seq for n in entries if n.type == "DocumentMade" and n.body["kind"] == kind]
    said = [n.seq for n in entries if n.type in _SPOKEN]
    return bool(made) and made[-1] > max(said, default=0)


def _concluded_since(entries: Sequence[journal.Entry]) -> bool:
    """Whether a panel's conclusion was drawn after the case file was bound."""
    kinds = [entry.body["kind"] for entry in entries if entry.type == "DocumentMade"]
    return "conclusion" in kinds[len(kinds) - 1 - kinds[::-1].index("casefile") :]


async def _apart(module: str, function: str, *args: Any) -> Any:
    """Run a function in a fresh process: its memory goes with it, and a crash takes nothing along."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return await asyncio.get_running_loop().run_in_executor(pool, _call, module, function, args)


def _call(module: str, function: str, args: tuple[Any, ...]) -> Any:
    work: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return work(*args)


def _reason(error: Exception) -> str:
    if isinstance(error, BrokenProcessPool):
        return "the working process died"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)[:300] or type(error).__name__

"""The models directory as the desk works with it: one download or import at a time, then a choice."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from transcription import models
from transcription.models import ModelRefused
from transcription.weights import State, examine

from ..engine.seam import WorkerGone
from ..settings import Settings
from .choice import choose, fixed, model_folder

LOAD_S = 300.0
"""A model of a gigabyte may take so long to be hashed, tried and loaded on a slow disk."""
_SOURCES = 50


class Scribe(Protocol):
    """Where the scribe worker is asked; raises `WorkerGone` while there is none."""

    def __call__(self, method: str, *args: Any, wait: float = 10.0) -> Awaitable[Any]:
        """Call one of its methods."""
        ...


class Refused(Exception):
    """A wish that cannot be fulfilled now; `word` says why."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Job:
    """What is being brought here, or was last: running, done, failed, stopped; sizes in bytes, 0: unknown."""

    action: Literal["fetch", "import"]
    model: str
    state: str = "running"
    done: int = 0
    total: int = 0
    reason: str = ""


class _Stopped(Exception):
    pass


T = TypeVar("T")


async def _aside(work: Callable[[], T]) -> T:
    """In a thread that holds nobody up who ends the server: a download is gone on with another time."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(found: T | None, error: Exception | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found)  # type: ignore[arg-type]

    def run() -> None:
        found: T | None = None
        trouble: Exception | None = RuntimeError("it broke off")
        try:
            found = work()
            trouble = None
        except (_Stopped, ModelRefused, OSError) as error:
            trouble = error
        finally:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, found, trouble)

    threading.Thread(target=run, name="models", daemon=True).start()
    return await answer


class Shelf:
    """Fetches, imports and chooses models; `need` starts the next scribe, `busy`: a hearing is in session."""

    def __init__(
        self, settings: Settings, scribe: Scribe, need: dict[str, Any], busy: Callable[[], bool]
    ) -> None:
        self._settings = settings
        self._scribe = scribe
        self._need = need
        self._busy = busy
        self._halt = threading.Event()
        self._task: asyncio.Task[None] | None = None
        self._loading = asyncio.Lock()
        self.job: Job | None = None

    @property
    def root(self) -> Path:
        """The models directory."""
        return self._settings.model_folder

    @property
    def sources(self) -> Path:
        """Where an operator puts what is to be imported."""
        return self._settings.data / "import"

    @property
    def active(self) -> str:
        """The model that writes or would; empty when a remote server does."""
        folder = model_folder(self._settings)
        return folder.name if folder else ""

    def importable(self) -> list[str]:
        """The folders and tar files that lie in `sources`."""
        if not self.sources.is_dir():
            return []
        found = [path.name for path in self.sources.iterdir() if not path.name.startswith(".")]
        return sorted(found)[:_SOURCES]

    async def stated(self) -> dict[str, str]:
        """The engine as the scribe states it."""
        try:
            told: dict[str, str] = (await self._scribe("stats"))["engine"]
        except (WorkerGone, KeyError):
            return {"engine": "", "state": "absent", "model": "", "reason": "the scribe does not answer"}
        return told

    def fetch(self, name: str) -> None:
        """Begin to download a model."""
        self._begin(Job("fetch", name), lambda: models.fetch(self.root, name, self._tell, self._settings.hub))

    def import_(self, source: str, name: str) -> None:
        """Begin to take a model in from `sources`."""
        if source not in self.importable():
            raise Refused("no_such_source")
        place = self.sources / source
        self._begin(Job("import", name or source), lambda: models.import_(self.root, place, name or None))

    async def stop(self) -> None:
        """End what is running; what has come of a download is kept for the next time."""
        self._halt.set()
        if self._task:
            await asyncio.wait([self._task], timeout=5.0)

    async def choose(self, name: str) -> dict[str, str]:
        """Write with this model from now on; what the scribe then states."""
        if fixed(self._settings):
            raise Refused("model_fixed")
        if self._busy():
            raise Refused("in_session")
        if (await asyncio.to_thread(examine, self.root / name)).state is not State.READY:
            raise Refused("model_not_ready")
        choose(self._settings, name)
        return await self._load()

    async def try_out(self, name: str) -> dict[str, str]:
        """Load a model beside the one that writes, and say what came of it."""
        if self._busy():
            raise Refused("in_session")
        if self._loading.locked():
            raise Refused("model_busy")
        async with self._loading:
            told: dict[str, str] = (await self._scribe("try_out", str(self.root / name), wait=LOAD_S))[
                "engine"
            ]
            return told

    def _begin(self, job: Job, work: Callable[[], Any]) -> None:
        if self._task and not self._task.done():
            raise Refused("model_busy")
        self._halt.clear()
        self.job = job
        self._task = asyncio.create_task(self._run(work))

    async def _run(self, work: Callable[[], Any]) -> None:
        try:
            standing = await _aside(work)
        except _Stopped:
            self._end("stopped")
        except (ModelRefused, OSError, RuntimeError) as error:
            self._end("failed", str(error)[:300])
        else:
            self._end("done", model=standing.model)
            # The first model that comes writes at once; another one waits until it is chosen.
            if not fixed(self._settings) and (await self.stated())["state"] != State.READY.value:
                choose(self._settings, standing.model)
                await self._load()

    def _end(self, state: str, reason: str = "", model: str = "") -> None:
        assert self.job is not None
        self.job = replace(self.job, state=state, reason=reason, model=model or self.job.model)

    def _tell(self, file: str, done: int, total: int) -> None:
        """From the thread that downloads."""
        if self._halt.is_set():
            raise _Stopped
        if self.job:
            self.job = replace(self.job, done=done, total=total)

    async def _load(self) -> dict[str, str]:
        folder = model_folder(self._settings)
        # The next scribe, should this one die, begins with it too.
        self._need["model"] = str(folder) if folder else None
        async with self._loading:
            try:
                told: dict[str, str] = (await self._scribe("reload", self._need["model"], wait=LOAD_S))[
                    "engine"
                ]
            except WorkerGone:
                return await self.stated()
            return told

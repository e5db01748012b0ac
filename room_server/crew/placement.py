"""Keeps the media workers and the scribe alive: adopts, spawns, watches and replaces them.

A dead worker is never restarted in place: its successor has a new epoch. Rooms are shared out among the
media workers; one that dies loses its own rooms only, which go to whoever lives or comes next.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..engine.seam import Engine, Handle, WorkerError, WorkerGone
from .assignment import Assignment, Load, least_loaded
from .drains import Drains, Wish

logger = logging.getLogger(__name__)
PING_S = 2.0
ANSWER_S = 4.0
# Nobody waits for the scribe at once, and one that is killed forgets what it has heard.
PATIENCE_S = {"scribe": 30.0}
# The one scribe listens to everybody's rooms.
WITHOUT_ROOMS = ("scribe",)
START_S = 20.0
RETRY_S = (0.2, 1.0, 3.0, 5.0, 10.0)

Hear = Callable[[str, dict[str, Any]], None]


class Epochs:
    """A number on disk that only grows, so that no worker's files are ever those of an earlier one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def beside(self, name: str) -> Path:
        """A file in the same folder."""
        return self._path.with_name(name)

    def last(self) -> int:
        """The newest epoch that was ever used; 0 before the first."""
        return int(self._path.read_text()) if self._path.exists() else 0

    def next(self) -> int:
        """The next epoch, durable before it is used."""
        last = self.last()
        fresh = self._path.with_suffix(".new")
        fresh.write_text(str(last + 1))
        fresh.replace(self._path)
        return last + 1


@dataclass(slots=True, eq=False)
class Post:
    """A place for one worker and whoever fills it now. Without a need nobody is to follow."""

    kind: str
    need: dict[str, Any] | None
    handle: Handle | None = None
    epoch: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    busy: float = 0.0
    """Share of a core that the worker has used lately."""

    @property
    def up(self) -> bool:
        """Whether a worker is there."""
        return self.handle is not None and not self.handle.gone.done()

    def wants(self, port: int | None) -> bool:
        """Whether this is the port that the post's worker has to have."""
        return bool(port) and (self.need or {}).get("port") == port


class Placement:
    """The workers of this installation, as many of a kind as it has needs. `hear(kind, event)` gets
    everything they tell, in order; besides their own events `{"type": "ready", "epoch", "fresh"}` and
    `{"type": "lost", "epoch", "rooms"}`, the rooms being those that have no worker now."""

    def __init__(
        self, engine: Engine, epochs: Epochs, needs: Mapping[str, Sequence[dict[str, Any]]], hear: Hear
    ) -> None:
        self._engine = engine
        self._epochs = epochs
        self._hear = hear
        self._posts = [Post(kind, need) for kind, several in needs.items() for need in several]
        self._rooms = Assignment()
        self._drains = Drains(epochs.beside("drained"))
        self._known = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to keep every worker alive and wait until each is ready or has failed once."""
        self._known = self._epochs.last()
        kinds = {post.kind for post in self._posts}
        await asyncio.gather(*(self._adopt(kind) for kind in kinds))
        self._drains.read(post.handle.name for post in self._posts if post.handle)
        posts = list(self._posts)
        for post in posts:
            self._start(self._keep(post))
        waiting = [asyncio.create_task(post.ready.wait()) for post in posts]
        _, late = await asyncio.wait(waiting, timeout=START_S)
        for task, post in zip(waiting, posts, strict=True):
            if task in late:
                logger.error("a %s worker is not ready yet; trying on", post.kind)
                task.cancel()

    async def stop(self, leave_running: bool = False) -> None:
        """Stop watching; end the workers too unless they are to be adopted by a successor."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if leave_running:
            logger.warning("a sitting is open: its workers go on for half a minute and wait for a successor")
            return
        await asyncio.gather(*(post.handle.stop() for post in self._posts if post.handle is not None))

    def info(self, kind: str) -> dict[str, Any]:
        """What the first worker of a kind said of itself at its start, with `up`, `name` and `epoch`."""
        post = self._first(kind)
        base = {"up": post.up, "epoch": post.epoch}
        return base if post.handle is None else {**base, "name": post.handle.name, **post.handle.info}

    def crew(self, kind: str) -> list[dict[str, Any]]:
        """Every worker of a kind: `name`, `state`, `epoch`, `port`, number of `rooms`, how `busy` it is.

        `state`: up, drained (no new rooms), leaving (that, and it ends with its last room) or down.
        """
        return [self._state(post) for post in self._posts if post.kind == kind]

    async def call(self, kind: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask the first worker of a kind; raises `WorkerGone` while there is none."""
        handle = self._first(kind).handle
        if handle is None:
            raise WorkerGone(kind)
        return await handle.call(method, *args, wait=wait)

    async def call_worker(self, name: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask a worker by its name; raises `WorkerGone` when it is not there."""
        return await self._named(name).call(method, *args, wait=wait)

    # ---- rooms ---------------------------------------------------------------------------------

    async def ask(self, room: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask the worker that has a room; raises `WorkerGone` while none has."""
        worker = self._rooms.worker_of(room)
        if worker is None:
            raise WorkerGone("no worker has the room")
        return await self._named(worker).call(method, *args, wait=wait)

    def has(self, room: str) -> bool:
        """Whether a worker has the room."""
        return self._rooms.worker_of(room) is not None

    def epoch_of(self, room: str) -> int:
        """Changes whenever the room has got another worker."""
        return self._rooms.epoch_of(room)

    def assign(self, room: str, kind: str = "media") -> bool:
        """Find a worker for a room that has none; False when it has one, or nobody takes new rooms."""
        if self.has(room):
            return False
        chosen = self._freest(kind)
        if chosen is None or chosen.handle is None:
            return False
        # A recording's files are in the order of their epochs: a room that moves to an older worker has a
        # new one of its own, as has any that an earlier control process may have known.
        before = self._rooms.epoch_of(room) or self._known
        epoch = chosen.epoch
        self._rooms.give(room, chosen.handle.name, epoch if epoch > before else self._epochs.next())
        return True

    def freest(self, kind: str = "media") -> str:
        """The worker that would get the next room; raises `WorkerGone` when nobody takes any."""
        post = self._freest(kind)
        if post is None or post.handle is None:
            raise WorkerGone(kind)
        return post.handle.name

    def _freest(self, kind: str) -> Post | None:
        living = [post for post in self._posts if post.kind == kind and post.up]
        crew = {post.handle.name: post for post in living if post.handle}
        chosen = least_loaded(
            Load(name, len(self._rooms.rooms_of(name)), post.busy, self._closed_to_new(post))
            for name, post in crew.items()
        )
        return None if chosen is None else crew[chosen]

    def release(self, room: str) -> None:
        """A room is over."""
        self._leave(self._rooms.release(room))

    def tend(self, worker: str, wish: Wish) -> None:
        """Drain, replace or resume a worker; `WorkerGone` when it is not there."""
        self._named(worker)
        self._drains.put(worker, wish)
        self._leave(worker)

    def _leave(self, worker: str | None) -> None:
        """Let a worker go that is not to stay longer than its rooms."""
        for post in self._posts:
            handle = post.handle
            if handle is None or handle.name != worker or self._rooms.rooms_of(worker):
                continue
            if post.need is None or self._drains.of(worker) is Wish.REPLACE:
                self._start(handle.stop())

    def _closed_to_new(self, post: Post) -> bool:
        name = post.handle.name if post.handle else ""
        return post.need is None or self._drains.of(name) is not Wish.RESUME

    def _named(self, worker: str) -> Handle:
        for post in self._posts:
            if post.handle is not None and post.handle.name == worker:
                return post.handle
        raise WorkerGone(worker)

    def _first(self, kind: str) -> Post:
        return next(post for post in self._posts if post.kind == kind)

    def _state(self, post: Post) -> dict[str, Any]:
        state: dict[str, Any] = {"name": "", "state": "up" if post.up else "down", "epoch": post.epoch}
        if post.handle is None:
            return {**state, "port": 0, "rooms": 0, "busy": 0.0}
        name = post.handle.name
        if post.up and self._closed_to_new(post):
            leaving = post.need is None or self._drains.of(name) is Wish.REPLACE
            state["state"] = "leaving" if leaving else "drained"
        rooms = len(self._rooms.rooms_of(name))
        load = {"rooms": rooms, "busy": round(post.busy, 2)}
        return {**state, "name": name, "port": post.handle.info.get("port", 0), **load}

    # ---- one post ------------------------------------------------------------------------------

    async def _adopt(self, kind: str) -> None:
        """Fill our posts with living workers of an earlier control process, each with the port it has."""
        found = list((await self._engine.adopt(kind)).values())
        free = [post for post in self._posts if post.kind == kind]
        for handle in list(found):
            for post in free:
                if post.wants(handle.info.get("port")):
                    found.remove(handle)
                    free.remove(post)
                    await self._take_over(post, handle)
                    break
        for handle in found:
            if free:
                await self._take_over(free.pop(0), handle)
            else:
                await self._spare(kind, handle)

    async def _take_over(self, post: Post, handle: Handle) -> None:
        post.handle = handle
        post.epoch = int(handle.name.rsplit("-", 1)[1])
        if post.kind in WITHOUT_ROOMS:
            return
        for room, epoch in (await _rooms_in(handle)).items():
            self._rooms.give(room, handle.name, epoch)

    async def _spare(self, kind: str, handle: Handle) -> None:
        """One more than there are posts: it stays for the rooms that it has, and nobody follows it."""
        post = Post(kind, None)
        await self._take_over(post, handle)
        if self._rooms.rooms_of(handle.name):
            self._posts.append(post)
        else:
            await handle.stop()

    async def _keep(self, post: Post) -> None:
        tries = 0
        while True:
            fresh = post.handle is None
            try:
                handle = post.handle or await self._spawn(post)
            except (WorkerGone, OSError) as error:
                logger.error("a %s worker did not start: %s", post.kind, error)
                await asyncio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
                tries += 1
                continue
            tries = 0
            post.handle = handle
            self._hear(post.kind, {"type": "ready", "epoch": post.epoch, "fresh": fresh})
            post.ready.set()
            await self._follow(post, handle)
            post.ready.clear()
            post.handle = None
            post.busy = 0.0
            self._drains.put(handle.name, Wish.RESUME)
            logger.error("the %s worker %s is gone", post.kind, handle.name)
            rooms = self._rooms.lose(handle.name)
            self._hear(post.kind, {"type": "lost", "epoch": post.epoch, "rooms": rooms})
            if post.need is None:
                self._posts.remove(post)
                return

    async def _spawn(self, post: Post) -> Handle:
        post.epoch = self._epochs.next()
        name = f"{post.kind}-{post.epoch}"
        return await self._engine.spawn(post.kind, name, **(post.need or {}))

    async def _follow(self, post: Post, handle: Handle) -> None:
        watch = asyncio.create_task(self._watch(post, handle, PATIENCE_S.get(post.kind, ANSWER_S)))
        try:
            async for event in handle.events():
                self._hear(post.kind, event)
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _watch(self, post: Post, handle: Handle, patience: float) -> None:
        while True:
            await asyncio.sleep(PING_S)
            try:
                answer = await handle.call("ping", wait=patience)
            except WorkerGone:
                handle.kill()
                return
            post.busy = float((answer or {}).get("busy", 0.0))

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _rooms_in(handle: Handle) -> dict[str, int]:
    try:
        found: dict[str, int] = await handle.call("rooms", wait=3.0)
    except (WorkerGone, WorkerError):
        return {}
    return found

"""A sitting on an empty stage: a journal in memory, a media worker that notes, screens that listen."""

from collections.abc import Sequence
from typing import Any

import msgspec

from room_server.engine.seam import WorkerGone
from room_server.rules import events as e
from room_server.rules import protocol as p
from room_server.sitting.live import Sitting
from room_server.store.journal import Entry, Fact
from tests.support.people import prepared


class MemoryJournal:
    """Keeps facts in a list; can be told to fail like a full disk."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.broken = False

    async def append(self, sitting: str, facts: Sequence[Fact]) -> Sequence[Entry]:
        """Keep facts."""
        if self.broken:
            raise OSError(28, "No space left on device")
        new: list[Entry] = []
        for actor, at, media_time, event in facts:
            body: dict[str, Any] = msgspec.to_builtins(event)
            kind = body.pop("type")
            new.append(
                Entry(
                    sitting=sitting,
                    seq=len(self.entries) + len(new) + 1,
                    at=at,
                    media_time=media_time,
                    actor=actor,
                    type=kind,
                    body=body,
                    prev_hash="",
                    hash="",
                )
            )
        self.entries += new
        return new

    def types(self) -> list[str]:
        """The kinds of the facts so far."""
        return [entry.type for entry in self.entries]


class NotedMedia:
    """Notes what the sitting asks of the media worker."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.gone = False
        self.epoch = 1
        self.opened: dict[str, Any] | None = None
        """What the worker says of a room that it already had."""

    async def call(self, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Note a call and answer like a worker."""
        if self.gone:
            raise WorkerGone("media-1")
        self.calls.append((method, args))
        if method == "open_room":
            return self.opened
        return {"sdp": "v=0", "slots": []} if method in ("publish", "subscribe", "share") else None

    def last(self, method: str) -> tuple[Any, ...]:
        """The arguments of the last call of a method."""
        return next(args for name, args in reversed(self.calls) if name == method)

    def methods(self) -> list[str]:
        """The methods called so far."""
        return [name for name, _ in self.calls]


class Ear:
    """A screen that keeps what it is sent."""

    def __init__(self, participant: str, device: str = "device-one", order: tuple[int, int] = (0, 0)) -> None:
        self.participant = participant
        self.device = device
        self.order = order
        self.frames: list[p.Down] = []
        self.word = ""

    def send(self, text: str) -> None:
        """Keep a frame."""
        self.frames.append(msgspec.json.decode(text, type=p.Down))

    def close(self, word: str) -> None:
        """Keep the goodbye."""
        self.word = self.word or word

    def told(self) -> list[str]:
        """The kinds of the facts since the last reset."""
        kinds: list[str] = []
        for frame in self.frames:
            if isinstance(frame, p.Reset):
                kinds.clear()
            if isinstance(frame, p.Told):
                kinds.append(type(frame.event).__name__)
        return kinds

    def kinds(self) -> list[str]:
        """The kinds of all frames."""
        return [type(frame).__name__ for frame in self.frames]


class Stage:
    """A sitting with everything around it."""

    def __init__(self) -> None:
        self.journal = MemoryJournal()
        self.media = NotedMedia()
        self.watched: list[e.Event] = []
        self.sitting = Sitting(
            "s_1",
            self.journal,
            self.media,
            "/recordings/s_1",
            [],
            lambda _, event: self.watched.append(event),
        )

    async def prepare(self) -> "Stage":
        """Tell the first fact."""
        await self.sitting.told(prepared())
        return self

    async def seat(self, participant: str, device: str = "device-one", takeover: bool = False) -> Ear:
        """Connect a screen and knock."""
        from room_server.rules.commands import Knock

        ear = Ear(participant, device)
        if await self.sitting.enter(ear, 0, takeover):
            await self.sitting.wish(participant, Knock())
        return ear

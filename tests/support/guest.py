"""A person of the journeys: speaks the protocol and real WebRTC, reconnects like the browser does."""

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from media.likeness import SlotCount
from media.visitor import Visitor
from room_server.rehearsal.clips import read_clip

CLIPS = Path(__file__).parents[2] / "room_server" / "rehearsal" / "cast"


class Guest:
    """One device of one participant; `events` is what the screen was told."""

    def __init__(self, url: str, ticket: str, device: str = "journey-device", slots: int = 3) -> None:
        self.url = url
        self.ticket = ticket
        self.device = device
        self.participant = ""
        self.events: list[dict[str, Any]] = []
        self.words: list[str] = []
        self.welcomes = 0
        self.epoch = 0
        self.connected_at: list[float] = []
        self.visitor = Visitor(loopback=True, audio_slots=slots, video_slots=slots)
        self._seq = 0
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._mapping: dict[str, tuple[str, str]] = {}

    async def __aenter__(self) -> Self:
        self._start(self._stay())
        await self.until(lambda: bool(self.connected_at))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.vanish()
        await self.visitor.close()

    async def vanish(self) -> None:
        """Stop without a word, like a closed browser."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def wish(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a command; `done` or `refusal`."""
        return await self._ask({"kind": "wish", "command": {"type": kind, **fields}})

    async def say(self, clip: str) -> None:
        """Speak a sentence of the rehearsal's cast."""
        path = next(CLIPS.rglob(clip))
        await self.visitor.say(await asyncio.to_thread(read_clip, path))

    async def until(self, true: Callable[[], bool], seconds: float = 20.0) -> float:
        """Wait until something holds; how long it took."""
        begun = time.monotonic()
        async with asyncio.timeout(seconds):
            while not true():
                await asyncio.sleep(0.02)
        return time.monotonic() - begun

    async def again(self, seconds: float) -> None:
        """Wait until the server has welcomed this guest a second time."""
        await self.until(lambda: self.welcomes == 2, seconds)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """The facts of a kind that this screen was told."""
        return [event for event in self.events if event["type"] == kind]

    def heard(self, who: str) -> int:
        """Audio packets received so far on the slot that carries a person's voice now."""
        return sum(slot.audio_packets for slot in self._slots_of(who, "microphone"))

    def seen(self, who: str) -> int:
        """Video frames received so far on the slot that carries a person's camera now."""
        return sum(slot.video_frames for slot in self._slots_of(who, "camera"))

    def _slots_of(self, who: str, source: str) -> list[SlotCount]:
        slots = self.visitor.slots
        return [slots[mid] for mid, track in self._mapping.items() if track == (who, source) and mid in slots]

    async def _stay(self) -> None:
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError):
                await self._visit()
            if self.words and self.words[-1] != "stopping":
                return
            await asyncio.sleep(0.3)

    async def _visit(self) -> None:
        connector = aiohttp.TCPConnector(ssl=False)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.ws_connect(self.url + "/ws", max_msg_size=0) as socket,
        ):
            self._socket = socket
            hello = {"kind": "hello", "protocol": 1, "ticket": self.ticket, "device": self.device}
            await self._send({**hello, "since": self._seq})
            pinging = asyncio.create_task(self._ping())
            try:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._take(json.loads(message.data))
            finally:
                pinging.cancel()

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["kind"]
        if kind == "welcome":
            self.participant = frame["participant"]
            self.welcomes += 1
            if not frame["live"] or frame["epoch"] != self.epoch:
                self.epoch = frame["epoch"]
                self._start(self._connect())
        elif kind == "event":
            self._seq = max(self._seq, frame["seq"])
            self.events.append(frame["event"])
        elif kind == "reset":
            self.events.clear()
        elif kind in ("done", "refusal", "answer") and frame["id"] in self._waiting:
            self._waiting.pop(frame["id"]).set_result(frame)
        elif kind == "slots":
            self._mapping = {s["mid"]: (s["participant"], s["source"]) for s in frame["slots"]}
        elif kind == "media" and frame["up"] and frame["epoch"] != self.epoch:
            self.epoch = frame["epoch"]
            self._start(self._connect())
        elif kind == "bye":
            self.words.append(frame["word"])

    async def _connect(self) -> None:
        await self.visitor.publish(self._offer)
        await self.visitor.subscribe(self._offer)
        await self.visitor.connected(15.0)
        if not self.told("Knocked"):
            await self.wish("Knock")
        self.connected_at.append(time.monotonic())

    async def _offer(self, plane: str, sdp: str) -> str:
        while True:
            answer = await self._ask({"kind": "offer", "plane": plane, "sdp": sdp})
            if answer["kind"] == "answer":
                return str(answer["sdp"])
            await asyncio.sleep(0.5)

    async def _ask(self, frame: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        await self._send({**frame, "id": number})
        return await asyncio.wait_for(answer, 15.0)

    async def _send(self, frame: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send_str(json.dumps(frame))

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(4.0)
            await self._send({"kind": "ping"})

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

"""A person of the journeys: speaks the protocol and real WebRTC, reconnects like the browser does."""

import asyncio
import contextlib
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from media.likeness import SlotCount
from media.visitor import Visitor
from room_server.rehearsal.clips import read_clip

PING_S, DEAD_S = 2.0, 6.0
DIAL_S, PATIENT_S = 2.0, 4.5
"""As in web_client/src/room/signal.ts."""
BRIEF = aiohttp.ClientWSTimeout(ws_close=0.5)
CLIPS = Path(__file__).parents[2] / "room_server" / "rehearsal" / "cast"


class Guest:
    """One device of one participant; `events` is what the screen was told."""

    def __init__(
        self,
        url: str,
        ticket: str,
        device: str = "journey-device",
        slots: int = 3,
        address: str = "127.0.0.1",
        layers: bool = False,
    ) -> None:
        self.url = url
        self.ticket = ticket
        self.device = device
        self.participant = ""
        self.events: list[dict[str, Any]] = []
        self.words: list[str] = []
        self.welcomes = 0
        self.welcomed_at = 0.0
        self.epoch = 0
        self.connected_at: list[float] = []
        self.visitor = Visitor(address=address, audio_slots=slots, video_slots=slots, layers=layers)
        self.through: Callable[[str], str] = str
        """What becomes of an answer before it is taken: a test may lead it elsewhere."""
        self._address = address
        self._seq = 0
        self._heard_at = 0.0
        self._connecting: asyncio.Task[None] | None = None
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

    def height(self, who: str) -> int:
        """How tall a person's picture is that comes now, in pixels."""
        return max((slot.height for slot in self._slots_of(who, "camera")), default=0)

    def met(self, who: str, since: float) -> bool:
        """Whether a person's voice and picture came after some moment of monotonic time."""
        mids = {track[1]: mid for mid, track in self._mapping.items() if track[0] == who}
        recent = itertools.takewhile(lambda r: r.at >= since * 1e9, reversed(self.visitor.received))
        came = Counter(received.mid for received in recent)
        return came[mids.get("microphone", "")] >= 3 and came[mids.get("camera", "")] >= 2

    def _slots_of(self, who: str, source: str) -> list[SlotCount]:
        slots = self.visitor.slots
        return [slots[mid] for mid, track in self._mapping.items() if track == (who, source) and mid in slots]

    async def _stay(self) -> None:
        tries = 0
        while True:
            welcomes = self.welcomes
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                await self._visit(PATIENT_S if tries % 4 == 3 else DIAL_S)
            if self.words and self.words[-1] != "stopping":
                return
            tries = tries + 1 if self.welcomes == welcomes else 0
            await asyncio.sleep(min(0.8, 0.3 * 2**tries) * random.uniform(0.5, 1.0))

    async def _visit(self, patience: float) -> None:
        connector = aiohttp.TCPConnector(ssl=False, local_addr=(self._address, 0))
        async with aiohttp.ClientSession(connector=connector) as session:
            async with asyncio.timeout(patience):
                socket = await session.ws_connect(self.url + "/ws", max_msg_size=0, timeout=BRIEF)
            self._socket = socket
            hello = {"kind": "hello", "protocol": 1, "ticket": self.ticket, "device": self.device}
            await self._send({**hello, "since": self._seq})
            self._heard_at = time.monotonic()
            pinging = asyncio.create_task(self._ping(socket))
            try:
                async for message in socket:
                    self._heard_at = time.monotonic()
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._take(json.loads(message.data))
            finally:
                pinging.cancel()
                for waiting in self._waiting.values():
                    if not waiting.done():
                        waiting.set_exception(ConnectionResetError("the line broke"))
                self._waiting.clear()
                await socket.close()

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame["kind"]
        if kind == "welcome":
            self.participant = frame["participant"]
            self.welcomes += 1
            self.welcomed_at = time.monotonic()
            anew = not frame["live"] or frame["epoch"] != self.epoch or self._broken()
            if anew or self._connecting is not None:
                self.epoch = frame["epoch"]
                self.renew()
        elif kind == "event":
            self._seq = max(self._seq, frame["seq"])
            self.events.append(frame["event"])
        elif kind == "reset":
            self.events.clear()
        elif kind in ("done", "refusal", "answer") and frame["id"] in self._waiting:
            waiting = self._waiting.pop(frame["id"])
            if not waiting.done():
                waiting.set_result(frame)
        elif kind == "slots":
            self._mapping = {s["mid"]: (s["participant"], s["source"]) for s in frame["slots"]}
        elif kind == "media" and frame["up"] and frame["epoch"] != self.epoch:
            self.epoch = frame["epoch"]
            self.renew()
        elif kind == "bye":
            self.words.append(frame["word"])

    def renew(self) -> None:
        """Make both connections anew, now."""
        if self._connecting is not None:
            self._connecting.cancel()
        self._connecting = self._start(self._connect())

    def _broken(self) -> bool:
        """Whether a connection will not come back by itself."""
        return any(state in ("failed", "closed") for state in self.visitor.states().values())

    async def _connect(self) -> None:
        """Both connections anew; when the line breaks meanwhile, the next welcome begins again."""
        try:
            await asyncio.gather(self.visitor.publish(self._offer), self.visitor.subscribe(self._offer))
            await self.visitor.connected(10.0)
            if not self.told("Knocked"):
                await self.wish("Knock")
        except ConnectionError:
            return
        except TimeoutError:
            return self.renew()
        self.connected_at.append(time.monotonic())
        self._connecting = None

    async def _offer(self, plane: str, sdp: str) -> str:
        while True:
            answer = await self._ask({"kind": "offer", "plane": plane, "sdp": sdp})
            if answer["kind"] == "answer":
                return self.through(str(answer["sdp"]))
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

    async def _ping(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Keep the line awake; one that stays silent is dead, whatever TCP still hopes for."""
        while time.monotonic() - self._heard_at < DEAD_S:
            await self._send({"kind": "ping"})
            if self._connecting is None and self._broken():
                self.renew()
            await asyncio.sleep(PING_S)
        await socket.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

"""One synthetic person in a process of its own: `python -m room_server.rehearsal.person LOG`.

Cues come in as JSON lines on standard input, what happens goes out as JSON lines on standard output.
"""

import asyncio
import contextlib
import itertools
import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import aiohttp

from media.visitor import Visitor

from ..rules.protocol import VERSION
from .clips import read_clip
from .measure import log

PING_S = 5.0
FLUSH_S = 1.0
ANSWER_S = 15.0
RETRY_S = 0.3
UNTIRING = frozenset({"media_down"})
"""Words of a refused offer after which it is made again."""


class Astray(Exception):
    """This person cannot go on; the text says why."""


class Person:
    """Sits at a screen: speaks the protocol, follows cues, notes everything."""

    def __init__(self, notes: TextIO, tell: Callable[[dict[str, Any]], None]) -> None:
        self._notes = notes
        self._tell = tell
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._visitor: Visitor | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._epoch = 0
        self._connecting: asyncio.Task[None] | None = None
        self._leaving = False
        self._listens = False

    async def join(self, cue: dict[str, Any]) -> None:
        """Open the socket, say hello and set up both media connections, then run until the socket ends."""
        self._listens = cue["listens"]
        self._visitor = Visitor(
            colour=tuple(cue["colour"]),
            loopback=cue["loopback"],
            audio_slots=cue["slots"],
            video_slots=cue["slots"],
        )
        trust = aiohttp.TCPConnector(ssl=cue["trust"])
        async with aiohttp.ClientSession(connector=trust) as session, self._visitor:
            self._note("hello")
            async with session.ws_connect(cue["url"] + "/ws", max_msg_size=0) as socket:
                self._socket = socket
                await self._send(
                    {"kind": "hello", "protocol": VERSION, "ticket": cue["ticket"], "device": cue["device"]}
                )
                async with asyncio.TaskGroup() as tasks:
                    around = [tasks.create_task(self._ping()), tasks.create_task(self._flush())]
                    await self._listen(socket, tasks)
                    for task in around:
                        task.cancel()

    async def wish(self, command: dict[str, Any]) -> dict[str, Any]:
        """Send a command; returns `done` or `refusal`."""
        return await self._ask({"kind": "wish", "command": command})

    async def say(self, path: Path) -> None:
        """Speak a recorded sentence to its end."""
        if self._visitor is None:
            raise Astray("has nobody to speak to")
        clip = await asyncio.to_thread(read_clip, path)
        self._note("speaks", clip=path.stem)
        await self._visitor.say(clip)

    async def leave(self) -> None:
        """Close the socket; `join` returns."""
        self._leaving = True
        if self._socket is not None:
            await self._socket.close()

    def drain(self) -> None:
        """Write down the packets noted since the last time."""
        if self._visitor is None:
            return
        sent, received = self._visitor.sent, self._visitor.received
        rows: list[log.Sent | log.Received] = []
        while sent:
            one = sent.popleft()
            rows.append(log.Sent(one.at, one.digest, one.medium, one.end))
        while received:
            other = received.popleft()
            rows.append(log.Received(other.at, other.digest, other.medium, other.mid))
        log.write(self._notes, rows)
        self._notes.flush()

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse, tasks: asyncio.TaskGroup) -> None:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            kind = frame["kind"]
            if kind == "welcome":
                self._epoch = frame["epoch"]
                self._note("welcome", participant=frame["participant"])
                self._tell(
                    {"is": "welcome", "participant": frame["participant"], "sitting": frame["sitting"]}
                )
                self._reconnect(tasks)
            elif kind == "event":
                self._note("told", event=frame["event"])
                self._tell({"is": "told", "event": frame["event"]})
            elif kind in ("done", "refusal", "answer") and frame["id"] in self._waiting:
                self._waiting.pop(frame["id"]).set_result(frame)
            elif kind == "slots":
                self._note("slots", slots=frame["slots"])
            elif kind == "media":
                self._heed_media(frame, tasks)
            elif kind == "bye":
                self._tell({"is": "bye", "word": frame["word"]})
            elif kind == "occupied":
                raise Astray("another device already sits in this seat")
        if not self._leaving:
            raise Astray(f"the server closed the connection ({socket.close_code})")

    def _heed_media(self, frame: dict[str, Any], tasks: asyncio.TaskGroup) -> None:
        self._note("media", up=frame["up"])
        if not frame["up"]:
            self._tell({"is": "cut off"})
        elif frame["epoch"] != self._epoch:
            self._epoch = frame["epoch"]
            self._reconnect(tasks)

    def _reconnect(self, tasks: asyncio.TaskGroup) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        self._connecting = tasks.create_task(self._connect())

    async def _connect(self) -> None:
        visitor = self._visitor
        if visitor is None:
            return
        if not self._listens:
            await visitor.publish(self._offer)
        await visitor.subscribe(self._offer)
        try:
            await visitor.connected(ANSWER_S)
        except TimeoutError as error:
            raise Astray(f"no media connection: {visitor.states()}") from error
        self._note("connected")
        self._tell({"is": "connected"})

    async def _offer(self, plane: str, sdp: str) -> str:
        while True:
            answer = await self._ask({"kind": "offer", "plane": plane, "sdp": sdp})
            if answer["kind"] == "answer":
                return str(answer["sdp"])
            if answer["word"] not in UNTIRING:
                raise Astray(f"the {plane} offer was refused: {answer['word']}")
            await asyncio.sleep(RETRY_S)

    async def _ask(self, frame: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        await self._send({**frame, "id": number})
        try:
            return await asyncio.wait_for(answer, ANSWER_S)
        except TimeoutError as error:
            raise Astray(f"no answer to a {frame['kind']} in {ANSWER_S:.0f} s") from error

    async def _send(self, frame: dict[str, Any]) -> None:
        if self._socket is None or self._socket.closed:
            raise Astray("is not connected to the server")
        await self._socket.send_str(json.dumps(frame))

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_S)
            await self._send({"kind": "ping"})

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_S)
            self.drain()

    def _note(self, name: str, **about: Any) -> None:
        log.write(self._notes, [log.Fact(time.monotonic_ns(), name, about)])


async def follow(person: Person, cues: asyncio.StreamReader, tell: Callable[[dict[str, Any]], None]) -> None:
    """Do what the cues say until told to leave, until the cues end or until the person is astray."""
    try:
        async with asyncio.TaskGroup() as tasks:
            while line := await cues.readline():
                cue = json.loads(line)
                if cue["do"] == "leave":
                    break
                tasks.create_task(_heed(person, cue, tell))
            await person.leave()
    except* (Astray, aiohttp.ClientError, OSError) as group:
        tell({"is": "failed", "reason": _first(group)})
    finally:
        person.drain()


async def _heed(person: Person, cue: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> None:
    if cue["do"] == "join":
        await person.join(cue)
    elif cue["do"] == "say":
        await person.say(Path(cue["file"]))
        tell({"is": "said", "id": cue["id"]})
    elif cue["do"] == "wish":
        answer = await person.wish(cue["command"])
        tell({"is": answer["kind"], "id": cue["id"], "word": answer.get("word", "")})


def _first(group: BaseExceptionGroup[Any]) -> str:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return str(error) or type(error).__name__


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    return reader


def _say_aloud(event: dict[str, Any]) -> None:
    print(json.dumps(event, ensure_ascii=False), flush=True)


async def _live(path: Path) -> None:
    with path.open("w", encoding="utf-8") as notes:
        _say_aloud({"is": "ready"})
        await follow(Person(notes, _say_aloud), await _standard_input(), _say_aloud)


def run() -> None:
    """Entry point of the process; Ctrl-C is the director's business."""
    import uvloop

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(BrokenPipeError):
        uvloop.run(_live(Path(sys.argv[1])))


if __name__ == "__main__":
    run()

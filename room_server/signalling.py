"""The WebSocket of a browser: hello, then wishes and offers up, facts and answers down."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from aiohttp import WSCloseCode, WSMsgType, web

from .rates import Limits
from .rules import protocol as p
from .rules.decisions import Refused
from .rules.words import say
from .sitting.live import Sitting
from .tickets import TicketError

logger = logging.getLogger(__name__)

HELLO_S = 5.0
SILENT_S = 15.0
SLOWED_S = 0.05
"""How long whoever asks too fast is not listened to: their own line fills up, nobody else's."""
QUEUE = 20_000
OFFERS_AT_ONCE = 4

Find = Callable[[str], Awaitable[tuple[Sitting, str]]]
"""Ticket → the live sitting and the participant; raises `TicketError`."""


class BrowserScreen:
    """One connected browser: a bounded queue before one writer."""

    def __init__(self, socket: web.WebSocketResponse, participant: str, hello: p.Hello) -> None:
        self.participant = participant
        self.device = hello.device
        self.order = (hello.visit, hello.attempt)
        self._socket = socket
        self._queue: asyncio.Queue[str | None] = asyncio.Queue(QUEUE)
        self._word = ""
        self._code = int(WSCloseCode.OK)
        self.task = asyncio.create_task(self._write())

    def send(self, text: str) -> None:
        """Queue one frame; a browser that does not read any more is let go."""
        try:
            self._queue.put_nowait(text)
        except asyncio.QueueFull:
            self.close("too_slow")

    def close(self, word: str, code: int = WSCloseCode.OK) -> None:
        """Say goodbye with a word and close."""
        if self._word:
            return
        self._word, self._code = word, int(code)
        while self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):
            while (text := await self._queue.get()) is not None:
                await self._socket.send_str(text)
            await self._socket.send_str(p.encode(p.Bye(word=self._word)))
        await self._socket.close(code=self._code, message=self._word.encode())


class Signalling:
    """The endpoint `/ws`."""

    def __init__(self, find: Find, language: str, limits: Limits) -> None:
        self._find = find
        self._language = language
        self._limits = limits
        self._offers: set[asyncio.Task[None]] = set()

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one browser until either side leaves."""
        socket = web.WebSocketResponse(max_msg_size=p.MAX_FRAME_BYTES, compress=False, timeout=2.0)
        await socket.prepare(request)
        try:
            await self._serve(socket)
        except p.ProtocolError as error:
            await socket.close(code=error.code, message=error.word.encode())
        except TicketError as error:
            await socket.send_str(p.encode(p.Bye(word=error.word)))
            await socket.close(code=4401, message=error.word.encode())
        except ConnectionError:
            logger.debug("a socket broke")
        except Exception:  # the signalling edge: the browser is told nothing, the log everything but people
            logger.exception("a socket failed")
            await socket.close(code=WSCloseCode.INTERNAL_ERROR, message=b"internal")
        return socket

    async def _serve(self, socket: web.WebSocketResponse) -> None:
        hello = await self._hello(socket, HELLO_S)
        sitting, participant = await self._find(hello.ticket)
        if self._limits.frames.take(participant):
            raise p.ProtocolError("too_fast", 4429)
        screen = BrowserScreen(socket, participant, hello)
        try:
            while not await sitting.enter(screen, hello.since, hello.takeover):
                screen.send(p.encode(p.Occupied()))
                hello = await self._hello(socket, 120.0)
                screen.order = (hello.visit, hello.attempt)
            await self._listen(socket, sitting, screen)
        except p.ProtocolError as error:
            screen.close(error.word, error.code)
            raise
        finally:
            sitting.leave(screen)
            screen.close("gone")
            await asyncio.wait([screen.task], timeout=2.0)
            screen.task.cancel()

    async def _hello(self, socket: web.WebSocketResponse, wait: float) -> p.Hello:
        while True:
            frame = await self._receive(socket, wait)
            if frame is None:
                raise ConnectionResetError
            if isinstance(frame, p.Ping):
                continue
            if not isinstance(frame, p.Hello):
                raise p.ProtocolError("hello_first")
            if frame.protocol != p.VERSION:
                raise p.ProtocolError("wrong_version", 4426)
            return frame

    async def _listen(self, socket: web.WebSocketResponse, sitting: Sitting, screen: BrowserScreen) -> None:
        while (frame := await self._receive(socket, SILENT_S)) is not None:
            if self._limits.frames.take(screen.participant):
                await self._slow_down(screen, frame)
            elif isinstance(frame, p.Ping):
                screen.send(p.encode(p.Pong()))
            elif isinstance(frame, p.Wish):
                await self._wish(sitting, screen, frame)
            elif isinstance(frame, p.Offer):
                self._start_offer(sitting, screen, frame)
            elif isinstance(frame, p.View):
                sitting.connections.view(screen, frame)
            elif isinstance(frame, p.Point):
                sitting.audience.show_pointer(sitting.room, screen, frame)
            elif isinstance(frame, p.AtLine):
                sitting.audience.show_editing(sitting.room, screen, frame.line)
            else:
                raise p.ProtocolError("hello_again")

    async def _slow_down(self, screen: BrowserScreen, frame: p.Up) -> None:
        """Refuse one frame too many, from whichever socket of the person; who never stops is let go."""
        who = screen.participant
        if self._limits.frames.newly_refused(who):
            logger.warning("participant %s sends too fast: refused until it slows down", who)
        if self._limits.patience.take(who):
            raise p.ProtocolError("too_fast", 4429)
        if isinstance(frame, p.Wish | p.Offer):
            screen.send(self._refusal(frame.id, "too_fast"))
        await asyncio.sleep(SLOWED_S)

    async def _receive(self, socket: web.WebSocketResponse, wait: float) -> p.Up | None:
        # A deadline of our own: the library's heartbeat starts anew at each byte of an unfinished frame.
        try:
            message = await asyncio.wait_for(socket.receive(), wait)
        except TimeoutError:
            raise p.ProtocolError("silent", 4408) from None
        if message.type is WSMsgType.TEXT:
            return p.decode(message.data)
        if message.type is WSMsgType.BINARY:
            raise p.ProtocolError("malformed")
        if message.type is WSMsgType.ERROR and not socket.closed:
            raise p.ProtocolError("too_large", 4413)
        return None

    async def _wish(self, sitting: Sitting, screen: BrowserScreen, frame: p.Wish) -> None:
        try:
            await sitting.wish(screen.participant, frame.command)
        except Refused as refusal:
            screen.send(self._refusal(frame.id, refusal.word))
        except Exception:  # a wish that broke is refused; the person stays in the room
            logger.exception("a wish failed: %s", type(frame.command).__name__)
            screen.send(self._refusal(frame.id, "internal"))
        else:
            screen.send(p.encode(p.Done(id=frame.id)))

    def _start_offer(self, sitting: Sitting, screen: BrowserScreen, frame: p.Offer) -> None:
        if len(self._offers) >= OFFERS_AT_ONCE * 16:
            screen.send(self._refusal(frame.id, "too_fast"))
            return
        task = asyncio.create_task(self._offer(sitting, screen, frame))
        self._offers.add(task)
        task.add_done_callback(self._offers.discard)

    async def _offer(self, sitting: Sitting, screen: BrowserScreen, frame: p.Offer) -> None:
        try:
            answer = await sitting.connections.offer(screen, frame.plane, frame.sdp)
        except Refused as refusal:
            screen.send(self._refusal(frame.id, refusal.word))
        else:
            screen.send(p.encode(p.Answer(id=frame.id, sdp=answer)))

    def _refusal(self, number: int, word: str) -> str:
        return p.encode(p.Refusal(id=number, word=word, text=say(word, self._language)))

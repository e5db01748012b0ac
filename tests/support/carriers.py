"""A mail server and an SMS gateway on the loopback, and a channel that does as it was told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.smtp import SMTP

from room_server.notices.channel import Message, Undeliverable
from room_server.notices.gateway import SIGNATURE, is_signed


@dataclass
class Postbox:
    """What came to the mail server; `answers` are given to RCPT, then everything is taken."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, _: Any) -> str:
        """Refuse as scripted, or take."""
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@asynccontextmanager
async def postbox() -> AsyncIterator[Postbox]:
    """A mail server without encryption."""
    box = Postbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(box, enable_SMTPUTF8=True), "127.0.0.1", 0)
    async with server:
        box.port = server.sockets[0].getsockname()[1]
        yield box


@dataclass
class Desk:
    """What came to the gateway; `answers` are statuses, then 200."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    forged: int = 0


@asynccontextmanager
async def gateway(secret: str, now: float) -> AsyncIterator[Desk]:
    """An SMS gateway that checks signatures at a time."""
    desk = Desk()

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        if not is_signed(secret, request.headers.get(SIGNATURE, ""), body, int(now)):
            desk.forged += 1
            return web.Response(status=401)
        desk.got.append(await request.json() | {"key": request.headers["Idempotency-Key"]})
        status, answer = desk.answers.pop(0) if desk.answers else (200, {})
        return web.json_response(answer, status=status)

    app = web.Application()
    app.router.add_post("/sms", take)
    async with TestServer(app) as server:
        desk.url = str(server.make_url("/sms"))
        yield desk


@dataclass
class Scripted:
    """A channel that refuses as scripted, then takes; `broken` raises what no channel should."""

    refusals: list[Undeliverable] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    tried: int = 0
    broken: bool = False

    async def send(self, message: Message) -> bool:
        """Do as scripted."""
        self.tried += 1
        if self.broken:
            raise RuntimeError("surprise")
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.append(message)
        return False

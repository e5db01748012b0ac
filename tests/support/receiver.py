"""Another system's receiver of webhooks: remembers what came, answers as it was told to."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


class Receiver:
    """`url` is where it listens; `answers` are the next statuses, 204 when there are none."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[int] = []
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.hold = asyncio.Event()
        """Cleared: whoever comes waits for their answer."""
        self.hold.set()

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What came, as JSON."""
        return [json.loads(body) for _, body in self.came]

    @property
    def ids(self) -> list[str]:
        """The ids of what came."""
        return [headers["webhook-id"] for headers, _ in self.came]

    async def take(self, request: web.Request) -> web.Response:
        """One message."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.append((headers, await request.read()))
        await self.hold.wait()
        status = self.answers.pop(0) if self.answers else 204
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else {})

    async def until(self, count: int) -> None:
        """Wait until so many messages came."""
        async with asyncio.timeout(60):
            while len(self.came) < count:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """One on a free port of this machine."""
    found = Receiver()
    app = web.Application()
    app.router.add_post("/{any:.*}", found.take)
    async with TestServer(app) as server:
        found.url = str(server.make_url("/hooks"))
        yield found
        found.hold.set()

"""The Unix socket at which media workers hand over speech; whatever one sends can harm only itself."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .tap import Frame, FrameBroken, FrameReader

logger = logging.getLogger(__name__)

_LONGEST_PATH = 100


class TapServer:
    """Reads frames from every connection and gives each to `take`."""

    def __init__(self, take: Callable[[Frame], None]) -> None:
        self.broken = 0
        self._take = take
        self._connections: set[_Connection] = set()
        self._server: asyncio.AbstractServer | None = None

    async def start(self, path: Path) -> None:
        """Listen at `path`; a socket that a dead process left there is replaced."""
        if len(str(path)) > _LONGEST_PATH:
            raise ValueError(f"the tap's socket path is longer than {_LONGEST_PATH} characters: {path}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_unix_server(lambda: _Connection(self), str(path))
        path.chmod(0o600)

    async def close(self) -> None:
        """Close the socket and every connection; idempotent."""
        if self._server:
            self._server.close()
            self._server = None
        for connection in list(self._connections):
            connection.close()

    def opened(self, connection: "_Connection") -> None:
        """A media worker connected."""
        self._connections.add(connection)

    def closed(self, connection: "_Connection") -> None:
        """A media worker went."""
        self._connections.discard(connection)

    def take(self, frame: Frame) -> None:
        """Pass a frame on."""
        self._take(frame)

    def spoilt(self, error: FrameBroken) -> None:
        """A connection sent something that is no frame."""
        self.broken += 1
        logger.warning("a tap connection was closed: %s", error)


class _Connection(asyncio.Protocol):
    def __init__(self, server: TapServer) -> None:
        self._server = server
        self._reader = FrameReader()
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._server.opened(self)

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._reader.feed(data):
                self._server.take(frame)
        except FrameBroken as error:
            self._server.spoilt(error)
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.closed(self)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

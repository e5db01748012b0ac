"""What a sitting asks of its media worker: it is told, or waits for the next one; routes go out once."""

import logging
import time
from typing import Any

from ..engine.seam import WorkerError, WorkerGone
from ..rules.hearing import routes
from ..rules.room import Room
from .needs import Media

logger = logging.getLogger(__name__)


def _without_number(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != "revision"}


_NOWHERE = _without_number(routes(Room(), 0))


class MediaLink:
    """The media worker of one sitting, whichever it is at the time."""

    def __init__(self, sitting: str, media: Media) -> None:
        self._sitting = sitting
        self._media = media
        # Grows over restarts of this process too: the media worker never takes an older table.
        self._revision = int(time.time() * 1000)
        self._routed = _NOWHERE

    @property
    def epoch(self) -> int:
        """Changes whenever the sitting has got another worker."""
        return self._media.epoch

    async def call(self, method: str, *args: Any, wait: float = 10.0) -> Any:
        """Ask the worker; raises `WorkerGone` and `WorkerError`."""
        return await self._media.call(method, self._sitting, *args, wait=wait)

    async def tell(self, method: str, *args: Any) -> Any:
        """Ask the worker; None where it is not there or says no: what goes wrong comes back as a fact."""
        try:
            return await self.call(method, *args)
        except WorkerGone:
            logger.warning("sitting %s: %s waits for the next media worker", self._sitting, method)
        except WorkerError as error:
            logger.error("sitting %s: %s was refused: %s", self._sitting, method, error.kind)
        return None

    async def route(self, room: Room) -> None:
        """Send the routes of a room, if they are others than before."""
        table = routes(room, self._revision + 1)
        matter = _without_number(table)
        if matter == self._routed:
            return
        self._revision += 1
        self._routed = matter
        await self.tell("route", table)

    def forget_routes(self) -> None:
        """The worker has a fresh room: it has no routes yet."""
        self._routed = _NOWHERE

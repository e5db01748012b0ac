"""The shared microphones of the rooms a scribe listens to; vectors are computed on a thread of their own."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from ..segmenter import Segment
from .embedder import Embedder
from .standing import open_embedder
from .track import SharedTrack, Voiced

logger = logging.getLogger(__name__)


def _installed() -> Embedder | None:
    standing, embedder = open_embedder()
    if embedder is None:
        logger.warning("voices at a shared microphone are not told apart: %s", standing.reason)
    return embedder


class Sharing:
    """Knows which tracks several people share, and tells their voices apart as far as it can."""

    def __init__(self, open_embedder: Callable[[], Embedder | None] = _installed) -> None:
        self._open = open_embedder
        self._embedder: Embedder | None = None
        self._opened = False
        self._people: dict[tuple[str, str], tuple[int, int]] = {}
        self._tracks: dict[tuple[str, str], SharedTrack] = {}
        # One thread: stretches of speech are judged in the order in which they were said.
        self._thread = ThreadPoolExecutor(1, "voices")

    def declare(self, room: str, shared: Mapping[str, Mapping[str, int]]) -> None:
        """So many `people` share these participants' microphones; `used`: voice names given before."""
        for key in [key for key in self._people if key[0] == room and key[1] not in shared]:
            del self._people[key]
        for participant, told in shared.items():
            key = room, participant
            self._people[key] = int(told["people"]), int(told.get("used", 0))
            if track := self._tracks.get(key):
                track.people = self._people[key][0]
        # What was missing may have been installed meanwhile.
        self._opened = self._opened and self._embedder is not None

    def shares(self, room: str, participant: str) -> bool:
        """Whether several people share this microphone."""
        return (room, participant) in self._people

    def forget(self, room: str) -> None:
        """The room is over: nothing of its voices is kept."""
        self._people = {key: told for key, told in self._people.items() if key[0] != room}
        self._tracks = {key: track for key, track in self._tracks.items() if key[0] != room}

    def close(self) -> None:
        """Stop; idempotent."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._tracks.clear()

    async def parts(self, room: str, participant: str, segment: Segment) -> list[Voiced]:
        """The segment in stretches of one voice each; whole and without a voice where that cannot be said."""
        judged = asyncio.get_running_loop().run_in_executor(
            self._thread, self._judged, (room, participant), segment
        )
        await asyncio.wait([judged])
        error = None if judged.cancelled() else judged.exception()
        if judged.cancelled() or error:
            # Words are never lost for want of a voice.
            logger.warning("a voice could not be judged: %s", type(error).__name__)
            return [Voiced(segment)]
        return judged.result()

    def _judged(self, key: tuple[str, str], segment: Segment) -> list[Voiced]:
        if not self._opened:
            self._embedder, self._opened = self._open(), True
        if self._embedder is None or key not in self._people:
            return [Voiced(segment)]
        if key not in self._tracks:
            self._tracks[key] = SharedTrack(self._embedder, *self._people[key])
        return self._tracks[key].hear(segment)

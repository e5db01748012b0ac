"""Silent guests of the router: recorder and scribe sit at a track's table and can never hurt its packets."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from .packet import ClockedSink, Packet, Sink, Track

logger = logging.getLogger(__name__)

Tell = Callable[[dict[str, object]], None]


class Taker(Protocol):
    """Whoever takes a stream's packets besides its slots: a guest, or the feed of a track in layers."""

    def write(self, packet: Packet) -> None:
        """Take one packet without blocking."""


class RecorderLike(Protocol):
    """What a room needs of whoever records it; built by the factory the worker was given."""

    lag: float
    """How old the packet was that was written last, seconds."""

    def sink(self, track: Track) -> ClockedSink:
        """The sink of one track, the same for the same track id."""

    def close(self) -> None:
        """Flush and close every file; blocks."""


class RecorderFactory(Protocol):
    """Builds the recorder of one room."""

    def __call__(
        self,
        folder: Path,
        zero_ms: int,
        epoch: int,
        tell: Callable[[dict[str, object]], None],
        want_key_frame: Callable[[str], None],
    ) -> RecorderLike:
        """`tell` and `want_key_frame` may be called from any thread."""


class Guest:
    """One sink at one track: the first exception ends its visit and is told, the packets go on."""

    __slots__ = ("_clocked", "_failed", "_sink", "gone", "paused", "track")

    def __init__(self, sink: Sink, failed: Callable[["Guest"], None], track: Track | None = None) -> None:
        self._sink, self._failed, self.track = sink, failed, track
        self._clocked = sink if isinstance(sink, ClockedSink) else None
        self.gone, self.paused = False, False

    def write(self, packet: Packet) -> None:
        """Hand over one packet."""
        if not self.gone and not self.paused:
            self._supervised(self._sink.write, packet)

    def report(self, ntp: float, timestamp: int, arrival: float) -> None:
        """Hand over the publisher's clock."""
        if self._clocked is not None:
            self._supervised(self._clocked.report, ntp, timestamp, arrival)

    def pause(self, reason: str) -> None:
        """Withhold packets from now on."""
        if not self.paused:
            self.paused = True
            if self._clocked is not None:
                self._supervised(self._clocked.pause, reason)

    def resume(self) -> None:
        """Hand over packets again."""
        if self.paused:
            self.paused = False
            if self._clocked is not None:
                self._supervised(self._clocked.resume)

    def close(self) -> None:
        """The visit is over."""
        self._supervised(self._sink.close)
        self.gone = True

    def _supervised(self, act: Callable[..., None], *arguments: object) -> None:
        if self.gone:
            return
        try:
            act(*arguments)
        except Exception as error:
            # The one supervisor of the packet path: whatever a guest raises stays with the guest.
            self.gone = True
            logger.error("a guest of the router failed: %s", type(error).__name__)
            self._failed(self)

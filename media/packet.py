"""The ground floor of the house: what a track, a packet and a sink are. Standard library only."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

SILENT = 127
"""The audio level that means silence, and the level of a packet that carries none."""


@dataclass(frozen=True, slots=True)
class Track:
    """One published stream; its id is `<participant>.<source>`."""

    id: str
    kind: Literal["audio", "video"]
    source: str
    codec: Literal["opus", "vp8", "h264"]
    clock_rate: int

    @property
    def participant(self) -> str:
        """The participant who publishes this track."""
        return self.id.rpartition(".")[0]


@dataclass(slots=True)
class Packet:
    """One RTP packet as it came from its publisher: no header, no padding, never delivered twice."""

    sequence: int
    """16 bit, wraps."""
    timestamp: int
    """32 bit, wraps, in units of the track's clock rate."""
    marker: bool
    payload: bytes
    """May be empty: a packet of padding only, which keeps the sequence numbers whole."""
    arrival: float
    """Unix seconds by the server's clock."""
    level: int = SILENT
    """Audio level 0 (loudest) to 127 (silent)."""


class Sink(Protocol):
    """Whoever accepts the packets of one track: in order of arrival, repaired packets late, none twice."""

    def write(self, packet: Packet) -> None:
        """Take one packet without blocking."""

    def close(self) -> None:
        """No packet follows."""


@runtime_checkable
class ClockedSink(Sink, Protocol):
    """A sink that also wants the publisher's clock and to know when its packets are withheld."""

    def report(self, ntp: float, timestamp: int, arrival: float) -> None:
        """A sender report: `timestamp` was captured at `ntp` (Unix seconds by the publisher's clock)."""

    def pause(self, reason: str) -> None:
        """Packets are withheld from now on; `reason` is written into the gap."""

    def resume(self) -> None:
        """Packets come again."""

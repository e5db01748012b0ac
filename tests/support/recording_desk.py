"""A recorder without its thread: packets and ticks go in by hand, in the time of the packets."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from media.packet import Packet, Track
from recordings.live_log import LiveLog
from recordings.timeline import SenderClock
from recordings.track_recording import TrackRecording
from tests.support.rtp_source import START

ZERO_MS = int(START * 1000)


class RecordingDesk:
    """Stands where the Recorder stands; keeps what it is told."""

    def __init__(self, folder: Path, epoch: int = 1, zero_ms: int = ZERO_MS) -> None:
        self.folder = folder
        self.epoch = epoch
        self.zero_ms = zero_ms
        self.now = 0.0
        self.facts: list[dict[str, Any]] = []
        self.asked: list[float] = []
        self.failures: list[OSError] = []
        self.worked = 0
        self.log = LiveLog(folder, zero_ms, epoch)
        self._senders: dict[str, SenderClock] = {}

    def recording(self, track: Track) -> TrackRecording:
        """A track of this room."""
        sender = self._senders.setdefault(track.participant, SenderClock())
        return TrackRecording(track, self.zero_ms, sender, self, lambda _: self.asked.append(self.now))

    def feed(self, recording: TrackRecording, packets: Iterable[Packet], tick_s: float = 0.1) -> None:
        """Deliver packets at their arrivals, with a tick every tenth of a second."""
        tick = 0.0
        for packet in packets:
            self.now = packet.arrival
            recording.packet(packet)
            if self.now >= tick:
                recording.tick(self.now)
                tick = self.now + tick_s

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What was told of one type."""
        return [fact for fact in self.facts if fact["type"] == kind]

    def next_path(self, track: str, suffix: str) -> Path:
        """A free file name."""
        for part in range(1, 99):
            middle = "" if part == 1 else f".p{part}"
            stem = f"{track}.e{self.epoch}{middle}"
            if not any((self.folder / f"{stem}{known}").exists() for known in (".webm", ".mkv")):
                return self.folder / f"{stem}{suffix}"
        raise AssertionError("too many parts")

    def tell(self, fact: dict[str, Any]) -> None:
        """Keep a fact."""
        self.facts.append(fact)
        self.log.add(fact)

    def failed(self, track: str, error: OSError) -> str:
        """Keep a failure."""
        self.failures.append(error)
        return "disk_full"

    def works(self, track: str) -> None:
        """Count a recovery."""
        self.worked += 1

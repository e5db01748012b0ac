"""Whatever befalls a track, what remains can be finished and proved, and gaps tell the rest."""

import errno
import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from media.packet import Track
from recordings.finish import finish
from recordings.track_recording import TrackRecording
from recordings.track_writer import PartFile
from recordings.verify import verify
from tests.support.h264_source import h264_frames
from tests.support.recording_desk import RecordingDesk
from tests.support.rtp_source import (
    CAMERA,
    H264_CAMERA,
    MICROPHONE,
    START,
    Stream,
    faulty,
    opus_frames,
    vp8_frames,
)

REASONS = ("caucus", "muted", "floor", "offline", "adjourned")


@dataclass
class _Storm:
    """One track, played second by second from a seed."""

    desk: RecordingDesk
    recording: TrackRecording
    track: Track
    chance: random.Random
    stream: Stream
    full: bool = False
    paused: bool = False
    withheld: int = 0

    def second(self, number: int) -> None:
        now = START + number
        self.desk.now = now
        self._befall(now)
        video = self.track.kind == "video"
        pictures = h264_frames(300) if self.track.codec == "h264" else vp8_frames(300)
        media = pictures if video else opus_frames(500)
        step = 30 if video else 50
        place = number * step % len(media)
        packets = list(self.stream.packets(media[place : place + step]))
        self.stream.timestamp = (self.stream.timestamp + self.track.clock_rate) & 0xFFFFFFFF
        self.stream.start += 1
        if self.paused:
            self.withheld += len(packets)
            return
        if self.chance.random() < 0.3:
            offset = self.chance.choice([0.0, 0.0, -3600.0, 1e9])
            self.recording.report(self.stream.report(now, offset))
        faults = self.chance.choice([{}, {}, {"loss": 0.05}, {"loss": 0.05, "repair_s": 0.2}, {"loss": 1.0}])
        self.desk.feed(
            self.recording, faulty(packets, self.chance.randrange(99), swap=0.05, twice=0.05, **faults)
        )

    def _befall(self, now: float) -> None:
        what = self.chance.random()
        if what < 0.10:
            self.recording.pause((self.chance.choice(REASONS), now))
            self.paused = True
        elif what < 0.25 and self.paused:
            self.recording.resume(now)
            self.paused = False
        elif what < 0.28:
            self.recording.overflowed(now)
        elif what < 0.34:
            self.full = not self.full
        elif what < 0.38:
            self.stream.sequence = self.chance.randrange(65_536)
            self.stream.timestamp = self.chance.randrange(2**32)
        elif what < 0.42:
            self.recording.lose(OSError(errno.EIO, "broken"), now)


@pytest.mark.parametrize("track", [CAMERA, MICROPHONE, H264_CAMERA], ids=lambda track: track.codec)
@pytest.mark.parametrize("seed", range(12))
def test_a_storm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, track: Track, seed: int) -> None:
    desk = RecordingDesk(tmp_path)
    storm = _Storm(desk, desk.recording(track), track, random.Random(seed), Stream(track))
    write = PartFile.write

    def failing(file: PartFile, data: bytes) -> int:
        if storm.full and not file.broken:
            file.broken = True
            raise OSError(errno.ENOSPC, "full")
        return write(file, data)

    monkeypatch.setattr(PartFile, "write", failing)
    for number in range(90):
        storm.second(number)
    storm.full = False
    storm.recording.close(START + 90)
    desk.log.close()
    gaps = [(gap["start_ms"], gap["end_ms"]) for gap in desk.of("gap")]
    assert all(start < end for start, end in gaps)
    assert all(before[1] <= after[0] for before, after in pairwise(gaps))
    manifest = finish(tmp_path)
    assert manifest["damage"] == []
    assert verify(tmp_path, desk.of("segment")) == []
    (entry,) = manifest["tracks"]
    assert len(entry["gaps"]) == len(gaps), "the finish has nothing to add"

"""Packets of one track become files, segments and gaps."""

import errno
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from media.packet import Track
from recordings.chain import Frame
from recordings.track_writer import TrackWriter
from recordings.webm import WebmFrames
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

VIDEO = vp8_frames(300)
SOUND = opus_frames(500)


@pytest.fixture
def desk(tmp_path: Path) -> RecordingDesk:
    return RecordingDesk(tmp_path)


def _frames(desk: RecordingDesk, name: str) -> list[Frame]:
    return list(WebmFrames(desk.folder / name))


def _gaps(desk: RecordingDesk) -> list[tuple[int, int, str]]:
    return [(gap["start_ms"], gap["end_ms"], gap["reason"]) for gap in desk.of("gap")]


def test_every_picture_is_in_the_file_at_its_time(desk: RecordingDesk) -> None:
    recording = desk.recording(CAMERA)
    desk.feed(recording, Stream(CAMERA).packets(VIDEO))
    recording.close(desk.now)
    frames = _frames(desk, "p_00000001.camera.e1.webm")
    assert [frame.payload for frame in frames] == list(VIDEO)
    assert max(abs(frame.pts_ms - (20 + n * 100 / 3)) for n, frame in enumerate(frames)) <= 2
    assert [(one["number"], one["frames"]) for one in desk.of("segment")] == [(1, 300)]
    assert _gaps(desk) == []


def test_repaired_loss_is_no_loss(desk: RecordingDesk) -> None:
    recording = desk.recording(CAMERA)
    packets = faulty(Stream(CAMERA).packets(VIDEO), loss=0.05, repair_s=0.25, swap=0.05, twice=0.05)
    desk.feed(recording, packets)
    recording.close(desk.now)
    assert [f.payload for f in _frames(desk, "p_00000001.camera.e1.webm")] == list(VIDEO)
    assert _gaps(desk) == []


def test_a_key_picture_is_asked_for_after_a_break_and_every_ten_seconds(desk: RecordingDesk) -> None:
    recording = desk.recording(CAMERA)
    endless = (VIDEO[0], *VIDEO[1:30] * 20)
    packets = list(Stream(CAMERA).packets(endless))
    desk.feed(recording, packets)
    assert desk.asked[0] < START + 0.1
    assert [round(at - START) for at in desk.asked[1:]] == [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
    desk.asked.clear()
    broken = [packet for packet in packets if not 3.0 < packet.arrival - START < 3.1]
    fresh = desk.recording(replace(CAMERA, id="p_00000002.camera"))
    desk.feed(fresh, broken)
    assert 4.2 < desk.asked[1] - START < 4.6


def test_a_key_picture_is_asked_for_when_the_stream_begins_without_one(desk: RecordingDesk) -> None:
    recording = desk.recording(CAMERA)
    desk.feed(recording, [p for p in Stream(CAMERA).packets(VIDEO) if p.arrival > START + 0.2])
    assert desk.asked and desk.asked[0] - START < 0.4
    recording.close(desk.now)
    assert _frames(desk, "p_00000001.camera.e1.webm")[0].payload == VIDEO[30]


def test_unrepaired_loss_is_a_gap_with_its_reason(desk: RecordingDesk) -> None:
    recording = desk.recording(CAMERA)
    desk.feed(recording, [p for p in Stream(CAMERA).packets(VIDEO) if not 2.05 < p.arrival - START < 2.15])
    recording.close(desk.now)
    (start, end, reason) = _gaps(desk)[0]
    assert reason == "loss"
    assert 2000 <= start <= 2100 and 3000 <= end <= 3040
    inside = [f for f in _frames(desk, "p_00000001.camera.e1.webm") if start < f.pts_ms < end]
    assert inside == []


def test_a_pause_is_a_gap_and_nothing_of_it_is_kept(desk: RecordingDesk) -> None:
    recording = desk.recording(MICROPHONE)
    packets = list(Stream(MICROPHONE).packets(SOUND))
    desk.feed(recording, packets[:100])
    recording.pause(("caucus", START + 2.02))
    desk.feed(recording, packets[100:200])
    recording.resume(START + 4.0)
    desk.feed(recording, packets[200:])
    recording.close(desk.now)
    assert _gaps(desk) == [(2_020, 4_020, "caucus")]
    kept = [frame.payload for frame in _frames(desk, "p_00000001.microphone.e1.webm")]
    assert kept == list(SOUND[:100] + SOUND[200:])


def test_one_reason_after_the_other(desk: RecordingDesk) -> None:
    recording = desk.recording(MICROPHONE)
    packets = list(Stream(MICROPHONE).packets(SOUND))
    recording.pause(("waiting", START))
    recording.resume(START + 0.5)
    desk.feed(recording, packets[25:100])
    recording.pause(("muted", START + 2.02))
    recording.pause(("muted", START + 2.5))
    recording.pause(("offline", START + 3.0))
    recording.resume(START + 4.0)
    recording.pause(("floor", START + 4.5))
    recording.close(START + 6.0)
    assert _gaps(desk) == [
        (0, 520, "waiting"),
        (2_020, 3_000, "muted"),
        (3_000, 4_500, "offline"),
        (4_500, 6_000, "floor"),
    ]


def test_silence_of_the_network_is_a_gap_but_silence_of_the_speaker_is_not(desk: RecordingDesk) -> None:
    recording = desk.recording(MICROPHONE)
    packets = list(Stream(MICROPHONE).packets(SOUND))
    dtx = [p for n, p in enumerate(packets[:300]) if n % 20 == 0 or n < 50]
    steady = [replace(p, sequence=1000 + n) for n, p in enumerate(dtx)]
    again = [replace(p, sequence=1000 + len(dtx) + n) for n, p in enumerate(packets[430:])]
    desk.feed(recording, steady + again)
    recording.close(desk.now)
    assert _gaps(desk) == [(steady_end := 280 * 20 + 20 + 20, 8_620, "silent")]
    assert steady_end == 5_640


def test_a_rejoined_participant_goes_on_in_the_same_file(desk: RecordingDesk) -> None:
    recording = desk.recording(CAMERA)
    desk.feed(recording, Stream(CAMERA).packets(VIDEO[:90]))
    recording.pause(("offline", START + 3.1))
    recording.resume(START + 6.0)
    again = Stream(CAMERA, sequence=9, timestamp=1_000_000_000, start=START + 6.0)
    desk.feed(recording, again.packets(VIDEO[:90]))
    recording.close(desk.now)
    frames = _frames(desk, "p_00000001.camera.e1.webm")
    assert [frame.payload for frame in frames] == list(VIDEO[:90]) * 2
    assert abs(frames[90].pts_ms - 6_020) <= 2
    (gap,) = _gaps(desk)
    assert gap[2] == "offline" and abs(gap[0] - 3_020) <= 5 and abs(gap[1] - 6_020) <= 2


def test_dropped_packets_are_an_overflow(desk: RecordingDesk) -> None:
    recording = desk.recording(CAMERA)
    packets = list(Stream(CAMERA).packets(VIDEO))
    desk.feed(recording, packets[:100])
    recording.overflowed(packets[100].arrival)
    desk.feed(recording, packets[200:])
    recording.close(desk.now)
    assert [gap[2] for gap in _gaps(desk)] == ["overflow"]


def test_another_size_stays_in_the_file(desk: RecordingDesk) -> None:
    recording = desk.recording(CAMERA)
    both = vp8_frames(30) + vp8_frames(30, 320, 240) + vp8_frames(30)
    desk.feed(recording, Stream(CAMERA).packets(both))
    recording.close(desk.now)
    assert [f.payload for f in _frames(desk, "p_00000001.camera.e1.webm")] == list(both)


def test_h264_of_another_size_goes_on_in_a_file_of_its_own(desk: RecordingDesk) -> None:
    recording = desk.recording(H264_CAMERA)
    small, large = h264_frames(60), h264_frames(60, 320, 240)
    desk.feed(recording, Stream(H264_CAMERA).packets(small + large))
    recording.close(desk.now)
    found = [_frames(desk, f"p_00000001.camera.e1{part}.mkv") for part in ("", ".p2")]
    assert [[frame.payload for frame in frames] for frames in found] == [list(small), list(large)]
    assert _gaps(desk) == []
    assert [one["file"] for one in desk.of("segment")] == [
        "p_00000001.camera.e1.mkv",
        "p_00000001.camera.e1.p2.mkv",
    ]


def test_a_codec_that_is_not_recorded_is_said(desk: RecordingDesk) -> None:
    track = Track("p_00000001.camera", "video", "camera", "vp9", 90_000)  # type: ignore[arg-type]
    recording = desk.recording(track)
    recording.pause(("codec", START))
    recording.resume(START + 1)
    desk.feed(recording, Stream(track).packets(VIDEO))
    recording.close(START + 10)
    assert _gaps(desk) == [(0, 10_000, "codec")]
    assert list(desk.folder.glob("*.webm")) == []


class _Disk:
    """Fails writes of any track between two times."""

    def __init__(
        self, desk: RecordingDesk, monkeypatch: pytest.MonkeyPatch, start: float, end: float
    ) -> None:
        def failing(writer: Any, data: bytes) -> int:
            if start <= desk.now < end and not writer.broken:
                writer.broken = True
                raise OSError(errno.ENOSPC, "full")
            return int(write(writer, data))

        from recordings.track_writer import PartFile

        write = PartFile.write
        monkeypatch.setattr(PartFile, "write", failing)


@pytest.mark.parametrize(("track", "media"), [(CAMERA, VIDEO), (MICROPHONE, SOUND)])
def test_a_full_disk_costs_only_the_time_that_it_is_full(
    desk: RecordingDesk, monkeypatch: pytest.MonkeyPatch, track: Track, media: tuple[bytes, ...]
) -> None:
    _Disk(desk, monkeypatch, START + 5, START + 12)
    recording = desk.recording(track)
    desk.feed(recording, Stream(track).packets(media * 3))
    recording.close(desk.now)
    assert desk.worked == 1
    first, second = (_frames(desk, f"{track.id}.e1{part}.webm") for part in ("", ".p2"))
    ((start, end, reason),) = _gaps(desk)
    assert reason == "disk_full"
    assert first[-1].pts_ms < start <= first[-1].pts_ms + 40
    assert 4_000 < start <= 6_000
    assert end == second[0].pts_ms
    assert 14_000 < end < 18_500  # tries every five seconds, then waits for a key picture
    assert second[-1].pts_ms > 29_900
    segments = desk.of("segment")
    assert [one["number"] for one in segments] == list(range(1, len(segments) + 1))
    assert [one["prev"] for one in segments[1:]] == [one["sha256"] for one in segments[:-1]]
    assert sum(one["frames"] for one in segments) == len(first) + len(second)


def test_a_file_that_cannot_be_opened_is_tried_again(
    desk: RecordingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    init = TrackWriter.__init__

    def refused(writer: TrackWriter, *arguments: Any) -> None:
        if desk.now < START + 3:
            raise OSError(errno.EACCES, "no")
        init(writer, *arguments)

    monkeypatch.setattr(TrackWriter, "__init__", refused)
    recording = desk.recording(MICROPHONE)
    desk.feed(recording, Stream(MICROPHONE).packets(SOUND))
    recording.close(desk.now)
    assert _gaps(desk) == [(20, 5_020, "disk_full")]
    assert len(desk.failures) == 1

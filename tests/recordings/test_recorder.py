"""The recorder with its thread: nothing blocks, nothing written is lost, everyone is told."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from media.packet import ClockedSink, Packet, Track
from recordings import recorder as recording
from recordings.finish import finish
from recordings.recorder import Recorder
from recordings.track_recording import TrackRecording
from recordings.track_writer import PartFile
from recordings.verify import verify
from recordings.webm import WebmFrames
from tests.support.h264_source import h264_frames
from tests.support.rtp_source import (
    CAMERA,
    H264_CAMERA,
    MICROPHONE,
    START,
    Stream,
    opus_frames,
    vp8_frames,
)

VIDEO = vp8_frames(300)
SOUND = opus_frames(500)


class Room:
    """A recorder, what it told, and a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.facts: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.recorder = Recorder(
            folder, int(START * 1000), 1, self.facts.append, self.asked.append, clock=lambda: self.now
        )

    def play(self, sink: ClockedSink, packets: list[Packet]) -> None:
        for packet in packets:
            self.now = max(self.now, packet.arrival)
            sink.write(packet)

    def words(self) -> list[str]:
        return [fact["word"] for fact in self.facts if fact["type"].startswith("alarm")]

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not true():
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.recorder.close()


def _sound(start: int, end: int) -> list[Packet]:
    return list(Stream(MICROPHONE).packets((SOUND * (end // 500 + 1))[:end]))[start:]


def test_two_tracks_are_recorded_and_verified(room: Room, tmp_path: Path) -> None:
    camera, microphone = room.recorder.sink(CAMERA), room.recorder.sink(MICROPHONE)
    room.play(camera, list(Stream(CAMERA).packets(VIDEO)))
    room.play(microphone, _sound(0, 500))
    room.recorder.close()
    finish(tmp_path)
    assert verify(tmp_path, [fact for fact in room.facts if fact["type"] == "segment"]) == []
    assert len(list(WebmFrames(tmp_path / "p_00000001.camera.webm"))) == 300
    assert len(list(WebmFrames(tmp_path / "p_00000001.microphone.webm"))) == 500
    assert set(room.facts[0]) == {
        "type",
        "track",
        "file",
        "number",
        "start_ms",
        "end_ms",
        "frames",
        "sha256",
        "prev",
    }


def test_a_writer_that_is_behind_says_by_how_much(room: Room) -> None:
    first, second = _sound(0, 2)
    microphone = room.recorder.sink(MICROPHONE)
    room.now = first.arrival + 3.0
    microphone.write(first)
    room.until(lambda: room.recorder.lag > 2.9)
    room.until(lambda: room.recorder.lag == 0)
    room.now = second.arrival
    microphone.write(second)
    room.recorder.close()
    assert room.recorder.lag < 0.1


def test_sound_and_picture_of_one_person_agree_within_20_ms(room: Room, tmp_path: Path) -> None:
    """The camera's packets take 150 ms longer; the sender's clock is an hour off; reports tell the truth."""
    pictures = Stream(CAMERA, timestamp=2**32 - 90_000, delay=0.170)
    sounds = Stream(MICROPHONE, timestamp=77, delay=0.020)
    camera, microphone = room.recorder.sink(CAMERA), room.recorder.sink(MICROPHONE)
    reports = [START + n for n in range(10)]
    for at in reports:
        camera.report(*replace(pictures, delay=0.02).report(at, -3600.0))
        microphone.report(*sounds.report(at + 0.01, -3600.0))
        room.play(camera, [p for p in pictures.packets(VIDEO) if at <= p.arrival - 0.17 < at + 1])
        pictures.sequence = 1000
        room.play(microphone, [p for p in _sound(0, 500) if at <= p.arrival - 0.02 < at + 1])
    room.recorder.close()
    seen = [frame.pts_ms for frame in WebmFrames(tmp_path / "p_00000001.camera.e1.webm")]
    heard = [frame.pts_ms for frame in WebmFrames(tmp_path / "p_00000001.microphone.e1.webm")]
    assert len(seen) == 300 and len(heard) == 500
    differences = [seen[n * 3] - heard[n * 5] for n in range(100)]  # both captured at n / 10 s
    assert max(map(abs, differences)) <= 20


def test_the_sink_of_a_track_is_the_same_recording_again(room: Room, tmp_path: Path) -> None:
    sink = room.recorder.sink(MICROPHONE)
    room.play(sink, _sound(0, 100))
    sink.close()
    room.now = START + 5
    room.play(room.recorder.sink(MICROPHONE), _sound(250, 350))
    room.recorder.close()
    assert [(f["start_ms"], f["end_ms"], f["reason"]) for f in room.facts if f["type"] == "gap"] == [
        (2_020, 5_020, "offline")
    ]
    assert [path.name for path in tmp_path.glob("*.webm")] == ["p_00000001.microphone.e1.webm"]


def test_a_track_that_comes_back_in_another_codec_is_one_recording(room: Room, tmp_path: Path) -> None:
    start = START
    for track, pictures in ((CAMERA, VIDEO[:60]), (H264_CAMERA, h264_frames(60)), (CAMERA, VIDEO[:60])):
        sink = room.recorder.sink(track)
        room.now = start
        room.play(sink, list(Stream(track, start=start).packets(pictures)))
        sink.close()
        start += 5
    room.recorder.close()
    manifest = finish(tmp_path)
    assert verify(tmp_path, [fact for fact in room.facts if fact["type"] == "segment"]) == []
    (track_,) = manifest["tracks"]
    names = ["p_00000001.camera.webm", "p_00000001.camera.2.mkv", "p_00000001.camera.3.webm"]
    assert [file["file"] for file in track_["files"]] == names
    assert [len(list(WebmFrames(tmp_path / name))) for name in names] == [60, 60, 60]
    assert [gap["reason"] for gap in track_["gaps"]] == ["offline", "offline"]


def test_a_folder_that_was_used_before_is_not_written_over(tmp_path: Path) -> None:
    for _ in range(2):
        room = Room(tmp_path)
        room.play(room.recorder.sink(MICROPHONE), _sound(0, 100))
        room.recorder.close()
    assert len(list(tmp_path.glob("*.webm"))) == 2


@pytest.mark.parametrize("name", ["../x.camera", "a/b", ".hidden", "", "a b"])
def test_a_track_id_that_is_no_file_name_is_refused(room: Room, name: str) -> None:
    with pytest.raises(ValueError, match="track id"):
        room.recorder.sink(replace(MICROPHONE, id=name))


def test_the_packet_path_never_waits_for_a_hanging_disk(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, write = threading.Event(), PartFile.write

    def slow(file: PartFile, data: bytes) -> int:
        hanging.wait(10)
        return write(file, data)

    monkeypatch.setattr(PartFile, "write", slow)
    monkeypatch.setattr(recording, "QUEUE_PACKETS", 200)
    sink = room.recorder.sink(MICROPHONE)
    room.play(sink, _sound(0, 50))
    room.until(lambda: (tmp_path / "p_00000001.microphone.e1.webm").exists())
    began = time.monotonic()
    room.play(sink, _sound(50, 1_000))
    assert time.monotonic() - began < 1
    hanging.set()
    room.until(lambda: not room.recorder._inbox)
    room.play(sink, _sound(1_000, 1_100))
    room.recorder.close()
    (gap,) = [fact for fact in room.facts if fact["type"] == "gap"]
    assert gap["reason"] == "overflow"
    assert gap["end_ms"] == 20_020 and gap["start_ms"] <= 5_100
    frames = list(WebmFrames(tmp_path / "p_00000001.microphone.e1.webm"))
    assert len(frames) == gap["start_ms"] // 20 - 1 + 100


def test_one_broken_track_does_not_stop_the_others(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = TrackRecording.packet

    def breaks(track: TrackRecording, argument: Packet) -> None:
        if track.track is CAMERA:
            raise ZeroDivisionError
        packet(track, argument)

    monkeypatch.setattr(TrackRecording, "packet", breaks)
    room.play(room.recorder.sink(CAMERA), list(Stream(CAMERA).packets(VIDEO[:10])))
    room.play(room.recorder.sink(MICROPHONE), _sound(0, 100))
    room.recorder.close()
    assert room.words() == ["write_failed"]
    assert len(list(WebmFrames(tmp_path / "p_00000001.microphone.e1.webm"))) == 100


def test_an_alarm_is_over_only_after_some_calm(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    write, fails = PartFile.write, [False]

    def failing(file: PartFile, data: bytes) -> int:
        if fails[0] and not file.broken:
            file.broken = True
            raise OSError(errno.EIO, "bad")
        return write(file, data)

    monkeypatch.setattr(PartFile, "write", failing)
    sink = room.recorder.sink(MICROPHONE)
    for second in range(40):
        fails[0] = 5 <= second < 8 or 13 <= second < 14
        room.play(sink, _sound(second * 50, second * 50 + 50))
        room.until(lambda: not room.recorder._inbox)
    room.until(lambda: len(room.words()) == 2)
    assert room.words() == ["write_failed"] * 2
    gaps = [fact for fact in room.facts if fact["type"] == "gap"]
    assert [gap["reason"] for gap in gaps] == ["write_failed"] * 2


def test_a_folder_that_cannot_be_made_is_an_alarm_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "place").write_text("a file stands here")
    room = Room(tmp_path / "place" / "recordings")
    sink = room.recorder.sink(MICROPHONE)
    room.play(sink, _sound(0, 100))
    room.until(lambda: room.words() == ["write_failed"])
    (tmp_path / "place").unlink()
    room.play(sink, _sound(100, 600))
    room.recorder.close()
    assert room.words() == ["write_failed"] * 2
    finish(tmp_path / "place" / "recordings")
    told = [fact for fact in room.facts if fact["type"] == "segment"]
    assert verify(tmp_path / "place" / "recordings", told) == []


def test_a_listener_that_fails_stops_nothing(tmp_path: Path) -> None:
    def deaf(fact: dict[str, Any]) -> None:
        raise RuntimeError("loop is closed")

    recorder = Recorder(tmp_path, int(START * 1000), 1, deaf, lambda track: None, clock=lambda: START + 30)
    for track in (CAMERA, MICROPHONE):
        sink = recorder.sink(track)
        for packet in Stream(track).packets(VIDEO[:60] if track is CAMERA else SOUND[:60]):
            sink.write(packet)
    recorder.close()
    assert [len(list(WebmFrames(path))) for path in tmp_path.glob("*.webm")] == [60, 60]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of four MiB."""
    place = tmp_path / "small"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(place)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("may not mount a small disk here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_really_full_disk_alarms_once_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    room = Room(small_disk)
    filler = small_disk / "filler"
    camera, microphone = room.recorder.sink(CAMERA), room.recorder.sink(MICROPHONE)
    pictures = list(Stream(CAMERA).packets(VIDEO * 8))
    sounds = _sound(0, 4_000)

    def play(start: float, end: float) -> None:
        """A second at a time, as fast as it is written."""
        for second in range(round(start), round(end)):
            for sink, packets in ((camera, pictures), (microphone, sounds)):
                room.play(sink, [p for p in packets if second <= p.arrival - START < second + 1])
            room.until(lambda: not room.recorder._inbox)

    play(0, 10)
    _fill(filler)
    play(10, 25)
    assert room.words() == ["disk_full"]
    filler.unlink()
    play(25, 40)
    room.until(lambda: len(room.words()) == 2)
    assert room.words() == ["disk_full", "disk_full"]
    assert [fact["type"] for fact in room.facts if "word" in fact] == ["alarm", "alarm_over"]
    room.recorder.close()
    gaps = [fact for fact in room.facts if fact["type"] == "gap"]
    assert {(gap["track"], gap["reason"]) for gap in gaps} == {
        (CAMERA.id, "disk_full"),
        (MICROPHONE.id, "disk_full"),
    }
    assert all(9_000 <= gap["start_ms"] <= 12_500 and 25_000 <= gap["end_ms"] <= 32_000 for gap in gaps)
    copy = small_disk.parent / "copy"
    copy.mkdir()
    for path in small_disk.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    manifest = finish(copy)
    assert verify(copy, [fact for fact in room.facts if fact["type"] == "segment"]) == []
    assert [len(track["files"]) for track in manifest["tracks"]] == [2, 2]
    assert all(gap["reason"] == "disk_full" for track in manifest["tracks"] for gap in track["gaps"])


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(4096))
        except OSError as error:
            assert error.errno == errno.ENOSPC


CHILD = """
import sys, time
from pathlib import Path
from dataclasses import replace
from recordings.recorder import Recorder
from tests.support.h264_source import h264_frames
from tests.support.rtp_source import CAMERA, H264_CAMERA, MICROPHONE, Stream, opus_frames, vp8_frames
if sys.argv[2] == "h264":
    CAMERA = H264_CAMERA
pictures, sounds = (h264_frames if CAMERA.codec == "h264" else vp8_frames)(150), opus_frames(250)
start = time.time()
zero_ms = int(start * 1000) - 8000
recorder = Recorder(Path(sys.argv[1]), zero_ms, 1, lambda fact: None, lambda track: None)
camera, microphone = recorder.sink(CAMERA), recorder.sink(MICROPHONE)
items = [(camera, p) for p in Stream(CAMERA, start=start).packets(pictures * 9)]
items += [(microphone, p) for p in Stream(MICROPHONE, start=start).packets(sounds * 9)]
items.sort(key=lambda item: item[1].arrival)
print(start, flush=True)
for sink, packet in items:
    time.sleep(max(0, packet.arrival - time.time()))
    sink.write(packet)
    print(packet.arrival, flush=True)
"""


@pytest.mark.parametrize("codec", ["vp8", "h264"])
def test_kill_9_loses_at_most_a_second_and_a_half(tmp_path: Path, codec: str) -> None:
    command = [sys.executable, "-c", CHILD, str(tmp_path), codec]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    start = float(child.stdout.readline())
    last = start
    while last < start + 4.4:
        last = float(child.stdout.readline())
    child.send_signal(signal.SIGKILL)
    last = max([last, *map(float, child.communicate()[0].split("\n")[:-1])])
    facts = map(json.loads, (tmp_path / "recording.e1.jsonl").read_text().splitlines())
    told = [fact for fact in facts if fact["type"] == "segment"]
    assert {fact["track"] for fact in told} == {CAMERA.id, MICROPHONE.id}
    manifest = finish(tmp_path)
    assert verify(tmp_path, told) == []
    assert manifest["damage"] == []
    for track in manifest["tracks"]:
        (file,) = track["files"]
        end = start - 8 + (file["start_ms"] + file["duration_ms"]) / 1000
        assert last - end <= 1.5, track["track"]
        assert [one["told"] for one in track["segments"]] == [True, False]


def test_importing_the_recorder_loads_no_media_library() -> None:
    code = "import sys, recordings.recorder, recordings.finish, recordings.verify; print('av' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


def test_a_pause_without_a_reason_is_a_gap_all_the_same(room: Room) -> None:
    sink = room.recorder.sink(MICROPHONE)
    room.play(sink, _sound(0, 100))
    sink.pause("")
    room.now = START + 4
    room.recorder.close()
    assert [fact["reason"] for fact in room.facts if fact["type"] == "gap"] == ["withheld"]


def test_sinks_follow_the_protocol(room: Room) -> None:
    assert isinstance(room.recorder.sink(Track("p.screen", "video", "screen", "h264", 90_000)), ClockedSink)

"""What was recorded becomes playable, and can still be proved."""

import errno
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from recordings import finish as finishing
from recordings.finish import NotKept, finish
from recordings.manifest import Manifest
from recordings.verify import verify
from recordings.webm import WebmFrames
from tests.support.finished_folder import finished_folder, recorded_folder
from tests.support.recording_desk import RecordingDesk
from tests.support.rtp_source import CAMERA, MICROPHONE, START, Stream, faulty, opus_frames, vp8_frames

CAMERA_FILE = "p_00000001.camera.webm"
MICROPHONE_FILE = "p_00000001.microphone.webm"


def _probe(path: Path) -> tuple[str, float]:
    line = subprocess.run(
        [
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "stream=codec_name:format=duration",
            "-of",
            "csv=p=0",
            path,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return line[0], float(line[1])


def _decoded(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(container.streams[0]))


def test_files_open_with_codec_and_duration_and_decode_wholly(tmp_path: Path) -> None:
    segments = finished_folder(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", CAMERA_FILE, MICROPHONE_FILE]
    for name, codec in ((CAMERA_FILE, "vp8"), (MICROPHONE_FILE, "opus")):
        found, duration = _probe(tmp_path / name)
        assert found == codec and abs(duration - 24.0) <= 0.05
    assert _decoded(tmp_path / CAMERA_FILE) == 720
    assert _decoded(tmp_path / MICROPHONE_FILE) == 1200
    assert verify(tmp_path, segments) == []


def test_the_manifest_says_what_is_there(tmp_path: Path) -> None:
    recorded_folder(tmp_path)
    manifest = finish(tmp_path)
    assert [track["track"] for track in manifest["tracks"]] == [CAMERA.id, MICROPHONE.id]
    sound = manifest["tracks"][1]
    assert (sound["participant"], sound["source"], sound["codec"]) == ("p_00000001", "microphone", "opus")
    assert sound["gaps"] == [{"start_ms": 4_020, "end_ms": 6_020, "reason": "caucus"}]
    (file,) = sound["files"]
    assert file["fills"] == [[4_020, 6_020]]
    assert (file["start_ms"], file["duration_ms"]) == (20, 24_000)
    assert [one["number"] for one in sound["segments"]] == [1, 2, 3]
    assert all(one["told"] and one["file"] == MICROPHONE_FILE for one in sound["segments"])
    assert manifest["damage"] == []


def test_players_jump_to_key_pictures(tmp_path: Path) -> None:
    finished_folder(tmp_path)
    with av.open(str(tmp_path / CAMERA_FILE)) as container:
        container.seek(15_500_000)
        packet = next(container.demux(container.streams[0]))
        assert packet.is_keyframe and packet.pts is not None and 14_900 <= packet.pts <= 15_500


def test_finishing_again_changes_nothing(tmp_path: Path) -> None:
    finished_folder(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    finish(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("broken_step", ["rename", "manifest", "unlink"])
def test_finishing_may_die_at_any_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_step: str
) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    whole.mkdir()
    segments = [one for one in recorded_folder(whole) if one["type"] == "segment"]
    shutil.copytree(whole, stopped)
    finish(whole)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if broken_step == "rename":
            patch.setattr(Path, "replace", dies)
        elif broken_step == "manifest":
            patch.setattr(Manifest, "write", dies)
        else:
            patch.setattr(Path, "unlink", dies)
        with pytest.raises(KeyboardInterrupt):
            finish(stopped)
    finish(stopped)
    assert verify(stopped, segments) == []
    for path in whole.iterdir():
        assert (stopped / path.name).read_bytes() == path.read_bytes()


def test_the_live_file_stays_when_the_final_one_is_not_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded_folder(tmp_path)
    monkeypatch.setattr(finishing, "content", lambda *_: iter([]))
    with pytest.raises(NotKept):
        finish(tmp_path)
    assert (tmp_path / "p_00000001.camera.e1.webm").exists()
    assert not (tmp_path / CAMERA_FILE).exists()


def test_two_workers_leave_two_files_and_the_crash_between_them(tmp_path: Path) -> None:
    first = RecordingDesk(tmp_path, epoch=1)
    recording = first.recording(MICROPHONE)
    first.feed(recording, Stream(MICROPHONE).packets(opus_frames(500) * 2))
    # killed: nothing is closed
    second = RecordingDesk(tmp_path, epoch=2)
    recording = second.recording(MICROPHONE)
    later = Stream(MICROPHONE, sequence=7, timestamp=7, start=START + 25)
    second.feed(recording, later.packets(opus_frames(500)))
    recording.close(second.now)
    second.log.close()
    track = finish(tmp_path)["tracks"][0]
    assert [file["file"] for file in track["files"]] == [MICROPHONE_FILE, "p_00000001.microphone.2.webm"]
    (gap,) = track["gaps"]
    assert gap["reason"] == "crash" and gap["end_ms"] == 25_020 and 18_900 <= gap["start_ms"] <= 20_020
    told = first.of("segment") + second.of("segment")
    assert [one["told"] for one in track["segments"]] == [True, False, True, True]
    assert verify(tmp_path, told) == []
    # A crash may also swallow the last segment between the recorder's log and the journal.
    assert verify(tmp_path, second.of("segment")) == []
    assert verify(tmp_path, first.of("segment")) != []


def test_a_damaged_live_file_gives_what_can_be_read_and_says_so(tmp_path: Path) -> None:
    segments = [one for one in recorded_folder(tmp_path) if one["type"] == "segment"]
    live = tmp_path / "p_00000001.camera.e1.webm"
    raw = bytearray(live.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 20_000] = bytes(20_000)
    live.write_bytes(raw)
    manifest = finish(tmp_path)
    assert any(one["file"] == CAMERA_FILE and "segment 2" in one["problem"] for one in manifest["damage"])
    frames = list(WebmFrames(tmp_path / CAMERA_FILE))
    assert 400 < len(frames) < 720
    findings = verify(tmp_path, segments)
    assert {finding.file for finding in findings} == {CAMERA_FILE}


def test_an_unreadable_live_file_is_kept_aside(tmp_path: Path) -> None:
    segments = [one for one in recorded_folder(tmp_path) if one["type"] == "segment"]
    (tmp_path / "p_00000001.camera.e1.webm").write_bytes(bytes(10_000))
    manifest = finish(tmp_path)
    assert [track["files"] != [] for track in manifest["tracks"]] == [False, True]
    assert (tmp_path / "p_00000001.camera.e1.webm.damaged").read_bytes() == bytes(10_000)
    assert any("damaged" in finding.file for finding in verify(tmp_path))
    declared = {(one["file"], one["problem"]) for one in manifest["damage"]}
    assert {tuple(finding) for finding in verify(tmp_path, segments)} <= declared


def test_a_file_without_frames_goes_quietly(tmp_path: Path) -> None:
    recorded_folder(tmp_path)
    (tmp_path / "p_00000002.camera.e1.webm").write_bytes(b"")
    manifest = finish(tmp_path)
    assert manifest["damage"] == []
    assert verify(tmp_path) == []


def test_an_empty_folder_has_an_empty_manifest(tmp_path: Path) -> None:
    assert finish(tmp_path)["tracks"] == []
    assert verify(tmp_path) == []


def test_a_track_that_was_only_withheld(tmp_path: Path) -> None:
    desk = RecordingDesk(tmp_path)
    recording = desk.recording(MICROPHONE)
    recording.pause(("caucus", START))
    recording.close(START + 60)
    desk.log.close()
    (track,) = finish(tmp_path)["tracks"]
    assert track["files"] == [] and track["gaps"] == [{"start_ms": 0, "end_ms": 60_000, "reason": "caucus"}]
    assert verify(tmp_path, []) == []


def test_another_picture_size_decodes(tmp_path: Path) -> None:
    desk = RecordingDesk(tmp_path)
    recording = desk.recording(CAMERA)
    both = vp8_frames(30) + vp8_frames(30, 320, 240) + vp8_frames(30, 640, 480)
    desk.feed(recording, Stream(CAMERA).packets(both))
    recording.close(desk.now)
    desk.log.close()
    finish(tmp_path)
    with av.open(str(tmp_path / CAMERA_FILE)) as container:
        sizes = [frame.width for frame in container.decode(container.streams.video[0])]
    assert sizes == [160] * 30 + [320] * 30 + [640] * 30


def test_as_a_command(tmp_path: Path) -> None:
    recorded_folder(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "recordings.finish", tmp_path], capture_output=True, text=True, check=True
    )
    assert '"version": 1' in done.stdout


def test_silence_is_where_the_gap_was(tmp_path: Path) -> None:
    finished_folder(tmp_path)
    loud = {}
    with av.open(str(tmp_path / MICROPHONE_FILE)) as container:
        for frame in container.decode(container.streams.audio[0]):
            loud[round(float(frame.time or 0) * 10)] = float(np.abs(frame.to_ndarray()).max())
    assert all(loud[tenth] < 0.01 for tenth in range(41, 59))
    assert all(loud[tenth] > 0.1 for tenth in (*range(2, 39), *range(62, 235)))


def test_a_full_disk_while_finishing_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    segments = [one for one in recorded_folder(tmp_path) if one["type"] == "segment"]
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr("recordings.webm.FinalWebm.close", full)
        with pytest.raises(OSError, match="full"):
            finish(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    finish(tmp_path)
    assert verify(tmp_path, segments) == []


@pytest.mark.parametrize("loss", [0.0, 0.05])
def test_pauses_of_the_speaker_and_lost_sound_are_filled(tmp_path: Path, loss: float) -> None:
    desk = RecordingDesk(tmp_path)
    recording = desk.recording(MICROPHONE)
    spoken = [
        p for n, p in enumerate(Stream(MICROPHONE).packets(opus_frames(500))) if n % 100 < 50 or n % 20 == 0
    ]
    steady = [replace(packet, sequence=1000 + n) for n, packet in enumerate(spoken)]
    sent = faulty(steady, loss=loss) if loss else steady
    desk.feed(recording, sent)
    recording.close(desk.now)
    desk.log.close()
    (track,) = finish(tmp_path)["tracks"]
    (file,) = track["files"]
    frames = list(WebmFrames(tmp_path / MICROPHONE_FILE))
    assert len(frames) * 20 == file["duration_ms"]
    assert sum(end - start for start, end in file["fills"]) == (len(frames) - len(sent)) * 20
    assert track["gaps"] == []
    assert _decoded(tmp_path / MICROPHONE_FILE) == len(frames)
    assert verify(tmp_path, desk.of("segment")) == []

"""What the writer says is in the file is in the file, at every moment and after a full disk."""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from recordings.chain import Frame
from recordings.h264 import byte_stream
from recordings.track_writer import TrackWriter
from recordings.webm import WebmFrames
from tests.support.h264_source import h264_frames
from tests.support.rtp_source import opus_frames, vp8_frames

PICTURES = [Frame(5_000 + n * 33, n % 30 == 0, data) for n, data in enumerate(vp8_frames(120))]
H264 = [Frame(5_000 + n * 33, n % 30 == 0, data) for n, data in enumerate(h264_frames(120))]
SOUNDS = [Frame(5_000 + n * 20, True, data) for n, data in enumerate(opus_frames(200))]


@pytest.mark.parametrize(("codec", "frames"), [("vp8", PICTURES), ("opus", SOUNDS), ("h264", H264)])
def test_every_promise_holds_in_a_copy_of_the_file(tmp_path: Path, codec: str, frames: list[Frame]) -> None:
    path, copy = tmp_path / "live.webm", tmp_path / "copy.webm"
    head = byte_stream(frames[0].payload) if codec == "h264" else b""
    writer = TrackWriter(path, codec, 160, 120, head)
    promised: list[Frame] = []
    longest_wait = 0
    for frame in frames:
        done = writer.add(frame)
        promised += done
        longest_wait = max(longest_wait, frame.pts_ms - (promised[-1].pts_ms if promised else 5_000))
        if done:
            copy.write_bytes(path.read_bytes())
            assert list(WebmFrames(copy)) == promised
    assert longest_wait <= 1_100
    promised += writer.end()
    writer.close()
    assert promised == frames
    assert list(WebmFrames(path)) == frames


def test_opus_head_is_valid(tmp_path: Path) -> None:
    writer = TrackWriter(tmp_path / "live.webm", "opus")
    for frame in SOUNDS:
        writer.add(frame)
    writer.end()
    writer.close()
    assert b"OpusHead\x01\x02" in (tmp_path / "live.webm").read_bytes()
    probe = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,sample_rate", "-of", "csv=p=0", path]
        if (path := str(tmp_path / "live.webm"))
        else [],
        capture_output=True,
        text=True,
        check=True,
    )
    assert probe.stdout.strip() == "opus,48000"
    assert probe.stderr == ""


def test_an_existing_file_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "live.webm").write_bytes(b"evidence")
    with pytest.raises(FileExistsError):
        TrackWriter(tmp_path / "live.webm", "opus")
    assert (tmp_path / "live.webm").read_bytes() == b"evidence"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 256 KiB."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small disk")
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("may not mount a small disk here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_harms_nothing_already_written(small_disk: Path) -> None:
    path = small_disk / "live.webm"
    writer = TrackWriter(path, "vp8", 160, 120)
    promised: list[Frame] = []
    with pytest.raises(OSError) as caught:
        for n in range(20):
            for frame in PICTURES:
                promised += writer.add(frame._replace(pts_ms=frame.pts_ms + n * 4_000))
    assert caught.value.errno == errno.ENOSPC
    writer.abandon()
    assert len(promised) > 30
    assert list(WebmFrames(path)) == promised


def test_a_failed_file_without_frames_is_taken_away(small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(bytes(255 * 1024))
    writer = TrackWriter(small_disk / "live.webm", "vp8", 160, 120)
    with pytest.raises(OSError):
        for frame in PICTURES:
            writer.add(frame)
    writer.abandon()
    assert not (small_disk / "live.webm").exists()

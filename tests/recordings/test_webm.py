"""Frames survive the container unchanged."""

import subprocess
from pathlib import Path

import pytest

from recordings.chain import Frame
from recordings.h264 import byte_stream
from recordings.track_writer import TrackWriter
from recordings.webm import FinalWebm, Unreadable, WebmFrames
from tests.support.h264_source import h264_frames
from tests.support.rtp_source import opus_frames, vp8_frames


def _live(path: Path, codec: str, frames: list[Frame]) -> None:
    writer = TrackWriter(path, codec, 160, 120)
    for frame in frames:
        writer.add(frame)
    writer.end()
    writer.close()


def test_times_are_exact_to_the_millisecond(tmp_path: Path) -> None:
    odd = [7, 8, 28, 47, 68, 1_000, 1_021, 33_333, 3_600_001, 40_000_000]
    frames = [Frame(at, True, data) for at, data in zip(odd, opus_frames(10), strict=True)]
    _live(tmp_path / "a.webm", "opus", frames)
    assert list(WebmFrames(tmp_path / "a.webm")) == frames
    final = FinalWebm(tmp_path / "b.webm", tmp_path / "a.webm")
    shifted = [frame._replace(pts_ms=frame.pts_ms - 7) for frame in frames]
    for frame in shifted:
        final.add(frame, 20)
    final.close()
    assert list(WebmFrames(tmp_path / "b.webm")) == shifted


def _h264(path: Path, pictures: list[Frame]) -> None:
    writer = TrackWriter(path, "h264", head=byte_stream(pictures[0].payload))
    for frame in pictures:
        writer.add(frame)
    writer.end()
    writer.close()


def test_h264_survives_matroska_unchanged_and_is_decoded(tmp_path: Path) -> None:
    frames = [Frame(5 + n * 33, n % 30 == 0, data) for n, data in enumerate(h264_frames(60, 320, 240))]
    live, final = tmp_path / "a.mkv", tmp_path / "b.mkv"
    _h264(live, frames)
    assert list(WebmFrames(live)) == frames
    made = FinalWebm(final, live)
    shifted = [frame._replace(pts_ms=frame.pts_ms - 5) for frame in frames]
    for frame in shifted:
        made.add(frame, 33)
    made.close()
    found = WebmFrames(final)
    assert (found.codec, found.kind, list(found)) == ("h264", "video", shifted)
    probe = "stream=codec_name,profile,width,height,nb_read_frames:format=duration"
    command = [
        "ffprobe",
        "-v",
        "error",
        "-count_frames",
        "-show_entries",
        probe,
        "-of",
        "csv=p=0",
        str(final),
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["h264,Constrained", "Baseline,320,240,60", "1.980000"]
    assert told.stderr == ""


def test_the_same_frames_make_the_same_final_file(tmp_path: Path) -> None:
    frames = [Frame(n * 33, n % 30 == 0, data) for n, data in enumerate(vp8_frames(60))]
    _live(tmp_path / "a.webm", "vp8", frames)
    for name in ("b.webm", "c.webm"):
        final = FinalWebm(tmp_path / name, tmp_path / "a.webm")
        for frame in frames:
            final.add(frame, 33)
        final.close()
    assert (tmp_path / "b.webm").read_bytes() == (tmp_path / "c.webm").read_bytes()


@pytest.mark.parametrize("content", [b"", b"no webm at all", b"\x1a\x45\xdf\xa3" + bytes(500)])
def test_what_is_no_webm_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.webm").write_bytes(content)
    with pytest.raises(Unreadable):
        WebmFrames(tmp_path / "a.webm")


def test_a_cut_file_gives_what_comes_before_the_cut(tmp_path: Path) -> None:
    frames = [Frame(n * 33, n % 30 == 0, data) for n, data in enumerate(vp8_frames(120))]
    path = tmp_path / "a.webm"
    _live(path, "vp8", frames)
    whole = path.read_bytes()
    for cut in range(len(whole) // 4, len(whole) - 1, 997):
        path.write_bytes(whole[:cut])
        found = list(WebmFrames(path))
        assert 0 < len(found) < 120
        assert found == frames[: len(found)]

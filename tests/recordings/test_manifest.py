"""A manifest is read exactly as it was written, or not at all."""

import json
from pathlib import Path
from typing import Any

import pytest

from recordings.manifest import NAME, Damage, FiledSegment, Gap, Invalid, Manifest, RecordedFile


def _manifest() -> Manifest:
    manifest = Manifest(1_700_000_000_000)
    track = manifest.track("p_1.camera")
    track.codec = "vp8"
    track.files.append(RecordedFile("p_1.camera.webm", "p_1.camera.e1.webm", 20, 9_000, 5, "ab", [[40, 60]]))
    track.gaps.append(Gap(1, 2, "caucus"))
    track.segments.append(FiledSegment(1, 0, 9_980, 300, "cd", "00", "p_1.camera.webm"))
    manifest.damage.append(Damage("p_1.camera.webm", "ends early: 原因"))
    return manifest


def test_read_what_was_written(tmp_path: Path) -> None:
    plain = _manifest().write(tmp_path)
    assert Manifest.read(tmp_path) == _manifest()
    assert json.loads((tmp_path / NAME).read_text()) == plain
    assert plain["version"] == 1
    assert plain["tracks"][0]["participant"] == "p_1" and plain["tracks"][0]["source"] == "camera"
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_tracks_stand_in_order_and_once() -> None:
    manifest = Manifest(0)
    names = ["b.camera", "a.screen", "b.camera", "a.camera"]
    for name in names:
        assert manifest.track(name).track == name
    assert [track.track for track in manifest.tracks] == ["a.camera", "a.screen", "b.camera"]


def _changed(tmp_path: Path, change: dict[str, Any]) -> None:
    plain = {**_manifest().plain(), **change}
    (tmp_path / NAME).write_text(json.dumps(plain, sort_keys=True, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize(
    "change",
    [{"zero_ms": 1}, {"version": 2}, {"tracks": []}, {"damage": "none"}, {"sha256": "0" * 64}, {"x": 1}],
)
def test_a_changed_manifest_is_invalid(tmp_path: Path, change: dict[str, Any]) -> None:
    _changed(tmp_path, {})
    assert Manifest.read(tmp_path) == _manifest()
    _changed(tmp_path, change)
    with pytest.raises(Invalid):
        Manifest.read(tmp_path)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[" * 100_000, b"\xff\xfe", b"null", b"12"])
def test_no_manifest_at_all(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / NAME).write_bytes(raw)
    with pytest.raises(Invalid):
        Manifest.read(tmp_path)

"""Whatever is changed in a finished folder is found and named."""

import random
from pathlib import Path
from typing import Any

import pytest

from recordings.manifest import NAME, Damage, Gap, Manifest
from recordings.verify import Finding, verify
from tests.support.finished_folder import finished_folder

CAMERA_FILE = "p_00000001.camera.webm"


@pytest.fixture
def told(tmp_path: Path) -> list[dict[str, Any]]:
    return finished_folder(tmp_path, seconds=12)


def _files(findings: list[Finding]) -> set[str]:
    return {finding.file for finding in findings}


def test_untouched_is_intact(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    assert verify(tmp_path, told) == []
    assert verify(tmp_path) == []


@pytest.mark.parametrize("name", [NAME, CAMERA_FILE, "p_00000001.microphone.webm"])
def test_any_flipped_byte_is_found_and_named(tmp_path: Path, told: list[dict[str, Any]], name: str) -> None:
    path = tmp_path / name
    raw = path.read_bytes()
    chance = random.Random(name)
    places = [0, len(raw) - 1, *(chance.randrange(len(raw)) for _ in range(40))]
    for place in places:
        flipped = bytearray(raw)
        flipped[place] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        assert _files(verify(tmp_path, told)) == {name}, place
    path.write_bytes(raw)
    assert verify(tmp_path, told) == []


def test_every_byte_of_the_manifest_counts(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    raw = (tmp_path / NAME).read_bytes()
    for place in range(0, len(raw), 7):
        (tmp_path / NAME).write_bytes(raw[:place] + bytes([raw[place] ^ 4]) + raw[place + 1 :])
        with pytest.raises(ValueError, match=r"manifest|changed"):
            Manifest.read(tmp_path)


def test_missing_and_foreign_files(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    (tmp_path / CAMERA_FILE).rename(tmp_path / "other.webm")
    assert _files(verify(tmp_path, told)) == {CAMERA_FILE, "other.webm"}


def test_no_manifest(tmp_path: Path) -> None:
    assert _files(verify(tmp_path)) == {NAME}
    assert _files(verify(tmp_path / "nowhere")) == {NAME}


def test_a_new_manifest_over_a_shortened_file_does_not_deceive_the_journal(
    tmp_path: Path, told: list[dict[str, Any]]
) -> None:
    manifest = Manifest.read(tmp_path)
    manifest.tracks[0].segments.pop()
    manifest.write(tmp_path)
    assert _files(verify(tmp_path, told)) == {CAMERA_FILE}


def test_a_segment_that_the_journal_does_not_know(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    findings = verify(tmp_path, told[1:])
    assert [finding.problem for finding in findings] == [f"segment {told[0]['number']} is not in the journal"]


def test_a_changed_number_in_the_journal(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    told[0] = {**told[0], "frames": 1}
    assert "differs from the journal" in verify(tmp_path, told)[0].problem


def test_a_chain_with_a_piece_cut_out(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    manifest = Manifest.read(tmp_path)
    del manifest.tracks[0].segments[0]
    manifest.write(tmp_path)
    problems = [finding.problem for finding in verify(tmp_path)]
    assert "segment 2 does not follow the one before" in problems


def test_content_inside_a_gap_and_holes_without_one(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    manifest = Manifest.read(tmp_path)
    manifest.tracks[0].gaps = [Gap(3_000, 5_000, "caucus")]
    manifest.tracks[1].gaps = []
    manifest.tracks[1].files[0].fills.clear()
    manifest.write(tmp_path)
    problems = [finding.problem for finding in verify(tmp_path)]
    assert any("inside a gap" in problem for problem in problems)
    manifest.tracks[0].gaps = []
    manifest.write(tmp_path)


def test_damage_without_a_file_is_a_finding(tmp_path: Path, told: list[dict[str, Any]]) -> None:
    manifest = Manifest.read(tmp_path)
    manifest.damage.append(Damage("gone.webm.damaged", "holds nothing that can be read"))
    manifest.write(tmp_path)
    assert _files(verify(tmp_path)) == {"gone.webm.damaged"}

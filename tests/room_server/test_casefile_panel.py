"""The case file of a review by a panel: all of its record is secondary, and `verify` finds it there."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from room_server.casefile import CaseSource, build, zip_bag
from room_server.finishing.record import minutes_of
from room_server.verifying import layout, verify
from tests.support.sealed_case import case_source, rechained


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> CaseSource:
    return case_source(tmp_path_factory.mktemp("source"))


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def of_a_panel(source: CaseSource) -> CaseSource:
    """The same sitting as a review by a panel, whose minutes and recordings are secondary."""
    entries = [dict(entry) for entry in source.entries]
    entries[0]["body"] = {**entries[0]["body"], "kind": "panel_review"}
    rechained(entries)
    made = next(n for n, entry in enumerate(entries) if entry["type"] == "DocumentMade")
    papers = [replace(paper, minutes=True) for paper in source.documents]
    return replace(source, entries=entries, minutes=minutes_of(entries[:made]), documents=papers)


def test_all_of_a_review_lies_in_the_secondary_file(source: CaseSource, tmp_path: Path) -> None:
    case = tmp_path / "case"
    build(of_a_panel(source), case)
    assert {name for name in names(case) if name.startswith(("data/笔录", "data/录音", "data/副卷"))} == {
        "data/副卷/笔录/001_调解笔录.pdf",
        "data/副卷/笔录/minutes.json",
        "data/副卷/笔录/minutes.txt",
        "data/副卷/笔录/minutes.vtt",
        "data/副卷/录音录像/manifest.json",
        "data/副卷/录音录像/p_00000001.microphone.webm",
        "data/副卷/录音录像/p_00000002.microphone.webm",
    }
    page = (case / "data/说明/index.html").read_text("utf-8")
    assert "不向当事人提供" in page and "不向当事人提供" in (case / "data/说明/README.txt").read_text("utf-8")
    for link in re.findall(r'(?:href|src)="([^"#]+)', page):
        assert (case / "data/说明" / unquote(link)).resolve().is_file(), link
    zip_bag(case, tmp_path / "case.zip")
    for place in (case, tmp_path / "case.zip"):
        found = verify(place)
        assert found.findings == [] and found.facts["replayed"] and found.facts["recordings"] == 2
    alone = [sys.executable, str(case / layout.CHECK)]
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("name", ["笔录/minutes.json", "录音录像/p_00000001.microphone.webm"])
def test_a_changed_byte_of_a_review_is_named(source: CaseSource, tmp_path: Path, name: str) -> None:
    build(of_a_panel(source), tmp_path / "case")
    path = tmp_path / "case" / "data/副卷" / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert [found.file for found in verify(tmp_path / "case").findings] == ["data/副卷/" + name]


def test_a_review_of_an_earlier_version_is_still_intact(
    source: CaseSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CaseSource, "volume", layout.MAIN)
    build(of_a_panel(source), tmp_path / "case")
    assert (tmp_path / "case" / layout.MINUTES_JSON).exists()
    assert verify(tmp_path / "case").findings == []

"""`heting rehearse`, the whole of it: what the house promises of a hearing is measured and holds."""

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.rehearsed import rehearse

pytestmark = [pytest.mark.journey, pytest.mark.untimed]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One rehearsal, played once for all tests here: its report."""
    report, told = rehearse(tmp_path_factory.mktemp("rehearsal"))
    assert "the sitting is opened" in told
    return report


def test_everything_holds(played: dict[str, Any]) -> None:
    assert played["errors"] == []
    assert played["ok"] is True and played["rehearsal"] is True


def test_everybody_sees_and_hears_everybody(played: dict[str, Any]) -> None:
    assert played["participants"] == 3
    assert len(played["pairs"]) == 6
    assert all(pair["video_frames"] > 300 and pair["audio_packets"] > 1500 for pair in played["pairs"])
    assert played["foreign_packets"] == 0


def test_delays_and_joins_are_measured(played: dict[str, Any]) -> None:
    assert played["forward_delay_ms"]["packets"] > 10_000
    assert 0 < played["forward_delay_ms"]["p50"] <= played["forward_delay_ms"]["p95"] < 1000
    assert 0 < played["join_ms"]["p50"] <= played["join_ms"]["max"] < 15_000


def test_the_recording_is_whole(played: dict[str, Any]) -> None:
    assert len(played["recorded"]) == 6
    assert all(row["seconds"] >= 0.95 * row["wanted_seconds"] > 30 for row in played["recorded"])


def test_every_sentence_is_beside_its_speaker(played: dict[str, Any]) -> None:
    minutes = played["minutes"]
    assert minutes["attributed"] == minutes["expected"] >= 15
    assert minutes["cer"] <= 0.10


def test_a_private_talk_stays_private(played: dict[str, Any]) -> None:
    assert played["caucus_leak_packets"] == 0
    with zipfile.ZipFile(played["case_file"]) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".txt")]
        journal = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".jsonl")]
    assert texts and journal
    assert "我同意调解" in "".join(texts)
    assert "两万三千四百" not in "".join(texts + journal)


def test_the_case_file_is_intact_and_says_it_is_no_record(played: dict[str, Any]) -> None:
    assert played["verify"] == "intact"
    assert "彩排" in Path(played["case_file"]).name


def test_a_hearing_in_h264_holds_too(tmp_path: Path) -> None:
    report, _ = rehearse(tmp_path, "--script", "brief", "--codec", "h264")
    assert report["errors"] == [] and report["ok"] is True
    assert all(pair["video_frames"] > 100 for pair in report["pairs"])
    with zipfile.ZipFile(report["case_file"]) as archive:
        pictures = [name for name in archive.namelist() if ".camera." in name]
    assert len(pictures) == 2 and all(name.endswith(".mkv") for name in pictures)

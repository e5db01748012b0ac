"""Four hearings at once, one media worker of two killed in the middle: `heting rehearse --rooms 4`."""

import json
from typing import Any

import pytest

from tests.support.rehearsed import rehearse

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One rehearsal, played once for all tests here: its report."""
    options = ("--script", "brief", "--rooms", "4", "--kill-worker", "8")
    report, told = rehearse(tmp_path_factory.mktemp("rooms"), *options)
    assert "kill -9 of the media worker" in told
    for fault in report["faults"]:
        print(json.dumps(fault))
    print("join", report["join_ms"], "forwarding", report["forward_delay_ms"], "seconds", report["seconds"])
    return report


def test_everything_holds_in_every_room(played: dict[str, Any]) -> None:
    assert played["errors"] == []
    assert played["ok"] is True
    assert (played["rooms"], played["participants"], len(played["hearings"])) == (4, 8, 4)
    assert played["scripts"] == ["brief"] * 4


def test_the_rooms_of_the_killed_worker_are_back(played: dict[str, Any]) -> None:
    (fault,) = played["faults"]
    assert fault["rooms_hit"] and 0 < fault["back_s"] <= 10
    for row in fault["hit"]:
        assert row["flows"] == 4, "sound and picture both ways"
        assert row["journal_ms"] is not None
        assert len(row["recording_gap_ms"]) == 4 and all(row["recording_gap_ms"].values())


def test_the_other_rooms_lose_nothing(played: dict[str, Any]) -> None:
    (fault,) = played["faults"]
    assert sorted(fault["rooms_hit"] + fault["rooms_spared"]) == [1, 2, 3, 4]
    assert fault["rooms_spared"] and fault["spared_packets"] > 1000
    assert fault["spared_packets_lost"] == 0


def test_every_case_file_is_intact(played: dict[str, Any]) -> None:
    assert [hearing["verify"] for hearing in played["hearings"]] == ["intact"] * 4
    assert len(set(played["case_file"])) == 4

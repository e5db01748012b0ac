"""What a sitting leaves behind: who reads which part of it, and when."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.api import sittings
from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.store import hearings
from room_server.store.chain import verify_chain
from tests.support.desk_server import NOW
from tests.support.sitting_scene import Scene, heard, sitting_scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with sitting_scene(tmp_path) as scene:
        yield scene


async def test_the_journal_as_told_proves_itself(scene: Scene) -> None:
    await scene.tell(heard(1, scene.person(Role.APPLICANT), "我要求支付工资。"))
    answer = await scene.clerk.get(scene.address("journal"))
    entries = answer.json["entries"]
    assert verify_chain(entries, scene.sitting) is None
    assert [entry["type"] for entry in entries] == ["SittingPrepared", "Opened", "UtteranceHeard"]
    assert answer.json["more"] is False
    later = await scene.clerk.get(scene.address("journal?since=2"))
    assert later.json["entries"] == entries[2:]


async def test_a_long_journal_comes_in_pieces(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sittings, "MOST_ENTRIES", 50)
    facts = [e.FloorFreed()] * 50
    await scene.tell(*facts)
    first = (await scene.clerk.get(scene.address("journal"))).json
    rest = (await scene.clerk.get(scene.address(f"journal?since={first['entries'][-1]['seq']}"))).json
    assert (len(first["entries"]), first["more"]) == (50, True)
    assert (len(rest["entries"]), rest["more"]) == (2, False)
    assert verify_chain(first["entries"] + rest["entries"]) is None


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "１", "9" * 30, "1;drop"])
async def test_an_odd_since_is_refused(scene: Scene, since: str) -> None:
    answer = await scene.clerk.get(scene.address("journal"), params={"since": since})
    assert (answer.status, answer.word) == (400, "malformed")


async def test_staff_read_who_was_cut_off_and_parties_do_not(scene: Scene) -> None:
    applicant = scene.person(Role.APPLICANT)
    lost = e.Disconnected(participant=applicant, device="d", evidence="socket")
    await scene.tell(lost, e.Reconnected(participant=applicant, device="d", away_ms=0), lost)
    told = (await scene.clerk.get(scene.address("ledger"))).json
    assert (told["version"], told["zero_ms"], told["service"]) == (2, NOW, [])
    assert told["participants"][0]["line"] == {"worst": "good", "poor_ms": 0, "bad_ms": 0}
    rows = {row["participant"]: row["intervals"] for row in told["participants"]}
    assert rows[applicant] == [
        {"from_ms": 0, "to_ms": 0, "evidence": "socket", "back": True},
        {"from_ms": 0, "to_ms": None, "evidence": "socket", "back": False},
    ]
    assert rows[scene.person(Role.WITNESS)] == []
    party = await scene.party(Role.APPLICANT)
    assert (await party.get(scene.address("ledger"))).status == 401


async def test_finish_is_asked_for_only_after_the_close(scene: Scene) -> None:
    early = await scene.clerk.post(scene.address("finish"), {})
    assert (early.status, early.word) == (409, "not_closed")
    await scene.server.database.write(lambda s: hearings.set_state(s, scene.booking.id, "closed"))
    accepted = await scene.clerk.post(scene.address("finish"), {})
    assert (accepted.status, accepted.json) == (202, {"accepted": True})
    assert scene.server.live.asked == [("finish", scene.sitting)]

"""Evidence over HTTP: brought by parties and staff, and seen by whom it may be seen."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.rules import events as e
from room_server.store import hearings
from tests.support.evidence_scene import PDF, Scene, evidence_scene


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with evidence_scene(tmp_path / "var", monkeypatch) as scene:
        yield scene


async def test_a_party_brings_describes_and_submits(scene: Scene) -> None:
    item = await scene.sent("张三", PDF, purpose="证明劳动关系", file="合同.exe")
    assert (item["state"], item["kind"], item["pages"], item["mark"]) == ("draft", "document", 3, "")
    assert item["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (item["side"], item["by"], item["yours"], item["file"]) == ("applicant", "张三", True, "合同.exe")
    changed = await scene.ask("赵律师", "PUT", f"/{item['id']}", {"title": "书面劳动合同", "purpose": "x"})
    assert changed.json["title"] == "书面劳动合同"
    submitted = (await scene.ask("张三", "POST", f"/{item['id']}/submit")).json
    assert (submitted["mark"], submitted["state"]) == ("申证1", "submitted")
    assert ("evidence_changed", scene.booking.id) in scene.server.live.asked
    other = await scene.submitted("某公司")
    assert (other["mark"], (await scene.submitted("张三"))["mark"]) == ("被证1", "申证2")


async def test_staff_bring_for_a_side_or_for_the_tribunal(scene: Scene) -> None:
    assert (await scene.submitted("clerk", side="third_party"))["mark"] == "三证1"
    mine = await scene.submitted("clerk")
    assert (mine["mark"], mine["by"]) == ("庭证1", "陈思远")
    # A party's own side is not theirs to choose.
    assert (await scene.submitted("张三", side="respondent"))["mark"] == "申证1"


@pytest.mark.parametrize("who", ["钱证人", "孙旁听"])
async def test_who_only_looks_on_brings_and_lists_nothing(scene: Scene, who: str) -> None:
    answer = await scene.ask(who, "POST", "", {"title": "x", "bytes": 5})
    assert (answer.status, answer.word) == (403, "not_allowed")
    assert (await scene.ask(who, "GET")).word == "not_allowed"


async def test_strangers_are_not_let_in(scene: Scene) -> None:
    item = await scene.submitted("张三")
    for tail in ("", f"/{item['id']}", f"/{item['id']}/pages/1", f"/{item['id']}/file"):
        assert (await scene.ask("stranger", "GET", tail)).word == "not_yours"
        anonymous = await scene.server.anonymous().get(scene.all + tail)
        assert anonymous.word == "not_signed_in"
    other = await scene.server.book("2")
    token = (await scene.server.tickets.issue(other.id, other.participants[2].id)).token
    guest = scene.server.with_ticket(token)
    assert (await guest.get(scene.all)).word == "not_yours"
    # The same item under one's own hearing is not there.
    answer = await guest.get(f"/api/hearings/{other.id}/evidence/{item['id']}/file")
    assert answer.word == "no_such_evidence"


async def test_a_draft_is_for_its_side_and_staff(scene: Scene) -> None:
    item = await scene.sent("张三", PDF)
    name = item["id"]
    for who in ("张三", "赵律师", "clerk"):
        assert [one["id"] for one in (await scene.ask(who, "GET")).json["items"]] == [name]
        assert (await scene.ask(who, "GET", f"/{name}/pages/1")).status == 200
    assert (await scene.ask("某公司", "GET")).json["items"] == []
    for method, tail, body in (
        ("GET", "", None),
        ("GET", "/pages/1", None),
        ("GET", "/thumbnail", None),
        ("GET", "/file", None),
        ("POST", "/submit", None),
        ("POST", "/complete", None),
        ("DELETE", "", None),
        ("PUT", "", {"title": "x"}),
        ("PUT", "/bytes?from=0", b"x"),
        ("POST", "/withdraw", {}),
    ):
        for who in ("某公司", "钱证人", "孙旁听"):
            answer = await scene.ask(who, method, f"/{name}{tail}", body)
            assert answer.word == "no_such_evidence", (who, method, tail)


async def test_submitted_evidence_is_for_both_sides_and_changed_by_its_own(scene: Scene) -> None:
    name = (await scene.submitted("张三"))["id"]
    for tail in ("/pages/3", "/thumbnail", "/file"):
        assert (await scene.ask("某公司", "GET", f"/{name}{tail}")).status == 200
        assert (await scene.ask("钱证人", "GET", f"/{name}{tail}")).status == 403
    shown = (await scene.ask("某公司", "GET")).json["items"][0]
    assert (shown["yours"], shown["open"], shown["mark"]) == (False, True, "申证1")
    for method, tail, body in (("POST", "/withdraw", {}), ("DELETE", "", None), ("PUT", "", {"title": "x"})):
        assert (await scene.ask("某公司", method, f"/{name}{tail}", body)).word == "not_allowed"
    assert (await scene.ask("张三", "DELETE", f"/{name}")).word == "already_submitted"
    assert (await scene.ask("张三", "PUT", f"/{name}", {"title": "x"})).word == "wrong_state"


async def test_withdrawn_evidence_keeps_its_mark_and_is_its_own_sides_again(scene: Scene) -> None:
    name = (await scene.submitted("张三"))["id"]
    gone = await scene.ask("赵律师", "POST", f"/{name}/withdraw", {"reason": "重复"})
    assert (gone.json["state"], gone.json["mark"], gone.json["reason"]) == ("withdrawn", "申证1", "重复")
    listed = (await scene.ask("某公司", "GET")).json["items"][0]
    assert (listed["mark"], listed["state"], listed["open"]) == ("申证1", "withdrawn", False)
    assert (await scene.ask("某公司", "GET", f"/{name}/pages/1")).word == "not_shown_now"
    assert (await scene.ask("张三", "GET", f"/{name}/pages/1")).status == 200
    assert (await scene.submitted("张三"))["mark"] == "申证2"


async def test_nothing_is_submitted_from_a_private_talk(scene: Scene) -> None:
    item = await scene.sent("张三", PDF)
    away = e.Moved(participant=scene.person("张三").id, origin="table", place="caucus:1")
    scene.seat(away)
    answer = await scene.ask("张三", "POST", f"/{item['id']}/submit")
    assert (answer.status, answer.word) == (409, "in_caucus")
    scene.seat()
    assert (await scene.ask("张三", "POST", f"/{item['id']}/submit")).json["mark"] == "申证1"


async def test_when_the_hearing_is_over_nothing_more_comes(scene: Scene) -> None:
    item = await scene.sent("张三", PDF)
    await scene.server.database.write(lambda s: hearings.set_state(s, scene.booking.id, "closed"))
    for method, tail, body in (
        ("POST", "", {"title": "x", "bytes": 5}),
        ("POST", f"/{item['id']}/submit", None),
        ("DELETE", f"/{item['id']}", None),
    ):
        answer = await scene.ask("张三", method, tail, body)
        assert (answer.status, answer.word) == (410, "hearing_closed")
    assert (await scene.ask("张三", "GET")).json["items"]


async def test_the_history_is_for_staff(scene: Scene) -> None:
    name = (await scene.submitted("张三"))["id"]
    acts = (await scene.ask("clerk", "GET", f"/{name}/history")).json["acts"]
    assert [act["act"] for act in acts] == ["announced", "received", "accepted", "submitted"]
    assert acts[0]["actor"] == scene.person("张三").id
    assert (await scene.ask("张三", "GET", f"/{name}/history")).status == 401


async def test_the_wrong_shape_is_refused(scene: Scene) -> None:
    for body in (
        {"title": "", "bytes": 5},
        {"title": "x", "bytes": 0},
        {"title": "x", "bytes": -1},
        {"title": "x", "bytes": 2**50},
        {"title": "x\u202ey", "bytes": 5},
        {"title": "x", "bytes": 5, "side": "judge"},
        {"title": "x", "bytes": 5, "extra": 1},
        {"title": "x" * 121, "bytes": 5},
    ):
        assert (await scene.ask("张三", "POST", "", body)).word == "malformed"

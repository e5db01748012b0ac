"""Evidence at the counter: taken in by staff without a seat, told apart from what parties brought."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from room_server.evidence import listing
from room_server.rules.permissions import StaffRole
from room_server.rules.room import Room
from room_server.sittings.submissions import missing
from room_server.store import evidence as store
from room_server.store import hearings, staff
from room_server.store.organisation_tables import ROOT
from signing.evidence_pdf import rows_of
from tests.support.desk_server import NOW, Answer
from tests.support.evidence_scene import PDF, Scene, evidence_scene

GIVER = "张三之妻李四"


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with evidence_scene(tmp_path, monkeypatch) as scene:
        await employ(scene, "registrar", "何登记", StaffRole.FILING)
        scene.callers["registrar"] = await scene.server.signed_in("registrar")
        yield scene


async def employ(scene: Scene, name: str, person: str, role: StaffRole) -> None:
    await scene.server.database.write(
        lambda s: staff.create_member(
            s, name=name, person=person, roles=[role], password_hash="", now=NOW, organisation=ROOT
        )
    )


def at(scene: Scene) -> str:
    return f"/api/cases/{scene.booking.case}"


async def ask(scene: Scene, method: str, tail: str = "", body: Any = None, who: str = "registrar") -> Answer:
    return await scene.callers[who].call(method, f"{at(scene)}/evidence{tail}", body)


async def taken_in(scene: Scene, **more: Any) -> Any:
    new = {"title": "工资条", "bytes": len(PDF), "side": "applicant", "received_from": GIVER} | more
    answer = await ask(scene, "POST", "", new)
    assert answer.status == 201, answer.body
    item = answer.json["id"]
    assert (await ask(scene, "PUT", f"/{item}/bytes?from=0", PDF)).json == {"received": len(PDF)}
    assert (await ask(scene, "POST", f"/{item}/complete")).status == 202
    async with asyncio.timeout(60):
        while (found := (await ask(scene, "GET", f"/{item}")).json)["state"] == "checking":
            await asyncio.sleep(0.02)
    return found


async def listed(scene: Scene, side: str = "applicant", name: str = "工资条") -> str:
    material = {"side": side, "name": name}
    answer = await scene.callers["clerk"].post(f"{at(scene)}/exhibits", material)
    return str(answer.json["exhibits"][-1]["id"])


async def test_it_is_taken_in_without_a_seat_and_says_who_handed_it_in(scene: Scene) -> None:
    item = await taken_in(scene)
    assert (item["state"], item["received_from"], item["by"]) == ("draft", GIVER, "何登记")
    shown = (await ask(scene, "POST", f"/{item['id']}/submit")).json
    assert (shown["mark"], shown["state"]) == ("申证1", "submitted")
    assert ("evidence_changed", scene.booking.id) in scene.server.live.asked
    for who in ("张三", "某公司", "clerk"):
        (seen,) = (await scene.ask(who, "GET")).json["items"]
        assert (seen["mark"], seen["received_from"], seen["by"]) == ("申证1", GIVER, "何登记")
    acts = (await scene.ask("clerk", "GET", f"/{item['id']}/history")).json["acts"]
    assert [act["act"] for act in acts] == ["announced", "received", "accepted", "submitted"]
    history = (await scene.callers["clerk"].get(f"{at(scene)}/history")).json["events"]
    assert (history[-1]["what"], history[-1]["actor"]) == ("evidence_submitted", "何登记")


async def test_the_record_and_its_print_say_so_too(scene: Scene) -> None:
    item = await taken_in(scene)
    await ask(scene, "POST", f"/{item['id']}/submit")
    await scene.submitted("某公司")
    rows = {
        row.id: row
        for row in await scene.server.database.read(lambda s: store.before_hearing(s, scene.booking.id))
    }
    facts = missing(Room(), list(rows.values()))
    entries = [
        {"type": "EvidenceSubmitted", "body": msgspec.to_builtins(fact), "at": NOW, "media_time": None}
        for fact in facts
    ]
    handed_in, plain = listing.listing(entries)
    assert handed_in["received_from"] == GIVER
    assert f"申请人（{GIVER} 交来，何登记 代为登记）" in dict(rows_of(handed_in, {}))["提交"]
    # Case files of before hold lists without that word.
    assert "received_from" not in plain and "被申请人（某公司）" in dict(rows_of(plain, {}))["提交"]


async def test_listed_material_is_submitted_and_shown_so_everywhere(scene: Scene) -> None:
    exhibit = await listed(scene)
    theirs = await listed(scene, "respondent", "考勤")
    item = await taken_in(scene, exhibit=exhibit)
    case = (await scene.callers["clerk"].get(at(scene))).json
    assert [row["marks"] for row in case["exhibits"]] == [[], []]
    await ask(scene, "POST", f"/{item['id']}/submit")
    await scene.submitted("张三", exhibit=exhibit)
    case = (await scene.callers["clerk"].get(at(scene))).json
    assert [row["marks"] for row in case["exhibits"]] == [["申证1", "申证2"], []]
    found = (await ask(scene, "GET")).json
    assert found["hearing"] == scene.booking.id and found["largest"]["picture"] == 1 << 20
    marked = {(row["mark"], row["exhibit"]) for row in found["items"]}
    assert marked == {("申证1", exhibit), ("申证2", exhibit)}
    mine = {"id": exhibit, "side": "applicant", "name": "工资条", "marks": ["申证1", "申证2"]}
    assert (await scene.ask("张三", "GET")).json["listed"] == [mine]
    both = (await scene.ask("clerk", "GET")).json["listed"]
    assert [row["id"] for row in both] == [exhibit, theirs]
    removed = await scene.callers["clerk"].call("DELETE", f"{at(scene)}/exhibits/{exhibit}")
    assert removed.word == "in_use"
    await scene.ask("clerk", "POST", f"/{item['id']}/withdraw", {"reason": "重复"})
    assert (await scene.ask("张三", "GET")).json["listed"][0]["marks"] == ["申证2"]


async def test_only_what_the_case_lists_for_that_side(scene: Scene) -> None:
    exhibit = await listed(scene)
    new = {"title": "x", "bytes": 10, "received_from": GIVER}
    for wrong in ({"side": "respondent", "exhibit": exhibit}, {"side": "applicant", "exhibit": "x_none"}):
        assert (await ask(scene, "POST", "", new | wrong)).word == "no_such_piece"
    answer = await scene.ask("某公司", "POST", "", {"title": "x", "bytes": 10, "exhibit": exhibit})
    assert answer.word == "no_such_piece"
    draft = await scene.sent("张三", PDF)
    told = {"title": "工资条", "purpose": "欠薪"}
    linked = await scene.ask("张三", "PUT", f"/{draft['id']}", told | {"exhibit": exhibit})
    assert linked.json["exhibit"] == exhibit
    assert (await scene.ask("张三", "PUT", f"/{draft['id']}", told)).json["exhibit"] == exhibit
    assert (
        await scene.ask("张三", "PUT", f"/{draft['id']}", told | {"exhibit": "x_no"})
    ).word == "no_such_piece"
    assert (await scene.ask("张三", "PUT", f"/{draft['id']}", told | {"exhibit": ""})).json["exhibit"] == ""


async def test_a_draft_that_was_deleted_lets_its_listed_material_go(scene: Scene) -> None:
    exhibit = await listed(scene)
    item = await taken_in(scene, exhibit=exhibit)
    assert (await ask(scene, "DELETE", f"/{item['id']}")).status == 204
    assert (await ask(scene, "GET")).json["items"] == []
    removed = await scene.callers["clerk"].call("DELETE", f"{at(scene)}/exhibits/{exhibit}")
    assert removed.json["exhibits"] == []


async def test_drafts_of_the_parties_are_not_the_counter_s(scene: Scene) -> None:
    draft = await scene.sent("张三", PDF)
    assert (await ask(scene, "GET")).json["items"] == []
    for method, tail in (("GET", ""), ("POST", "/submit"), ("POST", "/complete"), ("DELETE", "")):
        assert (await ask(scene, method, f"/{draft['id']}{tail}")).word == "no_such_evidence"
    # What a party says of itself is no hand-over.
    own = await scene.submitted("张三", received_from="别人")
    assert own["received_from"] == ""
    (shown,) = (await ask(scene, "GET")).json["items"]
    assert shown["mark"] == "申证1" and "pages_url" not in shown


async def test_who_handed_it_in_must_be_said_and_a_hearing_must_come(scene: Scene) -> None:
    new = {"title": "x", "bytes": 10, "side": "applicant"}
    for wrong in ({}, {"received_from": ""}, {"received_from": GIVER, "side": "tribunal"}):
        assert (await ask(scene, "POST", "", new | wrong)).word == "malformed"
    await scene.server.database.write(lambda s: hearings.set_state(s, scene.booking.id, "closed"))
    refused = await ask(scene, "POST", "", new | {"received_from": GIVER})
    assert (refused.status, refused.word) == (409, "no_hearing_yet")
    assert (await ask(scene, "GET")).json["hearing"] == ""


@pytest.mark.parametrize("role", ["tech", "supervisor", "expert", "legal_aid", "admin"])
async def test_who_does_not_work_on_the_case_takes_nothing_in(scene: Scene, role: str) -> None:
    await employ(scene, "other", "别人", StaffRole(role))
    other = await scene.server.signed_in("other")
    new = {"title": "x", "bytes": 10, "side": "applicant", "received_from": GIVER}
    refused = await other.post(f"{at(scene)}/evidence", new)
    assert refused.status == 403, refused.body
    assert (await scene.server.anonymous().post(f"{at(scene)}/evidence", new)).status == 401


async def test_staff_with_a_seat_say_who_handed_it_in_as_well(scene: Scene) -> None:
    shown = await scene.submitted("clerk", side="third_party", received_from=GIVER)
    assert (shown["mark"], shown["received_from"]) == ("三证1", GIVER)
    own = await scene.submitted("clerk", received_from=GIVER)
    assert (own["mark"], own["received_from"]) == ("庭证1", "")

"""A case on its way over HTTP: facts and limits, numbers, steps, and on into arbitration."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.store import privacy
from tests.support.desk_server import NOW, DeskServer, desk_server
from tests.support.filing import WORKER, fact, filed, limit, step


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def test_acceptance_numbers_the_case_and_starts_its_limits(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    assert limit(case, "med.limit")["due"] == "2026-09-30"
    accepted = await fact(clerk, case["id"], "accepted", "2026-09-18")
    assert accepted["number"] == "劳人调〔2026〕1号"
    again = await fact(clerk, case["id"], "accepted", "2026-09-19")
    assert again["number"] == "劳人调〔2026〕1号"
    assert [number["kind"] for number in again["numbers"]] == ["mediation"]
    _, arbitration = await filed(server, route="arbitrate")
    accepted = await fact(clerk, arbitration["id"], "accepted", "2026-09-18")
    assert accepted["number"] == "劳人仲案〔2026〕1号"
    award = limit(accepted, "arb.award")
    assert (award["due"], award["days_left"], award["basis"][:9]) == ("2026-11-02", 42, "劳动争议调解仲裁法")
    overdue = (await clerk.get("/api/cases?due=overdue")).json
    assert overdue["total"] == 0
    server.clock[0] += 14 * 86400
    clerk = await server.signed_in("clerk")
    overdue = (await clerk.get("/api/cases?due=overdue")).json
    assert {row["next"]["limit"] for row in overdue["cases"]} == {"med.limit", "arb.serve_claim"}


async def test_a_fact_that_was_wrong_is_taken_back_and_stays_on_record(server: DeskServer) -> None:
    clerk, case = await filed(server, route="arbitrate", applied_on=None)
    await fact(clerk, case["id"], "accepted", "2026-09-08")
    seq = (await clerk.get(f"/api/cases/{case['id']}/history")).json["events"][-2]["seq"]
    taken = await clerk.call("DELETE", f"/api/cases/{case['id']}/facts/{seq}")
    assert taken.json["deadlines"] == []
    assert (await clerk.call("DELETE", f"/api/cases/{case['id']}/facts/{seq}")).word == "no_such_piece"
    events = (await clerk.get(f"/api/cases/{case['id']}/history")).json["events"]
    assert [event["withdrawn"] for event in events if event["what"] == "fact"] == [True]
    assert events[-1]["actor"] == "陈思远"


async def test_many_accepted_at_once_are_numbered_without_gaps(server: DeskServer) -> None:
    made = [await filed(server, route="mediate_org", parties=[]) for _ in range(12)]
    accepted = await asyncio.gather(
        *(fact(clerk, case["id"], "accepted", "2026-09-18") for clerk, case in made)
    )
    assert sorted(int(case["number"].split("〕")[1][:-1]) for case in accepted) == list(range(1, 13))


async def test_documents_are_numbered_by_kind(server: DeskServer) -> None:
    clerk, case = await filed(server, route="arbitrate")
    path = f"/api/cases/{case['id']}/numbers"
    first = await clerk.post(path, {"kind": "award", "title": "裁决书"})
    second = await clerk.post(path, {"kind": "award", "title": "补正裁决书"})
    other = await clerk.post(path, {"kind": "notice", "title": "受理通知书"})
    assert [a.json["number"] for a in (first, second, other)] == [
        "劳人仲裁〔2026〕1号",
        "劳人仲裁〔2026〕2号",
        "劳人仲通〔2026〕1号",
    ]
    assert (await clerk.post(path, {"kind": "mediation", "title": "x"})).word == "malformed"


async def test_the_route_is_a_table_with_conditions(server: DeskServer) -> None:
    clerk, case = await filed(server, parties=[WORKER])
    steps = {step["route"]: [o["word"] for o in step["missing"]] for step in case["steps"]}
    assert steps["mediate_org"] == ["both_sides"] and steps["closed"] == []
    refused = await step(clerk, case["id"], "mediate_org")
    assert (refused.status, refused.word) == (409, "step_refused")
    assert "被申请人" in refused.json["error"]["text"]
    english = await clerk.post(
        f"/api/cases/{case['id']}/route?lang=en", {"route": "mediate_org", "reason": "r"}
    )
    assert "respondent" in english.json["error"]["text"]
    assert (await step(clerk, case["id"], "enforce")).word == "step_refused"
    assert (await step(clerk, case["id"], "closed")).word == "malformed"
    assert (
        await clerk.post(f"/api/cases/{case['id']}/route", {"route": "negotiate", "reason": ""})
    ).status == 400
    moved = await step(clerk, case["id"], "negotiate")
    assert moved.json == {"case": case["id"], "route": "negotiate", "yours": True}
    assert (await step(clerk, case["id"], "closed", outcome="withdrawn_self_settled")).status == 200
    shown = (await clerk.get(f"/api/cases/{case['id']}")).json
    assert (shown["route"], shown["outcome"]) == ("closed", "withdrawn_self_settled")
    events = (await clerk.get(f"/api/cases/{case['id']}/history")).json["events"]
    assert [json.loads(e["body"])["target"] for e in events if e["what"] == "route"] == [
        "negotiate",
        "closed",
    ]


async def test_a_panel_review_is_numbered_and_goes_back(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    await step(clerk, case["id"], "panel_review")
    shown = (await clerk.get(f"/api/cases/{case['id']}")).json
    assert shown["numbers"][0]["number"] == "会审〔2026〕1号"
    assert [s["route"] for s in shown["steps"]] == ["mediate_org"]
    assert (await step(clerk, case["id"], "arbitrate")).status in (400, 409)
    assert (await step(clerk, case["id"], "mediate_org")).status == 200


async def test_an_agreement_is_confirmed_only_in_time(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    assert (await step(clerk, case["id"], "court_confirm")).word == "step_refused"
    await fact(clerk, case["id"], "agreement_effective", "2026-08-01")
    late = await step(clerk, case["id"], "court_confirm")
    assert "三十日" in late.json["error"]["text"]
    assert (await step(clerk, case["id"], "payment_order")).status == 200


async def test_mediation_goes_on_as_arbitration_without_writing_anything_again(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    root = f"/api/cases/{case['id']}"
    await clerk.post(f"{root}/exhibits", {"side": "applicant", "name": "工资条", "reference": "e_1"})
    await fact(clerk, case["id"], "infringement_known", "2026-06-30")
    await fact(clerk, case["id"], "obligation_admitted", "2026-09-16", note="公司私下承认欠薪")
    await fact(clerk, case["id"], "accepted", "2026-09-18")
    booked = await clerk.post(
        "/api/hearings",
        {
            "case": case["id"],
            "title": "调解",
            "kind": "mediation",
            "starts_at": NOW,
            "participants": [{"name": "周敏", "role": "mediator"}],
        },
    )
    assert booked.status == 201
    assert (await step(clerk, case["id"], "arbitrate")).word == "malformed"
    moved = await clerk.post(
        f"{root}/route",
        {"route": "arbitrate", "reason": "对方只肯出八千元，差距过大", "outcome": "too_far_apart"},
    )
    assert moved.json["yours"] and moved.json["case"] != case["id"]
    new = (await clerk.get(f"/api/cases/{moved.json['case']}")).json
    assert (new["route"], new["procedure"], new["origin"]) == ("arbitrate", "arbitration", case["id"])
    for piece in ("parties", "agents", "claims"):
        assert len(new[piece]) == len(case[piece]), piece
        for old, taken in zip(case[piece], new[piece], strict=True):
            assert old["id"] != taken["id"]
            assert {k: v for k, v in taken.items() if k not in ("id", "party")} == {
                k: v for k, v in old.items() if k not in ("id", "party")
            }
    assert new["agents"][0]["party"] == new["parties"][0]["id"]
    assert new["exhibits"][0]["reference"] == "e_1"
    assert (new["summary"], new["number"], new["hearings"]) == ("拖欠六个月工资", "", [])
    # What was said in order to settle stays behind, in the case, its history and its limits.
    history = (await clerk.get(f"/api/cases/{new['id']}/history")).json
    told = json.dumps([new, history], ensure_ascii=False)
    for secret in ("八千", "承认", "obligation_admitted", booked.json["id"]):
        assert secret not in told
    # That mediation was applied for interrupts the limitation.
    assert limit(new, "arb.limitation")["due"] == "2027-09-15"
    old = (await clerk.get(root)).json
    assert (old["route"], old["outcome"], old["number"]) == ("closed", "too_far_apart", "劳人调〔2026〕1号")
    accepted = await fact(clerk, new["id"], "accepted", "2026-09-21")
    assert accepted["number"] == "劳人仲案〔2026〕1号"
    # The number of the party's identity came along, under the new owner.
    guard = await privacy.open_privacy(server.database, server.settings.keys)
    assert guard is not None and new["parties"][0]["id_number"] == "110105********002X"
    assert (await step(clerk, new["id"], "closed", outcome="awarded")).status == 200
    again = (await clerk.get(f"/api/cases/{new['id']}")).json
    assert "arbitrate" not in {s["route"] for s in again["steps"]}


async def test_the_record_of_the_mediation_is_closed_to_who_had_no_seat_in_it(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    booking = await clerk.post(
        "/api/hearings",
        {
            "case": case["id"],
            "title": "调解",
            "kind": "mediation",
            "starts_at": NOW,
            "participants": [{"name": "张晓雯", "role": "applicant"}],
        },
    )
    hearing = booking.json["id"]
    stranger = await server.signed_in("stranger")
    assert (await stranger.get(f"/api/cases/{case['id']}")).status == 200
    assert (await stranger.get(f"/api/hearings/{hearing}/links")).word == "not_yours"

"""Booking against the calendar: kinds, chambers, clashes, another time, calling off."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server
from tests.support.filing import filed

HOUR, DAY = 3_600_000, 24 * 3_600_000
TOMORROW = NOW + DAY
WANTED: dict[str, Any] = {
    "case_number": "示范劳人调〔2026〕9号",
    "title": "劳动报酬争议",
    "kind": "mediation",
    "starts_at": TOMORROW,
    "minutes": 60,
    "participants": [
        {"name": "周敏", "role": "mediator"},
        {"name": "张晓雯", "role": "applicant", "side": "applicant"},
        {"name": "云帆公司", "role": "respondent", "side": "respondent"},
    ],
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def chamber(caller: Caller, **more: Any) -> dict[str, Any]:
    wish = {"name": "第一调解室", "seats": 6, "place": "2 楼东侧", **more}
    made = await caller.post(f"/api/organisations/{ROOT}/chambers", wish)
    assert made.status == 201, made.body
    found: dict[str, Any] = made.json
    return found


async def history(caller: Caller, case: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = (await caller.get(f"/api/cases/{case}/history")).json["events"]
    return [event for event in events if event["what"] != "notified"]


async def test_a_booking_has_the_plan_of_its_kind(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    wish = {name: value for name, value in WANTED.items() if name != "minutes"}
    booked = (await clerk.post("/api/hearings", wish)).json
    assert (booked["minutes"], booked["variant"], booked["form"], booked["chamber"]) == (
        *(90, "", "online", ""),
    )
    three = wish | {"kind": "arbitration", "variant": "arbitration_three", "starts_at": NOW + 9 * DAY}
    assert (await clerk.post("/api/hearings", three)).json["minutes"] == 180
    wrong = await clerk.post("/api/hearings", wish | {"variant": "arbitration_three"})
    assert (wrong.status, wrong.word) == (400, "malformed")
    assert (await clerk.post("/api/hearings", wish | {"minutes": 5})).word == "malformed"
    known = [kind["id"] for kind in (await clerk.get("/api/law")).json["hearings"]]
    assert known[:3] == ["mediation", "arbitration_sole", "arbitration_three"]


async def test_a_week_is_listed_at_once(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    for n in (0, 3, 6, 7):
        wish = WANTED | {"starts_at": NOW + n * DAY}
        assert (await clerk.post("/api/hearings", wish)).status == 201
    assert len((await clerk.get("/api/hearings?days=7")).json["hearings"]) == 3
    assert len((await clerk.get("/api/hearings?days=8")).json["hearings"]) == 4
    for days in ("0", "43", "x", "-1", "1e1", "９"):
        assert (await clerk.get(f"/api/hearings?days={days}")).word == "malformed"


async def test_who_is_wanted_elsewhere_is_shown_and_needs_a_reason(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    first = (await clerk.post("/api/hearings", WANTED)).json
    other = WANTED | {"case_number": "示范劳人调〔2026〕10号", "starts_at": TOMORROW + HOUR // 2}
    findings = (await clerk.post("/api/bookings/check", other)).json
    assert [(c["what"], c["name"], c["hearing"]) for c in findings["clashes"]] == [
        ("person", "周敏", first["id"]),
        ("person", "陈思远", first["id"]),
    ]
    assert len((await clerk.get("/api/hearings?days=3")).json["hearings"]) == 1
    refused = await clerk.post("/api/hearings", other)
    assert (refused.status, refused.word) == (409, "clashes")
    assert "周敏" in refused.json["error"]["text"]
    assert len((await clerk.get("/api/hearings?days=3")).json["hearings"]) == 1
    booked = await clerk.post("/api/hearings", other | {"override": "双方仅此时间有空"})
    assert booked.status == 201
    told = (await history(clerk, booked.json["case"]))[-1]
    assert (told["what"], told["note"]) == ("clash_overridden", "双方仅此时间有空")
    after = WANTED | {"case_number": "示范劳人调〔2026〕11号", "starts_at": TOMORROW + 2 * HOUR}
    assert (await clerk.post("/api/bookings/check", after)).json["clashes"] == []


async def test_a_party_is_known_by_their_number_in_another_case(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    person = {"name": "张晓雯", "role": "applicant", "id_number": "11010519491231002X"}
    assert (await clerk.post("/api/hearings", WANTED | {"participants": [person]})).status == 201
    mediator = await server.signed_in("mediator")
    other = WANTED | {"case_number": "10", "participants": [person | {"name": "张小雯"}]}
    found = (await mediator.post("/api/bookings/check", other)).json["clashes"]
    assert [clash["name"] for clash in found] == ["张小雯"]
    namesake = WANTED | {"case_number": "10", "participants": [{"name": "张晓雯", "role": "applicant"}]}
    assert (await mediator.post("/api/bookings/check", namesake)).json["clashes"] == []


async def test_a_party_of_the_case_sits_in_one_hearing_at_a_time(server: DeskServer) -> None:
    clerk, case = await filed(server)
    party = case["parties"][1]["id"]
    people = [{"name": "云帆公司", "role": "respondent", "party": party}]
    wish = WANTED | {"case": case["id"], "case_number": "", "participants": people}
    assert (await clerk.post("/api/hearings", wish)).status == 201
    mediator = await server.signed_in("mediator")
    found = (await mediator.post("/api/bookings/check", wish)).json["clashes"]
    assert [clash["name"] for clash in found] == ["云帆公司"]


async def test_a_rehearsal_takes_nobodys_time(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    for n in range(2):
        wish = WANTED | {"case_number": str(n), "rehearsal": True}
        assert (await clerk.post("/api/hearings", wish)).status == 201
    assert (await clerk.post("/api/hearings", WANTED)).status == 201


async def test_two_who_book_the_same_time_at_once(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    wishes = [WANTED | {"case_number": str(n)} for n in range(4)]
    answers = await asyncio.gather(*(clerk.post("/api/hearings", wish) for wish in wishes))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]


async def test_a_chamber_is_held_by_one_hearing_at_a_time(server: DeskServer) -> None:
    clerk, mediator = await server.signed_in("clerk"), await server.signed_in("mediator")
    room = await chamber(clerk)
    people = [{"name": "张晓雯", "role": "applicant"}]
    wish = WANTED | {"form": "onsite", "chamber": room["id"], "participants": people}
    booked = (await clerk.post("/api/hearings", wish)).json
    assert (booked["chamber"], booked["chamber_name"]) == (room["id"], "第一调解室")
    other = wish | {"case_number": "10"}
    found = (await mediator.post("/api/bookings/check", other)).json["clashes"]
    assert [(clash["what"], clash["name"]) for clash in found] == [("chamber", "第一调解室")]
    assert (await mediator.post("/api/hearings", other)).word == "clashes"
    assert (await mediator.post("/api/hearings", other | {"chamber": "b_0"})).word == "no_such_chamber"


async def test_what_is_missing_is_told_and_refuses_nothing(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    room = await chamber(clerk, seats=1)
    wish = WANTED | {
        "kind": "arbitration",
        "variant": "arbitration_three",
        "form": "onsite",
        "chamber": room["id"],
    }
    lacks = (await clerk.post("/api/bookings/check", wish)).json["lacks"]
    assert [lack["word"] for lack in lacks] == ["seat_missing", "short_notice", "small_chamber"]
    assert (await clerk.post("/api/hearings", wish)).status == 201
    past = WANTED | {"starts_at": NOW - DAY, "form": "mixed", "case_number": "10"}
    lacks = (await clerk.post("/api/bookings/check", past)).json["lacks"]
    assert [lack["word"] for lack in lacks] == ["past", "no_chamber"]


async def test_chambers_are_made_changed_and_taken_out_of_use(server: DeskServer) -> None:
    clerk, mediator = await server.signed_in("clerk"), await server.signed_in("mediator")
    room = await chamber(clerk)
    at = f"/api/organisations/{ROOT}/chambers"
    assert (await clerk.post(at, {"name": "第一调解室", "seats": 2})).word == "chamber_name_taken"
    assert (await mediator.post(at, {"name": "第二调解室", "seats": 2})).word == "not_allowed"
    assert (await clerk.post(at, {"name": "大", "seats": 0})).word == "malformed"
    edited = await clerk.call("PUT", f"{at}/{room['id']}", {"name": "调解一室", "seats": 8, "disabled": True})
    assert (edited.json["name"], edited.json["seats"], edited.json["disabled"]) == ("调解一室", 8, True)
    listed = (await mediator.get("/api/chambers")).json["chambers"]
    assert [(row["id"], row["editable"]) for row in listed] == [(room["id"], False)]
    gone = await clerk.post("/api/hearings", WANTED | {"chamber": room["id"]})
    assert (gone.status, gone.word) == (404, "no_such_chamber")
    assert (await clerk.call("PUT", f"{at}/b_0", {"name": "x", "seats": 1})).word == "no_such_chamber"


async def test_another_time_is_noted_and_the_links_last_on(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    booked = (await clerk.post("/api/hearings", WANTED)).json
    at = f"/api/hearings/{booked['id']}"
    before = (await clerk.get(f"{at}/links")).json["links"][0]
    later = {"starts_at": TOMORROW + 30 * DAY, "minutes": 45, "reason": "申请人住院"}
    assert (await clerk.post(f"{at}/rebook", {"starts_at": TOMORROW})).word == "malformed"
    assert (await clerk.post(f"{at}/rebook/check", later)).json["clashes"] == []
    assert (await clerk.get(at)).json["starts_at"] == TOMORROW
    moved = (await clerk.post(f"{at}/rebook", later)).json
    assert (moved["starts_at"], moved["minutes"]) == (TOMORROW + 30 * DAY, 45)
    after = (await clerk.get(f"{at}/links")).json["links"][0]
    assert after["url"] == before["url"]
    assert after["expires_at"] - before["expires_at"] == 30 * DAY
    told = (await history(clerk, booked["case"]))[-1]
    assert (told["what"], told["note"], told["actor"]) == ("rebooked", "申请人住院", "陈思远")
    assert json.loads(told["body"])["before"]["starts_at"] == TOMORROW


async def test_another_time_may_clash_too(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    first = (await clerk.post("/api/hearings", WANTED)).json
    second = WANTED | {"case_number": "10", "starts_at": TOMORROW + DAY}
    second = (await clerk.post("/api/hearings", second)).json
    at = f"/api/hearings/{second['id']}/rebook"
    wish = {"starts_at": TOMORROW, "minutes": 60, "reason": "提前"}
    assert {c["hearing"] for c in (await clerk.post(f"{at}/check", wish)).json["clashes"]} == {first["id"]}
    assert (await clerk.post(at, wish)).word == "clashes"
    assert (await clerk.post(at, wish | {"override": "书记员两场并行"})).status == 200
    told = [event["what"] for event in await history(clerk, second["case"])]
    assert told[-2:] == ["rebooked", "clash_overridden"]


async def test_a_hearing_that_is_called_off_admits_nobody_and_frees_its_time(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    booked = (await clerk.post("/api/hearings", WANTED)).json
    at = f"/api/hearings/{booked['id']}"
    token = (await clerk.get(f"{at}/links")).json["links"][0]["url"].rsplit("/", 1)[1]
    assert (await clerk.post(f"{at}/cancel", {"reason": ""})).word == "malformed"
    off = await clerk.post(f"{at}/cancel", {"reason": "申请人撤回申请"})
    assert off.json["state"] == "cancelled"
    assert {asked[0] for asked in server.live.asked} == {"shut_out"}
    assert (await server.with_ticket(token).get("/api/ticket")).json["hearing"]["state"] == "cancelled"
    entering = await clerk.post(f"{at}/enter", {})
    assert (entering.status, entering.word) == (410, "hearing_cancelled")
    assert (await clerk.post(f"{at}/cancel", {"reason": "再次"})).word == "too_far"
    assert (await clerk.post(f"{at}/rebook", {"starts_at": NOW, "reason": "r"})).word == "too_far"
    assert (await history(clerk, booked["case"]))[-1]["what"] == "cancelled"
    assert (await clerk.post("/api/bookings/check", WANTED | {"case_number": "10"})).json["clashes"] == []

"""Cases over HTTP: filing, finding, people and papers, booking from a case, and odd input."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from room_server.rules.people import Role
from room_server.store import privacy
from tests.support.desk_server import NOW, DeskServer, desk_server
from tests.support.filing import COMPANY, FILED, WAGES, WORKER, filed, limit


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def test_a_case_is_filed_whole_and_named_after_its_people(server: DeskServer) -> None:
    clerk, case = await filed(server)
    assert case["title"] == "张晓雯与云帆智能科技（厦门）有限公司劳动报酬争议"
    assert case["number"] == "" and case["route"] == "consult"
    worker, company = case["parties"]
    assert worker["id_number"] == "110105********002X"
    assert company["credit_code"] == "91350206MA0000000G"
    assert case["agents"][0] | {"id": "", "id_number": ""} == {
        "id": "",
        "party": worker["id"],
        "kind": "lawyer",
        "name": "王律",
        "power": "special",
        "scope": ["settle", "waive"],
        "firm": "",
        "licence": "",
        "papers": "闽律函1号",
        "phone": "",
        "id_number": "",
    }
    assert case["claims"][0]["amount_fen"] == 2_340_000
    assert (await clerk.get(f"/api/cases/{case['id']}")).json == case
    assert case["warnings"] == [] and case["hearings"] == []


async def test_the_list_finds_by_number_title_name_and_code(server: DeskServer) -> None:
    clerk, case = await filed(server)
    await filed(server, parties=[], title="100%_别的案件", number="外来〔2026〕9号")
    for text, total in (
        ("", 2),
        ("张晓", 1),
        ("91350206MA0000000g", 1),
        ("100%_别", 1),
        ("外来〔2026〕", 1),
        ("%", 1),
        ("没有的", 0),
    ):
        found = (await clerk.get("/api/cases", params={"q": text})).json
        assert found["total"] == len(found["cases"]) == total, text
    row = (await clerk.get("/api/cases?q=张晓")).json["cases"][0]
    assert row["parties"][0] == {"side": "applicant", "name": "张晓雯"}
    assert (await clerk.get("/api/cases?route=arbitrate")).json["total"] == 0
    assert (await clerk.get("/api/cases?state=closed")).json["total"] == 0
    assert (await clerk.get("/api/cases?page=2")).json["cases"] == []
    for odd in ("page=0", "page=x", "page=²", "due=never"):
        assert (await clerk.get(f"/api/cases?{odd}")).word == "malformed"
    assert case["id"] in {row["id"] for row in (await clerk.get("/api/cases?state=open")).json["cases"]}


async def test_people_and_papers_are_added_changed_and_taken_away(server: DeskServer) -> None:
    clerk, case = await filed(server)
    root = f"/api/cases/{case['id']}"
    worker = case["parties"][0]
    keep = {name: WORKER[name] for name in ("side", "kind")} | {"name": "张晓文"}
    changed = (await clerk.call("PUT", f"{root}/parties/{worker['id']}", keep)).json["parties"][0]
    assert (changed["name"], changed["id_number"], changed["phone"]) == ("张晓文", "110105********002X", "")
    emptied = await clerk.call("PUT", f"{root}/parties/{worker['id']}", keep | {"id_number": ""})
    assert emptied.json["parties"][0]["id_number"] == ""
    assert (await clerk.call("DELETE", f"{root}/parties/{worker['id']}")).word == "in_use"
    agent = case["agents"][0]["id"]
    second = {"party": worker["id"], "kind": "relative", "name": "李", "power": "general"}
    assert (await clerk.post(f"{root}/agents", second)).status == 201
    assert (await clerk.post(f"{root}/agents", second)).word == "too_many_agents"
    assert (await clerk.post(f"{root}/agents", second | {"party": "y_none"})).word == "no_such_piece"
    assert (await clerk.post(f"{root}/agents", second | {"scope": ["settle"]})).word == "malformed"
    assert (await clerk.call("DELETE", f"{root}/agents/{agent}")).status == 200
    claim = case["claims"][0]["id"]
    assert (await clerk.call("PUT", f"{root}/claims/{claim}", {"kind": "overtime"})).json["claims"][0][
        "amount_fen"
    ] is None
    assert (await clerk.post(f"{root}/claims", {"kind": "nothing"})).word == "malformed"
    assert (await clerk.call("DELETE", f"{root}/claims/{claim}")).json["claims"] == []
    exhibit = {"side": "applicant", "name": "工资条", "proves": "欠薪", "original": True}
    added = (await clerk.post(f"{root}/exhibits", exhibit)).json["exhibits"]
    assert added[0] | {"id": ""} == exhibit | {"id": "", "source": "", "reference": "", "marks": []}
    assert (await clerk.call("DELETE", f"{root}/exhibits/{added[0]['id']}")).json["exhibits"] == []
    edited = await clerk.call("PUT", root, {"title": "新案名", "cause": "dismissal", "group": True})
    assert (edited.json["title"], edited.json["summary"]) == ("新案名", "")
    history = (await clerk.get(f"{root}/history")).json["events"]
    assert "拖欠六个月工资" in history[-1]["body"]
    assert "1949" not in json.dumps(history) and "13800000000" not in json.dumps(history)


async def test_the_pieces_of_another_case_are_not_this_one_s(server: DeskServer) -> None:
    clerk, case = await filed(server)
    _, other = await filed(server)
    theirs = other["parties"][0]["id"]
    mine = f"/api/cases/{case['id']}/parties/{theirs}"
    body = {"side": "applicant", "kind": "person", "name": "x"}
    assert (await clerk.call("PUT", mine, body)).word == "no_such_piece"
    assert (await clerk.call("DELETE", mine)).word == "no_such_piece"
    wanted = {"party": theirs, "kind": "lawyer", "name": "王", "power": "general"}
    assert (await clerk.post(f"/api/cases/{case['id']}/agents", wanted)).word == "no_such_piece"


async def test_identity_numbers_lie_encrypted(server: DeskServer) -> None:
    await filed(server)
    assert b"19491231" not in Path(server.settings.data, "heting.db").read_bytes()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"cause": "weather"}, "malformed"),
        ({"route": "closed"}, "malformed"),
        ({"claims": [{"kind": "x"}]}, "malformed"),
        ({"claims": [WAGES | {"amount_fen": -1}]}, "malformed"),
        ({"claims": [WAGES | {"amount_fen": 10**15}]}, "malformed"),
        ({"claims": [WAGES | {"period_from": "2026-02-30"}]}, "malformed"),
        ({"claims": [WAGES | {"period_from": "0001-01-01"}]}, "malformed"),
        ({"applied_on": "9999-12-31"}, "malformed"),
        ({"parties": [WORKER | {"id_number": "110105194912310021"}]}, "bad_id_number"),
        ({"parties": [COMPANY | {"credit_code": "91350206MA00000001"}]}, "bad_credit_code"),
        ({"parties": [WORKER | {"name": "a\u202eb"}]}, "malformed"),
        ({"parties": [WORKER | {"agents": WORKER["agents"] * 3}]}, "malformed"),  # type: ignore[operator]
        ({"organisation": "o_none"}, "no_such_organisation"),
        ({"number": "x" * 61}, "malformed"),
        ({"surprise": 1}, "malformed"),
    ],
)
async def test_a_wrong_case_is_refused_and_leaves_nothing(
    server: DeskServer, change: dict[str, Any], word: str
) -> None:
    clerk = await server.signed_in("clerk")
    answer = await clerk.post("/api/cases", FILED | change)
    assert answer.word == word and answer.status < 500
    assert (await clerk.get("/api/cases")).json["total"] == 0


async def test_a_number_from_elsewhere_is_kept_and_taken_once(server: DeskServer) -> None:
    clerk, case = await filed(server, number="厦湖劳人调〔2026〕7号")
    assert case["number"] == "厦湖劳人调〔2026〕7号"
    again = await clerk.post("/api/cases", FILED | {"number": "厦湖劳人调〔2026〕7号"})
    assert (again.status, again.word) == (409, "number_taken")


async def test_a_booking_takes_the_people_of_the_case_along(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    worker, agent = case["parties"][0], case["agents"][0]
    wanted = {
        "case": case["id"],
        "title": "第一次调解",
        "kind": "mediation",
        "starts_at": NOW,
        "participants": [
            {"name": worker["name"], "role": "applicant", "side": "applicant", "party": worker["id"]},
            {"name": agent["name"], "role": "agent", "side": "applicant", "agent": agent["id"]},
        ],
    }
    booked = (await clerk.post("/api/hearings", wanted)).json
    assert (booked["case"], booked["case_number"]) == (case["id"], "")
    guard = await privacy.open_privacy(server.database, server.settings.keys)
    seat = booked["participants"][0]["id"]
    assert await server.database.read(lambda s: privacy.id_number(s, guard, seat)) == "11010519491231002X"
    shown = (await clerk.get(f"/api/cases/{case['id']}")).json
    assert [hearing["id"] for hearing in shown["hearings"]] == [booked["id"]]
    assert (await clerk.call("DELETE", f"/api/cases/{case['id']}/agents/{agent['id']}")).word == "in_use"
    for wrong in ({"party": "y_x"}, {"agent": worker["id"]}):
        person = {"name": "x", "role": "applicant", **wrong}
        answer = await clerk.post("/api/hearings", wanted | {"participants": [person]})
        assert answer.word == "malformed"
    assert (await clerk.post("/api/hearings", wanted | {"case": "c_none"})).word == "no_such_case"
    assert (await server.tickets.issue_all(booked["id"]))[0].participant.role is Role.APPLICANT


async def test_booking_by_number_goes_on_working_and_finds_the_case(server: DeskServer) -> None:
    clerk, case = await filed(server, number="厦湖劳人调〔2026〕7号")
    wanted = {
        "case_number": "厦湖劳人调〔2026〕7号",
        "title": "t",
        "kind": "mediation",
        "starts_at": NOW,
        "participants": [{"name": "x", "role": "applicant"}],
    }
    assert (await clerk.post("/api/hearings", wanted)).json["case"] == case["id"]
    new = (
        await clerk.post(
            "/api/hearings",
            wanted | {"case_number": "新〔2026〕1号", "kind": "arbitration", "starts_at": NOW + 90 * 60_000},
        )
    ).json
    shown = (await clerk.get(f"/api/cases/{new['case']}")).json
    assert (shown["number"], shown["route"]) == ("新〔2026〕1号", "arbitrate")
    # Counted back from Monday 21 September over Sunday the 20th, which is worked.
    assert limit(shown, "arb.notice")["due"] == "2026-09-15"


async def test_related_cases_are_hinted_at(server: DeskServer) -> None:
    clerk, first = await filed(server)
    _, second = await filed(server, parties=[COMPANY])
    _, third = await filed(server, parties=[WORKER | {"agents": []}])
    await filed(server, parties=[])
    found = (await clerk.get(f"/api/cases/{first['id']}/related")).json
    assert found["hidden"] == 0
    assert {(row["id"], row["why"]) for row in found["cases"]} == {
        (second["id"], "same_employer"),
        (third["id"], "same_person"),
    }


ROSTER = "姓名,身份证号,电话,金额,同意,代表\n" + "".join(
    f"职工{n},,138,{n}00.50,是,{'是' if n <= 3 else ''}\n" for n in range(1, 13)
)


async def test_a_roster_is_read_whole_or_refused_with_line_and_column(server: DeskServer) -> None:
    clerk, case = await filed(server, group=True)
    path = f"/api/cases/{case['id']}/roster"
    assert set(case["warnings"]) == {"group_too_small", "representatives"}
    read = (await clerk.post(path, {"csv": "\ufeff" + ROSTER})).json
    assert read == {"imported": 12, "problems": []}
    people = (await clerk.get(path)).json["people"]
    assert (people[0]["name"], people[0]["amount_fen"], people[3]["representative"]) == (
        "职工1",
        10050,
        False,
    )
    assert (await clerk.get(f"/api/cases/{case['id']}")).json["warnings"] == []
    bad = "姓名,金额,身份证号,奖金\n甲,1.234,1,\n"
    problems = (await clerk.post(path, {"csv": bad})).json["problems"]
    assert [(p["line"], p["column"], p["word"]) for p in problems] == [(1, 4, "unknown_column")]
    bad = "姓名,金额,身份证号\n甲,1.234,1\n\n,abc,\n"
    problems = (await clerk.post(path, {"csv": bad})).json["problems"]
    assert [(p["line"], p["column"], p["heading"], p["word"]) for p in problems] == [
        (2, 2, "金额", "amount_wrong"),
        (2, 3, "身份证号", "id_number_wrong"),
        (4, 1, "姓名", "name_missing"),
        (4, 2, "金额", "amount_wrong"),
    ]
    assert len((await clerk.get(path)).json["people"]) == 12


async def test_the_law_is_shown_with_its_basis(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    law = (await clerk.get("/api/law")).json
    assert {year["year"] for year in law["calendars"]} == {2024, 2025, 2026}
    assert all(limit["basis"] for limit in law["limits"])
    assert {"wages", "overtime"} <= {claim["code"] for claim in law["claims"]}


@pytest.mark.parametrize(
    "text", ["null", "[]", "1e999", '{"a":' * 500, "\ud800".encode("utf-8", "surrogatepass")]
)
async def test_odd_bodies_are_refused_everywhere(server: DeskServer, text: str | bytes) -> None:
    clerk, case = await filed(server)
    body = text if isinstance(text, bytes) else text.encode()
    for method, path in (
        ("POST", "/api/cases"),
        ("PUT", f"/api/cases/{case['id']}"),
        ("POST", f"/api/cases/{case['id']}/facts"),
        ("POST", f"/api/cases/{case['id']}/roster"),
        ("POST", f"/api/cases/{case['id']}/route"),
    ):
        assert (await clerk.call(method, path, body)).status == 400, (method, path)

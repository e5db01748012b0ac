"""Search in the minutes of a case: what is found, by whom, and where it is cut."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from room_server.api import case_minutes
from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.store import hearings, journal
from room_server.store.tables import Case
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server
from tests.support.sitting_scene import heard


async def held(server: DeskServer, texts: list[str], case: str = "", kind: str = "mediation") -> str:
    """A sitting with these lines, of a new case or one more of a known one; the id of its case."""

    def book(session: Session) -> tuple[str, str]:
        seats = [
            hearings.NewSeat(name="周敏", role=Role.MEDIATOR),
            hearings.NewSeat(name="陈思远", role=Role.CLERK),
            hearings.NewSeat(name="张晓雯", role=Role.APPLICANT, side="applicant"),
        ]
        known = session.get(Case, case) if case else None
        plan: dict[str, Any] = {"case_number": "", "title": "拖欠工资", "kind": kind, "seats": seats}
        booking = hearings.book(session, **plan, starts_at=0, now=NOW, case=known)
        sitting = hearings.begin_sitting(session, booking.id, NOW)
        hearings.mark(session, sitting, opened_at=NOW)
        return booking.case, sitting

    found, sitting = await server.database.write(book)
    facts: list[e.Event] = [heard(number, "p", text) for number, text in enumerate(texts, 1)]
    await journal.append(server.database, sitting, [("system", NOW, None, fact) for fact in facts])
    return found


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def told(caller: Caller, case: str, text: str) -> Any:
    return await caller.get(f"/api/cases/{case}/minutes", params={"q": text})


async def test_lines_of_all_sittings_are_found_whatever_their_width_and_case(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    case = await held(server, ["每月工资是8000元", "ＡＢＣ 公司没有交社保"])
    await held(server, ["欠的工资还没有付，工资条也没有"], case)
    found = (await told(clerk, case, "工资")).json
    assert (found["sittings"], found["cut"]) == (2, False)
    lines = {one["text"]: one for one in found["found"]}
    assert lines["欠的工资还没有付，工资条也没有"]["marks"] == [[2, 2], [9, 2]]
    assert lines["每月工资是8000元"]["start_ms"] == 1000 and lines["每月工资是8000元"]["line"] == "u1"
    (wide,) = (await told(clerk, case, "abc公司")).json["found"]
    assert wide["marks"] == [[0, 6]]
    assert (await told(clerk, case, "没有的话")).json["found"] == []
    assert (await told(clerk, case, " ")).json == {"found": [], "sittings": 0, "cut": False}
    for text in ("工", " 工 ", "长" * 101):
        assert (await told(clerk, case, text)).status == 400


async def test_only_who_sat_there_finds_what_was_said(server: DeskServer) -> None:
    case = await held(server, ["底线是八千元"])
    arbitration = await held(server, ["请求支付八千元"], case, "arbitration")
    assert arbitration == case
    stranger = await server.signed_in("stranger")
    assert (await told(stranger, case, "八千元")).json["found"] == []
    # Whoever sits in the arbitration is not shown what was said to settle it.
    clerk = await server.signed_in("clerk")
    assert [one["text"] for one in (await told(clerk, case, "八千元")).json["found"]] == ["请求支付八千元"]
    assert (await told(server.anonymous(), case, "八千元")).status == 401


async def test_a_long_list_is_cut_and_says_so(server: DeskServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_minutes, "MOST_FOUND", 2)
    clerk = await server.signed_in("clerk")
    case = await held(server, ["工资一", "工资二", "工资三"])
    found = (await told(clerk, case, "工资")).json
    assert len(found["found"]) == 2 and found["cut"]
    edited = (await told(clerk, case, "工资三")).json["found"]
    assert [one["line"] for one in edited] == ["u3"]

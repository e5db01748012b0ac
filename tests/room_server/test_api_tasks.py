"""Tasks over the API, and following up what was agreed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from room_server.rules import course
from room_server.rules import events as e
from room_server.store import hearings, journal
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server
from tests.support.filing import fact, filed

DAY_MS = 24 * 3_600_000
WAGES = {"item": "一次性支付工资23400元", "amount_fen": 2_340_000, "due": "2026-09-18"}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def tasks(caller: Caller, scope: str = "mine") -> list[dict[str, Any]]:
    answer = await caller.get(f"/api/tasks?scope={scope}")
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json["tasks"]
    assert answer.json["total"] == len(found)
    return found


async def test_a_time_limit_is_a_task_until_it_is_kept(server: DeskServer) -> None:
    clerk, case = await filed(server)
    await clerk.post(f"/api/cases/{case['id']}/route", {"route": "mediate_org", "reason": "r"})
    (task,) = await tasks(clerk)
    assert (task["kind"], task["subject"], task["due"]) == ("deadline", "med.limit", "2026-09-30")
    assert task["days_left"] == 9 and task["basis"] and task["zh"] and task["en"]
    assert (task["case"], task["title"]) == (case["id"], case["title"])
    await fact(clerk, case["id"], "mediation_ended", "2026-09-21")
    assert await tasks(clerk) == []


async def test_mine_are_the_cases_i_filed_or_sit_in(server: DeskServer) -> None:
    clerk, case = await filed(server)
    mediator = await server.signed_in("mediator")
    await clerk.post(f"/api/cases/{case['id']}/performance", WAGES)
    assert len(await tasks(clerk)) == 1
    assert await tasks(mediator) == []
    assert len(await tasks(mediator, "all")) == 1
    people = [{"name": "周敏", "role": "mediator"}, {"name": "甲", "role": "applicant"}]
    wish = {"case": case["id"], "title": "第一次调解", "kind": "mediation", "starts_at": NOW + DAY_MS}
    booked = await clerk.post("/api/hearings", wish | {"participants": people})
    assert booked.status == 201, booked.body
    found = await tasks(mediator)
    assert [
        (task["kind"], task["text"], task["days_left"]) for task in found if task["kind"] == "hearing"
    ] == [("hearing", "第一次调解", 1)]
    await server.database.write(lambda s: hearings.set_state(s, booked.json["id"], "adjourned"))
    assert {task["kind"] for task in await tasks(mediator)} >= {"resume"}
    await server.database.write(lambda s: hearings.set_state(s, booked.json["id"], "closed"))
    assert {task["kind"] for task in await tasks(mediator)} == {"performance"}
    assert (await mediator.get("/api/tasks?scope=theirs")).word == "malformed"


async def test_what_was_agreed_is_followed_up_until_it_is_done(server: DeskServer) -> None:
    clerk, case = await filed(server)
    path = f"/api/cases/{case['id']}/performance"
    made = await clerk.post(path, WAGES)
    assert made.status == 201
    (promise,) = made.json["promises"]
    (task,) = await tasks(clerk)
    # Due on a Friday: asked about on the Sunday that is worked before National Day.
    assert (task["kind"], task["text"], task["due"]) == ("performance", WAGES["item"], "2026-09-20")
    asked = {"day": "2026-09-21", "amount_fen": 1_000_000, "done": False, "remark": "先付一万元"}
    one = f"{path}/{promise['id']}/follow-ups"
    assert (await clerk.post(one, asked)).status == 201
    (task,) = await tasks(clerk)
    assert task["due"] == "2026-09-29"
    gone = await clerk.call("DELETE", f"{path}/{promise['id']}")
    assert (gone.status, gone.word) == (409, "followed_up")
    done = await clerk.post(one, {"day": "2026-09-22", "done": True, "proof": "转账凭证"})
    (promise,) = done.json["promises"]
    assert promise["kept_on"] == "2026-09-22"
    assert [found["done"] for found in promise["follow_ups"]] == [False, True]
    assert await tasks(clerk) == []
    told = (await clerk.get(f"/api/cases/{case['id']}/history")).json["events"]
    assert [event["what"] for event in told][-3:] == ["promise_added", "promise_asked", "promise_kept"]


async def test_an_item_written_down_by_mistake_goes(server: DeskServer) -> None:
    clerk, case = await filed(server)
    path = f"/api/cases/{case['id']}/performance"
    (promise,) = (await clerk.post(path, WAGES)).json["promises"]
    assert (await clerk.call("DELETE", f"{path}/{promise['id']}")).json == {"promises": []}
    assert (await clerk.call("DELETE", f"{path}/{promise['id']}")).word == "no_such_piece"
    for wrong in ({"due": "2026-02-30"}, {"due": "0001-01-01"}, {"amount_fen": -1}, {"item": ""}):
        assert (await clerk.post(path, WAGES | wrong)).status == 400


async def test_a_follow_up_is_never_changed(server: DeskServer) -> None:
    clerk, case = await filed(server)
    path = f"/api/cases/{case['id']}/performance"
    (promise,) = (await clerk.post(path, WAGES)).json["promises"]
    await clerk.post(f"{path}/{promise['id']}/follow-ups", {"day": "2026-09-21", "done": False})
    for statement in ("UPDATE follow_up SET done = 1", "DELETE FROM follow_up"):
        with pytest.raises(IntegrityError, match="append-only"):
            await server.database.write(
                lambda s, statement=statement: s.execute(text(statement))  # type: ignore[misc]
            )


async def sitting_of(server: DeskServer, *facts: e.Event) -> tuple[Caller, str]:
    """A hearing that the clerk sits in, opened and closed, with facts in its journal."""
    booking = await server.book()
    sitting = await server.database.write(lambda s: hearings.begin_sitting(s, booking.id, NOW))
    await journal.append(server.database, sitting, [("p_1", NOW, 0, one) for one in facts])
    await server.database.write(lambda s: hearings.mark(s, sitting, opened_at=NOW, closed_at=NOW))
    await server.database.write(lambda s: hearings.set_state(s, booking.id, "closed"))
    return await server.signed_in("clerk"), sitting


def asked(number: int, kind: str) -> course.RequestMade:
    return course.RequestMade(
        request=f"r{number}", participant="p_1", kind=kind, text="t", ref="", place="table"
    )


async def test_what_a_sitting_left_undecided_is_a_task(server: DeskServer) -> None:
    clerk, _ = await sitting_of(
        server,
        asked(1, "correction"),
        asked(2, "recusal"),
        asked(3, "recess"),
        asked(4, "evidence"),
        asked(5, "limitation"),
        course.RequestDenied(request="r2", reason="r"),
        course.RequestWithdrawn(request="r4"),
        course.RequestGranted(request="r5", reason=""),
        e.DocumentMade(document="d", kind="minutes", file="f", bytes=1, sha256="x"),
    )
    (task,) = await tasks(clerk)
    assert (task["kind"], task["zh"], task["due"]) == ("request", "申请补正笔录", "2026-09-22")
    assert task["en"].isascii() and task["text"] == ""


async def test_minutes_that_were_not_made_are_a_task_and_go_when_they_are(server: DeskServer) -> None:
    clerk, sitting = await sitting_of(server)
    (task,) = await tasks(clerk)
    assert (task["kind"], task["zh"]) == ("document", "笔录未生成")
    made = e.DocumentMade(document="d", kind="minutes", file="f", bytes=1, sha256="x")
    await journal.append(server.database, sitting, [("system", NOW, 0, made)])
    assert await tasks(clerk) == []

"""Parties evaluate once, after the close; staff see sums."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from room_server.rules.people import Role
from room_server.rules.permissions import StaffRole
from room_server.store import hearings, staff
from room_server.store.hearings import Booking, NewSeat
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server

GOOD = {"process": 5, "result": 4, "mediator": 5, "text": " 调解员很耐心 "}
REPORT = f"/api/organisations/{ROOT}/evaluations"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def over(server: DeskServer, booking: Booking) -> str:
    await server.database.write(lambda s: hearings.set_state(s, booking.id, "closed"))
    return f"/api/hearings/{booking.id}/evaluation"


async def party(server: DeskServer, booking: Booking, role: Role = Role.APPLICANT) -> Caller:
    return server.with_ticket(await server.token(booking, role))


async def reader(server: DeskServer, role: StaffRole = StaffRole.SUPERVISOR) -> Caller:
    await server.database.write(
        lambda session: staff.create_member(
            session, name="r", person="r", roles=[role], password_hash="", now=NOW, organisation=ROOT
        )
    )
    return await server.signed_in("r")


async def test_it_is_given_once_after_the_close(server: DeskServer) -> None:
    booking = await server.book()
    caller = await party(server, booking)
    path = f"/api/hearings/{booking.id}/evaluation"
    assert (await caller.get(path)).json == {"open": False, "given": None}
    early = await caller.post(path, GOOD)
    assert (early.status, early.word) == (409, "not_over")
    await over(server, booking)
    assert (await caller.get(path)).json == {"open": True, "given": None}
    made = await caller.post(path, GOOD)
    assert made.status == 201
    assert made.json == {"at": NOW, "process": 5, "result": 4, "mediator": 5, "text": "调解员很耐心"}
    again = await caller.post(path, GOOD | {"process": 1})
    assert (again.status, again.word) == (409, "evaluated")
    assert (await caller.get(path)).json == {"open": False, "given": made.json}


@pytest.mark.parametrize("wrong", [{"process": 0}, {"result": 6}, {"mediator": None}, {"text": "x" * 1001}])
async def test_scores_are_one_to_five(server: DeskServer, wrong: dict[str, Any]) -> None:
    booking = await server.book()
    path = await over(server, booking)
    answer = await (await party(server, booking)).post(path, GOOD | wrong)
    assert (answer.status, answer.word) == (400, "malformed")


async def test_only_parties_of_this_hearing_are_asked(server: DeskServer) -> None:
    booking, other = await server.book(), await server.book("示范〔2026〕2号")
    path = await over(server, booking)
    assert (await (await party(server, booking, Role.WITNESS)).get(path)).word == "not_allowed"
    assert (await (await party(server, booking, Role.WITNESS)).post(path, GOOD)).word == "not_allowed"
    assert (await (await party(server, other)).post(path, GOOD)).word == "not_yours"
    assert (await (await server.signed_in("mediator")).get(path)).word == "not_signed_in"
    assert (await server.anonymous().post(path, GOOD)).word == "not_signed_in"
    assert (await (await party(server, booking, Role.AGENT)).post(path, GOOD)).status == 201


async def test_the_database_itself_refuses_changes(server: DeskServer) -> None:
    booking = await server.book()
    path = await over(server, booking)
    await (await party(server, booking)).post(path, GOOD)
    for statement in ("UPDATE evaluation SET process = 1", "DELETE FROM evaluation"):
        with pytest.raises(IntegrityError, match="given once"):
            await server.database.write(
                lambda s, statement=statement: s.execute(text(statement))  # type: ignore[misc]
            )


async def many(server: DeskServer, count: int, rehearsal: bool = False) -> None:
    """One hearing with so many applicants, all of whom evaluate it."""

    def make(session: Session) -> Booking:
        seats = [NewSeat(name="周敏", role=Role.MEDIATOR)]
        seats += [NewSeat(name=f"甲{n}", role=Role.APPLICANT, side="applicant") for n in range(count)]
        return hearings.book(
            session,
            case_number=f"n{count}{rehearsal}",
            title="t",
            kind="mediation",
            starts_at=NOW,
            seats=seats,
            now=NOW,
            rehearsal=rehearsal,
        )

    booking = await server.database.write(make)
    path = await over(server, booking)
    for person in booking.participants:
        if person.role is Role.APPLICANT:
            link = await server.tickets.issue(booking.id, person.id)
            given = await server.with_ticket(link.token).post(path, GOOD | {"text": f"意见{person.name}"})
            assert given.status == 201


async def test_the_report_tells_of_groups_only(server: DeskServer) -> None:
    caller = await reader(server)
    await many(server, 4)
    await many(server, 6, rehearsal=True)
    report = (await caller.get(REPORT)).json
    assert (report["year"], report["report"]["counted"], report["report"]["withheld"]) == (2026, 0, 4)
    assert report["report"]["texts"] == [] and report["report"]["year"] is None
    await many(server, 2)
    report = (await caller.get(f"{REPORT}?year=2026")).json["report"]
    assert (report["counted"], report["withheld"]) == (6, 0)
    assert report["year"]["process"] == {"mean": 5.0, "counts": [0, 0, 0, 0, 6]}
    assert [(group["key"], group["count"]) for group in report["presided"]] == [("周敏", 6)]
    assert [(group["key"], group["count"]) for group in report["quarters"]] == [("3", 6)]
    assert len(report["texts"]) == 4
    assert (await caller.get(f"{REPORT}?year=2025")).json["report"]["counted"] == 0
    for year in ("", "x", "19", "99999", "²"):
        assert (await caller.get(f"{REPORT}?year={year}")).status == (200 if year == "" else 400)


async def test_who_presides_does_not_read_it(server: DeskServer) -> None:
    assert (await (await server.signed_in("mediator")).get(REPORT)).word == "not_allowed"

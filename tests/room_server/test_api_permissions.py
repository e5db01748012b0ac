"""The permission matrix, made from the table itself: every role of the staff at every address of theirs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session

from room_server import api
from room_server.api import routes
from room_server.api.routes import Auth, Route
from room_server.rules.permissions import Act, Reach, StaffRole, reach
from room_server.store import hearings, organisations, staff
from room_server.store.organisation_tables import ROOT, Organisation
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server

STAFFED = [route for route in api.ROUTES if route.auth in routes.STAFFED]
REFUSED = {"not_allowed", "not_yours", "case_not_yours"}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def caller_with(server: DeskServer, role: StaffRole, organisation: str = ROOT) -> Caller:
    name = f"{role}-{organisation}"
    await server.database.write(
        lambda session: staff.create_member(
            session,
            name=name,
            person=name,
            roles=[role],
            password_hash="",
            now=NOW,
            organisation=organisation,
        )
    )
    return await server.signed_in(name)


async def addresses(server: DeskServer) -> dict[str, str]:
    """A hearing with a sitting, whose case is the root's."""
    booking = await server.book()
    sitting = await server.database.write(lambda s: hearings.begin_sitting(s, booking.id, NOW))
    return {
        "hearing": booking.id,
        "sitting": sitting,
        "case": booking.case,
        "participant": booking.participants[2].id,
        "organisation": ROOT,
    }


def address(route: Route, known: dict[str, str]) -> str:
    path = route.path
    for name in {part[1:-1] for part in path.split("/") if part.startswith("{")}:
        path = path.replace("{" + name + "}", known.get(name, "x"))
    return path


@pytest.mark.parametrize("role", StaffRole)
async def test_every_role_at_every_address(server: DeskServer, role: StaffRole) -> None:
    """Who has no leave is told so before anything is read; who has is never told so.

    A record and the links of a hearing also need a seat in it, which nobody here has.
    """
    known = await addresses(server)
    caller = await caller_with(server, role)
    wrong = {}
    for route in STAFFED:
        if route.path == "/api/logout":
            continue
        answer = await caller.call(route.method, address(route, known), b"[]" if route.takes else None)
        word = answer.word if answer.status >= 400 else ""
        far = reach(role, route.needs)
        seat = "{hearing}" in route.path or "{sitting}" in route.path
        if far is Reach.NOWHERE:
            expected = {"not_allowed"}
        elif route.auth is not Auth.STAFF and seat:
            expected = {"not_yours"}
        elif far is Reach.GRANTED and (seat or "{case}" in route.path):
            expected = {"not_yours", "case_not_yours"}
        else:
            expected = set()
        if (expected and word not in expected) or (not expected and word in REFUSED - {"not_yours"}):
            wrong[route.method, route.path] = (answer.status, word, sorted(expected))
        assert answer.status < 500, (route.path, answer.body)
    assert wrong == {}


def test_every_route_of_the_staff_names_its_act_and_no_other_does() -> None:
    async def nothing(call: routes.Call) -> None: ...

    for auth, act in (
        (Auth.STAFF, None),
        (Auth.SHARED, None),
        (Auth.OPEN, Act.ENTER),
        (Auth.TICKET, Act.ENTER),
    ):
        with pytest.raises(ValueError, match="names its act"):
            Route("GET", "/api/x", nothing, auth, "x", act=act)


async def test_another_organisation_is_closed_below_and_beside(server: DeskServer) -> None:
    known = await addresses(server)

    def grow(session: Session) -> str:
        return organisations.create(
            session,
            name="思明区",
            short_name="思",
            level="district",
            parent=organisations.root(session),
            now=NOW,
        ).id

    district = await server.database.write(grow)
    clerk = await caller_with(server, StaffRole.CLERK, district)
    assert (await clerk.get(f"/api/cases/{known['case']}")).word == "case_not_yours"
    assert (await clerk.get(f"/api/hearings/{known['hearing']}")).word == "not_yours"
    assert (await clerk.post(f"/api/hearings/{known['hearing']}/enter", {})).word == "not_yours"
    assert (await clerk.get(f"/api/organisations/{ROOT}/staff")).word == "not_allowed"
    assert (await clerk.get(f"/api/organisations/{district}/staff")).status == 200
    assert (await clerk.get("/api/cases")).json["total"] == 0
    assert (await clerk.get("/api/hearings")).json["hearings"] == []
    seen = (await clerk.get("/api/organisations")).json["organisations"]
    assert [(row["id"], "see_cases" in row["may"]) for row in seen] == [(ROOT, False), (district, True)]
    above = await server.signed_in("clerk")
    made = await clerk.post("/api/cases", {"cause": "pay"})
    assert made.json["organisation"]["name"] == "思明区"
    assert (await above.get(f"/api/cases/{made.json['id']}")).status == 200
    row = await server.database.read(lambda s: s.get(Organisation, district))
    assert row is not None and row.path == f"/{ROOT}/{district}/"


async def test_who_has_lost_every_role_may_sign_out_and_nothing_else(server: DeskServer) -> None:
    caller = await caller_with(server, StaffRole.CLERK)
    account = await server.database.read(lambda s: staff.find_account(s, f"clerk-{ROOT}"))
    assert account is not None
    await server.database.write(lambda s: organisations.set_roles(s, account.id, ROOT, [], NOW))
    assert (await caller.get("/api/me")).json["may"] == []
    assert (await caller.get("/api/cases")).word == "not_allowed"
    assert (await caller.get("/api/organisations")).word == "not_allowed"
    assert (await caller.post("/api/logout", {})).status == 204


async def test_a_seat_goes_to_whom_the_hearing_concerns_not_to_a_namesake(server: DeskServer) -> None:
    def grow(session: Session) -> list[str]:
        root = organisations.root(session)
        made = []
        for name in ("甲区", "乙区"):
            place = organisations.create(
                session, name=name, short_name=name, level="district", parent=root, now=NOW
            )
            account = staff.create_member(
                session,
                name=name,
                person="王芳",
                roles=[StaffRole.MEDIATOR],
                password_hash="",
                now=NOW,
                organisation=place.id,
            )
            made.append(account.id)
        return made

    await server.database.write(grow)
    second = await server.signed_in("乙区")
    clerk_of_second = {"name": "王芳", "role": "mediator"}
    wish = {
        "case_number": "乙〔2026〕1号",
        "title": "t",
        "kind": "mediation",
        "starts_at": NOW,
        "participants": [clerk_of_second, {"name": "x", "role": "applicant"}],
    }
    booked = await second.post("/api/hearings", wish)
    assert booked.status == 201
    first = await server.signed_in("甲区")
    assert (await first.get(f"/api/hearings/{booked.json['id']}")).word == "not_yours"
    assert (await second.get(f"/api/hearings/{booked.json['id']}")).json["yours"]


async def test_a_case_that_was_opened_is_seen_until_it_is_closed_again(server: DeskServer) -> None:
    known = await addresses(server)
    mediator, expert = await server.signed_in("mediator"), await caller_with(server, StaffRole.EXPERT)
    case = f"/api/cases/{known['case']}"
    assert (await expert.get(case)).word == "case_not_yours"
    wish = {"account": f"{StaffRole.EXPERT}-{ROOT}", "reason": "会审"}
    granted = await mediator.post(f"{case}/grants", wish)
    assert granted.status == 201 and granted.json["grants"][0]["work"] is False
    assert (await expert.get(case)).json["may"] == [
        Act.SIGNED_IN,
        Act.SEE_LAW,
        Act.SEE_HEARINGS,
        Act.SEE_CASES,
        Act.SEE_ORGANISATIONS,
    ]
    assert [row["id"] for row in (await expert.get("/api/cases")).json["cases"]] == [known["case"]]
    assert [row["id"] for row in (await expert.get("/api/hearings")).json["hearings"]] == [known["hearing"]]
    assert (await expert.call("PUT", case, {"title": "x"})).word == "not_allowed"
    await mediator.call("DELETE", f"{case}/grants/{granted.json['grants'][0]['id']}")
    assert (await expert.get(case)).word == "case_not_yours"
    told = (await mediator.get(f"{case}/history")).json["events"]
    assert [event["what"] for event in told] == ["opened_to", "closed_to"]

"""The tree of organisations and its staff over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session

from room_server.rules.people import Role
from room_server.rules.permissions import StaffRole
from room_server.store import organisations, staff
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def administrator(server: DeskServer) -> Caller:
    """The mediator, who administers the root as well."""

    def promote(session: Session) -> None:
        account = staff.find_account(session, "mediator")
        assert account is not None
        organisations.set_roles(session, account.id, ROOT, [StaffRole.ADMIN, StaffRole.MEDIATOR], NOW)

    await server.database.write(promote)
    return await server.signed_in("mediator")


async def grown(admin: Caller, parent: str, name: str, level: str) -> str:
    """A new organisation's id."""
    wanted = {"name": name, "short_name": name, "level": level, "parent": parent}
    return str((await admin.post("/api/organisations", wanted)).json["id"])


async def test_the_tree_is_grown_over_http(server: DeskServer) -> None:
    admin = await administrator(server)
    root = (await admin.get("/api/organisations")).json["organisations"][0]
    assert (root["level"], root["name"]) == ("province_city", server.settings.organisation)
    district = {"name": "湖里区", "short_name": "厦湖", "level": "district", "parent": root["id"]}
    made = await admin.post("/api/organisations", district)
    assert made.status == 201
    assert (await admin.post("/api/organisations", district)).word == "tree_refused"
    assert (
        await admin.post("/api/organisations", district | {"parent": "o_x"})
    ).word == "no_such_organisation"
    one = f"/api/organisations/{made.json['id']}"
    wanted = {"name": "huli", "person": "湖", "roles": ["clerk", "filing"]}
    member = (await admin.post(f"{one}/staff", wanted)).json
    assert len(member["password"]) == 14 and member["roles"] == ["clerk", "filing"]
    assert (await admin.post(f"{one}/staff", wanted)).word == "name_taken"
    changed = await admin.call("PUT", f"{one}/staff/{member['account']}", {"roles": ["supervisor"]})
    assert changed.json["staff"][0]["roles"] == ["supervisor"] and changed.json["staff"][0]["password"] == ""
    assert (await admin.call("PUT", f"{one}/staff/a_none", {"roles": []})).word == "no_such_account"
    last = await admin.call("PUT", f"/api/organisations/{root['id']}/staff/a_none", {"roles": []})
    assert last.word == "no_such_account"
    renamed = await admin.call("PUT", one, {"name": "湖里", "short_name": "湖", "disabled": True})
    assert renamed.json["disabled"] and renamed.json["name"] == "湖里"
    me = (await admin.get("/api/me")).json
    assert me["roles"] == ["admin", "mediator"] and "edit_staff" in me["may"]


async def test_an_organisation_moves_with_all_below_it(server: DeskServer) -> None:
    admin = await administrator(server)
    old, new = [await grown(admin, ROOT, name, "district") for name in ("甲区", "乙区")]
    street = await grown(admin, old, "一街道", "street")
    company = await grown(admin, street, "一企业", "enterprise")
    made = {"name": "street", "person": "街", "roles": ["clerk"]}
    await admin.post(f"/api/organisations/{company}/staff", made)
    clerk = await server.signed_in("street")
    case = (await clerk.post("/api/cases", {"cause": "pay"})).json["id"]

    async def put(what: str, below: str) -> str:
        answer = await admin.call("PUT", f"/api/organisations/{what}/parent", {"parent": below})
        return str(answer.json["parent"]) if answer.status == 200 else answer.word

    assert await put(street, new) == new
    rows = (await admin.get("/api/organisations")).json["organisations"]
    assert {row["id"]: row["parent"] for row in rows}[company] == street
    paths = await server.database.read(lambda s: {row.id: row.path for row in organisations.below(s, ["/"])})
    assert paths[company] == f"/{ROOT}/{new}/{street}/{company}/"
    assert (await clerk.get(f"/api/cases/{case}")).status == 200
    seen = [row["id"] for row in (await clerk.get("/api/organisations")).json["organisations"]]
    assert seen == [ROOT, new, street, company]
    assert await put(street, company) == await put(street, street) == "tree_refused"
    assert await put(ROOT, street) == await put(new, street) == await put(new, new) == "tree_refused"
    assert await put(new, old) == "tree_refused"
    assert await put(street, "o_x") == "no_such_organisation"

    lead = {"name": "lead", "person": "长", "roles": ["admin"]}
    await admin.post(f"/api/organisations/{new}/staff", lead)
    other = await server.signed_in("lead")
    away = await other.call("PUT", f"/api/organisations/{street}/parent", {"parent": old})
    assert away.word == "not_allowed"


async def test_an_account_is_taken_out_of_use_with_the_seats_it_took(server: DeskServer) -> None:
    admin, booking = await administrator(server), await server.book()
    clerk = await server.signed_in("clerk")
    assert (await clerk.post(f"/api/hearings/{booking.id}/enter", {})).status < 300
    at = f"/api/organisations/{ROOT}/staff"
    people = {one["name"]: one for one in (await admin.get(at)).json["staff"]}
    one = f"{at}/{people['clerk']['account']}"
    assert people["clerk"]["yours"] and people["clerk"]["elsewhere"] == []
    told = await admin.call("PUT", f"{one}/use", {"disabled": True})
    assert {row["name"] for row in told.json["staff"] if row["disabled"]} == {"clerk"}
    assert (await clerk.get("/api/me")).word == "not_signed_in"
    seat = next(person.id for person in booking.participants if person.role is Role.CLERK)
    assert ("shut_out", booking.id, seat) in server.live.asked
    assert (await admin.call("PUT", f"{one}/use", {"disabled": False})).status == 200
    assert (await (await server.signed_in("clerk")).get("/api/me")).status == 200
    mine = f"{at}/{people['mediator']['account']}/use"
    refused = await admin.call("PUT", mine, {"disabled": True}, headers={"Accept-Language": "en"})
    assert refused.word == "tree_refused" and "their own account" in refused.json["error"]["text"]
    assert (await admin.call("PUT", f"{at}/a_none/use", {"disabled": True})).word == "no_such_account"


async def test_a_new_password_ends_the_logins_with_the_old_one(server: DeskServer) -> None:
    admin, clerk = await administrator(server), await server.signed_in("clerk")
    at = f"/api/organisations/{ROOT}/staff"
    people = {one["name"]: one["account"] for one in (await admin.get(at)).json["staff"]}
    renewed = (await admin.post(f"{at}/{people['clerk']}/password")).json
    assert (await clerk.get("/api/me")).word == "not_signed_in"
    entered = await server.anonymous().post("/api/login", {"name": "clerk", "password": renewed["password"]})
    assert entered.status == 200


async def test_who_serves_in_two_places_is_administered_only_by_whom_both_belong_to(
    server: DeskServer,
) -> None:
    admin = await administrator(server)
    first, second = [await grown(admin, ROOT, name, "district") for name in ("甲区", "乙区")]
    made = {"name": "both", "person": "两", "roles": ["mediator"]}
    both = (await admin.post(f"/api/organisations/{first}/staff", made)).json["account"]
    known = {"name": "both", "roles": ["clerk"]}
    at = f"/api/organisations/{second}/staff"
    assert (await admin.post(f"{at}/known", known | {"name": "none"})).word == "no_such_account"
    assert (await admin.post(f"{at}/known", known)).json["staff"][0]["roles"] == ["clerk"]
    again = (await admin.post(f"{at}/known", known | {"roles": ["filing"]})).json["staff"][0]
    assert again["roles"] == ["clerk", "filing"]
    assert again["elsewhere"] == [{"id": first, "name": "甲区"}] and again["yours"]

    await admin.post(at, {"name": "lead", "person": "长", "roles": ["admin"]})
    lead = await server.signed_in("lead")
    seen = next(one for one in (await lead.get(at)).json["staff"] if one["name"] == "both")
    assert seen["elsewhere"] == [] and not seen["yours"]
    assert (await lead.call("PUT", f"{at}/{both}/use", {"disabled": True})).word == "tree_refused"
    assert (await lead.post(f"{at}/{both}/password")).word == "tree_refused"
    left = await lead.call("PUT", f"{at}/{both}", {"roles": []})
    assert [one["name"] for one in left.json["staff"]] == ["lead"]

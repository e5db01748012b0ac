"""Every change of organisations, staff, grants and devices stands in a log that is never changed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from room_server.rules.permissions import StaffRole
from room_server.store import organisation_log, organisations, staff
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server
from tests.support.filing import filed

AT = f"/api/organisations/{ROOT}/log"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def administrator(server: DeskServer, name: str = "mediator", place: str = ROOT) -> Caller:
    def promote(session: Session) -> None:
        account = staff.find_account(session, name)
        assert account is not None
        organisations.set_roles(session, account.id, place, [StaffRole.ADMIN, StaffRole.MEDIATOR], NOW)

    await server.database.write(promote)
    return await server.signed_in(name)


async def grown(admin: Caller, name: str, parent: str = ROOT, level: str = "district") -> str:
    wanted = {"name": name, "short_name": "", "level": level, "parent": parent}
    return str((await admin.post("/api/organisations", wanted)).json["id"])


async def changes(caller: Caller, at: str = AT) -> list[dict[str, Any]]:
    """The oldest first."""
    answer = await caller.get(at)
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json["changes"]
    return found[::-1]


def told(row: dict[str, Any]) -> tuple[str, ...]:
    names = (row["organisation"]["name"], row["account_name"], row["before"], row["after"], row["subject"])
    return (row["act"], *(name for name in names if name))


async def test_the_tree_and_its_staff(server: DeskServer) -> None:
    admin = await administrator(server)
    one, other = await grown(admin, "甲区"), await grown(admin, "乙区")
    street = await grown(admin, "一街道", one, "street")
    at = f"/api/organisations/{street}"
    edit = {"name": "一街", "short_name": "一"}
    await admin.call("PUT", at, edit)
    await admin.call("PUT", at, edit)
    await admin.call("PUT", f"{at}/parent", {"parent": other})
    made = (await admin.post(f"{at}/staff", {"name": "yi", "person": "易", "roles": ["clerk"]})).json
    who = f"{at}/staff/{made['account']}"
    await admin.call("PUT", who, {"roles": ["clerk", "filing"]})
    await admin.call("PUT", who, {"roles": ["filing", "clerk"]})
    await admin.post(f"{who}/password")
    await admin.call("PUT", f"{who}/use", {"disabled": True})
    await admin.call("PUT", f"{who}/use", {"disabled": False})
    await admin.call("PUT", at, edit | {"disabled": True})
    found = await changes(admin)
    assert [told(row) for row in found] == [
        ("organisation_created", "甲区", "甲区"),
        ("organisation_created", "乙区", "乙区"),
        ("organisation_created", "一街", "一街道"),
        ("organisation_renamed", "一街", "一街道", "一街（一）"),
        ("organisation_moved", "一街", "甲区", "乙区", "一街"),
        ("organisation_moved", "甲区", "甲区", "乙区", "一街"),
        ("account_created", "一街", "易", "clerk"),
        ("roles_changed", "一街", "易", "clerk", "clerk,filing"),
        ("password_renewed", "一街", "易"),
        ("account_disabled", "一街", "易"),
        ("account_enabled", "一街", "易"),
        ("organisation_disabled", "一街"),
    ]
    assert {row["by_name"] for row in found} == {"周敏"}
    assert made["password"] not in (await admin.get(AT)).body.decode()


async def test_a_case_opened_and_a_device_let_in(server: DeskServer) -> None:
    admin = await administrator(server)
    one = await grown(admin, "甲区")
    _, case = await filed(server)
    opened = await admin.post(
        f"/api/cases/{case['id']}/grants", {"organisation": one, "work": True, "reason": "协助"}
    )
    (grant,) = opened.json["grants"]
    await admin.call("DELETE", f"/api/cases/{case['id']}/grants/{grant['id']}")
    here = f"/api/organisations/{ROOT}/chambers"
    chamber = (await admin.post(here, {"name": "一号庭", "place": "", "seats": 8})).json["id"]
    code = (await admin.post(f"{here}/{chamber}/device")).json["code"]
    await server.anonymous().post("/api/chamber", {"code": code, "label": "大屏"})
    await admin.call("DELETE", f"{here}/{chamber}/device")
    await admin.call("DELETE", f"{here}/{chamber}/device")
    found = [(row["act"], row["after"], row["subject"]) for row in (await changes(admin))[1:]]
    assert case["id"] and found[0][2] == case["number"]
    number = case["number"]
    assert found == [
        ("case_opened", "甲区", number),
        ("case_closed", "甲区", number),
        ("device_paired", "大屏", "一号庭"),
        ("device_unpaired", "", "一号庭"),
    ]


async def test_a_change_that_is_refused_leaves_nothing(server: DeskServer) -> None:
    admin = await administrator(server)
    assert (await admin.call("PUT", f"/api/organisations/{ROOT}/parent", {"parent": ROOT})).status >= 400
    root = {"name": "根", "short_name": "", "disabled": True}
    assert (await admin.call("PUT", f"/api/organisations/{ROOT}", root)).word == "tree_refused"
    assert await changes(admin) == []


async def test_administrators_see_their_own_part_and_others_nothing(server: DeskServer) -> None:
    admin = await administrator(server)
    one, other = await grown(admin, "甲区"), await grown(admin, "乙区")
    wanted = {"name": "jia", "person": "贾", "roles": ["admin"]}
    await admin.post(f"/api/organisations/{one}/staff", wanted)
    local = await server.signed_in("jia")
    own = await changes(local, f"/api/organisations/{one}/log")
    assert {row["organisation"]["id"] for row in own} == {one}
    for at in (AT, f"/api/organisations/{other}/log"):
        assert (await local.get(at)).status in (403, 404)
    clerk = await server.signed_in("clerk")
    assert (await clerk.get(AT)).status == 403
    assert (await server.anonymous().get(AT)).status == 401


async def test_it_is_paged_and_filtered(server: DeskServer) -> None:
    admin = await administrator(server)

    def many(session: Session) -> None:
        for number in range(60):
            act = "password_renewed" if number % 2 else "account_disabled"
            organisation_log.note(session, act, at=number, by="console", organisation=ROOT)

    await server.database.write(many)
    first = (await admin.get(AT)).json
    assert len(first["changes"]) == 50 and first["more"] and first["changes"][0]["at"] == 59
    rest = (await admin.get(f"{AT}?before={first['changes'][-1]['id']}")).json
    assert [row["at"] for row in rest["changes"]] == list(range(9, -1, -1)) and not rest["more"]
    only = (await admin.get(f"{AT}?act=password_renewed")).json["changes"]
    assert len(only) == 30 and {row["by"] for row in only} == {"console"}
    for wrong in ("act=danced", "before=-1", "before=x"):
        assert (await admin.get(f"{AT}?{wrong}")).word == "malformed"


async def test_it_is_append_only_and_knows_its_acts(server: DeskServer) -> None:
    admin = await administrator(server)
    await grown(admin, "甲区")
    for statement in ("UPDATE organisation_log SET actor = 'x'", "DELETE FROM organisation_log"):
        with pytest.raises(IntegrityError, match="append-only"):
            await server.database.write(
                lambda s, statement=statement: s.execute(text(statement))  # type: ignore[misc]
            )
    with pytest.raises(ValueError, match="danced"):
        await server.database.write(
            lambda s: organisation_log.note(s, "danced", at=1, by="x", organisation=ROOT)
        )

"""The tree of organisations over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.desk_server import NOW, DeskServer, desk_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def test_the_tree_is_grown_over_http(server: DeskServer) -> None:
    def promote(session: Any) -> None:
        from room_server.rules.permissions import StaffRole
        from room_server.store import organisations, staff
        from room_server.store.organisation_tables import ROOT

        account = staff.find_account(session, "mediator")
        assert account is not None
        organisations.set_roles(session, account.id, ROOT, [StaffRole.ADMIN, StaffRole.MEDIATOR], NOW)

    await server.database.write(promote)
    admin = await server.signed_in("mediator")
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
    assert (await admin.call("PUT", f"{one}/staff/a_none", {"roles": []})).word == "nobody"
    last = await admin.call("PUT", f"/api/organisations/{root['id']}/staff/a_none", {"roles": []})
    assert last.word == "nobody"
    renamed = await admin.call("PUT", one, {"name": "湖里", "short_name": "湖", "disabled": True})
    assert renamed.json["disabled"] and renamed.json["name"] == "湖里"
    me = (await admin.get("/api/me")).json
    assert me["roles"] == ["admin", "mediator"] and "edit_staff" in me["may"]

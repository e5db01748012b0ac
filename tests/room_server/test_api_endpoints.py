"""A chamber's device from its pairing code to the end of its credential."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.pairing import CODE_MS, LENGTH
from room_server.rules.people import Role
from room_server.rules.permissions import StaffRole
from room_server.rules.presence import SILENT_MS
from room_server.store import staff
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server

CHAMBERS = f"/api/organisations/{ROOT}/chambers"
MINUTE = 60_000


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def administrator(server: DeskServer) -> Caller:
    await server.database.write(
        lambda session: staff.create_member(
            session, name="admin", person="管理员", roles=[StaffRole.ADMIN], password_hash="", now=NOW
        )
    )
    return await server.signed_in("admin")


async def chamber(desk: Caller, name: str = "滨海街道调解室") -> str:
    return str((await desk.post(CHAMBERS, {"name": name, "seats": 6, "place": "1 楼"})).json["id"])


async def paired(server: DeskServer, desk: Caller, identifier: str) -> Caller:
    code = (await desk.post(f"{CHAMBERS}/{identifier}/device")).json["code"]
    told = await server.anonymous().post("/api/chamber", {"code": code, "label": "Chromium, Linux"})
    return Caller(server.client, {"Authorization": f"Chamber {told.json['credential']}"})


async def shown(desk: Caller, identifier: str) -> dict[str, object]:
    rows = (await desk.get("/api/chambers")).json["chambers"]
    return next(row for row in rows if row["id"] == identifier)


async def test_a_code_pairs_one_device_once(server: DeskServer) -> None:
    desk = await administrator(server)
    identifier = await chamber(desk)
    assert (await shown(desk, identifier))["standing"] == "unpaired"
    offered = (await desk.post(f"{CHAMBERS}/{identifier}/device")).json
    assert len(offered["code"]) == LENGTH and offered["url"].endswith(f"/chamber#{offered['code']}")
    # As somebody types it.
    typed = f"{offered['code'][:5].lower()}-{offered['code'][5:]} "
    nobody = server.anonymous()
    told = await nobody.post("/api/chamber", {"code": typed, "label": "Firefox"})
    assert told.status == 201 and told.json["chamber"]["name"] == "滨海街道调解室"
    assert (await nobody.post("/api/chamber", {"code": typed})).word == "no_such_code"
    device = Caller(server.client, {"Authorization": f"Chamber {told.json['credential']}"})
    assert (await device.get("/api/chamber")).json["chamber"]["id"] == identifier
    row = await shown(desk, identifier)
    assert (row["standing"], row["device"], row["seen_at"]) == ("online", "Firefox", NOW)


async def test_a_code_ends_and_a_newer_one_ends_it(server: DeskServer) -> None:
    desk, nobody = await administrator(server), server.anonymous()
    identifier = await chamber(desk)
    first = (await desk.post(f"{CHAMBERS}/{identifier}/device")).json["code"]
    second = (await desk.post(f"{CHAMBERS}/{identifier}/device")).json["code"]
    assert (await nobody.post("/api/chamber", {"code": first})).word == "no_such_code"
    server.clock[0] += CODE_MS / 1000
    assert (await nobody.post("/api/chamber", {"code": second})).word == "no_such_code"


async def test_codes_cannot_be_guessed_at(server: DeskServer) -> None:
    nobody = server.anonymous()
    words = [(await nobody.post("/api/chamber", {"code": f"GUESS{n:05}"})).word for n in range(12)]
    assert words == ["no_such_code"] * 10 + ["too_many"] * 2


async def test_a_silent_device_is_offline_and_one_in_a_room_busy(server: DeskServer) -> None:
    desk = await administrator(server)
    identifier = await chamber(desk)
    device = await paired(server, desk, identifier)
    assert (await shown(desk, identifier))["standing"] == "offline"
    await device.get("/api/chamber?doing=room")
    assert (await shown(desk, identifier))["standing"] == "busy"
    server.clock[0] += SILENT_MS / 1000 + 1
    assert (await shown(desk, identifier))["standing"] == "offline"


async def test_another_device_a_revocation_and_a_closed_chamber_end_a_credential(server: DeskServer) -> None:
    desk = await administrator(server)
    identifier = await chamber(desk)
    old = await paired(server, desk, identifier)
    new = await paired(server, desk, identifier)
    assert (await old.get("/api/chamber")).word == "not_paired"
    edit = {"name": "滨海街道调解室", "seats": 6, "disabled": True}
    await desk.call("PUT", f"{CHAMBERS}/{identifier}", edit)
    assert (await new.get("/api/chamber")).word == "not_paired"
    await desk.call("PUT", f"{CHAMBERS}/{identifier}", {**edit, "disabled": False})
    assert (await new.get("/api/chamber")).status == 200
    assert (await desk.call("DELETE", f"{CHAMBERS}/{identifier}/device")).status == 204
    assert (await new.get("/api/chamber")).word == "not_paired"
    last = await paired(server, desk, identifier)
    assert (await last.call("DELETE", "/api/chamber")).status == 204
    assert (await last.get("/api/chamber")).word == "not_paired"
    assert (await shown(desk, identifier))["standing"] == "unpaired"


@pytest.mark.parametrize("credential", ["", "x", "k_00.aaaa.bbbb", "k_00" * 90, "庭"])
async def test_nothing_else_is_a_credential(server: DeskServer, credential: str) -> None:
    headers = {"Authorization": f"Chamber {credential}".encode().decode("latin-1")}
    assert (await Caller(server.client, headers).get("/api/chamber")).word == "not_paired"


async def test_a_ticket_is_no_credential_of_a_chamber(server: DeskServer) -> None:
    ticket = await server.token(await server.book(), Role.APPLICANT)
    device = Caller(server.client, {"Authorization": f"Chamber {ticket}"})
    assert (await device.get("/api/chamber")).word == "not_paired"


async def test_the_screen_shows_today_without_names(server: DeskServer) -> None:
    desk = await administrator(server)
    identifier = await chamber(desk)
    device = await paired(server, desk, identifier)
    clerk = await server.signed_in("clerk")
    people = [
        {"name": "周敏", "role": "mediator"},
        {"name": "张晓雯", "role": "applicant", "side": "applicant"},
    ]
    for number, starts_at, where in (
        ("示范〔2026〕11号", NOW + 5 * MINUTE, identifier),
        ("示范〔2026〕12号", NOW + 48 * 60 * MINUTE, identifier),
        ("示范〔2026〕13号", NOW, ""),
    ):
        wish = {"case_number": number, "title": "张晓雯工资争议", "kind": "mediation", "starts_at": starts_at}
        body = wish | {"participants": people, "chamber": where, "form": "mixed", "override": "试"}
        assert (await clerk.post("/api/hearings", body)).status == 201
    board = await device.get("/api/chamber")
    assert [one["case_number"] for one in board.json["hearings"]] == ["示范〔2026〕11号"]
    assert "张晓雯" not in board.body.decode()

"""Going on at a place, as the desk, the links and the notices show it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.api.going_on import go_on_site
from room_server.rules.onsite.events import SwitchedOnSite
from room_server.rules.people import Role
from room_server.store import hearings
from room_server.store.hearings import Booking
from tests.support.desk_server import NOW, DeskServer, desk_server

DAY = 24 * 3_600_000
SWITCH = SwitchedOnSite(
    reason="当事人无法核验身份", place="湖里区仲裁院第一庭", time=NOW + 3 * DAY, stage="M7_NEGOTIATE"
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def moved(server: DeskServer) -> tuple[Booking, str]:
    """A hearing whose sitting has ended to go on at a place."""
    booking = await server.book()
    sitting = await server.database.write(lambda s: hearings.begin_sitting(s, booking.id, NOW))
    await server.database.write(lambda s: hearings.set_state(s, booking.id, "open"))
    await go_on_site(server.client.app, sitting, booking.participants[0].id, SWITCH)
    return booking, sitting


async def test_desk_and_link_say_where_and_when_it_goes_on(server: DeskServer) -> None:
    booking, sitting = await moved(server)
    clerk = await server.signed_in("clerk")
    shown = (await clerk.get(f"/api/hearings/{booking.id}")).json
    assert (shown["state"], shown["form"], shown["place"]) == ("booked", "onsite", SWITCH.place)
    assert (shown["continues"], shown["starts_at"]) == (sitting, SWITCH.time)
    token = await server.token(booking, Role.APPLICANT)
    said = (await server.with_ticket(token).get("/api/ticket")).json["hearing"]
    assert (said["form"], said["place"], said["continues"]) == ("onsite", SWITCH.place, sitting)
    assert (await clerk.post(f"/api/hearings/{booking.id}/enter", {})).status == 200


async def test_everybody_is_told_once_with_what_to_bring(server: DeskServer) -> None:
    booking, sitting = await moved(server)
    await go_on_site(server.client.app, sitting, booking.participants[0].id, SWITCH)
    clerk = await server.signed_in("clerk")
    rows = (await clerk.get(f"/api/hearings/{booking.id}/notices")).json["notices"]
    told = [row["name"] for row in rows if row["moment"] == "rebooked" and row["state"] != "dropped"]
    by_link = [person.name for person in booking.participants if booking.by_link(person)]
    assert sorted(told) == sorted(by_link)
    history = (await clerk.get(f"/api/cases/{booking.case}/history")).json["events"]
    entries = [one for one in history if one["what"] == "rebooked"]
    assert len(entries) == 1 and "身份证件原件" in entries[0]["note"] and SWITCH.reason in entries[0]["note"]


async def test_another_plan_takes_the_place_with_it(server: DeskServer) -> None:
    booking, sitting = await moved(server)
    clerk = await server.signed_in("clerk")
    at = f"/api/hearings/{booking.id}/rebook"
    later = {"starts_at": NOW + 5 * DAY, "form": "onsite", "reason": "申请人住院"}
    kept = (await clerk.post(at, later)).json
    assert (kept["place"], kept["continues"]) == (SWITCH.place, sitting)
    online = (await clerk.post(at, {**later, "form": "online"})).json
    assert (online["place"], online["form"]) == ("", "online")

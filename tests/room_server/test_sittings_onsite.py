"""A sitting goes on at a place: the same hearing has another sitting, which goes on in the same stage."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from room_server.rules import commands as c
from room_server.rules.onsite.events import SwitchedOnSite
from room_server.sitting.live import Sitting
from room_server.store import hearings, journal, rebooking
from room_server.store.database import Database
from tests.room_server.test_sittings import House
from tests.support.room_stage import Ear

NOON = 1_800_000_000_000
SWITCH = c.SwitchOnSite(reason="当事人无法核验身份", place="湖里区仲裁院第一庭", time=NOON)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The house, which books what goes on at a place."""
    database = Database(f"sqlite:///{tmp_path / 'heting.db'}")
    await database.open()
    made = House(database, tmp_path)
    await made.book()
    made.sittings.go_on_site = booking_in(made)
    await made.sittings.start()
    yield made
    await made.sittings.stop()
    await database.close()


def booking_in(house: House) -> Any:
    async def go_on_site(sitting: str, chair: str, switch: SwitchedOnSite) -> None:
        assert chair == house.people["mediator"]
        await house.database.write(
            lambda s: rebooking.go_on_site(
                s, sitting, switch=switch, by="", now=1, reason=switch.reason, hours=24
            )
        )

    return go_on_site


async def switched(house: House) -> Sitting:
    """A sitting in the negotiation that has just ended to go on at a place."""
    live, mediator = await house.opened(), house.people["mediator"]
    for to in ("M5_STATEMENTS", "M6_ISSUES", "M7_NEGOTIATE"):
        await live.wish(mediator, c.Advance(origin=live.room.stage, to=to, reason="继续"))
    await live.wish(mediator, SWITCH)
    async with asyncio.timeout(60):
        while (await booked(house)).state != "booked":
            await asyncio.sleep(0.02)
    return live


async def booked(house: House) -> hearings.Booking:
    booking = await house.database.read(lambda s: hearings.find(s, house.hearing))
    assert booking is not None
    return booking


async def test_the_hearing_is_booked_at_the_place_and_its_links_stay_good(house: House) -> None:
    link = await house.tickets.issue(house.hearing, house.people["applicant"])
    live = await switched(house)
    booking = await booked(house)
    plan = booking.plan
    assert (booking.starts_at, plan.form, plan.place, plan.chamber) == (NOON, "onsite", SWITCH.place, "")
    assert plan.continues == live.id
    assert (await house.tickets.admit(link.token)).booking.starts_at == NOON
    links = {one.participant.id: one.expires_at for one in await house.tickets.links(house.hearing)}
    assert links[house.people["applicant"]] == NOON + 24 * 3_600_000


async def test_the_next_sitting_of_the_hearing_goes_on_in_the_same_stage(house: House) -> None:
    first, mediator = await switched(house), house.people["mediator"]
    second = await house.sittings.of_hearing(house.hearing)
    assert second is not first and await house.sittings.of_hearing(house.hearing) is second
    assert house.sittings.room(house.hearing) is second.room
    told = (await journal.read(house.database, second.id))[0].body
    assert (told["former"], told["resumes_at"], told["place"]) == (first.id, "M7_NEGOTIATE", SWITCH.place)
    # Nobody is online but the desk: the clerk or the chair notes who has come.
    await second.enter(Ear(mediator), 0, False)
    await second.wish(mediator, c.Knock())
    await second.wish(mediator, c.PresentOnSite(participant=house.people["applicant"]))
    await second.wish(mediator, c.Open())
    await second.wish(mediator, c.Advance(origin=second.room.stage, reason="到场继续"))
    assert second.room.stage == "M7_NEGOTIATE"
    async with asyncio.timeout(60):
        while (await booked(house)).state != "open":
            await asyncio.sleep(0.02)


async def test_a_restart_right_after_the_switch_books_it_then(house: House) -> None:
    async def nobody(sitting: str, chair: str, switch: SwitchedOnSite) -> None:
        raise RuntimeError("the process ended here")

    house.sittings.go_on_site = nobody
    live, mediator = await house.opened(), house.people["mediator"]
    await live.wish(mediator, SWITCH)
    await asyncio.sleep(0)
    assert (await booked(house)).plan.continues == ""
    await house.sittings.stop()
    house.sittings = house.registry()
    house.sittings.go_on_site = booking_in(house)
    await house.sittings.start()
    async with asyncio.timeout(60):
        while (await booked(house)).plan.continues != live.id:
            await asyncio.sleep(0.02)
    second = await house.sittings.of_hearing(house.hearing)
    assert second.id != live.id and second.room.phase == "waiting"

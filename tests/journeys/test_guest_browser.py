"""One guest in two live rooms: sees both, is heard and seen in one, and nothing leaks into the other."""

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from room_server.rehearsal.desk import Desk
from tests.support.courthouse import serving
from tests.support.guest import Guest
from tests.support.page_media import WATCHED
from tests.support.phone import chromium, visitor
from tests.support.street import STREETS, employ, goes_on, hearing_of, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.untimed]

WAIT = 60_000
SCREEN = {"width": 1366, "height": 768}
MOVES = """() => [...document.querySelectorAll('.wall-tile')].filter((tile) =>
  tile.querySelector('video').videoWidth > 0 && Number(tile.dataset.frames) > 5).length === 2"""
HUNG_UP = "() => made.every((one) => one.connectionState === 'closed')"


async def picture(page: Page, name: str) -> None:
    """For looking at."""
    if folder := os.environ.get("HETING_PICTURES"):
        await page.screenshot(path=f"{folder}/guest-{name}.png")


def turned(room: Guest, who: str) -> list[bool]:
    """What a room was told of a guest's attention, in order."""
    return [one["here"] for one in room.told("AttentionTurned") if one["participant"] == who]


def got(room: Guest, who: str) -> tuple[int, int]:
    """Voice packets and pictures of a guest that reached this person."""
    return room.heard(who), room.seen(who)


async def reaches(room: Guest, who: str) -> None:
    """Wait until a guest is heard and seen anew."""
    heard, seen = got(room, who)
    await room.until(lambda: room.heard(who) > heard + 20 and room.seen(who) > seen + 5, 60)


async def test_a_guest_speaks_in_one_room_at_a_time(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        data = tmp_path / "var"
        venue = await serving(stack, data, tmp_path / "server.log")
        password = await employ(data, "wuzhong", "吴仲", "arbitrator")
        desk = await stack.enter_async_context(Desk(venue.url, False))
        await desk.login(venue.name, venue.password)
        seat = [{"name": "吴仲", "role": "arbitrator"}]
        booked = [await hearing_of(desk, title, seat) for title in STREETS[:2]]
        rooms = [(await goes_on(stack, venue, desk, one))[0] for one in booked]
        ids = [
            next(one["id"] for one in hearing["participants"] if one["role"] == "arbitrator")
            for hearing in booked
        ]
        browser = await stack.enter_async_context(chromium("--allow-loopback-in-peer-connection"))
        context: dict[str, Any] = {"viewport": SCREEN, "ignore_https_errors": True}
        visit = await stack.enter_async_context(visitor(browser, **context))
        page = visit.page
        await page.add_init_script(WATCHED)
        await sign_in(page, venue.url, "wuzhong", password, "/desk/guest")
        await expect(page.locator(".waiting li")).to_have_count(2, timeout=WAIT)
        await picture(page, "list")
        await page.locator("[data-test=enter-all]").click()
        await page.wait_for_function(MOVES, timeout=WAIT)
        for room, who in zip(rooms, ids, strict=True):
            await room.until(lambda room=room, who=who: turned(room, who) == [False], 60)  # type: ignore[misc]
            assert got(room, who) == (0, 0)

        order = [await page.locator(".cell").nth(n).get_attribute("data-room") for n in (0, 1)]
        first, second = (next(n for n in (0, 1) if booked[n]["id"] == one) for one in order)
        await page.keyboard.press("1")
        await reaches(rooms[first], ids[first])
        assert turned(rooms[first], ids[first]) == [False, True]
        assert got(rooms[second], ids[second]) == (0, 0)
        await expect(page.locator("[data-test=spoken]")).to_contain_text(booked[first]["title"])
        await picture(page, "speaking")
        assert await visit.violations() == []
        assert await visit.leftovers() == []

        # By a number key to the other room: the former one hears and sees nothing more.
        await page.keyboard.press("2")
        await rooms[first].until(lambda: turned(rooms[first], ids[first]) == [False, True, False], 60)
        await asyncio.sleep(0.5)
        heard = got(rooms[first], ids[first])
        await reaches(rooms[second], ids[second])
        assert got(rooms[first], ids[first]) in (heard, (0, 0))
        await page.keyboard.press("0")
        await rooms[second].until(lambda: turned(rooms[second], ids[second])[-1] is False, 60)
        # And back by a click: the connection that stood carries the voice again.
        await page.locator(f'[data-room="{booked[first]["id"]}"] [data-test=speak]').click()
        await reaches(rooms[first], ids[first])

        await page.locator("[data-test=leave-all]").click()
        await page.wait_for_function(HUNG_UP, timeout=WAIT)
        for room, who in zip(rooms, ids, strict=True):
            left = {"type": "Left", "participant": who, "cause": "left"}
            await room.until(lambda room=room, left=left: left in room.told("Left"), 60)  # type: ignore[misc]
        assert visit.errors == []

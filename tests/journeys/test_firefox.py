"""Two engines in one room: a party in Firefox and the mediator in Chromium see each other."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from room_server.rehearsal.venue import Venue
from tests.journeys.test_browser import WAIT, advancing, links, sign_in
from tests.support.browser import person
from tests.support.desk_stages import open_for_all
from tests.support.firefox import FIREFOX, FirefoxPage, firefox

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.skipif(FIREFOX is None, reason="Firefox is not installed"),
]
TILES = "[...document.querySelectorAll('[data-participant]')].map(e => +e.dataset.frames)"


def own_address() -> str:
    """An address of this machine by which others reach it; empty on one without a network.

    Debian's Firefox makes no connections over loopback, whatever its preferences say.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent.
            probe.connect(("203.0.113.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


async def come_in(page: FirefoxPage, link: str) -> None:
    """A party goes from the link to the lobby."""
    await page.goto(link)
    await page.press("是我本人")
    for _ in range(3):
        await page.press("我已阅读并同意")
    # Firefox does not tell beforehand that the camera may be used: the page lets the person begin.
    await page.press("开始检查")
    await page.see("播放提示音")
    await page.press("申请进入")
    await page.see("等待调解员准入")


async def watching(page: FirefoxPage) -> list[int]:
    """Frames decoded per tile, once one of them moves on by more than 20 pictures."""
    first: list[int] = await page.evaluate(TILES)
    async with asyncio.timeout(WAIT / 1000):
        while True:
            await asyncio.sleep(0.5)
            now: list[int] = await page.evaluate(TILES)
            if len(now) != len(first):
                first = now
            elif any(after > before + 20 for before, after in zip(first, now, strict=True)):
                return now


async def test_chromium_and_firefox_see_each_other(tmp_path: Path) -> None:
    address = own_address()
    if not address:
        pytest.skip("no network interface but loopback, over which Firefox makes no connections")
    announced = {"HETING_MEDIA_ADDRESSES": address}
    async with (
        Venue(tmp_path / "var", tmp_path / "server.log", settings=announced) as venue,
        async_playwright() as playwright,
        person(
            playwright,
            tmp_path,
            "mediator",
            ["mediator-begin.ogg"],
            2.0,
            ((196, 208, 220), (38, 58, 92)),
            False,
        ) as desk,
        firefox(tmp_path) as party,
    ):
        await sign_in(desk, venue)
        way = (await links(desk))[0]
        await desk.get_by_role("button", name="进入").or_(desk.get_by_role("link", name="进入")).first.click()
        await come_in(party, way)
        await desk.get_by_role("button", name="准入").first.click(timeout=WAIT)
        await open_for_all(desk)
        await advancing(desk, 1)
        seen = await watching(party)
        agent: Any = await party.evaluate("navigator.userAgent")
        print({"in_firefox": seen, "agent": agent})
        assert "Firefox/" in agent

"""A party shows a document: everybody sees it beside the faces, the chair ends it, the replay has it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Page, Playwright, async_playwright, expect

from room_server.rehearsal.venue import Venue
from tests.journeys.test_browser import COLOURS, SPEECH, WAIT, advancing, come_in, links, sign_in
from tests.support.browser import person, shoot
from tests.support.desk_stages import open_for_all

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.untimed]

SCREENS = "[...document.querySelectorAll('[data-screen]')].map(e => +e.dataset.frames)"
FACES = "[...document.querySelectorAll('.tile:not(.own)')].map(e => +e.dataset.frames)"


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    """The driver of the browsers."""
    async with async_playwright() as driver:
        yield driver


async def moving(page: Page, script: str, by: int = 2) -> None:
    """Every picture the script counts shows new frames."""
    async with asyncio.timeout(WAIT / 1000):
        while True:
            before: list[int] = await page.evaluate(script)
            await page.wait_for_timeout(1500)
            after: list[int] = await page.evaluate(script)
            grown = [b - a for a, b in zip(before, after, strict=False)]
            if grown and len(before) == len(after) and min(grown) >= by:
                return


async def test_a_screen_is_shown_ended_and_replayed(tmp_path: Path, playwright: Playwright) -> None:
    async with Venue(tmp_path / "var", tmp_path / "server.log") as venue, AsyncExitStack() as stack:
        # Only one of them holds a phone: one who shows a document sits at a computer.
        desk, applicant, respondent = [
            await stack.enter_async_context(
                person(playwright, tmp_path, name, SPEECH[name][:1], 2.0, COLOURS[name], name == "respondent")
            )
            for name in SPEECH
        ]
        await sign_in(desk, venue)
        ways = await links(desk)
        await desk.get_by_role("button", name="进入").or_(desk.get_by_role("link", name="进入")).first.click()
        await expect(desk.get_by_role("button", name="宣布开始")).to_be_visible(timeout=WAIT)
        for page, link, name in zip((applicant, respondent), ways, ("applicant", "respondent"), strict=True):
            await come_in(page, link, name)
        await open_sitting(desk)
        for page in (desk, applicant, respondent):
            await advancing(page, 2)
        await applicant.locator("[data-control=share]").click()
        await expect(applicant.locator(".sharing-bar")).to_be_visible(timeout=WAIT)
        for page in (desk, respondent):
            await moving(page, SCREENS)
            await moving(page, FACES)
        for page, name in ((desk, "desk"), (respondent, "phone"), (applicant, "owner")):
            await shoot(page, f"screen-{name}")
        await respondent.locator("[data-control=share]").click()
        await expect(respondent.get_by_text("已有人在共享屏幕")).to_be_visible(timeout=WAIT)
        await desk.wait_for_timeout(3000)
        await desk.locator("[data-test=end-share]").click()
        await expect(applicant.get_by_text("您的屏幕共享已结束")).to_be_visible(timeout=WAIT)
        for page in (desk, respondent):
            await expect(page.locator("[data-screen]")).to_have_count(0)
            await moving(page, FACES)
        await desk.keyboard.press("Alt+KeyS")
        for page in (applicant, respondent):
            await moving(page, SCREENS)
        await desk.locator("[data-control=unshare]").click()
        await expect(respondent.locator("[data-screen]")).to_have_count(0)
        await desk.get_by_role("button", name="闭庭").click()
        await desk.get_by_role("alertdialog").get_by_role("button", name="确定闭庭").click()
        await applicant.close()
        await respondent.close()
        await replayed(desk)


async def open_sitting(desk: Page) -> None:
    """Admit everybody and open."""
    admit = desk.get_by_role("button", name="准入")
    await expect(admit.nth(1)).to_be_visible(timeout=WAIT)
    while await admit.count():
        await admit.first.click()
        await desk.wait_for_timeout(700)
    await open_for_all(desk)


async def replayed(desk: Page) -> None:
    """The replay shows both screens, large, at their times."""
    link = desk.get_by_role("link", name="回放").first
    await expect(link).to_be_visible(timeout=60_000)
    await link.click()
    screens = desk.locator("[data-replay-screen]")
    await expect(screens).to_have_count(2, timeout=WAIT)
    assert await screens.filter(visible=True).count() == 0
    await desk.get_by_role("button", name="播放", exact=True).first.click()
    await expect(screens.filter(visible=True)).to_have_count(1, timeout=2 * WAIT)
    script = (
        "Math.max(...[...document.querySelectorAll('[data-replay-screen] video')].map(v => v.currentTime))"
    )
    async with asyncio.timeout(WAIT / 1000):
        while await desk.evaluate(script) < 1.5:
            await desk.wait_for_timeout(300)
    await shoot(desk, "screen-replay")

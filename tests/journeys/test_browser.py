"""The main job in real browsers: a mediator and two parties hold a hearing; it is written and replayed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Page, Playwright, async_playwright, expect

from room_server.rehearsal.venue import Venue
from tests.support.browser import Colours, person, shoot
from tests.support.desk_stages import open_for_all

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.untimed]

WAIT = 30_000
COLOURS: dict[str, Colours] = {
    "mediator": ((196, 208, 220), (38, 58, 92)),
    "applicant": ((224, 216, 200), (120, 84, 60)),
    "respondent": ((204, 220, 208), (60, 68, 76)),
}
SPEECH = {
    "mediator": ["mediator-begin.ogg", "mediator-claims.ogg"],
    "applicant": ["applicant-myself.ogg", "applicant-years.ogg"],
    "respondent": ["respondent-myself.ogg", "respondent-trouble.ogg"],
}


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    """The driver of the browsers."""
    async with async_playwright() as driver:
        yield driver


async def sign_in(page: Page, venue: Venue) -> None:
    """The mediator signs in and opens the hearing's room."""
    await page.goto(venue.url + "/desk")
    await page.get_by_label("账号").fill(venue.name)
    await page.get_by_label("密码").fill(venue.password)
    await page.get_by_role("button", name="登录").click()
    await shoot(page, "desk-login")
    await expect(page.get_by_text("当日庭次")).to_be_visible(timeout=WAIT)


async def links(page: Page) -> list[str]:
    """The parties' links, read off the dialog a mediator would copy them from."""
    hearings = await page.evaluate("fetch('/api/hearings').then(r => r.json())")
    identity = hearings["hearings"][0]["id"]
    found = await page.evaluate(f"fetch('/api/hearings/{identity}/links').then(r => r.json())")
    return [link["url"] for link in found["links"]]


async def come_in(page: Page, link: str, name: str) -> None:
    """A party goes from the link to the lobby."""
    await page.goto(link)
    await shoot(page, f"{name}-welcome")
    await page.get_by_role("button", name="是我本人").click(timeout=WAIT)
    for _ in range(3):
        await page.get_by_role("button", name="我已阅读并同意").click()
    await expect(page.get_by_text("检查设备")).to_be_visible(timeout=WAIT)
    await page.wait_for_timeout(1500)
    await shoot(page, f"{name}-devices")
    await page.get_by_role("button", name="申请进入").click()
    await expect(page.get_by_text("等待调解员准入")).to_be_visible(timeout=WAIT)
    await shoot(page, f"{name}-lobby")


async def frames(page: Page) -> dict[str, int]:
    """Decoded frames so far per remote tile."""
    tiles = "[...document.querySelectorAll('[data-participant]')]"
    return dict(await page.evaluate(tiles + ".map(e => [e.dataset.participant, +e.dataset.frames])"))


async def advancing(page: Page, tiles: int) -> None:
    """Every one of the remote tiles shows new pictures."""
    async with asyncio.timeout(WAIT / 1000):
        while True:
            before = await frames(page)
            await page.wait_for_timeout(1000)
            after = await frames(page)
            moving = [who for who in after if after[who] > before.get(who, 0) + 2]
            if len(moving) >= tiles:
                return


async def test_a_hearing_in_three_browsers(tmp_path: Path, playwright: Playwright) -> None:
    async with Venue(tmp_path / "var", tmp_path / "server.log") as venue, AsyncExitStack() as stack:
        pages = {
            name: await stack.enter_async_context(
                person(playwright, tmp_path, name, SPEECH[name], 2.0 + 2 * n, COLOURS[name], phone=n > 0)
            )
            for n, name in enumerate(SPEECH)
        }
        errors: list[str] = []
        for page in pages.values():
            page.on("pageerror", lambda error: errors.append(str(error)))
        desk = pages["mediator"]
        await sign_in(desk, venue)
        await shoot(desk, "desk-hearings")
        ways = await links(desk)
        await desk.get_by_role("button", name="进入").or_(desk.get_by_role("link", name="进入")).first.click()
        await expect(desk.get_by_role("button", name="宣布开始")).to_be_visible(timeout=WAIT)
        for name, link in zip(("applicant", "respondent"), ways, strict=True):
            await come_in(pages[name], link, name)
        await hold(desk, pages["applicant"], pages["respondent"])
        for name in ("applicant", "respondent"):
            await pages[name].close()
        await replay(desk)
        assert errors == []


async def hold(desk: Page, applicant: Page, respondent: Page) -> None:
    """Admit, open, see and read everybody, close."""
    admit = desk.get_by_role("button", name="准入")
    for name in ("张晓雯", "林国栋"):
        await expect(desk.get_by_text(name).first).to_be_visible(timeout=WAIT)
    await expect(admit.nth(1)).to_be_visible(timeout=WAIT)
    await shoot(desk, "desk-lobby")
    while await admit.count():
        await admit.first.click()
        await desk.wait_for_timeout(700)
    await open_for_all(desk)
    for page in (desk, applicant, respondent):
        await advancing(page, 2)
    for speaker, words in (
        ("张晓雯", "我是申请人本人"),
        ("林国栋", "我是公司的委托代理人"),
        ("周敏", "现在开始调解"),
    ):
        line = desk.locator(".minutes-line").filter(has_text=speaker).filter(has_text=words)
        await expect(line.first).to_be_visible(timeout=WAIT)
    await shoot(desk, "desk-room")
    await shoot(applicant, "applicant-hearing")
    await applicant.get_by_role("button", name="笔录").click()
    await expect(applicant.get_by_text("我是申请人本人").first).to_be_visible(timeout=WAIT)
    await applicant.wait_for_timeout(500)
    await shoot(applicant, "applicant-minutes")
    await desk.wait_for_timeout(6000)
    await desk.get_by_role("button", name="闭庭").click()
    await desk.get_by_role("alertdialog").get_by_role("button", name="确定闭庭").click()


async def replay(desk: Page) -> None:
    """Wait for the documents, open the replay, play it, click a line and hear it."""
    link = desk.get_by_role("link", name="回放").first
    await expect(link).to_be_visible(timeout=60_000)
    await desk.wait_for_timeout(1000)
    await shoot(desk, "desk-closed")
    await link.click()
    await expect(desk.get_by_text("我是申请人本人").first).to_be_visible(timeout=WAIT)
    await desk.get_by_role("button", name="播放", exact=True).first.click()
    await playing(desk, 1.0)
    await desk.get_by_text("我是公司的委托代理人").first.click()
    await playing(desk, 0.5)
    await shoot(desk, "desk-replay")


async def playing(page: Page, seconds: float) -> None:
    """Every picture and sound of the replay moves on by so much, each in its own time."""
    script = "[...document.querySelectorAll('video, audio')].map(e => e.currentTime)"
    before: list[float] = await page.evaluate(script)
    moved = [0.0] * len(before)
    async with asyncio.timeout(2 * WAIT / 1000):
        while len(moved) < 6 or min(moved) < seconds:
            await page.wait_for_timeout(500)
            after: list[float] = await page.evaluate(script)
            if len(after) != len(before):
                before, moved = after, [0.0] * len(after)
            moved = [m + max(0.0, min(2.0, b - a)) for m, a, b in zip(moved, before, after, strict=True)]
            before = after

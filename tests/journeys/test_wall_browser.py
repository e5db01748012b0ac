"""The wall in a browser: two live rooms on one screen, silent, seen by those in them, shut out in private."""

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from room_server.rehearsal.desk import Desk
from tests.support.courthouse import serving
from tests.support.opening import OPENING, TALK
from tests.support.page_media import WATCHED
from tests.support.phone import chromium, visitor
from tests.support.street import STREETS, employ, goes_on, hearing_of, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.untimed]

WAIT = 60_000
SCREEN = {"width": 1440, "height": 900}
MOVES = """([hearing, more]) => {
  const tile = document.querySelector(`[data-room="${hearing}"] .wall-tile`)
  const video = tile?.querySelector('video')
  return !!video && video.videoWidth > 0 && Number(tile.dataset.frames) > more
}"""
LARGE = """() => [...document.querySelectorAll('[data-test=full] .tile video')].filter(
  (video) => video.videoWidth > 0 && !video.paused).length === 2"""
HUNG_UP = "() => made.every((one) => one.connectionState === 'closed')"
COUNTS = """async () => {
  const counts = []
  for (const pc of made.filter((one) => one.connectionState !== 'closed')) {
    let pictures = 0, voices = 0
    for (const one of (await pc.getStats()).values()) {
      if (one.type !== 'inbound-rtp') continue
      if (one.kind === 'video') pictures += one.framesDecoded ?? 0
      else voices += one.packetsReceived ?? 0
    }
    counts.push(pictures + voices)
  }
  return counts
}"""


async def picture(page: Page, name: str) -> None:
    """For looking at."""
    if folder := os.environ.get("HETING_PICTURES"):
        await page.screenshot(path=f"{folder}/wall-{name}.png")


async def advances(page: Page, hearing: str) -> None:
    """Wait for twenty more frames of a room."""
    tile = f'[data-room="{hearing}"] .wall-tile'
    await page.wait_for_function(f"() => Number(document.querySelector('{tile}').dataset.frames) > 0")
    count = int(await page.locator(tile).get_attribute("data-frames") or 0)
    await page.wait_for_function(MOVES, arg=[hearing, count + 20], timeout=WAIT)


async def watch(page: Page) -> None:
    """Put everything that is live on the wall, for a purpose."""
    await page.locator("[data-test=watch-all]").click()
    await page.get_by_label("事由", exact=True).select_option("quality")
    await page.get_by_label("补充说明").fill("季度抽查")
    await picture(page, "purpose")
    await page.locator("[data-test=begin]").click()


async def test_a_supervisor_sees_two_rooms_at_once_and_hears_one_by_choice(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        data = tmp_path / "var"
        venue = await serving(stack, data, tmp_path / "server.log")
        password = await employ(data, "liangqiu", "梁秋", "supervisor")
        desk = await stack.enter_async_context(Desk(venue.url, False))
        await desk.login(venue.name, venue.password)
        booked = [await hearing_of(desk, title) for title in STREETS[:2]]
        guests = [await goes_on(stack, venue, desk, one) for one in booked]
        browser = await stack.enter_async_context(chromium("--allow-loopback-in-peer-connection"))
        context: dict[str, Any] = {"viewport": SCREEN, "ignore_https_errors": True}
        visit = await stack.enter_async_context(visitor(browser, **context))
        page = visit.page
        await page.add_init_script(WATCHED)
        await sign_in(page, venue.url, "liangqiu", password, "/desk/wall")
        await expect(page.locator(".live-list li")).to_have_count(2, timeout=WAIT)
        await picture(page, "list")
        await watch(page)

        for one in booked:
            await page.wait_for_function(MOVES, arg=[one["id"], 5], timeout=WAIT)
            await advances(page, one["id"])
        # Nothing is played before it is asked for, and then one room alone.
        assert await page.locator("audio").count() == 0
        await page.locator(f'[data-room="{booked[0]["id"]}"] [data-test=listen]').click()
        await expect(page.locator("audio").first).to_be_attached()
        await page.locator(f'[data-room="{booked[1]["id"]}"] [data-test=listen]').click()
        await expect(page.locator('[data-test=listen][aria-pressed="true"]')).to_have_count(1)
        await picture(page, "grid")
        assert await visit.violations() == []
        assert await visit.leftovers() == []

        # Everybody in each room is told who watches, and what for.
        for mediator, applicant in guests:
            for guest in (mediator, applicant):
                began = guest.told("WatchBegan")[-1]
                assert began["purpose"] == "办案质量评查：季度抽查"
                assert guest.told("PersonInvited")[-1]["participant"]["name"] == "梁秋"

        # Arrow and Enter: the second room large, with everybody; Esc leads back.
        await page.locator(f'[data-room="{booked[0]["id"]}"]').focus()
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-test=full] .tile")).to_have_count(2, timeout=WAIT)
        await page.wait_for_function(LARGE, timeout=WAIT)
        await picture(page, "full")
        await page.keyboard.press("Escape")
        await expect(page.locator(f'[data-room="{booked[1]["id"]}"]')).to_be_focused()
        for one in booked:
            await advances(page, one["id"])

        await private(page, booked, guests)
        await ended(page, guests)
        assert visit.errors == []


async def private(page: Page, booked: list[dict[str, Any]], guests: list[Any]) -> None:
    """A talk between the mediator and one side: its tile says so and nothing of it comes."""
    mediator, applicant = guests[0]
    tile = page.locator(f'[data-room="{booked[0]["id"]}"]')
    assert (await mediator.wish("Advance", origin=OPENING, to=TALK, reason="试播"))["kind"] == "done"
    await expect(tile.locator("[data-test=standing]")).to_contain_text("本环节不对外公开")
    assert (await mediator.wish("AllowWatch", on=True))["kind"] == "done"
    await advances(page, booked[0]["id"])
    people = [mediator.participant, applicant.participant]
    assert (await mediator.wish("Move", participants=people, place="caucus:1"))["kind"] == "done"
    await expect(tile.locator("[data-test=standing]")).to_contain_text("单独沟通中")
    await expect(tile.locator("video")).to_be_hidden()
    await asyncio.sleep(1.0)
    before = await page.evaluate(COUNTS)
    await advances(page, booked[1]["id"])
    grown = [now > then for now, then in zip(await page.evaluate(COUNTS), before, strict=True)]
    assert grown.count(True) == 1, "the other room alone goes on"
    await picture(page, "caucus")
    assert (await mediator.wish("Move", participants=people, place="table"))["kind"] == "done"
    await advances(page, booked[0]["id"])


async def ended(page: Page, guests: list[Any]) -> None:
    """A room that is over says so; who leaves the wall has left every room, and no connection is left."""
    mediator, _ = guests[1]
    assert (await mediator.wish("Close", outcome="other", reason="试播", override=True))["kind"] == "done"
    await expect(page.get_by_text("庭次已经结束")).to_be_visible(timeout=WAIT)
    await page.locator("[data-test=leave-all]").click()
    await page.wait_for_function(HUNG_UP, timeout=WAIT)
    mediator, _ = guests[0]
    watcher = mediator.told("WatchBegan")[-1]["participant"]
    left = {"type": "Left", "participant": watcher, "cause": "left"}
    await mediator.until(lambda: left in mediator.told("Left"), 60)
    # Whoever comes again is asked again, and meets as many connections as rooms.
    count = await page.evaluate("made.length")
    await page.locator("[data-test=watch]").first.click()
    await page.locator("[data-test=begin]").click()
    await page.wait_for_function("(count) => made.length > count", arg=count, timeout=WAIT)
    await page.get_by_role("link", name="庭次", exact=True).click()
    await page.wait_for_function(HUNG_UP, timeout=WAIT)

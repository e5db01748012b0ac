"""Somebody is gone: what the chair sees of it at the desk, and what they decide beside it."""

import os
import re

import pytest
from playwright.async_api import expect

from tests.journeys.test_pages_axe import look, speak_english
from tests.support.page_server import page_server
from tests.support.phone import MODES, chromium, visitor
from tests.support.scenes import APPLICANT, RESPONDENT
from tests.support.way_in import enter

pytestmark = [pytest.mark.browser, pytest.mark.page]
DESK = {"width": 1366, "height": 768}


@pytest.mark.parametrize("mode", MODES)
async def test_the_desk_shows_what_the_server_saw_beside_the_decision(mode: str) -> None:
    found: list[str] = []
    async with (
        chromium() as browser,
        page_server(staff=True) as server,
        visitor(browser, MODES[mode], viewport=DESK) as visit,
    ):
        server.scene = "gone"
        page = visit.page
        await page.goto(f"{server.url}/desk/hearings/h_open/room")
        row = page.locator(f"[data-gone={RESPONDENT.id}]")
        await row.wait_for()
        assert await row.get_attribute("data-seen") == "silent"
        await page.get_by_role("tab", name="人员").click()
        await page.locator("[data-test=warnings]").get_by_text("打断他人发言").wait_for()
        await look(visit, "somebody is gone", found, 24)
        await row.locator("[data-test=judge]").click()
        dialog = page.get_by_role("dialog")
        await dialog.locator("[data-test=seen]").wait_for()
        await look(visit, "what the chair decides", found, 24)
        if shots := os.environ.get("HETING_PICTURES"):
            await page.screenshot(path=f"{shots}/gone-dialog.png")
        await dialog.get_by_role("combobox").select_option("warn")
        await dialog.get_by_text("经警告仍不返回").wait_for()
        await dialog.get_by_role("textbox").fill("请立即返回")
        await dialog.locator("[data-test=confirm]").click()
        await dialog.wait_for(state="hidden")
        warning = server.wishes[-1]
        assert (warning["type"], warning["kind"], warning["text"]) == ("Warn", "leaving", "leaving_warning")
        assert warning["participant"] == RESPONDENT.id != APPLICANT.id
        await row.locator("[data-test=judge]").click()
        await dialog.locator("[data-test=confirm]").click()
        await dialog.wait_for(state="hidden")
        judged = {"type": "JudgeOutage", "participant": RESPONDENT.id, "decision": "wait", "reason": ""}
        assert judged in server.wishes
        assert visit.errors == []
    assert found == []


@pytest.mark.parametrize("mode", MODES)
async def test_who_is_warned_reads_it_on_their_own_page(mode: str) -> None:
    found: list[str] = []
    async with page_server() as server, chromium() as browser, visitor(browser, MODES[mode]) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/warned")
        notice = page.get_by_role("alert").filter(has_text="纪律警告")
        await notice.get_by_text("打断他人发言").wait_for()
        await look(visit, "warned", found, 48)
        if pictures := os.environ.get("HETING_PICTURES"):
            await page.screenshot(path=f"{pictures}/warned-{mode}.png")
        await page.locator("[data-test=put-away]").click()
        # One after another: what was decided while one was away comes next.
        await page.get_by_role("alert").filter(has_text="不等候，继续进行").wait_for()
        await page.locator("[data-test=put-away]").click()
        await expect(page.locator("[data-test=own-measure]")).to_have_count(0)
        await page.locator("[data-test=own-measures]").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_text("未经许可，任何人不得录音").wait_for()
        await dialog.get_by_text("等候已满十分钟").wait_for()
        await look(visit, "warnings of oneself", found, 44)
        if pictures := os.environ.get("HETING_PICTURES"):
            await page.screenshot(path=f"{pictures}/measures-{mode}.png")
        await page.keyboard.press("Escape")
        await page.reload()
        await page.locator("[data-test=own-measures]").wait_for()
        await speak_english(page)
        await page.get_by_role("button", name="Warnings and decisions about you (2)").wait_for()
        assert visit.errors == []
    assert found == []


async def test_a_clerk_finds_what_is_the_chairs_greyed_out_with_the_reason() -> None:
    found: list[str] = []
    async with (
        chromium() as browser,
        page_server(staff=True) as server,
        visitor(browser, MODES["light"], viewport=DESK) as visit,
    ):
        server.scene, server.seat = "negotiation", "clerk"
        page = visit.page
        await page.goto(f"{server.url}/desk/hearings/h_open/room")
        for name in ("adjourn", "close", "next-stage", "floor-held"):
            button = page.locator(f"[data-test={name}]")
            await expect(button).to_be_disabled()
            await expect(button).to_have_attribute("title", re.compile("主持人"))
        await look(visit, "a clerk at the desk", found, 24)
        await page.get_by_role("tab", name="人员").click()
        mute = page.locator(f"[data-person={APPLICANT.id}] [data-test=mute]")
        await expect(mute).to_be_disabled()
        await expect(mute).to_have_attribute("title", re.compile("主持人"))
        await page.locator(f"[data-person={APPLICANT.id}] [data-menu]").click()
        for name, can in (("静音", False), ("请其发言", False), ("记录现场到场", True)):
            entry = page.get_by_role("menuitem", name=name)
            await (expect(entry).to_be_enabled() if can else expect(entry).to_be_disabled())
        await page.get_by_role("menuitem", name="静音").get_by_text("由主持人进行此操作").wait_for()
        if pictures := os.environ.get("HETING_PICTURES"):
            await page.screenshot(path=f"{pictures}/clerk-menu.png")
        await page.keyboard.press("Escape")
        if pictures := os.environ.get("HETING_PICTURES"):
            await page.screenshot(path=f"{pictures}/clerk.png")
        assert visit.errors == []
    assert found == []

"""Going on at a place: what the chair fills in, what a party reads, and who is noted as there in person."""

import os
import re

import pytest
from playwright.async_api import expect

from tests.journeys.test_pages_axe import look
from tests.support.page_server import page_server
from tests.support.phone import MODES, chromium, visitor
from tests.support.scenes import APPLICANT, ON_SITE
from tests.support.way_in import enter

pytestmark = [pytest.mark.browser, pytest.mark.page]
DESK = {"width": 1366, "height": 768}
PICTURES = os.environ.get("HETING_PICTURES")


@pytest.mark.parametrize("mode", MODES)
async def test_a_party_reads_where_when_and_what_to_bring(mode: str) -> None:
    found: list[str] = []
    async with page_server() as server, chromium() as browser, visitor(browser, MODES[mode]) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/moved")
        await page.get_by_role("heading", name="转为线下进行", exact=True).wait_for()
        notice = page.locator("[data-test=on-site]")
        await notice.get_by_text(ON_SITE["place"]).wait_for()
        await notice.get_by_text(ON_SITE["reason"]).wait_for()
        await notice.get_by_text("协商").wait_for()
        await notice.locator("[data-test=bring]").get_by_text("身份证件原件").wait_for()
        await look(visit, "it goes on at a place", found)
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/moved-{mode}.png", full_page=True)
        await page.goto(f"{server.url}/p/onsite")
        await page.get_by_role("heading", name="转为线下进行", exact=True).wait_for()
        await page.locator("[data-test=bring]").wait_for()
        await look(visit, "the link afterwards", found)
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/onsite-link-{mode}.png", full_page=True)
        assert visit.errors == []
    assert found == []


@pytest.mark.parametrize("mode", MODES)
async def test_the_chair_switches_with_reason_place_and_time(mode: str) -> None:
    found: list[str] = []
    async with (
        chromium() as browser,
        page_server(staff=True) as server,
        visitor(browser, MODES[mode], viewport=DESK) as visit,
    ):
        server.scene = "negotiation"
        page = visit.page
        await page.goto(f"{server.url}/desk/hearings/h_open/room")
        await page.locator("[data-test=switch-on-site]").click()
        dialog = page.get_by_role("alertdialog")
        await dialog.locator("[data-test=confirm]").click()
        await expect(dialog.get_by_text("请填写")).to_have_count(2)
        await dialog.get_by_text("请选择将来的时间").wait_for()
        await look(visit, "switching", found, 24)
        await dialog.get_by_label("理由").fill(ON_SITE["reason"])
        await dialog.get_by_label("地点").fill(ON_SITE["place"])
        await dialog.get_by_label("时间").fill("2031-03-04T09:30")
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/switch-{mode}.png")
        await dialog.locator("[data-test=confirm]").click()
        await dialog.wait_for(state="hidden")
        wish = server.wishes[-1]
        assert (wish["type"], wish["reason"]) == ("SwitchOnSite", ON_SITE["reason"])
        assert (wish["place"], wish["time"] > 1_900_000_000_000) == (ON_SITE["place"], True)
        await page.get_by_role("tab", name="人员").click()
        await page.locator(f"[data-menu={APPLICANT.id}]").last.click()
        await page.get_by_role("menuitem", name="记录现场到场").click()
        await expect(page.get_by_role("menuitem")).to_have_count(0)
        noted = {"type": "PresentOnSite", "participant": APPLICANT.id, "on": True}
        assert server.wishes[-1] == noted
        server.scene = "moved"
        await page.goto(f"{server.url}/desk/hearings/h_open/room")
        await page.locator("[data-test=on-site]").get_by_text(ON_SITE["place"]).wait_for()
        await look(visit, "switched", found, 24, chinese=False)
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/switched-{mode}.png")
        assert visit.errors == []
    assert found == []


async def test_a_clerk_finds_the_switch_greyed_out_with_the_reason() -> None:
    async with (
        chromium() as browser,
        page_server(staff=True) as server,
        visitor(browser, MODES["light"], viewport=DESK) as visit,
    ):
        server.scene, server.seat = "negotiation", "clerk"
        await visit.page.goto(f"{server.url}/desk/hearings/h_open/room")
        button = visit.page.locator("[data-test=switch-on-site]")
        await expect(button).to_be_disabled()
        await expect(button).to_have_attribute("title", re.compile("只有主持人"))
        assert visit.errors == []

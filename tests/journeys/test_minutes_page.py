"""The minutes on the pages: read, played and corrected on a phone; played, cut and adopted at the desk."""

import pytest

from tests.journeys.test_pages_axe import CHEAP, look
from tests.support.page_server import page_server
from tests.support.phone import MODES, chromium, visitor
from tests.support.way_in import enter

pytestmark = [pytest.mark.browser, pytest.mark.page]


@pytest.mark.parametrize("mode", MODES)
async def test_a_party_reads_and_asks_for_a_correction(mode: str) -> None:
    found: list[str] = []
    async with (
        chromium() as browser,
        page_server() as server,
        visitor(browser, MODES[mode], viewport=CHEAP) as visit,
    ):
        page = visit.page
        await enter(page, f"{server.url}/p/open")
        await page.locator("[data-control=minutes]").click()
        await page.get_by_text("公司拖欠我").wait_for()
        await look(visit, "the minutes on a phone", found, 44)
        await page.locator("[data-test=correct]").first.click()
        send = page.locator("[data-test=send-correction]")
        assert await send.is_disabled()
        await page.get_by_label("应当写成").fill("公司拖欠我去年十月到十二月的工资，一共两万五千元。")
        await look(visit, "a correction", found, 44)
        assert await send.is_enabled()
        assert visit.errors == []
    assert found == []


@pytest.mark.parametrize("mode", MODES)
async def test_the_clerks_editor(mode: str) -> None:
    found: list[str] = []
    desk = {"width": 1366, "height": 768}
    async with (
        chromium() as browser,
        page_server(staff=True) as server,
        visitor(browser, MODES[mode], viewport=desk) as visit,
    ):
        page = visit.page
        await page.goto(f"{server.url}/desk/hearings/h_open/room")
        line = page.locator(".minutes-line", has_text="公司拖欠我")
        await line.wait_for()
        await line.dblclick()
        await page.locator("[data-test=split]").wait_for()
        await look(visit, "a line while it is edited", found, 24)
        await page.keyboard.press("Escape")
        await page.locator("[data-test=adopt-all]").click()
        await page.locator("[data-test=adopt-all-yes]").wait_for()
        await look(visit, "before all are adopted", found, 24)
        assert visit.errors == []
    assert found == []

"""Days at the desk in a browser that speaks another language: one form, typed or picked."""

import re

import pytest
from playwright.async_api import Request, expect

from tests.support.page_server import page_server
from tests.support.phone import chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.page]

DESK = {"width": 1366, "height": 768}


async def test_a_day_is_written_in_one_form_whatever_the_browser_speaks() -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if found := re.search(r"/api/hearings\?day=([^&]*)", request.url):
            asked.append(found[1])

    async with (
        page_server(staff=True) as server,
        chromium() as browser,
        visitor(browser, locale="en-US", viewport=DESK) as visit,
    ):
        page = visit.page
        page.on("request", note)
        await page.goto(f"{server.url}/desk")
        day = page.get_by_role("textbox", name="选择日期")
        await expect(day).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d$"))
        asked.clear()
        await day.fill("")
        await day.press_sequentially("2026/9/5")
        await page.keyboard.press("Enter")
        await expect(day).to_have_value("2026-09-05")
        await page.get_by_role("heading", name="9月5日").or_(page.get_by_text("9月5日")).first.wait_for()
        assert asked == ["2026-09-05"], "nothing is asked for while a day is half typed"
        await day.press("ArrowUp")
        await expect(day).to_have_value("2026-09-06")
        await day.fill("2026-09-31")
        await day.press("Tab")
        await page.get_by_text("日期不对").wait_for()
        assert asked == ["2026-09-05", "2026-09-06"]
        await page.get_by_role("button", name="新建庭次").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_label("日期")).to_have_value("2026-09-06")
        await expect(dialog.get_by_label("时间")).to_have_value("09:30")
        assert visit.errors == []

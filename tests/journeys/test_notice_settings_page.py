"""Staff set how they are told of their hearings, in Chromium."""

import os

import pytest
from playwright.async_api import Route, expect

from tests.support.page_server import page_server
from tests.support.phone import chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.page]


async def test_ways_are_switched_on_and_kept() -> None:
    kept: list[dict[str, object]] = []

    async def settings(route: Route) -> None:
        if route.request.method == "PUT":
            kept.append(route.request.post_data_json or {})
        answer = {"email": "", "phone": "", "by_email": False, "by_message": False, "reminders": True}
        await route.fulfill(json=answer | {"channels": ["email"]})

    size = {"width": 1280, "height": 800}
    async with (
        page_server(staff=True) as server,
        chromium() as browser,
        visitor(browser, viewport=size) as visit,
    ):
        page = visit.page
        await page.route("**/api/me/notices**", settings)
        await page.goto(f"{server.url}/desk")
        await page.locator("[data-test=staff-menu]").click()
        await page.get_by_role("menuitem", name="通知设置").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("邮箱").fill("wang@example.cn")
        await dialog.get_by_role("switch", name="邮件通知").click()
        await expect(dialog.get_by_text("本单位尚未开通这种方式")).to_have_count(1)
        if folder := os.environ.get("HETING_PICTURES"):
            await page.screenshot(path=f"{folder}/notice-settings.png")
        assert await visit.violations() == []
        await dialog.get_by_role("button", name="保存").click()
        await expect(dialog).to_have_count(0)
        assert kept[0]["email"] == "wang@example.cn" and kept[0]["by_email"] is True
        assert visit.errors == []

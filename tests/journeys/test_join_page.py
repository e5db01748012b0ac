"""The way in by an entry code, in Chromium: typed on a phone, over the real API and refused."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.support.desk_server import PASSWORD, DeskServer, desk_server
from tests.support.page_server import CODE, DIST, page_server
from tests.support.phone import MODES, Visitor, chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.page]

DESK = {"width": 1366, "height": 768}
SLIP = CODE[:-1] + "5"


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[DeskServer, str]]:
    """The real API with the built pages."""
    shutil.copytree(DIST, folder / "dist")
    async with desk_server(folder) as server:
        yield server, str(server.client.make_url("/")).rstrip("/")


async def look(visit: Visitor, where: str, found: list[str], targets: int = 44) -> None:
    """Add everything wrong with the page as it is now."""
    found += [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [f"{where} English {word}" for word in await visit.leftovers() if "/join" not in word]
    found += [f"{where} small {name}" for name in await visit.small_targets(targets)]
    found += [f"{where} spilled {name}" for name in await visit.spilled()]
    if await visit.overflow() > 0:
        found.append(f"{where} is wider than the screen")
    if folder := os.environ.get("HETING_PICTURES"):
        await visit.page.screenshot(path=f"{folder}/join-{where.replace(' ', '-')}.png", full_page=True)


async def read_code(page: Page, url: str, hearing: str, name: str) -> str:
    """The code as the clerk finds it, to read it out."""
    await page.goto(f"{url}/desk/login?next=/desk/hearings/{hearing}")
    await page.get_by_label("账号").fill("clerk")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="入庭链接").first.click()
    row = page.get_by_role("dialog").get_by_role("listitem").filter(has_text=name)
    return await row.locator(".code strong").inner_text()


async def test_somebody_joins_by_the_code_that_was_read_out_to_them(tmp_path: Path) -> None:
    found: list[str] = []
    async with house(tmp_path) as (server, url), chromium() as browser:
        booking = await server.book()
        async with visitor(browser, viewport=DESK) as clerk, visitor(browser) as phone:
            code = await read_code(clerk.page, url, booking.id, "张晓雯")
            await clerk.page.get_by_text(f"打开 {server.tickets.joining} 输入入庭码").wait_for()
            await look(clerk, "links", found, 24)
            page = phone.page
            await page.goto(f"{url}/p/half-a-link")
            await page.get_by_role("link", name="凭入庭码进入").click()
            box = page.get_by_label("入庭码")
            await box.press_sequentially(code.replace(" ", ""))
            await expect(box).to_have_value(code)
            await page.get_by_role("button", name="进入", exact=True).click()
            await page.get_by_role("button", name="是我本人").wait_for()
            await page.get_by_text("张晓雯，您好").wait_for()
            links = await server.tickets.links(booking.id)
            mine = next(link for link in links if link.code == code)
            assert page.url == f"{url}/p/{mine.token}" and mine.participant.name == "张晓雯"
            assert phone.errors == [] and clerk.errors == []
    assert found == []


@pytest.mark.parametrize("mode", MODES)
async def test_the_page_says_what_is_wrong_with_a_code(mode: str) -> None:
    found: list[str] = []
    async with page_server() as server, chromium() as browser, visitor(browser, MODES[mode]) as visit:
        page = visit.page
        await page.goto(f"{server.url}/join")
        box = page.get_by_label("入庭码")
        await box.wait_for()
        assert await box.get_attribute("inputmode") == "numeric"
        await look(visit, f"empty {mode}", found)
        # By keyboard alone: the heading was announced, the box comes next, Enter sends.
        await page.keyboard.press("Tab")
        await expect(box).to_be_focused()
        await page.keyboard.type("6340")
        await page.keyboard.press("Enter")
        await page.get_by_text("还差 8 位").wait_for()
        await box.fill("")
        await box.press_sequentially(SLIP)
        await page.get_by_text("有数字不对").wait_for()
        await page.keyboard.press("Enter")
        assert server.codes == []
        await look(visit, f"slip {mode}", found)
        await box.fill("")
        await box.press_sequentially("0" * 12)
        await page.keyboard.press("Enter")
        await page.get_by_text("请联系通知您的工作人员").first.wait_for()
        await expect(box).to_be_focused()
        await look(visit, f"unknown {mode}", found)
        assert server.codes == ["0" * 12]
        await box.fill("入庭码：６３４０　３８０１　７３６４。")
        await expect(box).to_have_value(CODE)
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="是我本人").wait_for()
        assert server.codes[1:] == [CODE.replace(" ", "")]
        assert visit.errors == []
    assert found == []


async def test_whoever_guesses_is_told_to_wait_and_a_lost_line_is_no_wrong_code() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await page.goto(f"{server.url}/join")
        box, enter = page.get_by_label("入庭码"), page.get_by_role("button", name="进入", exact=True)
        await box.press_sequentially("0" * 12)
        for tried in range(1, 5):
            await enter.click()
            await expect(enter).to_be_enabled()
            assert len(server.codes) == tried
        await page.get_by_text("尝试次数过多").wait_for()
        await page.context.set_offline(True)
        await enter.click()
        await page.get_by_text("没有网络连接").wait_for()
        await page.context.set_offline(False)
        await box.press("End")
        await box.press("Backspace")
        await expect(page.get_by_text("没有网络连接")).to_have_count(0)
        await expect(box).to_have_value("0000 0000 000")

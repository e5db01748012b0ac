"""The calendar and the page of a hearing in Chromium over the real API: clash, moving, log, consents."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.support.desk_server import PASSWORD, DeskServer, desk_server
from tests.support.page_server import DIST
from tests.support.phone import Visitor, chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.page]

DESK = {"width": 1366, "height": 900}
MODES = ("{theme: 'light'}", "{theme: 'dark', contrast: true}", "{theme: 'light', large: true}")


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[DeskServer, str]]:
    shutil.copytree(DIST, folder / "dist")
    async with desk_server(folder) as server:
        yield server, str(server.client.make_url("/")).rstrip("/")


async def sign_in(page: Page, url: str, to: str, name: str = "clerk") -> None:
    await page.goto(f"{url}/desk/login?next={to}")
    await page.get_by_label("账号").fill(name)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator(".top-bar").wait_for()


async def look(visit: Visitor, where: str, found: list[str]) -> None:
    found += [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [f"{where} English {word}" for word in await visit.leftovers() if "example" not in word]
    found += [f"{where} small {name}" for name in await visit.small_targets(24)]
    if await visit.overflow() > 0:
        found.append(f"{where} is wider than the screen")
    if folder := os.environ.get("HETING_PICTURES"):
        await visit.page.screenshot(path=f"{folder}/booking-{where.replace(' ', '-')}.png", full_page=True)


async def fill_booking(page: Page, number: str) -> Any:
    """The booking dialog, filled with two parties and the mediator."""
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("案号").fill(number)
    await dialog.get_by_label("案由").fill("劳动报酬争议")
    await dialog.get_by_label("第 1 位的姓名").fill("周敏")
    await dialog.get_by_label("第 2 位的姓名").fill("张晓雯")
    await dialog.get_by_label("第 2 位的邮箱或手机").fill("zhang@example.cn")
    await dialog.get_by_label("第 3 位的姓名").fill("云帆公司")
    return dialog


async def test_a_hearing_from_the_calendar_to_its_calling_off(tmp_path: Path) -> None:
    found: list[str] = []
    async with house(tmp_path) as (_, url), chromium() as browser, visitor(browser, viewport=DESK) as visit:
        page = visit.page
        await sign_in(page, url, "/desk/calendar")
        await page.get_by_role("heading", name="日历").wait_for()
        await page.get_by_text("没有安排").first.wait_for()
        await look(visit, "empty week", found)

        await page.get_by_role("button", name="庭室管理").click()
        await page.get_by_text("还没有庭室").wait_for()
        await page.locator("[data-test=add]").click()
        await page.get_by_label("名称").fill("第一调解室")
        await page.get_by_label("座位数").fill("零")
        await page.locator("[data-test=save]").click()
        await page.get_by_text("请填写 1 至 1000 的整数").wait_for()
        await page.get_by_label("座位数").fill("8")
        await page.locator("[data-test=save]").click()
        await page.locator("[data-chamber]", has_text="第一调解室").wait_for()
        await look(visit, "chambers", found)
        await page.keyboard.press("Escape")

        for number in ("示范劳人调〔2026〕21号", "示范劳人调〔2026〕22号"):
            await page.locator("[data-test=create]").click()
            dialog = await fill_booking(page, number)
            await expect(dialog.get_by_label("预计时长（分钟）")).to_have_value("90")
            await dialog.get_by_label("参加方式").select_option("mixed")
            await dialog.get_by_label("庭室").select_option(label="第一调解室（8 座）")
            await dialog.locator("[data-test=apart-add]").click()
            await dialog.get_by_label("第 1 对：一方").select_option(label="张晓雯")
            await dialog.get_by_label("第 1 对：另一方").select_option(label="云帆公司")
            await dialog.get_by_label("视频编码").select_option(label="VP8")
            await look(visit, f"kept apart {number[-3:-1]}", found)
            await page.locator("[data-test=save]").click()
            if number.endswith("22号"):
                await page.locator("[data-test=clashes]").get_by_text("第一调解室").wait_for()
                await page.locator("[data-test=clashes]").get_by_text("周敏").wait_for()
                await look(visit, "clash", found)
                await page.locator("[data-test=save]").click()
                await page.get_by_text("有冲突，请填写理由").wait_for()
                await dialog.get_by_label("仍然安排的理由").fill("双方仅此时间有空")
                await page.locator("[data-test=save]").click()
            await page.locator("[data-test=when]").wait_for()
            await page.get_by_text("返回日历").click()
        await expect(page.locator("[data-hearing]")).to_have_count(2)
        await look(visit, "full week", found)
        await page.get_by_label("查看方式").select_option("day")
        await expect(page.locator("[data-day]")).to_have_count(1)
        await page.get_by_role("button", name="后一天").click()
        await page.get_by_text("没有安排").wait_for()
        await page.get_by_role("button", name="今天").click()

        await page.locator("[data-hearing]").first.focus()
        await page.keyboard.press("Enter")
        await page.locator("[data-person]", has_text="张晓雯").wait_for()
        await look(visit, "hearing", found)
        applicant = page.locator("[data-person]", has_text="张晓雯")
        await applicant.get_by_text("尚缺：以线上方式参加").wait_for()
        await applicant.locator("[data-test=write]").click()
        await page.get_by_label("方式和时间").fill("电话确认")
        await look(visit, "write a consent", found)
        await page.locator("[data-test=save]").click()
        await applicant.get_by_text("工作人员代记：电话确认").wait_for()

        await page.get_by_role("tab", name="通知与送达").click()
        await page.locator("[data-notice]", has_text="待打印").first.wait_for()
        await look(visit, "notices", found)
        await page.locator("[data-test=printed]").click()
        await page.locator("[data-notice]", has_text="已打印").first.wait_for()

        await page.locator("[data-test=rebook]").click()
        await page.get_by_label("新的时间").fill("15:00")
        await page.locator("[data-test=save]").click()
        await page.get_by_text("请填写", exact=True).wait_for()
        await page.get_by_label("原因").fill("申请人住院")
        await look(visit, "rebook", found)
        await page.locator("[data-test=save]").click()
        await page.locator("[data-test=when]", has_text="15:00").wait_for()
        await page.locator("[data-notice]", has_text="改期通知").first.wait_for()

        await page.locator("[data-test=cancel]").click()
        await page.locator("[data-test=confirm]").click()
        await page.get_by_label("原因").fill("申请人撤回申请")
        await look(visit, "cancel", found)
        await page.locator("[data-test=confirm]").click()
        await page.locator("[data-test=state]", has_text="已取消").wait_for()
        await expect(page.locator("[data-test=rebook]")).to_have_count(0)
        await page.get_by_text("返回日历").click()
        await page.locator(".entry.cancelled").wait_for()
        assert (found, [error for error in visit.errors if "400" not in error and "409" not in error]) == (
            [],
            [],
        )


@pytest.mark.parametrize("mode", MODES)
async def test_the_calendar_in_other_modes_and_on_a_narrow_screen(tmp_path: Path, mode: str) -> None:
    found: list[str] = []
    async with house(tmp_path) as (server, url), chromium() as browser, visitor(browser, mode) as visit:
        clerk = await server.signed_in("clerk")
        wish = {
            "case_number": "1",
            "title": "劳动报酬争议",
            "kind": "mediation",
            "starts_at": 1_790_003_600_000,
            "participants": [{"name": "张晓雯", "role": "applicant"}],
        }
        hearing = (await clerk.post("/api/hearings", wish)).json["id"]
        await sign_in(visit.page, url, "/desk/calendar?day=2026-09-21")
        await visit.page.locator("[data-hearing]").wait_for()
        await look(visit, f"calendar {MODES.index(mode)}", found)
        await visit.page.goto(f"{url}/desk/hearings/{hearing}")
        await visit.page.locator("[data-person]").wait_for()
        await look(visit, f"page {MODES.index(mode)}", found)
        assert (found, visit.errors) == ([], [])


async def test_a_calendar_that_does_not_load_says_so_and_goes_on(tmp_path: Path) -> None:
    async with house(tmp_path) as (_, url), chromium() as browser, visitor(browser, viewport=DESK) as visit:
        page = visit.page
        await page.route("**/api/hearings?*", lambda route: route.abort())
        await sign_in(page, url, "/desk/calendar")
        await page.get_by_text("日历没有加载成功").wait_for()
        await page.unroute("**/api/hearings?*")
        await page.get_by_role("button", name="重试").click()
        await page.get_by_text("没有安排").first.wait_for()

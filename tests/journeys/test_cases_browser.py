"""The pages of cases in Chromium over the real API: a case from filing to arbitration; five modes."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.support.desk_server import PASSWORD, DeskServer, desk_server
from tests.support.filing import WORKER
from tests.support.page_server import DIST
from tests.support.phone import Visitor, chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.page]

CODE = "91350206MA0000000G"
DESK = {"width": 1366, "height": 900}


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[DeskServer, str]]:
    """The real API with the built pages, on the loopback, which browsers take for a secure place."""
    shutil.copytree(DIST, folder / "dist")
    async with desk_server(folder) as server:
        yield server, str(server.client.make_url("/")).rstrip("/")


async def sign_in(page: Page, url: str, to: str) -> None:
    await page.goto(f"{url}/desk/login?next={to}")
    await page.get_by_label("账号").fill("mediator")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator(".top-bar").wait_for()


async def look(visit: Visitor, where: str, found: list[str]) -> None:
    found += [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [f"{where} English {word}" for word in await visit.leftovers() if CODE not in word]
    found += [f"{where} small {name}" for name in await visit.small_targets(24)]
    if await visit.overflow() > 0:
        found.append(f"{where} is wider than the screen")
    if folder := os.environ.get("HETING_PICTURES"):
        await visit.page.screenshot(path=f"{folder}/case-{where.replace(' ', '-')}.png", full_page=True)


async def test_a_case_from_its_filing_to_arbitration(tmp_path: Path) -> None:
    async with house(tmp_path) as (_, url), chromium() as browser, visitor(browser, viewport=DESK) as visit:
        page = visit.page
        await sign_in(page, url, "/desk/cases")
        await page.get_by_text("还没有案件").wait_for()
        await page.locator("[data-test=create]").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("申请人", exact=True).fill("张晓雯")
        await dialog.get_by_label("申请人身份证号").fill("110105194912310021")
        await dialog.get_by_label("被申请人（单位）").fill("云帆智能科技（厦门）有限公司")
        await dialog.get_by_label("收到申请日").fill("2026-09-15")
        await page.locator("[data-test=save]").click()
        await dialog.get_by_text("公民身份号码不正确").wait_for()
        await dialog.get_by_label("申请人身份证号").fill(str(WORKER["id_number"]))
        await page.locator("[data-test=save]").click()
        await page.get_by_text("110105********002X").wait_for()
        await page.locator("[data-limit='med.limit']").get_by_text("2026-09-30 到期").wait_for()

        await page.locator("[data-test=add-claims]").click()
        await dialog.get_by_label("金额（元）").fill("1.234")
        await page.locator("[data-test=save]").click()
        await dialog.get_by_text("最多两位小数").wait_for()
        await dialog.get_by_label("金额（元）").fill("23,400.50")
        await page.locator("[data-test=save]").click()
        await page.get_by_text("23,400.50 元").wait_for()

        await page.get_by_role("button", name="登记事实").click()
        await dialog.get_by_label("发生日").fill("2026-09-18")
        await page.locator("[data-test=save]").click()
        await page.locator("[data-test=number]", has_text="劳人调〔2026〕1号").wait_for()

        await page.locator("[data-test=book]").click()
        await dialog.get_by_label("第 2 位的姓名").wait_for()
        assert await dialog.get_by_label("第 2 位的姓名").input_value() == "张晓雯"
        await page.locator("[data-test=save]").click()
        await page.get_by_text("每位参加人一个专属链接").wait_for()
        await page.keyboard.press("Escape")
        await page.locator("[data-hearing]").wait_for()

        found: list[str] = []
        await page.locator("[data-test=package]").click()
        await dialog.get_by_label("劳动者怎样同意移送").fill("9 月 21 日当面同意")
        await look(visit, "package", found)
        await page.locator("[data-test=make]").click()
        async with page.expect_download() as download:
            await page.locator("[data-test=download]").click()
        assert (await download.value).suggested_filename.startswith("移送仲裁材料")
        await look(visit, "package made", found)
        await dialog.get_by_role("button", name="关闭").last.click()
        assert found == []

        await page.locator("[data-test=step]").click()
        await dialog.get_by_label("程序").select_option("arbitrate")
        await dialog.get_by_label("结案方式").select_option("too_far_apart")
        await dialog.get_by_label("理由（记入历程）").fill("差距过大")
        await page.locator("[data-test=save]").click()
        await page.locator("[data-test=route]", has_text="仲裁").wait_for()
        await page.get_by_text("110105********002X").wait_for()
        assert await page.locator("[data-hearing]").count() == 0
        assert await page.get_by_text("差距过大").count() == 0

        await page.get_by_role("link", name="返回案件列表").click()
        await page.locator("[data-case]").nth(1).wait_for()
        await page.keyboard.press("/")
        await page.keyboard.type("没有这个人")
        await page.get_by_text("没有符合条件的案件").wait_for()
        await page.get_by_role("button", name="清除筛选").click()
        await page.locator("[data-case]").first.wait_for()
        await page.goto(f"{url}/desk/cases/c_none")
        await page.get_by_text("没有这个案件").wait_for()
        assert [error for error in visit.errors if "404" not in error and "400" not in error] == []

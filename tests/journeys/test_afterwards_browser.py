"""Tasks, performance, evaluations and subscriptions at the desk, in Chromium over the real API."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from room_server.rules.people import Role
from room_server.rules.permissions import StaffRole
from room_server.store import hearings, staff
from room_server.store.hearings import NewSeat
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, PASSWORD, DeskServer, desk_server
from tests.support.filing import filed
from tests.support.page_server import DIST
from tests.support.phone import MODES, Visitor, chromium, visitor
from tests.support.receiver import receiver

pytestmark = [pytest.mark.browser, pytest.mark.page]

DESK = {"width": 1366, "height": 900}


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[DeskServer, str]]:
    """The real API with the built pages, an administrator, a case, and a hearing that six evaluated."""
    shutil.copytree(DIST, folder / "dist")
    async with desk_server(folder, webhook_private_targets=True) as server:
        await server.database.write(
            lambda session: staff.create_member(
                session,
                name="boss",
                person="管理员",
                roles=[StaffRole.ADMIN, StaffRole.CLERK],
                password_hash=staff.hash_password(PASSWORD),
                now=NOW,
                organisation=ROOT,
            )
        )
        clerk, case = await filed(server)
        await clerk.post(f"/api/cases/{case['id']}/route", {"route": "mediate_org", "reason": "r"})
        await _evaluate(server)
        yield server, str(server.client.make_url("/")).rstrip("/")


async def _evaluate(server: DeskServer) -> None:
    seats = [NewSeat(name="周敏", role=Role.MEDIATOR)]
    seats += [NewSeat(name=f"甲{n}", role=Role.APPLICANT, side="applicant") for n in range(6)]
    booking = await server.database.write(
        lambda session: hearings.book(
            session, case_number="n", title="调解", kind="mediation", starts_at=NOW, seats=seats, now=NOW
        )
    )
    await server.database.write(lambda s: hearings.set_state(s, booking.id, "closed"))
    for person in booking.participants[1:]:
        link = await server.tickets.issue(booking.id, person.id)
        given = {"process": 5, "result": 3, "mediator": 4, "text": "听得清楚"}
        await server.with_ticket(link.token).post(f"/api/hearings/{booking.id}/evaluation", given)


async def sign_in(page: Page, url: str, to: str) -> None:
    await page.goto(f"{url}/desk/login?next={to}")
    await page.get_by_label("账号").fill("boss")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator(".top-bar").wait_for()


async def look(visit: Visitor, where: str, found: list[str]) -> None:
    found += [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [f"{where} English {word}" for word in await visit.leftovers() if "127.0.0.1" not in word]
    found += [f"{where} small {name}" for name in await visit.small_targets(24)]
    if await visit.overflow() > 0:
        found.append(f"{where} is wider than the screen")
    if folder := os.environ.get("HETING_PICTURES"):
        await visit.page.screenshot(path=f"{folder}/after-{where}.png", full_page=True)


async def test_what_was_agreed_is_followed_up_and_leaves_the_tasks(tmp_path: Path) -> None:
    async with house(tmp_path) as (_, url), chromium() as browser, visitor(browser, viewport=DESK) as visit:
        page, dialog = visit.page, visit.page.get_by_role("dialog")
        await sign_in(page, url, "/desk/tasks")
        await page.get_by_label("范围").select_option("all")
        await page.locator("[data-task=deadline]").get_by_text("2026-09-30 到期").wait_for()
        await page.locator("[data-task=deadline] a").click()
        await page.locator("[data-test=add-promise]").click()
        await dialog.get_by_label("内容").fill("一次性支付工资")
        await dialog.get_by_label("履行期限").fill("2026-09-18")
        await dialog.get_by_label("金额（元，可不填）").fill("23,400")
        await page.locator("[data-test=save]").click()
        await page.locator("[data-promise]").get_by_text("23,400.00 元").wait_for()
        await page.get_by_role("link", name="待办").click()
        await page.get_by_label("范围").select_option("all")
        await page.locator("[data-task=performance]").get_by_text("逾期 1 天").wait_for()
        await page.locator("[data-task=performance] a").click()
        await page.get_by_role("button", name="回访：一次性支付工资").click()
        await dialog.get_by_label("回访日").fill("2026-09-21")
        await dialog.get_by_label("凭证").fill("转账凭证")
        await dialog.get_by_role("switch", name="已全部履行").click()
        await page.locator("[data-test=save]").click()
        await page.get_by_text("已履行（2026-09-21）").wait_for()
        await page.get_by_role("tab", name="历程").click()
        await page.get_by_text("已履行：一次性支付工资").wait_for()
        await page.get_by_role("link", name="待办").click()
        await page.get_by_label("范围").select_option("all")
        await page.locator("[data-task=deadline]").wait_for()
        assert await page.locator("[data-task=performance]").count() == 0
        assert visit.errors == []


async def test_an_administrator_subscribes_another_system(tmp_path: Path) -> None:
    async with (
        receiver() as there,
        house(tmp_path) as (_, url),
        chromium() as browser,
        visitor(browser, viewport=DESK) as visit,
    ):
        page, dialog = visit.page, visit.page.get_by_role("dialog")
        await sign_in(page, url, "/desk/webhooks")
        await page.get_by_text("没有订阅").wait_for()
        await page.locator("[data-test=add]").click()
        await dialog.get_by_label("接收地址").fill("ftp://x")
        await page.locator("[data-test=save]").click()
        await dialog.get_by_text("接收地址不可用").wait_for()
        await dialog.get_by_label("接收地址").fill(there.url)
        await page.locator("[data-test=save]").click()
        secret = await page.locator("[data-test=secret]").inner_text()
        assert secret.startswith("whsec_")
        await page.locator("[data-test=kept]").click()
        await page.get_by_role("button", name="发送测试消息").click()
        await there.until(1)
        await page.get_by_role("button", name="消息记录").click()
        await expect(page.locator("[data-message]").first).to_contain_text("测试消息")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="删除订阅").click()
        await page.locator("[data-test=confirm]").click()
        await page.get_by_text("没有订阅").wait_for()
        assert secret not in await page.content()
        assert [error for error in visit.errors if "400" not in error] == []


@pytest.mark.parametrize("mode", MODES)
async def test_every_page_in_five_modes(tmp_path: Path, mode: str) -> None:
    found: list[str] = []
    async with (
        house(tmp_path) as (_, url),
        chromium() as browser,
        visitor(browser, MODES[mode], viewport=DESK) as visit,
    ):
        page = visit.page
        await sign_in(page, url, "/desk/tasks")
        await page.get_by_label("范围").select_option("all")
        await page.locator("[data-task]").first.wait_for()
        await look(visit, "tasks", found)
        await page.get_by_role("link", name="评价").click()
        await page.get_by_label("年度").select_option("2026")
        await page.get_by_text("计入 6 份评价").wait_for()
        await page.get_by_role("rowheader", name="周敏").wait_for()
        await look(visit, "evaluations", found)
        await page.get_by_role("link", name="消息推送").click()
        await page.locator("[data-test=add]").click()
        await page.get_by_role("dialog").get_by_label("接收地址").wait_for()
        await look(visit, "subscribing", found)
        assert found == []
        assert visit.errors == []

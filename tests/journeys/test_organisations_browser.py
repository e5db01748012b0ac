"""Organisations, staff and cases opened to others at the desk, in Chromium over the real API."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from room_server.rules.permissions import StaffRole
from room_server.store import staff
from tests.support.desk_server import NOW, PASSWORD, DeskServer, desk_server
from tests.support.filing import filed
from tests.support.page_server import DIST
from tests.support.phone import MODES, Visitor, chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.page]

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
NAMES = ("boss", "clerk", "mediator", "expert", "street", "stranger", "110105", "MA0000000G")


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[DeskServer, str]]:
    """The real API with the built pages, an administrator, and a tree of three."""
    shutil.copytree(DIST, folder / "dist")
    async with desk_server(folder) as server:
        await server.database.write(
            lambda session: staff.create_member(
                session,
                name="boss",
                person="管理员",
                roles=[StaffRole.ADMIN, StaffRole.MEDIATOR],
                password_hash=staff.hash_password(PASSWORD),
                now=NOW,
            )
        )
        boss = await server.signed_in("boss")
        root = (await boss.get("/api/organisations")).json["organisations"][0]["id"]
        for name, level in (("湖里区人社局", "district"), ("思明区人社局", "district")):
            made = {"name": name, "short_name": name[:1], "level": level, "parent": root}
            root_child = (await boss.post("/api/organisations", made)).json["id"]
        made = {"name": "开元街道", "short_name": "", "level": "street", "parent": root_child}
        street = (await boss.post("/api/organisations", made)).json["id"]
        for member in (("street", "林小燕", ["clerk", "filing"]), ("expert", "何教授", ["expert"])):
            wish = dict(zip(("name", "person", "roles"), member, strict=True))
            await boss.post(f"/api/organisations/{street}/staff", wish)
        yield server, str(server.client.make_url("/")).rstrip("/")


async def sign_in(page: Page, url: str, to: str) -> None:
    await page.goto(f"{url}/desk/login?next={to}")
    await page.get_by_label("账号").fill("boss")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator(".top-bar").wait_for()


async def look(visit: Visitor, where: str, found: list[str], targets: int = 24) -> None:
    found += [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [
        f"{where} English {word}"
        for word in await visit.leftovers()
        if not any(name in word for name in NAMES)
    ]
    found += [f"{where} small {name}" for name in await visit.small_targets(targets)]
    if await visit.overflow() > 0:
        found.append(f"{where} is wider than the screen")
    if folder := os.environ.get("HETING_PICTURES"):
        await visit.page.screenshot(path=f"{folder}/org-{where.replace(' ', '-')}.png")


async def test_a_tree_is_grown_and_pruned_by_hand(tmp_path: Path) -> None:
    async with house(tmp_path) as (_, url), chromium() as browser, visitor(browser, viewport=DESK) as visit:
        page, dialog = visit.page, visit.page.get_by_role("dialog")
        await sign_in(page, url, "/desk/organisations")
        tree, about = page.get_by_role("tree"), page.locator("[data-test=organisation]")
        first = tree.get_by_role("treeitem").first
        await first.focus()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowRight")
        await page.keyboard.press("ArrowLeft")
        await page.keyboard.press("Enter")
        await expect(tree.locator("[aria-selected=true]")).to_have_attribute("aria-level", "2")
        chosen = "思明区人社局"
        await expect(about.get_by_role("heading")).to_have_text(chosen)
        await page.locator("[data-test=add-below]").click()
        await page.locator("[data-test=save]").click()
        await dialog.get_by_text("请填写").wait_for()
        await dialog.get_by_label("机构名称").fill("筼筜街道")
        await page.locator("[data-test=save]").click()
        await expect(about.get_by_role("heading")).to_have_text("筼筜街道")
        await about.get_by_text(f"上级机构：{chosen}").wait_for()

        await page.locator("[data-test=move]").click()
        await page.locator("[data-test=save]").click()
        await dialog.wait_for(state="hidden")
        await expect(about.get_by_text(f"上级机构：{chosen}")).to_have_count(0)
        await page.locator("[data-test=close]").click()
        await page.locator("[data-test=confirm]").click()
        await about.get_by_text("已停用").wait_for()
        await page.locator("[data-test=reopen]").click()
        await expect(about.get_by_text("已停用")).to_have_count(0)

        await page.get_by_role("tab", name="变更记录").click()
        log, found = page.locator("[data-test=log]"), list[str]()
        for act in ("created", "moved", "disabled", "enabled"):
            await log.locator(f"[data-act=organisation_{act}]").first.wait_for()
        await look(visit, "changes", found)
        await page.locator("[data-test=log-filter] select, select[data-test=log-filter]").first.select_option(
            "organisation_moved"
        )
        await expect(log.locator("[data-act=organisation_created]")).to_have_count(0)
        await log.get_by_text(f"{chosen} →").wait_for()
        await page.set_viewport_size({"width": 360, "height": 780})
        await look(visit, "changes phone", found)
        assert found == []
        assert visit.errors == []


async def test_staff_come_change_and_go(tmp_path: Path) -> None:
    async with (
        house(tmp_path) as (server, url),
        chromium() as browser,
        visitor(browser, viewport=DESK) as visit,
    ):
        page, dialog = visit.page, visit.page.get_by_role("dialog")
        await sign_in(page, url, "/desk/organisations")
        await page.get_by_role("treeitem", name="开元街道").click()
        await page.locator("[data-member=street]").get_by_text("立案人员").wait_for()
        await page.locator("[data-test=add-member]").click()
        await dialog.get_by_label("姓名").fill("郑书记")
        await dialog.get_by_label("登录名").fill("zheng")
        await page.locator("[data-test=save]").click()
        await dialog.get_by_text("请至少选择一项").wait_for()
        await dialog.get_by_label("书记员").check()
        await page.locator("[data-test=save]").click()
        password = await page.locator("[data-test=password]").inner_text()
        await page.locator("[data-test=kept]").click()
        entered = await server.anonymous().post("/api/login", {"name": "zheng", "password": password})
        assert entered.status == 200

        more = page.get_by_role("button", name="更多：郑书记")
        await more.click()
        await page.get_by_role("menuitem", name="停用账号").click()
        await page.get_by_role("alertdialog").get_by_text("正在参加的庭审也会退出").wait_for()
        await page.locator("[data-test=confirm]").click()
        await page.locator("[data-member=zheng]").get_by_text("账号已停用").wait_for()
        await more.click()
        await page.get_by_role("menuitem", name="移出本机构").click()
        await page.locator("[data-test=confirm]").click()
        await page.locator("[data-member=zheng]").wait_for(state="detached")
        await page.locator("[data-test=add-known]").click()
        await dialog.get_by_label("登录名").fill("clerk")
        await dialog.get_by_label("调解员").check()
        await page.locator("[data-test=save]").click()
        await page.locator("[data-member=clerk]").get_by_text("另在：").wait_for()
        assert visit.errors == []


async def test_a_case_is_opened_to_an_expert_and_closed_again(tmp_path: Path) -> None:
    async with (
        house(tmp_path) as (server, url),
        chromium() as browser,
        visitor(browser, viewport=DESK) as visit,
    ):
        page, dialog = visit.page, visit.page.get_by_role("dialog")
        _, case = await filed(server)
        expert = await server.signed_in("expert")
        at = f"/api/cases/{case['id']}"
        assert (await expert.get(at)).word == "case_not_yours"
        await sign_in(page, url, f"/desk/cases/{case['id']}")
        await page.locator("[data-test=add-grant]").click()
        await dialog.get_by_label("机构", exact=True).select_option(label="开元街道")
        await dialog.get_by_label("人员", exact=True).select_option("expert")
        await page.locator("[data-test=save]").click()
        await dialog.get_by_text("请填写").wait_for()
        await dialog.get_by_label("理由").fill("专家会审")
        await dialog.get_by_label("截止日").fill("2099-12-31")
        await page.locator("[data-test=save]").click()
        await page.locator("[data-grant=holds]").get_by_text("至 2099-12-31").wait_for()
        assert (await expert.get(at)).status == 200
        await page.get_by_role("button", name="收回：何教授").click()
        await page.locator("[data-test=confirm]").click()
        await page.locator("[data-grant=revoked]").wait_for()
        assert (await expert.get(at)).word == "case_not_yours"
        assert visit.errors == []


@pytest.mark.parametrize("mode", MODES)
async def test_the_pages_in_every_mode(tmp_path: Path, mode: str) -> None:
    found: list[str] = []
    async with house(tmp_path) as (server, url), chromium() as browser:
        _, case = await filed(server)
        async with visitor(browser, MODES[mode], viewport=DESK) as visit:
            page = visit.page
            await sign_in(page, url, "/desk/organisations")
            await page.locator("[data-member=boss]").wait_for()
            await look(visit, f"tree {mode}", found)
            await page.locator("[data-test=add-member]").click()
            await look(visit, f"member {mode}", found)
            await page.goto(f"{url}/desk/cases/{case['id']}")
            await page.locator("[data-test=add-grant]").click()
            await look(visit, f"grant {mode}", found)
            assert visit.errors == []
        async with visitor(browser, MODES[mode], viewport=PHONE) as visit:
            await sign_in(visit.page, url, "/desk/organisations")
            await visit.page.locator("[data-member=boss]").wait_for()
            await look(visit, f"phone {mode}", found)
            assert visit.errors == []
    assert found == []

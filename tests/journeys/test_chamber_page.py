"""A chamber's device in Chromium over the real API: paired by the desk's code, its idle screen, unpaired."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, PASSWORD, DeskServer, desk_server
from tests.support.page_server import DIST
from tests.support.phone import SMALL, Visitor, chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.page]

DESK = {"width": 1366, "height": 900}
MODES = ("{theme: 'light'}", "{theme: 'dark', contrast: true}", "{theme: 'light', large: true}")


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[DeskServer, str]]:
    shutil.copytree(DIST, folder / "dist")
    async with desk_server(folder) as server:
        yield server, str(server.client.make_url("/")).rstrip("/")


async def look(visit: Visitor, where: str, found: list[str], least: int = 24) -> None:
    found += [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [f"{where} English {word}" for word in await visit.leftovers() if not is_name(word)]
    found += [f"{where} small {name}" for name in await visit.small_targets(least)]
    found += [f"{where} spilled {name}" for name in await visit.spilled()]
    if await visit.overflow() > 0:
        found.append(f"{where} is wider than the screen")
    if folder := os.environ.get("HETING_PICTURES"):
        await visit.page.screenshot(path=f"{folder}/chamber-{where.replace(' ', '-')}.png", full_page=True)


def is_name(word: str) -> bool:
    """Codes, addresses and names of browsers are what they are."""
    return "test" in word or "Linux" in word or word.replace(" ", "").isalnum()


async def open_chambers(page: Page, url: str) -> None:
    await page.goto(f"{url}/desk/login?next=/desk/calendar")
    await page.get_by_label("账号").fill("clerk")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="庭室管理").click()


async def book(server: DeskServer, chamber: str) -> None:
    clerk = await server.signed_in("clerk")
    people = [
        {"name": "周敏", "role": "mediator"},
        {"name": "张晓雯", "role": "applicant", "side": "applicant"},
    ]
    for number, minutes in (("示范劳人调〔2026〕31号", 30), ("示范劳人调〔2026〕32号", 200)):
        wish = {"case_number": number, "title": "工资争议", "kind": "mediation", "participants": people}
        plan = {"starts_at": NOW + minutes * 60_000, "chamber": chamber, "form": "mixed"}
        assert (await clerk.post("/api/hearings", wish | plan)).status == 201


async def test_a_device_is_paired_shows_today_and_is_unpaired(tmp_path: Path) -> None:
    found: list[str] = []
    async with (
        house(tmp_path) as (server, url),
        chromium() as browser,
        visitor(browser, viewport=DESK) as desk,
        visitor(browser, viewport=DESK) as room,
    ):
        await room.page.goto(f"{url}/chamber#not-a-code")
        await room.page.get_by_label("配对码").wait_for()
        assert "#" not in room.page.url
        await room.page.get_by_role("button", name="连接").click()
        await room.page.get_by_role("alert").get_by_text("配对码不正确").wait_for()
        await look(room, "pair", found, 44)

        await open_chambers(desk.page, url)
        await desk.page.locator("[data-test=add]").click()
        await desk.page.get_by_label("名称").fill("滨海街道数字调解室")
        await desk.page.get_by_label("位置").fill("街道办事处 2 楼")
        await desk.page.locator("[data-test=save]").click()
        await desk.page.locator("[data-test=standing]", has_text="未配对").wait_for()
        await desk.page.locator("[data-test=device]").click()
        await desk.page.locator("[data-test=make-code]").click()
        code = await desk.page.locator("[data-test=code]").inner_text()
        await look(desk, "code at the desk", found)

        await room.page.get_by_label("配对码").fill(code.lower())
        await room.page.get_by_role("button", name="连接").click()
        await room.page.get_by_role("heading", name="滨海街道数字调解室").wait_for()
        await room.page.get_by_text("今天没有安排").wait_for()
        clerk = await server.signed_in("clerk")
        chamber = (await clerk.get("/api/chambers")).json["chambers"][0]["id"]
        await book(server, chamber)
        await expect(room.page.locator("[data-hearing]")).to_have_count(2)
        await look(room, "idle", found, 44)
        await desk.page.get_by_text("已配对：").wait_for()

        # After a reload it is still the chamber's; the desk may end that.
        await room.page.reload()
        await expect(room.page.locator("[data-hearing]")).to_have_count(2)
        await desk.page.locator("[data-test=unpair]").click()
        await room.page.get_by_text("请重新配对").wait_for()
        assert room.errors == [] and desk.errors == []
    assert found == []


@pytest.mark.parametrize("mode", MODES)
async def test_the_idle_screen_on_a_small_tablet(tmp_path: Path, mode: str) -> None:
    found: list[str] = []
    async with house(tmp_path) as (server, url), chromium() as browser:
        clerk = await server.signed_in("clerk")
        chamber = (
            await clerk.post(f"/api/organisations/{ROOT}/chambers", {"name": "滨海街道调解室", "seats": 6})
        ).json["id"]
        await book(server, chamber)
        code = (await clerk.post(f"/api/organisations/{ROOT}/chambers/{chamber}/device")).json["code"]
        async with visitor(browser, mode, viewport=SMALL) as room:
            await room.page.goto(f"{url}/chamber#{code}")
            await room.page.get_by_role("button", name="连接").click()
            await expect(room.page.locator("[data-hearing]")).to_have_count(2)
            await look(room, f"idle small {MODES.index(mode)}", found, 44)
            await room.page.locator("[data-test=unpair]").click()
            await room.page.locator("[data-test=confirm]").click()
            await room.page.get_by_label("配对码").wait_for()
            assert room.errors == []
    assert found == []


async def test_two_chambers_call_each_other(tmp_path: Path) -> None:
    """Ring, decline with a reason, ring again, cancel: what either screen shows meanwhile."""
    found: list[str] = []
    async with (
        house(tmp_path) as (server, url),
        chromium() as browser,
        visitor(browser, viewport=DESK) as one,
        visitor(browser, MODES[1], viewport=SMALL) as two,
    ):
        clerk = await server.signed_in("clerk")
        for visit, name in ((one, "滨海街道调解室"), (two, "区会审中心")):
            body = {"name": name, "seats": 6}
            chamber = (await clerk.post(f"/api/organisations/{ROOT}/chambers", body)).json["id"]
            code = (await clerk.post(f"/api/organisations/{ROOT}/chambers/{chamber}/device")).json["code"]
            await visit.page.goto(f"{url}/chamber#{code}")
            await visit.page.get_by_role("button", name="连接").click()
            await visit.page.get_by_role("heading", name=name).wait_for()
        await one.page.locator("[data-test=directory]").click()
        await one.page.get_by_text("在线").wait_for()
        await look(one, "directory", found, 44)
        await one.page.locator("[data-test=ring]").click()
        await one.page.get_by_role("dialog").get_by_text("正在呼叫区会审中心").wait_for()
        await look(one, "calling", found, 44)
        await two.page.get_by_role("alertdialog").get_by_text("滨海街道调解室正在呼叫").wait_for()
        await look(two, "rung", found, 44)
        await two.page.get_by_label("拒绝的原因").select_option("请稍后再呼叫")
        await two.page.locator("[data-test=decline]").click()
        await one.page.get_by_text("区会审中心没有接听：请稍后再呼叫").first.wait_for()
        await two.page.get_by_role("alertdialog").wait_for(state="detached")
        await one.page.locator("[data-test=ring]").click()
        await two.page.get_by_role("alertdialog").wait_for()
        await one.page.locator("[data-test=cancel]").click()
        await two.page.get_by_text("对方取消了呼叫").first.wait_for()
        assert one.errors == [] and two.errors == []
    assert found == []

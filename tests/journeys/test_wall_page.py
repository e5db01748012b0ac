"""The wall in five modes and on a phone, over scenes: rooms in every state, the purpose, one room large."""

import os

import pytest
from playwright.async_api import Page, expect

from tests.journeys.test_pages_axe import look
from tests.support.page_server import PageServer, page_server
from tests.support.phone import MODES, SMALL, Visitor, chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.page]

DESK = {"width": 1366, "height": 768}
ROOMS = {
    "open": ("滨海街道调解室：拖欠工资", "good", False, ""),
    "caucus": ("山前街道调解室：加班费争议", "poor", True, "caucus"),
    "adjourned": ("湖里街道调解室：经济补偿", "bad", False, ""),
    "occupied": ("开元街道调解室：工伤待遇", "", False, ""),
    "lobby": ("筼筜街道调解室：确认劳动关系", "", False, ""),
}
STATES = ("单独沟通中", "休庭中", "您已在另一个页面查看该庭次", "没有进入该庭次")


def furnish(server: PageServer) -> None:
    """Live rooms, one for each scene; a last one that nobody may enter any more."""
    server.may = ["watch", "see_hearings", "see_cases"]
    rooms = [
        {
            "hearing": f"h_{scene}",
            "title": title,
            "kind": "mediation",
            "organisation": "苏州市劳动人事争议调解中心",
            "rehearsal": scene == "lobby",
            "phase": "open",
            "stage": "M5_STATEMENTS",
            "stage_zh": "陈述",
            "stage_en": "Statements",
            "since": 1_795_312_800_000,
            "people": 4,
            "grade": grade,
            "help": wants,
            "private": private,
        }
        for scene, (title, grade, wants, private) in ROOMS.items()
    ]
    purposes = [
        {"id": "routine", "zh": "日常监督", "en": "Routine supervision", "note": False},
        {"id": "other", "zh": "其他", "en": "Other", "note": True},
    ]
    server.answers["/api/wall"] = {"rooms": rooms, "purposes": purposes}
    for scene in ROOMS:
        answer = "现在没有人在该庭次中" if scene == "lobby" else {"ticket": f"{scene}-observer"}
        server.answers[f"/api/hearings/h_{scene}/watch"] = answer


async def picture(page: Page, name: str) -> None:
    """For looking at."""
    if folder := os.environ.get("HETING_PICTURES"):
        await page.screenshot(path=f"{folder}/wall-{name}.png", full_page=True)


async def walk(visit: Visitor, server: PageServer, name: str, found: list[str], targets: int) -> None:
    """From the list to the wall and to one room large; adds whatever is wrong with each."""
    page = visit.page
    await page.goto(f"{server.url}/desk/wall")
    await expect(page.locator(".live-list li")).to_have_count(len(ROOMS))
    await look(visit, f"{name} list", found, targets)
    await picture(page, f"{name}-list")
    await page.locator("[data-test=watch-all]").click()
    await page.get_by_label("事由", exact=True).select_option("other")
    await page.locator("[data-test=begin]").click()
    await expect(page.get_by_text("请写明具体事由")).to_be_visible()
    await look(visit, f"{name} purpose", found, targets)
    await page.get_by_label("补充说明").fill("调研")
    await page.locator("[data-test=begin]").click()
    for words in STATES:
        await expect(page.locator(".wall-grid").get_by_text(words).first).to_be_visible()
    await look(visit, f"{name} wall", found, targets)
    await picture(page, f"{name}-wall")
    await page.locator("[data-room=h_open] [data-test=enlarge]").click()
    await expect(page.locator("[data-test=full] .tile").first).to_be_visible()
    await look(visit, f"{name} large", found, targets)
    await picture(page, f"{name}-large")
    await page.locator("[data-test=back]").click()
    await expect(page.locator("[data-room=h_open]")).to_be_focused()


@pytest.mark.parametrize("mode", MODES)
async def test_the_wall(mode: str) -> None:
    found: list[str] = []
    async with (
        page_server(staff=True) as server,
        chromium() as browser,
        visitor(browser, MODES[mode], viewport=DESK) as visit,
    ):
        furnish(server)
        await walk(visit, server, mode.replace(" ", "-"), found, 24)
        assert found == []
        assert visit.errors == []


async def test_the_wall_on_a_phone_and_with_nothing_live() -> None:
    found: list[str] = []
    async with (
        page_server(staff=True) as server,
        chromium() as browser,
        visitor(browser, MODES["light"], viewport=SMALL) as visit,
    ):
        furnish(server)
        await walk(visit, server, "phone", found, 24)
        server.answers["/api/wall"] = {"rooms": [], "purposes": []}
        await visit.page.goto(f"{server.url}/desk/wall")
        await expect(visit.page.locator(".wall-side").get_by_text("现在没有正在进行的庭次")).to_be_visible()
        await look(visit, "nothing live", found, 24)
        server.answers["/api/wall"] = "暂时无法连接"
        await visit.page.goto(f"{server.url}/desk/wall")
        await expect(visit.page.get_by_text("现场列表没有加载出来")).to_be_visible()
        await look(visit, "broken", found, 24)
        assert found == []
        assert visit.errors == []


async def test_the_keys_of_the_wall() -> None:
    async with (
        page_server(staff=True) as server,
        chromium() as browser,
        visitor(browser, MODES["light"], viewport=DESK) as visit,
    ):
        furnish(server)
        page = visit.page
        await page.goto(f"{server.url}/desk/wall")
        await page.locator("[data-test=watch-all]").click()
        await page.locator("[data-test=begin]").click()
        await expect(page.locator(".wall-grid .cell")).to_have_count(len(ROOMS))
        await page.locator("[data-room=h_open]").focus()
        # Five rooms stand three in a row.
        for key, room in (
            ("ArrowRight", "h_caucus"),
            ("ArrowDown", "h_lobby"),
            ("ArrowRight", "h_lobby"),
            ("ArrowUp", "h_caucus"),
            ("ArrowLeft", "h_open"),
            ("ArrowLeft", "h_open"),
        ):
            await page.keyboard.press(key)
            await expect(page.locator(f"[data-room={room}]")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-test=full]")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("[data-room=h_open]")).to_be_focused()
        # Whoever is let go of by the room may come again; a room taken over from another page comes here.
        await page.locator("[data-room=h_occupied]").get_by_text("改在本页查看").click()
        await page.wait_for_function(
            "() => document.querySelector('[data-room=h_occupied] .wall-tile').dataset.line === 'open'"
        )
        assert visit.errors == []


@pytest.mark.parametrize("mode", MODES)
async def test_the_rooms_of_a_guest(mode: str) -> None:
    found: list[str] = []
    async with page_server(staff=True) as server, chromium() as browser:
        furnish(server)
        server.answers["/api/me/rooms"] = {"rooms": server.answers["/api/wall"]["rooms"]}
        server.seat = "clerk"
        for size, name in ((DESK, "guest"), (SMALL, "guest-phone")):
            async with visitor(browser, MODES[mode], viewport=size) as visit:
                page = visit.page
                await page.goto(f"{server.url}/desk/guest")
                await expect(page.locator(".waiting li")).to_have_count(len(ROOMS))
                await look(visit, f"{name} {mode} list", found, 24)
                await page.locator("[data-test=enter-all]").click()
                # Every room is entered and its picture awaited before anything is judged.
                await expect(page.locator("[data-test=speak]:enabled")).to_have_count(len(ROOMS))
                await expect(page.locator(".wall-tile .standing", has_text="暂无画面")).to_have_count(
                    len(ROOMS)
                )
                await page.keyboard.press("2")
                await expect(page.locator("[data-test=speak][aria-pressed=true]")).to_have_count(1)
                await look(visit, f"{name} {mode} rooms", found, 24)
                await picture(page, f"{name}-{mode.replace(' ', '-')}")
                assert visit.errors == []
        # Present in all, attending one.
        assert {"type": "Attend", "here": False} in server.wishes
        assert found == []

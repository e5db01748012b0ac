"""Every page of the party and the first ones of the desk in five modes: accessible, and in one language."""

import pytest
from playwright.async_api import Page

from tests.support.page_server import PageServer, page_server
from tests.support.phone import MODES, Visitor, chromium, visitor
from tests.support.scenes import APPLICANT
from tests.support.way_in import enter, way_in

pytestmark = [pytest.mark.browser, pytest.mark.page]


CHEAP = {"width": 360, "height": 640}
EDGES = """() => [...document.querySelectorAll('.control-bar > .control')].flatMap((control) => {
  const box = control.getBoundingClientRect()
  return [box.left, innerWidth - box.right]
})"""
SCENES = {"sharing": "[data-screen]", "crowd": "[data-other]"}


async def look(visit: Visitor, where: str, found: list[str], targets: int = 44, chinese: bool = True) -> None:
    """Add everything wrong with the page as it is now."""
    found += [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [f"{where} English {word}" for word in (await visit.leftovers() if chinese else [])]
    found += [f"{where} small {name}" for name in await visit.small_targets(targets)]
    found += [f"{where} spilled {name}" for name in await visit.spilled()]
    if await visit.overflow() > 0:
        found.append(f"{where} is wider than the screen")


async def speak_english(page: Page) -> None:
    """Change the language in the middle of a hearing."""
    await page.get_by_role("button", name="设置", exact=True).click()
    await page.get_by_role("dialog").get_by_text("English").click()
    await page.keyboard.press("Escape")
    await page.get_by_role("dialog").wait_for(state="hidden")


@pytest.mark.parametrize("mode", MODES)
async def test_the_way_in(mode: str) -> None:
    found: list[str] = []
    async with page_server() as server, chromium() as browser, visitor(browser, MODES[mode]) as visit:
        page = visit.page
        async for where in way_in(page, f"{server.url}/p/lobby-rehearsal"):
            await look(visit, where, found)
        await page.get_by_text("已通知调解员").wait_for()
        await look(visit, "waiting", found)
        await page.get_by_role("button", name="显示设置").click()
        await page.get_by_role("dialog").wait_for()
        await look(visit, "display", found)
        for link in ("expired", "over"):
            await page.goto(f"{server.url}/p/{link}")
            await page.locator(".card").first.wait_for()
            await look(visit, link, found)
        assert found == []
        assert visit.errors == []


@pytest.mark.parametrize("mode", MODES)
async def test_the_hearing(mode: str) -> None:
    found: list[str] = []
    async with page_server() as server, chromium() as browser, visitor(browser, MODES[mode]) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/floor")
        await page.get_by_text("请等待发言许可").wait_for()
        await look(visit, "hearing", found, 48)
        await page.get_by_role("button", name="笔录").click()
        await page.get_by_text("公司拖欠我").wait_for()
        await look(visit, "minutes", found)
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="离开").click()
        await page.get_by_role("alertdialog").wait_for()
        await look(visit, "leave", found)
        assert found == []
        assert visit.errors == []


@pytest.mark.parametrize("mode", MODES)
async def test_the_desk(mode: str) -> None:
    found: list[str] = []
    desk = {"width": 1366, "height": 768}
    async with chromium() as browser:
        async with page_server() as server, visitor(browser, MODES[mode], viewport=desk) as visit:
            await visit.page.goto(f"{server.url}/desk")
            await visit.page.locator("input[type=password]").wait_for()
            await look(visit, "login", found, 24)
            assert visit.errors == []
        async with page_server(staff=True) as server, visitor(browser, MODES[mode], viewport=desk) as visit:
            await visit.page.goto(f"{server.url}/desk")
            await visit.page.get_by_text("李建国与恒达").first.wait_for()
            await look(visit, "hearings", found, 24)
            await visit.page.goto(f"{server.url}/desk/hearings/h_open/room")
            await visit.page.get_by_text("公司拖欠我").first.wait_for()
            await look(visit, "room", found, 24)
            assert visit.errors == []
        assert found == []


@pytest.mark.parametrize("mode", MODES)
async def test_a_screen_that_is_shown_and_a_crowd(mode: str) -> None:
    found: list[str] = []
    desk = {"width": 1366, "height": 768}
    async with chromium() as browser:
        for scene, sign in SCENES.items():
            async with page_server() as server, visitor(browser, MODES[mode], viewport=CHEAP) as visit:
                await enter(visit.page, f"{server.url}/p/{scene}")
                await visit.page.locator(sign).first.wait_for()
                await look(visit, scene, found, 48)
                await speak_english(visit.page)
                await look(visit, f"{scene} in English", found, 48, chinese=False)
                assert visit.errors == []
        async with page_server(staff=True) as server, visitor(browser, MODES[mode], viewport=desk) as visit:
            for scene, sign in SCENES.items():
                server.scene = scene
                await visit.page.goto(f"{server.url}/desk/hearings/h_open/room")
                await visit.page.locator(sign).first.wait_for()
                await look(visit, f"{scene} at the desk", found, 24)
            await visit.page.get_by_role("button", name="下一组").click()
            await visit.page.get_by_role("tab", name="人员").click()
            await look(visit, "the first page of the crowd and its list", found, 24)
            assert visit.errors == []
        assert found == []


@pytest.mark.parametrize("mode", MODES)
async def test_the_stages_of_a_hearing(mode: str) -> None:
    found: list[str] = []
    desk = {"width": 1366, "height": 768}
    async with chromium() as browser:
        async with page_server() as server, visitor(browser, MODES[mode], viewport=CHEAP) as visit:
            page = visit.page
            await enter(page, f"{server.url}/p/statements")
            await page.get_by_text("已举手").wait_for()
            await page.locator("[data-control=ask]").click()
            await page.get_by_text("补正笔录：等待处理").wait_for()
            await look(visit, "requests", found)
            assert await page.locator(".control-bar > .control").count() == 7
            sides = await page.evaluate(EDGES)
            assert min(sides) >= 6, f"{sides} px between the controls and the edges of the screen"
            await page.locator("[data-kind=recess]").click()
            await page.locator("[data-test=ask-send]").wait_for()
            await look(visit, "asking", found)
            await page.locator("[data-test=ask-send]").click()
            await page.get_by_role("dialog").wait_for(state="hidden")
            assert {"type": "Ask", "kind": "recess", "text": ""} in server.wishes
            assert visit.errors == []
        async with page_server(staff=True) as server, visitor(browser, MODES[mode], viewport=desk) as visit:
            server.scene = "statements"
            page = visit.page
            await page.goto(f"{server.url}/desk/hearings/h_open/room")
            await page.locator("[data-stage=M5_STATEMENTS]").wait_for()
            await page.get_by_role("tab", name="人员").click()
            await page.locator("[data-request=correction]").wait_for()
            await look(visit, "stage bar and requests", found, 24)
            await page.locator("[data-test=jump]").click()
            await page.get_by_role("menuitem", name="技术中断").click()
            await page.get_by_role("dialog").get_by_role("textbox").fill("申请人网络中断")
            await look(visit, "jump", found, 24)
            await page.locator("[data-test=confirm]").click()
            await page.get_by_role("dialog").wait_for(state="hidden")
            wish = {"type": "Advance", "origin": "M5_STATEMENTS", "to": "MX_TECH", "override": False}
            assert {**wish, "reason": "申请人网络中断"} in server.wishes
            await what_the_chair_decides(visit, server, found)
            assert visit.errors == []
    assert found == []


@pytest.mark.parametrize("mode", MODES)
async def test_signing(mode: str) -> None:
    found: list[str] = []
    desk = {"width": 1366, "height": 768}
    async with chromium() as browser:
        async with page_server() as server, visitor(browser, MODES[mode], viewport=CHEAP) as visit:
            page = visit.page
            await enter(page, f"{server.url}/p/signing")
            await page.locator("[data-signature=open]").wait_for()
            await look(visit, "asked to sign", found)
            await page.locator("[data-test=sign]").click()
            await page.get_by_role("dialog").get_by_text("我已阅读全文").wait_for()
            await look(visit, "signing", found)
            await page.locator("[data-test=confirm]").click()
            await page.get_by_role("dialog").wait_for(state="hidden")
            assert [wish["type"] for wish in server.wishes if wish["type"] == "Sign"] == ["Sign"]
            assert visit.errors == []
        async with page_server(staff=True) as server, visitor(browser, MODES[mode], viewport=desk) as visit:
            server.scene = "signing"
            page = visit.page
            await page.goto(f"{server.url}/desk/hearings/h_open/room")
            await page.locator("[data-stage=M10_SIGN]").wait_for()
            await page.get_by_role("tab", name="人员").click()
            await page.locator("[data-signed=declined]").wait_for()
            await look(visit, "who signs", found, 24)
            assert visit.errors == []
    assert found == []


async def what_the_chair_decides(visit: Visitor, server: PageServer, found: list[str]) -> None:
    """Warnings and a recess with its planned end, as the chair's page has them."""
    page = visit.page
    dialog = page.locator("[role=dialog], [role=alertdialog]")
    await page.locator(".person-row", has_text=APPLICANT.name).locator("[data-menu]").click()
    await page.get_by_role("menuitem", name="警告").click()
    await dialog.get_by_role("textbox").fill("喧哗")
    await look(visit, "warning", found, 24)
    await dialog.locator("[data-test=confirm]").click()
    await dialog.wait_for(state="hidden")
    warning = {"type": "Warn", "participant": APPLICANT.id, "reason": "喧哗", "kind": "discipline"}
    assert warning in server.wishes
    await page.locator("[data-test=adjourn]").click()
    await dialog.get_by_role("combobox").select_option("10")
    await look(visit, "recess", found, 24)
    await dialog.locator("[data-test=confirm]").click()
    await dialog.wait_for(state="hidden")
    planned = next(wish["until"] for wish in server.wishes if wish["type"] == "Adjourn")
    assert planned > 10 * 60_000

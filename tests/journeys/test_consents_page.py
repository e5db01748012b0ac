"""A party's consents in Chromium: asked apart, refused with an alternative, given, withdrawn, read again."""

import os

import pytest
from playwright.async_api import expect

from tests.support.page_server import page_server
from tests.support.phone import Visitor, chromium, visitor
from tests.support.way_in import enter

pytestmark = [pytest.mark.browser, pytest.mark.page]


async def look(visit: Visitor, where: str) -> list[str]:
    """Everything wrong with the page as it is now."""
    if folder := os.environ.get("HETING_PICTURES"):
        await visit.page.screenshot(path=f"{folder}/consents-{where}.png", full_page=True)
    found = [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [f"{where} English {word}" for word in await visit.leftovers()]
    found += [f"{where} small {name}" for name in await visit.small_targets(44)]
    if await visit.overflow() > 0:
        found.append(f"{where} is wider than the screen")
    return found


async def test_a_party_refuses_to_be_online_changes_their_mind_and_withdraws() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await page.goto(f"{server.url}/p/lobby")
        found = await look(visit, "welcome")
        await page.locator("[data-control=consents]").click()
        online = page.locator("[data-item=K1]")
        await online.get_by_text("到现场参加，由工作人员另行安排").wait_for()
        found += await look(visit, "dialog")
        await online.get_by_role("button", name="不同意").click()
        await expect(online.get_by_text("不同意", exact=True)).to_be_visible()
        await page.locator("[data-item=K18]").get_by_role("button", name="电子送达").click()
        await expect(page.locator("[data-item=K18] .tag")).to_have_text("电子送达")
        await page.keyboard.press("Escape")
        await page.get_by_text("您已提出到现场参加").wait_for()
        found += await look(visit, "on-site")
        assert server.consents["lobby"] == {"K1": "refused", "K18": "given"}
        await page.get_by_role("button", name="是我本人").click()
        await page.get_by_role("heading", name="录音录像告知").wait_for()
        assert server.consents["lobby"]["K1"] == "given"
        await page.get_by_role("button", name="我已阅读并同意").click()
        await page.get_by_role("heading", name="参加纪律").wait_for()
        await page.get_by_role("heading", name="参加场所").wait_for()
        found += await look(visit, "two-on-a-page")
        await page.reload()
        await page.get_by_role("heading", name="参加纪律").wait_for()
        await page.get_by_role("button", name="返回").click()
        await page.get_by_role("button", name="返回").click()
        await page.locator("[data-control=consents]").click()
        await page.get_by_text("已阅读").wait_for()
        await online.get_by_role("button", name="撤回同意").click()
        await expect(online.get_by_text("已撤回")).to_be_visible()
        assert server.consents["lobby"]["K1"] == "withdrawn"
        assert (found, visit.errors) == ([], [])


async def test_what_is_not_written_down_does_not_count_as_read() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await page.goto(f"{server.url}/p/lobby")
        await page.get_by_role("button", name="是我本人").click()
        await page.get_by_role("heading", name="录音录像告知").wait_for()
        await page.route("**/api/ticket/consents", lambda route: route.abort())
        await page.get_by_role("button", name="我已阅读并同意").click()
        await page.get_by_text("没有保存成功").wait_for()
        await expect(page.get_by_role("heading", name="录音录像告知")).to_be_visible()
        await page.unroute("**/api/ticket/consents")
        await page.get_by_role("button", name="我已阅读并同意").click()
        await page.get_by_role("heading", name="参加纪律").wait_for()


async def test_what_is_asked_while_one_waits_is_answered_by_one_tap_each() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/asked")
        await expect(page.locator(".consent-card")).to_have_count(1)
        for item in ("K5", "K8.caucus"):
            await page.locator(f"[data-item='{item}']").get_by_role("button", name="知道了").click()
        face = page.locator("[data-item=K9]")
        await face.get_by_text("由工作人员人工核对身份证件和本人").wait_for()
        found = await look(visit, "waiting")
        await face.get_by_role("button", name="由工作人员核对证件").click()
        await expect(face).to_have_count(0)
        await page.locator("[data-item=K10]").get_by_role("button", name="已满十四周岁").click()
        await page.locator("[data-item=K18]").get_by_role("button", name="电子送达").click()
        await expect(page.locator(".consent-cards")).to_have_count(0)
        given = server.consents["asked"]
        assert [given[item] for item in ("K9", "K18", "K10", "K5")] == ["refused", "given", "given", "given"]
        await page.locator("[data-control=evidence]").click()
        note = page.locator("[data-item=K20]")
        await note.wait_for()
        await note.get_by_role("button", name="知道了").click()
        await expect(note).to_have_count(0)
        assert (found, visit.errors) == ([], [])


async def test_what_belongs_to_a_stage_is_asked_at_the_table() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/asked_table")
        card = page.locator("[data-item=K17]")
        await card.get_by_text("照常制作书面笔录").wait_for()
        found = await look(visit, "table")
        await card.get_by_role("button", name="仍要书面笔录").click()
        await expect(card).to_have_count(0)
        assert server.consents["asked_table"]["K17"] == "refused"
        assert (found, visit.errors) == ([], [])


async def test_the_desk_sees_who_has_not_answered_and_who_does_not_agree() -> None:
    async with page_server(staff=True) as server, chromium() as browser:
        server.scene = "asked_open"
        size = {"width": 1366, "height": 820}
        async with visitor(browser, viewport=size) as visit:
            page = visit.page
            await page.goto(f"{server.url}/desk/hearings/h_open/room")
            await page.locator("[data-test=open]").click()
            dialog = page.get_by_role("dialog")
            await dialog.get_by_text("陈晓燕：").wait_for()
            found = await look(visit, "desk-open")
            await page.keyboard.press("Escape")
            await page.get_by_role("tab", name="人员").click()
            row = page.locator("[data-person=p_chen0001]")
            await expect(row.locator("[data-consents=refused]")).to_be_visible()
            await expect(row.locator("[data-consents=open]")).to_be_visible()
            await page.locator("[data-test=consents]").click()
            await page.get_by_role("dialog").get_by_text("工作人员代记：电话确认").first.wait_for()
            found += [one for one in await look(visit, "desk-panel") if "small" not in one]
            found = [one for one in found if "small" not in one]
            assert (found, visit.errors) == ([], [])

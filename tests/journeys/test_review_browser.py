"""A panel's review in Chromium over the real API: staff choose, experts write alone, the chair concludes."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.support.desk_server import PASSWORD
from tests.support.page_server import DIST
from tests.support.phone import Visitor, chromium, visitor
from tests.support.review_scene import EXPERTS, ReviewScene, review_scene
from tests.support.way_in import to_the_check

pytestmark = [pytest.mark.browser, pytest.mark.page]

DESK = {"width": 1366, "height": 900}
MODES = ("{theme: 'dark', contrast: true}", "{theme: 'light', large: true}")


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[ReviewScene, str]]:
    shutil.copytree(DIST, folder / "dist")
    async with review_scene(folder) as scene:
        yield scene, str(scene.server.client.make_url("/")).rstrip("/")


async def at_the_desk(page: Page, url: str, hearing: str, name: str = "mediator") -> None:
    await page.goto(f"{url}/desk/login?next=/desk/hearings/{hearing}")
    await page.get_by_label("账号").fill(name)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.locator("[data-test=review]").click()
    await page.locator("[data-test=part]").wait_for()


async def as_expert(page: Page, url: str, scene: ReviewScene, name: str) -> None:
    link = await scene.server.tickets.issue(scene.booking.id, scene.id_of(name))
    await page.goto(f"{url}/p/{link.token}")
    # Nothing is opened before who they are is confirmed and what they are told is read.
    await page.get_by_role("button", name="是我本人").wait_for()
    assert await page.locator("[data-control=review]").count() == 0
    await to_the_check(page, f"{url}/p/{link.token}")
    await page.locator("[data-control=review]").click()
    await page.get_by_role("dialog").locator("[data-test=part]").wait_for()


async def look(visit: Visitor, where: str, found: list[str], targets: int = 24) -> None:
    found += [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [f"{where} English {word}" for word in await visit.leftovers() if "webm" not in word]
    found += [f"{where} small {name}" for name in await visit.small_targets(targets)]
    found += [f"{where} spilled {name}" for name in await visit.spilled()]
    if await visit.overflow() > 0:
        found.append(f"{where} is wider than the screen")
    if folder := os.environ.get("HETING_PICTURES"):
        await visit.page.screenshot(path=f"{folder}/review-{where.replace(' ', '-')}.png", full_page=True)


async def write_opinion(page: Page, view: str) -> None:
    await page.get_by_role("tab", name="我的意见").click()
    await page.get_by_label("问题", exact=True).fill("是否存在劳动关系")
    await page.get_by_label("意见", exact=True).fill(view)
    await page.get_by_label("把握程度").select_option("sure")
    await page.locator("[data-test=send-opinion]").click()
    await page.locator("[data-test=own-version]").wait_for()


async def test_the_chair_chooses_asks_and_concludes(tmp_path: Path) -> None:
    found: list[str] = []
    async with (
        house(tmp_path) as (scene, url),
        chromium() as browser,
        visitor(browser, viewport=DESK) as visit,
    ):
        page = visit.page
        await at_the_desk(page, url, scene.booking.id)
        await page.locator("[data-test=no-materials]").wait_for()
        await look(visit, "empty", found)
        await page.locator("[data-test=edit-question]").click()
        await (
            page.get_by_role("dialog")
            .get_by_label("会审问题")
            .fill("双方是否存在劳动关系？\n未签合同的二倍工资是否支持？")
        )
        await page.get_by_role("switch", name="疑案急诊").click()
        await look(visit, "question", found)
        await page.locator("[data-test=save-question]").click()
        await page.locator("[data-test=urgent]").wait_for()
        await page.locator("[data-test=choose]").click()
        for name in ("提供 劳动合同 证据", "提供 调解 笔录", "提供 开庭 录音录像"):
            await page.get_by_role("button", name=name).click()
            await page.get_by_role("button", name=name.replace("提供", "收回")).wait_for()
        await page.get_by_text("其他会审的记录不能提供").first.wait_for()
        await look(visit, "choices", found)
        await page.keyboard.press("Escape")
        await page.locator("[data-material=recording]").wait_for()
        await look(visit, "materials", found)
        await page.get_by_role("tab", name="会审结论").click()
        await page.locator("[data-test=unready]").wait_for()
        await look(visit, "no conclusion yet", found)
        for name, view in zip(
            EXPERTS, ("双方存在事实劳动关系，应予支持。", "双方属于承揽关系，不予支持。"), strict=True
        ):
            assert (await scene.opine(name, view=view)).status == 201
        assert (await scene.opine(EXPERTS[1], view="倾向于存在事实劳动关系。")).status == 201
        await page.reload()
        await page.get_by_role("tab", name="专家意见").click()
        await page.get_by_text("以前各稿").click()
        await look(visit, "opinions", found)
        await page.get_by_role("tab", name="会审结论").click()
        await page.get_by_role("textbox", name="结论").fill("建议支持申请人关于劳动关系的主张。")
        for name in EXPERTS:
            await page.get_by_label(name, exact=True).check()
        await look(visit, "drawing", found)
        await page.locator("[data-test=draw]").click()
        await page.locator("[data-conclusion='1']").wait_for(timeout=60_000)
        await look(visit, "concluded", found)
        async with page.expect_download() as paper:
            await page.locator("[data-test=take-conclusion]").click()
        assert (await paper.value).suggested_filename.endswith(".pdf")
        await page.get_by_role("tab", name="记录").click()
        await page.locator("[data-act=concluded]").wait_for()
        await look(visit, "log", found)
        assert found == []
        assert visit.errors == []


async def test_an_expert_reads_and_writes_alone_on_a_phone(tmp_path: Path) -> None:
    found: list[str] = []
    async with house(tmp_path) as (scene, url), chromium() as browser, visitor(browser) as visit:
        page, (first, second) = visit.page, EXPERTS
        await scene.opened("evidence", scene.items[0])
        await scene.opened("recording", scene.sittings["arbitration"])
        await scene.opine(second, view="双方属于承揽关系，不予支持。")
        await as_expert(page, url, scene, first)
        await page.locator("[data-material=evidence]").wait_for()
        await look(visit, "phone materials", found, 44)
        await page.get_by_role("tab", name="专家意见").click()
        await page.locator("[data-test=hidden]").wait_for()
        assert await page.get_by_text("双方属于承揽关系，不予支持。").count() == 0
        await page.get_by_role("tab", name="我的意见").click()
        await page.locator("[data-test=send-opinion]").click()
        await page.get_by_text("请填写。").first.wait_for()
        await look(visit, "phone own opinion", found, 44)
        await write_opinion(page, "双方存在事实劳动关系，应予支持。")
        await page.get_by_role("tab", name="专家意见").click()
        await page.get_by_text("双方属于承揽关系，不予支持。").wait_for()
        await look(visit, "phone opinions", found, 44)
        await page.get_by_role("tab", name="材料").click()
        await page.get_by_role("button", name="查阅 劳动合同 证据").click()
        await page.get_by_role("img", name="第 1 页，共 2 页").wait_for()
        await page.locator("[data-test=next-page]").click()
        await page.get_by_role("img", name="第 2 页，共 2 页").wait_for()
        await look(visit, "phone page", found, 44)
        read = [of for name, act, of in await scene.acts() if (name, act) == (first, "read")]
        assert read == ["申证1 page 1", "申证1 page 2"]
        assert found == []
        assert visit.errors == []


async def test_who_is_no_part_of_the_panel_has_no_way_to_it(tmp_path: Path) -> None:
    async with house(tmp_path) as (scene, url), chromium() as browser, visitor(browser) as visit:
        link = await scene.server.tickets.issue(scene.booking.id, scene.id_of("张晓雯"))
        await to_the_check(visit.page, f"{url}/p/{link.token}")
        await (
            visit.page.get_by_role("button", name="开始检查")
            .or_(visit.page.get_by_role("button", name="播放提示音"))
            .first.wait_for()
        )
        assert await visit.page.locator("[data-control=review]").count() == 0


async def test_it_says_so_when_it_cannot_be_loaded(tmp_path: Path) -> None:
    found: list[str] = []
    async with house(tmp_path) as (scene, url), chromium() as browser:
        for mode in MODES:
            async with visitor(browser, mode, viewport=DESK) as visit:
                await visit.page.route("**/review?*", lambda route: route.abort())
                await visit.page.goto(f"{url}/desk/login?next=/desk/hearings/{scene.booking.id}/review")
                await visit.page.get_by_label("账号").fill("clerk")
                await visit.page.get_by_label("密码").fill(PASSWORD)
                await visit.page.keyboard.press("Enter")
                await visit.page.get_by_text("会审内容没有加载成功").first.wait_for()
                await look(visit, f"failed {MODES.index(mode)}", found)
                await visit.page.unroute("**/review?*")
                await visit.page.get_by_role("button", name="重试").click()
                await visit.page.locator("[data-test=part]").wait_for()
                await look(visit, f"mode {MODES.index(mode)}", found)
        assert found == []

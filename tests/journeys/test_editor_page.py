"""The editor on a long hearing: texts by a key, evidence by its mark, others at work, nothing typed lost."""

import time

import pytest
from playwright.async_api import Page, expect

from room_server.rules import events as e
from room_server.rules import protocol as p
from tests.support.dense_scene import LINES
from tests.support.page_server import PageServer, page_server
from tests.support.phone import MODES, chromium, visitor
from tests.support.scenes import CLERK, RESPONDENT
from tests.support.way_in import enter

pytestmark = [pytest.mark.browser, pytest.mark.page]
DESK = {"width": 1366, "height": 768}
MARKUP = "<img src=x onerror=\"document.title='broken'\">三千元"
PASTE = """area => {
  const data = new DataTransfer()
  data.setData('text/plain', '字'.repeat(1000000))
  area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}"""


def now() -> int:
    return int(time.time() * 1000)


async def put_in_a_text(page: Page, server: PageServer) -> None:
    await page.locator(".minutes-pane .scroll").focus()
    await page.keyboard.press("t")
    await page.locator("[data-test=palette-find]").fill("纪律")
    await expect(page.locator("[data-test=palette-preview]")).to_contain_text("未经许可")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-test=palette-find]")).to_have_count(0)
    wish = server.wishes[-1]
    assert (wish["type"], wish["template"]) == ("InsertText", "arbitration.discipline")
    assert {one["speaker"] for one in wish["paragraphs"]} == {CLERK.id}


async def type_and_come_back(page: Page) -> None:
    area = page.locator(".line-editor textarea")
    line = page.locator("[data-line=u_198]")
    await line.dblclick()
    await area.evaluate(PASTE)
    await expect(page.locator("[data-test=too-long]")).to_contain_text("1000000")
    await area.fill("我们看到的是证")
    await expect(page.locator("[data-test=mention]").first).to_contain_text("申证1")
    await area.press("Tab")
    await expect(area).to_have_value("我们看到的是申证1")
    await page.reload()
    await line.locator("[data-test=draft]").click()
    await expect(area).to_have_value("我们看到的是申证1")
    await area.press("Escape")
    await expect(line.locator("[data-test=draft]")).to_have_count(0)


async def test_a_party_reads_what_is_said_and_takes_part_in_writing() -> None:
    phone = {"width": 390, "height": 844}
    async with (
        chromium() as browser,
        page_server() as server,
        visitor(browser, "{theme: 'light', captions: true}", viewport=phone) as visit,
    ):
        page = visit.page
        await enter(page, f"{server.url}/p/open")
        captions = page.locator("[data-test=captions]")
        await expect(captions).to_be_attached()
        # A long text stands long, so that a slow machine sees it too.
        said = e.TextSaid(line="h9", participant=RESPONDENT.id, text="公司" * 150 + MARKUP, evidence=[])
        await server.tell(p.Told(seq=10_000, at=now(), media_time=1, actor=RESPONDENT.id, event=said))
        await expect(captions).to_contain_text("陈晓燕：…公司")
        await expect(captions).to_contain_text(MARKUP)
        await page.locator("[data-control=minutes]").click()
        await expect(page.locator("[data-line=h9]")).to_contain_text("文字发言")
        await page.locator("[data-test=say]").fill("我听不清，请慢一点")
        await page.locator("[data-test=say-send]").click()
        await expect(page.locator("[data-test=say]")).to_have_value("")
        assert server.wishes[-1] == {"type": "Say", "text": "我听不清，请慢一点"}
        given = e.FloorGiven(participant=RESPONDENT.id)
        await server.tell(p.Told(seq=10_001, at=0, media_time=2, actor=CLERK.id, event=given))
        await expect(page.locator("[data-test=say-note]")).to_contain_text("没有轮到您发言")
        assert visit.errors == []


async def test_the_editor_of_a_long_hearing() -> None:
    async with (
        chromium() as browser,
        page_server(staff=True) as server,
        visitor(browser, MODES["light"], viewport=DESK) as visit,
    ):
        server.scene = "dense"
        page = visit.page
        await page.goto(f"{server.url}/desk/hearings/h_open/room")
        line = page.locator("[data-line=u_198]")
        await expect(line).to_contain_text("仲：")
        # One direction has no number, one line was struck out.
        await expect(page.locator("[data-line=u_199] .number")).to_have_text(str(LINES - 1))
        await expect(page.locator("[data-line=u_197] [data-evidence=v_2]")).to_contain_text("申证2")
        await put_in_a_text(page, server)
        await type_and_come_back(page)
        await server.tell(p.Editing(participant=CLERK.id, line="u_196"))
        await expect(page.locator("[data-line=u_196]")).to_contain_text("书记员 赵静 正在编辑此段")
        edited = e.LineEdited(line="u_195", version=2, text=MARKUP, speaker=None)
        await server.tell(p.Told(seq=10_000, at=0, media_time=None, actor=CLERK.id, event=edited))
        await expect(page.locator("[data-line=u_195]")).to_contain_text(MARKUP)
        assert await page.title() != "broken"
        assert visit.errors == []

"""Evidence in three browsers: brought from a phone before the hearing, shown and spoken to in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Page, Playwright, async_playwright, expect

from room_server.rehearsal.venue import Venue
from tests.journeys.test_browser import COLOURS, SPEECH, WAIT, come_in, links, sign_in
from tests.journeys.test_screen import open_sitting
from tests.support import exhibits
from tests.support.browser import person, shoot

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.page]

FILE = "[data-test=evidence-file]"


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    """The driver of the browsers."""
    async with async_playwright() as driver:
        yield driver


async def test_evidence_from_a_phone_to_the_case_file(tmp_path: Path, playwright: Playwright) -> None:
    async with Venue(tmp_path / "var", tmp_path / "server.log") as venue, AsyncExitStack() as stack:
        desk, phone, computer = [
            await stack.enter_async_context(
                person(playwright, tmp_path, name, SPEECH[name][:1], 2.0, COLOURS[name], name == "applicant")
            )
            for name in SPEECH
        ]
        await phone.set_viewport_size({"width": 360, "height": 640})
        await sign_in(desk, venue)
        ways = await links(desk)
        await phone.goto(ways[0])
        await bring_before(phone, tmp_path)
        await desk.get_by_role("button", name="进入").or_(desk.get_by_role("link", name="进入")).first.click()
        await expect(desk.get_by_role("button", name="宣布开始")).to_be_visible(timeout=WAIT)
        for page, link, name in zip((phone, computer), ways, ("applicant", "respondent"), strict=True):
            await come_in(page, link, name)
        await open_sitting(desk)
        await show(desk, phone, computer)
        await hand_over(desk, phone, computer)
        await examine(desk)
        await refuse(computer, tmp_path)
        await close(desk)


async def bring_before(phone: Page, folder: Path) -> None:
    """From the welcome page: a contract and a photograph, of which the contract is submitted."""
    contract, photo = folder / "劳动合同.pdf", folder / "工资条.jpg"
    contract.write_bytes(exhibits.pdf(3))
    photo.write_bytes(exhibits.photo(1200, 1600))
    await phone.locator("[data-control=evidence]").click(timeout=WAIT)
    await expect(phone.get_by_text("还没有证据")).to_be_visible(timeout=WAIT)
    await shoot(phone, "evidence-phone-empty")
    await phone.locator(FILE).set_input_files([contract, photo])
    await expect(phone.locator("[data-state=draft]")).to_have_count(2, timeout=2 * WAIT)
    await shoot(phone, "evidence-phone-drafts")
    await phone.get_by_role("button", name="提交 劳动合同").click()
    await phone.get_by_role("textbox", name="证明目的").fill("证明双方存在劳动关系")
    await shoot(phone, "evidence-phone-submit")
    await phone.locator("[data-test=confirm]").click()
    await expect(phone.get_by_text("申证1")).to_be_visible(timeout=WAIT)
    await phone.get_by_role("button", name="查看 劳动合同").click()
    await expect(phone.locator(".item-viewer img")).to_be_visible(timeout=WAIT)
    await phone.get_by_role("button", name="下一页").click()
    await expect(phone.locator("[data-test=page-number]")).to_have_text("2/3")
    await phone.wait_for_timeout(800)
    await shoot(phone, "evidence-phone-view")


async def on_page(number: int, *pages: Page) -> None:
    """Everybody is shown this page, drawn."""
    for page in pages:
        tile = page.locator(f"[data-evidence][data-page='{number}']")
        await expect(tile).to_be_visible(timeout=WAIT)
        drawn = "e => { const i = e.querySelector('img'); return !!i && i.complete && i.naturalWidth > 0 }"
        async with asyncio.timeout(WAIT / 1000):
            while not await tile.evaluate(drawn):
                await page.wait_for_timeout(100)


async def show(desk: Page, phone: Page, computer: Page) -> None:
    """The desk shows the contract, turns it and points at it."""
    await desk.get_by_role("tab", name="证据").click()
    await expect(desk.get_by_text("申证1")).to_be_visible(timeout=WAIT)
    await shoot(desk, "evidence-desk-list")
    await desk.locator("[data-test=present]").click()
    await on_page(1, desk, phone, computer)
    await desk.locator("[data-evidence] .page-view").focus()
    await desk.keyboard.press("ArrowRight")
    await on_page(2, desk, phone, computer)
    picture = desk.locator("[data-evidence] img")
    box = await picture.bounding_box()
    assert box
    await desk.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.5)
    await desk.wait_for_timeout(150)
    await desk.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.6, steps=3)
    for page in (phone, computer):
        await expect(page.locator(".page-view .dot > span")).to_be_visible(timeout=WAIT)
    for page, name in ((desk, "desk"), (phone, "phone"), (computer, "computer")):
        await shoot(page, f"evidence-shown-{name}")


async def hand_over(desk: Page, phone: Page, computer: Page) -> None:
    """Nobody but the desk turns pages, until the applicant is given them."""
    await expect(phone.locator("[data-test=page-next]")).to_have_count(0)
    await desk.get_by_role("button", name="更多操作 申证1").click()
    await desk.get_by_role("menuitem", name="出示并由其翻页 张晓雯").click()
    await on_page(1, desk, phone, computer)
    await phone.locator("[data-test=page-next]").click()
    await on_page(2, desk, computer)
    await expect(computer.locator("[data-test=page-next]")).to_have_count(0)


async def examine(desk: Page) -> None:
    """The clerk writes down what the respondent says, and that the original was compared."""
    await desk.locator("[data-test=examine]").click()
    for point, answer in (("真实性", "认可"), ("合法性", "认可"), ("关联性", "不认可")):
        await desk.get_by_role("group", name=point).get_by_label(answer, exact=True).check()
    await desk.get_by_role("textbox", name="理由").fill("与本案无关")
    await shoot(desk, "evidence-examine")
    await desk.locator("[data-test=confirm]").click()
    await expect(desk.get_by_text("关联性 不认可")).to_be_visible(timeout=WAIT)
    await desk.get_by_role("button", name="更多操作 申证1").click()
    await desk.get_by_role("menuitem", name="核对原件").click()
    await expect(desk.get_by_text("已核对原件")).to_be_visible(timeout=WAIT)
    await desk.get_by_role("tab", name="笔录").click()
    await expect(desk.get_by_text("（出示证据 申证1）").first).to_be_visible(timeout=WAIT)
    said = "（质证 申证1，被申请人：真实性、合法性认可；关联性不认可，理由：与本案无关）"
    await expect(desk.get_by_text(said)).to_be_visible(timeout=WAIT)
    await shoot(desk, "evidence-minutes")


async def refuse(computer: Page, folder: Path) -> None:
    """A page with script, called a photograph, is not taken, and the person is told why."""
    false = folder / "照片.jpg"
    false.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    await computer.locator("[data-control=evidence]").click()
    await computer.locator(FILE).set_input_files(false)
    await expect(computer.get_by_text("不支持这种文件").first).to_be_visible(timeout=WAIT)
    await expect(computer.get_by_text("申证1").first).to_be_visible()
    await shoot(computer, "evidence-refused")


async def close(desk: Page) -> None:
    """The list of evidence is among the documents."""
    await desk.locator("[data-test=stop-presenting]").click()
    await expect(desk.locator("[data-evidence]")).to_have_count(0)
    await desk.get_by_role("button", name="闭庭").click()
    await desk.get_by_role("alertdialog").get_by_role("button", name="确定闭庭").click()
    link = desk.get_by_role("link", name="回放").first
    await expect(link).to_be_visible(timeout=2 * WAIT)
    sitting = str(await link.get_attribute("href")).rstrip("/").rsplit("/", 1)[-1]
    async with asyncio.timeout(2 * WAIT / 1000):
        kinds: list[str] = []
        while "casefile" not in kinds:
            listed = await desk.evaluate(f"fetch('/api/sittings/{sitting}/documents').then(r => r.json())")
            kinds = [document["kind"] for document in listed["documents"]]
            await desk.wait_for_timeout(500)
    assert kinds == ["minutes", "evidence_list", "casefile"]

"""The whole way in six browsers: booked, invited, joined by a code, stage by stage, evidence, caucus, signed.

Everybody uses a page of their own: the mediator and the clerk the desk, one party a phone, the other party,
an expert and a supervisor a computer; each page is looked at by axe on the way.
"""

import asyncio
import io
import os
from contextlib import AsyncExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Page, expect

from room_server.rehearsal.venue import Venue
from tests.journeys.test_browser import WAIT, advancing
from tests.journeys.test_evidence_browser import FILE, on_page
from tests.support import exhibits
from tests.support.phone import Visitor, chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.untimed]

GUESTS: tuple[tuple[str, str, str], ...] = (
    ("clerk", "陈思远", "clerk"),
    ("expert", "褚明理", "expert"),
    ("supervisor", "沈督", "supervisor"),
)
SLOW_CAMERAS = ("--use-fake-device-for-media-stream=fps=5", "--allow-loopback-in-peer-connection")
"""What is judged here is what six people see, not how smoothly: two cores draw all their screens."""
DESK = {"width": 1366, "height": 768}
STREET = ("applicant",)
"""Who comes with a phone; everybody else sits at a computer."""
EVERYBODY = ("mediator", "clerk", "applicant", "respondent", "expert", "supervisor")


class Court:
    """Everybody's page, and what was wrong on any of them."""

    def __init__(self, visitors: dict[str, Visitor]) -> None:
        self.found: list[str] = []
        self._visitors = visitors

    def __getitem__(self, name: str) -> Page:
        return self._visitors[name].page

    async def look(self, name: str, where: str) -> None:
        """What axe and a narrow screen object to here; a picture of it with HETING_PICTURES=FOLDER."""
        visit = self._visitors[name]
        self.found += [f"{name} {where}: {wrong}" for wrong in await visit.violations()]
        if await visit.overflow() > 0:
            self.found.append(f"{name} {where}: wider than the screen")
        if folder := os.environ.get("HETING_PICTURES"):
            await visit.page.screenshot(path=f"{folder}/way-{where.replace(' ', '-')}-{name}.png")

    @property
    def errors(self) -> list[str]:
        """What the pages themselves reported."""
        return [f"{name}: {error}" for name, visit in self._visitors.items() for error in visit.errors]


async def test_from_the_booking_to_the_signed_end(tmp_path: Path) -> None:
    async with (
        Venue(tmp_path / "var", tmp_path / "server.log") as venue,
        chromium(
            "--use-fake-device-for-media-stream=fps=5", "--allow-loopback-in-peer-connection"
        ) as browser,
        AsyncExitStack() as stack,
    ):
        visitors = {}
        for name in EVERYBODY:
            size: dict[str, Any] = {} if name in STREET else {"viewport": DESK}
            visitors[name] = await stack.enter_async_context(
                visitor(browser, ignore_https_errors=True, **size)
            )
        court = Court(visitors)
        await sign_in(court["mediator"], venue, venue.name, "/desk/calendar")
        await book(court)
        links = await invite(court)
        hearing = court["mediator"].url.removeprefix(venue.url)
        await court["mediator"].get_by_role("link", name="进入").click()
        await expect(court["mediator"].locator("[data-test=open]")).to_be_visible(timeout=WAIT)
        await sign_in(court["clerk"], venue, "clerk", hearing)
        await court["clerk"].get_by_role("link", name="进入").click()
        for name in ("applicant", "respondent", "expert"):
            await come_in(court, name, links[name])
        await watch(court, links["supervisor"])
        await open_hearing(court)
        await hear(court, tmp_path)
        await negotiate(court)
        await agree(court)
        assert (court.found, court.errors) == ([], [])


async def sign_in(page: Page, venue: Venue, name: str, to: str) -> None:
    """A member of staff signs in and is where they wanted to go."""
    await page.goto(f"{venue.url}/desk/login?next={to}")
    await page.get_by_label("账号").fill(name)
    await page.get_by_label("密码").fill(venue.password)
    await page.keyboard.press("Enter")
    await page.locator(".top-bar").wait_for(timeout=WAIT)


async def book(court: Court) -> None:
    """The mediator books the hearing from the calendar."""
    page = court["mediator"]
    await page.locator("[data-test=create]").click(timeout=WAIT)
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("案号").fill("示范劳人调〔2026〕88号")
    await dialog.get_by_label("案由").fill("劳动报酬争议")
    await dialog.get_by_label("日期").fill((date.today() + timedelta(days=1)).isoformat())
    await dialog.get_by_label("第 2 位的姓名").fill("张晓雯")
    await dialog.get_by_label("第 3 位的姓名").fill("林国栋")
    for n, (_, name, role) in enumerate(GUESTS, 4):
        await dialog.get_by_role("button", name="添加参加人").click()
        await dialog.get_by_label(f"第 {n} 位的姓名").fill(name)
        await dialog.get_by_label(f"第 {n} 位的身份").select_option(role)
    await dialog.get_by_label("第 6 位的旁听目的").fill("例行督查")
    await court.look("mediator", "booking")
    await page.locator("[data-test=save]").click()
    await page.locator("[data-test=when]").wait_for(timeout=WAIT)


async def invite(court: Court) -> dict[str, str]:
    """The links as the mediator sends them; the phone's is read off the code on the screen."""
    page = court["mediator"]
    await page.get_by_role("button", name="链接").click()
    links = {}
    for key, name in (
        ("applicant", "张晓雯"),
        ("respondent", "林国栋"),
        ("expert", "褚明理"),
        ("supervisor", "沈督"),
    ):
        row = page.locator("li[data-participant]", has_text=name)
        links[key] = await row.locator("input").input_value(timeout=WAIT)
    row = page.locator("li[data-participant]", has_text="张晓雯")
    await row.get_by_role("button", name="二维码").click()
    code = row.locator("figure img")
    await expect(code).to_be_visible(timeout=WAIT)
    await court.look("mediator", "invitation")
    scanned = zxingcpp.read_barcodes(Image.open(io.BytesIO(await code.screenshot())))
    assert [one.text for one in scanned] == [links["applicant"]]
    await page.keyboard.press("Escape")
    return links


async def come_in(court: Court, name: str, link: str) -> None:
    """Somebody goes from the link over the duties and the devices to the lobby."""
    page = court[name]
    await page.goto(link)
    await page.get_by_role("button", name="是我本人").wait_for(timeout=WAIT)
    await court.look(name, "welcome")
    await page.get_by_role("button", name="是我本人").click()
    await duties(court, name)
    await court.look(name, "devices")
    way = "只用声音参加" if name == "expert" else "开始检查"
    await page.get_by_role("button", name=way).click(timeout=WAIT)
    await page.get_by_role("button", name="申请进入").click(timeout=WAIT)
    await expect(page.get_by_text("等待调解员准入")).to_be_visible(timeout=WAIT)
    await court.look(name, "lobby")


async def duties(court: Court, name: str) -> None:
    """What has to be read and agreed to, page by page."""
    page = court[name]
    agree = page.get_by_role("button", name="我已阅读并同意")
    await expect(agree).to_be_visible(timeout=WAIT)
    await court.look(name, "duties")
    async with asyncio.timeout(WAIT / 1000):
        while await agree.count():
            await agree.click()
            await page.wait_for_timeout(300)


async def watch(court: Court, link: str) -> None:
    """The supervisor, who brings neither camera nor microphone."""
    page = court["supervisor"]
    await page.goto(link)
    await page.get_by_role("button", name="是我本人").click(timeout=WAIT)
    await duties(court, "supervisor")
    await court.look("supervisor", "way in")
    await page.get_by_role("button", name="申请进入").click(timeout=WAIT)
    await expect(page.get_by_text("等待调解员准入")).to_be_visible(timeout=WAIT)


async def open_hearing(court: Court) -> None:
    """Everybody is let in; the hearing is opened and what must be read out is."""
    desk = court["mediator"]
    for name in ("张晓雯", "林国栋", "褚明理", "沈督"):
        row = desk.locator(".person-row", has_text=name)
        await row.get_by_role("button", name="准入").click(timeout=WAIT)
    await court.look("mediator", "lobby")
    await desk.locator("[data-test=open]").click()
    await desk.get_by_role("dialog").locator("[data-test=confirm]").click()
    await expect(desk.get_by_text("录制中")).to_be_visible(timeout=WAIT)
    await expect(desk.locator("[data-stage=M4_OPENING]")).to_be_visible(timeout=WAIT)
    await read_out(desk, "discipline", "recording", "mediation_notice")
    for name in ("mediator", "applicant", "respondent", "expert", "supervisor"):
        await advancing(court[name], 2)
    for name in EVERYBODY:
        await court.look(name, "opening")


async def read_out(desk: Page, *texts: str) -> None:
    """The mediator reads texts out, and says so."""
    for text in texts:
        await desk.locator(f"[data-read={text}]").click()
        await desk.get_by_role("dialog").locator("[data-test=confirm]").click()
        await expect(desk.locator(f"[data-read={text}]")).to_contain_text("已宣读", timeout=WAIT)


async def to_stage(court: Court, code: str) -> None:
    """The mediator goes on; everybody's page says where the hearing stands."""
    desk = court["mediator"]
    await desk.locator("[data-test=next-stage]").click()
    await desk.get_by_role("dialog").locator("[data-test=confirm]").click()
    await expect(desk.locator(f"[data-stage={code}]")).to_be_visible(timeout=WAIT)
    await expect(court["clerk"].locator(f"[data-stage={code}]")).to_be_visible(timeout=WAIT)


async def hear(court: Court, folder: Path) -> None:
    """Statements in turn, then the issues, with evidence from the phone, shown and answered."""
    desk, phone = court["mediator"], court["applicant"]
    await to_stage(court, "M5_STATEMENTS")
    await desk.locator("[data-test=turn]").click()
    await to_stage(court, "M6_ISSUES")
    contract = folder / "劳动合同.pdf"
    contract.write_bytes(exhibits.pdf(2))
    await phone.locator("[data-control=evidence]").click()
    await phone.locator(FILE).set_input_files(contract)
    await phone.get_by_role("button", name="提交 劳动合同").click(timeout=WAIT)
    await phone.get_by_role("textbox", name="证明目的").fill("证明双方存在劳动关系")
    await phone.locator("[data-test=confirm]").click()
    await expect(phone.get_by_text("申证1")).to_be_visible(timeout=WAIT)
    await court.look("applicant", "evidence")
    await phone.keyboard.press("Escape")
    await desk.get_by_role("tab", name="证据").click()
    await desk.locator("[data-test=present]").click(timeout=WAIT)
    await on_page(1, *(court[name] for name in ("applicant", "respondent", "expert", "supervisor")))
    for name in EVERYBODY:
        await court.look(name, "evidence shown")
    await desk.locator("[data-test=examine]").click()
    for point, answer in (("真实性", "认可"), ("合法性", "认可"), ("关联性", "不认可")):
        await desk.get_by_role("group", name=point).get_by_label(answer, exact=True).check()
    await desk.get_by_role("textbox", name="理由").fill("与本案无关")
    await desk.locator("[data-test=confirm]").click()
    await expect(desk.get_by_text("关联性 不认可")).to_be_visible(timeout=WAIT)
    await desk.locator("[data-test=stop-presenting]").click()
    await expect(phone.locator("[data-evidence]")).to_have_count(0, timeout=WAIT)


async def negotiate(court: Court) -> None:
    """The mediator speaks with one party alone: the others see that and for how long, and nothing else."""
    desk = court["mediator"]
    await to_stage(court, "M7_NEGOTIATE")
    await desk.locator("[data-test=caucus-open]").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("张晓雯").check()
    await dialog.locator("[data-test=confirm]").click()
    await expect(court["applicant"].locator("[data-situation=own_caucus]")).to_be_visible(timeout=WAIT)
    await expect(court["clerk"].locator("[data-test=caucus]")).to_be_visible(timeout=WAIT)
    await advancing(court["applicant"], 1)
    for name in EVERYBODY:
        await court.look(name, "caucus")
    seen = court["applicant"].locator("[data-participant]")
    await expect(seen.filter(has_text="周敏")).to_have_count(1)
    await expect(seen.filter(has_text="林国栋")).to_have_count(0)
    await expect(court["respondent"].locator("[data-participant]").filter(has_text="周敏")).to_have_count(0)
    await desk.locator("[data-test=end-caucus]").click()
    await expect(court["applicant"].locator("[data-situation=own_caucus]")).to_have_count(0, timeout=WAIT)
    await advancing(court["applicant"], 2)


async def agree(court: Court) -> None:
    """Drafted, read back, signed by both sides and the mediator; closed, and there is a case file."""
    desk = court["mediator"]
    for code in ("M8_DRAFT", "M9_READBACK", "M10_SIGN"):
        await to_stage(court, code)
    await read_out(desk, "signing_intent")
    for name in ("applicant", "respondent", "mediator"):
        await court[name].locator("[data-test=sign]").click(timeout=WAIT)
        await court.look(name, "signing")
        await court[name].get_by_role("dialog").locator("[data-test=confirm]").click()
        await expect(court[name].locator("[data-signature=signed]")).to_be_visible(timeout=WAIT)
    await to_stage(court, "M11_AGREED")
    await desk.locator("[data-test=close]").click()
    await court.look("mediator", "closing")
    await desk.get_by_role("alertdialog").locator("[data-test=confirm]").click()
    replay = desk.get_by_role("link", name="回放").first
    await expect(replay).to_be_visible(timeout=2 * WAIT)
    for name in EVERYBODY:
        await court.look(name, "closed")
    await replay.click()
    await desk.wait_for_url("**/desk/sittings/*")
    await expect(desk.get_by_role("button", name="播放", exact=True).first).to_be_visible(timeout=2 * WAIT)
    await expect(desk.get_by_text("（出示证据 申证1）").first).to_be_visible(timeout=WAIT)
    await court.look("mediator", "replay")

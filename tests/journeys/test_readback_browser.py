"""From speech to minutes that are ready to be signed: written live, edited, corrected, read back, confirmed.

Three people sit by synthetic devices and speak; the clerk works at the desk, an agent reads on a phone.
"""

import asyncio
import os
import re
import shutil
import subprocess
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from room_server.rehearsal.desk import Desk
from room_server.rehearsal.venue import Venue
from tests.support.courthouse import serving
from tests.support.guest import Guest
from tests.support.opening import open_for_all
from tests.support.phone import chromium, visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.untimed,
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed"),
]

WAIT = 30_000
RARE = "\U0002c029䶮㛃"
PEOPLE = [
    {"name": "周敏", "role": "mediator", "side": ""},
    {"name": "陈思远", "role": "clerk", "side": ""},
    {"name": "张晓雯", "role": "applicant", "side": "applicant"},
    {"name": "林国栋", "role": "respondent", "side": "respondent"},
    {"name": f"赵{RARE}", "role": "agent", "side": "applicant"},
]
DESK = {"width": 1366, "height": 768}


async def picture(page: Page, name: str) -> None:
    """A picture of the page, with HETING_PICTURES=FOLDER."""
    if folder := os.environ.get("HETING_PICTURES"):
        await page.screenshot(path=f"{folder}/readback-{name}.png")


async def book(desk: Desk, venue: Venue) -> tuple[dict[str, Any], dict[str, str]]:
    """The hearing, and a ticket for everybody by name."""
    await desk.login(venue.name, venue.password)
    wish = {
        "case_number": f"示范劳人调〔2026〕{time.time_ns() % 10**6}号",
        "title": "拖欠工资",
        "kind": "mediation",
        "starts_at": int(time.time() * 1000),
        "rehearsal": True,
        "participants": PEOPLE,
    }
    booking = await desk._json("POST", "/api/hearings", wish)
    links = (await desk._json("GET", f"/api/hearings/{booking['id']}/links"))["links"]
    seat = await desk._json("POST", f"/api/hearings/{booking['id']}/enter")
    return booking, {
        "周敏": seat["ticket"],
        **{link["name"]: link["url"].rsplit("/p/", 1)[1] for link in links},
    }


async def come_in(page: Page, link: str) -> None:
    """A party with a phone goes from the link to the lobby."""
    await page.goto(link)
    await page.get_by_role("button", name="是我本人").click(timeout=WAIT)
    agree = page.get_by_role("button", name="我已阅读并同意")
    listen = page.get_by_role("button", name="只用声音参加")
    await expect(agree.or_(listen).first).to_be_visible(timeout=WAIT)
    async with asyncio.timeout(WAIT / 1000):
        while await agree.count():
            await agree.click()
            await page.wait_for_timeout(200)
    await listen.click(timeout=WAIT)
    await page.get_by_role("button", name="申请进入").click(timeout=WAIT)


async def to_the_desk(page: Page, venue: Venue, hearing: str) -> None:
    """The clerk signs in and takes their seat."""
    await page.goto(f"{venue.url}/desk/login?next=/desk/hearings/{hearing}/room")
    await page.get_by_label("账号").fill("clerk")
    await page.get_by_label("密码").fill(venue.password)
    await page.keyboard.press("Enter")
    await expect(page.locator(".room-screen[data-line=open]")).to_be_visible(timeout=WAIT)


async def speak(who: Guest, clip: str, mediator: Guest) -> None:
    """Say a sentence, and wait until it is written down."""
    before = len(mediator.told("UtteranceHeard"))
    await who.say(clip)
    await mediator.until(lambda: len(mediator.told("UtteranceHeard")) > before, 30)


async def edit(desk: Page, words: str, text: str = "", speaker: str = "") -> None:
    """The clerk changes a line's wording, or says who it was."""
    await desk.locator(".minutes-line", has_text=words).dblclick()
    editor = desk.locator(".line-editor")
    if text:
        await editor.locator("textarea").fill(text)
    if speaker:
        await editor.locator("select").select_option(speaker)
    await editor.locator("[data-test=save-line]").click()
    await expect(editor).to_have_count(0, timeout=WAIT)


async def ask_for(phone: Page, words: str, text: str, mediator: Guest) -> str:
    """Somebody asks on the phone for a correction of their side's line: the id of the request."""
    before = len(mediator.told("RequestMade"))
    line = phone.locator(".minutes-line", has_text=words)
    await line.locator("[data-test=correct]").click(timeout=WAIT)
    await phone.get_by_label("应当写成").fill(text)
    await phone.locator("[data-test=send-correction]").click()
    await mediator.until(lambda: len(mediator.told("RequestMade")) > before)
    return str(mediator.told("RequestMade")[-1]["request"])


async def done(who: Guest, kind: str, **fields: Any) -> None:
    """A wish that is granted."""
    answer = await who.wish(kind, **fields)
    assert answer["kind"] == "done", answer


async def answered(who: Guest, kind: str, mediator: Guest, **fields: Any) -> None:
    """Somebody at a synthetic device reads all of what was laid, and answers."""
    laid = mediator.told("MinutesLaid")[-1]
    await done(who, "ReportReading", laying=laid["laying"], share=100)
    more = {"digest": laid["digest"], "version": "1"} if kind == "ConfirmMinutes" else {}
    await done(who, kind, **more, **fields)


async def test_minutes_from_speech_to_the_page_that_is_signed(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        venue = await serving(stack, tmp_path / "var", tmp_path / "server.log")
        staff = await stack.enter_async_context(Desk(venue.url, False))
        booking, tickets = await book(staff, venue)
        browser = await stack.enter_async_context(chromium("--use-fake-device-for-media-stream=fps=5"))
        clerk = await stack.enter_async_context(visitor(browser, ignore_https_errors=True, viewport=DESK))
        agent = await stack.enter_async_context(visitor(browser, ignore_https_errors=True))
        desk, phone = clerk.page, agent.page
        mediator, applicant, respondent = [
            await stack.enter_async_context(Guest(venue.url, tickets[name], f"readback-{n}"))
            for n, name in enumerate(("周敏", "张晓雯", "林国栋"))
        ]
        await to_the_desk(desk, venue, booking["id"])
        await come_in(phone, f"{venue.url}/p/{tickets[f'赵{RARE}']}")
        for who in (applicant.participant, respondent.participant, booking["participants"][4]["id"]):
            await mediator.until(
                lambda who=who: any(e["participant"] == who for e in mediator.told("Knocked")),  # type: ignore[misc]
                30,
            )
            await done(mediator, "Admit", participant=who)
        await open_for_all(mediator)

        # Live: what is said stands on the clerk's desk and on the phone.
        await speak(applicant, "applicant-years.ogg", mediator)
        await speak(applicant, "applicant-unpaid.ogg", mediator)
        await speak(respondent, "respondent-trouble.ogg", mediator)
        await phone.locator("[data-control=minutes]").click(timeout=WAIT)
        for page in (desk, phone):
            await expect(page.get_by_text("公司拖欠我两个月工资")).to_be_visible(timeout=WAIT)
        told = mediator.told("UtteranceHeard")[-1]["text"]

        # Edited, given to another speaker, corrected once and refused once.
        await edit(desk, "我在公司工作了三年", f"我在公司工作了三年，同事{RARE}可以证明。")
        await edit(desk, told, speaker=booking["participants"][4]["id"])
        granted = await ask_for(phone, "公司拖欠我两个月工资", "公司拖欠我三个月工资", mediator)
        denied = await ask_for(phone, "工作了三年", "我在公司工作了五年", mediator)
        await expect(phone.get_by_text("补正待处理")).to_have_count(2, timeout=WAIT)
        await done(mediator, "Grant", request=granted)
        await done(mediator, "Deny", request=denied, reason="与录音不符")
        await expect(desk.get_by_text("公司拖欠我三个月工资").first).to_be_visible(timeout=WAIT)
        await picture(desk, "editor")
        await phone.keyboard.press("Escape")

        # Laid before everybody, read to its end, confirmed or refused.
        await done(mediator, "Advance", origin="M7_NEGOTIATE", to="M13_FAILED", reason="分歧过大")
        await desk.locator("[data-test=lay]").click(timeout=WAIT)
        await phone.locator("[data-test=read-minutes]").click(timeout=WAIT)
        await phone.locator("[data-test=reading] .minutes-line").first.wait_for(timeout=WAIT)
        await picture(phone, "phone")
        await phone.locator("[data-test=reading] .scroll").evaluate("list => list.scrollTo(0, 1e6)")
        await phone.locator("[data-test=confirm-minutes]").click(timeout=WAIT)
        await picture(phone, "confirming")
        await phone.locator("[data-test=confirm]").click()
        await expect(phone.locator("[data-readback=confirmed]")).to_be_visible(timeout=WAIT)
        await answered(applicant, "ConfirmMinutes", mediator)
        await answered(respondent, "RefuseMinutes", mediator, reason="金额与我方陈述不符")
        await desk.locator(f"[data-reader={respondent.participant}] [data-test=note-reading]").click()
        await desk.get_by_role("menuitem", name="拒绝确认").wait_for(timeout=WAIT)
        await desk.keyboard.press("Escape")
        note = {"what": "refused", "reason": "当庭说明理由后仍不确认"}
        await done(mediator, "NoteReading", participant=respondent.participant, **note)
        await expect(desk.locator("[data-reader][data-standing=confirmed]")).to_have_count(2, timeout=WAIT)
        await expect(desk.locator("[data-reader][data-standing=noted]")).to_have_count(1, timeout=WAIT)
        await picture(desk, "answers")

        # Closed: the paper holds all of it, to the character.
        await done(mediator, "Close", outcome="too_far_apart")
        await mediator.until(
            lambda: any(one["kind"] == "minutes" for one in mediator.told("DocumentMade")), 60
        )
        made = next(one for one in mediator.told("DocumentMade") if one["kind"] == "minutes")
        sitting = mediator.told("SittingPrepared")[0]["sitting"]
        text = await asyncio.to_thread(read, venue.data / "files" / sitting / made["file"])
        for part in (
            f"申请人（张晓雯）：我在公司工作了三年，同事{RARE}可以证明。",
            "申请人（张晓雯）：公司拖欠我三个月工资〔补正1〕",
            f"申请人代理人（赵{RARE}）：{told}",
            "公司拖欠我两个月工资",
            "不予补正：与录音不符",
            "不确认：金额与我方陈述不符（已记明：当庭说明理由后仍不确认）",
            mediator.told("MinutesLaid")[-1]["digest"],
            "此后没有改动",
        ):
            assert part in text, part
        assert text.count("确认") >= 3 and (clerk.errors, agent.errors) == ([], [])


def read(paper: Path) -> str:
    """All words of a PDF, without the spaces between them."""
    told = subprocess.run(["pdftotext", "-raw", str(paper), "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s", "", told.stdout)

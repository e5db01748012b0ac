"""A party's page on its own: doors that stay shut, reloads, bad lines, another device, the keyboard."""

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import Locator, Page, expect

from room_server.rules import events as e
from room_server.rules import protocol as p
from tests.support.page_server import page_server
from tests.support.phone import chromium, visitor
from tests.support.scenes import APPLICANT, CROWD, MEDIATOR, OBSERVER, RESPONDENT
from tests.support.way_in import enter

pytestmark = [pytest.mark.browser, pytest.mark.page]

WECHAT = "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/80 Mobile MicroMessenger/8.0"


def wishes_of(wishes: list[dict[str, object]], kind: str) -> list[dict[str, object]]:
    return [wish for wish in wishes if wish["type"] == kind]


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("nonsense", "链接无效"),
        ("expired", "链接已过期"),
        ("revoked", "链接已停用"),
        ("broken", "暂时无法打开"),
        ("over", "本场已经结束"),
    ],
)
async def test_a_link_that_lets_nobody_in_says_why(link: str, title: str) -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        await visit.page.goto(f"{server.url}/p/{link}")
        await expect(visit.page.get_by_role("heading", name=title, level=1)).to_be_visible()
        assert visit.errors == []


async def test_whoever_was_heard_evaluates_when_it_is_over() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await page.goto(f"{server.url}/p/over")
        await page.get_by_role("button", name="提交评价").click()
        await expect(page.get_by_role("alert").filter(has_text="三项都选择")).to_be_visible()
        for question, score in (("process", "5"), ("result", "3"), ("mediator", "4")):
            group = page.locator(f"[data-test={question}]")
            await group.get_by_role("radio").nth(int(score) - 1).check()
        await page.get_by_label("意见").fill("听得清楚")
        await page.get_by_role("button", name="提交评价").click()
        await expect(page.get_by_text("过程 5 分，结果 3 分，主持人 4 分")).to_be_visible()
        assert visit.errors == []


async def test_an_app_without_a_camera_shows_the_way_to_a_browser() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser, user_agent=WECHAT) as visit:
        await visit.page.add_init_script(
            "Object.defineProperty(navigator, 'mediaDevices', {value: undefined})"
        )
        await visit.page.goto(f"{server.url}/p/lobby")
        await expect(visit.page.get_by_role("heading", name="请用浏览器打开")).to_be_visible()
        await expect(visit.page.get_by_role("button", name="复制链接")).to_be_visible()
        assert server.hellos == []


async def test_whoever_is_ready_knocks_once_and_a_reload_does_not_start_over() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/lobby")
        await expect(page.get_by_text("已通知调解员")).to_be_visible()
        await expect(page.locator(".own-picture video")).to_be_visible()
        assert len(wishes_of(server.wishes, "Knock")) == 1
        await page.reload()
        await expect(page.get_by_text("已通知调解员")).to_be_visible()
        first, second = server.hellos
        assert first["device"] == second["device"]


async def test_admission_opens_the_hearing_and_a_refusal_says_the_reason() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/lobby")
        await expect(page.get_by_text("已通知调解员")).to_be_visible()
        await server.tell(told(50, e.Refused(participant=APPLICANT.id, reason="请先补交委托手续")))
        await expect(page.get_by_text("请先补交委托手续")).to_be_visible()
        await page.get_by_role("button", name="再次申请").click()
        await server.tell(told(51, e.Knocked(participant=APPLICANT.id)))
        await server.tell(told(52, e.Admitted(participant=APPLICANT.id)))
        await server.tell(told(53, e.Moved(participant=APPLICANT.id, origin="lobby", place="table")))
        await expect(page.get_by_role("navigation", name="操作")).to_be_visible()
        assert len(wishes_of(server.wishes, "Knock")) == 2


async def test_whoever_was_refused_reads_why_and_asks_again_with_one_press() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/refused")
        await expect(page.get_by_text("请先补交委托手续")).to_be_visible()
        await server.tell(p.Bye(word="refused"))
        await server.hang_up()
        await expect(page.get_by_text("调解员没有准许您进入")).to_be_visible()
        await expect(page.get_by_text("请先补交委托手续")).to_be_visible()
        assert wishes_of(server.wishes, "Knock") == []
        await page.get_by_role("button", name="再次申请").click()
        await until(lambda: len(wishes_of(server.wishes, "Knock")) == 1)


async def test_the_controls_say_and_do_what_they_show() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/open")
        microphone = page.get_by_role("button", name="麦克风")
        await expect(microphone).to_have_attribute("aria-pressed", "true")
        await microphone.click()
        await expect(microphone).to_have_attribute("aria-pressed", "false")
        assert {"type": "Toggle", "source": "microphone", "on": False} in server.wishes
        await page.get_by_role("button", name="举手").click()
        await server.tell(told(90, e.FloorAsked(participant=APPLICANT.id, wanted=True)))
        await expect(page.get_by_role("button", name="放下")).to_have_attribute("aria-pressed", "true")
        await page.reload()
        await expect(microphone).to_have_attribute("aria-pressed", "false")


async def test_a_lost_line_is_said_and_found_again() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/open")
        await expect(page.get_by_role("navigation", name="操作")).to_be_visible()
        await page.context.set_offline(True)
        await server.hang_up()
        await expect(page.get_by_text("连接中断")).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.get_by_text("连接中断")).to_be_hidden(timeout=15_000)
        assert server.hellos[-1]["since"] > 10


async def test_the_person_decides_which_device_goes_on() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/occupied")
        await expect(page.get_by_role("heading", name="已在另一台设备上打开")).to_be_visible()
        await page.get_by_role("button", name="在此设备继续").click()
        await expect(page.get_by_role("navigation", name="操作")).to_be_visible()
        assert server.hellos[-1]["takeover"] is True
        await server.tell(p.Bye(word="taken_over"))
        await server.hang_up()
        await expect(page.get_by_role("heading", name="已在另一台设备继续")).to_be_visible()


async def test_leaving_asks_first_and_the_back_stroke_does_too() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/open")
        await expect(page.get_by_role("navigation", name="操作")).to_be_visible()
        await page.go_back()
        dialog = page.get_by_role("alertdialog")
        await expect(dialog).to_be_visible()
        await dialog.get_by_role("button", name="留下").click()
        await expect(dialog).to_be_hidden()
        await page.get_by_role("button", name="离开").click()
        await dialog.get_by_role("button", name="离开").click()
        await expect(page.get_by_role("heading", name="您已离开")).to_be_visible()
        assert len(wishes_of(server.wishes, "Leave")) == 1


async def test_without_a_camera_one_takes_part_by_voice() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await page.add_init_script(NO_CAMERA)
        await enter(page, f"{server.url}/p/open")
        await expect(page.get_by_role("button", name="摄像头")).to_have_attribute("aria-pressed", "false")
        await expect(page.get_by_role("button", name="麦克风")).to_have_attribute("aria-pressed", "true")
        assert {"type": "Toggle", "source": "camera", "on": False} in server.wishes


async def test_an_observer_only_listens() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/open-observer")
        await expect(page.get_by_role("button", name="笔录")).to_be_visible()
        await expect(page.get_by_role("button", name="麦克风")).to_have_count(0)


async def test_a_crowd_is_paged_and_anybody_can_be_kept_in_sight() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/crowd")
        await page.set_viewport_size({"width": 1280, "height": 800})
        tiles = page.locator(".room-grid .tile")
        await expect(tiles).to_have_count(9)
        await expect(page.locator(f"[data-watching={OBSERVER.id}]")).to_be_visible()
        await expect(page.locator(f".tile[data-participant={OBSERVER.id}]")).to_have_count(0)
        other = page.locator("[data-other]").last
        name = await other.get_attribute("data-other")
        await other.focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(f".tile[data-participant={name}]")).to_be_visible()
        shown = {await tile.get_attribute("data-participant") for tile in await tiles.all()}
        for turn in range(3):
            await page.get_by_role("button", name="下一组").click()
            await expect(page.get_by_text(f"{turn + 1}/3")).to_be_visible()
            shown |= {await tile.get_attribute("data-participant") for tile in await tiles.all()}
        assert len(shown) == len(CROWD) - 2, "everybody but those who only watch"
        await page.set_viewport_size({"width": 360, "height": 740})
        await expect(page.locator(".tile.large")).to_have_count(1)
        assert visit.errors == []


async def test_on_a_phone_whoever_is_kept_large_can_be_let_go() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/crowd")

        def large(person: str) -> Locator:
            return page.locator(f".tile.large[data-participant={person}]")

        await expect(large(RESPONDENT.id)).to_be_visible()  # who has the word
        await expect(page.locator(f".tile.own[data-participant={APPLICANT.id}]")).to_be_in_viewport(ratio=0.9)
        other = page.locator("[data-other]").first
        chosen = await other.get_attribute("data-other") or ""
        await other.click()
        await expect(large(chosen)).to_be_visible()
        await page.locator(f".tiles .tile[data-participant={MEDIATOR.id}]").click()  # anywhere on the stamp
        await expect(large(MEDIATOR.id)).to_be_visible()
        for kept in (MEDIATOR.id, chosen):
            await large(kept).get_by_role("button", pressed=True).click()
        await expect(large(RESPONDENT.id)).to_be_visible()
        assert visit.errors == []


async def test_another_microphone_can_be_chosen_in_the_hearing() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/open")
        await page.get_by_role("button", name="设置").click()
        await page.get_by_text("更换设备").click()
        choice = page.get_by_role("dialog").get_by_label("麦克风")
        before = await choice.input_value()
        await choice.select_option(index=1)
        assert await choice.input_value() != before
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="麦克风")).to_have_attribute("aria-pressed", "true")
        assert visit.errors == []


async def test_missing_text_is_explained() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await enter(page, f"{server.url}/p/silent")
        await page.get_by_role("button", name="笔录").click()
        await expect(page.get_by_text("未安装语音识别模型")).to_be_visible()


async def test_everything_on_the_way_in_works_by_keyboard() -> None:
    async with page_server() as server, chromium() as browser, visitor(browser) as visit:
        page = visit.page
        await page.goto(f"{server.url}/p/lobby")
        await page.get_by_role("heading", level=1).wait_for()
        await press_until(page, "是我本人")
        for text in ("录音录像告知", "参加纪律", "调解告知"):
            await expect(page.get_by_role("heading", name=text)).to_be_focused()
            await press_until(page, "我已阅读并同意")
        await expect(page.get_by_role("heading", name="检查设备")).to_be_focused()
        await press_until(page, "开始检查")
        await page.get_by_role("button", name="播放提示音").wait_for()
        await press_until(page, "申请进入")
        await expect(page.get_by_text("已通知调解员")).to_be_visible()


NO_CAMERA = """
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = (wish) =>
  wish.video ? Promise.reject(new DOMException('no camera', 'NotFoundError')) : open(wish)
"""


def told(seq: int, event: e.Event) -> p.Told:
    return p.Told(seq=seq, at=1_795_312_800_000, media_time=None, actor="system", event=event)


async def until(true: Callable[[], bool]) -> None:
    """Wait for something the server will have heard."""
    async with asyncio.timeout(15):
        while not true():
            await asyncio.sleep(0.05)


async def press_until(page: Page, name: str) -> None:
    """Tab to a button, as somebody without a mouse does, and press it."""
    for _ in range(20):
        await page.keyboard.press("Tab")
        focused = await page.evaluate("document.activeElement.textContent")
        if name in focused:
            await page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way by keyboard to {name}")

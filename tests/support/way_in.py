"""The way of a party from the link into the room, as a person clicks it."""

from collections.abc import AsyncIterator

from playwright.async_api import Page

NEXT = ".page > .actions .primary"


async def way_in(page: Page, address: str) -> AsyncIterator[str]:
    """Yield at every page on the way, so that a test can look at it before going on."""
    await page.goto(address)
    await page.get_by_role("button", name="是我本人").click(trial=True)
    yield "welcome"
    await page.get_by_role("button", name="是我本人").click()
    for notice in ("录音录像告知", "参加纪律", "调解告知"):
        await page.get_by_role("heading", name=notice).wait_for()
        yield notice
        await page.get_by_role("button", name="我已阅读并同意").click()
    start = page.get_by_role("button", name="开始检查")
    tone = page.get_by_role("button", name="播放提示音")
    await start.or_(tone).first.wait_for()
    if await start.is_visible():  # an observer has nothing to open
        yield "devices_before"
        await start.click()
    await tone.wait_for()
    yield "devices"
    await page.locator(NEXT).click()


async def enter(page: Page, address: str) -> None:
    """All the way in at once."""
    async for _ in way_in(page, address):
        pass


async def to_the_check(page: Page, address: str) -> None:
    """Up to the page that checks devices and line, which begins by itself where the browser may open them."""
    await page.goto(address)
    await page.get_by_role("button", name="是我本人").click()
    for _ in range(3):
        await page.get_by_role("button", name="我已阅读并同意").click()


async def enter_with_devices(page: Page, address: str) -> None:
    """The way of somebody whose browser knows already that it may use camera and microphone."""
    await to_the_check(page, address)
    await page.get_by_role("button", name="申请进入").click()

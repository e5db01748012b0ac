"""The stage bar of the desk, as the person who presides uses it."""

from playwright.async_api import Page, expect

WAIT = 30_000
REASON = "浏览器试播"


async def open_for_all(desk: Page) -> None:
    """Open, saying why where one side is missing, and go on to the negotiation, where everybody may speak."""
    await desk.get_by_role("button", name="宣布开始").click(timeout=WAIT)
    dialog = desk.locator("[role=dialog], [role=alertdialog]")
    confirm = dialog.get_by_role("button", name="宣布开始")
    await confirm.click()
    why, recording = dialog.get_by_role("textbox"), desk.get_by_text("录制中")
    await expect(recording.or_(why).first).to_be_visible(timeout=WAIT)
    if await why.count():
        await why.fill(REASON)
        await confirm.click()
    await expect(recording).to_be_visible(timeout=WAIT)
    await jump(desk, "协商", "M7_NEGOTIATE")


async def jump(desk: Page, name: str, code: str) -> None:
    """Go to another stage, with a reason."""
    await desk.locator("[data-test=jump]").click()
    await desk.get_by_role("menuitem", name=name).click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill(REASON)
    await dialog.locator("[data-test=confirm]").click()
    await expect(desk.locator(f"[data-stage={code}]")).to_be_visible(timeout=WAIT)

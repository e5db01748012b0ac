"""A phone with Chromium: fake camera and microphone, and what a careful visitor looks for on a page."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
AXE = Path(__file__).parents[2] / "web_client" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
SMALL = {"width": 360, "height": 740}
MODES = {
    "light": "{theme: 'light'}",
    "dark": "{theme: 'dark'}",
    "contrast": "{theme: 'light', contrast: true}",
    "contrast dark": "{theme: 'dark', contrast: true}",
    "large": "{theme: 'light', large: true}",
}
"""The ways a page can be shown, as core/modes.ts remembers them."""

# What may be written in Latin letters on a Chinese page; names of devices are what they are.
_LATIN_ALLOWED = "English|Chrome|Safari|Edge|Firefox|https|Wi-Fi|KB|MB|pdf|PDF|Alt|Ctrl|Enter|Esc"
_LEFTOVERS = """(allowed) => {
  const known = new RegExp(allowed, 'g')
  const foreign = (text) => /[A-Za-z]{2,}/.test((text || '').replace(known, ''))
  const found = []
  for (const element of document.body.querySelectorAll('*')) {
    if (element.closest('[lang=en],noscript,option')) continue
    for (const name of ['aria-label', 'title', 'alt', 'placeholder', 'aria-valuetext'])
      if (foreign(element.getAttribute(name))) found.push(`${name}=${element.getAttribute(name)}`)
    for (const node of element.childNodes)
      if (node.nodeType === 3 && foreign(node.data)) found.push(node.data.trim())
  }
  return found
}"""
_SMALL_TARGETS = """(least) => {
  const wanted = 'a[href],button,input,select,textarea,summary,[role=button],[role=tab],[role=switch]'
  return [...document.querySelectorAll(wanted)].filter((element) => {
    const box = element.getBoundingClientRect()
    if (box.width < 2 || box.height < 2 || getComputedStyle(element).visibility === 'hidden') return false
    return box.height < least - 0.5 || box.width < least - 0.5
  }).map((element) => `${element.textContent.trim() || element.getAttribute('aria-label')}`)
}"""
_SPILLED = """() => {
  const found = []
  for (const control of document.querySelectorAll('a[href],button')) {
    const box = control.getBoundingClientRect()
    const words = document.createTreeWalker(control, NodeFilter.SHOW_TEXT)
    while (box.width > 2 && words.nextNode()) {
      const clipped = getComputedStyle(words.currentNode.parentElement).overflowX !== 'visible'
      const range = document.createRange()
      range.selectNodeContents(words.currentNode)
      const text = range.getBoundingClientRect()
      if (!clipped && text.width > 0 && (text.left < box.left - 1 || text.right > box.right + 1))
        found.push(words.currentNode.data.trim())
    }
  }
  return found
}"""
_AXE_RUN = """() => axe.run(document, { resultTypes: ['violations'] }).then((result) =>
  result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`))"""


@asynccontextmanager
async def chromium(*more: str) -> AsyncIterator[Browser]:
    """A headless Chromium from the system."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *more])
        try:
            yield browser
        finally:
            await browser.close()


class Visitor:
    """One tab that remembers everything that went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._heard(message.type, message.text))

    def _heard(self, kind: str, text: str) -> None:
        # A refused ticket is a 401 on purpose; Chromium reports it as an error of the page.
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.errors.append(text)

    async def violations(self) -> list[str]:
        """What axe finds, best practices included."""
        await self.page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
        found: list[str] = await self.page.evaluate(_AXE_RUN)
        return found

    async def leftovers(self) -> list[str]:
        """English that a Chinese reader would meet or hear."""
        found: list[str] = await self.page.evaluate(_LEFTOVERS, _LATIN_ALLOWED)
        return found

    async def small_targets(self, least: int = 44) -> list[str]:
        """Controls a thumb would miss."""
        found: list[str] = await self.page.evaluate(_SMALL_TARGETS, least)
        return found

    async def spilled(self) -> list[str]:
        """Controls whose words run over their edge."""
        found: list[str] = await self.page.evaluate(_SPILLED)
        return found

    async def overflow(self) -> int:
        """How many pixels the page is wider than the screen."""
        wide: int = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return wide


@asynccontextmanager
async def visitor(browser: Browser, modes: str = "", **context: Any) -> AsyncIterator[Visitor]:
    """A fresh profile; `modes` is what core/modes.ts finds in its memory."""
    # Without motion: a page that is still fading in has no colours to judge.
    settings: dict[str, Any] = {"viewport": SMALL, "locale": "zh-CN", "reduced_motion": "reduce"}
    profile = await browser.new_context(**{**settings, **context})
    # Fake devices count as allowed already; a new visitor is asked first.
    await profile.add_init_script("navigator.permissions.query = async () => ({ state: 'prompt' })")
    page = await profile.new_page()
    if modes:
        await page.add_init_script(f"localStorage.setItem('heting.modes', JSON.stringify({modes}))")
    try:
        yield Visitor(page)
    finally:
        await profile.close()

"""From no speech model to one that writes, as an administrator does it in Chromium over the real API."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import huggingface_hub.constants
import pytest
from playwright.async_api import Page, ViewportSize, expect

from room_server.rules.permissions import StaffRole
from room_server.store import staff
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, PASSWORD, DeskServer, desk_server
from tests.support.fetching import NAME, Shelf, toy
from tests.support.hub_mirror import HubMirror
from tests.support.page_server import DIST
from tests.support.phone import Visitor, chromium, visitor

pytestmark = [pytest.mark.browser, pytest.mark.page]

DESK = {"width": 1366, "height": 900}
PHONE = ViewportSize(width=390, height=844)
ABSENT = {
    "engine": "faster-whisper",
    "state": "absent",
    "model": "",
    "reason": "no speech model is installed",
}


@asynccontextmanager
async def house(folder: Path, mirror: HubMirror) -> AsyncIterator[tuple[DeskServer, str]]:
    data = folder / "data"
    shutil.copytree(DIST, data / "dist")
    Shelf(data, mirror)
    async with desk_server(data, hub=mirror.url) as server:
        server.live.engine = dict(ABSENT)
        await server.database.write(
            lambda session: staff.create_member(
                session,
                name="boss",
                person="管理员",
                roles=[StaffRole.ADMIN],
                password_hash=staff.hash_password(PASSWORD),
                now=NOW,
                organisation=ROOT,
            )
        )
        yield server, str(server.client.make_url("/")).rstrip("/")


async def look(visit: Visitor, where: str) -> list[str]:
    if folder := os.environ.get("HETING_PICTURES"):
        await visit.page.screenshot(path=f"{folder}/models-{where}.png", full_page=True)
    found = [f"{where} axe {wrong}" for wrong in await visit.violations()]
    found += [f"{where} small {name}" for name in await visit.small_targets(24)]
    return found + ([f"{where} is wider than the screen"] if await visit.overflow() > 0 else [])


async def sign_in(page: Page, url: str) -> None:
    await page.goto(f"{url}/desk/login")
    await page.get_by_label("账号").fill("boss")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")


async def test_from_no_model_to_one_that_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    with HubMirror("owner/toy", toy(tmp_path / "export")) as mirror:
        mirror.stall["model.int8.onnx"] = 1_800_000
        async with (
            house(tmp_path, mirror) as (server, url),
            chromium() as browser,
            visitor(browser, viewport=DESK) as visit,
        ):
            page = visit.page
            await sign_in(page, url)
            await page.locator("[data-test=lacking-model] button").click()
            await expect(page.locator("[data-test=missing]")).to_contain_text("还没有可用的语音识别模型")
            found = await look(visit, "missing")
            card, job = page.locator(f"[data-model={NAME}]"), page.locator("[data-test=job]")
            await card.locator("[data-test=fetch]").click()
            await expect(job).to_contain_text(re.compile(r"1\.\d MB / 3\.0 MB"), timeout=20_000)
            found += await look(visit, "fetching")
            await page.locator("[data-test=stop]").click()
            mirror.go_on()
            await expect(job).to_have_attribute("data-state", "stopped", timeout=20_000)
            await card.get_by_role("button", name="继续下载").click()
            await expect(page.locator("[data-test=writes]")).to_contain_text(NAME, timeout=20_000)
            assert mirror.sent("model.int8.onnx")[-1].startswith("bytes=")
            # The first model that comes writes at once.
            await expect(card).to_contain_text("使用中")
            await card.locator("[data-test=test]").click()
            await expect(page.locator("[data-test=verdict]")).to_contain_text("加载正常")
            found += await look(visit, "ready")
            await page.set_viewport_size(PHONE)
            found += await look(visit, "phone")
            assert (found, visit.errors) == ([], [])
            assert server.live.need["model"] == str(server.settings.model_folder / NAME)

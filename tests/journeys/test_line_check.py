"""Before entering, the page finds out what a line is good for, and says so; it never keeps anybody out."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect

from room_server.rehearsal.desk import Desk
from room_server.rehearsal.venue import Venue
from tests.support.browser import person, shoot
from tests.support.coturn import SECRET, coturn
from tests.support.courthouse import ONE_WORKER, book
from tests.support.guest import Guest
from tests.support.relay import Relay
from tests.support.way_in import to_the_check

pytestmark = [pytest.mark.browser, pytest.mark.journey]

LEADS_TO = """
const Plain = window.RTCPeerConnection
window.RTCPeerConnection = class extends Plain {
  constructor(configuration) {
    super(configuration)
    this.direct = !configuration.iceServers?.length
  }
  setRemoteDescription({ type, sdp }) {
    const led = this.direct ? sdp.replace(/ (127\\.0\\.0\\.1) \\d+ typ/g, ' $1 PORT typ') : sdp
    return super.setRemoteDescription({ type, sdp: led })
  }
}
"""
NOBODY = 9
COLOURS = ((200, 206, 212), (70, 84, 110))


@dataclass
class Check:
    """A party at the page that checks devices and line, and the staff that wait."""

    page: Page
    mediator: Guest
    party: str

    async def says(self, verdict: str, title: str) -> None:
        """The verdict is there, in words."""
        card = self.page.locator("[data-line]")
        await expect(card).to_have_attribute("data-line", verdict, timeout=40_000)
        await expect(card.get_by_text(title, exact=True)).to_be_visible()

    async def enters(self) -> dict[str, Any]:
        """Ask to come in; what the staff are told about the line."""
        await self.page.get_by_role("button", name="申请进入").click()
        await expect(self.page.get_by_text("等待调解员准入")).to_be_visible()
        await self.mediator.until(lambda: bool(self.mediator.told("LineChecked")))
        (fact,) = self.mediator.told("LineChecked")
        assert fact["participant"] == self.party
        return fact


@asynccontextmanager
async def checking(
    tmp_path: Path, settings: Mapping[str, str] | None = None, port: int | None = None, relay: bool = False
) -> AsyncIterator[tuple[Check, Relay | None]]:
    """A party at the check; `port`: where direct media leads; `relay`: over one that can lose packets."""
    async with (
        Venue(tmp_path / "var", tmp_path / "server.log", ONE_WORKER | dict(settings or {})) as venue,
        Desk(venue.url, False) as desk,
        async_playwright() as playwright,
        person(
            playwright, tmp_path, "a", ["applicant-years.ogg"], 1.0, ((200,) * 3, (90,) * 3), True
        ) as page,
    ):
        booked = await book(desk, venue)
        between = None
        if relay:
            between = Relay(("127.0.0.1", await media_port(page, venue)))
            port = between.address[1]
        if port is not None:
            await page.add_init_script(LEADS_TO.replace("PORT", str(port)))
        async with Guest(venue.url, booked["tickets"][0], "journey-0") as mediator:
            await to_the_check(page, f"{venue.url}/p/{booked['tickets'][1]}")
            yield Check(page, mediator, booked["booking"]["participants"][1]["id"]), between
        if between is not None:
            between.close()


async def media_port(page: Page, venue: Venue) -> int:
    """The UDP port of the only media worker."""
    health = json.loads(await (await page.request.get(f"{venue.url}/health")).text())
    port: int = health["parts"]["media"]["workers"][0]["port"]
    return port


async def test_a_clean_line_is_good_and_the_staff_know(tmp_path: Path) -> None:
    async with checking(tmp_path) as (check, _):
        await expect(check.page.get_by_role("progressbar", name="正在检查网络…")).to_be_visible()
        await shoot(check.page, "applicant-line-testing")
        await check.says("good", "网络良好")
        await shoot(check.page, "applicant-line-good")
        fact = await check.enters()
        assert (fact["verdict"], fact["way"]) == ("good", "direct")
        assert fact["up_kbps"] > 400 and fact["down_kbps"] > 400 and fact["loss_permille"] < 50
        assert "127.0.0.1" not in json.dumps(fact)


async def test_a_line_that_loses_packets_is_told_with_what_to_do(tmp_path: Path) -> None:
    async with checking(tmp_path, relay=True) as (check, relay):
        assert relay is not None
        relay.up_loss = relay.down_loss = 0.09
        card = check.page.locator("[data-line]")
        # How far Chromium goes down for such a loss is its own affair: clear pictures are over in any case.
        await expect(card).to_have_attribute("data-line", re.compile("^(fair|voice)$"), timeout=40_000)
        await expect(card.get_by_text("重新检查").first).to_be_visible()
        await check.page.get_by_text("检查结果").click()
        loss = re.search(r"([\d.]+) %", await card.locator("dl").inner_text())
        assert loss and float(loss[1]) > 3
        await shoot(check.page, "applicant-line-lossy")
        relay.up_loss = relay.down_loss = 0.0
        await check.page.get_by_role("button", name="重新检查网络").click()
        await check.says("good", "网络良好")
        assert (await check.enters())["verdict"] == "good"


async def test_where_udp_is_blocked_the_relay_helps(tmp_path: Path) -> None:
    async with coturn(tmp_path) as port:
        relay = {
            "HETING_TURN_URLS": f"turn:127.0.0.1:{NOBODY}?transport=udp,turn:127.0.0.1:{port}?transport=tcp",
            "HETING_TURN_SECRET": SECRET,
        }
        async with checking(tmp_path, relay, port=NOBODY) as (check, _):
            await check.says("good", "网络良好")
            await expect(check.page.get_by_text("已改走中继线路")).to_be_visible()
            await check.page.get_by_text("检查结果").click()
            ways = await check.page.locator("[data-line] dl").inner_text()
            assert [line for line in ways.splitlines() if "（" in line or line in ("通", "不通")] == [
                *("直接连接（UDP）", "不通"),
                *("中继（UDP）", "不通"),
                *("中继（TCP）", "通"),
            ]
            await shoot(check.page, "applicant-line-relayed")
            assert (await check.enters())["way"] == "tcp"


async def test_where_nothing_gets_through_the_cure_is_said_and_nobody_is_kept_out(tmp_path: Path) -> None:
    async with checking(tmp_path, port=NOBODY) as (check, _):
        await check.says("none", "无法连接音视频")
        await expect(check.page.get_by_text("请换用手机流量（4G/5G）")).to_be_visible()
        await shoot(check.page, "applicant-line-none")
        fact = await check.enters()
        assert (fact["verdict"], fact["way"], fact["up_kbps"]) == ("none", "", 0)


async def test_whoever_does_not_want_to_wait_skips(tmp_path: Path) -> None:
    async with checking(tmp_path) as (check, _):
        await check.page.get_by_role("button", name="跳过").click()
        await expect(check.page.locator("[data-line]")).to_have_attribute("data-line", "skipped")
        await check.page.get_by_role("button", name="申请进入").click()
        await expect(check.page.get_by_text("等待调解员准入")).to_be_visible()
        await check.mediator.until(lambda: bool(check.mediator.told("Knocked")))
        assert check.mediator.told("LineChecked") == []

"""A browser that reaches nothing but the relay is seen and sees."""

import re
from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from room_server.rehearsal.desk import Desk
from room_server.rehearsal.venue import Venue
from tests.support.browser import person
from tests.support.coturn import SECRET, coturn
from tests.support.courthouse import book
from tests.support.guest import Guest

pytestmark = [pytest.mark.browser, pytest.mark.journey]

ONLY_RELAYS = """
const Plain = window.RTCPeerConnection
window.made = []
window.RTCPeerConnection = class extends Plain {
  constructor(configuration) {
    super({ ...configuration, iceTransportPolicy: 'relay' })
    window.made.push(this)
  }
}
"""
PATHS = """
Promise.all(made.filter(pc => pc.connectionState === 'connected').map(async pc => {
  const stats = [...(await pc.getStats()).values()]
  const pair = stats.find(s => s.type === 'candidate-pair' && s.nominated)
  return stats.find(s => s.id === pair.localCandidateId).candidateType
}))
"""


async def test_a_browser_behind_a_firewall_takes_part(tmp_path: Path) -> None:
    async with coturn(tmp_path) as port:
        relay = {
            "HETING_TURN_URLS": f"turn:127.0.0.1:{port}?transport=tcp",
            "HETING_TURN_SECRET": SECRET,
        }
        async with (
            Venue(tmp_path / "var", tmp_path / "server.log", relay) as venue,
            Desk(venue.url, False) as desk,
            async_playwright() as playwright,
            person(
                playwright, tmp_path, "a", ["applicant-years.ogg"], 1.0, ((9, 9, 9), (99, 9, 9)), phone=True
            ) as page,
        ):
            booked = await book(desk, venue)
            applicant = booked["booking"]["participants"][1]["id"]
            await page.add_init_script(ONLY_RELAYS)
            async with Guest(venue.url, booked["tickets"][0], "journey-0") as mediator:
                await page.goto(f"{venue.url}/p/{booked['tickets'][1]}")
                await page.get_by_role("button", name="是我本人").click()
                for _ in range(3):
                    await page.get_by_role("button", name="我已阅读并同意").click()
                await page.get_by_role("button", name="申请进入").click()
                await expect(page.get_by_text("等待调解员准入")).to_be_visible()
                await mediator.until(lambda: bool(mediator.told("Knocked")))
                assert (await mediator.wish("Admit", participant=applicant))["kind"] == "done"
                await mediator.until(lambda: mediator.seen(applicant) > 20 and mediator.heard(applicant) > 50)
                tile = page.locator(f"[data-participant='{mediator.participant}']")
                await expect(tile).to_have_attribute("data-frames", re.compile(r"^[1-9]\d+$"), timeout=20_000)
                assert await page.evaluate(PATHS) == ["relay", "relay"]

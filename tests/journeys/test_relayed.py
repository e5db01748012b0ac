"""A browser that reaches nothing but the relay, or has nothing but IPv6, is seen and sees."""

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright, expect

from media.addresses import has_ipv6
from room_server import tls
from room_server.rehearsal.desk import Desk
from room_server.rehearsal.venue import Venue
from room_server.turn import credential
from tests.support.browser import person
from tests.support.coturn import SECRET, coturn
from tests.support.courthouse import book
from tests.support.guest import Guest
from tests.support.opening import open_for_all
from tests.support.way_in import enter_with_devices

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.untimed]

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
ONLY_IPV6 = """
const Plain = window.RTCPeerConnection
window.made = []
window.RTCPeerConnection = class extends Plain {
  constructor(configuration) {
    super(configuration)
    window.made.push(this)
  }
  setRemoteDescription({ type, sdp }) {
    const lines = sdp.split('\\r\\n').filter(line => !/^a=candidate:.* \\d+\\.\\d+\\.\\d+\\.\\d+ /.test(line))
    return super.setRemoteDescription({ type, sdp: lines.join('\\r\\n') })
  }
}
"""
PATHS = """
Promise.all(made.filter(pc => pc.connectionState === 'connected').map(async pc => {
  const stats = [...(await pc.getStats()).values()]
  const pair = stats.find(s => s.type === 'candidate-pair' && s.nominated && s.state === 'succeeded')
  const local = stats.find(s => s.id === pair.localCandidateId)
  const remote = stats.find(s => s.id === pair.remoteCandidateId)
  return [local.candidateType, local.relayProtocol ?? '', remote.address]
}))
"""
GATHER = """
async (server) => {
  const pc = new RTCPeerConnection({ iceServers: [server], iceTransportPolicy: 'relay' })
  const found = { candidates: 0, errors: [] }
  pc.onicecandidate = (event) => { if (event.candidate?.candidate) found.candidates += 1 }
  pc.onicecandidateerror = (event) => found.errors.push(event.errorCode)
  pc.createDataChannel('x')
  await pc.setLocalDescription()
  while (pc.iceGatheringState !== 'complete') await new Promise((done) => setTimeout(done, 50))
  pc.close()
  return found
}
"""
COLOURS = ((9, 9, 9), (99, 9, 9))


async def takes_part(
    tmp_path: Path,
    settings: Mapping[str, str],
    script: str,
    host: str = "localhost",
    flags: tuple[str, ...] = (),
) -> list[list[str]]:
    """A party enters with a browser that has been changed; the paths by which it is seen and sees."""
    async with (
        Venue(tmp_path / "var", tmp_path / "server.log", settings) as venue,
        Desk(venue.url, False) as desk,
        async_playwright() as playwright,
        person(playwright, tmp_path, "a", ["applicant-years.ogg"], 1.0, COLOURS, True, flags) as page,
    ):
        booked = await book(desk, venue)
        applicant = booked["booking"]["participants"][1]["id"]
        await page.add_init_script(script)
        async with Guest(venue.url, booked["tickets"][0], "journey-0") as mediator:
            await enter_with_devices(page, f"{venue.url.replace('localhost', host)}/p/{booked['tickets'][1]}")
            await expect(page.get_by_text("等待调解员准入")).to_be_visible()
            await mediator.until(lambda: bool(mediator.told("Knocked")))
            assert (await mediator.wish("Admit", participant=applicant))["kind"] == "done"
            await open_for_all(mediator)
            await mediator.until(lambda: mediator.seen(applicant) > 20 and mediator.heard(applicant) > 50)
            tile = page.locator(f"[data-participant='{mediator.participant}']")
            await expect(tile).to_have_attribute("data-frames", re.compile(r"^[1-9]\d+$"), timeout=20_000)
            paths: list[list[str]] = await page.evaluate(PATHS)
            return paths


async def test_a_browser_behind_a_firewall_takes_part(tmp_path: Path) -> None:
    async with coturn(tmp_path) as port:
        relay = {"HETING_TURN_URLS": f"turn:127.0.0.1:{port}?transport=tcp", "HETING_TURN_SECRET": SECRET}
        paths = await takes_part(tmp_path, relay, ONLY_RELAYS)
        assert [path[:2] for path in paths] == [["relay", "tcp"], ["relay", "tcp"]]


async def test_a_browser_that_may_only_speak_tls_takes_part(tmp_path: Path) -> None:
    certificates = tls.prepare(tmp_path / "tls")
    async with coturn(tmp_path, certificates) as port:
        relay = {"HETING_TURN_URLS": f"turns:127.0.0.1:{port}?transport=tcp", "HETING_TURN_SECRET": SECRET}
        # The exception that a page gets does not hold for a relay: the browser as a whole has to make it.
        paths = await takes_part(tmp_path, relay, ONLY_RELAYS, flags=("--ignore-certificate-errors",))
        assert [path[:2] for path in paths] == [["relay", "tls"], ["relay", "tls"]]


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
async def test_a_browser_that_has_only_ipv6_meets_one_that_has_not(tmp_path: Path) -> None:
    both = {"HETING_HOST": "::", "HETING_MEDIA_ADDRESSES": "127.0.0.1,::1"}
    paths = await takes_part(tmp_path, both, ONLY_IPV6, host="[::1]")
    assert [kind for kind, _, _ in paths] == ["host", "host"]
    # Chromium keeps the address of a path to itself that the other end found first.
    assert {address.strip("[]") for _, _, address in paths} <= {"::1", ""}


async def gathered(page: Page, port: int, ends_in: int) -> dict[str, Any]:
    """What a browser gets of the relay with credentials that end in so many seconds."""
    name = f"{int(time.time()) + ends_in}:p_1"
    server = {
        "urls": [f"turn:127.0.0.1:{port}?transport=tcp"],
        "username": name,
        "credential": credential(SECRET, name),
    }
    found: dict[str, Any] = await page.evaluate(GATHER, server)
    return found


async def test_a_browser_with_old_credentials_is_lent_nothing(tmp_path: Path) -> None:
    async with (
        coturn(tmp_path) as port,
        async_playwright() as playwright,
        person(playwright, tmp_path, "a", ["applicant-years.ogg"], 1.0, COLOURS, True) as page,
    ):
        await page.goto("about:blank")
        assert (await gathered(page, port, 60))["candidates"] > 0
        refused = await gathered(page, port, -1)
        assert refused["candidates"] == 0
        assert 401 in refused["errors"]

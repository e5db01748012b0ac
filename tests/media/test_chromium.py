"""Chromium publishes and subscribes through the worker: what no library client can prove."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from media.worker import MediaWorker
from tests.support.callers import running, table
from tests.support.relay import Relay

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

PAGE = """
<script>
const gathered = pc => new Promise(done => {
  if (pc.iceGatheringState === "complete") return done();
  pc.onicegatheringstatechange = () => pc.iceGatheringState === "complete" && done();
  setTimeout(done, 800);
});
async function agree(pc, plane) {
  await pc.setLocalDescription(await pc.createOffer());
  await gathered(pc);
  await pc.setRemoteDescription({type: "answer", sdp: await window.signal(plane, pc.localDescription.sdp)});
}
async function publish(shade, sendEncodings = [{}], width = 640, height = 480) {
  const canvas = document.createElement("canvas");
  canvas.width = width; canvas.height = height;
  const ink = canvas.getContext("2d");
  setInterval(() => {
    for (let i = 0; i < 60; i++) {
      ink.fillStyle = `hsl(${shade + Math.random() * 40} 90% 50%)`;
      ink.fillRect(Math.random() * width, Math.random() * height, 30, 30);
    }
  }, 66);
  const sound = new AudioContext(), tone = sound.createOscillator();
  const out = sound.createMediaStreamDestination();
  tone.connect(out); tone.start();
  window.pub = new RTCPeerConnection();
  pub.addTransceiver(out.stream.getAudioTracks()[0], {direction: "sendonly"});
  const picture = canvas.captureStream(15).getVideoTracks()[0];
  const lens = pub.addTransceiver(picture, {direction: "sendonly", sendEncodings});
  const all = RTCRtpSender.getCapabilities("video").codecs;
  if (window.only) lens.setCodecPreferences(all.filter(codec => codec.mimeType === window.only));
  if (window.degradation) {
    const parameters = lens.sender.getParameters();
    parameters.degradationPreference = window.degradation;
    await lens.sender.setParameters(parameters);
  }
  await agree(pub, "publish");
}
async function subscribe() {
  window.sub = new RTCPeerConnection();
  sub.ontrack = event => {
    const element = document.createElement(event.track.kind);
    element.srcObject = new MediaStream([event.track]);
    element.autoplay = true; element.muted = true; element.id = event.transceiver.mid;
    document.body.append(element);
  };
  sub.addTransceiver("audio", {direction: "recvonly"});
  sub.addTransceiver("video", {direction: "recvonly"});
  await agree(sub, "subscribe");
}
function hue() {
  const video = document.querySelector("video"), canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const ink = canvas.getContext("2d");
  ink.drawImage(video, 0, 0, 8, 8);
  const sum = [0, 0, 0];
  const pixels = ink.getImageData(0, 0, 8, 8).data;
  for (let at = 0; at < pixels.length; at++) if (at % 4 < 3) sum[at % 4] += pixels[at];
  return sum.indexOf(Math.max(...sum));
}
async function stats(pc) { return JSON.stringify([...(await pc.getStats()).values()]); }
</script><body></body>
"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        found = await play.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--allow-loopback-in-peer-connection",
                "--autoplay-policy=no-user-gesture-required",
            ],
        )
        yield found
        await found.close()


async def person(
    browser: Browser,
    worker: MediaWorker,
    name: str,
    through: Callable[[str], str] = str,
    offering: Callable[[str], str] = str,
) -> Page:
    """A page that signals to the worker as this participant; its offers and the answers may be changed."""
    page = await (await browser.new_context()).new_page()

    async def signal(plane: str, sdp: str) -> str:
        call = worker.publish if plane == "publish" else worker.subscribe
        return through(str((await call("r", name, "device", offering(sdp)))["sdp"]))

    await page.expose_function("signal", signal)
    await page.route(
        "https://hearing.test/", lambda route: route.fulfill(body=PAGE, content_type="text/html")
    )
    await page.goto("https://hearing.test/")
    return page


async def numbers(page: Page, connection: str, kind: str) -> dict[str, Any]:
    """The RTP statistics of the browser's one stream of this direction: `outbound-rtp video` and so on."""
    found = json.loads(await page.evaluate(f"stats({connection})"))
    wanted, medium = kind.split()
    return next((one for one in found if one["type"] == wanted and one.get("kind") == medium), {})


async def test_chromium_sees_chromium_and_leaves_its_bitrate_floor(browser: Browser) -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"], anna_camera=["ben"]))
        anna, ben = await person(browser, worker, "anna"), await person(browser, worker, "ben")
        await anna.evaluate("publish(0)")
        await ben.evaluate("subscribe()")
        decoded, target = 0, 0.0
        for _ in range(100):
            await asyncio.sleep(0.2)
            decoded = (await numbers(ben, "sub", "inbound-rtp video")).get("framesDecoded", 0)
            target = (await numbers(anna, "pub", "outbound-rtp video")).get("targetBitrate", 0.0)
            if decoded > 60 and target > 900_000:
                break
        video = await numbers(ben, "sub", "inbound-rtp video")
        audio = await numbers(ben, "sub", "inbound-rtp audio")
        print({"frames": decoded, "target": target, "freezes": video.get("freezeCount")})
        assert decoded > 60
        assert target > 900_000
        assert audio["packetsReceived"] > 50
        assert video["packetsLost"] <= 5
        peers = (await worker.stats())["rooms"]["r"]["peers"]
        told = next(peer["arrivals_told"] for peer in peers if peer["plane"] == "publish")
        assert told > 20, "Chromium's own estimate lives on when its packets arrive"
        assert all(peer["rtt_ms"] < 95 for peer in peers), "Chromium answers our probes"


async def test_chromium_leaves_its_bitrate_floor_on_arrivals_alone(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.publisher.rtcp.estimate", lambda *_: b"")
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        anna = await person(browser, worker, "anna")
        await anna.evaluate("publish(0)")
        async with asyncio.timeout(20):
            while (await numbers(anna, "pub", "outbound-rtp video")).get("targetBitrate", 0.0) < 900_000:
                await asyncio.sleep(0.2)


async def test_chromium_goes_on_decoding_when_its_slot_changes_publishers(browser: Browser) -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        people = {"anna": 0, "cleo": 120}
        for name, shade in people.items():
            await (await person(browser, worker, name)).evaluate(f"publish({shade})")
        ben = await person(browser, worker, "ben")
        await ben.evaluate("subscribe()")
        freezes, dropped = 0, 0
        for revision in range(1, 7):
            name = "anna" if revision % 2 else "cleo"
            colour = 0 if name == "anna" else 1
            await worker.route("r", table(revision, **{f"{name}_camera": ["ben"]}))
            async with asyncio.timeout(10):
                while await ben.evaluate("hue()") != colour:
                    await asyncio.sleep(0.1)
            before = (await numbers(ben, "sub", "inbound-rtp video")).get("framesDecoded", 0)
            async with asyncio.timeout(10):
                video = await numbers(ben, "sub", "inbound-rtp video")
                while video.get("framesDecoded", 0) < before + 10:
                    await asyncio.sleep(0.1)
                    video = await numbers(ben, "sub", "inbound-rtp video")
            freezes, dropped = video["freezeCount"], video["packetsLost"]
        print({"freezes": freezes, "lost": dropped})
        assert dropped <= 5


async def test_one_weak_downlink_costs_nobody_else_the_picture(browser: Browser) -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben", "cleo"], anna_camera=["ben", "cleo"]))
        relay = Relay(("127.0.0.1", (await worker.stats())["port"]["number"]))
        anna, cleo = await person(browser, worker, "anna"), await person(browser, worker, "cleo")
        ben = await person(browser, worker, "ben", relay.through)
        await anna.evaluate("publish(0)")
        await ben.evaluate("subscribe()")
        await cleo.evaluate("subscribe()")

        async def slots(name: str) -> dict[str, bool]:
            peers = (await worker.stats())["rooms"]["r"]["peers"]
            found = next(p for p in peers if p["participant"] == name and p["plane"] == "subscribe")
            return {slot["track"]: slot["paused"] for slot in found["slots"]}

        async def seen(page: Page, what: str) -> tuple[float, float]:
            found = await numbers(page, "sub", "inbound-rtp " + what)
            name = "framesDecoded" if what == "video" else "totalSamplesReceived"
            return found.get(name, 0), found.get("concealedSamples", 0)

        await asyncio.sleep(6)
        assert await slots("ben") == {"anna.microphone": False, "anna.camera": False}
        relay.down_rate = 200_000
        began = time.monotonic()
        async with asyncio.timeout(15):
            while not (await slots("ben"))["anna.camera"]:
                await asyncio.sleep(0.1)
        took = time.monotonic() - began
        await asyncio.sleep(1)
        voice, (frames, _) = await seen(ben, "audio"), await seen(cleo, "video")
        await asyncio.sleep(4)
        later, (more, _) = await seen(ben, "audio"), await seen(cleo, "video")
        concealed = (later[1] - voice[1]) / max(1.0, later[0] - voice[0])
        target = (await numbers(anna, "pub", "outbound-rtp video"))["targetBitrate"]
        print({"paused_after": took, "frames": more - frames, "concealed": concealed, "target": target})
        assert not (await slots("cleo"))["anna.camera"]
        assert more - frames > 4 * 15 * 0.8 and target > 500_000
        assert later[0] - voice[0] > 3.5 * 48000 and concealed < 0.05
        relay.down_rate = 0.0
        before, _ = await seen(ben, "video")
        async with asyncio.timeout(30):
            while (await seen(ben, "video"))[0] < before + 15:
                await asyncio.sleep(0.2)
        relay.close()


async def test_chromium_under_loss_both_ways_keeps_its_pictures(browser: Browser) -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"], anna_camera=["ben"]))
        relay = Relay(("127.0.0.1", (await worker.stats())["port"]["number"]))
        relay.up_loss = relay.down_loss = 0.03
        anna = await person(browser, worker, "anna", relay.through)
        ben = await person(browser, worker, "ben", relay.through)
        await anna.evaluate("publish(0)")
        await ben.evaluate("subscribe()")
        await asyncio.sleep(3)
        before = (await numbers(ben, "sub", "inbound-rtp video")).get("framesDecoded", 0)
        sent = (await numbers(anna, "pub", "outbound-rtp video")).get("framesSent", 0)
        await asyncio.sleep(6)
        video = await numbers(ben, "sub", "inbound-rtp video")
        decoded = video.get("framesDecoded", 0) - before
        sent = (await numbers(anna, "pub", "outbound-rtp video")).get("framesSent", 0) - sent
        camera = (await worker.stats())["rooms"]["r"]["tracks"]["anna.camera"]
        relay.close()
        print(
            {"sent": sent, "decoded": decoded, "freezes": video["freezeCount"], "lost": relay.lost, **camera}
        )
        assert relay.lost > 10
        assert camera["repaired"] > 0 and video.get("retransmittedPacketsReceived", 1) > 0
        assert decoded > 0.85 * sent


async def test_redundant_audio_pays_at_five_percent_loss_each_way(browser: Browser) -> None:
    """The same voice over the same lossy lines, with redundancy and without."""
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        pairs = {"anna": "ben", "cleo": "dora"}
        await worker.route("r", table(1, **{f"{a}_microphone": [b] for a, b in pairs.items()}))
        relay = Relay(("127.0.0.1", (await worker.stats())["port"]["number"]))
        relay.up_loss = relay.down_loss = 0.05
        pages: dict[str, Page] = {}
        for speaker, listener in pairs.items():
            offering = str if speaker == "anna" else _without_red
            pages[speaker] = await person(browser, worker, speaker, relay.through, offering)
            pages[listener] = await person(browser, worker, listener, relay.through, offering)
            await pages[speaker].evaluate("publish(0)")
            await pages[listener].evaluate("subscribe()")

        async def heard(name: str) -> tuple[float, float]:
            audio = await numbers(pages[name], "sub", "inbound-rtp audio")
            return audio.get("totalSamplesReceived", 0), audio.get("concealedSamples", 0)

        # A receiver reports about a voice every five seconds or so.
        await asyncio.sleep(12)
        before = {name: await heard(name) for name in ("ben", "dora")}
        await asyncio.sleep(10)
        shares: dict[str, float] = {}
        for name, (samples, concealed) in before.items():
            later = await heard(name)
            assert later[0] - samples > 8 * 48000
            shares[name] = (later[1] - concealed) / (later[0] - samples)
        tracks = (await worker.stats())["rooms"]["r"]["tracks"]
        relay.close()
        print({"with": shares["ben"], "without": shares["dora"], **tracks["anna.microphone"]})
        assert tracks["anna.microphone"]["recovered"] > 10
        assert tracks["cleo.microphone"]["recovered"] == 0
        assert shares["ben"] < 0.05
        assert shares["ben"] < shares["dora"] / 2


def _without_red(sdp: str) -> str:
    return "\r\n".join(line for line in sdp.split("\r\n") if " red/48000" not in line)

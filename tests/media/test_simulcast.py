"""Chromium's layers through the worker: chosen, changed without a break, and chosen by a weak line itself."""

import asyncio
import json
import time
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from media.worker import MediaWorker
from tests.media.test_chromium import browser, numbers, person, pytestmark
from tests.support.callers import running, table
from tests.support.granting import Granting
from tests.support.relay import Relay

__all__ = ["browser", "pytestmark"]

LAYERS = json.dumps(
    [
        {"rid": "q", "scaleResolutionDownBy": 4, "maxBitrate": 100_000, "maxFramerate": 15},
        {"rid": "h", "scaleResolutionDownBy": 2, "maxBitrate": 300_000, "maxFramerate": 15},
        {"rid": "f", "scaleResolutionDownBy": 1, "maxBitrate": 900_000, "maxFramerate": 15},
    ]
)


async def shown(worker: MediaWorker, name: str) -> str:
    """The layer of the camera somebody gets; "-" while it is withheld."""
    peers = (await worker.stats())["rooms"]["r"]["peers"]
    found = next(p for p in peers if p["participant"] == name and p["plane"] == "subscribe")
    return next(
        (
            "-" if slot["paused"] else slot["layer"]
            for slot in found["slots"]
            if slot["track"] == "anna.camera"
        ),
        "",
    )


async def video(page: Page) -> dict[str, Any]:
    return await numbers(page, "sub", "inbound-rtp video")


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_three_layers_arrive_and_a_listener_goes_down_and_up_without_a_break(
    browser: Browser, codec: str
) -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"], anna_camera=["ben"]))
        anna, ben = await person(browser, worker, "anna"), await person(browser, worker, "ben")
        # H.264 is made smaller as a whole, layers and all, when its pictures are as restless as these.
        await anna.evaluate(f"window.only = 'video/{codec}'; window.degradation = 'maintain-resolution'")
        await anna.evaluate(f"publish(0, {LAYERS}, 960, 540)")
        await ben.evaluate("subscribe()")
        room: Any = worker._rooms["r"]
        line = room.peers[("ben", "device", "subscribe")]
        line.allocator = Granting(3)

        async def sees(width: int) -> dict[str, Any]:
            """Wait until ben has decoded some frames of this width."""
            async with asyncio.timeout(30):
                while (now := await video(ben)).get("frameWidth") != width:
                    await asyncio.sleep(0.1)
                while (await video(ben))["framesDecoded"] < now["framesDecoded"] + 8:
                    await asyncio.sleep(0.1)
            return await video(ben)

        first = await sees(960)
        assert room.router.sources["anna.camera"].track.codec == codec.lower()
        layers = (await worker.stats())["rooms"]["r"]["tracks"]["anna.camera"]["layers"]
        assert all(layers[rid]["packets"] > 0 for rid in "qhf")
        for steps, width in ((1, 240), (3, 960), (2, 480), (1, 240), (3, 960)):
            line.allocator = Granting(steps)
            await sees(width)
        last = await video(ben)
        switches = (await worker.stats())["port"]["layer_switches"]
        print(
            {
                "codec": codec,
                "switches": switches,
                **{k: last[k] for k in ("freezeCount", "pliCount", "framesDropped")},
            }
        )
        assert switches >= 5
        # A hole in the numbers would be a lost packet, a picture that cannot be decoded a picture loss.
        assert last["packetsLost"] == first["packetsLost"] and last["pliCount"] <= first["pliCount"] + 1


async def test_a_line_of_300_kbit_gets_a_lower_layer_within_five_seconds_and_keeps_its_sound(
    browser: Browser,
) -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben", "cleo"], anna_camera=["ben", "cleo"]))
        relay = Relay(("127.0.0.1", (await worker.stats())["port"]["number"]))
        anna, cleo = await person(browser, worker, "anna"), await person(browser, worker, "cleo")
        ben = await person(browser, worker, "ben", relay.through)
        await anna.evaluate(f"publish(0, {LAYERS}, 960, 540)")
        await ben.evaluate("subscribe()")
        await cleo.evaluate("subscribe()")
        async with asyncio.timeout(30):
            while await shown(worker, "ben") != "f" or await shown(worker, "cleo") != "f":
                await asyncio.sleep(0.2)
        await asyncio.sleep(2)
        relay.down_rate = 300_000
        began = time.monotonic()
        async with asyncio.timeout(15):
            while await shown(worker, "ben") not in ("q", "h"):
                await asyncio.sleep(0.1)
        took = time.monotonic() - began
        await asyncio.sleep(2)
        sound, picture = await numbers(ben, "sub", "inbound-rtp audio"), await video(ben)
        await asyncio.sleep(5)
        later, moved = await numbers(ben, "sub", "inbound-rtp audio"), await video(ben)
        concealed = later["concealedSamples"] - sound["concealedSamples"]
        share = concealed / (later["totalSamplesReceived"] - sound["totalSamplesReceived"])
        frames = moved["framesDecoded"] - picture["framesDecoded"]
        relay.close()
        print({"low_after": took, "concealed": share, "frames": frames, "layer": await shown(worker, "ben")})
        assert took < 5 + 1
        # The middle one, if it fits.
        assert share < 0.05 and await shown(worker, "ben") in ("q", "h")
        # How many the publisher encodes is a question of the machine: they go on.
        assert frames > 10

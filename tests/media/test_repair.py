"""Lost packets are repaired both ways, and connections live through what networks do to them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from media.worker import MediaWorker
from tests.support.callers import Caller, Picture, Tone, running, table, until
from tests.support.relay import Relay


@dataclass
class Call:
    """Ben gets what Anna sends; one of them is behind a relay."""

    worker: MediaWorker
    events: list[dict[str, Any]]
    ben: Caller
    relay: Relay

    async def frames(self, seconds: float) -> tuple[int, float]:
        """How many pictures Ben gets in about so long, and how long it was."""
        before, began = self.ben.frames("video"), time.monotonic()
        await asyncio.sleep(seconds)
        return self.ben.frames("video") - before, time.monotonic() - began


@asynccontextmanager
async def call(relayed: str, kind: str = "video") -> AsyncIterator[Call]:
    """A call that flows, torn down afterwards."""
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_camera=["ben"], anna_microphone=["ben"]))
        relay = Relay(("127.0.0.1", (await worker.stats())["port"]["number"]))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        {"anna": anna, "ben": ben}[relayed].through = relay.through
        try:
            await anna.publish(Picture() if kind == "video" else Tone())
            await ben.subscribe(int(kind == "audio"), int(kind == "video"))
            await until(lambda: ben.frames(kind) > 5)
            yield Call(worker, events, ben, relay)
        finally:
            await asyncio.gather(anna.close(), ben.close())
            relay.close()


async def test_packets_lost_on_the_way_up_are_asked_for_and_come() -> None:
    async with call("anna") as on:
        on.relay.up_loss = 0.1
        frames, took = await on.frames(4)
        on.relay.up_loss = 0.0
        await asyncio.sleep(0.5)
        camera = (await on.worker.stats())["rooms"]["r"]["tracks"]["anna.camera"]
        assert on.relay.lost > 5
        # Retransmissions are lost as well, and counted in what the relay lost.
        assert camera["repaired"] >= 0.7 * on.relay.lost
        assert camera["given_up"] == 0
        assert frames > 30 * took * 0.6


async def test_packets_lost_on_the_way_down_are_sent_again() -> None:
    async with call("ben") as on:
        on.relay.down_loss = 0.05
        frames, took = await on.frames(4)
        on.relay.down_loss = 0.0
        assert on.relay.lost > 3
        peers = (await on.worker.stats())["rooms"]["r"]["peers"]
        resent = next(peer["resent"] for peer in peers if peer["participant"] == "ben")
        # aiortc asks only once for a packet: some retransmissions are lost as well.
        assert resent >= 0.8 * on.relay.lost
        assert frames > 30 * took * 0.4


async def test_a_client_that_comes_from_another_address_is_followed() -> None:
    async with call("ben", "audio") as on:
        on.relay.renumber()
        before = on.ben.frames("audio")
        # The client's next consent check tells the new address.
        await until(lambda: on.ben.frames("audio") > before + 50, 20)
        assert [e["why"] for e in on.events if e["type"] == "peer_lost"] in ([], ["silent"])


async def test_a_silent_peer_is_lost_within_seven_seconds_and_found_again() -> None:
    async with call("anna") as on:
        on.relay.cut = True
        began = time.monotonic()
        await until(lambda: any(e["type"] == "peer_lost" for e in on.events), 7)
        assert time.monotonic() - began > 4
        (lost,) = [e for e in on.events if e["type"] == "peer_lost"]
        assert (lost["participant"], lost["plane"], lost["why"]) == ("anna", "publish", "silent")
        assert not lost["gone"]
        assert any(e["type"] == "track_ended" for e in on.events)
        on.relay.cut = False
        before = on.ben.frames("video")
        await until(lambda: on.ben.frames("video") > before + 10)
        assert [e["type"] for e in on.events].count("track_started") == 2

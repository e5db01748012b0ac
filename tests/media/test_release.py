"""What is over is freed at once: the worker's collector is told to keep out of the packets' way."""

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from bench.client import Client
from media.aiortc_bridge import Certificate
from tests.support.callers import running, table

HERE = "127.0.0.1"


@pytest.fixture
def without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


async def test_a_connection_that_ended_is_freed_without_a_collection(without_collector: None) -> None:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"], anna_camera=["ben"]))
        certificate = Certificate()
        anna, ben = Client(HERE, certificate), Client(HERE, certificate)
        await anna.connect((await worker.publish("r", "anna", "device", anna.publishing()))["sdp"])
        await ben.connect((await worker.subscribe("r", "ben", "device", ben.subscribing(2)))["sdp"])
        await asyncio.sleep(0.2)
        room = worker._rooms["r"]
        alive = [weakref.ref(peer) for peer in room.peers.values()]
        assert len(alive) == 2
        del room
        await worker.drop_peer("r", "anna", "device", "left")
        await worker.drop_peer("r", "ben", "device", "left")
        await anna.close()
        await ben.close()
        await asyncio.sleep(0.2)
        assert [found() for found in alive] == [None, None]

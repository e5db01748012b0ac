"""Rooms over time: people come and go, nothing stays behind."""

import asyncio
import gc
from typing import Any

from media.inlet import Inlet
from media.peer import Peer
from tests.support.callers import Caller, Picture, Tone, running, table, until
from tests.support.granting import Granting


def alive(kind: type) -> int:
    gc.collect()
    return sum(isinstance(one, kind) for one in gc.get_objects())


async def test_coming_and_going_leaves_nothing_behind() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"]))
        gc.unfreeze()
        peers, inlets = alive(Peer), alive(Inlet)
        tasks = len(asyncio.all_tasks())
        for turn in range(8):
            anna, ben = Caller(worker, "r", "anna", f"a{turn}"), Caller(worker, "r", "ben", f"b{turn}")
            await anna.publish(Tone())
            await ben.subscribe(1, 0)
            await until(lambda ben=ben: ben.frames("audio") > 2)  # type: ignore[misc]
            if turn % 2:
                await worker.drop_peer("r", "anna", f"a{turn}", "left")
                await worker.drop_peer("r", "ben", f"b{turn}", "left")
            await asyncio.gather(anna.close(), ben.close())
            await until(lambda: not worker._rooms["r"].peers)
        del anna, ben
        assert worker._port is not None
        assert not worker._port._by_address and not worker._port._by_ufrag
        room: Any = worker._rooms["r"]
        assert not room.router.sources and not room.router.listeners and not room.gappy
        await until(lambda: not room._closing)
        assert len(asyncio.all_tasks()) <= tasks + 1
        events.clear()
        assert (alive(Peer), alive(Inlet)) == (peers, inlets)


async def test_a_line_that_bears_no_video_keeps_its_slots_and_its_sound() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben", "cleo"], anna_camera=["ben", "cleo"]))
        anna, ben, cleo = (Caller(worker, "r", name) for name in ("anna", "ben", "cleo"))
        try:
            await anna.publish(Tone(), Picture())
            await ben.subscribe()
            await cleo.subscribe()
            await until(lambda: ben.frames("video") > 5 and cleo.frames("video") > 5)
            events.clear()
            room: Any = worker._rooms["r"]
            line, other = (room.peers[(name, "device", "subscribe")] for name in ("ben", "cleo"))
            camera = room.router.sources["anna.camera"]
            line.allocator = Granting(0)
            await until(lambda: line.stats()["paused"] == 1, 3)
            assert [one["paused"] for one in line.stats()["slots"]] == [False, True]
            assert room.allotment.allowed(camera) > 250_000
            await asyncio.sleep(0.5)
            stopped, sound, others = ben.frames("video"), ben.frames("audio"), cleo.frames("video")
            await asyncio.sleep(1)
            assert ben.frames("video") <= stopped + 1
            assert ben.frames("audio") > sound + 30 and cleo.frames("video") > others + 15
            other.allocator = Granting(0)
            await until(lambda: other.stats()["paused"] == 1, 3)
            # Withheld from everybody: ready to come back small.
            await until(lambda: room.allotment.allowed(camera) == 250_000, 3)
            line.allocator = Granting(1)
            await until(lambda: ben.frames("video") > stopped + 20, 5)
            assert not [event for event in events if event["type"] == "slots"]
        finally:
            await asyncio.gather(anna.close(), ben.close(), cleo.close())


async def test_who_speaks_is_told_only_of_those_who_are_routed() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"], cleo_microphone=[]))
        anna, cleo = Caller(worker, "r", "anna"), Caller(worker, "r", "cleo")
        tone = Tone()
        try:
            await anna.publish(tone)
            await cleo.publish(Tone())
            await until(lambda: any(e["type"] == "speaking" for e in events))
            tone.loud = False
            await until(lambda: [e for e in events if e["type"] == "speaking"][-1]["participants"] == [])
            told = [e["participants"] for e in events if e["type"] == "speaking"]
            assert told == [["anna"], []]
        finally:
            await asyncio.gather(anna.close(), cleo.close())


async def test_devices_with_a_living_connection_are_known_to_a_new_control_process() -> None:
    async with running() as (worker, events):
        assert await worker.open_room("r", 1, {}) == {"devices": [], "grades": {}}
        ben = Caller(worker, "r", "ben")
        try:
            await ben.subscribe(1, 1)
            await until(lambda: any(e["type"] == "peer_up" for e in events))
            (device,) = (await worker.open_room("r", 1, {}))["devices"]
            assert (device["participant"], device["peer"]) == ("ben", "device")
            assert device["slots"] == ben.slots
        finally:
            await ben.close()


async def test_a_screen_comes_and_goes_beside_the_camera() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_camera=["ben"], anna_screen=["ben"]))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        try:
            await anna.publish(Picture(40))
            await ben.subscribe(0, 2)
            await until(lambda: ben.frames("video") > 10)
            await anna.share(Picture(200))
            await until(lambda: ben.frames("video", 1) > 10)
            assert abs(ben.seen[ben.mid("video")].shade - 40) < 6
            assert abs(ben.seen[ben.mid("video", 1)].shade - 200) < 6
            assert set((await worker.stats())["rooms"]["r"]["tracks"]) == {"anna.camera", "anna.screen"}
            await worker.drop_peer("r", "anna", "device", "gone", "screen")
            shown, seen = ben.frames("video", 1), ben.frames("video")
            await until(lambda: ben.frames("video") > seen + 10)
            assert ben.frames("video", 1) <= shown + 2
            kinds = [(event["type"], event.get("source", "")) for event in events]
            assert kinds.count(("track_started", "camera")) == 1
            assert ("track_ended", "screen") in kinds and ("track_ended", "camera") not in kinds
        finally:
            await asyncio.gather(anna.close(), ben.close())

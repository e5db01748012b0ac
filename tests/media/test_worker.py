"""The worker as a whole: real publishers and subscribers over loopback."""

import asyncio

from tests.support.callers import Caller, Picture, Tone, running, table, until


async def test_one_publisher_reaches_two_subscribers() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben", "cleo"], anna_camera=["ben", "cleo"]))
        anna, ben, cleo = (Caller(worker, "r", name) for name in ("anna", "ben", "cleo"))
        try:
            await anna.publish(Tone(), Picture(80))
            await ben.subscribe()
            await cleo.subscribe()
            await until(lambda: ben.frames("video") > 20 and cleo.frames("video") > 20)
            await until(lambda: ben.frames("audio") > 30 and cleo.frames("audio") > 30)
            assert abs(ben.seen[ben.mid("video")].shade - 80) < 6
            kinds = [event["type"] for event in events]
            assert kinds.count("peer_up") == 3
            assert kinds.count("track_started") == 2
            await until(
                lambda: any(e["type"] == "speaking" and e["participants"] == ["anna"] for e in events)
            )
            stats = await worker.stats()
            assert stats["port"]["packets_out"] > stats["port"]["packets_in"] / 2
            assert sum(stats["forward_delay"]["counts"]) > 0
        finally:
            await asyncio.gather(*(caller.close() for caller in (anna, ben, cleo)))

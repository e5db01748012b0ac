"""Large rooms of synthetic visitors: who speaks is heard, few are seen, observers send nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from media.likeness import Clip
from media.visitor import Visitor
from media.worker import MediaWorker
from tests.support.callers import running, until
from tests.support.offers import offer, section

AUDIO, VIDEO = 9, 9
WORDS = Clip(tuple(bytes((0xF8, n % 250, 1, 2, 3)) for n in range(100)), (35,) * 100)
"""Two seconds of loud Opus packets."""


def everybody(people: Iterable[str], observers: Iterable[str] = (), chair: str = "p0") -> dict[str, Any]:
    """The route table of a table at which all hear and see each other, and observers hear and see all."""
    people, observers = list(people), list(observers)
    return {
        "revision": 1,
        "presiding": [chair],
        "observers": observers,
        "tracks": {
            f"{who}.{source}": {"to": [one for one in people if one != who] + observers}
            for who in people
            for source in ("microphone", "camera")
        },
    }


async def come_in(worker: MediaWorker, name: str, one: Visitor, publishes: bool = True) -> None:
    """Make the connections of one visitor."""

    async def exchange(plane: str, sdp: str) -> str:
        call = worker.publish if plane == "publish" else worker.subscribe
        return str((await call("r", name, "device", sdp))["sdp"])

    if publishes:
        await one.publish(exchange)
    await one.subscribe(exchange)
    await one.connected(60)


@asynccontextmanager
async def room(
    people: int, observers: int = 0, audio: int = AUDIO, video: int = VIDEO
) -> AsyncIterator[tuple[MediaWorker, list[dict[str, Any]], dict[str, Visitor]]]:
    """A room of so many who publish sparingly and so many who only watch, all of them connected."""
    names = [f"p{n}" for n in range(people)] + [f"o{n}" for n in range(observers)]
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", everybody(names[:people], names[people:]))
        visitors = {
            name: Visitor(loopback=True, audio_slots=audio, video_slots=video, sparing=True) for name in names
        }
        try:
            for name, one in visitors.items():
                await come_in(worker, name, one, publishes=name.startswith("p"))
            yield worker, events, visitors
        finally:
            await asyncio.gather(*(one.close() for one in visitors.values()))


def slots(worker: MediaWorker, name: str) -> list[str]:
    """The tracks bound to somebody's slots."""
    peers = worker._rooms["r"].peers
    return [o.inlet.track.id for o in peers[name, "device", "subscribe"].outlets if o.inlet is not None]  # type: ignore[attr-defined]


def beginnings(visitors: dict[str, Visitor], speaker: str, since: int) -> dict[str, int]:
    """How many packets of the speaker's last clip each listener missed at its beginning."""
    said = [sent.digest for sent in visitors[speaker].sent if sent.medium == "audio" and sent.at >= since]
    missed = {}
    for name, one in visitors.items():
        if name != speaker:
            got = {received.digest for received in one.received if received.at >= since}
            missed[name] = next((n for n, digest in enumerate(said) if digest in got), len(said))
    return missed


async def test_of_twenty_five_everyone_who_speaks_is_heard_by_all() -> None:
    async with room(25) as (worker, _, visitors):
        await until(lambda: len(worker._rooms["r"].router.sources) == 50)
        worst: dict[str, int] = {}
        for speaker in ("p24", "p12", "p7", "p20", "p16"):
            since = time.monotonic_ns()
            await visitors[speaker].say(WORDS)
            await asyncio.sleep(0.3)
            missed = beginnings(visitors, speaker, since)
            worst[speaker] = max(missed.values()) * 20
            # Less than half a word, on a machine that is busy with fifty connections.
            assert worst[speaker] <= 400, missed
        print({"first_ms_lost_at_most": worst})
        for name, one in visitors.items():
            bound = slots(worker, name)
            assert sum(track.endswith(".camera") for track in bound) <= VIDEO
            assert not [track for track in bound if track.startswith(f"{name}.")]
            assert ("p0.camera" in bound) == (name != "p0"), "the chair is seen by all"
            mine = {sent.digest for sent in one.sent}
            assert not mine & {received.digest for received in one.received}, "nobody gets themselves"
        await worker.view("r", "p3", "device", ["p21", "p22"], 4)
        await until(lambda: {"p21.camera", "p22.camera"} <= set(slots(worker, "p3")))
        assert sum(track.endswith(".camera") for track in slots(worker, "p3")) == 4


async def test_eight_people_all_on_video_see_each_other() -> None:
    async with room(8) as (worker, _, visitors):
        for name in visitors:
            await until(lambda name=name: len(slots(worker, name)) == 14)  # type: ignore[misc]

        def frames() -> dict[str, int]:
            return {
                f"{name}/{mid}": slot.video_frames
                for name, one in visitors.items()
                for mid, slot in one.slots.items()
                if slot.medium == "video"
            }

        before = frames()
        async with asyncio.timeout(30):
            while sum(frames()[one] > before[one] + 3 for one in before) < 8 * 7:
                await asyncio.sleep(0.2)
        assert sum(count > 0 for count in frames().values()) == 8 * 7, (
            "nobody is shown twice or to themselves"
        )


async def test_thirty_observers_get_everything_and_send_nothing() -> None:
    async with room(2, observers=30, audio=2, video=2) as (worker, _, visitors):
        watchers = {name: one for name, one in visitors.items() if name.startswith("o")}

        def frames(one: Visitor) -> int:
            return sum(slot.video_frames for slot in one.slots.values())

        def sent() -> int:
            return len([s for name in ("p0", "p1") for s in visitors[name].sent if s.medium == "video"])

        await until(lambda: all(frames(one) > 2 for one in watchers.values()))
        await visitors["p0"].say(WORDS)
        for name, one in watchers.items():
            assert sorted(slots(worker, name)) == sorted(
                f"{who}.{source}" for who in ("p0", "p1") for source in ("microphone", "camera")
            )
            assert not {"publish"} & set(one.states())
        keys = [s.key for name in ("p0", "p1") for s in visitors[name].sent if s.medium == "video"]
        print({"frames_sent": sent(), "key_frames": sum(keys)})
        wish = offer(section("0"), section("1", "video"))
        with pytest.raises(ValueError, match="observers publish nothing"):
            await worker.publish("r", "o3", "device", wish)
        with pytest.raises(ValueError, match="observers publish nothing"):
            await worker.share("r", "o3", "device", wish)

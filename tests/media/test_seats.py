"""Recorder and scribe at the table: seated by route, paused with a reason, gone without harm."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from media.packet import Packet, Track
from media.tap import END, OPUS, PAUSE
from tests.support.callers import Caller, Picture, Tone, running, until


class Recorder:
    """Writes down what a room records; its sinks can be made to fail."""

    lag = 0.25

    def __init__(
        self,
        folder: Path,
        zero_ms: int,
        epoch: int,
        tell: Callable[[dict[str, Any]], None],
        want_key_frame: Callable[[str], None],
    ) -> None:
        self.began = (folder, zero_ms, epoch)
        self.tell, self.want_key_frame = tell, want_key_frame
        self.sinks: dict[str, Sink] = {}
        self.closed = False

    def sink(self, track: Track) -> "Sink":
        return self.sinks.setdefault(track.id, Sink())

    def close(self) -> None:
        self.closed = True
        self.tell({"type": "segment", "track": "anna.camera", "number": 0})


class Sink:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.notes: list[str] = []
        self.reports = 0
        self.broken = False

    def write(self, packet: Packet) -> None:
        if self.broken:
            raise OSError("disk on fire")
        self.packets.append(packet)

    def report(self, ntp: float, timestamp: int, arrival: float) -> None:
        assert abs(ntp - arrival) < 5
        self.reports += 1

    def pause(self, reason: str) -> None:
        self.notes.append(f"pause {reason}")

    def resume(self) -> None:
        self.notes.append("resume")

    def close(self) -> None: ...


def recorded(revision: int, record: bool, why: str = "") -> dict[str, Any]:
    one = {"to": ["ben"], "record": record, "scribe": False, "why": why}
    return {"revision": revision, "tracks": {"anna.microphone": one, "anna.camera": one}}


async def test_what_the_route_says_is_recorded_and_gaps_have_reasons() -> None:
    made: list[Recorder] = []

    def factory(*arguments: Any) -> Recorder:
        made.append(Recorder(*arguments))
        return made[0]

    async with running(factory) as (worker, events):
        await worker.open_room("r", 3, {})
        await worker.route("r", recorded(1, True))
        anna = Caller(worker, "r", "anna")
        try:
            await anna.publish(Tone(), Picture())
            await worker.begin_recording("r", 1000, "/nowhere")
            (recorder,) = made
            assert recorder.began == (Path("/nowhere"), 1000, 3)
            await until(lambda: len(recorder.sinks) == 2)
            camera, microphone = recorder.sinks["anna.camera"], recorder.sinks["anna.microphone"]
            await until(lambda: len(camera.packets) > 20 and len(microphone.packets) > 50)
            await until(lambda: camera.reports > 0 and microphone.reports > 0)
            sequences = [packet.sequence for packet in microphone.packets]
            assert len(set(sequences)) == len(sequences)
            await worker.route("r", recorded(2, False, "caucus"))
            count = len(microphone.packets)
            await asyncio.sleep(0.3)
            assert len(microphone.packets) == count
            await worker.route("r", recorded(3, True))
            await until(lambda: len(microphone.packets) > count + 20)
            await anna.close()
            await until(lambda: "pause offline" in camera.notes, 3)
            assert camera.notes == ["pause caucus", "resume", "pause offline"]
            await worker.end_recording("r")
            assert recorder.closed
            assert [e["room"] for e in events if e["type"] == "segment"] == ["r"]
        finally:
            await anna.close()


async def test_a_failing_recorder_is_told_and_the_call_goes_on() -> None:
    made: list[Recorder] = []

    def factory(*arguments: Any) -> Recorder:
        made.append(Recorder(*arguments))
        return made[0]

    async with running(factory) as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", recorded(1, True))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        try:
            await anna.publish(Tone(), Picture())
            await ben.subscribe()
            await worker.begin_recording("r", 1000, "/nowhere")
            await until(lambda: len(made[0].sinks) == 2 and ben.frames("video") > 5)
            made[0].sinks["anna.camera"].broken = True
            await until(lambda: any(e["type"] == "alarm" for e in events))
            (alarm,) = [e for e in events if e["type"] == "alarm"]
            assert (alarm["room"], alarm["track"], alarm["word"]) == ("r", "anna.camera", "write_failed")
            frames, sound = ben.frames("video"), len(made[0].sinks["anna.microphone"].packets)
            await until(lambda: ben.frames("video") > frames + 20)
            assert len(made[0].sinks["anna.microphone"].packets) > sound
            assert (await worker.stats())["rooms"]["r"]["guests_failed"] == 1
        finally:
            await asyncio.gather(anna.close(), ben.close())


def heard(revision: int, scribe: bool) -> dict[str, Any]:
    one = {"to": [], "record": False, "scribe": scribe, "why": ""}
    return {"revision": revision, "tracks": {"anna.microphone": one}}


async def test_the_scribe_hears_whom_the_route_names(tmp_path: Path) -> None:
    frames: list[tuple[int, str, int]] = []

    async def scribe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(4):
            rest = await reader.readexactly(int.from_bytes(head, "big"))
            frames.append((rest[0], rest[2 : 2 + rest[1]].decode(), len(rest)))
        writer.close()

    async with await asyncio.start_unix_server(scribe, tmp_path / "tap"), running() as (worker, _):
        await worker.open_room("r", 1, {"tap": str(tmp_path / "tap")})
        await worker.route("r", heard(1, True))
        anna = Caller(worker, "r", "anna")
        try:
            await anna.publish(Tone())
            await until(lambda: len(frames) > 30)
            assert {frame[:2] for frame in frames} == {(OPUS, "r/anna")}
            await worker.route("r", heard(2, False))
            await until(lambda: frames[-1][0] == PAUSE)
            count = len(frames)
            await asyncio.sleep(0.2)
            assert len(frames) == count
            await worker.route("r", heard(3, True))
            await until(lambda: len(frames) > count + 20)
            await worker.drop_peer("r", "anna", "device", "left")
            await until(lambda: frames[-1][0] == END)
            assert (await worker.stats())["tap"]["sent"] == len(frames)
        finally:
            await anna.close()

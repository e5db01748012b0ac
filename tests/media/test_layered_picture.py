"""A visitor in three layers through a real worker: switched, fallen back, recorded as one stream."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from media.layered_picture import SIZES, LayeredPicture, encoded
from media.likeness import is_key_frame
from media.queueing import LEARNT
from media.visitor import Exchange, Visitor
from media.worker import MediaWorker
from tests.media.test_seats import Recorder
from tests.support.callers import running, table, until
from tests.support.granting import Granting
from tests.support.relay import Relay

GREEN = (110, 150, 110)


def signalling(worker: MediaWorker, participant: str, through: Callable[[str], str] = str) -> Exchange:
    async def exchange(plane: str, sdp: str) -> str:
        call = worker.publish if plane == "publish" else worker.subscribe
        return through(str((await call("r", participant, "device", sdp))["sdp"]))

    return exchange


def without_estimate(exchange: Exchange) -> Exchange:
    """A receiver that reports and says nothing else about its line."""

    async def plain(plane: str, sdp: str) -> str:
        kept = [line for line in sdp.split("\r\n") if "abs-send-time" not in line and "goog-remb" not in line]
        return await exchange(plane, "\r\n".join(kept))

    return plain


def width(visitor: Visitor) -> int:
    """How wide the picture is that was decoded last; planar YUV."""
    return visitor.picture.shape[1] if visitor.picture is not None else 0


@pytest.mark.parametrize("codec", ["vp8", "h264"])
async def test_a_listener_is_switched_and_falls_back_and_every_picture_is_decoded(codec: str) -> None:
    async with (
        running() as (worker, _),
        Visitor(colour=GREEN, loopback=True, layers=True) as anna,
        Visitor(loopback=True, audio_slots=1, video_slots=1, decode="1") as ben,
    ):
        await worker.open_room("r", 1, {"codec": codec})
        await worker.route("r", table(1, anna_camera=["ben"]))
        await anna.publish(signalling(worker, "anna"))
        await ben.subscribe(signalling(worker, "ben"))
        room: Any = worker._rooms["r"]
        line = room.peers[("ben", "device", "subscribe")]
        line.allocator = Granting(3)
        await until(lambda: width(ben) == 640)
        assert room.router.sources["anna.camera"].track.codec == codec
        layers = room.router.sources["anna.camera"].stats()["layers"]
        assert all(layers[rid]["packets"] > 0 for rid in SIZES)
        for count, wide in ((1, 160), (2, 320), (3, 640)):
            line.allocator = Granting(count)
            await until(lambda wide=wide: width(ben) == wide)  # type: ignore[misc]
        assert anna.layered is not None
        anna.layered.flowing = 1
        await until(lambda: width(ben) == 160)
        anna.layered.flowing = 3
        await until(lambda: width(ben) == 640)
        pictures = ben.pictures
        await until(lambda: ben.pictures > pictures + 15)
        assert line.stats()["slots"][0]["layer"] == "f"


async def test_a_weak_line_gets_the_layer_it_bears_and_keeps_its_sound_and_the_others_keep_theirs() -> None:
    async with (
        running() as (worker, _),
        Visitor(colour=GREEN, loopback=True, layers=True) as anna,
        Visitor(loopback=True, audio_slots=1, video_slots=1) as ben,
        Visitor(loopback=True, audio_slots=1, video_slots=1) as cleo,
    ):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben", "cleo"], anna_camera=["ben", "cleo"]))
        relay = Relay(("127.0.0.1", (await worker.stats())["port"]["number"]))
        await anna.publish(signalling(worker, "anna"))
        await ben.subscribe(signalling(worker, "ben", relay.through))
        await cleo.subscribe(signalling(worker, "cleo"))
        room: Any = worker._rooms["r"]

        def shown(name: str) -> str:
            outlet = room.peers[(name, "device", "subscribe")].outlets[1]
            return "-" if outlet.paused or outlet.inlet is None else str(outlet.inlet.rid)

        await until(lambda: ben.slots["1"].video_frames > 30 and shown("ben") == shown("cleo") == "f")
        relay.down_rate = 300_000
        began = time.monotonic()
        await until(lambda: shown("ben") in ("q", "h"))
        print({"lower_after_s": round(time.monotonic() - began, 2)})
        await asyncio.sleep(1)
        lost, sound, frames = relay.lost, ben.slots["0"].audio_packets, ben.slots["1"].video_frames
        await asyncio.sleep(3)
        assert shown("ben") in ("q", "h") and shown("cleo") == "f"
        assert relay.lost <= lost + 10, "what flows now fits"
        assert ben.slots["0"].audio_packets - sound > 100
        assert ben.slots["1"].video_frames - frames > 20
        relay.close()


async def test_a_buffer_that_loses_nothing_is_found_by_the_round_trips_alone() -> None:
    async with (
        running() as (worker, _),
        Visitor(colour=GREEN, loopback=True, layers=True) as anna,
        Visitor(loopback=True, audio_slots=1, video_slots=1) as ben,
        Visitor(loopback=True, audio_slots=1, video_slots=1) as cleo,
    ):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben", "cleo"], anna_camera=["ben", "cleo"]))
        relay = Relay(("127.0.0.1", (await worker.stats())["port"]["number"]))
        await anna.publish(signalling(worker, "anna"))
        await ben.subscribe(without_estimate(signalling(worker, "ben", relay.through)))
        await cleo.subscribe(signalling(worker, "cleo"))
        room: Any = worker._rooms["r"]
        lines = {name: room.peers[(name, "device", "subscribe")] for name in ("ben", "cleo")}

        def shown(name: str) -> str:
            outlet = lines[name].outlets[1]
            return "-" if outlet.paused or outlet.inlet is None else str(outlet.inlet.rid)

        await until(lambda: shown("ben") == shown("cleo") == "f")
        # What the round trips of a calm line are has to be known first.
        await until(lambda: len(lines["ben"].line.queue._heard) >= LEARNT, 60)
        relay.down_rate, relay.down_queue = 250_000, 60.0
        began = time.monotonic()
        await until(lambda: shown("ben") in ("q", "h"))
        print({"lower_after_s": round(time.monotonic() - began, 2)})
        await until(lambda: not lines["ben"].line.queue.standing(time.time()))
        assert shown("ben") in ("q", "h") and shown("cleo") == "f"
        assert lines["ben"].line.estimate == 0 and relay.lost == 0
        relay.close()


async def test_a_tile_gets_the_layer_that_fills_it_and_a_hidden_page_none() -> None:
    async with (
        running() as (worker, _),
        Visitor(colour=GREEN, loopback=True, layers=True) as anna,
        Visitor(loopback=True, audio_slots=1, video_slots=1, decode="1") as ben,
    ):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"], anna_camera=["ben"]))
        await anna.publish(signalling(worker, "anna"))
        await ben.subscribe(signalling(worker, "ben"))

        async def look(*sizes: int, hidden: bool = False) -> None:
            await worker.view("r", "ben", "device", [], None, {"anna": (sizes[0], sizes[1])}, hidden)

        for size, wide in (((640, 480), 640), ((120, 90), 160), ((300, 225), 320), ((120, 90), 160)):
            await look(*size)
            await until(lambda wide=wide: width(ben) == wide)  # type: ignore[misc]
        await look(120, 90, hidden=True)
        await asyncio.sleep(0.5)
        frames, sound = ben.slots["1"].video_frames, ben.slots["0"].audio_packets
        await until(lambda: ben.slots["0"].audio_packets > sound + 50)
        assert ben.slots["1"].video_frames == frames, "a page nobody looks at is sent nothing but sound"
        await look(640, 480)
        await until(lambda: width(ben) == 640 and ben.slots["1"].video_frames > frames + 10)
        await look(0, 0)
        await asyncio.sleep(0.5)
        frames, sound = ben.slots["1"].video_frames, ben.slots["0"].audio_packets
        await until(lambda: ben.slots["0"].audio_packets > sound + 50)
        assert ben.slots["1"].video_frames == frames


async def test_a_track_in_layers_is_recorded_as_one_stream() -> None:
    made: list[Recorder] = []

    def factory(*arguments: Any) -> Recorder:
        made.append(Recorder(*arguments))
        return made[0]

    async with running(factory) as (worker, _), Visitor(colour=GREEN, loopback=True, layers=True) as anna:
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_camera=[]))
        await worker.begin_recording("r", 1000, "/nowhere")
        await anna.publish(signalling(worker, "anna"))
        await until(lambda: bool(made) and "anna.camera" in made[0].sinks)
        packets = made[0].sinks["anna.camera"].packets
        assert anna.layered is not None
        for flowing in (1, 3, 2, 3):
            anna.layered.flowing = flowing
            count = len(packets)
            await until(lambda count=count: len(packets) > count + 60)  # type: ignore[misc]
    sequences = [packet.sequence for packet in packets]
    assert sequences == [(sequences[0] + step) & 0xFFFF for step in range(len(sequences))]
    stamps = sorted({packet.timestamp for packet in packets})
    assert stamps == list(dict.fromkeys(packet.timestamp for packet in packets)), "time runs on"
    assert is_key_frame(packets[0].payload)


def test_h264_has_its_parameter_sets_every_second() -> None:
    frames = encoded(GREEN, *SIZES["q"], "h264")
    assert [number for number, frame in enumerate(frames) if frame[4] & 31 == 7] == [0, 15]


def test_the_picture_has_a_key_frame_every_second_and_is_encoded_once() -> None:
    frames = encoded(GREEN, *SIZES["q"])
    assert frames is encoded(GREEN, *SIZES["q"])
    assert [number for number, frame in enumerate(frames) if not frame[0] & 1] == [0, 15]


def test_an_answer_without_layers_is_an_error() -> None:
    with pytest.raises(ValueError, match="not taken"):
        LayeredPicture(GREEN).answered("m=video 9 UDP/TLS/RTP/SAVPF 97\r\n")

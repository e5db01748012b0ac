"""A visitor in three layers through a real worker: switched, fallen back, recorded as one stream."""

from typing import Any

import pytest

from media.layered_picture import SIZES, LayeredPicture, encoded
from media.likeness import is_key_frame
from media.visitor import Exchange, Visitor
from media.worker import MediaWorker
from tests.media.test_seats import Recorder
from tests.support.callers import running, table, until

GREEN = (110, 150, 110)


def signalling(worker: MediaWorker, participant: str) -> Exchange:
    async def exchange(plane: str, sdp: str) -> str:
        call = worker.publish if plane == "publish" else worker.subscribe
        return str((await call("r", participant, "device", sdp))["sdp"])

    return exchange


class Granting:
    """An allocator that grants so many steps whatever the line bears."""

    def __init__(self, count: int) -> None:
        self.count = self.limit = count

    def decide(self, *_: Any) -> int:
        return self.count


def width(visitor: Visitor) -> int:
    """How wide the picture is that was decoded last; planar YUV."""
    return visitor.picture.shape[1] if visitor.picture is not None else 0


async def test_a_listener_is_switched_and_falls_back_and_every_picture_is_decoded() -> None:
    async with (
        running() as (worker, _),
        Visitor(colour=GREEN, loopback=True, layers=True) as anna,
        Visitor(loopback=True, audio_slots=1, video_slots=1, decode="1") as ben,
    ):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_camera=["ben"]))
        await anna.publish(signalling(worker, "anna"))
        await ben.subscribe(signalling(worker, "ben"))
        room: Any = worker._rooms["r"]
        line = room.peers[("ben", "device", "subscribe")]
        line.allocator = Granting(3)
        await until(lambda: width(ben) == 640)
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


def test_the_picture_has_a_key_frame_every_second_and_is_encoded_once() -> None:
    frames = encoded(GREEN, *SIZES["q"])
    assert frames is encoded(GREEN, *SIZES["q"])
    assert [number for number, frame in enumerate(frames) if not frame[0] & 1] == [0, 15]


def test_an_answer_without_layers_is_an_error() -> None:
    with pytest.raises(ValueError, match="not taken"):
        LayeredPicture(GREEN).answered("m=video 9 UDP/TLS/RTP/SAVPF 97\r\n")

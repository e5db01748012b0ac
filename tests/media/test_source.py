"""Which layer is picked when layers come and go, and what the guests get of it."""

import random

from media.guests import Guest
from media.packet import Packet, Track
from media.source import SCREEN_STOPPED_AFTER, STOPPED_AFTER, Source
from tests.support import layers as support
from tests.support.layers import Connection, Encoder, layered


class Notebook:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self.clocks: list[tuple[float, int]] = []

    def write(self, packet: Packet) -> None:
        self.packets.append(packet)

    def report(self, ntp: float, timestamp: int, arrival: float) -> None:
        self.clocks.append((ntp, timestamp))

    def pause(self, reason: str) -> None: ...

    def resume(self) -> None: ...

    def close(self) -> None: ...


def test_the_highest_layer_that_flows_and_is_borne_is_picked() -> None:
    source = layered("q", "h", "f")
    low, middle, high = source.layers
    assert source.pick(9) is low, "nothing flows yet"
    for layer, heard in ((low, 10.0), (middle, 10.0), (high, 10.0)):
        layer.live, layer.heard_at = True, heard
    assert [source.pick(cap) for cap in (-1, 0, 1, 2, 9)] == [low, low, middle, high, high]
    low.heard_at = middle.heard_at = 10.0 + STOPPED_AFTER + 0.1
    assert source.pick(9) is middle, "the highest has stopped"
    low.heard_at += 5.0
    assert [source.pick(cap) for cap in (0, 9)] == [low, low]
    high.heard_at = low.heard_at
    assert [source.pick(cap) for cap in (0, 1, 2)] == [low, low, high]
    low.live = False
    assert source.pick(0) is high, "something rather than nothing"


def test_a_screen_on_which_nothing_moves_for_a_moment_keeps_its_layer() -> None:
    screen = Track("anna.screen", "video", "screen", "vp8", 90000)
    source = Source(screen, [support.layer(rid, Connection(), screen) for rid in ("l", "f")])
    low, high = source.layers
    low.live = high.live = True
    low.heard_at, high.heard_at = 10.0 + SCREEN_STOPPED_AFTER, 10.0
    assert source.pick(9) is high
    low.heard_at += 0.1
    assert source.pick(9) is low


def test_a_publisher_that_is_silent_altogether_keeps_its_layer() -> None:
    source = layered("q", "f")
    for layer in source.layers:
        layer.live, layer.heard_at = True, 10.0
    assert source.pick(9) is source.layers[1]


def test_what_all_layers_brought_is_told_together_and_by_name() -> None:
    source = layered("q", "f")
    chance = random.Random(1)
    for layer, frames in zip(source.layers, (1, 3), strict=True):
        encoder = Encoder.anywhere(layer, chance)
        for number in range(frames):
            encoder.frame(10 + number / 15, key=True)
    told = source.stats()
    assert told["packets"] == 8
    assert {rid: one["packets"] for rid, one in told["layers"].items()} == {"q": 2, "f": 6}


def test_guests_get_one_layer_at_a_time_numbered_through() -> None:
    for seed in range(30):
        chance = random.Random(seed)
        connection, notebook = Connection(), Notebook()
        source = layered("q", "h", "f", connection=connection)
        encoders = [Encoder.anywhere(layer, chance) for layer in source.layers]
        source.seat((Guest(notebook, lambda guest: None),), 9.0)
        now, flowing = 10.0, 3
        for step in range(400):
            now += 1 / 15
            if step % 40 == 0:
                flowing = chance.choice([1, 2, 3])
            for encoder in encoders[:flowing]:
                asked = encoder.inlet.rid in connection.key_frames
                encoder.frame(now, key=asked or step == 0)
                if asked:
                    connection.key_frames.remove(encoder.inlet.rid)
            source.tend(now)
        got = notebook.packets
        assert [packet.sequence for packet in got] == [n & 0xFFFF for n in range(len(got))]
        assert len(got) > 500
        assert {packet.payload[-len(b"x frame") :][:1] for packet in got} > {b"q"}
        steps = [(b.timestamp - a.timestamp) & 0xFFFFFFFF for a, b in zip(got[1::2], got[3::2], strict=False)]
        assert all(2900 < step < 3 * 90000 for step in steps)


def test_the_clock_guests_are_told_is_that_of_the_layer_they_get() -> None:
    source = layered("q", "f")
    notebook, chance = Notebook(), random.Random(3)
    low, high = (Encoder.anywhere(layer, chance) for layer in source.layers)
    source.seat((Guest(notebook, lambda guest: None),), 9.0)
    for number in range(3):
        low.frame(10 + number / 15, key=number == 0)
        source.tend(10 + number / 15)
    high.frame(10.2, key=True)
    source.tend(10.2)
    high.frame(10.27, key=True)
    for encoder in (low, high):
        source.clocked(encoder.inlet, 1010.27, encoder.timestamp + int(10.27 * 90000) & 0xFFFFFFFF, 10.3)
    assert notebook.packets[-1].payload.endswith(b"f frame")
    assert notebook.clocks == [(1010.27, notebook.packets[-1].timestamp)]


def test_without_guests_nothing_is_collected() -> None:
    source = layered("q", "f")
    source.seat((), 1.0)
    assert [layer.guests for layer in source.layers] == [(), ()]
    notebook = Notebook()
    single = layered("")
    single.seat((Guest(notebook, lambda guest: None),), 1.0)
    Encoder(single.layers[0], 7, 1, 1).frame(2.0)
    assert [packet.sequence for packet in notebook.packets] == [7, 8]

"""A slot that changes layers sends one stream: numbers, times and picture ids run on, nothing twice."""

import random
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from media.outlet import Outlet
from media.source import Source
from media.tiles import TOP
from media.wire import rtp, vp8
from tests.media.test_outlet import Device, device
from tests.support.layers import Connection, Encoder, layered

__all__ = ["device"]


def shown(source: Source, connection: Device) -> Outlet:
    outlet = Outlet("0", "video", connection, payload_types={"vp8": (120, 97)}, extension=0)
    outlet.show(source, 9.0)
    relist(source, outlet)
    return outlet


def relist(source: Source, outlet: Outlet) -> None:
    """What the router does at event rate."""
    for layer in source.layers:
        outlets: Any = (outlet,) if layer in (outlet.inlet, outlet.next) and not outlet.paused else ()
        layer.outlets = outlets


@dataclass
class Act:
    """What happens before one frame of all layers."""

    kind: str
    place: int
    lose: int


acts = st.lists(
    st.builds(
        Act,
        st.sampled_from(["", "", "", "aim", "key", "withhold", "resume", "relist", "restart"]),
        st.integers(0, 2),
        st.integers(-6, 1),
    ),
    min_size=1,
    max_size=60,
)


@dataclass
class Heard:
    """What a receiver makes of the stream: unwrapped numbers in order of arrival."""

    numbers: list[int] = field(default_factory=list)
    stamps: dict[int, int] = field(default_factory=dict)
    pictures: dict[int, int] = field(default_factory=dict)
    layers: dict[int, bytes] = field(default_factory=dict)
    keys: set[int] = field(default_factory=set)
    _stamp: int = 0
    _picture: int = 0

    def take(self, header: rtp.Header, payload: bytes) -> None:
        near = self.numbers[-1] if self.numbers else header.sequence
        number = rtp.unwrap(header.sequence, near)
        seen = vp8.describe(payload)
        if not self.numbers:
            self._stamp, self._picture = header.timestamp, seen.picture
        self._stamp = rtp.unwrap(header.timestamp, self._stamp, 32)
        self._picture = rtp.unwrap(seen.picture, self._picture, 15)
        self.numbers.append(number)
        self.stamps[number], self.pictures[number] = self._stamp, self._picture
        self.layers[number] = payload[-len(b"x frame") :][:1]
        if seen.key:
            self.keys.add(number)


@given(acts, st.integers(0, 1 << 30))
def test_numbers_run_on_whatever_is_switched_lost_and_withheld(script: list[Act], seed: int) -> None:
    chance, connection = random.Random(seed), Device()
    upstream = Connection()
    source = layered("q", "h", "f", connection=upstream)
    encoders = [Encoder.anywhere(layer, chance) for layer in source.layers]
    outlet, now, heard, lost = shown(source, connection), 10.0, Heard(), 0
    for act in script:
        now += chance.choice([1 / 30, 1 / 15, 0.3])
        key = act.kind == "key"
        if act.kind == "aim":
            outlet.aim(source.layers[act.place], now)
            relist(source, outlet)
        elif act.kind in ("withhold", "resume"):
            outlet.withhold(act.kind == "withhold", now)
            relist(source, outlet)
        elif act.kind == "relist":
            relist(source, outlet)
        elif act.kind == "restart":
            encoders[act.place].number += 20_000
        for encoder in encoders:
            answers = encoder.inlet.rid in upstream.key_frames and chance.random() < 0.7
            if answers:
                upstream.key_frames.remove(encoder.inlet.rid)
            loses = act.lose if encoder is encoders[act.place] else -1
            encoder.frame(now, key=key or answers, lose=loses)
            lost += loses >= 0
        for header, _, payload in connection.got():
            heard.take(header, payload)
    connection.port.close()
    connection.far.close()
    assert outlet.packets == len(heard.numbers), "no number is sent twice: SRTP would refuse it"
    assert heard.numbers == sorted(set(heard.numbers)), "nothing twice, nothing backwards"
    for before, after in zip(heard.numbers, heard.numbers[1:], strict=False):
        step, same = after - before, heard.stamps[after] == heard.stamps[before]
        assert step <= 1 + lost, "no hole but what was lost"
        assert same or heard.stamps[after] > heard.stamps[before]
        assert (heard.pictures[after] - heard.pictures[before] == 0) == same
        assert 0 <= heard.pictures[after] - heard.pictures[before] <= 1 + lost
        if heard.layers[after] != heard.layers[before]:
            assert after in heard.keys, "another layer begins with a key frame"
            assert step == 1


def test_the_old_layer_flows_until_the_new_one_begins_a_key_frame(device: Device) -> None:
    upstream = Connection()
    source = layered("q", "f", connection=upstream)
    low, high = (Encoder.anywhere(layer, random.Random(5), packets=1) for layer in source.layers)
    outlet = shown(source, device)
    low.frame(10.0, key=True)
    assert upstream.key_frames == ["q"]
    assert outlet.aim(source.layers[1], 10.0) and not outlet.aim(source.layers[1], 10.0)
    assert upstream.key_frames == ["q", "f"]
    relist(source, outlet)
    for now, key in ((10.1, False), (10.2, True), (10.3, False)):
        low.frame(now)
        high.frame(now, key=key)
    got = device.got()
    assert [payload[-len(b"x frame") :][:1] for _, _, payload in got] == [b"q", b"q", b"q", b"f", b"f"]
    assert [header.sequence - got[0][0].sequence & 0xFFFF for header, _, _ in got] == [0, 1, 2, 3, 4]
    assert outlet.inlet is source.layers[1] and outlet.next is None
    assert device.port.counters.layer_switches == 1
    assert not outlet.aim(source.layers[1], 10.4)


def test_a_change_that_is_called_off_changes_nothing(device: Device) -> None:
    source = layered("q", "f")
    low, high = (Encoder.anywhere(layer, random.Random(6), packets=1) for layer in source.layers)
    outlet = shown(source, device)
    low.frame(10.0, key=True)
    outlet.aim(source.layers[1], 10.0)
    relist(source, outlet)
    assert outlet.aim(source.layers[0], 10.1)
    high.frame(10.2, key=True)
    low.frame(10.2)
    assert [payload[-len(b"x frame") :][:1] for _, _, payload in device.got()] == [b"q", b"q"]


def test_what_was_sent_of_the_old_layer_is_not_sent_again_from_the_new(device: Device) -> None:
    source = layered("q", "f")
    low, high = (Encoder.anywhere(layer, random.Random(7), packets=1) for layer in source.layers)
    outlet = shown(source, device)
    low.frame(10.0, key=True)
    low.frame(10.1)
    outlet.aim(source.layers[1], 10.1)
    relist(source, outlet)
    high.frame(10.2, key=True)
    high.frame(10.3)
    sequences = [header.sequence for header, _, _ in device.got()]
    outlet.resend(sequences, 10.4)
    again = [rtp.unwrap_rtx(payload) for _, _, payload in device.got()]
    assert [found[0] for found in again if found] == sequences[2:]


def test_a_slot_begins_with_the_highest_layer_its_line_bears(device: Device) -> None:
    source = layered("q", "h", "f")
    for layer in source.layers:
        layer.live, layer.heard_at = True, 8.0
    outlet = shown(source, device)
    assert outlet.cap == TOP and outlet.inlet is source.layers[2]
    outlet.show(None, 9.5)
    outlet.cap = 1
    outlet.show(source, 9.6)
    assert outlet.inlet is source.layers[1]


def test_a_withheld_video_comes_back_in_the_layer_that_was_wanted(device: Device) -> None:
    upstream = Connection()
    source = layered("q", "f", connection=upstream)
    high = Encoder.anywhere(source.layers[1], random.Random(8), packets=1)
    low = Encoder.anywhere(source.layers[0], random.Random(9), packets=1)
    outlet = shown(source, device)
    low.frame(10.0, key=True)
    outlet.aim(source.layers[1], 10.0)
    outlet.withhold(True, 10.1)
    relist(source, outlet)
    assert outlet.inlet is source.layers[1] and outlet.next is None
    upstream.key_frames.clear()
    assert outlet.withhold(False, 12.0)
    assert upstream.key_frames == ["f"]
    relist(source, outlet)
    high.frame(12.1, key=True)
    first, second = device.got()
    assert (second[0].sequence - first[0].sequence) & 0xFFFF == 1

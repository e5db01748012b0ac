"""One arriving track: order, duplicates, gaps, what goes on to slots and guests."""

import random
import struct
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from media import plane
from media.guests import Guest
from media.history import Kept
from media.inlet import LONGEST_PAYLOAD, Inlet
from media.packet import Packet, Track
from media.rewriter import Rewriter
from media.wire import rtp

CAMERA = Track("anna.camera", "video", "camera", "vp8", 90000)
MICROPHONE = Track("anna.microphone", "audio", "microphone", "opus", 48000)
KEY, DELTA = b"\x10\x00key", b"\x10\x01delta"


class Connection:
    """What an inlet asks of its connection, written down."""

    clock_offset = 0.0

    def __init__(self) -> None:
        self.key_frames = self.gaps = 0

    def ask_key_frame(self, inlet: plane.Inlet) -> None:
        self.key_frames += 1

    def gap_opened(self, inlet: plane.Inlet) -> None:
        self.gaps += 1


class Slot:
    """A slot that writes down what it is given."""

    def __init__(self) -> None:
        self.rewriter = Rewriter(video=True, rate=90000, sequence=0, timestamp=0)
        self.got: list[Kept] = []
        self.inlet: Inlet | None = None

    def forward(self, inlet: Inlet, kept: Kept, value: int, now: float) -> int:
        if self.rewriter.start is None and not self.rewriter.begin(kept, now):
            return 0
        self.got.append(kept)
        return 1


class Notebook:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []

    def write(self, packet: Packet) -> None:
        self.packets.append(packet)

    def close(self) -> None: ...


def camera() -> tuple[Inlet, Connection, Slot, Notebook]:
    connection, slot, notebook = Connection(), Slot(), Notebook()
    inlet = Inlet(CAMERA, connection, payload_type=96, repaired=True)
    inlet.repair_type = 97
    slots: Any = (slot,)
    slot.inlet = inlet
    inlet.outlets, inlet.guests = slots, (Guest(notebook, lambda guest: None),)
    return inlet, connection, slot, notebook


def give(inlet: Inlet, sequence: int, payload: bytes = DELTA, *, kind: int = 96, now: float = 5.0) -> int:
    data = rtp.build(kind, sequence, sequence * 3000, 1, payload)
    return inlet.take(memoryview(bytearray(data).ljust(2048, b"\0")), len(data), now)


def repair(inlet: Inlet, sequence: int, payload: bytes = DELTA, now: float = 5.0) -> int:
    data = rtp.build(97, 9, sequence * 3000, 2, rtp.wrap_rtx(sequence, payload))
    return inlet.take_repair(memoryview(bytearray(data).ljust(2048, b"\0")), len(data), now)


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.integers(-20, 20), st.booleans()), min_size=1, max_size=150),
    st.randoms(use_true_random=False),
)
def test_reordered_doubled_and_lost_packets_are_each_delivered_at_most_once(
    first: int, moves: list[tuple[int, bool]], chance: random.Random
) -> None:
    inlet, _, _, notebook = camera()
    numbers = sorted(range(len(moves)), key=lambda n: (n + moves[n][0] if n else -100, n))
    sent: set[int] = set()
    for number in numbers:
        if number and moves[number][1] and chance.random() < 0.3:
            continue
        give(inlet, (first + number) & 0xFFFF, KEY)
        sent.add((first + number) & 0xFFFF)
        if chance.random() < 0.2:
            give(inlet, (first + number) & 0xFFFF, KEY)
    got = [packet.sequence for packet in notebook.packets]
    assert len(got) == len(set(got))
    assert set(got) == sent


def test_a_gap_is_noticed_and_filled_by_a_retransmission() -> None:
    inlet, connection, slot, notebook = camera()
    for sequence in (10, 11, 14):
        give(inlet, sequence, KEY)
    assert connection.gaps == 1
    assert {number & 0xFFFF for number in inlet.gaps.due(5.05, 0.1)[0]} == {12, 13}
    assert repair(inlet, 12) == 1
    assert repair(inlet, 12) == 0
    give(inlet, 13)
    assert not inlet.gaps
    assert inlet.gaps.repaired == 2
    assert [packet.sequence for packet in notebook.packets] == [10, 11, 14, 12, 13]
    assert [kept.number & 0xFFFF for kept in slot.got] == [10, 11, 14, 12, 13]


def test_a_gap_too_large_wants_a_key_frame() -> None:
    inlet, connection, _, _ = camera()
    give(inlet, 10, KEY)
    give(inlet, 600)
    assert connection.key_frames == 1
    assert not inlet.gaps


def test_a_sender_that_begins_anew_is_followed() -> None:
    inlet, connection, slot, notebook = camera()
    for sequence in (100, 101, 30_000, 30_001):
        give(inlet, sequence, KEY)
    give(inlet, 5, KEY)
    assert [packet.sequence for packet in notebook.packets] == [100, 101, 30_000, 30_001, 5]
    assert len(slot.got) == 5
    assert connection.key_frames == 1
    assert inlet.newest is not None and inlet.newest.number & 0xFFFF == 5


def test_slots_get_nothing_before_a_key_frame() -> None:
    inlet, _, slot, notebook = camera()
    give(inlet, 1)
    assert not slot.got and len(notebook.packets) == 1
    assert give(inlet, 2, KEY) == 1


def test_other_payload_types_bad_lengths_and_giants_are_dropped() -> None:
    inlet, _, slot, _ = camera()
    give(inlet, 1, KEY, kind=100)
    give(inlet, 2, b"\x10\x00" + bytes(LONGEST_PAYLOAD))
    torn = bytearray(2048)
    torn[:12] = rtp.build(96, 3, 0, 1, b"")
    torn[0], torn[14], torn[15] = 0x90, 0xFF, 0xFF
    inlet.take(memoryview(torn), 40, 5.0)
    torn[0], torn[39] = 0xA0, 200
    inlet.take(memoryview(torn), 40, 5.0)
    assert inlet.malformed == 4
    assert not slot.got


@given(st.binary(min_size=12, max_size=80))
def test_random_packets_never_raise(data: bytes) -> None:
    inlet, _, _, _ = camera()
    inlet.level_id = 1
    give(inlet, 1, KEY)
    view = memoryview(bytearray(data).ljust(2048, b"\xff"))
    inlet.take(view, len(data), 6.0)
    inlet.take_repair(view, len(data), 6.0)


def test_the_audio_level_is_read_from_both_forms_of_extension() -> None:
    inlet = Inlet(MICROPHONE, Connection(), payload_type=111, level_id=4)
    notebook = Notebook()
    inlet.guests = (Guest(notebook, lambda guest: None),)
    one = rtp.one_byte_block({2: b"abc", 4: b"\xa5"})
    two = b"\x10\x00\0\1" + b"\x04\x01\x11\x00"
    for sequence, extension in enumerate((one, two, b"", rtp.one_byte_block({9: b"x"}))):
        data = rtp.build(111, sequence, 0, 1, b"opus", extension=extension)
        inlet.take(memoryview(bytearray(data).ljust(2048)), len(data), 5.0)
    assert [packet.level for packet in notebook.packets] == [0x25, 0x11, 127, 127]


def voice(first: int = 10) -> tuple[Inlet, Notebook, Callable[..., None]]:
    """A microphone whose packets carry the one before, and one more when told; all 20 ms long."""
    inlet, notebook = Inlet(MICROPHONE, Connection(), payload_type=111), Notebook()
    inlet.redundant_type, inlet.guests = 63, (Guest(notebook, lambda guest: None),)

    def say(number: int, riding: int = 1) -> None:
        older = [b"voice%d" % (number - back) for back in range(riding, 0, -1)]
        heads = [
            struct.pack("!L", 1 << 31 | 111 << 24 | 960 * (riding - place) << 10 | len(payload))
            for place, payload in enumerate(older)
        ]
        payload = b"".join((*heads, b"\x6f", *older, b"voice%d" % number))
        data = rtp.build(63, number & 0xFFFF, number * 960, 1, payload)
        inlet.take(memoryview(bytearray(data).ljust(2048)), len(data), 5.0)

    say(first)
    return inlet, notebook, say


def test_what_rides_along_fills_the_hole_before_a_packet() -> None:
    inlet, notebook, say = voice(0xFFFE)
    for number in (0xFFFF, 0x10001, 0x10002, 0x10005, 0x10004, 0x10006):
        say(number)
    got = [(packet.sequence, packet.timestamp, packet.payload) for packet in notebook.packets]
    assert got == [
        (number & 0xFFFF, number * 960, b"voice%d" % number)
        for number in (0xFFFE, 0xFFFF, 0x10000, 0x10001, 0x10002, 0x10004, 0x10005, 0x10003, 0x10006)
        if number != 0x10003
    ]
    assert (inlet.recovered, inlet.duplicates, inlet.malformed) == (2, 1, 0)


def test_two_lost_packets_come_back_from_two_riding_along() -> None:
    inlet, notebook, say = voice()
    say(13, riding=2)
    say(18, riding=3)
    assert [packet.sequence for packet in notebook.packets] == [10, 11, 12, 13, 16, 17, 18]
    assert inlet.recovered == 4


def test_a_sender_that_begins_anew_brings_nothing_from_before() -> None:
    _, notebook, say = voice()
    say(30_000)
    say(30_001)
    assert [packet.sequence for packet in notebook.packets] == [10, 30_000, 30_001]


def test_plain_packets_come_among_redundant_ones_and_torn_ones_are_dropped() -> None:
    inlet, notebook, _ = voice()
    for kind, payload in ((111, b"plain"), (63, b"\x80"), (63, b"\x00plain"), (64, b"\x6fother")):
        data = rtp.build(kind, 11, 11 * 960, 1, payload)
        inlet.take(memoryview(bytearray(data).ljust(2048)), len(data), 5.0)
    assert [packet.payload for packet in notebook.packets] == [b"voice10", b"plain"]
    assert inlet.malformed == 3


def test_key_frames_are_asked_for_at_most_every_04_s() -> None:
    inlet, connection, _, _ = camera()
    for tick in range(100):
        inlet.want_key_frame(100 + tick / 100)
    assert connection.key_frames == 3

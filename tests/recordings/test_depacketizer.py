"""Whole frames in order come out, whatever the network does within its bounds."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.packet import Packet
from recordings.depacketizer import (
    HOLD_S,
    HOLD_VIDEO_S,
    Depacketizer,
    EncodedFrame,
    OpusDepacketizer,
    VP8Depacketizer,
    descriptor_length,
    opus_ms,
)
from tests.support.rtp_source import CAMERA, MICROPHONE, Stream, faulty, opus_frames, vp8_frames

VIDEO = vp8_frames(120, 320, 240, bit_rate=900_000)
SOUND = opus_frames(300)


def _through(depacketizer: Depacketizer, packets: list[Packet]) -> list[EncodedFrame]:
    out = [frame for packet in packets for frame in depacketizer.push(packet)]
    return out + list(depacketizer.expire(packets[-1].arrival + 1))


def _video(**numbers: int) -> list[Packet]:
    return list(Stream(CAMERA, **numbers).packets(VIDEO))


def _payloads(frames: list[EncodedFrame]) -> list[bytes]:
    return [frame.payload for frame in frames]


def test_pictures_come_whole_with_key_flag_and_size() -> None:
    frames = _through(VP8Depacketizer(), _video())
    assert _payloads(frames) == list(VIDEO)
    assert [n for n, frame in enumerate(frames) if frame.key] == [0, 30, 60, 90]
    assert (frames[0].width, frames[0].height) == (320, 240)
    assert len(_video()) > len(VIDEO) * 2


@pytest.mark.parametrize("sequence", [0, 65_400, 65_535])
def test_sequence_wrap(sequence: int) -> None:
    assert _payloads(_through(VP8Depacketizer(), _video(sequence=sequence))) == list(VIDEO)


@pytest.mark.parametrize("seed", range(5))
def test_swapped_and_doubled_packets_change_nothing(seed: int) -> None:
    first, *rest = _video(sequence=65_500)
    packets = [first, *faulty(rest, seed, swap=0.2, twice=0.2)]
    assert _payloads(_through(VP8Depacketizer(), packets)) == list(VIDEO)


@pytest.mark.parametrize("loss", [0.01, 0.05])
def test_late_repair_is_waited_for(loss: float) -> None:
    packets = faulty(_video(), loss=loss, repair_s=0.3)
    depacketizer = VP8Depacketizer()
    assert _payloads(_through(depacketizer, packets)) == list(VIDEO)
    assert depacketizer.breaks == 0


def test_repair_of_a_packet_in_a_burst_of_a_large_key_picture() -> None:
    big = b"\x10\x00\x00\x9d\x01\x2a\x00\x05\xd0\x02" + random.Random(1).randbytes(150_000)
    burst = [replace(one, arrival=0.0) for one in Stream(CAMERA).packets([big])]
    assert 64 < len(burst) < 512
    late = replace(burst.pop(3), arrival=0.2)
    assert _payloads(_through(VP8Depacketizer(), [*burst, late])) == [big]


def test_repair_beyond_the_bound_comes_too_late() -> None:
    packets = faulty(_video(), loss=0.02, repair_s=HOLD_VIDEO_S + 0.1)
    depacketizer = VP8Depacketizer()
    assert len(_through(depacketizer, packets)) < len(VIDEO)
    assert depacketizer.breaks > 0


@pytest.mark.parametrize("loss", [0.01, 0.02])
def test_after_a_loss_nothing_until_the_next_key_picture(loss: float) -> None:
    depacketizer = VP8Depacketizer()
    frames = _through(depacketizer, faulty(_video(), loss=loss))
    numbers = [VIDEO.index(frame.payload) for frame in frames]
    assert numbers == sorted(set(numbers))
    for before, after in pairwise(numbers):
        assert after == before + 1 or frames[numbers.index(after)].key
    assert 0 < len(frames) < len(VIDEO)


def test_nothing_before_the_first_key_picture() -> None:
    depacketizer = VP8Depacketizer()
    frames = _through(depacketizer, [one for one in _video() if one.arrival > _video()[0].arrival + 0.5])
    assert frames[0].payload == VIDEO[30]


def test_a_missing_packet_is_given_up_without_further_packets() -> None:
    depacketizer = OpusDepacketizer()
    packets = list(Stream(MICROPHONE).packets(SOUND[:3]))
    assert len(depacketizer.push(packets[0])) == 1
    assert depacketizer.push(packets[2]) == []
    assert depacketizer.expire(packets[2].arrival + HOLD_S - 0.01) == []
    assert _payloads(list(depacketizer.expire(packets[2].arrival + HOLD_S + 0.01))) == [SOUND[2]]
    assert depacketizer.breaks == 1


def test_sound_keeps_its_order_and_its_holes() -> None:
    packets = faulty(Stream(MICROPHONE, sequence=65_500).packets(SOUND), loss=0.05, swap=0.1, twice=0.1)
    frames = _through(OpusDepacketizer(), packets)
    kept = {packet.payload for packet in packets}
    assert _payloads(frames) == [payload for payload in SOUND if payload in kept]


def test_padding_is_no_loss() -> None:
    packets = _video()
    stuffed = packets[:10]
    for shift, packet in enumerate(packets[10:]):
        if shift % 7 == 0:
            stuffed.append(replace(packet, sequence=(stuffed[-1].sequence + 1) & 0xFFFF, payload=b""))
        stuffed.append(replace(packet, sequence=(stuffed[-1].sequence + 1) & 0xFFFF))
    assert _payloads(_through(VP8Depacketizer(), stuffed)) == list(VIDEO)


def test_a_sender_that_begins_anew_is_followed() -> None:
    again = Stream(CAMERA, sequence=40_000, timestamp=9)
    packets = [*_video(sequence=100), *again.packets(VIDEO)]
    assert _payloads(_through(VP8Depacketizer(), packets)) == list(VIDEO) * 2


def test_a_sender_that_begins_anew_a_little_behind_is_followed() -> None:
    packets = [
        *Stream(MICROPHONE, sequence=1000).packets(SOUND),
        *Stream(MICROPHONE, sequence=900, timestamp=9).packets(SOUND),
    ]
    frames = _through(OpusDepacketizer(), packets)
    assert frames[-1].payload == SOUND[-1]
    assert len(SOUND) < len(frames) < 2 * len(SOUND)
    assert len(frames) > 2 * len(SOUND) - 120


def test_one_stray_number_is_dropped() -> None:
    packets = _video()
    packets.insert(50, replace(packets[50], sequence=(packets[50].sequence + 30_000) & 0xFFFF))
    assert _payloads(_through(VP8Depacketizer(), packets)) == list(VIDEO)


def test_restart_gives_what_is_held_and_wants_a_key() -> None:
    depacketizer = VP8Depacketizer()
    packets = _video()
    for packet in packets[:20]:
        depacketizer.push(packet)
    assert list(depacketizer.restart()) == []
    frames = [frame for packet in packets[20:] for frame in depacketizer.push(packet)]
    assert frames[0].payload == VIDEO[30]


@given(st.lists(st.tuples(st.integers(0, 65_535), st.binary(max_size=12), st.booleans()), max_size=60))
@settings(max_examples=300, deadline=None)
def test_random_bytes_do_no_harm(items: list[tuple[int, bytes, bool]]) -> None:
    for depacketizer in (VP8Depacketizer(), OpusDepacketizer()):
        for n, (sequence, payload, marker) in enumerate(items):
            for frame in depacketizer.push(Packet(sequence, n, marker, payload, n / 10)):
                assert frame.payload
        depacketizer.restart()


def test_memory_stays_bounded_when_one_packet_never_comes() -> None:
    depacketizer = VP8Depacketizer()
    chance = random.Random(1)
    for n in range(1, 5_000):
        depacketizer.push(Packet(n & 0xFFFF, 0, False, chance.randbytes(9), 0.0))
        if n == 1:
            depacketizer.push(Packet(3, 0, False, b"x" * 9, 0.0))
    assert len(depacketizer._order._held) <= 513


@pytest.mark.parametrize(
    ("payload", "length"),
    [
        (b"\x10\x00\x00\x00", 1),
        (b"\x90\x00\x00\x00", 2),
        (b"\x90\x80\x05\x00", 3),
        (b"\x90\x80\x85\x00\x00", 4),
        (b"\x90\xf0\x85\x00\x00\x00\x00", 6),
        (b"\x90\x80", 0),
    ],
)
def test_descriptor(payload: bytes, length: int) -> None:
    assert descriptor_length(payload) == length


@pytest.mark.parametrize(
    ("payload", "ms"),
    [
        (b"\xf8\xff\xfe", 20),
        (b"\x78", 20),
        (b"\x08", 20),
        (b"\x18", 60),
        (b"\x19", 120),
        (b"\xe3\x03", 8),
        (b"\xe0", 2),
    ],
)
def test_opus_duration(payload: bytes, ms: int) -> None:
    assert opus_ms(payload) == ms

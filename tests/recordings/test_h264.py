"""H.264 packets become whole pictures; after a loss nothing until a key picture that can be decoded."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.packet import Packet
from recordings.depacketizer import HOLD_VIDEO_S, EncodedFrame
from recordings.h264 import H264Depacketizer, byte_stream
from tests.support.h264_source import h264_frames, units
from tests.support.rtp_source import H264_CAMERA, START, Stream, faulty

PICTURES = h264_frames(90, 320, 240)


def taken(packets: list[Packet]) -> tuple[list[EncodedFrame], H264Depacketizer]:
    depacketizer = H264Depacketizer()
    out = [frame for packet in packets for frame in depacketizer.push(packet)]
    return out + list(depacketizer.restart()), depacketizer


def packets() -> list[Packet]:
    return list(Stream(H264_CAMERA).packets(PICTURES))


def test_pictures_come_whole_with_their_parameter_sets() -> None:
    frames, depacketizer = taken(packets())
    assert any(packet.payload[0] & 31 == 28 for packet in packets()), "some units are fragmented"
    assert [frame.payload for frame in frames] == list(PICTURES)
    assert [frame.key for frame in frames] == [number % 30 == 0 for number in range(90)]
    sets = [unit for unit in units(PICTURES[0]) if unit[0] & 31 in (7, 8)]
    assert len(sets) == 2
    assert {frame.setup for frame in frames if frame.key} == {b"".join(b"\0\0\0\1" + one for one in sets)}
    assert depacketizer.breaks == 0


def test_pictures_without_a_marker_end_with_the_next() -> None:
    frames, _ = taken([replace(packet, marker=False) for packet in packets()])
    assert [frame.payload for frame in frames] == list(PICTURES)[: len(frames)]
    assert len(frames) >= 89


@pytest.mark.parametrize("seed", range(3))
def test_swapped_doubled_and_repaired_packets_change_nothing(seed: int) -> None:
    late = faulty(packets(), seed, loss=0.1, repair_s=0.2, swap=0.1, twice=0.1)
    frames, _ = taken(late)
    assert [frame.payload for frame in frames] == list(PICTURES)


def test_a_missing_piece_is_waited_for_as_long_as_it_is_asked_for_again() -> None:
    sent = packets()
    missing = sent.pop(10)
    back = missing.arrival + HOLD_VIDEO_S - 0.1
    late = next(place for place, packet in enumerate(sent) if packet.arrival > back)
    sent.insert(late, replace(missing, arrival=back))
    assert [frame.payload for frame in taken(sent)[0]] == list(PICTURES)


@pytest.mark.parametrize("lost", range(40))
def test_any_one_lost_packet_costs_the_pictures_until_the_next_key_and_never_half_a_picture(
    lost: int,
) -> None:
    sent = packets()
    gone = sent.pop(lost)
    frames, depacketizer = taken(sent)
    assert {frame.payload for frame in frames} <= set(PICTURES)
    number = round((gone.arrival - START - 0.02) * 30)
    assert [f.payload for f in frames] == [p for n, p in enumerate(PICTURES) if n < number or n >= 30]
    assert depacketizer.breaks == (number > 0)


def test_parameter_sets_of_their_own_are_kept_for_the_key_picture() -> None:
    sent = packets()
    (first, *rest) = sent
    assert first.payload[0] & 31 == 24
    apart = replace(first, timestamp=first.timestamp - 3000, marker=True)
    frames, _ = taken([apart, *rest])
    assert len(frames) == 90 and frames[0].setup


def test_a_key_picture_whose_parameter_sets_nobody_knows_is_not_taken() -> None:
    frames, _ = taken([packet for packet in packets() if packet.payload[0] & 31 != 24])
    assert frames == []


def test_a_picture_becomes_a_stream_of_bytes_again() -> None:
    assert byte_stream(PICTURES[0]) == b"".join(b"\0\0\0\1" + unit for unit in units(PICTURES[0]))


@given(st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=40), st.booleans()), max_size=60))
def test_random_bytes_do_no_harm(items: list[tuple[int, bytes, bool]]) -> None:
    depacketizer = H264Depacketizer()
    for number, (step, payload, marker) in enumerate(items):
        depacketizer.push(Packet(step, step // 4 * 3000, marker, payload, number / 30))
    depacketizer.expire(99.0)
    depacketizer.restart()


def test_shuffled_packets_never_make_a_picture_that_was_not_sent() -> None:
    chance = random.Random(3)
    for _ in range(20):
        sent = [packet for packet in packets() if chance.random() > 0.05]
        frames, _ = taken(sent)
        assert {frame.payload for frame in frames} <= set(PICTURES)

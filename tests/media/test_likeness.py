"""What a synthetic visitor says and shows, and how its payloads are named and counted."""

import asyncio
import random
from fractions import Fraction

import av
import numpy as np
import pytest
from aiortc.codecs.vpx import Vp8Encoder

from media.likeness import (
    SILENCE,
    SILENT_LEVEL,
    Clip,
    SlotCount,
    Voice,
    digest,
    is_key_frame,
    painted,
    picture_height,
    stamped,
    starts_frame,
)
from tests.support.h264_source import h264_frames, h264_payloads

KEY = bytes((0x90, 0x80, 0x81, 0x23, 0x10, 9))  # S, picture id 0x123, P bit 0
DELTA = bytes((0x90, 0x80, 0x81, 0x24, 0x11, 9))
REST = bytes((0x80, 0x80, 0x81, 0x24, 0x77, 9))


def test_a_slot_knows_how_tall_its_picture_is() -> None:
    slot = SlotCount("video")
    for number, height in enumerate((120, 480)):
        encoder = av.CodecContext.create("libvpx", "w")
        encoder.width, encoder.height, encoder.pix_fmt = 160, height, "yuv420p"
        encoder.time_base = Fraction(1, 15)
        (key,) = [bytes(one) for one in encoder.encode(av.VideoFrame(160, height, "yuv420p"))] or [
            bytes(one) for one in encoder.encode(None)
        ]
        for part, payload in enumerate(Vp8Encoder._packetize(key, 7)):
            slot.add(100 * number + part, number, False, payload)
        slot.add(100 * number + 50, number, True, REST)
        assert slot.height == height
    assert picture_height(DELTA) == picture_height(KEY) == picture_height(b"") == 0


def test_a_stamp_makes_packets_different_but_not_their_sound() -> None:
    one, other = stamped(SILENCE, b"stamp-01"), stamped(SILENCE, b"stamp-02")
    assert one != other
    sounds = [av.CodecContext.create("opus", "r").decode(av.Packet(each)) for each in (SILENCE, one, other)]
    assert [sum(frame.samples for frame in frames) for frames in sounds] == [sounds[0][0].samples] * 3


def test_a_packet_of_several_frames_is_left_alone() -> None:
    assert stamped(b"\xfb\x02abc", b"stamp-01") == b"\xfb\x02abc"


async def test_a_voice_is_silent_says_its_clip_and_is_silent_again() -> None:
    voice = Voice()
    assert voice.next()[1] == SILENT_LEVEL
    saying = asyncio.create_task(voice.say(Clip((b"\xf8a", b"\xf8b"), (10, 20))))
    await asyncio.sleep(0)
    assert voice.next()[1] == 10
    await asyncio.sleep(0)
    assert not saying.done()
    assert voice.next()[1] == 20
    await asyncio.wait_for(saying, 1)
    assert voice.next()[1] == SILENT_LEVEL


async def test_two_clips_are_said_one_after_the_other() -> None:
    voice = Voice()
    first = asyncio.create_task(voice.say(Clip((b"\xf8a",), (1,))))
    second = asyncio.create_task(voice.say(Clip((b"\xf8b",), (2,))))
    await asyncio.sleep(0)
    assert voice.next()[1] == 1
    await asyncio.wait_for(first, 1)
    assert not second.done()
    assert voice.next()[1] == 2
    await asyncio.wait_for(second, 1)


def test_no_two_people_show_the_same_picture() -> None:
    assert (painted((100, 90, 160), 1, seed=1) != painted((100, 90, 160), 1, seed=2)).any()


def test_pictures_carry_their_colour_and_their_number() -> None:
    one, other = painted((100, 90, 160), 1), painted((100, 90, 160), 2)
    assert np.median(one[:240]) == 100
    assert set(one[240:300].reshape(-1)) == {90} and set(one[300:].reshape(-1)) == {160}
    assert one[10, 10] == 235 and other[10, 10] == 16
    assert (one[40:240] != other[40:240]).any()


@pytest.mark.parametrize(
    ("payload", "starts", "key"),
    [(KEY, True, True), (DELTA, True, False), (REST, False, False), (b"", False, False)],
)
def test_knows_where_a_frame_starts_and_whether_it_is_a_key_frame(
    payload: bytes, starts: bool, key: bool
) -> None:
    assert starts_frame(payload) is starts
    assert is_key_frame(payload) is key


def h264_packets() -> list[tuple[int, bool, bytes]]:
    """Timestamp, marker and payload of everything one sends; pictures of several slices and fragments."""
    return [
        (number * 6000, place == len(payloads), payload)
        for number, frame in enumerate(h264_frames(10, 320, 240, gop=5))
        for payloads in [h264_payloads(frame, 300)]
        for place, payload in enumerate(payloads, 1)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_frames_of_h264_are_counted_in_any_order(seed: int) -> None:
    slot, packets = SlotCount("video"), list(enumerate(h264_packets(), 65_530))
    assert len(packets) > 30 and sum(starts_frame(payload, "h264") for _, (_, _, payload) in packets) >= 10
    for start in range(0, len(packets), 6):
        near = packets[start : start + 6]
        random.Random(seed).shuffle(near)
        for sequence, (timestamp, marker, payload) in near:
            slot.add(sequence & 0xFFFF, timestamp, marker, payload, "h264")
    assert (slot.video_frames, slot.key_frames) == (10, 2)


def test_a_frame_of_h264_that_misses_any_packet_is_not_counted() -> None:
    packets = h264_packets()
    for lost in range(len(packets)):
        slot = SlotCount("video")
        for sequence, (timestamp, marker, payload) in enumerate(packets):
            if sequence != lost:
                slot.add(sequence, timestamp, marker, payload, "h264")
        assert slot.video_frames == 9


def test_the_name_of_h264_is_that_of_the_whole_payload() -> None:
    one, other = b"\x85\x80\x01body", b"\x85\x80\x02body"
    assert digest("video", one, "h264") != digest("video", other, "h264")
    assert digest("video", one, "h264") == digest("audio", one)


def test_a_renumbered_picture_keeps_its_name() -> None:
    renumbered = KEY[:2] + b"\x85\x55" + KEY[4:]
    assert digest("video", KEY) == digest("video", renumbered)
    assert digest("audio", KEY) != digest("audio", renumbered)
    assert digest("video", KEY) != digest("video", DELTA)


def test_a_frame_counts_once_all_its_packets_are_there() -> None:
    slot = SlotCount("video")
    slot.add(65535, 0, False, KEY)
    slot.add(1, 0, True, REST)
    assert slot.video_frames == 0
    slot.add(0, 0, False, REST)
    assert (slot.video_frames, slot.key_frames) == (1, 1)
    slot.add(0, 0, False, REST)
    slot.add(2, 6000, True, DELTA)
    assert (slot.video_frames, slot.key_frames) == (2, 1)

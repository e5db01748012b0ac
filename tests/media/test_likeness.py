"""What a synthetic visitor says and shows, and how its payloads are named and counted."""

import asyncio

import av
import numpy as np
import pytest

from media.likeness import (
    SILENCE,
    SILENT_LEVEL,
    Clip,
    SlotCount,
    Voice,
    digest,
    is_key_frame,
    painted,
    stamped,
    starts_frame,
)

KEY = bytes((0x90, 0x80, 0x81, 0x23, 0x10, 9))  # S, picture id 0x123, P bit 0
DELTA = bytes((0x90, 0x80, 0x81, 0x24, 0x11, 9))
REST = bytes((0x80, 0x80, 0x81, 0x24, 0x77, 9))


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

"""Missed speech waits in memory for its second chance, and gets one only."""

import numpy as np

from transcription.backlog import Backlog
from transcription.scribe import LATER, Errand
from transcription.segmenter import Segment


def errand(speaker: str, seconds: float = 1.0, room: str = "r1", again: bool = False) -> Errand:
    audio = np.linspace(-1, 1, int(seconds * 16_000), dtype=np.float32)
    segment = Segment(1000.0, 1000.0 + seconds * 1000, 800.0, audio)
    return Errand(speaker, segment, lambda *_: None, room, ("王强",), again=again)


def test_the_sound_comes_back_as_it_was_behind_live_speech() -> None:
    backlog = Backlog()
    given = errand("p_a")
    assert backlog.keep(given)
    assert backlog.seconds == 1.0
    kept = backlog.next()
    assert kept is not None
    assert np.abs(kept.segment.audio - given.segment.audio).max() < 1e-4
    assert (kept.speaker, kept.room, kept.hot_words, kept.priority, kept.again, kept.settled) == (
        *("p_a", "r1", ("王强",), LATER, True),
        False,
    )
    assert (kept.segment.start_ms, kept.segment.audio_ms) == (1000.0, 800.0)
    assert backlog.next() is None and backlog.seconds == 0


def test_first_missed_first_tried_and_no_third_chance() -> None:
    backlog = Backlog(room_s=2.5)
    assert [backlog.keep(errand(who)) for who in "abc"] == [True, True, False]
    assert not backlog.keep(errand("d", again=True))
    assert [one.speaker for one in iter(backlog.next, None)] == ["a", "b"]


def test_a_room_that_closes_is_left_to_its_recording() -> None:
    backlog = Backlog()
    for room in ("r1", "r2", "r1"):
        backlog.keep(errand(room, room=room))
    backlog.forget("r1")
    assert [one.room for one in iter(backlog.next, None)] == ["r2"]

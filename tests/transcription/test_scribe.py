"""The scribe's queue with a scripted recogniser."""

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from tests.support.scripted_recogniser import ScriptedRecogniser
from transcription.scribe import LATER, Errand, Scribe
from transcription.segmenter import Segment
from transcription.utterance import Utterance, Word

Told = list[tuple[str, Utterance | None, str]]


def segment(start_ms: float = 0.0, seconds: float = 1.0) -> Segment:
    return Segment(
        start_ms, start_ms + seconds * 1000, start_ms - 200, np.zeros(int(seconds * 16_000), np.float32)
    )


class Desk:
    """A scribe with a scripted recogniser and a list of what was told."""

    def __init__(self, recogniser: ScriptedRecogniser, room_s: float = 60.0) -> None:
        self.recogniser = recogniser
        self.scribe = Scribe(recogniser, room_s)
        self.told: Told = []
        self._more = threading.Condition()
        self.scribe.start()

    def hand_in(self, speaker: str, start_ms: float = 0.0, seconds: float = 1.0, **more: object) -> bool:
        return self.scribe.put(Errand(speaker, segment(start_ms, seconds), self._tell, **more))  # type: ignore[arg-type]

    def _tell(self, errand: Errand, utterance: Utterance | None, reason: str) -> None:
        with self._more:
            self.told.append((errand.speaker, utterance, reason))
            self._more.notify()

    def wait(self, count: int) -> Told:
        with self._more:
            assert self._more.wait_for(lambda: len(self.told) >= count, 5), self.told
        return self.told


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(ScriptedRecogniser(["一", "二", "三"]))
    yield desk
    desk.recogniser.go_on()
    desk.scribe.close()


def test_a_segment_becomes_an_utterance_on_the_media_clock(desk: Desk) -> None:
    desk.hand_in("p_a", 5000.4, hot_words=("王强",))
    ((_, utterance, reason),) = desk.wait(1)
    words = (Word("一", 4800, 4900, 0.9),)
    assert utterance == Utterance("p_a", 5000, 6000, "一", words, 0.9, "zh", "scripted")
    assert reason == ""
    assert desk.recogniser.heard == [(16_000, "zh", ("王强",))]


def test_words_stay_within_the_sound(desk: Desk) -> None:
    desk.recogniser.script = ["一二三四五六七八九十"]
    desk.hand_in("p_a", 100.0, seconds=0.5)
    ((_, utterance, _),) = desk.wait(1)
    assert utterance is not None
    assert [w.start_ms for w in utterance.words] == [0, 0, 100, 200, 300, 400, 400, 400, 400, 400]


def test_order_is_kept_and_live_speech_goes_before_files(desk: Desk) -> None:
    desk.recogniser.stall()
    desk.hand_in("first")
    desk.recogniser.began.wait(5)
    for speaker, priority in [("file", LATER), ("a", 0), ("b", 0), ("a", 0), ("file", LATER)]:
        desk.hand_in(speaker, priority=priority)
    desk.recogniser.go_on()
    assert [speaker for speaker, _, _ in desk.wait(6)] == ["first", "a", "b", "a", "file", "file"]


def test_too_much_waiting_is_refused_and_said_so(desk: Desk) -> None:
    desk.recogniser.stall()
    desk.hand_in("busy")
    desk.recogniser.began.wait(5)
    taken = [desk.hand_in(f"p{i}", seconds=10) for i in range(8)]
    assert taken == [True] * 6 + [False] * 2
    assert desk.told == [("p6", None, "overloaded"), ("p7", None, "overloaded")]
    desk.recogniser.go_on()
    assert len(desk.wait(9)) == 9
    assert desk.scribe.counts["overloaded"] == 2
    assert desk.scribe.waiting_s == 0


def test_files_leave_live_speech_its_room(desk: Desk) -> None:
    desk.recogniser.stall()
    desk.hand_in("busy")
    desk.recogniser.began.wait(5)
    assert all(desk.hand_in("file", seconds=10, priority=LATER) for _ in range(6))
    assert desk.hand_in("file", seconds=10, priority=LATER) is False
    assert all(desk.hand_in("live", seconds=10) for _ in range(6))
    desk.recogniser.go_on()
    assert [speaker for speaker, _, _ in desk.wait(14)][2:8] == ["live"] * 6


def test_whoever_presides_goes_first_only_under_overload(desk: Desk) -> None:
    desk.recogniser.stall()
    desk.hand_in("busy")
    desk.recogniser.began.wait(5)
    desk.hand_in("a", seconds=4)
    desk.hand_in("chair", seconds=4, presiding=True)
    desk.hand_in("b", seconds=4)
    desk.hand_in("chair", seconds=1, presiding=True)
    desk.recogniser.go_on()
    # 13 s wait, which is overload; after the first one 9 s, which is none: then everybody in turn.
    assert [speaker for speaker, _, _ in desk.wait(5)] == ["busy", "chair", "a", "b", "chair"]


def test_room_is_made_for_whoever_presides(desk: Desk) -> None:
    desk.recogniser.stall()
    desk.hand_in("busy")
    desk.recogniser.began.wait(5)
    for number in range(6):
        desk.hand_in(f"p{number}", seconds=10)
    assert desk.hand_in("chair", seconds=10, presiding=True)
    assert desk.told == [("p5", None, "overloaded")]
    for _ in range(5):
        desk.hand_in("chair", seconds=10, presiding=True)
    assert desk.hand_in("chair", seconds=10, presiding=True) is False
    desk.recogniser.go_on()
    spoken = [speaker for speaker, utterance, _ in desk.wait(14) if utterance]
    assert spoken == ["busy"] + ["chair"] * 6


def test_the_lag_is_that_of_the_oldest_live_speech(desk: Desk) -> None:
    desk.recogniser.stall()
    desk.hand_in("a", room="r1")
    desk.recogniser.began.wait(5)
    desk.hand_in("b", room="r2")
    desk.hand_in("c", room="r3", priority=LATER)
    now = time.monotonic()
    lags = desk.scribe.lags(now + 5)
    assert set(lags) == {"r1", "r2"} and all(lag >= 5 for lag in lags.values())
    assert not desk.scribe.idle
    desk.recogniser.go_on()
    desk.wait(3)
    assert desk.scribe.lags(now) == {}


def test_a_failing_engine_costs_one_utterance_each_and_is_counted() -> None:
    desk = Desk(ScriptedRecogniser(["!", "!", "好"]))
    for number in range(3):
        desk.hand_in(f"p{number}")
    told = desk.wait(3)
    assert [(u.text if u else "", reason) for _, u, reason in told] == [
        ("", "failed"),
        ("", "failed"),
        ("好", ""),
    ]
    assert desk.scribe.counts["failed"] == 2
    desk.scribe.close()


def test_doubtful_text_is_withheld_and_counted() -> None:
    desk = Desk(ScriptedRecogniser(["?"]))
    desk.hand_in("p_a")
    assert desk.wait(1) == [("p_a", None, "doubtful")]
    assert desk.scribe.counts["doubtful"] == 1
    desk.scribe.close()


def test_a_forgotten_room_leaves_the_queue(desk: Desk) -> None:
    desk.recogniser.stall()
    desk.hand_in("now", room="r1")
    desk.recogniser.began.wait(5)
    desk.hand_in("gone", room="r1")
    desk.hand_in("stays", room="r2")
    desk.scribe.forget("r1")
    forgotten = [("now", None, "forgotten"), ("gone", None, "forgotten")]
    assert desk.told == forgotten
    desk.recogniser.go_on()
    told = desk.wait(3)
    # What was in hand is told once, although its text came after all.
    assert told[:2] == forgotten and told[2][0] == "stays" and len(told) == 3


def test_only_what_is_for_later_can_be_forgotten(desk: Desk) -> None:
    desk.recogniser.stall()
    desk.hand_in("now", room="r1")
    desk.recogniser.began.wait(5)
    desk.hand_in("live", room="r1")
    desk.hand_in("later", room="r1", priority=LATER)
    desk.scribe.forget("r1", LATER)
    assert desk.told == [("later", None, "forgotten")]
    desk.recogniser.go_on()
    assert [speaker for speaker, _, _ in desk.wait(3)] == ["later", "now", "live"]


def test_closing_while_the_engine_hangs_does_not_hang(desk: Desk) -> None:
    desk.recogniser.stall()
    desk.hand_in("hangs")
    desk.recogniser.began.wait(5)
    desk.hand_in("waits")
    began = time.monotonic()
    desk.scribe.close(patience_s=0.1)
    assert time.monotonic() - began < 1
    assert ("waits", None, "forgotten") in desk.told
    assert desk.hand_in("late") is False

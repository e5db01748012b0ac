"""Utterances share a window and come apart again, none lost, none swapped."""

import itertools
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from tests.support.scripted_recogniser import ScriptedRecogniser
from transcription.many_hands import written
from transcription.packing import GAP_MS, packed, unpacked
from transcription.pcm import RATE, Samples
from transcription.scribe import Recognition
from transcription.segmenter import Segment
from transcription.utterance import Word


def segment(number: int, seconds: float) -> Segment:
    audio = np.full(int(seconds * RATE), (number + 1) / 100, np.float32)
    start = number * 40_000.0
    return Segment(start + 200, start + seconds * 1000 - 200, start, audio)


def word(text: str, start_ms: int, length_ms: int = 200) -> Word:
    return Word(text, start_ms, start_ms + length_ms, 0.9)


class Reader:
    """Reads a segment's number from its loudness: one word in the middle of each, unless it is deaf to it."""

    engine = "reader"

    def __init__(self, hands: int, packs: bool = True, deaf: Sequence[int] = ()) -> None:
        self.hands = hands
        self.packs = packs
        self.windows: list[float] = []
        self.busy = self.most = 0
        self._deaf = deaf
        self._lock = threading.Lock()
        self.together = threading.Barrier(hands, timeout=5) if hands > 1 else None

    def recognise(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """One word for each stretch of one loudness."""
        with self._lock:
            self.windows.append(audio.size / RATE)
            first = len(self.windows) <= self.hands
        if self.together and first:
            self.together.wait()
        edges = np.flatnonzero(np.diff(audio, prepend=0.0, append=0.0))
        words = []
        for begin, end in itertools.pairwise(edges):
            number = round(float(audio[begin]) * 100) - 1
            if number >= 0 and not (number in self._deaf and audio.size > RATE * 8):
                words.append(word(f"{number};", int((begin + end) / 2 / RATE * 1000) - 100))
        return Recognition("".join(w.text for w in words), tuple(words), 0.8, language)


def test_windows_are_filled_in_order_and_never_too_long() -> None:
    segments = [segment(n, 6.0) for n in range(7)]
    windows = list(packed(segments))
    assert [len(w.segments) for w in windows] == [4, 3]
    assert [s for w in windows for s in w.segments] == segments
    assert windows[0].offsets_ms == tuple(n * (6000 + GAP_MS) for n in range(4))
    assert all(w.audio.size <= 28 * RATE for w in windows)
    assert [len(w.segments) for w in packed(segments, 0.0)] == [1] * 7
    assert [len(w.segments) for w in packed([segment(0, 35.0), segment(1, 1.0)])] == [1, 1]


def test_words_go_to_the_utterance_that_sounds_when_they_are_said() -> None:
    (window,) = packed([segment(0, 2.0), segment(1, 3.0)])
    words = (word("甲", 500), word("乙", 2050), word("丙", 2250), word("丁", 9000))
    one, two = unpacked(window, Recognition("甲乙丙丁", words, 0.7, "zh"))
    assert one is not None and two is not None
    assert (one.text, [w.start_ms for w in one.words]) == ("甲乙", [500, 2050])
    assert (two.text, [w.start_ms for w in two.words]) == ("丙丁", [2250 - 2400, 9000 - 2400])
    assert two.confidence == 0.7


@pytest.mark.parametrize("doubt", ["", "repetition"])
def test_what_has_no_words_or_is_doubtful_is_left_to_itself(doubt: str) -> None:
    (window,) = packed([segment(0, 2.0), segment(1, 3.0)])
    found = unpacked(window, Recognition("甲", (word("甲", 500),), 0.7, "zh", doubt))
    assert [one is not None for one in found] == [not doubt, False]


@pytest.mark.parametrize("hands", [1, 2])
def test_a_long_track_is_written_in_order_with_full_windows(hands: int) -> None:
    segments = [segment(n, 1.0 + n % 7) for n in range(40)]
    reader = Reader(hands, deaf=[5, 17])
    found = list(written(reader, segments, "zh", ()))
    assert [one for one, _ in found] == segments
    assert [recognition.text for _, recognition in found] == [f"{n};" for n in range(40)]
    middle = [round(r.words[0].start_ms + 100 - s.audio.size / RATE * 500) for s, r in found]
    assert all(abs(off) <= 1 for off in middle)
    assert len(reader.windows) < 14


def test_a_recogniser_that_cannot_tell_words_apart_gets_one_utterance_at_a_time() -> None:
    segments = [segment(n, 1.0) for n in range(5)]
    reader = Reader(1, packs=False)
    assert [r.text for _, r in written(reader, segments, "zh", ())] == [f"{n};" for n in range(5)]
    assert reader.windows == [1.0] * 5
    scripted = ScriptedRecogniser(["一", "二"])
    assert [r.text for _, r in written(scripted, segments[:2], "zh", ())] == ["一", "二"]

"""The segmenter on tables of probabilities, without any sound or model."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcription.segmenter import Pace, Segment, Segmenter

CHUNK_MS = 32


def fed(segmenter: Segmenter, odds: Sequence[float], start_ms: float = 0.0) -> list[Segment]:
    found = []
    for number, probability in enumerate(odds):
        # Each sample says which chunk it came from, so audio can be traced to its time.
        samples = np.full(512, number, np.float32)
        segment = segmenter.feed(samples, start_ms + number * CHUNK_MS, probability)
        if segment:
            found.append(segment)
    return found


def chunks(milliseconds: float) -> int:
    return round(milliseconds / CHUNK_MS)


def said(milliseconds: float) -> list[float]:
    return [0.9] * chunks(milliseconds)


def silent(milliseconds: float) -> list[float]:
    return [0.02] * chunks(milliseconds)


def test_one_sentence_with_pre_roll_and_tail() -> None:
    segments = fed(Segmenter(), silent(960) + said(1600) + silent(960), start_ms=5000.0)
    (segment,) = segments
    assert segment.start_ms == 5960.0
    assert segment.end_ms == 5960.0 + 1600
    assert segment.audio_ms == 5960.0 - 8 * CHUNK_MS
    assert segment.audio[0] == 30 - 8
    assert segment.audio.size == (8 + 50 + 6) * 512


def test_an_utterance_ends_600_ms_after_the_last_voice() -> None:
    segmenter = Segmenter()
    assert fed(segmenter, said(640) + silent(576)) == []
    assert segmenter.speaking
    assert segmenter.feed(np.zeros(512, np.float32), 1216.0, 0.0) is not None
    assert not segmenter.speaking


@pytest.mark.parametrize(("pause_ms", "count"), [(320, 1), (576, 1), (640, 2), (2000, 2)])
def test_pauses_inside_and_between_utterances(pause_ms: int, count: int) -> None:
    odds = said(1280) + silent(pause_ms) + said(1280) + silent(1000)
    assert len(fed(Segmenter(), odds)) == count


@pytest.mark.parametrize(("length_ms", "kept"), [(32, False), (128, False), (160, True), (320, True)])
def test_a_click_is_no_utterance_but_a_short_yes_is(length_ms: int, kept: bool) -> None:
    segmenter = Segmenter()
    segments = fed(segmenter, silent(320) + said(length_ms) + silent(960))
    assert bool(segments) is kept
    assert segmenter.too_short == (0 if kept else 1)


def test_between_the_thresholds_a_voice_goes_on_and_a_pause_goes_on() -> None:
    going_on = fed(Segmenter(), said(640) + [0.4] * 40 + silent(640))
    assert going_on[0].end_ms == (20 + 40) * CHUNK_MS
    pausing = fed(Segmenter(), said(640) + silent(64) + [0.4] * 40)
    assert pausing[0].end_ms == 20 * CHUNK_MS


def test_a_long_speech_is_cut_at_a_short_pause_after_eight_seconds() -> None:
    odds = said(8320) + silent(192) + said(3000) + silent(700)
    assert len(fed(Segmenter(), said(8320) + silent(160))) == 1
    first, second = fed(Segmenter(), odds)
    assert first.end_ms == 8320
    assert second.start_ms == pytest.approx(8320 + 192, abs=1)
    assert second.audio_ms >= first.audio_ms + first.audio.size / 16


def test_without_any_pause_the_cut_falls_on_the_faintest_moment() -> None:
    odds = said(20_000)
    odds[chunks(9056)] = 0.6
    segments = fed(Segmenter(), odds + silent(700))
    assert segments[0].end_ms == chunks(9056) * CHUNK_MS + CHUNK_MS
    assert all(s.audio.size / 16 <= 10_400 for s in segments)
    joined = np.concatenate([s.audio for s in segments])
    assert np.array_equal(joined[: 20_000 // 32 * 512 : 512], np.arange(625))


def test_flush_hands_over_what_is_open_once() -> None:
    segmenter = Segmenter()
    fed(segmenter, said(640))
    segment = segmenter.flush()
    assert segment is not None and segment.end_ms == 640
    assert segmenter.flush() is None


def test_after_a_flush_nothing_of_before_is_heard() -> None:
    segmenter = Segmenter()
    fed(segmenter, silent(320))
    segmenter.flush()
    (segment,) = fed(segmenter, said(640) + silent(640), start_ms=9000.0)
    assert segment.audio_ms == 9000.0


PROBABILITIES = st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.95]), max_size=900)


@settings(max_examples=60, deadline=None)
@given(PROBABILITIES)
def test_whatever_comes_segments_are_ordered_bounded_and_say_the_truth(odds: list[float]) -> None:
    segmenter = Segmenter()
    segments = fed(segmenter, odds)
    last = segmenter.flush()
    segments += [last] if last else []
    before = -1.0
    for segment in segments:
        assert segment.audio_ms <= segment.start_ms < segment.end_ms
        assert segment.audio_ms > before
        assert segment.audio.size / 16 <= Pace().hard_ms + Pace().pre_roll_ms + Pace().endpoint_ms
        assert segment.end_ms <= segment.audio_ms + segment.audio.size / 16
        assert np.array_equal(segment.audio[::512], np.arange(segment.audio.size // 512) + segment.audio[0])
        assert segment.audio_ms == segment.audio[0] * CHUNK_MS
        before = segment.audio_ms + segment.audio.size / 16 - 1


@settings(max_examples=40, deadline=None)
@given(PROBABILITIES)
def test_no_clear_voice_of_an_utterances_length_is_lost(odds: list[float]) -> None:
    segmenter = Segmenter()
    segments = fed(segmenter, odds)
    last = segmenter.flush()
    segments += [last] if last else []
    kept = {int(n) for s in segments for n in s.audio[::512]}
    voiced = {i for i, p in enumerate(odds) if p >= 0.5}
    assert len(voiced - kept) <= segmenter.too_short * 4

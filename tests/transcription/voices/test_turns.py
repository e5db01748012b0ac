"""Voices of a whole track: as many as people were declared, turns where they change."""

import numpy as np
import pytest

from tests.support.spectral_voices import BROAD, HIGH, LOW, SpectralEmbedder, voice
from transcription.pcm import PER_MS, Samples
from transcription.segmenter import Segment
from transcription.voices.clusters import MOST, Voices, voices_of
from transcription.voices.turns import HOP_MS, cells, separate, turns

EAR = SpectralEmbedder()


def segment(start_ms: float, *parts: Samples) -> Segment:
    audio = np.concatenate(parts)
    return Segment(start_ms, start_ms + audio.size / PER_MS, start_ms, audio)


def test_two_people_who_alternate_are_two_voices_named_in_order_of_speech() -> None:
    speech = [segment(n * 3000, voice(LOW if n % 2 == 0 else HIGH, 2.5, n)) for n in range(6)]
    found = separate(speech, 2, EAR)
    assert [turn.voice for turn in found] == [0, 1, 0, 1, 0, 1]
    assert [turn.start_ms for turn in found] == [one.start_ms for one in speech]
    assert all(turn.margin > 0.5 for turn in found)


def test_a_change_of_voice_within_a_stretch_is_found_where_it_is() -> None:
    both = segment(1000, voice(LOW, 3, 1), voice(HIGH, 3, 2))
    first, second = separate([both], 2, EAR)
    assert (first.voice, second.voice) == (0, 1)
    assert first.end_ms == second.start_ms == pytest.approx(4000, abs=HOP_MS)
    assert second.end_ms == 7000


def test_one_person_is_one_voice_and_three_are_three() -> None:
    alone = [segment(n * 3000, voice(LOW, 2, n)) for n in range(3)]
    assert {turn.voice for turn in separate(alone, 1, EAR)} == {0}
    three = [segment(n * 3000, voice((LOW, HIGH, BROAD)[n % 3], 2, n)) for n in range(9)]
    assert [turn.voice for turn in separate(three, 3, EAR)] == [0, 1, 2] * 3


def test_what_is_too_short_for_a_voice_is_left_out_and_silence_makes_none() -> None:
    assert cells(segment(0, voice(LOW, 0.4)), EAR) is None
    assert separate([segment(0, voice(LOW, 0.4))], 2, EAR) == []
    assert separate([], 2, EAR) == []


def test_an_outlier_is_no_voice_of_its_own() -> None:
    chance = np.random.default_rng(1)
    low, high = EAR.embed([voice(LOW, 1)])[0], EAR.embed([voice(HIGH, 1)])[0]
    near = np.stack([*(low + chance.normal(0, 0.01, 32) for _ in range(9)), *(high for _ in range(9))])
    click = np.zeros((1, 32), np.float32)
    click[0, 31] = 1
    found = voices_of(np.concatenate([click, near.astype(np.float32)]), 2)
    assert sorted(np.argmax(found.rows @ np.stack([low, high]).T, axis=1)) == [0, 1]


def test_a_sample_of_a_person_stays_that_persons_voice_whoever_speaks_first() -> None:
    known = EAR.embed([voice(HIGH, 1, n) for n in range(4)])
    speech = [segment(n * 3000, voice(LOW if n < 3 else HIGH, 2, n)) for n in range(6)]
    assert [turn.voice for turn in separate(speech, 2, EAR, [known])] == [1, 1, 1, 0, 0, 0]
    silent = [segment(n * 3000, voice(LOW, 2, n)) for n in range(3)]
    assert {turn.voice for turn in separate(silent, 2, EAR, [known])} == {1}


def test_of_a_long_hearing_an_even_choice_is_compared() -> None:
    low, high = EAR.embed([voice(LOW, 1)])[0], EAR.embed([voice(HIGH, 1)])[0]
    many = np.stack([low, high] * MOST)
    assert voices_of(many, 2).rows.shape == (2, 32)


def test_every_step_of_a_stretch_is_looked_at() -> None:
    for seconds in (0.5, 0.7, 1.2, 1.31, 2.0, 3.33, 10.0):
        looked = cells(segment(500, voice(LOW, seconds)), EAR)
        assert looked is not None
        assert all(looked.covers)
        (whole,) = turns(looked, Voices(looked.vectors[:1], looked.vectors[0]))
        assert whole.start_ms == 500
        assert whole.end_ms == pytest.approx(500 + seconds * 1000, abs=1)

"""A shared track as it is heard: voices keep their names, what is not evident is not said."""

import numpy as np

from tests.support.spectral_voices import BROAD, HIGH, LOW, SpectralEmbedder, voice
from transcription.pcm import PER_MS, Samples
from transcription.segmenter import Segment
from transcription.voices.track import SharedTrack


def segment(start_ms: float, *parts: Samples) -> Segment:
    audio = np.concatenate(parts)
    return Segment(start_ms, start_ms + audio.size / PER_MS, start_ms, audio)


def said(track: SharedTrack, *voices: tuple[float, ...]) -> list[str]:
    """The names of the voices of stretches of 2.5 s, one after the other."""
    heard = [track.hear(segment(n * 3000, voice(of, 2.5, n))) for n, of in enumerate(voices)]
    return [one.voice for parts in heard for one in parts]


def test_the_first_voice_is_one_however_many_people_there_are() -> None:
    assert said(SharedTrack(SpectralEmbedder(), 3), LOW, LOW, LOW) == ["v1", "v1", "v1"]


def test_voices_keep_their_names_while_others_join() -> None:
    track = SharedTrack(SpectralEmbedder(), 3)
    told = said(track, LOW, LOW, HIGH, LOW, BROAD, HIGH, BROAD, LOW)
    assert told == ["v1", "v1", "v2", "v1", "v3", "v2", "v3", "v1"]


def test_names_of_a_lost_memory_are_not_given_again() -> None:
    assert said(SharedTrack(SpectralEmbedder(), 2, used=2), LOW, HIGH) == ["v3", "v4"]


def test_a_little_of_somebody_new_is_nobodys_yet() -> None:
    track = SharedTrack(SpectralEmbedder(), 2)
    track.hear(segment(0, voice(LOW, 3)))
    (brief,) = track.hear(segment(4000, voice(HIGH, 0.6)))
    assert (brief.voice, brief.confidence) == ("", 0.0)
    (too_short,) = track.hear(segment(5000, voice(LOW, 0.3)))
    assert too_short.voice == ""


def test_two_people_in_one_stretch_are_cut_apart_and_no_sample_is_lost() -> None:
    track = SharedTrack(SpectralEmbedder(), 2)
    pause = np.zeros(1600, np.float32)
    whole = segment(1000, voice(LOW, 3, 1), pause, voice(HIGH, 3, 2))
    first, second = track.hear(whole)
    assert (first.voice, second.voice) == ("v1", "v2")
    assert abs(second.segment.audio_ms - 4050) < 150
    assert np.array_equal(np.concatenate([first.segment.audio, second.segment.audio]), whole.audio)
    assert first.segment.start_ms == whole.start_ms and second.segment.end_ms == whole.end_ms
    assert first.segment.end_ms == second.segment.start_ms == second.segment.audio_ms
    assert min(first.confidence, second.confidence) > 0.5


def test_hours_of_talk_are_remembered_in_bounded_space() -> None:
    track = SharedTrack(SpectralEmbedder(), 2)
    parts = {of: voice(of, 8) for of in (LOW, HIGH)}
    told = [track.hear(segment(n * 9000, parts[(LOW, HIGH)[n % 2]]))[0].voice for n in range(30)]
    assert told == ["v1", "v2"] * 15
    assert len(track._memory) <= 240

"""The voice detector on speech, silence and noise."""

import numpy as np
import pytest

from tests.support.speech import Samples, noise, quiet, spoken, tone
from transcription import vad
from transcription.vad import CHUNK, VadMissing, VoiceDetector


def odds(samples: Samples, batch: int = 8) -> list[float]:
    detector = VoiceDetector()
    whole = samples[: samples.size // (CHUNK * batch) * CHUNK * batch]
    return [p for part in whole.reshape(-1, CHUNK * batch) for p in detector.probabilities(part)]


@pytest.mark.parametrize("voice", ["+m1", "+f2", "+f4"])
def test_speech_is_heard_where_it_is(voice: str) -> None:
    speech = spoken("公司拖欠我两个月工资", voice)
    found = odds(np.concatenate([quiet(1024), speech, quiet(1024)]))
    assert max(found[:28]) < 0.3
    assert np.mean(np.array(found[36:-60]) > 0.5) > 0.8
    assert max(found[-16:]) < 0.35


@pytest.mark.parametrize(
    "sound",
    [quiet(3000), noise(3000, 0.01), noise(3000, 0.1), tone(3000, 220.0), tone(3000, 1000.0)],
    ids=["silence", "faint noise", "loud noise", "hum", "whistle"],
)
def test_what_is_no_speech_is_not_heard(sound: Samples) -> None:
    assert np.mean(np.array(odds(sound)) > 0.5) < 0.05


def test_the_size_of_the_batch_changes_nothing() -> None:
    speech = spoken("请各方核对身份")[: CHUNK * 32]
    assert np.allclose(odds(speech, 1), odds(speech, 16), atol=1e-4)


def test_streams_have_memories_of_their_own() -> None:
    speech = spoken("请各方核对身份")[: CHUNK * 32]
    alone = odds(speech, 1)
    one, other = VoiceDetector(), VoiceDetector()
    mixed = []
    for chunk in speech.reshape(-1, CHUNK):
        mixed += one.probabilities(chunk)
        other.probabilities(noise(32)[:CHUNK])
    assert np.allclose(alone, mixed, atol=1e-5)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(VadMissing, match="faster-whisper"):
        vad.weights()

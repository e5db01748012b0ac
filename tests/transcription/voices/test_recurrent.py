"""The voice encoder: bands by arithmetic, vectors against the original where weights are installed."""

import numpy as np
import pytest

from tests.support.spectral_voices import HIGH, LOW, voice
from transcription.voices import standing
from transcription.voices.recurrent import RecurrentEncoder, mel

WEIGHTS = standing.weights()


def test_a_tone_lies_in_its_band() -> None:
    at = np.arange(16_000) / 16_000
    loudest = [
        int(mel(np.sin(2 * np.pi * hertz * at).astype(np.float32))[50].argmax())
        for hertz in (200, 1000, 4000)
    ]
    # Slaney's scale: 1 kHz is at 15 of 45.2 steps, 4 kHz at 35.2; 41 steps of bands.
    assert loudest == [2, 13, 31]


def test_frames_come_every_ten_milliseconds() -> None:
    assert mel(np.zeros(16_000, np.float32)).shape == (101, 40)


@pytest.mark.skipif(WEIGHTS is None, reason=f"the voice encoder is not installed: {standing.CURE}")
def test_the_vectors_are_those_of_the_original() -> None:
    assert WEIGHTS is not None
    encoder = RecurrentEncoder(WEIGHTS)
    low, high, brief = encoder.embed([voice(LOW, 1.2, 7), voice(HIGH, 1.2, 7), voice(LOW, 0.6, 7)])
    # The four largest numbers of each, by resemblyzer 0.1.4 on torch 2.13.
    assert low[[129, 174, 158, 63]] == pytest.approx([0.2848, 0.2276, 0.2213, 0.2006], abs=2e-4)
    assert high[[215, 139, 178, 83]] == pytest.approx([0.2591, 0.2516, 0.2411, 0.2300], abs=2e-4)
    assert np.linalg.norm(brief) == pytest.approx(1, abs=1e-5)


@pytest.mark.skipif(WEIGHTS is None, reason=f"the voice encoder is not installed: {standing.CURE}")
def test_the_installed_weights_are_the_declared_ones() -> None:
    found, encoder = standing.open_embedder()
    assert found.state == "ready" and encoder is not None

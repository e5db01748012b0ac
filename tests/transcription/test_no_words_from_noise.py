"""What is no speech leaves no words, through the real voice detector and the rehearsals' engine."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.support.speech import RATE, VOICES, Samples, noise, opus, quiet
from transcription.listener import Listener
from transcription.whisper import Whisper

SECONDS = 20


def hum() -> Samples:
    """Mains at 50 Hz with its harmonics, and a fan."""
    at = np.arange(SECONDS * RATE) / RATE
    mains = sum(np.sin(2 * np.pi * 50 * n * at) / n for n in (1, 2, 3, 5))
    return (0.08 * mains + noise(SECONDS * 1000, 0.004)).astype(np.float32)


def keyboard() -> Samples:
    """Strokes of a keyboard: bursts of a few milliseconds, six a second, unevenly."""
    chance = np.random.default_rng(1)
    found = noise(SECONDS * 1000, 0.001)
    for start in np.cumsum(chance.uniform(0.08, 0.25, SECONDS * 6)):
        first = int(start * RATE)
        click = chance.standard_normal(320) * np.exp(-np.arange(320) / 60) * chance.uniform(0.1, 0.5)
        if first + click.size < found.size:
            found[first : first + click.size] += click
    return found


def music() -> Samples:
    """Chords of plucked tones with overtones, two a second."""
    chance = np.random.default_rng(2)
    found = np.zeros(SECONDS * RATE, np.float32)
    at = np.arange(RATE) / RATE
    for beat in range(SECONDS * 2 - 2):
        root = 220 * 2 ** (chance.integers(0, 12) / 12)
        for hertz in (root, root * 1.26, root * 1.5):
            tone = sum(np.sin(2 * np.pi * hertz * n * at) * np.exp(-3 * n * at) / n for n in (1, 2, 3))
            first = beat * RATE // 2
            found[first : first + RATE] += 0.06 * tone
    return found


def silent() -> Samples:
    """Nothing at all."""
    return quiet(SECONDS * 1000)


def hiss() -> Samples:
    """White noise."""
    return noise(SECONDS * 1000, 0.05)


@pytest.mark.parametrize("sound", [silent, hiss, hum, keyboard, music])
def test_what_is_no_speech_leaves_no_words(sound: Callable[[], Samples]) -> None:
    listener, recogniser = Listener(batch=16), Whisper(VOICES)
    found = [s for n, payload in enumerate(opus(sound())) for s in listener.packet(payload, n * 20.0)]
    written = [recogniser.recognise(s.audio, "zh", ()) for s in [*found, *listener.stop()]]
    assert [one.text for one in written if not one.doubt] == []

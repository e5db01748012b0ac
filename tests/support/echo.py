"""Sound out of an open loudspeaker as a microphone beside it picks it up: late, faint, dull, with an echo."""

import numpy as np

from tests.support.speech import RATE, Samples, quiet


def echoed(
    sound: Samples, decibel: float, delay_ms: float, lingers_ms: float = 200, seed: int = 0
) -> Samples:
    """The sound `delay_ms` later and `decibel` louder (negative: fainter), in a room with that RT60."""
    count = int(lingers_ms * RATE / 1000 * 1.5)
    fade = np.exp(-6.9 * np.arange(count) / (lingers_ms * RATE / 1000))
    room = np.random.default_rng(seed).standard_normal(count) * fade * 0.25
    room[0] = 1.0
    pole = np.exp(-2 * np.pi * 3000 / RATE)
    dull = (1 - pole) * pole ** np.arange(200)
    room = np.convolve(room, dull)
    length = sound.size + room.size - 1
    found = np.fft.irfft(np.fft.rfft(sound, length) * np.fft.rfft(room, length), length)
    found *= np.sqrt((sound**2).mean() / (found**2).mean()) * 10 ** (decibel / 20)
    return np.concatenate([quiet(delay_ms), found]).astype(np.float32)


def mixed(*sounds: Samples) -> Samples:
    """All of them at once."""
    found = np.zeros(max(sound.size for sound in sounds), np.float32)
    for sound in sounds:
        found[: sound.size] += sound
    return found

"""Synthetic voices that differ in timbre, and an embedder that sees nothing but timbre: no model needed."""

from collections.abc import Sequence

import numpy as np

from transcription.pcm import RATE, Samples
from transcription.voices.embedder import Vectors, unit

_BANDS = 32


class SpectralEmbedder:
    """The long-term spectrum of a piece as a unit vector."""

    name = "spectral"
    apart = 0.9

    def embed(self, pieces: Sequence[Samples]) -> Vectors:
        """The power in 32 bands, by square root."""
        return unit(np.stack([_spectrum(piece) for piece in pieces]))


def _spectrum(piece: Samples) -> Vectors:
    power = np.abs(np.fft.rfft(piece)) ** 2
    bands = np.array_split(power[: power.size // 2], _BANDS)
    found: Vectors = np.sqrt(np.array([band.sum() for band in bands]) + 1e-9).astype(np.float32)
    return found


def voice(formants: Sequence[float], seconds: float, seed: int = 0) -> Samples:
    """A hum with energy around so many frequencies (Hz), louder and fainter like syllables."""
    chance = np.random.default_rng(seed)
    count = int(seconds * RATE)
    white = np.fft.rfft(chance.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    shape = sum(np.exp(-(((hertz - at) / 150) ** 2)) for at in formants)
    sound = np.fft.irfft(white * shape, count)
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * np.arange(count) / RATE)
    found: Samples = (sound / np.abs(sound).max() * syllables * 0.3).astype(np.float32)
    return found


LOW, HIGH, BROAD = (300.0, 900.0), (700.0, 2200.0), (450.0, 1500.0, 3000.0)

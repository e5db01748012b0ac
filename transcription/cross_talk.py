"""Whose voice a microphone has picked up: its owner's, or another person's out of an open speaker.

Sound that leaves a loudspeaker reaches the microphone beside it later, quieter and coloured by the room, but
its pattern over time and pitch is that of the original. So the pattern of a finished segment is compared with
what every other track of the room carried a moment before. Words are never risked: whatever is said over the
echo, or is as loud as its original, or comes before it, is somebody's own.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .pcm import PER_MS, RATE, Pcm, Samples, silence

_KEPT_MS = 13_000.0
"""The longest segment with the lags to both sides."""
_FAINT = 3e-4
_EARLY_MS, _LATE_MS = 100, 500
_HOP_MS = 10
_HOP = RATE * _HOP_MS // 1000
_WINDOW = 512
_LOWEST_HZ, _HIGHEST_HZ, _BANDS = 200.0, 3500.0, 18
_RANGE_DB = 30.0
_DECAY_DB = 1.2
"""A room of half a second's reverberation loses as much in 10 ms."""
_SURE, _LIKELY = 0.75, 0.6
_QUIETER_DB = 6.0
_AHEAD_MS = 20
"""Times taken from arrival jitter, so an echo may seem to be this much before its original."""
_LEAST_FRAMES = 40
_OWN_DB = 5.0
_OWN_FRAMES = 8
_OWN_SHARE = 0.1
_ONE_SOURCE, _MAYBE_ONE = 30.0, 12.0
_FINE_MS = 60
_FINE_S = 4

Bands = NDArray[np.float32]
"""dB in (frames of 10 ms, bands)."""


class Verdict(StrEnum):
    """What is to be done with a segment."""

    OWN = "own"
    MARKED = "marked"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`source`: whose voice it probably is; empty when it is the owner's."""

    verdict: Verdict
    source: str = ""


OWN = Judgement(Verdict.OWN)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a segment resembles another track at the lag (ms later than it) where it does so most.

    `quieter_db`: how much fainter it is; `own_frames`: how many of its frames (10 ms) the other does not
    explain; `coherence`: how far the two waves agree beyond chance: people who speak in chorus have alike
    patterns, but only sound from one source has one wave.
    """

    correlation: float
    lag_ms: int = 0
    quieter_db: float = 0.0
    frames: int = 0
    own_frames: int = 0
    coherence: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """What this resemblance is worth."""
        if self.correlation < _LIKELY or self.frames < _LEAST_FRAMES or self.lag_ms < -_AHEAD_MS:
            return Verdict.OWN
        explained = self.own_frames < _OWN_FRAMES
        sure = self.correlation >= _SURE and self.coherence >= _ONE_SOURCE
        if sure and explained and self.quieter_db > _QUIETER_DB:
            return Verdict.DROPPED
        likely = self.own_frames <= _OWN_SHARE * self.frames and self.coherence >= _MAYBE_ONE
        return Verdict.MARKED if likely and self.quieter_db > 0 else Verdict.OWN


class Recent:
    """The last seconds of one track on media time; what is as good as silent costs no memory."""

    def __init__(self, kept_ms: float = _KEPT_MS) -> None:
        self._kept_ms = kept_ms
        self._pieces: deque[tuple[float, NDArray[np.int16]]] = deque()

    @property
    def size(self) -> int:
        """Samples held."""
        return sum(piece.size for _, piece in self._pieces)

    def add(self, sound: Pcm) -> None:
        """Take samples in the order of their time."""
        if sound.samples.size and float(np.abs(sound.samples).max()) > _FAINT:
            self._pieces.append((sound.at_ms, (np.clip(sound.samples, -1, 1) * 32767).astype(np.int16)))
        while self._pieces and sound.at_ms - self._pieces[0][0] > self._kept_ms:
            self._pieces.popleft()

    def between(self, start_ms: float, milliseconds: float) -> Samples:
        """That stretch, silent where nothing is known."""
        found = silence(milliseconds)
        for at_ms, piece in self._pieces:
            at = round((at_ms - start_ms) * PER_MS)
            first, last = max(at, 0), min(at + piece.size, found.size)
            if first < last:
                found[first:last] = piece[first - at : last - at] / np.float32(32767)
        return found


def judge(audio: Samples, audio_ms: float, others: Mapping[str, Recent]) -> Judgement:
    """Judge a segment of one track that begins at `audio_ms` by what the other tracks carried."""
    found, best = OWN, 0.0
    for name, recent in others.items():
        alike = likeness(audio, audio_ms, recent)
        if alike.verdict is not Verdict.OWN and alike.correlation > best:
            found, best = Judgement(alike.verdict, name), alike.correlation
    return found


def likeness(audio: Samples, audio_ms: float, other: Recent) -> Likeness:
    """Compare a segment with one other track."""
    length_ms = audio.size / PER_MS
    around = other.between(audio_ms - _LATE_MS, length_ms + _EARLY_MS + _LATE_MS)
    # What is fainter than the segment is not its original: most tracks are done with here.
    if _power(around) <= _power(audio):
        return Likeness(0.0)
    alike = _alike(_bands(audio), _bands(around))
    if alike.correlation < _LIKELY:
        return alike
    return replace(alike, coherence=_coherence(audio, around, _LATE_MS - alike.lag_ms))


def _power(samples: Samples) -> float:
    return float(np.dot(samples, samples))


def _coherence(audio: Samples, around: Samples, at_ms: int) -> float:
    """Peak of the whitened cross-correlation near `at_ms` into `around`, in standard deviations of chance."""
    skip = max(0, audio.size - _FINE_S * RATE) // 2
    piece = audio[skip : skip + _FINE_S * RATE]
    margin = round(_FINE_MS * PER_MS)
    start = round(at_ms * PER_MS) + skip - margin
    other = around[max(start, 0) : start + piece.size + 2 * margin]
    size = 1 << (piece.size + other.size - 1).bit_length()
    product = np.conj(np.fft.rfft(piece, size)) * np.fft.rfft(other, size)
    hertz = np.arange(product.size) * RATE / size
    heard = (hertz > _LOWEST_HZ) & (hertz < _HIGHEST_HZ)
    white = np.where(heard, product / (np.abs(product) + 1e-12), 0)
    wave = np.fft.irfft(white, size)
    chance = float(np.sqrt(np.mean(wave**2)))
    return float(np.abs(wave[: 2 * margin + 1]).max()) / chance if chance else 0.0


def _bands(samples: Samples) -> Bands:
    count = max(1, (samples.size - _WINDOW) // _HOP + 1)
    padded = samples if samples.size >= _WINDOW else np.pad(samples, (0, _WINDOW - samples.size))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][:count]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), axis=1)) ** 2 / _WINDOW
    edges = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _BANDS + 1) * _WINDOW / RATE
    starts = np.unique(np.round(edges).astype(int))
    sums = np.add.reduceat(power[:, : starts[-1]], starts[:-1], axis=1)
    return (10 * np.log10(sums + 1e-9)).astype(np.float32)


def _alike(segment: Bands, around: Bands) -> Likeness:
    segment, loudness = _cut(segment)
    around, _ = _cut(around)
    active = loudness > np.percentile(loudness, 95) - _RANGE_DB + 5
    lags = around.shape[0] - segment.shape[0] + 1
    if lags < 1 or active.sum() < 5:
        return Likeness(0.0)
    pattern = _centred(segment[active])
    best, at = -1.0, 0
    for lag in range(lags):
        other = _centred(around[lag : lag + segment.shape[0]][active])
        scale = float(np.linalg.norm(pattern) * np.linalg.norm(other))
        correlation = float((pattern * other).sum()) / scale if scale > 0 else 0.0
        if correlation > best:
            best, at = correlation, lag
    difference = segment - _lingering(around)[at : at + segment.shape[0]]
    gain = np.median(difference[active], axis=0)
    excess = np.clip(difference[active] - gain, 0, None).mean(axis=1)
    mean = (around[at : at + segment.shape[0]] - segment)[active]
    return Likeness(
        best,
        _LATE_MS - at * _HOP_MS,
        float(np.median(mean)),
        int(active.sum()),
        int((excess > _OWN_DB).sum()),
    )


def _cut(bands: Bands) -> tuple[Bands, NDArray[np.float32]]:
    """Bands without what lies far below the loudest, which is noise; and the loudness of each frame."""
    loudness = (10 * np.log10((10 ** (bands / 10)).sum(axis=1))).astype(np.float32)
    floor = np.percentile(bands, 98, axis=0) - _RANGE_DB
    return np.maximum(bands, floor).astype(np.float32), loudness


def _centred(bands: Bands) -> Bands:
    centred: Bands = bands - bands.mean(axis=0)
    return centred


def _lingering(bands: Bands) -> Bands:
    """The bands with the echo that a room leaves of them."""
    found = bands.copy()
    for frame in range(1, found.shape[0]):
        np.maximum(found[frame], found[frame - 1] - _DECAY_DB, out=found[frame])
    return found

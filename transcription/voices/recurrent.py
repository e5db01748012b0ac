"""Resemblyzer's voice encoder on plain numpy: three LSTM layers over 40 mel bands, Wan et al. 2018 (GE2E).

Its package brings the weights; neither it nor torch is imported, because both are large and slow to load, and
because its own sound handling needs a voice detector that we have already.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..pcm import RATE, Samples
from .embedder import Vectors, unit
from .torch_file import NotReadable, read

_FFT = 400
_HOP = 160
_BANDS = 40
_LAYERS = 3
_HIDDEN = 256
_LOUD = 10 ** (-30 / 20)
"""Root mean square that fainter speech is raised to: the encoder learnt on it."""

Floats = NDArray[np.float32]


class RecurrentEncoder:
    """The encoder with its weights; unit vectors of 256 numbers, none of them negative."""

    name = "resemblyzer"
    apart = 0.87
    # Measured on real dialogue: two people 0.83, two halves of one person 0.92 to 0.96.

    def __init__(self, weights: Path) -> None:
        """Read the weights, which must have been verified before; raises `NotReadable`."""
        table = read(weights, "model_state")
        try:
            self._layers = [_Layer(table, n) for n in range(_LAYERS)]
            self._out, self._bias = table["linear.weight"].T.copy(), table["linear.bias"]
        except KeyError as error:
            raise NotReadable(f"the weights have no {error}") from error

    def embed(self, pieces: Sequence[Samples]) -> Vectors:
        """One row for each piece."""
        found = np.zeros((len(pieces), _HIDDEN), np.float32)
        for size in {piece.size for piece in pieces}:
            rows = [row for row, piece in enumerate(pieces) if piece.size == size]
            found[rows] = self._alike([pieces[row] for row in rows])
        return found

    def _alike(self, pieces: Sequence[Samples]) -> Vectors:
        # (frames, pieces, bands)
        steps = np.stack([mel(_raised(piece)) for piece in pieces], axis=1)
        for layer in self._layers:
            steps = layer.run(steps)
        return unit(np.maximum(steps[-1] @ self._out + self._bias, 0))


class _Layer:
    def __init__(self, table: Mapping[str, Floats], number: int) -> None:
        self._input = table[f"lstm.weight_ih_l{number}"].T.copy()
        self._memory = table[f"lstm.weight_hh_l{number}"].T.copy()
        self._bias = table[f"lstm.bias_ih_l{number}"] + table[f"lstm.bias_hh_l{number}"]

    def run(self, steps: Floats) -> Floats:
        """(frames, pieces, inputs) → (frames, pieces, hidden); gates in torch's order: i, f, g, o."""
        given = steps @ self._input + self._bias
        hidden = np.zeros((steps.shape[1], _HIDDEN), np.float32)
        cell = np.zeros_like(hidden)
        out = np.empty((*steps.shape[:2], _HIDDEN), np.float32)
        for at in range(steps.shape[0]):
            gates = given[at] + hidden @ self._memory
            inlet, keep = _sigmoid(gates[:, :_HIDDEN]), _sigmoid(gates[:, _HIDDEN : 2 * _HIDDEN])
            fresh = np.tanh(gates[:, 2 * _HIDDEN : 3 * _HIDDEN])
            cell = keep * cell + inlet * fresh
            hidden = _sigmoid(gates[:, 3 * _HIDDEN :]) * np.tanh(cell)
            out[at] = hidden
        return out


def _sigmoid(values: Floats) -> Floats:
    # By way of tanh, which cannot overflow.
    found: Floats = 0.5 * np.tanh(0.5 * values) + np.float32(0.5)
    return found


def _raised(piece: Samples) -> Samples:
    level = float(np.sqrt(np.mean(piece**2))) if piece.size else 0.0
    return (piece * (_LOUD / level)).astype(np.float32) if 0 < level < _LOUD else piece


def mel(piece: Samples) -> Floats:
    """Power in 40 mel bands (Slaney's scale and areas), (frames of 10 ms, bands)."""
    padded = np.pad(piece, _FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FFT) / _FFT)
    power = np.abs(np.fft.rfft(frames * window.astype(np.float32), axis=1)) ** 2
    found: Floats = (power @ _FILTERS).astype(np.float32)
    return found


def _filters() -> Floats:
    """Triangles of equal area, (frequencies, bands); linear below 1 kHz and logarithmic above."""
    per_octave = np.log(6.4) / 27
    top = 15 + np.log(RATE / 2 / 1000) / per_octave
    marks = np.linspace(0, top, _BANDS + 2)
    hertz = np.where(marks < 15, marks * 200 / 3, 1000 * np.exp(per_octave * (marks - 15)))
    at = np.fft.rfftfreq(_FFT, 1 / RATE)[:, None]
    rising = (at - hertz[:-2]) / np.diff(hertz)[:-1]
    falling = (hertz[2:] - at) / np.diff(hertz)[1:]
    found: Floats = (np.maximum(0, np.minimum(rising, falling)) * 2 / (hertz[2:] - hertz[:-2])).astype(
        np.float32
    )
    return found


_FILTERS = _filters()

"""Diarization error rate: the share of speech that is missed, invented or given to the wrong voice (pure).

As NIST and dscore count it: a forgiving collar around every boundary of the reference, overlap counted, and
each voice of the answer mapped to at most one speaker so that the most time agrees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

_STEP_S = 0.01


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody speaks from `start_s` to `end_s`."""

    who: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Seconds of each kind of error, and of speech in the reference that counts."""

    speech_s: float
    missed_s: float
    invented_s: float
    confused_s: float

    @property
    def percent(self) -> float:
        """The rate; 0 where there is no speech to be wrong about."""
        wrong = self.missed_s + self.invented_s + self.confused_s
        return 100 * wrong / self.speech_s if self.speech_s else 0.0


def spans_of(rttm: str) -> list[Span]:
    """The spans of an RTTM text (NIST RT-09, appendix A): `SPEAKER file channel start length . . name`."""
    rows = [line.split() for line in rttm.splitlines() if line.startswith("SPEAKER")]
    return [Span(row[7], float(row[3]), float(row[3]) + float(row[4])) for row in rows]


def error_rate(reference: Sequence[Span], answer: Sequence[Span], collar_s: float = 0.25) -> ErrorRate:
    """Compare on a grid of 10 ms; up to eight voices in the answer."""
    end = max((span.end_s for span in (*reference, *answer)), default=0.0)
    truth, told = _grid(reference, end), _grid(answer, end)
    counts = ~_near(reference, collar_s, end)
    truth, told = truth[:, counts], told[:, counts]
    there, said = truth.sum(axis=0), told.sum(axis=0)
    right = _agreed(truth.astype(int) @ told.T.astype(int))
    both = int(np.minimum(there, said).sum())
    return ErrorRate(
        speech_s=round(float(there.sum()) * _STEP_S, 2),
        missed_s=round(float(np.maximum(there - said, 0).sum()) * _STEP_S, 2),
        invented_s=round(float(np.maximum(said - there, 0).sum()) * _STEP_S, 2),
        confused_s=round((both - right) * _STEP_S, 2),
    )


def _grid(spans: Sequence[Span], end_s: float) -> NDArray[np.bool_]:
    names = sorted({span.who for span in spans})
    grid = np.zeros((max(1, len(names)), _at(end_s)), bool)
    for span in spans:
        grid[names.index(span.who), _at(span.start_s) : _at(span.end_s)] = True
    return grid


def _near(reference: Sequence[Span], collar_s: float, end_s: float) -> NDArray[np.bool_]:
    near = np.zeros(_at(end_s), bool)
    for edge in (at for span in reference for at in (span.start_s, span.end_s)):
        near[max(0, _at(edge - collar_s)) : max(0, _at(edge + collar_s))] = True
    return near


def _at(seconds: float) -> int:
    return round(seconds / _STEP_S)


def _agreed(together: NDArray[np.int_]) -> int:
    """The most steps on which a one-to-one mapping of the rows to the columns agrees."""
    small = together if together.shape[0] <= together.shape[1] else together.T
    rows = range(small.shape[0])
    return max(
        int(sum(small[r, c] for r, c in zip(rows, columns, strict=True)))
        for columns in permutations(range(small.shape[1]), small.shape[0])
    )

"""Stretches of speech → who speaks when: windows, their voices, and turns that do not flicker (pure)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..pcm import PER_MS, Samples
from ..segmenter import Segment
from .clusters import Voices, voices_of
from .embedder import Embedder, Vectors

WINDOW_MS = 1200
HOP_MS = 300
LEAST_MS = 500
"""A shorter stretch says too little of a voice."""
SWITCH = 0.5
"""What a change of voice costs, in cosine summed over hops: a turn must be that much likelier."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One voice speaks; `margin`: how much nearer it is than the next one, a cosine."""

    start_ms: float
    end_ms: float
    voice: int
    margin: float


@dataclass(frozen=True, slots=True)
class Cells:
    """A stretch of speech in steps of `HOP_MS`, the last one maybe shorter, and a vector for each window.

    `covers[cell]`: the windows that the cell lies in.
    """

    start_ms: float
    end_ms: float
    vectors: Vectors
    covers: tuple[tuple[int, ...], ...]

    def likeness(self, voices: Voices) -> NDArray[np.float32]:
        """(cells, voices): the mean cosine of the windows around each cell."""
        alike = voices.likeness(self.vectors)
        found: NDArray[np.float32] = np.stack([alike[list(which)].mean(axis=0) for which in self.covers])
        return found

    def within(self, turn: "Turn") -> Vectors:
        """The windows around the cells of a turn."""
        first = round((turn.start_ms - self.start_ms) / HOP_MS)
        last = max(first + 1, math.ceil((turn.end_ms - self.start_ms) / HOP_MS))
        which = sorted({n for covers in self.covers[first:last] for n in covers})
        found: Vectors = self.vectors[which]
        return found


def cells(segment: Segment, embedder: Embedder) -> Cells | None:
    """Look at a stretch through windows; None when it is too short."""
    first = max(0, round((segment.start_ms - segment.audio_ms) * PER_MS))
    last = round((segment.end_ms - segment.audio_ms) * PER_MS)
    speech = segment.audio[first:last]
    if speech.size < LEAST_MS * PER_MS:
        return None
    size, hop = int(WINDOW_MS * PER_MS), int(HOP_MS * PER_MS)
    begins = list(range(0, max(1, speech.size - size + 1), hop))
    if speech.size > size and begins[-1] + size < speech.size:
        begins.append(speech.size - size)
    pieces: list[Samples] = [speech[at : at + size] for at in begins]
    covers = [
        tuple(n for n, at in enumerate(begins) if at <= middle < at + size)
        for middle in range(min(hop, speech.size) // 2, speech.size, hop)
    ]
    start = segment.audio_ms + first / PER_MS
    return Cells(start, start + speech.size / PER_MS, embedder.embed(pieces), tuple(covers))


def separate(
    speech: Iterable[Segment], people: int, embedder: Embedder, pinned: Sequence[Vectors] = ()
) -> list[Turn]:
    """Who speaks when on a whole track that so many people share; stretches too short are left out."""
    looked = [found for segment in speech if (found := cells(segment, embedder))]
    if not looked:
        return []
    voices = voices_of(np.concatenate([one.vectors for one in looked]), people, pinned)
    return [turn for one in looked for turn in turns(one, voices)]


def turns(one: Cells, voices: Voices) -> list[Turn]:
    """The likeliest course of voices through a stretch of speech."""
    alike = one.likeness(voices)
    path = _course(alike)
    edges = [0, *(n for n in range(1, len(path)) if path[n] != path[n - 1]), len(path)]
    found = []
    for first, last in pairwise(edges):
        begin = one.start_ms + first * HOP_MS
        end = one.end_ms if last == len(path) else one.start_ms + last * HOP_MS
        found.append(Turn(begin, end, path[first], _margin(alike[first:last].mean(axis=0), path[first])))
    return found


def _margin(alike: NDArray[np.float32], voice: int) -> float:
    others = np.delete(alike, voice)
    return float(alike[voice] - others.max()) if others.size else float(alike[voice])


def _course(alike: NDArray[np.float32]) -> Sequence[int]:
    """Viterbi's path: the most likeness in sum, each change of voice costing `SWITCH`."""
    best = alike[0].astype(np.float64)
    came: list[NDArray[np.intp]] = []
    stay = np.arange(alike.shape[1])
    for row in alike[1:]:
        top = int(np.argmax(best))
        moved = best[top] - SWITCH > best
        came.append(np.where(moved, top, stay))
        best = np.where(moved, best[top] - SWITCH, best) + row
    path = [int(np.argmax(best))]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return path[::-1]

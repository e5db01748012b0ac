"""Vectors of one track sorted into the voices of so many people (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .embedder import Vectors, unit

MOST = 400
"""So many vectors are compared with one another; of more an even choice is."""
LEAST = 3
"""A group of fewer windows is an outlier and no voice."""
_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Voices:
    """Voices as unit vectors in rows, and what all sound of the track has in common.

    An encoder finds all speech of one room alike; what tells people apart is only seen beside its middle.
    """

    rows: Vectors
    middle: Vectors

    def likeness(self, vectors: Vectors) -> NDArray[np.float32]:
        """(vectors, voices): cosines, seen from the middle where there is more than one voice."""
        if len(self.rows) < 2:
            return vectors @ self.rows.T
        return unit(vectors - self.middle) @ unit(self.rows - self.middle).T

    def alike(self) -> float:
        """How alike the two most alike voices are, as a cosine; of one voice alone -1."""
        cosines = self.rows @ self.rows.T
        apart = cosines[~np.eye(len(self.rows), dtype=bool)]
        return float(apart.max()) if apart.size else -1.0


def voices_of(vectors: Vectors, people: int, pinned: Sequence[Vectors] = ()) -> Voices:
    """The voices of so many people: the `pinned` ones first, the others in the order they are first heard.

    `pinned`: for each person known beforehand the vectors of a sample. There may be fewer voices than people.
    """
    if len(vectors) > MOST:
        vectors = vectors[np.linspace(0, len(vectors) - 1, MOST).astype(int)]
    samples = [unit(sample.mean(axis=0)) for sample in pinned]
    every = np.concatenate([*pinned, vectors]) if pinned else vectors
    middle = np.mean([*samples, *vectors], axis=0).astype(np.float32)
    if people < 2:
        return Voices(np.stack(samples or [unit(middle)]), middle)
    ends = np.cumsum([0, *(len(sample) for sample in pinned)])
    known = [list(range(a, b)) for a, b in pairwise(ends)]
    groups = _grouped(unit(every - middle), max(people, len(pinned)), known)
    found = Voices(np.stack([unit(every[group].mean(axis=0)) for group in groups]), middle)
    found = _settled(vectors, found, np.stack(samples) if samples else None)
    first = [_first(found.likeness(vectors), k) for k in range(len(groups))]
    kept = len(pinned)
    order = [*range(kept), *sorted(range(kept, len(groups)), key=lambda k: first[k])]
    return Voices(found.rows[order], middle)


def _first(likeness: NDArray[np.float32], voice: int) -> int:
    mine = np.flatnonzero(likeness.argmax(axis=1) == voice)
    return int(mine[0]) if mine.size else len(likeness)


def _grouped(vectors: Vectors, count: int, known: Sequence[list[int]]) -> list[list[int]]:
    """Merge the two groups most alike on average until so many are left that are no mere outliers.

    Groups that are known to be different people never come together.
    """
    in_known = {row for group in known for row in group}
    groups = [*known, *([n] for n in range(len(vectors)) if n not in in_known)]
    means = np.stack([vectors[group].mean(axis=0) for group in groups])
    # The mean of all cosines between two groups is the product of their means.
    alike = (means @ means.T).astype(np.float64)
    np.fill_diagonal(alike, -np.inf)
    alike[: len(known), : len(known)] = -np.inf
    sizes = np.array([len(group) for group in groups])
    alive = len(groups)
    while alive > count:
        one, other = divmod(int(alike.argmax()), len(groups))
        if alike[one, other] == -np.inf:
            break
        if sizes[one] >= LEAST and sizes[other] >= LEAST and (sizes >= LEAST).sum() <= count:
            # Enough voices: what is left over is too little to be one more.
            alike[one, other] = alike[other, one] = -np.inf
            continue
        row = (sizes[one] * alike[one] + sizes[other] * alike[other]) / (sizes[one] + sizes[other])
        groups[one] = groups[one] + groups[other]
        sizes[one], sizes[other] = sizes[one] + sizes[other], 0
        alike[one], alike[:, one] = row, row
        alike[other], alike[:, other], alike[one, one] = -np.inf, -np.inf, -np.inf
        alive -= 1
    rest = sorted(
        (n for n in range(len(known), len(groups)) if sizes[n]), key=lambda n: sizes[n], reverse=True
    )
    return [groups[n] for n in (*range(len(known)), *rest[: max(0, count - len(known))])]


def _settled(vectors: Vectors, voices: Voices, samples: Vectors | None) -> Voices:
    """Move each voice into the middle of what is nearest to it until all rest; samples stay."""
    kept = 0 if samples is None else len(samples)
    rows = voices.rows.copy()
    if samples is not None:
        rows[:kept] = samples
    before: NDArray[np.intp] | None = None
    for _ in range(_ROUNDS):
        owner = Voices(rows, voices.middle).likeness(vectors).argmax(axis=1)
        if before is not None and np.array_equal(owner, before):
            break
        before = owner
        for k in range(kept, len(rows)):
            if (owner == k).any():
                rows[k] = unit(vectors[owner == k].mean(axis=0))
    return Voices(rows, voices.middle)

"""What turns sound into a voice: vectors that lie close together when one person speaks."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..pcm import Samples

Vectors: TypeAlias = NDArray[np.float32]
"""One unit vector, or several as rows."""


class Embedder(Protocol):
    """Sound to vectors; called from one thread at a time, keeps nothing of what it was given."""

    name: str
    apart: float
    """Two groups of vectors whose middles are less alike (cosine) than this are two people."""

    def embed(self, pieces: Sequence[Samples]) -> Vectors:
        """A unit vector in a row for each piece of speech (16 kHz); pieces of one length cost least."""
        ...


def unit(vectors: Vectors) -> Vectors:
    """The same directions, of length one; what has no direction stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    found: Vectors = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return found

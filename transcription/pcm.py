"""Sound as the scribe handles it: 16 kHz mono float samples with their media time."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]

RATE = 16_000
PER_MS = RATE / 1000


@dataclass(frozen=True, slots=True)
class Pcm:
    """A run of samples; `jump` says that what came before does not join on to it."""

    at_ms: float
    samples: Samples
    jump: bool = False


def silence(milliseconds: float) -> Samples:
    """That much silence."""
    return np.zeros(round(milliseconds * PER_MS), np.float32)

"""Whisper's encoder given as much as was said, where the library always gives it thirty seconds."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

AFTER = 600
"""Frames (10 ms each) of padding left behind the speech: with less, the end of a sentence is missed.

With the rehearsal voices six seconds lose nothing against thirty; one second loses 4.5 % of the characters.
"""
STEP = 100

Features = NDArray[np.float32]


def trimmed(features: Features) -> Features:
    """Log-mel frames (…, 3000) without most of the padding at their end, in steps of a second."""
    sounding = np.flatnonzero(features.reshape(-1, features.shape[-1]).any(axis=0))
    last = int(sounding[-1]) + 1 if sounding.size else 0
    length = min(features.shape[-1], -(-(last + AFTER) // STEP) * STEP)
    return np.ascontiguousarray(features[..., :length])


def fit(model: Any) -> None:
    """Make a `WhisperModel` encode only what is there: CTranslate2 takes shorter windows as they are.

    Decoding and alignment share what was encoded. Whisper was trained on whole windows: with real weights a
    fitted one is quicker and may be less true, so it is the installation's choice.
    """
    encode = model.encode
    model.encode = lambda features: encode(trimmed(features))

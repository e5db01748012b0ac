"""Live speech that was told as missed, kept small in memory until the scribe has a quiet moment."""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .pcm import RATE
from .scribe import LATER, Errand

ROOM_S = 900.0
"""29 MB. What does not fit is done after the close, from the recording."""


@dataclass(frozen=True, slots=True)
class _Kept:
    errand: Errand
    audio: NDArray[np.int16]


class Backlog:
    """First missed, first tried again; each once."""

    def __init__(self, room_s: float = ROOM_S) -> None:
        self._room_s = room_s
        self._kept: deque[_Kept] = deque()

    @property
    def seconds(self) -> float:
        """How much speech is kept."""
        return sum(kept.audio.size for kept in self._kept) / RATE

    def keep(self, errand: Errand) -> bool:
        """Take a missed errand in; False when it does not fit or had its second chance."""
        if errand.again or self.seconds + errand.seconds > self._room_s:
            return False
        sound = errand.segment.audio
        second = Errand(
            errand.speaker,
            replace(errand.segment, audio=sound[:0].copy()),
            errand.told,
            errand.room,
            errand.hot_words,
            errand.language,
            LATER,
            errand.wording,
            again=True,
        )
        self._kept.append(_Kept(second, (np.clip(sound, -1, 1) * 32767).astype(np.int16)))
        return True

    def next(self) -> Errand | None:
        """The oldest one, to be handed in again; it belongs to the caller now."""
        if not self._kept:
            return None
        kept = self._kept.popleft()
        audio = kept.audio.astype(np.float32) / np.float32(32767)
        kept.errand.segment = replace(kept.errand.segment, audio=audio)
        return kept.errand

    def forget(self, room: str) -> None:
        """Leave a room's missed speech to the recording."""
        self._kept = deque(kept for kept in self._kept if kept.errand.room != room)

"""One track that several people share, as it is heard: whose voice each stretch of speech has.

The vectors stay in this object's memory and end with it; nothing of a voice is ever written anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..pcm import PER_MS, Samples
from ..segmenter import Segment
from .clusters import LEAST, Voices, voices_of
from .embedder import Embedder, Vectors, unit
from .turns import HOP_MS, Cells, Turn, cells, turns

_MEMORY = 240
_STRANGE = 0.05
"""So much below the embedder's `apart` a few windows may lie and still be of a voice."""
_QUIET_MS = 20


@dataclass(frozen=True, slots=True)
class Voiced:
    """A stretch of speech in one voice; without evidence `voice` is empty.

    `confidence`: how much nearer it is to this voice than to the next, 0 to 1; no probability.
    """

    segment: Segment
    voice: str = ""
    confidence: float = 0.0


class SharedTrack:
    """Finds up to `people` voices; a voice keeps its name (v1, v2, …) however the grouping shifts.

    `used`: names up to this one were given before, by somebody whose memory is lost, and are not given again.
    """

    def __init__(self, embedder: Embedder, people: int, used: int = 0) -> None:
        self.people = people
        self._embedder = embedder
        self._memory: list[NDArray[np.float32]] = []
        self._voices: Voices | None = None
        self._names: list[str] = []
        self._given = used

    def hear(self, segment: Segment) -> list[Voiced]:
        """Take the next stretch of speech; where the voice changes inside, it is cut."""
        looked = cells(segment, self._embedder)
        if looked is None:
            return [Voiced(segment)]
        self._remember(looked.vectors)
        voices = self._sorted()
        told = [(turn, *self._judged(turn, looked, voices)) for turn in turns(looked, voices)]
        joined: list[tuple[float, str, float]] = []
        for turn, name, confidence in told:
            if joined and joined[-1][1] == name:
                confidence = min(confidence, joined.pop()[2])
            joined.append((turn.end_ms, name, confidence))
        ends = [end for end, _, _ in joined[:-1]]
        return [
            Voiced(part, name, confidence)
            for part, (_, name, confidence) in zip(_cut(segment, ends), joined, strict=True)
        ]

    def _remember(self, vectors: Vectors) -> None:
        self._memory += list(vectors)
        if len(self._memory) > _MEMORY:
            # What is long ago is remembered ever more thinly, what is recent in full.
            half = len(self._memory) // 2
            self._memory = self._memory[:half:2] + self._memory[half:]

    def _sorted(self) -> Voices:
        """As many voices as there is evidence for; never fewer than before."""
        known = self._voices
        vectors = np.stack(self._memory)
        for count in range(self.people, 0, -1):
            found = voices_of(vectors, count)
            if known and len(found.rows) < len(known.rows):
                break
            if count == 1 or (len(found.rows) == count and self._evident(found, vectors)):
                self._voices = self._named(found)
                break
        assert self._voices is not None
        return self._voices

    def _evident(self, found: Voices, vectors: Vectors) -> bool:
        sizes = np.bincount(found.likeness(vectors).argmax(axis=1), minlength=len(found.rows))
        return bool(sizes.min() >= LEAST) and found.alike() < self._embedder.apart

    def _named(self, found: Voices) -> Voices:
        """The voices in the order of the names that they have had, new ones behind."""
        left = list(range(len(found.rows)))
        order: list[int] = []
        for old in self._voices.rows if self._voices else ():
            best = max(left, key=lambda k: float(found.rows[k] @ old))
            left.remove(best)
            order.append(best)
        for _ in left:
            self._given += 1
            self._names.append(f"v{self._given}")
        return Voices(found.rows[[*order, *left]], found.middle)

    def _judged(self, turn: Turn, looked: Cells, voices: Voices) -> tuple[str, float]:
        name = self._names[turn.voice]
        if len(voices.rows) >= self.people:
            return name, round(min(1.0, max(0.0, turn.margin)), 2)
        # Not everybody has been heard yet: it may be somebody new of whom there is too little so far.
        alike = float(unit(looked.within(turn).mean(axis=0)) @ voices.rows[turn.voice])
        strange = self._embedder.apart - _STRANGE
        if alike < strange:
            return "", 0.0
        return name, round((alike - strange) / (1 - strange), 2)


def _cut(segment: Segment, ends_ms: Sequence[float]) -> list[Segment]:
    """The segment in parts that end at the quietest moment near the given ones."""
    places = [_quietest(segment, at) for at in ends_ms]
    edges = [0, *places, segment.audio.size]
    parts = []
    for n, (first, last) in enumerate(pairwise(edges)):
        audio = segment.audio[first:last]
        begin = segment.audio_ms + first / PER_MS
        start = segment.start_ms if n == 0 else begin
        end = segment.end_ms if last == segment.audio.size else begin + audio.size / PER_MS
        parts.append(Segment(start, end, begin, audio))
    return parts


def _quietest(segment: Segment, at_ms: float) -> int:
    """The sample at which a cut near a moment harms least."""
    frame = round(_QUIET_MS * PER_MS)
    middle = round((at_ms - segment.audio_ms) * PER_MS)
    reach = round(HOP_MS / 2 * PER_MS)
    first = max(frame, middle - reach)
    around: Samples = segment.audio[first : min(segment.audio.size - frame, middle + reach)]
    count = around.size // frame
    if count < 1:
        return middle
    loudness = (around[: count * frame].reshape(count, frame) ** 2).sum(axis=1)
    return first + int(loudness.argmin()) * frame + frame // 2

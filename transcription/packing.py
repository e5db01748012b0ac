"""Several utterances of one track in one window of the recogniser, and their words apart again (pure).

Whisper encodes thirty seconds whatever it is given: a sentence of two seconds alone costs as much as ten such
sentences together. Only speech of one track shares a window, so that whose words they are is never guessed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .doubt import doubt
from .pcm import PER_MS, RATE, Samples, silence
from .scribe import Recognition
from .segmenter import Segment
from .utterance import Word

LONGEST_S = 28.0
GAP_MS = 400.0
"""Silence between two utterances in a window: enough to be heard as a pause."""


@dataclass(frozen=True, slots=True)
class Window:
    """Segments one after the other; `offsets_ms` are where they begin in `audio`."""

    segments: tuple[Segment, ...]
    offsets_ms: tuple[float, ...]
    audio: Samples


def packed(segments: Iterable[Segment], longest_s: float = LONGEST_S) -> Iterator[Window]:
    """Windows with as many of a track's segments, in order, as fit; with 0 each segment is alone."""
    waiting: list[Segment] = []
    size = 0.0
    for segment in segments:
        length = segment.audio.size + GAP_MS * PER_MS
        if waiting and size + length > longest_s * RATE:
            yield _window(waiting)
            waiting, size = [], 0.0
        waiting.append(segment)
        size += length
    if waiting:
        yield _window(waiting)


def _window(segments: Sequence[Segment]) -> Window:
    if len(segments) == 1:
        return Window((segments[0],), (0.0,), segments[0].audio)
    gap, sounds, offsets, at = silence(GAP_MS), list[Samples](), list[float](), 0
    for segment in segments:
        offsets.append(at / PER_MS)
        sounds += [segment.audio, gap]
        at += segment.audio.size + gap.size
    return Window(tuple(segments), tuple(offsets), np.concatenate(sounds))


def unpacked(window: Window, found: Recognition) -> list[Recognition | None]:
    """Of each segment its share of the words; None where there is none: to be recognised by itself."""
    if len(window.segments) == 1:
        return [found]
    shares: list[list[Word]] = [[] for _ in window.segments]
    for word in found.words:
        shares[_place(window, (word.start_ms + word.end_ms) / 2)].append(word)
    if found.doubt:
        return [None] * len(shares)
    parts = zip(window.segments, window.offsets_ms, shares, strict=True)
    return [_share(found, words, offset, segment) for segment, offset, words in parts]


def _place(window: Window, at_ms: float) -> int:
    """The segment that sounds at this moment, in a gap the nearer one."""

    def distance(number: int) -> float:
        begin = window.offsets_ms[number]
        end = begin + window.segments[number].audio.size / PER_MS
        return max(begin - at_ms, at_ms - end, 0.0)

    return min(range(len(window.segments)), key=distance)


def _share(
    found: Recognition, words: Sequence[Word], offset_ms: float, segment: Segment
) -> Recognition | None:
    shift = round(offset_ms)
    own = tuple(Word(w.text, w.start_ms - shift, w.end_ms - shift, w.probability) for w in words)
    text = "".join(w.text for w in own).strip()
    if doubt(text, segment.audio.size / RATE, 0.0, 0.0):
        return None
    return Recognition(text, own, found.confidence, found.language)

"""Voice activity → stretches of speech (pure): fed one 32 ms chunk at a time, for one stream."""

from dataclasses import dataclass

import numpy as np

from .pcm import PER_MS, Samples


@dataclass(frozen=True, slots=True)
class Pace:
    """When a stretch of speech begins, ends and is cut."""

    onset: float = 0.5
    offset: float = 0.35
    pre_roll_ms: float = 256
    tail_ms: float = 200
    endpoint_ms: float = 600
    soft_ms: float = 8000
    hard_ms: float = 10000
    pause_ms: float = 150
    least_ms: float = 160


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech: `start_ms` to `end_ms` is speech, `audio` (from `audio_ms`) has a little more."""

    start_ms: float
    end_ms: float
    audio_ms: float
    audio: Samples


@dataclass(frozen=True, slots=True)
class _Chunk:
    at_ms: float
    samples: Samples
    probability: float
    voiced: bool

    @property
    def end_ms(self) -> float:
        return self.at_ms + self.samples.size / PER_MS


class Segmenter:
    """Cuts one stream at its pauses; a pause of `endpoint_ms` ends an utterance."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self.too_short = 0
        self._before: list[_Chunk] = []
        self._open: list[_Chunk] = []
        self._quiet_ms = 0.0

    @property
    def speaking(self) -> bool:
        """Whether a stretch of speech is open."""
        return bool(self._open)

    @property
    def open_ms(self) -> float:
        """How long the open stretch is, from its first voice."""
        return self._open[-1].end_ms - self._start_ms() if self._open else 0.0

    @property
    def due_ms(self) -> float:
        """The least time until the open stretch can end by what is heard."""
        pace, length = self.pace, self.open_ms
        soft = max(pace.soft_ms - length, pace.pause_ms - self._quiet_ms)
        return max(0.0, min(pace.endpoint_ms - self._quiet_ms, soft, pace.hard_ms - length))

    def so_far(self) -> Segment | None:
        """The open stretch as it is now."""
        if not self._open:
            return None
        voiced = [c for c in self._open if c.voiced]
        audio = np.concatenate([c.samples for c in self._open])
        return Segment(voiced[0].at_ms, voiced[-1].end_ms, self._open[0].at_ms, audio)

    def feed(self, samples: Samples, at_ms: float, probability: float) -> Segment | None:
        """Take the next chunk; answer with a segment when one is complete."""
        if not self._open:
            self._wait(samples, at_ms, probability)
            return None
        chunk = _Chunk(at_ms, samples, probability, self._judge(samples, probability))
        self._open.append(chunk)
        length = chunk.end_ms - self._start_ms()
        if self._quiet_ms >= self.pace.endpoint_ms:
            return self._end()
        if length >= self.pace.soft_ms and self._quiet_ms >= self.pace.pause_ms:
            return self._end()
        if length >= self.pace.hard_ms:
            return self._cut()
        return None

    def flush(self) -> Segment | None:
        """The stream stops here: hand over what is open and forget the rest."""
        segment = self._end() if self._open else None
        self._before = []
        return segment

    def _wait(self, samples: Samples, at_ms: float, probability: float) -> None:
        voiced = probability >= self.pace.onset
        chunk = _Chunk(at_ms, samples, probability, voiced)
        if voiced:
            self._open = [*self._before, chunk]
            self._before = []
            self._quiet_ms = 0.0
            return
        self._before.append(chunk)
        while self._before and chunk.end_ms - self._before[0].at_ms > self.pace.pre_roll_ms:
            self._before.pop(0)

    def _judge(self, samples: Samples, probability: float) -> bool:
        if probability >= self.pace.onset:
            self._quiet_ms = 0.0
            return True
        # Between the two thresholds a voice goes on, but a pause already begun goes on too.
        if probability >= self.pace.offset and not self._quiet_ms:
            return True
        self._quiet_ms += samples.size / PER_MS
        return False

    def _start_ms(self) -> float:
        return next(c.at_ms for c in self._open if c.voiced)

    def _end(self) -> Segment | None:
        last = max(i for i, c in enumerate(self._open) if c.voiced)
        stop = self._open[last].end_ms + self.pace.tail_ms
        body = [c for i, c in enumerate(self._open) if i <= last or c.end_ms <= stop]
        self._before = [
            c for c in self._open[len(body) :] if self._open[-1].end_ms - c.at_ms <= self.pace.pre_roll_ms
        ]
        self._open = []
        self._quiet_ms = 0.0
        return self._segment(body)

    def _cut(self) -> Segment | None:
        """Nobody paused: cut at the faintest moment between the soft and the hard limit."""
        earliest = self._start_ms() + self.pace.soft_ms
        places = [i for i, c in enumerate(self._open) if c.at_ms >= earliest] or [len(self._open) - 1]
        at = min(places, key=lambda i: (self._open[i].probability, _loudness(self._open[i].samples)))
        body, rest = self._open[: at + 1], self._open[at + 1 :]
        self._open = rest if any(c.voiced for c in rest) else []
        self._before = [] if self._open else rest
        if not self._open:
            self._quiet_ms = 0.0
        return self._segment(body)

    def _segment(self, body: list[_Chunk]) -> Segment | None:
        voiced = [c for c in body if c.voiced]
        if sum(c.samples.size for c in voiced) / PER_MS < self.pace.least_ms:
            self.too_short += 1
            return None
        audio = np.concatenate([c.samples for c in body])
        return Segment(voiced[0].at_ms, voiced[-1].end_ms, body[0].at_ms, audio)


def _loudness(samples: Samples) -> float:
    return float(np.abs(samples).mean())

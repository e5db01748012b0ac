"""The scribe's desk: segments queue for one recogniser, in order, and none is lost without a word."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from .pcm import PER_MS, RATE, Samples
from .segmenter import Segment
from .utterance import Utterance, Word
from .wording.wording import VERBATIM, Wording

logger = logging.getLogger(__name__)

LIVE = 0
LATER = 1


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a recogniser made of some audio; word times count from its beginning.

    `doubt` says why the text should not be believed; empty when it should.
    """

    text: str
    words: tuple[Word, ...]
    confidence: float
    language: str
    doubt: str = ""


class Recogniser(Protocol):
    """Speech to text; called from one thread, may take its time, may raise."""

    engine: str

    def recognise(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """Write down one utterance."""
        ...


@dataclass(slots=True)
class Errand:
    """One segment on its way to text; `told` is called once, from the scribe's thread.

    It gets an utterance, or None with the reason: overloaded, failed, doubtful, forgotten.
    """

    speaker: str
    segment: Segment
    told: Callable[["Errand", Utterance | None, str], None]
    room: str = ""
    hot_words: tuple[str, ...] = ()
    language: str = "zh"
    priority: int = LIVE
    wording: Wording = VERBATIM
    handed_in: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Length of the audio."""
        return self.segment.audio.size / RATE


class Scribe:
    """A bounded queue before one recogniser thread: live speech first, each priority in order of arrival."""

    def __init__(self, recogniser: Recogniser, room_s: float = 120.0) -> None:
        self.recogniser = recogniser
        self.counts = dict.fromkeys(("written", "overloaded", "failed", "doubtful", "forgotten"), 0)
        self.waiting_s = 0.0
        self.busy_s = 0.0
        self._room_s = room_s
        self._queue: list[tuple[int, int, Errand]] = []
        self._order = itertools.count()
        self._lock = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)

    def start(self) -> None:
        """Start the recogniser's thread."""
        self._thread.start()

    def put(self, errand: Errand) -> bool:
        """Hand an errand in; when too much waits already it is refused, and told so at once."""
        with self._lock:
            fits = not self._closed and self.waiting_s + errand.seconds <= self._room_s
            if fits:
                heapq.heappush(self._queue, (errand.priority, next(self._order), errand))
                self.waiting_s += errand.seconds
                self._lock.notify()
        if not fits:
            self._tell(errand, None, "overloaded")
        return fits

    def forget(self, room: str) -> None:
        """Take a room's waiting errands out of the queue."""
        with self._lock:
            gone = [item[2] for item in self._queue if item[2].room == room]
            self._queue = [item for item in self._queue if item[2].room != room]
            heapq.heapify(self._queue)
            self.waiting_s = sum(item[2].seconds for item in self._queue)
        for errand in gone:
            self._tell(errand, None, "forgotten")

    def close(self, patience_s: float = 2.0) -> None:
        """Stop; what still waits is told to be forgotten."""
        with self._lock:
            self._closed = True
            gone = [item[2] for item in self._queue]
            self._queue = []
            self.waiting_s = 0.0
            self._lock.notify()
        for errand in gone:
            self._tell(errand, None, "forgotten")
        if self._thread.is_alive():
            self._thread.join(patience_s)

    def _run(self) -> None:
        while (errand := self._next()) is not None:
            began = time.monotonic()
            utterance, reason = self._write(errand)
            self.busy_s += time.monotonic() - began
            self._tell(errand, utterance, reason)

    def _next(self) -> Errand | None:
        with self._lock:
            while not self._queue and not self._closed:
                self._lock.wait()
            if self._closed:
                return None
            errand = heapq.heappop(self._queue)[2]
            self.waiting_s = max(0.0, self.waiting_s - errand.seconds)
            return errand

    def _write(self, errand: Errand) -> tuple[Utterance | None, str]:
        try:
            found = self.recogniser.recognise(errand.segment.audio, errand.language, errand.hot_words)
        except (
            Exception
        ) as error:  # a supervisor: whatever an engine throws costs one utterance, not the thread
            logger.warning("the recogniser failed: %s", type(error).__name__)
            return None, "failed"
        if found.doubt:
            return None, "doubtful"
        return utterance_of(errand, found, self.recogniser.engine), ""

    def _tell(self, errand: Errand, utterance: Utterance | None, reason: str) -> None:
        with self._lock:
            self.counts[reason or "written"] += 1
        errand.told(errand, utterance, reason)


def utterance_of(errand: Errand, found: Recognition, engine: str) -> Utterance:
    """Put a recognition on the media clock, and its words into writing."""
    segment = errand.segment
    worded = errand.wording.worded(found.text)
    begin, end = segment.audio_ms, segment.audio_ms + segment.audio.size / PER_MS

    def at(milliseconds: int) -> int:
        # Engines now and then put a word into the silence they padded the sound with.
        return max(0, round(min(begin + milliseconds, end)))

    words = tuple(Word(w.text, at(w.start_ms), at(w.end_ms), w.probability) for w in found.words)
    return Utterance(
        speaker=errand.speaker,
        start_ms=max(0, round(segment.start_ms)),
        end_ms=max(0, round(segment.end_ms)),
        text=worded.text,
        spoken=worded.spoken,
        words=words,
        confidence=found.confidence,
        language=found.language,
        engine=engine,
    )

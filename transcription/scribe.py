"""The scribe's desk: segments queue for one recogniser, live speech first, none lost without a word."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from .pcm import PER_MS, RATE, Samples
from .quickness import Quickness
from .segmenter import Segment
from .utterance import Utterance, Word
from .wording.wording import VERBATIM, Wording

logger = logging.getLogger(__name__)

LIVE = 0
LATER = 1
PRESSED_S = 10.0
"""So much live speech waiting is overload: from here on whoever presides is written down first."""


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


@runtime_checkable
class Sketcher(Protocol):
    """A recogniser that can also write down roughly, in less time."""

    @property
    def sketches(self) -> bool:
        """Whether what it makes of half a sentence is worth reading."""

    def sketch(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        """The text so far, without word times."""
        ...


@dataclass(slots=True, eq=False)
class Sketch:
    """An open utterance on its way to interim text; `told` gets it, empty when there is none to show.

    Told once or, when a whole text wants the recogniser before it is begun, never.
    """

    room: str
    speaker: str
    segment: Segment
    told: Callable[["Sketch", str], None]
    hot_words: tuple[str, ...] = ()
    language: str = "zh"


@dataclass(slots=True, eq=False)
class Errand:
    """One segment on its way to text; `told` is called once, from whichever thread knows.

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
    presiding: bool = False
    """Whether the speaker presides over the room: goes first when not everybody can."""
    again: bool = False
    """Whether it was told as missed already and is tried again."""
    cross_talk: str = ""
    voice: str = ""
    voice_confidence: float = 0.0
    handed_in: float = field(default_factory=time.monotonic)
    settled: bool = False

    @property
    def seconds(self) -> float:
        """Length of the audio."""
        return self.segment.audio.size / RATE


class Scribe:
    """A bounded queue before one recogniser thread: live speech first, each priority in order of arrival.

    Live speech may wait up to `room_s` seconds of audio, and what is for later up to as much again.
    """

    def __init__(self, recogniser: Recogniser, room_s: float = 120.0) -> None:
        self.recogniser = recogniser
        self.counts = dict.fromkeys(("written", "overloaded", "failed", "doubtful", "forgotten"), 0)
        self.busy_s = 0.0
        self.quickness = Quickness()
        self._sketch: Sketch | None = None
        self._sketching = False
        self._room_s = room_s
        self._queue: list[Errand] = []
        self._in_hand: list[Errand] = []
        self._lock = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)

    def start(self) -> None:
        """Start the recogniser's thread."""
        self._thread.start()

    @property
    def waiting_s(self) -> float:
        """Seconds of audio that wait."""
        with self._lock:
            return sum(one.seconds for one in self._queue)

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing is in hand."""
        with self._lock:
            return self._is_idle()

    def _is_idle(self) -> bool:
        return not (self._queue or self._in_hand or self._sketch or self._sketching)

    def sketch(self, sketch: Sketch) -> bool:
        """Have an open utterance sketched, if there is nothing else to do at all."""
        with self._lock:
            fits = self._is_idle() and not self._closed and isinstance(self.recogniser, Sketcher)
            if fits:
                self._sketch = sketch
                self._lock.notify()
        return fits

    def lags(self, now: float) -> dict[str, float]:
        """Of each room with live speech not yet written down: seconds since the oldest was handed in."""
        found: dict[str, float] = {}
        with self._lock:
            for one in (*self._in_hand, *self._queue):
                if one.priority == LIVE and not one.settled:
                    found[one.room] = max(found.get(one.room, 0.0), now - one.handed_in)
        return found

    def put(self, errand: Errand) -> bool:
        """Hand an errand in; what finds no room is refused, and told so at once.

        For whoever presides, room is made: the newest live speech of others is refused instead.
        """
        refused: list[Errand] = []
        with self._lock:
            if errand.presiding and not self._fits(errand):
                refused = self._make_way(errand)
            fits = not self._closed and self._fits(errand)
            if fits:
                self._queue.append(errand)
                self._sketch = None
                self._lock.notify()
            else:
                refused.append(errand)
        for one in refused:
            self._tell(one, None, "overloaded")
        return fits

    def forget(self, room: str, priority: int | None = None) -> None:
        """Take a room's errands (of one priority only, when given) back, also the one in hand."""

        def meant(one: Errand) -> bool:
            return one.room == room and priority in (None, one.priority)

        with self._lock:
            gone = [one for one in (*self._in_hand, *self._queue) if meant(one)]
            self._queue = [one for one in self._queue if not meant(one)]
            if self._sketch and self._sketch.room == room:
                self._sketch = None
        for errand in gone:
            self._tell(errand, None, "forgotten")

    def close(self, patience_s: float = 2.0) -> None:
        """Stop; what still waits is told to be forgotten."""
        with self._lock:
            self._closed = True
            gone, self._queue = self._queue, []
            self._lock.notify()
        for errand in gone:
            self._tell(errand, None, "forgotten")
        if self._thread.is_alive():
            self._thread.join(patience_s)

    def _fits(self, errand: Errand) -> bool:
        waiting = sum(one.seconds for one in self._queue if one.priority == errand.priority)
        return waiting + errand.seconds <= self._room_s

    def _make_way(self, errand: Errand) -> list[Errand]:
        gone: list[Errand] = []
        for one in reversed([one for one in self._queue if one.priority == LIVE and not one.presiding]):
            if self._fits(errand):
                break
            self._queue.remove(one)
            gone.append(one)
        return gone

    def _run(self) -> None:
        while errand := self._next():
            began = time.monotonic()
            if isinstance(errand, Sketch):
                self._outline(errand, began)
                continue
            utterance, reason = self._write(errand)
            self.busy_s += (took := time.monotonic() - began)
            if not reason:
                self.quickness.text_took(took)
            with self._lock:
                self._in_hand = []
            self._tell(errand, utterance, reason)

    def _outline(self, sketch: Sketch, began: float) -> None:
        text = ""
        try:
            assert isinstance(self.recogniser, Sketcher)
            found = self.recogniser.sketch(sketch.segment.audio, sketch.language, sketch.hot_words)
            text = "" if found.doubt else found.text
        except Exception as error:  # as in _write: it costs one sketch
            logger.warning("a sketch failed: %s", type(error).__name__)
        took = time.monotonic() - began
        self.busy_s += took
        self.quickness.sketch_took(took)
        with self._lock:
            self._sketching = False
        sketch.told(sketch, text)

    def _next(self) -> Errand | Sketch | None:
        with self._lock:
            while not self._queue and not self._sketch and not self._closed:
                self._lock.wait()
            if self._closed:
                return None
            if not self._queue:
                sketch, self._sketch, self._sketching = self._sketch, None, True
                return sketch
            errand = self._first()
            self._queue.remove(errand)
            self._in_hand = [errand]
            return errand

    def _first(self) -> Errand:
        live = [one for one in self._queue if one.priority == LIVE]
        pressed = sum(one.seconds for one in live) > PRESSED_S
        presiding = [one for one in live if one.presiding] if pressed else []
        return (presiding or live or self._queue)[0]

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
            if errand.settled:
                return
            errand.settled = True
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
        hints=worded.hints,
        words=words,
        confidence=found.confidence,
        language=found.language,
        engine=engine,
        cross_talk=errand.cross_talk,
        voice=errand.voice,
        voice_confidence=errand.voice_confidence,
    )

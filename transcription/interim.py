"""Interim text: what somebody is saying now, sketched before the sentence is over where there is time.

A sketch is no utterance: it is shown grey, kept nowhere, and gives way to the text that follows.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from .listener import Listener
from .scribe import Scribe, Sketch, Sketcher
from .segmenter import Segment, Segmenter
from .wording.wording import Wording

EVERY_S = 0.7
"""From one sketch of a speaker to the next; looked at four times a second, so that none is older than one."""
LEAST_MS = 600.0
"""Of less nothing can be read."""
SLACK = 1.2
"""A sketch may take so much longer than was expected."""
LONGEST_S = 0.5
"""A recogniser that needs longer has no time for sketches: a sentence is over 0.6 s after its last sound."""


class Turns:
    """Whose sentence is sketched next: whoever waited longest; nobody when a text could come late by it."""

    def __init__(self, mode: str = "auto") -> None:
        """`mode`: `auto` where the engine leaves time, `on` always (a text may wait for one), `off`."""
        self.mode = mode
        self._last: dict[str, float] = {}

    def next(self, speaking: Mapping[str, Segmenter], expected_s: float | None, now: float) -> str:
        """The stream to sketch now, of those in the middle of a sentence; empty when there is none."""
        self._last = {name: self._last.get(name, -EVERY_S) for name in speaking}
        if not self._time_for(speaking.values(), expected_s):
            return ""
        ready = [
            name
            for name, segmenter in speaking.items()
            if now - self._last[name] >= EVERY_S and segmenter.open_ms >= LEAST_MS
        ]
        chosen = min(ready, key=self._last.__getitem__, default="")
        if chosen:
            self._last[chosen] = now
        return chosen

    def _time_for(self, speaking: Iterable[Segmenter], expected_s: float | None) -> bool:
        if self.mode != "auto":
            return self.mode == "on"
        if expected_s is None or expected_s > LONGEST_S:
            return False
        return all(one.due_ms >= expected_s * SLACK * 1000 for one in speaking)


class Stream(Protocol):
    """One person's stream."""

    @property
    def listener(self) -> Listener:
        """Where its open utterance is."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is sketched for: streams by `room/participant`, the wording of each room that is listened to."""

    streams: Callable[[], Mapping[str, Stream]]
    wordings: Callable[[str], Wording | None]
    """None for a room that wants no more text."""
    own: Callable[[str, str, Segment], bool]
    """Whether it is known at once who spoke: no loudspeaker, no microphone of several people."""


class Interim:
    """Has the scribe sketch open utterances in its spare time; emits `interim` events, empty when void."""

    def __init__(self, need: Mapping[str, Any], emit: Callable[[dict[str, Any]], None], heard: Heard) -> None:
        """`need`: the worker's, with `interim` as for `Turns`."""
        self._turns = Turns(str(need.get("interim") or "auto"))
        self._emit = emit
        self._heard = heard
        self._shown: set[str] = set()

    def look(self, scribe: Scribe | None, now: float) -> None:
        """Four times a second: begin a sketch if there is a sentence to sketch and time for it."""
        if self._turns.mode == "off" or scribe is None or not scribe.idle or not self._able(scribe):
            return
        speaking = {
            name: stream.listener.segmenter
            for name, stream in self._heard.streams().items()
            if stream.listener.speaking and self._heard.wordings(name.partition("/")[0]) is not None
        }
        name = self._turns.next(speaking, scribe.quickness.expected_s, now) if speaking else ""
        segment = speaking[name].so_far() if name else None
        room, _, speaker = name.partition("/")
        wording = self._heard.wordings(room)
        if segment is None or wording is None or not self._heard.own(room, speaker, segment):
            return
        loop = asyncio.get_running_loop()

        def told(sketch: Sketch, text: str) -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._show, sketch, text)

        scribe.sketch(Sketch(room, speaker, segment, told, hot_words=wording.names))

    def over(self, room: str, speaker: str, written: bool) -> None:
        """An utterance is done with; where no text comes of it, what was shown of it is taken back."""
        name = f"{room}/{speaker}"
        if name in self._shown:
            self._shown.discard(name)
            if not written:
                self._tell(room, speaker, 0, "")

    def _able(self, scribe: Scribe) -> bool:
        recogniser = scribe.recogniser
        return isinstance(recogniser, Sketcher) and (recogniser.sketches or self._turns.mode == "on")

    def _show(self, sketch: Sketch, text: str) -> None:
        name = f"{sketch.room}/{sketch.speaker}"
        stream, wording = self._heard.streams().get(name), self._heard.wordings(sketch.room)
        still = stream.listener.segmenter.so_far() if stream else None
        # The sentence may be over meanwhile: its text is on the way.
        if text and wording and still and still.start_ms == sketch.segment.start_ms:
            self._shown.add(name)
            self._tell(sketch.room, sketch.speaker, round(sketch.segment.start_ms), wording.worded(text).text)

    def _tell(self, room: str, speaker: str, start_ms: int, text: str) -> None:
        self._emit(
            {"type": "interim", "room": room, "participant": speaker, "start_ms": start_ms, "text": text}
        )

"""Interim text: whose turn it is, when there is no time for it, and that texts come first."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from tests.support.scripted_recogniser import ScriptedRecogniser
from transcription.interim import Heard, Interim, Turns
from transcription.listener import Listener
from transcription.pcm import Samples
from transcription.quickness import Quickness
from transcription.scribe import Errand, Recognition, Scribe, Sketch
from transcription.segmenter import Segment, Segmenter
from transcription.wording.wording import VERBATIM

CHUNK = np.zeros(512, np.float32)


def speaking(voiced: int, quiet: int = 0, segmenter: Segmenter | None = None) -> Segmenter:
    """So many chunks of 32 ms with a voice, then so many without."""
    segmenter = segmenter or Segmenter()
    for number in range(voiced + quiet):
        segmenter.feed(CHUNK, number * 32.0, 0.9 if number < voiced else 0.0)
    return segmenter


def test_an_open_stretch_tells_what_it_has_and_when_it_can_end() -> None:
    assert Segmenter().so_far() is None and Segmenter().open_ms == 0
    some = speaking(50, 5)
    found = some.so_far()
    assert found is not None and (found.start_ms, found.end_ms, found.audio.size) == (0, 1600, 55 * 512)
    assert some.due_ms == 600 - 160
    # From eight seconds on any short pause ends it.
    assert speaking(240).due_ms == pytest.approx(8000 - 240 * 32)
    assert speaking(252).due_ms == 150


def test_who_has_waited_longest_is_next_and_nobody_twice_within_a_moment() -> None:
    turns, both = Turns("on"), {"a": speaking(40), "b": speaking(40)}
    assert [turns.next(both, None, at) for at in (0.0, 0.25, 0.5, 0.75, 1.0)] == ["a", "b", "", "a", "b"]
    assert turns.next({"a": speaking(10)}, None, 9.0) == "", "too short to be read"


@pytest.mark.parametrize(
    ("mode", "expected_s", "segmenter", "chosen"),
    [
        ("auto", 0.3, speaking(50), "a"),
        ("auto", None, speaking(50), ""),
        ("auto", 0.6, speaking(50), ""),
        ("auto", 0.3, speaking(50, 12), ""),
        ("auto", 0.1, speaking(50, 12), "a"),
        ("auto", 0.3, speaking(245), ""),
        ("on", 9.0, speaking(50, 12), "a"),
        ("off", 0.1, speaking(50), ""),
    ],
)
def test_a_sketch_begins_only_where_no_text_can_be_due_before_it_is_done(
    mode: str, expected_s: float | None, segmenter: Segmenter, chosen: str
) -> None:
    assert Turns(mode).next({"a": segmenter}, expected_s, 5.0) == chosen


def test_a_slow_sketch_is_believed_until_texts_are_quick_again() -> None:
    pace = Quickness()
    pace.text_took(2.0)
    pace.sketch_took(0.4)
    assert pace.expected_s == pytest.approx(1.52)
    pace.text_took(0.3)
    pace.sketch_took(0.9)
    assert pace.expected_s == 0.9


@dataclass
class Sketching(ScriptedRecogniser):
    """Sketches too, when it is let."""

    sketches: bool = True
    drawn: list[int] = field(default_factory=list)
    drawing: threading.Event = field(default_factory=threading.Event)
    let: threading.Event = field(default_factory=threading.Event)

    def sketch(self, audio: Samples, language: str, hot_words: Sequence[str]) -> Recognition:
        self.drawing.set()
        assert self.let.wait(10)
        self.drawn.append(audio.size)
        return Recognition("半句", (), 0.5, language)


def segment() -> Segment:
    return Segment(0.0, 1000.0, 0.0, np.zeros(16_000, np.float32))


def test_a_text_drops_the_sketch_that_waits_and_only_one_is_ever_begun() -> None:
    recogniser, told, done = Sketching(), list[str](), threading.Event()
    scribe = Scribe(recogniser)
    sketch = Sketch("r", "p", segment(), lambda _, text: told.append(text))
    assert scribe.sketch(sketch) and not scribe.sketch(sketch), "one waits"
    assert scribe.put(Errand("p", segment(), lambda *_: done.set()))
    assert not scribe.sketch(sketch), "a text waits"
    scribe.start()
    assert done.wait(10)
    assert told == [] and recogniser.drawn == [] and scribe.counts["written"] == 1
    scribe.close()
    assert not Scribe(ScriptedRecogniser()).sketch(sketch), "it cannot"


class Stream:
    """A stream in the middle of a sentence."""

    def __init__(self) -> None:
        self.listener = Listener()
        speaking(60, 0, self.listener.segmenter)


async def shown(events: list[dict[str, Any]], count: int) -> list[tuple[str, str]]:
    async with asyncio.timeout(10):
        while len(events) < count:
            await asyncio.sleep(0.01)
    return [(event["participant"], event["text"]) for event in events]


async def test_what_is_sketched_is_shown_and_taken_back_when_no_text_comes_of_it() -> None:
    recogniser, events, streams = Sketching(), list[dict[str, Any]](), {"r/p": Stream()}
    recogniser.let.set()
    scribe = Scribe(recogniser)
    scribe.start()
    private: set[str] = set()
    heard = Heard(lambda: streams, lambda r: None if r in private else VERBATIM, lambda *_: True)
    interim = Interim({"interim": "on"}, events.append, heard)
    interim.look(scribe, 1.0)
    assert await shown(events, 1) == [("p", "半句")]
    assert events[0]["type"] == "interim" and events[0]["room"] == "r"
    interim.over("r", "p", written=True)
    interim.over("r", "p", written=False)
    assert len(events) == 1, "its text took its place"
    interim.look(scribe, 2.0)
    await shown(events, 2)
    interim.over("r", "p", written=False)
    assert (await shown(events, 3))[-1] == ("p", "")
    private.add("r")
    interim.look(scribe, 3.0)
    assert scribe.idle
    scribe.close()


async def test_a_sketch_that_comes_after_the_end_of_its_sentence_is_not_shown() -> None:
    recogniser, events, stream = Sketching(), list[dict[str, Any]](), Stream()
    scribe = Scribe(recogniser)
    scribe.start()
    interim = Interim(
        {"interim": "on"}, events.append, Heard(lambda: {"r/p": stream}, lambda _: VERBATIM, lambda *_: True)
    )
    interim.look(scribe, 1.0)
    assert await asyncio.to_thread(recogniser.drawing.wait, 10)
    assert stream.listener.pause()
    recogniser.let.set()
    async with asyncio.timeout(10):
        while not scribe.idle:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    assert recogniser.drawn and events == []
    scribe.close()

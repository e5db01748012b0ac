"""After the close the scribe writes down what it missed; killed in between it writes nothing twice."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from room_server.engine.seam import WorkerError, WorkerGone
from room_server.recovery import catching
from room_server.recovery.catching import catch_up
from room_server.recovery.spans import holes
from room_server.rules import events as e
from tests.room_server.test_recovery_spans import Noted, heard, missed

WHO = "p_1"
NONE_DONE = [missed(WHO, 1000, 2000), missed(WHO, 9000, 10_000), missed("p_2", 20_000, 21_000)]


class Books:
    """A closed sitting."""

    id = "s_1"

    def __init__(self, entries: list[Noted]) -> None:
        self.entries = entries
        self.batches: list[list[str]] = []

    async def told(self, *events: e.Event) -> None:
        """Store facts together."""
        self.entries += [Noted(event) for event in events]
        self.batches.append([type(event).__name__ for event in events])


class Scribe:
    """A scribe that answers, dies (`gone`) or refuses as its script says; then it answers."""

    def __init__(self, script: str = "") -> None:
        self.script = list(script)
        self.asked: list[tuple[Any, ...]] = []

    async def call(self, kind: str, method: str, *args: Any, wait: float = 10.0) -> Any:
        """One stretch."""
        assert (kind, method) == ("scribe", "catch_up")
        what = self.script.pop(0) if self.script else "."
        if what == "g":
            raise WorkerGone("scribe")
        if what == "e":
            raise WorkerError("EngineAbsent", "no model")
        self.asked.append(args)
        times = {"start_ms": int(args[3]) + 250, "end_ms": int(args[4]) - 200}
        text = {"text": "好", "words": [], "confidence": 0.9, "language": "zh", "engine": "x"}
        return {"utterances": [{"participant": args[2], **times, **text}]}


async def fill(books: Books, scribe: Scribe) -> list[str]:
    left = await catch_up(books.entries, books, scribe, Path("/r"), ["王强"])  # type: ignore[arg-type]
    return [hole.participant for hole in left]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching, "_AGAIN_S", 0.0)


async def test_each_hole_is_filled_once_with_its_fact() -> None:
    books, scribe = Books(list(NONE_DONE)), Scribe()
    assert await fill(books, scribe) == []
    assert scribe.asked[0] == ("s_1", "/r", WHO, 750, 2200, ["王强"])
    assert books.batches == [["UtteranceHeard", "SpeechCaughtUp"]] * 3
    names = [entry.body["utterance"] for entry in books.entries if entry.type == "UtteranceHeard"]
    assert names == ["u1000.p_1", "u9000.p_1", "u20000.p_2"]
    assert await fill(books, scribe) == [] and len(scribe.asked) == 3


async def test_a_scribe_that_dies_in_between_is_waited_for() -> None:
    books, scribe = Books(list(NONE_DONE)), Scribe(".gg..")
    assert await fill(books, scribe) == []
    assert len(scribe.asked) == 3 and len(books.batches) == 3


async def test_a_scribe_that_stays_away_leaves_the_holes_for_another_time() -> None:
    books = Books(list(NONE_DONE))
    assert await fill(books, Scribe(".ggggg")) == [WHO, "p_2"]
    scribe = Scribe()
    assert await fill(books, scribe) == []
    assert [args[2] for args in scribe.asked] == [WHO, "p_2"]


async def test_what_cannot_be_written_down_holds_nothing_else_up() -> None:
    books = Books(list(NONE_DONE))
    assert await fill(books, Scribe(".e.")) == [WHO]
    assert len(holes(books.entries)) == 1


async def test_speech_that_was_heard_after_all_is_not_looked_for() -> None:
    books, scribe = Books([*NONE_DONE, heard(WHO, 1000, 2000)]), Scribe()
    assert await fill(books, scribe) == []
    assert [args[2] for args in scribe.asked] == [WHO, "p_2"]


def test_the_new_fact_is_read_back() -> None:
    fact = e.SpeechCaughtUp(participant=WHO, start_ms=1, end_ms=2, utterances=0)
    assert msgspec.convert(msgspec.to_builtins(fact), e.Event) == fact

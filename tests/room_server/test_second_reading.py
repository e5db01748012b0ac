"""`heting transcribe --second-pass`: the recording is read again, the differences are suggestions."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlmodel import Session

from room_server.commands.second_reading import read_again
from room_server.commands.transcribing import NotTranscribed
from room_server.recovery.recorded import microphones
from room_server.recovery.second_pass import PassFailed, need_of
from room_server.rules import events as e
from room_server.rules.people import Participant, Role
from room_server.settings import Settings
from room_server.store import hearings, journal
from room_server.store.database import Database
from tests.support.speech import quiet, spoken, webm

HEARD, MISSED = "现在开始调解", "请各方核对身份"


@dataclass
class Books:
    """A sitting nobody has come to yet, in a real database."""

    database: Database
    id: str


@pytest.fixture
async def books(tmp_path: Path) -> AsyncIterator[Books]:
    database = Database(f"sqlite:///{tmp_path / 'heting.db'}")
    await database.open()
    plan: dict[str, Any] = {"case_number": "1", "title": "劳动争议", "kind": "mediation", "seats": []}

    def prepare(session: Session) -> str:
        booking = hearings.book(session, **plan, starts_at=0, now=0)
        return hearings.begin_sitting(session, booking.id, 0)

    yield Books(database, await database.write(prepare))
    await database.close()


async def test_a_closed_sitting_is_read_again_and_keeps_its_text(books: Books, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, rehearsal=True)
    folder = settings.recordings / books.id
    folder.mkdir(parents=True)
    first = np.concatenate([quiet(500), spoken(HEARD), quiet(900)])
    # A file that was never finished is read as it is.
    webm(folder / "p_a.microphone.e1.webm", np.concatenate([first, spoken(MISSED), quiet(900)]))
    await journal.append(books.database, books.id, facts(books.id, 500, round(first.size / 16) - 900))
    with pytest.raises(NotTranscribed, match="there is no sitting"):
        await read_again(settings, "s_9", "")
    found = await read_again(settings, books.id, "")
    entries = await journal.read(books.database, books.id)
    assert (found["lines"], found["suggestions"]) == (1, 2)
    assert [entry.type for entry in entries[-3:]] == ["SecondPassBegan", "TextSuggested", "SecondPassEnded"]
    changed, missing = entries[-2].body["suggestions"]
    assert (changed["line"], changed["said"], changed["text"]) == ("u500.p_a", "现在开始挑解", HEARD)
    assert (missing["line"], missing["said"], missing["text"]) == ("", "", MISSED)
    assert entries[-1].body["outcome"] == "done" and entries[-1].body["sha256"]


def facts(sitting: str, start: int, end: int) -> list[journal.Fact]:
    who = Participant(id="p_a", name="钱兰", role=Role.MEDIATOR)
    prepared = e.SittingPrepared(
        sitting=sitting,
        case_number="1",
        case_title="劳动争议",
        hearing="h_1",
        kind="mediation",
        organisation="委员会",
        rehearsal=True,
        participants=[who],
    )
    line = e.UtteranceHeard(
        utterance="u500.p_a",
        participant="p_a",
        start_ms=start,
        end_ms=end,
        text="现在开始挑解",
        words=[],
        confidence=0.5,
        language="zh",
        engine="tiny",
    )
    course: list[e.Event] = [
        prepared,
        e.Joined(participant="p_a", device="d"),
        e.Admitted(participant="p_a"),
        e.Moved(participant="p_a", origin="lobby", place="table"),
        e.Opened(),
        line,
        e.Closed(reason=""),
    ]
    return [("system", 1000 + n, None if n < 5 else (n - 4) * 20_000, fact) for n, fact in enumerate(course)]


def test_only_a_model_that_is_installed_writes_and_broken_recordings_say_so(tmp_path: Path) -> None:
    with pytest.raises(PassFailed, match="not installed"):
        need_of(Settings(data=tmp_path), "large-v3", False)
    (tmp_path / "manifest.json").write_text("[")
    with pytest.raises(ValueError):
        microphones(tmp_path, 1000)

"""The work after the close: done once, done again after a change, and its failure is a fact."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from room_server.finishing import steps as finishing
from room_server.finishing.steps import Finisher
from room_server.rules import events as e
from room_server.rules.room import SYSTEM
from room_server.settings import Settings
from room_server.store import hearings, journal, reviews
from room_server.store.database import Database
from room_server.store.review_tables import ReviewConclusion
from room_server.verifying import verify
from signing.keys import open_key
from tests.room_server.test_rules_decisions import heard
from tests.support.people import EVERYBODY


class Books:
    """A closed sitting's journal in a real database."""

    def __init__(self, database: Database, sitting: str) -> None:
        self.database = database
        self.id = sitting
        self.at = 1_795_300_000_000

    async def told(self, *events: e.Event) -> None:
        """Store facts a second apart."""
        self.at += 1000
        facts = [(SYSTEM, self.at, 1000, event) for event in events]
        await journal.append(self.database, self.id, facts)

    async def kinds(self) -> list[str]:
        """The kinds of documents and failures, in order."""
        entries = await journal.read(self.database, self.id)
        return [
            str(n.body.get("kind") or n.body.get("work"))
            for n in entries
            if n.type in ("DocumentMade", "WorkFailed")
        ]


@pytest.fixture
async def books(tmp_path: Path) -> AsyncIterator[Books]:
    """A sitting that was prepared and closed without ever being opened."""
    database = Database(f"sqlite:///{tmp_path / 'heting.db'}")
    await database.open()

    def prepare(session: Any) -> str:
        booking = hearings.book(
            session,
            case_number="示范〔2026〕1号",
            title="拖欠工资",
            kind="mediation",
            starts_at=0,
            seats=[],
            now=0,
        )
        return hearings.begin_sitting(session, booking.id, 0)

    made = Books(database, await database.write(prepare))
    await made.told(
        e.SittingPrepared(
            sitting=made.id,
            case_number="示范〔2026〕1号",
            case_title="拖欠工资",
            hearing="h_1",
            kind="mediation",
            organisation="示范调解中心",
            rehearsal=True,
            participants=EVERYBODY,
        ),
        e.Closed(),
    )
    yield made
    await database.close()


def finisher(books: Books, folder: Path) -> Finisher:
    """A finisher without workers, as the command line uses it."""
    return Finisher(Settings(data=folder / "var"), books.database, None)


async def test_documents_are_made_once_and_the_case_file_verifies(books: Books, tmp_path: Path) -> None:
    work = finisher(books, tmp_path)
    assert await work.finish(books)
    assert await books.kinds() == ["minutes", "casefile"]
    assert await work.finish(books)
    assert await books.kinds() == ["minutes", "casefile"]
    entries = await journal.read(books.database, books.id)
    bag = tmp_path / "var" / "files" / books.id / entries[-1].body["file"]
    fingerprint = open_key(tmp_path / "var" / "keys").fingerprint
    assert verify(bag, fingerprint).findings == []
    assert verify(bag, "00" * 32).findings != []
    assert json.loads((bag / "seal.json").read_text())["rehearsal"] is True


async def test_what_is_said_later_makes_them_anew(books: Books, tmp_path: Path) -> None:
    work = finisher(books, tmp_path)
    assert await work.finish(books)
    await books.told(heard("u1"))
    assert await work.finish(books)
    assert await books.kinds() == ["minutes", "casefile", "minutes", "casefile"]
    entries = await journal.read(books.database, books.id)
    assert verify(tmp_path / "var" / "files" / books.id / entries[-1].body["file"]).findings == []


async def test_a_failure_is_a_fact_and_can_be_repeated(
    books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = finisher(books, tmp_path)

    async def full(module: str, function: str, *args: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(finishing, "_apart", full)
        assert await work.finish(books) is False
    entries = await journal.read(books.database, books.id)
    assert entries[-1].body == {"work": "minutes", "reason": "No space left on device"}
    assert await work.finish(books)
    assert await books.kinds() == ["minutes", "minutes", "casefile"]


async def test_a_working_process_that_dies_is_a_reason(books: Books, tmp_path: Path) -> None:
    with pytest.raises(BrokenProcessPool) as caught:
        await finishing._apart("os", "_exit", 9)
    assert finishing._reason(caught.value) == "the working process died"


async def test_a_conclusion_of_a_panel_goes_into_the_secondary_file(books: Books, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "var")
    finisher = Finisher(settings, books.database, None)
    assert await finisher.finish(books)
    assert await books.kinds() == ["minutes", "casefile"]
    booking = await books.database.read(lambda s: hearings.find_by_sitting(s, books.id))
    assert booking is not None
    folder, paper = settings.files / "reviews" / booking.id, b"%PDF advice"
    folder.mkdir(parents=True)
    (folder / "conclusion-1.pdf").write_bytes(paper)
    row: dict[str, Any] = {
        "hearing": booking.id,
        "version": 1,
        "at": 1,
        "by": "p",
        "text": "t",
        "majority": "[]",
    }
    row |= {"opinions": "[]", "number": "", "file": "conclusion-1.pdf", "bytes": len(paper)}
    digest = hashlib.sha256(paper).hexdigest()
    await books.database.write(lambda s: reviews.conclude(s, ReviewConclusion(sha256=digest, **row)))
    assert await finisher.finish(books)
    assert await finisher.finish(books)
    assert await books.kinds() == ["minutes", "casefile", "conclusion", "casefile"]
    entries = await journal.read(books.database, books.id)
    bag = settings.files / books.id / str(entries[-1].body["file"])
    assert (bag / "data/副卷/会审意见书.pdf").read_bytes() == paper
    assert verify(bag).findings == []
    (bag / "data/副卷/会审意见书.pdf").write_bytes(b"%PDF others")
    assert verify(bag).findings != []


async def test_a_long_catching_up_keeps_no_other_sitting_waiting(
    books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, began, go = finisher(books, tmp_path), asyncio.Event(), asyncio.Event()
    speech = work._speech

    async def slow(sitting: finishing.Ledger) -> None:
        if sitting is books:
            began.set()
            await go.wait()
        await speech(sitting)

    monkeypatch.setattr(work, "_speech", slow)
    first = asyncio.create_task(work.finish(books))
    await began.wait()
    other = Books(books.database, books.id)
    other.id = "s_other"
    papers: list[str] = []

    async def made(sitting: finishing.Ledger) -> None:
        papers.append(sitting.id)

    with monkeypatch.context() as quick:
        for step in ("_recording", "_minutes", "_evidence_list", "_conclusion", "_casefile"):
            quick.setattr(work, step, made)
        async with asyncio.timeout(30):
            assert await work.finish(other)
    assert papers == ["s_other"] * 5 and not first.done()
    go.set()
    assert await first

"""Evidence in the database: numbers that are never given twice, and a history that nobody changes."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from room_server.rules.people import Role
from room_server.store import case_history, evidence, hearings
from room_server.store.database import Database
from room_server.store.evidence import NewEvidence, WrongState
from room_server.store.evidence_tables import EvidenceRow
from room_server.store.hearings import NewSeat

FACTS = {"format": "pdf", "kind": "document", "pages": 2, "seconds": 0, "active": False, "sha256": "a" * 64}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/heting.db")
    await database.open()
    yield database
    await database.close()


async def book(database: Database, number: str = "1") -> str:
    seats = [NewSeat(name="张三", role=Role.APPLICANT, side="applicant")]
    booking = await database.write(
        lambda s: hearings.book(
            s, case_number=number, title="t", kind="mediation", starts_at=1, seats=seats, now=1
        )
    )
    return booking.id


async def draft(database: Database, hearing: str, side: str = "applicant", size: int = 5) -> EvidenceRow:
    new = NewEvidence(
        hearing=hearing,
        side=side,
        title="合同",
        purpose="p",
        file="a.pdf",
        size=size,
        actor="p_1",
        by="张三",
    )
    row = await database.write(lambda s: evidence.begin(s, new, 1))
    await database.write(lambda s: evidence.received(s, row.id, "p_1", 2))
    return await database.write(lambda s: evidence.examined(s, row.id, FACTS, 3))


async def submit(database: Database, row: EvidenceRow, at: int = 4) -> EvidenceRow:
    return await database.write(lambda s: evidence.submit(s, row.id, "p_1", at))


async def test_numbers_run_per_side_in_order_of_submission(database: Database) -> None:
    hearing = await book(database)
    first, second, third = [await draft(database, hearing) for _ in range(3)]
    other = await draft(database, hearing, "respondent")
    assert [(await submit(database, row)).number for row in (second, other, first)] == [1, 1, 2]
    assert (await submit(database, second)).number == 1, "submitting twice changes nothing"
    await database.write(lambda s: evidence.withdraw(s, first.id, "重复", "p_1", 5))
    assert (await submit(database, third)).number == 3, "a withdrawn item keeps its number"
    elsewhere = await draft(database, await book(database, "2"))
    assert (await submit(database, elsewhere)).number == 1


async def test_a_second_hearing_of_the_case_sees_the_same_evidence(database: Database) -> None:
    first, second = await book(database), await book(database)
    row = await submit(database, await draft(database, first))
    found = await database.read(lambda s: evidence.before_hearing(s, second))
    assert [one.id for one in found] == [row.id]
    assert await database.read(lambda s: evidence.before_hearing(s, first))
    other = await book(database, "2")
    assert not await database.read(lambda s: evidence.before_hearing(s, other))


async def test_what_is_deleted_takes_no_number_and_no_room(database: Database) -> None:
    hearing = await book(database)
    case = await database.read(lambda s: evidence.case_of(s, hearing))
    row, kept = await draft(database, hearing), await draft(database, hearing, size=7)
    await database.write(lambda s: evidence.delete(s, row.id, "p_1", 9))
    await database.write(lambda s: evidence.delete(s, row.id, "p_1", 9))
    assert [one.id for one in await database.read(lambda s: evidence.of_case(s, case))] == [kept.id]
    assert await database.read(lambda s: evidence.weight(s, case, "applicant")) == (1, 7)
    assert (await submit(database, kept)).number == 1
    acts = await database.read(lambda s: evidence.history(s, row.id))
    assert [act["act"] for act in acts] == ["announced", "received", "accepted", "deleted"]


async def test_each_step_has_its_time(database: Database) -> None:
    hearing = await book(database)
    row = await draft(database, hearing)
    steps: list[Any] = [
        lambda s: evidence.withdraw(s, row.id, "", "p_1", 5),
        lambda s: evidence.examined(s, row.id, FACTS, 5),
        lambda s: evidence.received(s, row.id, "p_1", 5),
        lambda s: evidence.refused(s, row.id, "x", 5),
    ]
    for step in steps:
        with pytest.raises(WrongState, match="draft"):
            await database.write(step)
    await database.write(lambda s: evidence.describe(s, row.id, "新标题", "新目的", None, "p_1", 5))
    submitted = await submit(database, row)
    assert (submitted.title, submitted.purpose, submitted.submitted_at) == ("新标题", "新目的", 4)
    for step in (
        lambda s: evidence.describe(s, row.id, "x", "", None, "p_1", 5),
        lambda s: evidence.delete(s, row.id, "p_1", 5),
    ):
        with pytest.raises(WrongState, match="submitted"):
            await database.write(step)
    await database.write(lambda s: evidence.withdraw(s, row.id, "重复", "p_1", 5))
    again = await database.write(lambda s: evidence.withdraw(s, row.id, "另一理由", "p_1", 6))
    assert (again.reason, again.withdrawn_at, again.number) == ("重复", 5, 1)
    with pytest.raises(WrongState, match="withdrawn"):
        await submit(database, row)


@pytest.mark.parametrize("change", ["UPDATE evidence_act SET actor = 'x'", "DELETE FROM evidence_act"])
async def test_the_history_is_append_only(database: Database, change: str) -> None:
    await draft(database, await book(database))
    with pytest.raises(IntegrityError, match="append-only"):
        await database.write(lambda s: s.execute(text(change)))


async def test_a_number_cannot_be_given_twice_even_by_hand(database: Database) -> None:
    hearing = await book(database)
    first, second = await draft(database, hearing), await draft(database, hearing)
    await submit(database, first)
    change = text("UPDATE evidence SET number = 1 WHERE id = :id")
    with pytest.raises(IntegrityError):
        await database.write(lambda s: s.execute(change, {"id": second.id}))


async def test_the_history_of_the_case_names_what_was_submitted_and_taken_back(database: Database) -> None:
    hearing = await book(database)
    row = await submit(database, await draft(database, hearing))
    await database.write(lambda s: evidence.withdraw(s, row.id, "重复", "p_1", 5))
    told = await database.read(lambda s: case_history.history(s, row.case_id))
    assert [(one.what, one.note, one.at) for one in told if one.what.startswith("evidence_")] == [
        ("evidence_submitted", "申证1", 4),
        ("evidence_withdrawn", "申证1", 5),
    ]

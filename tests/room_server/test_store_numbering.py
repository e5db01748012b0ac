"""Numbers: without gaps, never twice, whoever asks at the same time and whatever fails."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session

from room_server.law.terms import terms
from room_server.store import cases, numbering, organisations
from room_server.store.database import Database
from room_server.store.tables import StaffAccount

KIND = terms().numbers["mediation"]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/heting.db")
    await database.open()
    await database.write(_prepare)
    yield database
    await database.close()


def _prepare(session: Session) -> None:
    session.add(StaffAccount(id="a", name="a", person="a", role="", password_hash="", created_at=1))
    session.flush()
    organisations.rename(session, organisations.root(session), None, "厦湖")
    cases.file(
        session,
        organisation=organisations.root(session),
        title="t",
        cause="pay",
        route="consult",
        summary="",
        is_group=False,
        by="a",
        now=1,
        number="厦湖劳人调〔2026〕3号",
    )


def give(session: Session, year: int = 2026) -> str:
    case = cases.by_number(session, "厦湖劳人调〔2026〕3号")
    assert case is not None
    row = numbering.give(
        session,
        kind=KIND,
        organisation=organisations.root(session),
        year=year,
        case=case.id,
        by="a",
        now=1,
    )
    return row.number


async def test_numbers_have_the_form_of_the_template_and_years_of_their_own(database: Database) -> None:
    assert await database.write(give) == "厦湖劳人调〔2026〕1号"
    assert await database.write(lambda s: give(s, 2027)) == "厦湖劳人调〔2027〕1号"
    assert await database.write(give) == "厦湖劳人调〔2026〕2号"


async def test_a_number_typed_by_hand_is_passed_over(database: Database) -> None:
    numbers = [await database.write(give) for _ in range(4)]
    assert numbers == [f"厦湖劳人调〔2026〕{n}号" for n in (1, 2, 4, 5)]


async def test_many_at_once_count_without_gaps(tmp_path: Path, database: Database) -> None:
    other = Database(database.url)
    await other.open()
    try:
        numbers = await asyncio.gather(
            *((database if n % 2 else other).write(lambda s: give(s, 2030)) for n in range(40))
        )
    finally:
        await other.close()
    assert sorted(numbers) == sorted(f"厦湖劳人调〔2030〕{n}号" for n in range(1, 41))


async def test_what_fails_afterwards_leaves_no_gap(database: Database) -> None:
    def half(session: Session) -> None:
        give(session)
        raise KeyError("half-way")

    with pytest.raises(KeyError):
        await database.write(half)
    assert await database.write(give) == "厦湖劳人调〔2026〕1号"

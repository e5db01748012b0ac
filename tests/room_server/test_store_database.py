"""The database: migrations, one writer, durability settings, errors that name the cure."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from room_server.store.database import Database, DatabaseError
from room_server.store.schema import METADATA
from room_server.store.tables import Case


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/var/heting.db")
    await database.open()
    yield database
    await database.close()


async def test_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    def difference(session: Session) -> list[Any]:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))

    assert await database.read(difference) == []


async def test_second_start_finds_what_the_first_one_wrote(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/heting.db"
    for title in ("甲", "乙"):
        database = Database(url)
        await database.open()
        found = await database.read(lambda session: session.get(Case, "c"))
        assert (found.title if found else "甲") == "甲"
        if found is None:
            row = Case(id="c", number="1", title=title, created_at=1)
            await database.write(lambda session, row=row: session.add(row))  # type: ignore[misc]
        await database.close()
        await database.close()


async def test_writes_are_durable_and_references_are_kept(database: Database) -> None:
    def pragmas(session: Session) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [session.execute(text(f"PRAGMA {name}")).scalar() for name in names]

    assert await database.write(pragmas) == ["wal", 2, 1, 10000]


async def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        await database.read(lambda session: session.execute(text("DELETE FROM dispute_case")))


async def test_a_failing_function_leaves_nothing_behind(database: Database) -> None:
    def half(session: Session) -> None:
        session.add(Case(id="c", number="1", title="t", created_at=1))
        session.flush()
        raise KeyError("half-way")

    with pytest.raises(KeyError):
        await database.write(half)
    assert await database.read(lambda session: session.get(Case, "c")) is None


async def test_readers_go_on_while_the_writer_is_busy(database: Database) -> None:
    import threading

    go = threading.Event()

    def slow(session: Session) -> None:
        session.add(Case(id="c", number="1", title="t", created_at=1))
        session.flush()
        go.wait(5)

    writing = asyncio.create_task(database.write(slow))
    try:
        reading = database.read(lambda session: session.get(Case, "c"))
        assert await asyncio.wait_for(reading, 2) is None
    finally:
        go.set()
    await writing
    assert await database.read(lambda session: session.get(Case, "c")) is not None


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "heting.db"
    file.write_bytes(b"not a database at all, but long enough to be looked at" * 20)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(DatabaseError, match=r"heting\.db.*not a database.*writable"):
        await database.open()
    await database.close()


async def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/heting.db"
    database = Database(url)
    await database.open()
    await database.write(lambda session: session.execute(text("UPDATE alembic_version SET version_num='99'")))
    await database.close()
    newer = Database(url)
    with pytest.raises(DatabaseError, match="99"):
        await newer.open()
    await newer.close()


async def test_password_of_the_url_stays_out_of_the_message() -> None:
    database = Database("nosuchbackend://heting:hunter2@localhost/heting")
    with pytest.raises(DatabaseError) as caught:
        await database.open()
    assert "hunter2" not in str(caught.value)
    with pytest.raises(DatabaseError, match="not open"):
        await database.read(lambda session: None)
    await database.close()


async def test_a_closed_database_says_so(database: Database) -> None:
    await database.close()
    for access in (database.read, database.write):
        with pytest.raises(DatabaseError, match="not open"):
            await access(lambda session: None)

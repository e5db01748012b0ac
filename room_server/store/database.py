"""The database: one thread that writes, a few that read, and migrations at the start."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

T = TypeVar("T")
READERS = 3


class DatabaseError(Exception):
    """The database cannot be opened; the text names it and the cure."""


class Database:
    """SQLite in WAL mode (or what else the URL names): every function given runs in a transaction of its own.

    Functions get a `Session` and run in an executor thread; they return plain values or rows, whose columns
    stay readable after the transaction.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._writer: Engine | None = None
        self._reader: Engine | None = None
        self._closed = False

    async def open(self) -> None:
        """Connect and bring the tables up to date; raises `DatabaseError`."""
        await asyncio.get_running_loop().run_in_executor(self._writing, self._open)

    async def close(self) -> None:
        """Wait for what is being written, then disconnect; may be called twice."""
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(None, self._close)

    async def read(self, function: Callable[[Session], T]) -> T:
        """Run a function that only reads."""
        return await self._run(self._reading, self._reader, function)

    async def write(self, function: Callable[[Session], T]) -> T:
        """Run a function that writes; all of it happens and is on disk when this returns, or none of it."""
        return await self._run(self._writing, self._writer, function)

    async def compact(self) -> None:
        """Write the file of SQLite anew, so that nothing deleted can be read in it; raises `DatabaseError`.

        Needs as much free space as the database has. Other databases keep their own house.
        """
        await asyncio.get_running_loop().run_in_executor(self._writing, self._compact)

    async def _run(
        self, threads: ThreadPoolExecutor, engine: Engine | None, function: Callable[[Session], T]
    ) -> T:
        if engine is None or self._closed:
            raise DatabaseError("the database is not open")
        return await asyncio.get_running_loop().run_in_executor(threads, _transact, engine, function)

    def _open(self) -> None:
        from alembic.util import CommandError

        from .migrations import upgrade

        try:
            self._writer = _engine(self.url, writes=True)
            with self._writer.begin() as connection:
                upgrade(connection)
            self._reader = _engine(self.url, writes=False)
        except (SQLAlchemyError, CommandError, OSError, ImportError) as error:
            raise DatabaseError(_cure(self.url, error)) from error

    def _compact(self) -> None:
        if self._writer is None or self._closed:
            raise DatabaseError("the database is not open")
        if self._writer.dialect.name != "sqlite":
            return
        connection = self._writer.raw_connection()
        try:
            cursor = connection.cursor()
            # Not within a transaction: the driver says BEGIN only when it is told to.
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()
        except sqlite3.Error as error:
            raise DatabaseError(f"cannot be written anew: {error}") from error
        finally:
            connection.close()
        if busy is None or busy[0]:
            raise DatabaseError("somebody else reads the database")

    def _close(self) -> None:
        self._writing.shutdown()
        self._reading.shutdown()
        for engine in (self._reader, self._writer):
            if engine is not None:
                engine.dispose()
        self._reader = self._writer = None


def _transact(engine: Engine, function: Callable[[Session], T]) -> T:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        return function(session)


def _engine(url: str, writes: bool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_size=1 if writes else READERS, max_overflow=0, pool_pre_ping=True)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(
        parsed,
        pool_size=1 if writes else READERS,
        max_overflow=0,
        connect_args={"check_same_thread": False, "timeout": 10},
    )

    def connected(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        # The driver's own transaction control is switched off: `began` below says BEGIN itself.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("PRAGMA trusted_schema=OFF")
        if not writes:
            connection.execute("PRAGMA query_only=ON")

    def began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", began)
    return engine


def _cure(url: str, error: Exception) -> str:
    name = make_url(url).render_as_string(hide_password=True)
    reason: Any = error.orig if isinstance(error, DBAPIError) else error
    return f"cannot open the database {name}: {reason}; check that it exists, is writable and has free space"

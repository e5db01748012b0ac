"""The journal: append facts and read them back, written before they are told."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from ..rules.events import Event
from .chain import GENESIS, JournalError, canonical, entry_hash, verify_chain
from .database import Database
from .tables import JournalRow

__all__ = [
    "Entry",
    "Fact",
    "JournalError",
    "append",
    "append_in",
    "entry_hash",
    "head",
    "head_in",
    "read",
    "read_in",
    "verify_chain",
]

Fact = tuple[str, int, int | None, Event]
"""actor, at (Unix ms), media time (ms since the opening, or None), event."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One fact in its place in the chain, as it is stored, sent and exported."""

    sitting: str
    seq: int
    at: int
    media_time: int | None
    actor: str
    type: str
    body: dict[str, Any]
    prev_hash: str
    hash: str

    def as_dict(self) -> dict[str, Any]:
        """The entry as plain data, the form that is hashed (with its `hash`)."""
        return {name: getattr(self, name) for name in self.__struct_fields__}

    def event(self) -> Event:
        """The fact as the rules know it."""
        fact: Event = msgspec.convert({"type": self.type, **self.body}, Event)
        return fact


async def append(
    database: Database, sitting: str, facts: Sequence[Fact], after: int | None = None
) -> list[Entry]:
    """Write facts in one transaction. `after`: the head one knows; `JournalError` if it moved on."""
    return await database.write(lambda session: append_in(session, sitting, facts, after))


async def read(database: Database, sitting: str, since: int = 0, limit: int | None = None) -> list[Entry]:
    """The entries after `since`, in order."""
    return await database.read(lambda session: read_in(session, sitting, since, limit))


async def head(database: Database, sitting: str) -> tuple[int, str]:
    """Seq and hash of the last entry; `(0, "00…")` of an empty journal."""
    return await database.read(lambda session: head_in(session, sitting))


def append_in(session: Session, sitting: str, facts: Sequence[Fact], after: int | None = None) -> list[Entry]:
    """Append within a transaction that also writes something else."""
    seq, prev = head_in(session, sitting)
    if after is not None and after != seq:
        raise JournalError(f"the journal of {sitting} is at {seq}, not at {after}")
    entries, rows = [], []
    for actor, at, media_time, event in facts:
        entry, row = _link(sitting, seq + 1, prev, actor, at, media_time, event)
        seq, prev = entry.seq, entry.hash
        entries.append(entry)
        rows.append(row)
    if rows:
        try:
            session.connection().execute(insert(JournalRow), rows)
        except IntegrityError as error:
            raise JournalError(
                f"the journal of {sitting} refused {len(rows)} entries: {error.orig}"
            ) from error
    return entries


def read_in(session: Session, sitting: str, since: int = 0, limit: int | None = None) -> list[Entry]:
    """Read within a transaction."""
    query = (
        select(JournalRow)
        .where(JournalRow.sitting == sitting, JournalRow.seq > since)
        .order_by(col(JournalRow.seq))
        .limit(limit)
    )
    return [_entry(row) for row in session.exec(query)]


def last_at_in(session: Session, sitting: str) -> int:
    """When the last entry was written (Unix ms); 0 where there is none. Within a transaction."""
    return session.exec(select(func.max(JournalRow.at)).where(JournalRow.sitting == sitting)).one() or 0


def head_in(session: Session, sitting: str) -> tuple[int, str]:
    """Seq and hash of the last entry within a transaction."""
    newest = select(func.max(JournalRow.seq)).where(JournalRow.sitting == sitting).scalar_subquery()
    found = session.exec(
        select(JournalRow.seq, JournalRow.hash).where(JournalRow.sitting == sitting, JournalRow.seq == newest)
    ).first()
    return (found[0], found[1]) if found else (0, GENESIS)


def _link(
    sitting: str, seq: int, prev: str, actor: str, at: int, media_time: int | None, event: Event
) -> tuple[Entry, dict[str, Any]]:
    body = msgspec.to_builtins(event)
    kind = body.pop("type")
    text = canonical(body).decode()
    # The body is read back from its canonical form, so that what is told equals what is stored.
    fields: dict[str, Any] = {
        "sitting": sitting,
        "seq": seq,
        "at": at,
        "media_time": media_time,
        "actor": actor,
        "type": kind,
        "body": json.loads(text),
        "prev_hash": prev,
    }
    fields["hash"] = entry_hash(fields)
    return Entry(**fields), fields | {"body": text}


def _entry(row: JournalRow) -> Entry:
    return Entry(
        sitting=row.sitting,
        seq=row.seq,
        at=row.at,
        media_time=row.media_time,
        actor=row.actor,
        type=row.type,
        body=json.loads(row.body),
        prev_hash=row.prev_hash,
        hash=row.hash,
    )

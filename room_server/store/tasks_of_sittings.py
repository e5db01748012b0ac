"""What a sitting has left to do: requests that nobody decided, minutes that were not made."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from ..rules.calendar import Calendar
from ..rules.tasks import MINUTES, REQUESTS, Task, TaskKind, dated, next_working_day
from .tables import Hearing, JournalRow, SittingRow

BACK_MS = 60 * 24 * 3_600_000
"""How long ago a sitting may have begun: older ones are read nowhere."""
_DECIDED = ("RequestGranted", "RequestDenied", "RequestWithdrawn")
_TYPES = ("RequestMade", *_DECIDED, "DocumentMade")


def left_behind(
    session: Session, cases: Sequence[str], calendar: Calendar, today: date, now: int
) -> list[Task]:
    """The tasks of the sittings of cases that were adjourned or closed of late; rehearsals leave none."""
    query = (
        select(SittingRow, Hearing)
        .join(Hearing, col(Hearing.id) == col(SittingRow.hearing))
        .where(col(Hearing.case_id).in_(cases), col(Hearing.state).in_(("adjourned", "closed")))
        .where(SittingRow.created_at >= now - BACK_MS, col(Hearing.rehearsal).is_(False))
        .where(col(SittingRow.opened_at).is_not(None))
    )
    sittings = {sitting.id: (sitting, hearing) for sitting, hearing in session.exec(query)}
    facts: dict[str, list[JournalRow]] = {sitting: [] for sitting in sittings}
    rows = (
        select(JournalRow)
        .where(col(JournalRow.sitting).in_(sittings), col(JournalRow.type).in_(_TYPES))
        .order_by(col(JournalRow.sitting), col(JournalRow.seq))
    )
    for row in session.exec(rows):
        facts[row.sitting].append(row)
    found = []
    for identifier, (sitting, hearing) in sittings.items():
        ended = sitting.closed_at or sitting.opened_at or sitting.created_at
        due = next_working_day(datetime.fromtimestamp(ended / 1000).date(), calendar)
        names = [REQUESTS[kind] for kind in _undecided(facts[identifier])]
        found += [_task(TaskKind.REQUEST, hearing, due, today, name) for name in names]
        if hearing.state == "closed" and not _has_minutes(facts[identifier]):
            found.append(_task(TaskKind.DOCUMENT, hearing, due, today, MINUTES))
    return found


def _task(kind: TaskKind, hearing: Hearing, due: date, today: date, names: tuple[str, str]) -> Task:
    return dated(kind, hearing.case_id, hearing.id, "", due, today, names)


def _undecided(rows: Sequence[JournalRow]) -> list[str]:
    """The kinds of requests of legal weight that are still open."""
    waiting: dict[str, str] = {}
    for row in rows:
        body = json.loads(row.body)
        if row.type == "RequestMade" and body["kind"] in REQUESTS:
            waiting[body["request"]] = body["kind"]
        elif row.type in _DECIDED:
            waiting.pop(body["request"], None)
    return list(waiting.values())


def _has_minutes(rows: Sequence[JournalRow]) -> bool:
    return any(row.type == "DocumentMade" and json.loads(row.body)["kind"] == "minutes" for row in rows)

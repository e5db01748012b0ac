"""Gathering what staff have to do from what is known. Functions within a transaction."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from ..rules import tasks as rules
from ..rules.tasks import Task, TaskKind
from . import case_history, case_route, performances, tasks_of_sittings
from .booking_tables import NoticeRow
from .case_route import Lawbook
from .tables import Case, Hearing, Seat

UNSENT = ("failed", "to_print")
AHEAD_MS = rules.SOON_DAYS * 24 * 3_600_000


def gather(session: Session, cases: Mapping[str, Case], law: Lawbook, today: date, now: int) -> list[Task]:
    """Everything to be done in some cases, the most urgent first."""
    calendar, open_cases = law.time.calendar, [c for c in cases.values() if c.route != "closed"]
    facts = case_history.facts(session, [case.id for case in open_cases])
    found = [
        task
        for case in open_cases
        for task in rules.of_deadlines(
            case.id, case_route.deadlines_of(case, facts[case.id], law, today), today
        )
    ]
    # What was agreed is performed after the case is closed.
    for promise in performances.promises(session, list(cases)):
        if task := rules.of_promise(promise, calendar, today):
            found.append(task)
    found += _of_hearings(session, list(cases), today, now)
    found += _of_notices(session, list(cases), today)
    found += tasks_of_sittings.left_behind(session, list(cases), calendar, today, now)
    return rules.in_order(found)


def of_account(session: Session, account: str, cases: Mapping[str, Case]) -> set[str]:
    """Those of some cases that are somebody's: filed by them, or with a hearing where they have a seat."""
    seated = (
        select(Hearing.case_id)
        .join(Seat, col(Seat.hearing) == col(Hearing.id))
        .where(or_(Seat.account == account, Hearing.created_by == account), col(Hearing.case_id).in_(cases))
    )
    filed = {case.id for case in cases.values() if case.created_by == account}
    return filed | set(session.exec(seated).all())


def _of_hearings(session: Session, cases: list[str], today: date, now: int) -> list[Task]:
    query = select(Hearing).where(
        col(Hearing.case_id).in_(cases),
        col(Hearing.state).in_(("booked", "waiting", "adjourned")),
        Hearing.starts_at <= now + AHEAD_MS,
    )
    return [
        rules.dated(
            TaskKind.RESUME if row.state == "adjourned" else TaskKind.HEARING,
            row.case_id,
            row.id,
            row.title,
            _day(row.starts_at),
            today,
        )
        for row in session.exec(query)
    ]


def _of_notices(session: Session, cases: list[str], today: date) -> list[Task]:
    query = (
        select(NoticeRow, Seat)
        .join(Seat, col(Seat.id) == col(NoticeRow.seat))
        .join(Hearing, col(Hearing.id) == col(NoticeRow.hearing))
        .where(col(NoticeRow.case_id).in_(cases), col(NoticeRow.state).in_(UNSENT))
        .where(col(Hearing.state).in_(("booked", "waiting")), NoticeRow.sequence == Hearing.sequence)
    )
    return [
        rules.dated(
            TaskKind.NOTICE, notice.case_id, notice.hearing, seat.name, _day(notice.created_at), today
        )
        for notice, seat in session.exec(query)
    ]


def _day(ms: int) -> date:
    """The day of a time by this machine's clock."""
    return datetime.fromtimestamp(ms / 1000).date()

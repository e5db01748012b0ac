"""Telling staff of time limits that run out or are overdue: each once, also after restarts."""

from collections.abc import Collection, Sequence
from datetime import date

import msgspec
from sqlmodel import Session, col, select

from ..law.notices import NoticeLaw
from ..rules.deadlines import Deadline, State
from . import case_history, outbox, staff_notices
from .booking_tables import NoticeRow
from .case_route import Lawbook, deadlines_of
from .privacy import Privacy
from .tables import Case, Hearing, Seat, StaffAccount

SOON_DAYS = 3
"""So many days before a time limit runs out, staff are told of it."""
DEADLINE, OVERDUE = "deadline", "overdue"


class Due(msgspec.Struct, frozen=True):
    """A time limit to be told of; `moment` names it: `deadline` or `overdue`, which limit, and its day."""

    case: str
    moment: str


def moment_of(limit: Deadline, today: date) -> str:
    """What is told of a time limit now; empty: nothing."""
    if limit.due is None or limit.state not in (State.RUNNING, State.OVERDUE):
        return ""
    left = (limit.due - today).days
    kind = OVERDUE if left < 0 else DEADLINE if left <= SOON_DAYS else ""
    return f"{kind}:{limit.limit}:{limit.due.isoformat()}" if kind else ""


def parts_of(moment: str) -> tuple[str, str, str] | None:
    """Kind, limit and day of a moment; None of any other notice."""
    kind, _, rest = moment.partition(":")
    limit, _, due = rest.rpartition(":")
    return (kind, limit, due) if kind in (DEADLINE, OVERDUE) and limit else None


def find(session: Session, law: Lawbook, today: date) -> list[Due]:
    """Every time limit of an open case that is to be told of; told or not."""
    query = select(Case).where(Case.route != "closed").order_by(col(Case.id))
    cases = {case.id: case for case in session.exec(query)}
    facts = case_history.facts(session, list(cases))
    return [
        Due(case.id, moment)
        for case in cases.values()
        for limit in deadlines_of(case, facts[case.id], law, today)
        if (moment := moment_of(limit, today))
    ]


def queue(
    session: Session,
    privacy: Privacy,
    dues: Sequence[Due],
    law: NoticeLaw,
    channels: Collection[str],
    now: int,
) -> int:
    """Tell the staff with a seat in the newest hearing of each case who want reminders; how many notices."""
    count = 0
    for due in dues:
        for seat, account in _staff(session, due.case):
            wishes = staff_notices.wishes_of(session, privacy, account)
            for channel, address in wishes.ways if wishes.reminders else []:
                if channel in channels and not _told(session, due, seat, channel):
                    outbox.tell_seat(session, privacy, seat, due.moment, (channel, address), law, now)
                    count += 1
    return count


def _staff(session: Session, case: str) -> list[tuple[Seat, str]]:
    query = (
        select(Hearing)
        .where(Hearing.case_id == case, Hearing.state != "cancelled", col(Hearing.rehearsal).is_(False))
        .order_by(col(Hearing.starts_at).desc(), col(Hearing.id))
    )
    newest = session.exec(query).first()
    if newest is None:
        return []
    seats = (
        select(Seat)
        .join(StaffAccount, col(StaffAccount.id) == col(Seat.account))
        .where(Seat.hearing == newest.id, col(StaffAccount.disabled_at).is_(None))
        .order_by(col(Seat.position))
    )
    found = {seat.account: seat for seat in session.exec(seats) if seat.account}
    return [(seat, account) for account, seat in found.items()]


def _told(session: Session, due: Due, seat: Seat, channel: str) -> bool:
    """What was dropped with a hearing that was moved is told anew; everything else is told once."""
    query = (
        select(NoticeRow)
        .join(Seat, col(Seat.id) == col(NoticeRow.seat))
        .where(NoticeRow.case_id == due.case, NoticeRow.moment == due.moment, NoticeRow.channel == channel)
        .where(Seat.account == seat.account)
    )
    sequence = session.get_one(Hearing, seat.hearing).sequence
    return any(
        row.state != "dropped" or (row.seat == seat.id and row.sequence == sequence)
        for row in session.exec(query)
    )

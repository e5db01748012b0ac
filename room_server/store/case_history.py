"""The history of a case: who did what when, and the dated facts that time limits run from. Append-only."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from ..rules.deadlines import Fact
from . import webhooks
from .case_tables import CaseEvent
from .tables import Hearing

FACT = "fact"
WITHDRAWN = "fact_withdrawn"


def note(
    session: Session, case: str, *, at: int, actor: str, what: str, text: str = "", **body: Any
) -> CaseEvent:
    """Write down that something was done."""
    return _append(
        session, case, at=at, actor=actor, what=what, note=text, body=json.dumps(body, ensure_ascii=False)
    )


def note_fact(
    session: Session,
    case: str,
    *,
    at: int,
    actor: str,
    fact: str,
    day: date,
    until: date | None = None,
    text: str = "",
) -> CaseEvent:
    """Write down a dated fact."""
    return _append(
        session,
        case,
        at=at,
        actor=actor,
        what=FACT,
        fact=fact,
        day=day.isoformat(),
        until=until.isoformat() if until else "",
        note=text,
    )


def history(session: Session, case: str) -> list[CaseEvent]:
    """Everything, oldest first."""
    return list(session.exec(select(CaseEvent).where(CaseEvent.case_id == case).order_by(col(CaseEvent.seq))))


def standing_facts(events: Iterable[CaseEvent]) -> list[CaseEvent]:
    """The facts that were not taken back."""
    events = list(events)
    gone = {json.loads(event.body)["seq"] for event in events if event.what == WITHDRAWN}
    return [event for event in events if event.what == FACT and event.seq not in gone]


def facts(session: Session, cases: Iterable[str]) -> dict[str, list[Fact]]:
    """The dated facts of cases: those written down, and the days of their hearings."""
    found: dict[str, list[CaseEvent]] = {case: [] for case in cases}
    relevant = select(CaseEvent).where(
        col(CaseEvent.case_id).in_(found), col(CaseEvent.what).in_((FACT, WITHDRAWN))
    )
    for event in session.exec(relevant):
        found[event.case_id].append(event)
    dated = {case: [_fact(event) for event in standing_facts(events)] for case, events in found.items()}
    for hearing in session.exec(
        select(Hearing).where(col(Hearing.case_id).in_(found), Hearing.kind == "arbitration")
    ):
        day = _day(hearing.starts_at)
        dated[hearing.case_id].append(Fact(kind="hearing_day", day=day))
    return dated


def _fact(event: CaseEvent) -> Fact:
    return Fact(
        kind=event.fact,
        day=date.fromisoformat(event.day),
        until=date.fromisoformat(event.until) if event.until else None,
    )


def _day(ms: int) -> date:
    """The day of a time by this machine's clock, within what a calendar can show."""
    try:
        return date.fromtimestamp(ms / 1000)
    except (OverflowError, OSError, ValueError):
        return date(2099, 12, 31)


def _append(session: Session, case: str, **columns: Any) -> CaseEvent:
    last = session.exec(select(func.max(CaseEvent.seq)).where(CaseEvent.case_id == case)).one()
    event = CaseEvent(case_id=case, seq=(last or 0) + 1, **columns)
    session.add(event)
    session.flush()
    about = {name: value for name, value in json.loads(event.body).items() if isinstance(value, str)}
    webhooks.tell_history(session, case, event.what, event.seq, event.at, about)
    return event

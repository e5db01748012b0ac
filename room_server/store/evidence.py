"""The evidence of cases: functions within a transaction. Every change leaves an act in the history."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlmodel import Session, col, func, select

from ..rules.evidence.sides import Side, mark_of
from . import case_history
from .case_tables import Exhibit
from .evidence_tables import EvidenceAct, EvidenceRow
from .tables import Hearing, new_id

HELD = ("receiving", "checking", "draft", "submitted", "withdrawn")
"""States in which bytes of an item are on disk."""
SHOWN = (*HELD, "refused")


class NewEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """An item that is to come."""

    hearing: str
    side: str
    title: str
    purpose: str
    file: str
    size: int
    actor: str
    by: str
    exhibit: str | None = None
    received_from: str = ""


class WrongState(Exception):
    """The item is not in a state in which this can be done to it."""


def case_of(session: Session, hearing: str) -> str:
    """The case whose evidence is before a hearing."""
    return session.get_one(Hearing, hearing).case_id


def begin(session: Session, new: NewEvidence, now: int) -> EvidenceRow:
    """Expect an item."""
    row = EvidenceRow(
        id=new_id("e", 8),
        case_id=case_of(session, new.hearing),
        state="receiving",
        created_at=now,
        **msgspec.structs.asdict(new),
    )
    session.add(row)
    session.flush()
    more = {"received_from": new.received_from} if new.received_from else {}
    _note(session, row, now, new.actor, "announced", file=new.file, bytes=new.size, **more)
    return row


def find(session: Session, evidence: str) -> EvidenceRow | None:
    """One item."""
    return session.get(EvidenceRow, evidence)


def of_case(session: Session, case: str) -> Sequence[EvidenceRow]:
    """The items of a case that are there or were refused, in order of receipt."""
    query = (
        select(EvidenceRow)
        .where(EvidenceRow.case_id == case, col(EvidenceRow.state).in_(SHOWN))
        .order_by(col(EvidenceRow.created_at), col(EvidenceRow.id))
    )
    return session.exec(query).all()


def before_hearing(session: Session, hearing: str) -> Sequence[EvidenceRow]:
    """What was ever submitted in the case of a hearing, in order of submission."""
    query = (
        select(EvidenceRow)
        .where(
            EvidenceRow.case_id == case_of(session, hearing),
            col(EvidenceRow.state).in_(("submitted", "withdrawn")),
        )
        .order_by(col(EvidenceRow.submitted_at), col(EvidenceRow.side), col(EvidenceRow.number))
    )
    return session.exec(query).all()


def is_listed(session: Session, case: str, exhibit: str, side: str) -> bool:
    """Whether the case lists that material for a side."""
    row = session.get(Exhibit, exhibit)
    return row is not None and (row.case_id, row.side) == (case, side)


def listed(session: Session, case: str) -> list[tuple[Exhibit, list[str]]]:
    """The case's list of evidence, each with the marks of what has been submitted of it."""
    query = select(Exhibit).where(Exhibit.case_id == case).order_by(col(Exhibit.position), col(Exhibit.id))
    marks = marks_of(session, case)
    return [(row, marks.get(row.id, [])) for row in session.exec(query)]


def marks_of(session: Session, case: str) -> dict[str, list[str]]:
    """Listed material → the marks of what has been submitted of it and not withdrawn."""
    query = (
        select(EvidenceRow)
        .where(
            EvidenceRow.case_id == case,
            EvidenceRow.state == "submitted",
            col(EvidenceRow.exhibit).is_not(None),
        )
        .order_by(col(EvidenceRow.side), col(EvidenceRow.number))
    )
    found: dict[str, list[str]] = {}
    for row in session.exec(query):
        found.setdefault(row.exhibit or "", []).append(mark_of(Side(row.side), row.number or 0))
    return found


def weight(session: Session, case: str, side: str) -> tuple[int, int]:
    """How many items a side has, and how many bytes they take or will take."""
    query = select(func.count(), func.coalesce(func.sum(col(EvidenceRow.size)), 0)).where(
        EvidenceRow.case_id == case, EvidenceRow.side == side, col(EvidenceRow.state).in_(HELD)
    )
    count, size = session.exec(query).one()
    return int(count), int(size)


def in_state(session: Session, state: str) -> Sequence[EvidenceRow]:
    """All items in a state, e.g. those that were being checked when the server stopped."""
    return session.exec(select(EvidenceRow).where(EvidenceRow.state == state)).all()


def received(session: Session, evidence: str, actor: str, now: int) -> EvidenceRow:
    """All bytes are there; what they are is being found out."""
    row = _in(session, evidence, "receiving", "checking")
    if row.state == "receiving":
        row.state, row.received_at = "checking", now
        _note(session, row, now, actor, "received", bytes=row.size)
    return row


def examined(session: Session, evidence: str, facts: dict[str, Any], now: int) -> EvidenceRow:
    """The file is good: `format`, `kind`, `pages`, `seconds`, `active`, `sha256`."""
    row = _in(session, evidence, "checking")
    for name in ("format", "kind", "pages", "seconds", "active", "sha256"):
        setattr(row, name, facts[name])
    row.state = "draft"
    _note(session, row, now, "system", "accepted", **facts)
    return row


def refused(session: Session, evidence: str, word: str, now: int) -> EvidenceRow:
    """The file cannot be evidence here; nothing of it is kept."""
    row = _in(session, evidence, "receiving", "checking")
    row.state, row.word, row.exhibit = "refused", word, None
    _note(session, row, now, "system", "refused", word=word)
    return row


def describe(
    session: Session, evidence: str, title: str, purpose: str, exhibit: str | None, actor: str, now: int
) -> EvidenceRow:
    """Change what a draft is called and shall prove, and which listed material it is."""
    row = _in(session, evidence, "receiving", "checking", "draft")
    row.title, row.purpose, row.exhibit = title, purpose, exhibit
    _note(session, row, now, actor, "described", title=title, purpose=purpose, exhibit=exhibit or "")
    return row


def submit(session: Session, evidence: str, actor: str, now: int) -> EvidenceRow:
    """Put a draft before the tribunal under the next number of its side; a second time changes nothing."""
    row = _in(session, evidence, "draft", "submitted")
    if row.state == "submitted":
        return row
    last = select(func.max(EvidenceRow.number)).where(
        EvidenceRow.case_id == row.case_id, EvidenceRow.side == row.side
    )
    row.number = 1 + (session.exec(last).one() or 0)
    row.state, row.submitted_at = "submitted", now
    _note(session, row, now, actor, "submitted", number=row.number, sha256=row.sha256)
    _tell_case(session, row, now, actor, "evidence_submitted")
    return row


def withdraw(session: Session, evidence: str, reason: str, actor: str, now: int) -> EvidenceRow:
    """Take a submitted item back; its number is never given again."""
    row = _in(session, evidence, "submitted", "withdrawn")
    if row.state == "submitted":
        row.state, row.withdrawn_at, row.reason = "withdrawn", now, reason
        _note(session, row, now, actor, "withdrawn", reason=reason)
        _tell_case(session, row, now, actor, "evidence_withdrawn")
    return row


def delete(session: Session, evidence: str, actor: str, now: int) -> EvidenceRow:
    """Remove an item that was not submitted; that there was one stays known."""
    row = _in(session, evidence, "receiving", "checking", "draft", "refused", "deleted")
    if row.state != "deleted":
        row.state, row.exhibit = "deleted", None
        _note(session, row, now, actor, "deleted")
    return row


def history(session: Session, evidence: str) -> list[dict[str, Any]]:
    """What was done to an item, oldest first."""
    query = select(EvidenceAct).where(EvidenceAct.evidence == evidence).order_by(col(EvidenceAct.id))
    return [
        {"at": act.at, "actor": act.actor, "act": act.act, **json.loads(act.body)}
        for act in session.exec(query)
    ]


def _in(session: Session, evidence: str, *states: str) -> EvidenceRow:
    row = session.get_one(EvidenceRow, evidence)
    if row.state not in states:
        raise WrongState(row.state)
    session.add(row)
    return row


def _tell_case(session: Session, row: EvidenceRow, at: int, actor: str, what: str) -> None:
    mark = mark_of(Side(row.side), row.number or 0)
    case_history.note(
        session, row.case_id, at=at, actor=actor, what=what, text=mark, evidence=row.id, sha256=row.sha256
    )


def _note(session: Session, row: EvidenceRow, at: int, actor: str, act: str, **body: Any) -> None:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    session.add(EvidenceAct(evidence=row.id, at=at, actor=actor, act=act, body=text))
    session.flush()

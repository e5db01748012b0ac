"""Following up what was agreed or awarded. Functions within a transaction."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlmodel import Session, col, func, select

from ..rules.tasks import Promise
from . import case_history
from .performance_tables import FollowUp, PromiseRow
from .tables import new_id


class FollowedUp(ValueError):
    """Somebody has asked about this item: it stays."""


def add(
    session: Session, case: str, *, item: str, amount_fen: int | None, due: date, by: str, now: int
) -> PromiseRow:
    """One more item."""
    last = session.exec(select(func.max(PromiseRow.position)).where(PromiseRow.case_id == case)).one()
    row = PromiseRow(
        id=new_id("u", 6),
        case_id=case,
        position=(last or 0) + 1,
        item=item,
        amount_fen=amount_fen,
        due=due.isoformat(),
        created_by=by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    case_history.note(session, case, at=now, actor=by, what="promise_added", id=row.id, name=item)
    return row


def remove(session: Session, row: PromiseRow, by: str, now: int) -> None:
    """Take an item away that was written down by mistake; raises `FollowedUp`."""
    if follow_ups(session, [row.id])[row.id]:
        raise FollowedUp
    session.delete(row)
    case_history.note(
        session, row.case_id, at=now, actor=by, what="promise_removed", id=row.id, name=row.item
    )


def follow_up(
    session: Session,
    row: PromiseRow,
    *,
    day: date,
    amount_fen: int | None,
    done: bool,
    proof: str,
    remark: str,
    by: str,
    now: int,
) -> None:
    """Write down what was found when somebody asked."""
    asked = FollowUp(
        promise=row.id,
        at=now,
        by=by,
        day=day.isoformat(),
        amount_fen=amount_fen,
        done=done,
        proof=proof,
        remark=remark,
    )
    session.add(asked)
    row.kept_on = day.isoformat() if done else ""
    session.add(row)
    session.flush()
    what = "promise_kept" if done else "promise_asked"
    case_history.note(session, row.case_id, at=now, actor=by, what=what, id=row.id, name=row.item)


def find(session: Session, case: str, identifier: str) -> PromiseRow | None:
    """One item, if it is this case's."""
    row = session.get(PromiseRow, identifier)
    return row if row is not None and row.case_id == case else None


def of_cases(session: Session, cases: Collection[str]) -> Sequence[PromiseRow]:
    """The items of cases, in their order."""
    query = select(PromiseRow).where(col(PromiseRow.case_id).in_(cases))
    return session.exec(query.order_by(col(PromiseRow.case_id), col(PromiseRow.position))).all()


def follow_ups(session: Session, promises: Collection[str]) -> dict[str, list[FollowUp]]:
    """What was found about items, oldest first."""
    found: dict[str, list[FollowUp]] = {promise: [] for promise in promises}
    query = select(FollowUp).where(col(FollowUp.promise).in_(promises)).order_by(col(FollowUp.id))
    for row in session.exec(query):
        found[row.promise].append(row)
    return found


def promises(session: Session, cases: Collection[str]) -> list[Promise]:
    """The items of cases as the rules know them."""
    rows = of_cases(session, cases)
    asked = follow_ups(session, [row.id for row in rows])
    return [
        Promise(
            id=row.id,
            case=row.case_id,
            item=row.item,
            due=date.fromisoformat(row.due),
            kept=bool(row.kept_on),
            asked=max((date.fromisoformat(one.day) for one in asked[row.id]), default=None),
        )
        for row in rows
    ]

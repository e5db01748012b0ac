"""Changing the plan of a hearing, and calling it off: grave acts, which the history of its case keeps."""

from sqlmodel import Session, col, select

from ..rules.onsite.events import SwitchedOnSite
from . import case_history
from .hearings import Booking, Plan, find
from .tables import Hearing, SittingRow, Ticket

CHANGEABLE = ("booked", "waiting", "adjourned")
CANCELLABLE = ("booked", "waiting")


class PlanError(ValueError):
    """The hearing has come too far; the text is its state."""


def rebook(
    session: Session, hearing: str, *, starts_at: int, plan: Plan, by: str, now: int, reason: str, hours: int
) -> Booking:
    """Another time or place; good links last on from the new time (`hours`). Raises `PlanError`."""
    row = session.get_one(Hearing, hearing)
    if row.state not in CHANGEABLE:
        raise PlanError(row.state)
    before = _facts(row)
    row.starts_at, row.minutes = starts_at, plan.minutes
    row.variant, row.form, row.chamber = plan.variant, plan.form, plan.chamber or None
    if plan.form == "online" or plan.chamber:
        row.place = ""
    row.sequence += 1
    session.add(row)
    session.flush()
    _prolong(session, hearing, max(now, starts_at) + hours * 3_600_000)
    case_history.note(
        session,
        row.case_id,
        at=now,
        actor=by,
        what="rebooked",
        text=reason,
        hearing=hearing,
        name=row.title,
        before=before,
        after=_facts(row),
    )
    return _found(session, hearing)


def go_on_site(
    session: Session, sitting: str, *, switch: SwitchedOnSite, by: str, now: int, reason: str, hours: int
) -> Booking | None:
    """The hearing of a sitting that goes on at a place is booked there; None: it was already."""
    row = session.get_one(Hearing, session.get_one(SittingRow, sitting).hearing)
    if row.continues == sitting:
        return None
    before = _facts(row)
    row.state, row.continues = "booked", sitting
    row.starts_at, row.form, row.chamber, row.place = switch.time, "onsite", None, switch.place
    row.sequence += 1
    session.add(row)
    session.flush()
    _prolong(session, row.id, max(now, switch.time) + hours * 3_600_000)
    case_history.note(
        session,
        row.case_id,
        at=now,
        actor=by,
        what="rebooked",
        text=reason,
        hearing=row.id,
        name=row.title,
        before=before,
        after=_facts(row),
        on_site_from=sitting,
        stage=switch.stage,
    )
    return _found(session, row.id)


def cancel(session: Session, hearing: str, *, by: str, now: int, reason: str) -> Booking:
    """Call a hearing off; raises `PlanError`."""
    row = session.get_one(Hearing, hearing)
    if row.state not in CANCELLABLE:
        raise PlanError(row.state)
    row.state = "cancelled"
    row.sequence += 1
    session.add(row)
    session.flush()
    case_history.note(
        session,
        row.case_id,
        at=now,
        actor=by,
        what="cancelled",
        text=reason,
        hearing=hearing,
        name=row.title,
        before=_facts(row),
    )
    return _found(session, hearing)


def _prolong(session: Session, hearing: str, until: int) -> None:
    query = select(Ticket).where(
        Ticket.hearing == hearing, Ticket.kind == "link", col(Ticket.revoked_at).is_(None)
    )
    for ticket in session.exec(query):
        ticket.expires_at = until
        session.add(ticket)


def _facts(row: Hearing) -> dict[str, str | int]:
    return {
        "starts_at": row.starts_at,
        "minutes": row.minutes,
        "form": row.form,
        "chamber": row.chamber or "",
        "place": row.place,
    }


def _found(session: Session, hearing: str) -> Booking:
    booking = find(session, hearing)
    assert booking is not None
    return booking

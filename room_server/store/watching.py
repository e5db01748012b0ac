"""Live hearings as somebody outside sees them, and the seat to watch from. Functions within a transaction."""

import msgspec
from sqlmodel import Session, col, func, select

from ..rules.people import Participant, Role
from . import hearings
from .hearings import Booking
from .organisation_tables import Organisation
from .tables import Hearing, Seat, SittingRow, StaffAccount, new_id


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A hearing whose sitting has not closed; `since`: when it was opened, else prepared (Unix ms)."""

    booking: Booking
    organisation: str
    since: int


def running(session: Session) -> list[Running]:
    """Every hearing that has a sitting now, in the order of the tree of organisations."""
    query = (
        select(SittingRow)
        .join(Hearing, col(Hearing.id) == col(SittingRow.hearing))
        .where(col(SittingRow.closed_at).is_(None), col(Hearing.state).not_in(("closed", "cancelled")))
        .order_by(col(SittingRow.created_at))
    )
    names = {one.path: one.name for one in session.exec(select(Organisation))}
    # One that goes on at a place has two: the later one counts.
    found: dict[str, Running] = {}
    for row in session.exec(query).all():
        booking = hearings.find(session, row.hearing)
        if booking is not None:
            since = row.opened_at or row.created_at
            organisation = names.get(booking.path, "")
            found[booking.id] = Running(booking=booking, organisation=organisation, since=since)
    return sorted(found.values(), key=lambda one: one.booking.path)


def take(session: Session, hearing: str, account: StaffAccount, purpose: str) -> Participant:
    """The seat that a staff member watches from, made at the first time, with what they come for now."""
    row = session.exec(select(Seat).where(Seat.hearing == hearing, Seat.watcher == account.id)).first()
    if row is None:
        last = session.exec(select(func.max(col(Seat.position))).where(Seat.hearing == hearing)).first()
        row = Seat(
            id=new_id("p"),
            hearing=hearing,
            position=(last or 0) + 1,
            name=account.person,
            role=Role.SUPERVISOR.value,
            watcher=account.id,
        )
    row.purpose = purpose
    session.add(row)
    session.flush()
    return Participant(id=row.id, name=row.name, role=Role.SUPERVISOR, purpose=purpose)

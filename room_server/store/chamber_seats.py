"""The seat of a chamber in a hearing: one for everybody who sits there. Functions within a transaction."""

from sqlmodel import Session, col, func, select

from ..rules.people import Participant, Role
from .booking_tables import Chamber
from .tables import Seat, new_id


def seat_of(session: Session, hearing: str, chamber: str) -> Participant | None:
    """The seat of a chamber, if it has one."""
    row = session.exec(select(Seat).where(Seat.hearing == hearing, Seat.chamber == chamber)).first()
    return _participant(row) if row else None


def take(session: Session, hearing: str, chamber: str) -> Participant:
    """The seat of a chamber in a hearing, made at the first time."""
    known = seat_of(session, hearing, chamber)
    if known is not None:
        return known
    last = session.exec(select(func.max(col(Seat.position))).where(Seat.hearing == hearing)).first()
    row = Seat(
        id=new_id("p"),
        hearing=hearing,
        position=(last or 0) + 1,
        name=session.get_one(Chamber, chamber).name,
        role=Role.CHAMBER.value,
        chamber=chamber,
    )
    session.add(row)
    session.flush()
    return _participant(row)


def _participant(row: Seat) -> Participant:
    return Participant(id=row.id, name=row.name, role=Role(row.role))

"""Answers to the texts of consents: append-only, the last one of a seat counts. Within a transaction."""

from collections.abc import Sequence

import msgspec
from sqlmodel import Session, col, select

from ..law.consents import Entry
from . import case_history
from .booking_tables import ConsentRow
from .hearings import Booking
from .tables import Seat


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: `act` is given, refused or withdrawn."""

    entry: Entry
    act: str
    language: str
    note: str = ""


def write(
    session: Session, booking: Booking, seat: str, answers: Sequence[Given], actor: str, now: int
) -> None:
    """Write answers down, none twice. What may be refused stands in the history of the case, too."""
    party = session.get_one(Seat, seat).party
    standing = standing_of(session, booking.id).get(seat, {})
    for answer in answers:
        entry, before = answer.entry, standing.get(answer.entry.id)
        if before is not None and (before.act, before.sha256) == (answer.act, entry.sha256):
            continue
        session.add(
            ConsentRow(
                case_id=booking.case,
                hearing=booking.id,
                seat=seat,
                party=party,
                item=entry.id,
                version=entry.version,
                sha256=entry.sha256,
                language=answer.language,
                act=answer.act,
                at=now,
                actor=actor,
                note=answer.note,
            )
        )
        if entry.kind == "consent":
            case_history.note(
                session,
                booking.case,
                at=now,
                actor=actor,
                what=f"consent_{answer.act}",
                text=answer.note,
                name=entry.title.zh,
                item=entry.id,
                version=entry.version,
                sha256=entry.sha256,
                seat=seat,
                hearing=booking.id,
            )
    session.flush()


def standing_of(session: Session, hearing: str) -> dict[str, dict[str, ConsentRow]]:
    """The answers that count: of each seat, by entry."""
    found: dict[str, dict[str, ConsentRow]] = {}
    for row in history(session, hearing):
        found.setdefault(row.seat, {})[row.item] = row
    return found


def history(session: Session, hearing: str) -> list[ConsentRow]:
    """Every answer, oldest first."""
    return list(
        session.exec(select(ConsentRow).where(ConsentRow.hearing == hearing).order_by(col(ConsentRow.id)))
    )

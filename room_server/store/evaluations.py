"""Evaluations by parties: given once, never changed, read by nobody but their author except added up."""

from datetime import date, datetime

from sqlmodel import Session, col, func, select

from ..rules.evaluations import Given
from ..rules.people import PRESIDING
from .evaluation_tables import Evaluation
from .organisation_tables import ROOT, Organisation
from .tables import Case, Hearing, Seat, StaffAccount


class AlreadyGiven(ValueError):
    """This person has evaluated this hearing."""


def find(session: Session, participant: str) -> Evaluation | None:
    """What somebody thought of their hearing."""
    return session.get(Evaluation, participant)


def give(
    session: Session, hearing: str, participant: str, *, scores: dict[str, int], text: str, now: int
) -> Evaluation:
    """Keep an evaluation; raises `AlreadyGiven`."""
    if find(session, participant) is not None:
        raise AlreadyGiven
    row = Evaluation(participant=participant, hearing=hearing, at=now, text=text, **scores)
    session.add(row)
    session.flush()
    return row


def of_year(session: Session, path: str, year: int) -> list[Given]:
    """The evaluations of an organisation and all below it; rehearsals do not count."""
    begin, end = _ms(date(year, 1, 1)), _ms(date(year + 1, 1, 1))
    query = (
        select(Evaluation)
        .join(Hearing, col(Hearing.id) == col(Evaluation.hearing))
        .join(Case, col(Case.id) == col(Hearing.case_id))
        .join(Organisation, col(Organisation.id) == func.coalesce(col(Case.organisation), ROOT))
        .where(col(Organisation.path).startswith(path, autoescape=True))
        .where(col(Evaluation.at) >= begin, col(Evaluation.at) < end, col(Hearing.rehearsal).is_(False))
    )
    rows = session.exec(query).all()
    presided = _presiding(session, {row.hearing for row in rows})
    return [
        Given(
            quarter=(date.fromtimestamp(row.at / 1000).month + 2) // 3,
            presided=presided.get(row.hearing, ""),
            process=row.process,
            result=row.result,
            mediator=row.mediator,
            text=row.text,
        )
        for row in rows
    ]


def names(session: Session, accounts: list[str]) -> dict[str, str]:
    """What accounts are called."""
    query = select(StaffAccount.id, StaffAccount.person).where(col(StaffAccount.id).in_(accounts))
    return dict(session.exec(query).all())


def _presiding(session: Session, hearings: set[str]) -> dict[str, str]:
    """The account of the first presiding seat of each hearing."""
    query = (
        select(Seat)
        .where(col(Seat.hearing).in_(hearings), col(Seat.role).in_([role.value for role in PRESIDING]))
        .order_by(col(Seat.position).desc())
    )
    return {seat.hearing: seat.account for seat in session.exec(query) if seat.account}


def _ms(day: date) -> int:
    """The first moment of a day by this machine's clock, Unix ms."""
    return int(datetime(day.year, day.month, day.day).timestamp() * 1000)

"""Physical rooms, and who or which of them is taken at a time. Functions within a transaction."""

from collections.abc import Collection

import msgspec
from sqlmodel import Session, col, or_, select

from ..rules.planning import LONGEST, Span
from .booking_tables import Chamber
from .organisation_tables import ROOT, Organisation
from .tables import Case, Hearing, Seat, new_id

_FREE = ("closed", "cancelled")
_REACH = LONGEST * 60_000


class ChamberError(ValueError):
    """It cannot be made or changed so; the text is a word: name."""


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """A person or a chamber that two hearings want at one time."""

    what: str
    """person or chamber."""
    name: str
    hearing: str
    title: str
    case: str
    path: str
    """The organisation of the other hearing's case."""
    starts_at: int
    minutes: int


def create(session: Session, organisation: str, name: str, place: str, seats: int, now: int) -> Chamber:
    """A new chamber; raises `ChamberError`."""
    _check_name(session, organisation, name, "")
    row = Chamber(
        id=new_id("b"), organisation=organisation, name=name, place=place, seats=seats, created_at=now
    )
    session.add(row)
    session.flush()
    return row


def edit(session: Session, row: Chamber, name: str, place: str, seats: int, disabled_at: int | None) -> None:
    """Another name, place or size, in use or not; raises `ChamberError`."""
    _check_name(session, row.organisation, name, row.id)
    row.name, row.place, row.seats, row.disabled_at = name, place, seats, disabled_at
    session.add(row)


def within(session: Session, paths: Collection[str]) -> list[tuple[Chamber, Organisation]]:
    """The chambers of the organisations of paths, of those below and of those above them."""
    if not paths:
        return []
    above = {identifier for path in paths for identifier in path.strip("/").split("/")}
    below = [col(Organisation.path).startswith(path, autoescape=True) for path in paths]
    query = (
        select(Chamber, Organisation)
        .join(Organisation, col(Organisation.id) == col(Chamber.organisation))
        .where(or_(col(Organisation.id).in_(above), *below))
        .order_by(col(Organisation.path), col(Chamber.name))
    )
    return [(chamber, organisation) for chamber, organisation in session.exec(query)]


def clashes(session: Session, hearing: str) -> list[Clash]:
    """What stands in the way of a hearing at its time: its people and its chamber, wanted elsewhere.

    People are known by their account, as a party or agent of the case, or by their identity number.
    A rehearsal takes nobody's time.
    """
    row = session.get_one(Hearing, hearing)
    if row.rehearsal or row.state in _FREE:
        return []
    span = Span(row.starts_at, row.minutes)
    others = _at(session, row, span)
    if not others:
        return []
    mine = session.exec(select(Seat).where(Seat.hearing == hearing)).all()
    theirs = session.exec(
        select(Seat).where(col(Seat.hearing).in_(others)).order_by(col(Seat.hearing), col(Seat.position))
    ).all()
    found = [
        _clash(session, others[other.hearing], "person", seat.name)
        for seat in mine
        for other in theirs
        if _same(seat, other)
    ]
    if row.chamber:
        chamber = session.get_one(Chamber, row.chamber)
        found += [
            _clash(session, other, "chamber", chamber.name)
            for other in others.values()
            if other.chamber == row.chamber
        ]
    return list(dict.fromkeys(found))


def _at(session: Session, row: Hearing, span: Span) -> dict[str, Hearing]:
    query = select(Hearing).where(
        Hearing.id != row.id,
        Hearing.starts_at < span.ends_at,
        Hearing.starts_at > span.starts_at - _REACH,
        col(Hearing.state).not_in(_FREE),
        col(Hearing.rehearsal).is_(False),
    )
    others = session.exec(query.order_by(col(Hearing.starts_at), col(Hearing.id)))
    return {other.id: other for other in others if span.meets(Span(other.starts_at, other.minutes))}


def _same(mine: Seat, theirs: Seat) -> bool:
    if mine.agent or theirs.agent:
        known = mine.agent == theirs.agent
    else:
        known = mine.party is not None and mine.party == theirs.party
    number = mine.id_number_digest is not None and mine.id_number_digest == theirs.id_number_digest
    return known or number or (mine.account is not None and mine.account == theirs.account)


def _clash(session: Session, other: Hearing, what: str, name: str) -> Clash:
    case = session.get_one(Case, other.case_id)
    return Clash(
        what=what,
        name=name,
        hearing=other.id,
        title=other.title,
        case=case.id,
        path=session.get_one(Organisation, case.organisation or ROOT).path,
        starts_at=other.starts_at,
        minutes=other.minutes,
    )


def _check_name(session: Session, organisation: str, name: str, mine: str) -> None:
    query = select(Chamber).where(
        Chamber.organisation == organisation, Chamber.name == name, Chamber.id != mine
    )
    if session.exec(query).first():
        raise ChamberError("name")

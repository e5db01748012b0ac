"""Devices of chambers: paired by a code, known by a credential, revoked. Functions within a transaction."""

from collections.abc import Collection

import msgspec
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from .booking_tables import Chamber
from .endpoint_tables import EndpointRow
from .organisation_tables import Organisation
from .tables import Case, Hearing, new_id


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A hearing in a chamber, without the names of anybody."""

    id: str
    kind: str
    case_number: str
    starts_at: int
    minutes: int
    state: str


def offer_code(
    session: Session, chamber: str, digest: str, by: str, now: int, expires_at: int
) -> EndpointRow:
    """A code for a device of a chamber; codes of it that nobody has used are void."""
    for row in session.exec(_holding(chamber)):
        if row.paired_at is None:
            row.revoked_at, row.code_digest = now, None
            session.add(row)
    row = EndpointRow(
        id=new_id("k", 8),
        chamber=chamber,
        code_digest=digest,
        code_expires_at=expires_at,
        created_by=by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def by_code(session: Session, digest: str, now: int) -> EndpointRow | None:
    """What a code stands for, if it may still be used."""
    row = session.exec(select(EndpointRow).where(EndpointRow.code_digest == digest)).first()
    good = row is not None and row.revoked_at is None and row.code_expires_at > now
    return row if good and in_use(session, row.chamber if row else "") else None


def pair(session: Session, row: EndpointRow, credential_digest: str, label: str, now: int) -> None:
    """The device of a code is the chamber's from now on; the one before it is not any more."""
    for other in session.exec(_holding(row.chamber)):
        if other.id != row.id:
            other.revoked_at, other.code_digest = now, None
            session.add(other)
    row.code_digest, row.credential_digest, row.label, row.paired_at = None, credential_digest, label, now
    session.add(row)


def known(session: Session, endpoint: str, credential_digest: str) -> EndpointRow | None:
    """The device with that credential, if it holds and its chamber is in use."""
    row = session.get(EndpointRow, endpoint)
    holds = row is not None and row.revoked_at is None and row.credential_digest == credential_digest
    return row if row is not None and holds and in_use(session, row.chamber) else None


def revoke(session: Session, chamber: str, now: int) -> bool:
    """Take back every device and code of a chamber; whether there was one."""
    rows = session.exec(_holding(chamber)).all()
    for row in rows:
        row.revoked_at, row.code_digest = now, None
        session.add(row)
    return bool(rows)


def paired(session: Session, chambers: Collection[str]) -> dict[str, EndpointRow]:
    """The device of each of these chambers that has one."""
    query = select(EndpointRow).where(
        col(EndpointRow.chamber).in_(chambers),
        col(EndpointRow.paired_at).is_not(None),
        col(EndpointRow.revoked_at).is_(None),
    )
    return {row.chamber: row for row in session.exec(query)}


def in_use(session: Session, chamber: str) -> bool:
    """Whether a chamber and its organisation have not been taken out of use."""
    row = session.get(Chamber, chamber)
    owner = session.get(Organisation, row.organisation) if row else None
    return row is not None and row.disabled_at is None and owner is not None and owner.disabled_at is None


def planned(session: Session, chamber: str, start: int, end: int) -> list[Planned]:
    """The hearings in a chamber that start in a span of time (Unix ms), earliest first, none called off."""
    query = (
        select(Hearing, Case)
        .join(Case, col(Case.id) == col(Hearing.case_id))
        .where(
            Hearing.chamber == chamber,
            Hearing.starts_at >= start,
            Hearing.starts_at < end,
            Hearing.state != "cancelled",
        )
        .order_by(col(Hearing.starts_at), col(Hearing.id))
    )
    return [
        Planned(
            id=row.id,
            kind=row.kind,
            case_number=case.shown_number,
            starts_at=row.starts_at,
            minutes=row.minutes,
            state=row.state,
        )
        for row, case in session.exec(query)
    ]


def _holding(chamber: str) -> SelectOfScalar[EndpointRow]:
    return select(EndpointRow).where(EndpointRow.chamber == chamber, col(EndpointRow.revoked_at).is_(None))

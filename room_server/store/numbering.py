"""Numbers of cases and documents: per organisation, year and kind, without gaps, never given twice."""

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, col, select

from ..law.terms import NumberKind
from .case_tables import Counter, NumberRow
from .organisation_tables import Organisation
from .tables import Case


def give(
    session: Session,
    *,
    kind: NumberKind,
    organisation: Organisation,
    year: int,
    case: str,
    by: str,
    now: int,
    title: str = "",
) -> NumberRow:
    """The next number, taken within the caller's transaction: when that fails, so does the counting.

    A number that was typed by hand for a case is passed over: it has been given.
    """
    while True:
        value = _count(session, organisation.id, year, kind.kind)
        number = kind.write(organisation.short_name, year, value)
        if not _taken(session, number):
            break
    row = NumberRow(
        number=number,
        case_id=case,
        organisation=organisation.id,
        kind=kind.kind,
        year=year,
        value=value,
        title=title,
        given_by=by,
        given_at=now,
    )
    session.add(row)
    session.flush()
    return row


def given(session: Session, case: str) -> list[NumberRow]:
    """All numbers of a case and its documents, in the order in which they were given."""
    query = (
        select(NumberRow)
        .where(NumberRow.case_id == case)
        .order_by(col(NumberRow.given_at), col(NumberRow.number))
    )
    return list(session.exec(query))


def _count(session: Session, organisation: str, year: int, kind: str) -> int:
    # One statement that locks its row until the transaction ends: two at once count one after the other.
    sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert(Counter) if sqlite else postgresql_insert(Counter)
    counted = insert.values(organisation=organisation, year=year, kind=kind, value=1)
    counted = counted.on_conflict_do_update(
        index_elements=["organisation", "year", "kind"], set_={"value": col(Counter.value) + 1}
    )
    return int(session.execute(counted.returning(col(Counter.value))).scalar_one())


def _taken(session: Session, number: str) -> bool:
    by_hand = session.exec(select(Case.id).where(Case.number == number)).first()
    return by_hand is not None or session.get(NumberRow, number) is not None

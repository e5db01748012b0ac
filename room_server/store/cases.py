"""Cases: filing, finding, editing, and which of them somebody sees. Functions within a transaction."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, false, func, or_, select

from ..rules.permissions import Act, paths_of
from ..rules.route import Route, procedure_of
from . import case_history, organisations
from .case_tables import Party
from .organisation_tables import Organisation
from .tables import Case, new_id

PAGE = 50
EDITABLE = frozenset({"title", "cause", "summary", "is_group"})


class Seeing(msgspec.Struct, frozen=True):
    """What somebody may see: all below some paths, and single cases that were opened to them."""

    paths: list[str]
    opened: list[str]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of cases is narrowed to; empty fields narrow nothing."""

    text: str = ""
    route: str = ""
    organisation: str = ""
    state: str = ""
    """open or closed."""


def file(
    session: Session,
    *,
    organisation: Organisation,
    title: str,
    cause: str,
    route: str,
    summary: str,
    is_group: bool,
    by: str,
    now: int,
    number: str = "",
    origin: str | None = None,
) -> Case:
    """A new case; without a number until it is accepted."""
    identifier = new_id("c")
    case = Case(
        id=identifier,
        number=number or identifier,
        title=title,
        created_at=now,
        organisation=organisation.id,
        cause=cause,
        route=route,
        procedure=procedure_of(Route(route)) or "mediation",
        summary=summary,
        is_group=is_group,
        origin=origin,
        created_by=by,
    )
    session.add(case)
    session.flush()
    case_history.note(session, identifier, at=now, actor=by, what="filed", route=route, number=number)
    return case


def edit(session: Session, case: Case, changes: Mapping[str, Any], by: str, now: int) -> None:
    """Change what may be changed; the history keeps what it was."""
    before = {}
    for name, value in changes.items():
        if name not in EDITABLE:
            raise ValueError(f"{name} is not edited")
        if getattr(case, name) != value:
            before[name] = getattr(case, name)
            setattr(case, name, value)
    if before:
        session.add(case)
        case_history.note(session, case.id, at=now, actor=by, what="edited", before=before)


def by_number(session: Session, number: str) -> Case | None:
    """The case with that number."""
    return session.exec(select(Case).where(Case.number == number)).first()


def seeing(session: Session, account: str, act: Act, now: int) -> Seeing:
    """What an account sees of cases, or of hearings, by its roles and by grants."""
    return Seeing(
        paths=paths_of(organisations.memberships(session, account), act),
        opened=organisations.opened_cases(session, account, now),
    )


def search(
    session: Session, who: Seeing, wanted: Wanted, offset: int = 0, most: int = PAGE
) -> tuple[list[Case], int]:
    """A page of the cases that somebody sees, newest first, and how many there are altogether."""
    conditions = [_visible(who), *_narrowed(wanted)]
    total = session.exec(select(func.count()).select_from(Case).where(*conditions)).one()
    query = (
        select(Case)
        .where(*conditions)
        .order_by(col(Case.created_at).desc(), col(Case.id))
        .offset(offset)
        .limit(most)
    )
    return list(session.exec(query)), total


def visible_among(session: Session, who: Seeing, identifiers: Collection[str]) -> list[Case]:
    """Those of some cases that somebody sees."""
    query = select(Case).where(col(Case.id).in_(identifiers), _visible(who)).order_by(col(Case.number))
    return list(session.exec(query))


def parties_of(session: Session, cases: Collection[str]) -> dict[str, list[Party]]:
    """The parties of cases, applicants first."""
    found: dict[str, list[Party]] = {case: [] for case in cases}
    query = (
        select(Party)
        .where(col(Party.case_id).in_(found))
        .order_by(col(Party.side), col(Party.position), col(Party.id))
    )
    for party in session.exec(query):
        found[party.case_id].append(party)
    return found


def _visible(who: Seeing) -> ColumnElement[bool]:
    below = [col(Organisation.path).startswith(path, autoescape=True) for path in who.paths]
    mine = select(Organisation.id).where(or_(*below) if below else false())
    return or_(col(Case.organisation).in_(mine), col(Case.id).in_(who.opened))


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.text:
        named = select(Party.case_id).where(
            or_(
                col(Party.name).contains(wanted.text, autoescape=True),
                col(Party.credit_code) == wanted.text.upper(),
            )
        )
        conditions.append(
            or_(
                col(Case.number).contains(wanted.text, autoescape=True),
                col(Case.title).contains(wanted.text, autoescape=True),
                col(Case.id).in_(named),
            )
        )
    if wanted.route:
        conditions.append(col(Case.route) == wanted.route)
    if wanted.state:
        closed = col(Case.route) == "closed"
        conditions.append(closed if wanted.state == "closed" else ~closed)
    if wanted.organisation:
        conditions.append(col(Case.organisation) == wanted.organisation)
    return conditions

"""The tree of organisations, who belongs to it with which roles, and cases opened to others."""

from collections.abc import Collection

import msgspec
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, or_, select

from ..rules.permissions import LEVELS, Act, Membership, Opening, StaffRole, paths_of
from .organisation_tables import ROOT, Grant, MembershipRow, Organisation
from .tables import Case, StaffAccount, new_id


class OrganisationError(ValueError):
    """It cannot be changed so; the text is a word: level, short_name, not_empty, root,
    inside, last_admin, self, elsewhere."""


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """An account with its roles in one organisation."""

    account: str
    name: str
    person: str
    disabled: bool
    roles: list[StaffRole]


def root(session: Session) -> Organisation:
    """The organisation at the top."""
    return session.get_one(Organisation, ROOT)


def create(
    session: Session, *, name: str, short_name: str, level: str, parent: Organisation, now: int
) -> Organisation:
    """A new organisation below another; raises `OrganisationError`."""
    _check_level(level, parent)
    _check_short_name(session, short_name, "")
    identifier = new_id("o")
    row = Organisation(
        id=identifier,
        name=name,
        short_name=short_name,
        level=level,
        parent=parent.id,
        path=f"{parent.path}{identifier}/",
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def rename(session: Session, row: Organisation, name: str | None, short_name: str | None) -> None:
    """Another name, or another place in the numbers to come; raises `OrganisationError`."""
    if short_name is not None:
        _check_short_name(session, short_name, row.id)
        row.short_name = short_name
    row.name = name if name is not None else row.name
    session.add(row)


def set_disabled(session: Session, row: Organisation, at: int | None) -> None:
    """Take an organisation out of use, or into use again; never the root, nor one above others in use."""
    if row.id == ROOT:
        raise OrganisationError("root")
    below = select(Organisation).where(Organisation.parent == row.id, col(Organisation.disabled_at).is_(None))
    if at is not None and session.exec(below).first():
        raise OrganisationError("not_empty")
    row.disabled_at = at
    session.add(row)


def move(session: Session, row: Organisation, parent: Organisation) -> None:
    """Put an organisation with all below it under another; raises `OrganisationError`."""
    if row.id == ROOT:
        raise OrganisationError("root")
    if parent.path.startswith(row.path):
        raise OrganisationError("inside")
    _check_level(row.level, parent)
    old, row.parent = row.path, parent.id
    for one in below(session, [old]):
        one.path = f"{parent.path}{row.id}/{one.path.removeprefix(old)}"
        session.add(one)
    session.flush()


def below(session: Session, paths: Collection[str]) -> list[Organisation]:
    """The organisations of paths and all below them, each once, in the order of the tree."""
    if not paths:
        return []
    within = or_(*(col(Organisation.path).startswith(path, autoescape=True) for path in paths))
    return list(session.exec(select(Organisation).where(within).order_by(col(Organisation.path))))


def above(session: Session, paths: Collection[str]) -> list[Organisation]:
    """The organisations above all of some paths, highest first; none that a path itself reaches."""
    named = {identifier for path in paths for identifier in path.strip("/").split("/")[:-1]}
    query = select(Organisation).where(col(Organisation.id).in_(named)).order_by(col(Organisation.path))
    return [row for row in session.exec(query) if not row.path.startswith(tuple(paths))]


def memberships(session: Session, account: str) -> list[Membership]:
    """What an account is, and where; organisations out of use give nothing."""
    query = (
        select(Organisation.path, MembershipRow.role)
        .join(MembershipRow, col(MembershipRow.organisation) == col(Organisation.id))
        .where(MembershipRow.account == account, col(Organisation.disabled_at).is_(None))
    )
    return [Membership(path, StaffRole(role)) for path, role in session.exec(query)]


def home(session: Session, account: str, act: Act) -> Organisation | None:
    """The highest organisation in which an account may do something: where what it makes belongs."""
    paths = paths_of(memberships(session, account), act)
    if not paths:
        return None
    first = min(paths, key=lambda path: (path.count("/"), path))
    return session.exec(select(Organisation).where(Organisation.path == first)).first()


def set_roles(
    session: Session, account: str, organisation: str, roles: Collection[StaffRole], now: int
) -> None:
    """Exactly these roles from now on; the last administrator at the root stays one."""
    if organisation == ROOT and StaffRole.ADMIN not in roles and only_admin(session, account):
        raise OrganisationError("last_admin")
    session.exec(
        delete(MembershipRow).where(
            col(MembershipRow.account) == account, col(MembershipRow.organisation) == organisation
        )
    )
    for role in sorted(set(roles)):
        session.add(MembershipRow(account=account, organisation=organisation, role=role.value, since=now))
    session.flush()


def colleagues(session: Session, organisation: str) -> list[Colleague]:
    """Everybody with a role in an organisation itself, by name."""
    query = (
        select(StaffAccount, MembershipRow.role)
        .join(MembershipRow, col(MembershipRow.account) == col(StaffAccount.id))
        .where(MembershipRow.organisation == organisation)
        .order_by(col(StaffAccount.name), col(MembershipRow.role))
    )
    found: dict[str, tuple[StaffAccount, list[StaffRole]]] = {}
    for account, role in session.exec(query):
        found.setdefault(account.id, (account, []))[1].append(StaffRole(role))
    return [
        Colleague(
            account=row.id,
            name=row.name,
            person=row.person,
            disabled=row.disabled_at is not None,
            roles=roles,
        )
        for row, roles in found.values()
    ]


def places(session: Session, accounts: Collection[str]) -> dict[str, list[Organisation]]:
    """The organisations, in use or not, in which accounts have roles, in the order of the tree."""
    query = (
        select(MembershipRow.account, Organisation)
        .join(Organisation, col(Organisation.id) == col(MembershipRow.organisation))
        .where(col(MembershipRow.account).in_(accounts))
        .order_by(col(Organisation.path))
        .distinct()
    )
    found: dict[str, list[Organisation]] = {}
    for account, row in session.exec(query):
        found.setdefault(account, []).append(row)
    return found


def openings(session: Session, account: str, case: str, now: int) -> list[Opening]:
    """The grants of a case that hold for an account now: its own, and those of its organisations."""
    mine = or_(
        col(Grant.account) == account, col(Grant.organisation).in_(_organisations_above(session, account))
    )
    query = select(Grant).where(Grant.case_id == case, mine, *_holding(now))
    return [Opening(grant.work) for grant in session.exec(query)]


def opened_cases(session: Session, account: str, now: int) -> list[str]:
    """The cases that were opened to an account."""
    mine = or_(
        col(Grant.account) == account, col(Grant.organisation).in_(_organisations_above(session, account))
    )
    return sorted(set(session.exec(select(Grant.case_id).where(mine, *_holding(now)))))


def path_of_case(session: Session, case: Case) -> str:
    """The path of a case's organisation."""
    return session.get_one(Organisation, case.organisation or ROOT).path


def _holding(now: int) -> list[ColumnElement[bool]]:
    return [
        col(Grant.revoked_at).is_(None),
        or_(col(Grant.expires_at).is_(None), col(Grant.expires_at) > now),
    ]


def _organisations_above(session: Session, account: str) -> set[str]:
    return {
        identifier
        for member in memberships(session, account)
        for identifier in member.path.strip("/").split("/")
    }


def _check_level(level: str, parent: Organisation) -> None:
    if LEVELS.index(level) < LEVELS.index(parent.level) or (level == parent.level and level != LEVELS[0]):
        raise OrganisationError("level")


def _check_short_name(session: Session, short_name: str, mine: str) -> None:
    if not short_name:
        return
    query = select(Organisation).where(Organisation.short_name == short_name, Organisation.id != mine)
    if session.exec(query).first():
        raise OrganisationError("short_name")


def only_admin(session: Session, account: str) -> bool:
    """Whether nobody else can sign in as an administrator at the top."""
    query = (
        select(MembershipRow.account)
        .join(StaffAccount, col(StaffAccount.id) == col(MembershipRow.account))
        .where(
            MembershipRow.organisation == ROOT,
            MembershipRow.role == StaffRole.ADMIN.value,
            col(StaffAccount.disabled_at).is_(None),
        )
    )
    return set(session.exec(query)) == {account}

"""What was changed of organisations, their staff, grants and chambers' devices: written with the change."""

import json
from collections.abc import Collection, Iterable

from sqlalchemy import Text
from sqlmodel import BigInteger, Field, Session, SQLModel, col, select

from ..rules.permissions import StaffRole
from .organisation_tables import ROOT, MembershipRow
from .tables import Case

CONSOLE = "console"
"""Who acted, where it was done on the server itself with `heting staff`."""
DEVICE = "device"
"""Who acted, where a chamber's device gave itself up."""
ACTS = (
    *("organisation_created", "organisation_renamed", "organisation_disabled", "organisation_enabled"),
    *("organisation_moved", "account_created", "roles_changed", "account_disabled", "account_enabled"),
    *("password_renewed", "case_opened", "case_closed", "device_paired", "device_unpaired"),
    *("model_fetched", "model_imported", "model_chosen"),
)


class OrganisationLog(SQLModel, table=True):
    """One change; triggers refuse changes and deletions."""

    __tablename__ = "organisation_log"
    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(sa_type=BigInteger)
    actor: str
    """The staff account, `console` or `device`."""
    act: str
    organisation: str = Field(foreign_key="organisation.id", index=True)
    account: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Whose account, roles or grant it is about; empty: nobody's."""
    body: str = Field(sa_type=Text)
    """JSON: `before`, `after` and `subject`, as far as there are any."""


def note(
    session: Session,
    act: str,
    *,
    at: int,
    by: str,
    organisation: str,
    account: str = "",
    **body: str,
) -> None:
    """Write down a change, in the transaction that makes it."""
    if act not in ACTS:
        raise ValueError(act)
    text = json.dumps({name: said for name, said in body.items() if said}, ensure_ascii=False, sort_keys=True)
    row = OrganisationLog(at=at, actor=by, act=act, organisation=organisation, account=account, body=text)
    session.add(row)
    session.flush()


def roles_of(session: Session, account: str, organisation: str) -> str:
    """The roles of an account in an organisation, as they stand in the log."""
    query = select(MembershipRow.role).where(
        MembershipRow.account == account, MembershipRow.organisation == organisation
    )
    return joined(session.exec(query))


def joined(roles: Iterable[StaffRole | str]) -> str:
    """Roles as they stand in the log."""
    return ",".join(sorted(set(map(str, roles))))


def home_of(session: Session, case: str) -> str:
    """The organisation of a case."""
    return session.get_one(Case, case).organisation or ROOT


def read(
    session: Session, organisations: Collection[str], acts: Collection[str], before: int, most: int
) -> list[OrganisationLog]:
    """The changes in some organisations, newest first; `acts`: only these; `before` an id, 0: the newest."""
    query = select(OrganisationLog).where(col(OrganisationLog.organisation).in_(organisations))
    if acts:
        query = query.where(col(OrganisationLog.act).in_(acts))
    if before:
        query = query.where(col(OrganisationLog.id) < before)
    return list(session.exec(query.order_by(col(OrganisationLog.id).desc()).limit(most)))

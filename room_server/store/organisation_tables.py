"""The tables of who belongs where: the tree of organisations, memberships, and cases opened to others."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

ROOT = "o_root"
"""The organisation that every installation has."""


class Organisation(SQLModel, table=True):
    """One organisation; `path` holds the ids from the root down to its own, `/o_root/o_…/`."""

    __tablename__ = "organisation"
    id: str = Field(primary_key=True)
    name: str
    """Empty at the root: as the settings say."""
    short_name: str = ""
    """The place in its numbers, e.g. `厦湖`."""
    level: str
    parent: str | None = Field(default=None, foreign_key="organisation.id", index=True)
    path: str = Field(unique=True)
    created_at: int = Field(sa_type=BigInteger)
    disabled_at: int | None = Field(default=None, sa_type=BigInteger)


class MembershipRow(SQLModel, table=True):
    """One role of one account in one organisation."""

    __tablename__ = "membership"
    account: str = Field(primary_key=True, foreign_key="staff_account.id")
    organisation: str = Field(primary_key=True, foreign_key="organisation.id", index=True)
    role: str = Field(primary_key=True)
    since: int = Field(sa_type=BigInteger)


class Grant(SQLModel, table=True):
    """A case opened to an account or to an organisation and all below it; `work`: else to see only."""

    __tablename__ = "case_grant"
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id", index=True)
    account: str | None = Field(default=None, foreign_key="staff_account.id", index=True)
    organisation: str | None = Field(default=None, foreign_key="organisation.id", index=True)
    work: bool
    reason: str
    given_by: str = Field(foreign_key="staff_account.id")
    given_at: int = Field(sa_type=BigInteger)
    expires_at: int | None = Field(default=None, sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)

"""The tables of chambers' devices and of the calls between chambers."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel


class EndpointRow(SQLModel, table=True):
    """A device of a chamber: first only a code to pair it with, then its credential. One holds at a time."""

    __tablename__ = "chamber_endpoint"
    id: str = Field(primary_key=True)
    chamber: str = Field(foreign_key="chamber.id", index=True)
    code_digest: str | None = Field(default=None, unique=True, repr=False)
    """Gone once it was used."""
    code_expires_at: int = Field(sa_type=BigInteger)
    credential_digest: str | None = Field(default=None, repr=False)
    label: str = ""
    """What the device says it is."""
    created_by: str = Field(foreign_key="staff_account.id")
    created_at: int = Field(sa_type=BigInteger)
    paired_at: int | None = Field(default=None, sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)


class CallRow(SQLModel, table=True):
    """One call to a chamber, from another one or by a member of the staff from a hearing.

    `state`: ringing, accepted, declined, cancelled, missed or over.
    """

    __tablename__ = "chamber_call"
    __table_args__ = (Index("ix_chamber_call_state", "state"),)
    id: str = Field(primary_key=True)
    caller: str | None = Field(default=None, foreign_key="chamber.id", index=True)
    account: str | None = Field(default=None, foreign_key="staff_account.id")
    """Who called, when it was not from a chamber."""
    callee: str = Field(foreign_key="chamber.id", index=True)
    hearing: str | None = Field(default=None, foreign_key="hearing.id", index=True)
    """Where both are to meet; a talk of their own gets its hearing when it is accepted."""
    state: str = "ringing"
    reason: str = ""
    asked_at: int = Field(sa_type=BigInteger)
    answered_at: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: int | None = Field(default=None, sa_type=BigInteger)

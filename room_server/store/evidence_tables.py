"""The tables of evidence: the items of a case, and everything that was ever done to them."""

from sqlalchemy import BigInteger, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

STATES = ("receiving", "checking", "draft", "submitted", "withdrawn", "refused", "deleted")


class EvidenceRow(SQLModel, table=True):
    """One item of a case. It has a number from the moment it is submitted, and keeps it.

    `state`: receiving, checking, draft (its own side's, not submitted), submitted, withdrawn,
    refused (`word` says why; nothing of the file is kept) or deleted (before it was submitted).
    """

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("case_id", "side", "number"),)
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id", index=True)
    hearing: str = Field(foreign_key="hearing.id")
    """The hearing whose link or seat it was brought with."""
    side: str
    number: int | None = None
    state: str
    word: str = ""
    title: str
    purpose: str
    """证明目的: what it shall prove."""
    file: str
    """What whoever brought it calls the file; never a path."""
    size: int = Field(sa_type=BigInteger)
    format: str = ""
    kind: str = ""
    pages: int = 0
    seconds: int = 0
    active: bool = False
    sha256: str = ""
    actor: str
    """Participant or staff account that brought it."""
    by: str
    """Their name."""
    created_at: int = Field(sa_type=BigInteger)
    received_at: int | None = Field(default=None, sa_type=BigInteger)
    submitted_at: int | None = Field(default=None, sa_type=BigInteger)
    withdrawn_at: int | None = Field(default=None, sa_type=BigInteger)
    reason: str = ""
    exhibit: str | None = Field(default=None, foreign_key="case_exhibit.id", index=True)
    """The line of the case's list of evidence that it is."""
    received_from: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Who handed it in, when staff brought it for a side."""


class EvidenceAct(SQLModel, table=True):
    """One thing done to an item, in or out of a sitting; triggers refuse changes and deletions."""

    __tablename__ = "evidence_act"
    id: int | None = Field(default=None, primary_key=True)
    evidence: str = Field(foreign_key="evidence.id", index=True)
    at: int = Field(sa_type=BigInteger)
    actor: str
    act: str
    body: str = Field(sa_type=Text)
    """JSON: what exactly, e.g. the hash of what was received."""

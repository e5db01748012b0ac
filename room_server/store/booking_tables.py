"""The tables around a booking: physical rooms, notices to be sent, consents."""

from sqlalchemy import BigInteger, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class Chamber(SQLModel, table=True):
    """A physical room of an organisation where people may sit together."""

    __tablename__ = "chamber"
    __table_args__ = (UniqueConstraint("organisation", "name"),)
    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key="organisation.id")
    name: str
    place: str = ""
    """How to find it: building, floor."""
    seats: int
    created_at: int = Field(sa_type=BigInteger)
    disabled_at: int | None = Field(default=None, sa_type=BigInteger)


class NoticeRow(SQLModel, table=True):
    """One notice to one person over one channel: what is to be sent, and what became of it."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("seat", "moment", "sequence", "channel"),
        Index("ix_notice_state_due_at", "state", "due_at"),
    )
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id")
    hearing: str = Field(foreign_key="hearing.id", index=True)
    seat: str = Field(foreign_key="seat.id")
    moment: str
    """booked, rebooked, cancelled, the id of a reminder; `deadline` or `overdue` with limit and day."""
    channel: str
    template: str
    version: str
    state: str
    """queued, sent, delivered, failed, to_print, printed or dropped."""
    cause: str = ""
    """Why it failed: a word."""
    sha256: str = ""
    """Of the text as it was sent."""
    address_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    sequence: int
    """Of the hearing, when this was written."""
    tries: int = 0
    created_at: int = Field(sa_type=BigInteger)
    due_at: int = Field(sa_type=BigInteger)
    sent_at: int | None = Field(default=None, sa_type=BigInteger)
    delivered_at: int | None = Field(default=None, sa_type=BigInteger)


class ConsentRow(SQLModel, table=True):
    """One answer to one text; triggers refuse changes and deletions, the last answer of a seat counts."""

    __tablename__ = "consent"
    id: int | None = Field(default=None, primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id")
    hearing: str = Field(foreign_key="hearing.id", index=True)
    seat: str = Field(foreign_key="seat.id", index=True)
    party: str | None = Field(default=None, foreign_key="case_party.id")
    item: str
    version: str
    sha256: str
    language: str
    act: str
    """given, refused or withdrawn."""
    at: int = Field(sa_type=BigInteger)
    actor: str
    """The participant themselves, or the account of the staff who wrote down what they said."""
    note: str = Field(default="", sa_type=Text)

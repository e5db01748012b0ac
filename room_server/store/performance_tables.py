"""The tables of what was promised or awarded, and of asking whether it was done."""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel


class PromiseRow(SQLModel, table=True):
    """One item of an agreement or an award: what, how much, until when."""

    __tablename__ = "promise"
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id", index=True)
    position: int
    item: str
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    due: str
    """A day, as the document says it."""
    created_by: str
    created_at: int = Field(sa_type=BigInteger)
    kept_on: str = ""
    """The day it was done; empty until then."""


class FollowUp(SQLModel, table=True):
    """One asking about an item (回访): what was found; triggers refuse changes and deletions."""

    __tablename__ = "follow_up"
    id: int | None = Field(default=None, primary_key=True)
    promise: str = Field(foreign_key="promise.id", index=True)
    at: int = Field(sa_type=BigInteger)
    by: str
    day: str
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    done: bool
    proof: str = ""
    remark: str = Field(default="", sa_type=Text)

"""The table of what the parties thought of a hearing."""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel


class Evaluation(SQLModel, table=True):
    """What one person of a party thought of one hearing; triggers refuse changes and deletions."""

    __tablename__ = "evaluation"
    participant: str = Field(primary_key=True, foreign_key="seat.id")
    """Given once."""
    hearing: str = Field(foreign_key="hearing.id", index=True)
    at: int = Field(sa_type=BigInteger, index=True)
    process: int
    result: int
    mediator: int
    text: str = Field(sa_type=Text)

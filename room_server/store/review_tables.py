"""The tables of panel reviews: what the panel may read, what its members think, what came of it."""

from sqlalchemy import BigInteger, Text, UniqueConstraint, false
from sqlmodel import Field, SQLModel


class ReviewRow(SQLModel, table=True):
    """What a panel is asked, of one hearing."""

    __tablename__ = "review"
    hearing: str = Field(primary_key=True, foreign_key="hearing.id")
    question: str = Field(sa_type=Text)
    urgent: bool
    due_at: int | None = Field(default=None, sa_type=BigInteger)
    asked_by: str
    """Participant or staff account."""
    asked_at: int = Field(sa_type=BigInteger)
    opened_at: int | None = Field(default=None, sa_type=BigInteger)
    """When the chair opened the opinions to all of the panel."""


class ReviewMaterial(SQLModel, table=True):
    """One thing the panel may read; what was taken back stays on record."""

    __tablename__ = "review_material"
    id: str = Field(primary_key=True)
    hearing: str = Field(foreign_key="hearing.id", index=True)
    kind: str
    ref: str
    """The item of evidence, or the sitting whose minutes or recording it is."""
    opened_by: str
    opened_at: int = Field(sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)


class ReviewOpinion(SQLModel, table=True):
    """One version of one expert's opinion; triggers refuse changes and deletions."""

    __tablename__ = "review_opinion"
    __table_args__ = (UniqueConstraint("hearing", "participant", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    hearing: str = Field(foreign_key="hearing.id", index=True)
    participant: str = Field(foreign_key="seat.id")
    version: int
    at: int = Field(sa_type=BigInteger)
    issue: str = Field(sa_type=Text)
    view: str = Field(sa_type=Text)
    basis: str = Field(sa_type=Text)
    confidence: str
    after_reading: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Others' opinions had been shown to its author before."""


class ReviewConclusion(SQLModel, table=True):
    """One version of the conclusion, as it was printed; triggers refuse changes and deletions."""

    __tablename__ = "review_conclusion"
    __table_args__ = (UniqueConstraint("hearing", "version"),)
    id: int | None = Field(default=None, primary_key=True)
    hearing: str = Field(foreign_key="hearing.id", index=True)
    version: int
    at: int = Field(sa_type=BigInteger)
    by: str
    text: str = Field(sa_type=Text)
    majority: str = Field(sa_type=Text)
    """JSON: the participants whose opinion is the majority's."""
    opinions: str = Field(sa_type=Text)
    """JSON: participant and version of every opinion that it was drawn from."""
    number: str
    file: str
    bytes: int = Field(sa_type=BigInteger)
    sha256: str


class ReviewAct(SQLModel, table=True):
    """One thing done in a review, reading and refusals too; triggers refuse changes and deletions."""

    __tablename__ = "review_act"
    id: int | None = Field(default=None, primary_key=True)
    hearing: str = Field(foreign_key="hearing.id", index=True)
    at: int = Field(sa_type=BigInteger)
    actor: str
    act: str
    body: str = Field(sa_type=Text)
    """JSON: what of; never what an opinion says."""

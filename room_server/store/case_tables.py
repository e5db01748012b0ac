"""The tables of a case: its people, claims, listed evidence, roster, history and numbers."""

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel


class Party(SQLModel, table=True):
    """A person or organisation on one side of a case, stable over its hearings."""

    __tablename__ = "case_party"
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id", index=True)
    position: int
    side: str
    """applicant, respondent or third_party."""
    kind: str
    """person or organisation."""
    name: str
    id_number_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    id_number_digest: str | None = Field(default=None, index=True, repr=False)
    credit_code: str = Field(default="", index=True)
    legal_representative: str = ""
    legal_representative_post: str = ""
    employer: str = ""
    occupation: str = ""
    phone_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    address_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    service_address_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    electronic_address_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    representative: bool = False
    """Elected by a group (domain of group disputes)."""


class Agent(SQLModel, table=True):
    """Who acts for a party; `special` powers beyond conducting the case are named one by one."""

    __tablename__ = "case_agent"
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id", index=True)
    party: str = Field(foreign_key="case_party.id", index=True)
    position: int
    kind: str
    name: str
    power: str
    """general or special."""
    scope: str = ""
    """The special powers, comma-separated."""
    firm: str = ""
    licence: str = ""
    papers: str = ""
    """Where the power of attorney is: number of the document, place in the file."""
    phone_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    id_number_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    id_number_digest: str | None = Field(default=None, index=True, repr=False)


class Claim(SQLModel, table=True):
    """One claim; amounts in fen."""

    __tablename__ = "case_claim"
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id", index=True)
    position: int
    kind: str
    text: str = ""
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    period_from: str = ""
    period_to: str = ""
    basis: str = Field(default="", sa_type=Text)
    counter: bool = False


class Exhibit(SQLModel, table=True):
    """A line of the list of evidence handed in with the application; the files are elsewhere."""

    __tablename__ = "case_exhibit"
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id", index=True)
    position: int
    side: str
    name: str
    source: str = ""
    proves: str = Field(default="", sa_type=Text)
    original: bool = False
    reference: str = ""
    """Where the evidence itself is kept: an id or a place in the file."""


class RosterEntry(SQLModel, table=True):
    """One of the people of a group case."""

    __tablename__ = "roster_entry"
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id", index=True)
    position: int
    name: str
    id_number_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    id_number_digest: str | None = Field(default=None, index=True, repr=False)
    phone_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    consent: bool = False
    representative: bool = False


class PlainText(SQLModel, table=True):
    """What an older version wrote in plain and a start has still to bring under the key; else empty."""

    __tablename__ = "plain_text"
    id: int | None = Field(default=None, primary_key=True)
    of: str
    """The table of its owner."""
    row: str
    field: str
    text: str = Field(sa_type=Text, repr=False)


class CaseEvent(SQLModel, table=True):
    """One entry of a case's history; triggers refuse gaps, changes and deletions."""

    __tablename__ = "case_event"
    case_id: str = Field(primary_key=True, foreign_key="dispute_case.id")
    seq: int = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    actor: str
    what: str
    fact: str = ""
    """The kind of a dated fact; empty for everything else."""
    day: str = ""
    until: str = ""
    note: str = Field(default="", sa_type=Text)
    body: str = Field(default="{}", sa_type=Text)


class Counter(SQLModel, table=True):
    """The last number given per organisation, year and kind."""

    __tablename__ = "number_counter"
    organisation: str = Field(primary_key=True, foreign_key="organisation.id")
    year: int = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    value: int


class NumberRow(SQLModel, table=True):
    """A number that was given: to a case or to one of its documents; never given again."""

    __tablename__ = "given_number"
    number: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id", index=True)
    organisation: str = Field(foreign_key="organisation.id")
    kind: str
    year: int
    value: int
    title: str = ""
    given_by: str
    given_at: int = Field(sa_type=BigInteger)

"""The tables: one class per noun, plain columns, times in Unix ms."""

import secrets
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel


def new_id(letter: str, size: int = 4) -> str:
    """A short random id with the letter of its kind, e.g. `p_7f3a09c2`."""
    return f"{letter}_{secrets.token_hex(size)}"


def _text(default: str = "") -> Any:
    return Field(default=default, sa_column_kwargs={"server_default": default})


class StaffAccount(SQLModel, table=True):
    """A person of the organisation who can sign in."""

    __tablename__ = "staff_account"
    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    """What they sign in with."""
    person: str
    """What others see."""
    role: str
    password_hash: str
    created_at: int = Field(sa_type=BigInteger)
    disabled_at: int | None = Field(default=None, sa_type=BigInteger)


class StaffLogin(SQLModel, table=True):
    """One signed-in browser of a staff member; the cookie itself is never stored, only its hash."""

    __tablename__ = "staff_login"
    cookie_hash: str = Field(primary_key=True)
    account: str = Field(foreign_key="staff_account.id", index=True)
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)


class Case(SQLModel, table=True):
    """The dispute, with one organisation; `origin` is the case that it goes on from."""

    __tablename__ = "dispute_case"
    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    """The id itself until a number has been given."""
    title: str
    created_at: int = Field(sa_type=BigInteger)
    organisation: str | None = Field(default=None, foreign_key="organisation.id", index=True)
    cause: str = _text()
    route: str = _text("mediate_org")
    procedure: str = _text("mediation")
    """mediation or arbitration: whose time limits and numbers are the case's."""
    summary: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    is_group: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    outcome: str = _text()
    origin: str | None = Field(default=None, foreign_key="dispute_case.id", index=True)
    created_by: str | None = Field(default=None, foreign_key="staff_account.id")

    @property
    def shown_number(self) -> str:
        """The number for people; empty until one has been given."""
        return "" if self.number == self.id else self.number


class Hearing(SQLModel, table=True):
    """One scheduled meeting of a case; `state`: booked, waiting, open, adjourned, closed or cancelled."""

    __tablename__ = "hearing"
    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="dispute_case.id", index=True)
    kind: str
    title: str
    starts_at: int = Field(index=True, sa_type=BigInteger)
    state: str = "booked"
    rehearsal: bool = False
    video_codec: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """Which one is wanted first; empty: as the server has it."""
    minutes: int = Field(default=60, sa_column_kwargs={"server_default": "60"})
    """How long it is planned to take."""
    variant: str = _text()
    """The id of its kind in the table of kinds, e.g. `arbitration_three`; empty: the first of its kind."""
    form: str = _text("online")
    """online, mixed or onsite."""
    chamber: str | None = Field(default=None, foreign_key="chamber.id", index=True)
    place: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    """Where people come to when it is no chamber of this installation."""
    continues: str = _text()
    """The sitting that ended to go on here, at a place."""
    sequence: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often its plan was changed: calendars go by it."""
    created_by: str | None = Field(default=None, foreign_key="staff_account.id")
    created_at: int = Field(sa_type=BigInteger)


class Seat(SQLModel, table=True):
    """A participant of one hearing; staff seats name the account that takes them."""

    __tablename__ = "seat"
    id: str = Field(primary_key=True)
    hearing: str = Field(foreign_key="hearing.id", index=True)
    position: int
    name: str
    role: str
    side: str = ""
    purpose: str = _text()
    level: str = _text()
    """Of an expert of a panel: the level of their organisation; empty: not known."""
    screened: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    """Seats whose people must never be at the same place as this one's, by their ids with spaces between."""
    account: str | None = Field(default=None, foreign_key="staff_account.id", index=True)
    email_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    phone_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    id_number_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    id_number_digest: str | None = Field(default=None, index=True, repr=False)
    party: str | None = Field(default=None, foreign_key="case_party.id", index=True)
    agent: str | None = Field(default=None, foreign_key="case_agent.id", index=True)
    chamber: str | None = Field(default=None, foreign_key="chamber.id", index=True)
    """The chamber whose device takes this seat, for everybody who sits there."""
    watcher: str | None = Field(default=None, foreign_key="staff_account.id", index=True)
    """Whoever watches from outside: the hearing is not theirs, as it is with a seat of `account`."""


class Ticket(SQLModel, table=True):
    """A proof that lets one participant in; `kind`: `link` for a party, `seat` for staff."""

    __tablename__ = "ticket"
    id: str = Field(primary_key=True)
    hearing: str = Field(foreign_key="hearing.id", index=True)
    participant: str = Field(foreign_key="seat.id", index=True)
    kind: str
    issued_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    revoked_at: int | None = Field(default=None, sa_type=BigInteger)
    login: str | None = Field(default=None, index=True)
    """Hash of the cookie of the login that a seat was taken with: it ends with it."""
    code_digest: str | None = Field(default=None, index=True, unique=True, repr=False)
    """Keyed digest of a link's entry code; the code itself is never stored."""
    code_turn: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How many codes were passed over because another ticket had them."""


class SittingRow(SQLModel, table=True):
    """One live run of a hearing."""

    __tablename__ = "sitting"
    id: str = Field(primary_key=True)
    hearing: str = Field(foreign_key="hearing.id", index=True)
    created_at: int = Field(sa_type=BigInteger)
    opened_at: int | None = Field(default=None, sa_type=BigInteger)
    closed_at: int | None = Field(default=None, sa_type=BigInteger)


class JournalRow(SQLModel, table=True):
    """One fact of a sitting; triggers refuse gaps, changes and deletions."""

    __tablename__ = "journal"
    sitting: str = Field(primary_key=True, foreign_key="sitting.id")
    seq: int = Field(primary_key=True)
    at: int = Field(sa_type=BigInteger)
    media_time: int | None = Field(default=None, sa_type=BigInteger)
    actor: str
    type: str
    body: str = Field(sa_type=Text)
    prev_hash: str
    hash: str


class Installation(SQLModel, table=True):
    """Facts about this installation, e.g. which key file belongs to this database."""

    __tablename__ = "installation"
    name: str = Field(primary_key=True)
    value: str


METADATA = SQLModel.metadata

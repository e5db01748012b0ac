"""The tables of what other systems are told: subscriptions, and the messages for them."""

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel

MESSAGE_STATES = ("queued", "delivered", "dead")


class WebhookRow(SQLModel, table=True):
    """A subscription of an organisation to the events of its cases and of those below it."""

    __tablename__ = "webhook"
    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key="organisation.id", index=True)
    url: str
    kinds: str
    """Comma-separated."""
    note: str = ""
    secret_sealed: bytes = Field(sa_type=LargeBinary, repr=False)
    old_secret_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    old_secret_until: int | None = Field(default=None, sa_type=BigInteger)
    created_by: str = Field(foreign_key="staff_account.id")
    created_at: int = Field(sa_type=BigInteger)
    disabled_at: int | None = Field(default=None, sa_type=BigInteger)


class WebhookMessage(SQLModel, table=True):
    """One message for one subscription, written together with what it tells of.

    `state`: queued (due at `due_at`), delivered, or dead (given up; may be queued again by hand).
    """

    __tablename__ = "webhook_message"
    seq: int | None = Field(default=None, primary_key=True)
    """The order in which things happened."""
    id: str = Field(unique=True)
    webhook: str = Field(foreign_key="webhook.id", index=True)
    kind: str
    body: str = Field(sa_type=Text)
    state: str = "queued"
    tries: int = 0
    created_at: int = Field(sa_type=BigInteger)
    due_at: int | None = Field(default=None, sa_type=BigInteger, index=True)
    settled_at: int | None = Field(default=None, sa_type=BigInteger)
    status: int | None = None
    """The HTTP status of the last answer."""
    word: str = ""
    """Why the last try failed."""

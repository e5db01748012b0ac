"""How staff want to be told of their hearings: addresses under the key, and a switch per way."""

import msgspec
from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, Session, SQLModel

from .privacy import Privacy


class StaffNoticeRow(SQLModel, table=True):
    """One account's wishes; no row: nothing is sent."""

    __tablename__ = "staff_notice"
    account: str = Field(primary_key=True, foreign_key="staff_account.id")
    email_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    phone_sealed: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    by_email: bool = False
    by_message: bool = False
    reminders: bool = True
    changed_at: int = Field(sa_type=BigInteger)


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses, which ways are switched on, and whether reminders come as well."""

    email: str = ""
    phone: str = ""
    by_email: bool = False
    by_message: bool = False
    reminders: bool = True

    @property
    def ways(self) -> list[tuple[str, str]]:
        """The channels that are on, each with its address."""
        found = (("email", self.email, self.by_email), ("message", self.phone, self.by_message))
        return [(channel, address) for channel, address, on in found if on and address]


def wishes_of(session: Session, privacy: Privacy, account: str) -> Wishes:
    """What somebody has set; nothing switched on where they have set nothing."""
    row = session.get(StaffNoticeRow, account)
    if row is None:
        return Wishes()
    email, phone = (
        privacy.reveal(account, sealed) if sealed else "" for sealed in (row.email_sealed, row.phone_sealed)
    )
    return Wishes(
        email=email,
        phone=phone,
        by_email=row.by_email,
        by_message=row.by_message,
        reminders=row.reminders,
    )


def set_wishes(session: Session, privacy: Privacy, account: str, wishes: Wishes, now: int) -> None:
    """Keep them, in place of those before."""
    row = session.get(StaffNoticeRow, account) or StaffNoticeRow(account=account, changed_at=now)
    row.email_sealed = privacy.conceal(account, wishes.email) if wishes.email else None
    row.phone_sealed = privacy.conceal(account, wishes.phone) if wishes.phone else None
    row.by_email, row.by_message = wishes.by_email, wishes.by_message
    row.reminders, row.changed_at = wishes.reminders, now
    session.add(row)
    session.flush()

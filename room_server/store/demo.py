"""Demonstration data: two staff accounts and one mediation hearing today. All of it is made up."""

from datetime import datetime, timedelta

import msgspec
from sqlmodel import Session

from ..rules.people import Role
from . import demo_case, hearings, staff
from .privacy import Privacy

CASE_TITLE = "张晓雯与云帆智能科技（厦门）有限公司劳动报酬争议"
MEDIATOR = ("mediator", "周敏", Role.MEDIATOR)
CLERK = ("clerk", "陈思远", Role.CLERK)


class Demo(msgspec.Struct, frozen=True, kw_only=True):
    """What was found or made. `password` is known only when the accounts have just been made."""

    hearing: str
    accounts: list[str]
    password: str | None


def prepare(session: Session, privacy: Privacy, now: datetime, rehearsal: bool = False) -> Demo:
    """Make the accounts and today's hearing where they are missing; a second call changes nothing."""
    password = _make_accounts(session, _ms(now))
    return Demo(
        hearing=_hearing_of_today(session, privacy, now, rehearsal),
        accounts=[MEDIATOR[0], CLERK[0]],
        password=password,
    )


def renew_password(session: Session) -> str:
    """A new password for the demonstration accounts, when the first one is lost."""
    password = staff.new_password()
    for name, _, _ in (MEDIATOR, CLERK):
        account = staff.find_account(session, name)
        if account is not None:
            staff.set_password(session, account.id, staff.hash_password(password))
    return password


def _make_accounts(session: Session, now: int) -> str | None:
    missing = [account for account in (MEDIATOR, CLERK) if staff.find_account(session, account[0]) is None]
    if not missing:
        return None
    password = staff.new_password()
    for name, person, role in missing:
        staff.create_account(
            session,
            name=name,
            person=person,
            role=role,
            password_hash=staff.hash_password(password),
            now=now,
        )
    return password


def _hearing_of_today(session: Session, privacy: Privacy, now: datetime, rehearsal: bool) -> str:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for booking in hearings.between(session, _ms(midnight), _ms(midnight + timedelta(days=1))):
        if booking.case_title == CASE_TITLE and booking.state != "closed":
            return booking.id
    accounts = {name: staff.find_account(session, name) for name, _, _ in (MEDIATOR, CLERK)}
    taken = {name: account.id if account else None for name, account in accounts.items()}
    seats = [
        hearings.NewSeat(name=person, role=role, account=taken[name])
        for name, person, role in (MEDIATOR, CLERK)
    ]
    seats.append(hearings.NewSeat(name="张晓雯", role=Role.APPLICANT, side="applicant"))
    seats.append(hearings.NewSeat(name="林国栋", role=Role.AGENT, side="respondent"))
    booking = hearings.book(
        session,
        case_number=f"示范劳人调〔{now.year}〕1号",
        title=CASE_TITLE,
        kind="mediation",
        starts_at=_ms(now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)),
        seats=seats,
        now=_ms(now),
        rehearsal=rehearsal,
    )
    by = taken[MEDIATOR[0]] or ""
    demo_case.fill(session, privacy, booking.case, now.date(), by, _ms(now))
    demo_case.seat(session, booking.id, booking.case)
    return booking.id


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)

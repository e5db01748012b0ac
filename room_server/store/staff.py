"""Staff accounts and their logins: passwords as Argon2 hashes, cookies as SHA-256 hashes."""

import hashlib
import secrets
from collections.abc import Collection

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlmodel import Session, col, delete, select

from ..rules.people import STAFF, Role
from ..rules.permissions import StaffRole
from . import organisations
from .organisation_tables import ROOT
from .tables import StaffAccount, StaffLogin, new_id

LOGIN_HOURS = 12
_HOUR = 3_600_000
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"

# 32 MiB per attempt: above the OWASP minimum, and a burst of logins still fits a small machine.
_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_NOBODY = "$argon2id$v=19$m=32768,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$Zm9yIG5vYm9keSwgYnV0IGFzIHNsb3cgYXMgcmVhbC4"


def new_password() -> str:
    """A random password that is easy to read out and to type: 12 characters, 59 bits."""
    letters = [secrets.choice(_ALPHABET) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))


def hash_password(password: str) -> str:
    """The Argon2id hash of a password (takes some 50 ms: call it in an executor)."""
    return _hasher.hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Whether a password is right; as slow for an account that does not exist (`None`)."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


SEATS: dict[StaffRole, Role] = {
    StaffRole.MEDIATOR: Role.MEDIATOR,
    StaffRole.ARBITRATOR: Role.MEDIATOR,
    StaffRole.CLERK: Role.CLERK,
    StaffRole.FILING: Role.CLERK,
    StaffRole.LEGAL_AID: Role.CLERK,
}
"""The seat in a hearing that goes with a role in an organisation; who has none enters by invitation only."""
NO_SEAT = ""


def seat_role(roles: Collection[StaffRole]) -> str:
    """The seat that somebody with these roles takes: the chair's before the clerk's."""
    seats = {SEATS[role] for role in roles if role in SEATS}
    return next((seat.value for seat in (Role.MEDIATOR, Role.CLERK) if seat in seats), NO_SEAT)


def create_member(
    session: Session,
    *,
    name: str,
    person: str,
    roles: Collection[StaffRole],
    password_hash: str,
    now: int,
    organisation: str = ROOT,
) -> StaffAccount:
    """A new account with its roles in an organisation."""
    account = StaffAccount(
        id=new_id("a"),
        name=name,
        person=person,
        role=seat_role(roles),
        password_hash=password_hash,
        created_at=now,
    )
    session.add(account)
    session.flush()
    organisations.set_roles(session, account.id, organisation, roles, now)
    return account


def create_account(
    session: Session, *, name: str, person: str, role: Role, password_hash: str, now: int
) -> StaffAccount:
    """A new account at the root; raises `ValueError` for a role that is no staff role of a hearing."""
    if role not in STAFF:
        raise ValueError(f"{role.value} is not a staff role")
    return create_member(
        session,
        name=name,
        person=person,
        roles=[StaffRole(role.value)],
        password_hash=password_hash,
        now=now,
    )


def refresh_seat(session: Session, account: StaffAccount) -> None:
    """Bring the seat of an account in line with its roles after they have changed."""
    found = {member.role for member in organisations.memberships(session, account.id)}
    account.role = seat_role(found)
    session.add(account)


def find_account_by_id(session: Session, identifier: str) -> StaffAccount | None:
    """An account, disabled or not."""
    return session.get(StaffAccount, identifier)


def find_account(session: Session, name: str) -> StaffAccount | None:
    """The account with that name that is not disabled."""
    query = select(StaffAccount).where(StaffAccount.name == name, col(StaffAccount.disabled_at).is_(None))
    return session.exec(query).first()


def set_password(session: Session, account: str, password_hash: str) -> list[str]:
    """Change a password; every login (hash) of the account ends."""
    row = session.get_one(StaffAccount, account)
    row.password_hash = password_hash
    session.add(row)
    return _end_logins(session, account)


def set_disabled(session: Session, row: StaffAccount, at: int | None) -> list[str]:
    """Take an account out of use or into use again; the logins (hashes) that end with it."""
    row.disabled_at = at
    session.add(row)
    return _end_logins(session, row.id) if at is not None else []


def sign_in(session: Session, account: str, now: int) -> str:
    """Start a login and return its cookie; what has expired is cleared away."""
    cookie = secrets.token_urlsafe(32)
    session.exec(delete(StaffLogin).where(col(StaffLogin.expires_at) <= now))
    session.add(
        StaffLogin(
            cookie_hash=cookie_hash(cookie),
            account=account,
            created_at=now,
            expires_at=now + LOGIN_HOURS * _HOUR,
        )
    )
    return cookie


def signed_in(session: Session, cookie: str, now: int) -> StaffAccount | None:
    """The account a cookie stands for, if the login has not ended."""
    login = session.get(StaffLogin, cookie_hash(cookie))
    if login is None or login.expires_at <= now:
        return None
    account = session.get(StaffAccount, login.account)
    return account if account is not None and account.disabled_at is None else None


def sign_out(session: Session, cookie: str) -> None:
    """End the login of a cookie."""
    session.exec(delete(StaffLogin).where(col(StaffLogin.cookie_hash) == cookie_hash(cookie)))


def cookie_hash(cookie: str) -> str:
    """What the database knows of a cookie."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def _end_logins(session: Session, account: str) -> list[str]:
    ended = list(session.exec(select(StaffLogin.cookie_hash).where(StaffLogin.account == account)))
    session.exec(delete(StaffLogin).where(col(StaffLogin.account) == account))
    return ended

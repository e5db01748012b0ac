"""Staff accounts: passwords as hashes, logins that end."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from time import process_time

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from room_server.rules.people import Role
from room_server.store import staff
from room_server.store.database import Database
from room_server.store.tables import StaffAccount, StaffLogin

HOUR = 3_600_000


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/heting.db")
    await database.open()
    yield database
    await database.close()


def make(session: Session) -> StaffAccount:
    return staff.create_account(
        session, name="clerk", person="陈思远", role=Role.CLERK, password_hash="x", now=1
    )


def test_a_password_matches_its_hash_only() -> None:
    stored = staff.hash_password("密码-1")
    assert "密码" not in stored and stored.startswith("$argon2id$")
    assert staff.password_matches(stored, "密码-1")
    assert not staff.password_matches(stored, "密码-2")
    assert not staff.password_matches(None, "密码-1")
    assert not staff.password_matches("damaged", "密码-1")


def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    stored = staff.hash_password("right")

    def seconds(hashed: str | None) -> float:
        times = []
        for _ in range(5):
            begin = process_time()
            staff.password_matches(hashed, "wrong")
            times.append(process_time() - begin)
        return median(times)

    assert 0.4 < seconds(None) / seconds(stored) < 2.5


def test_new_passwords_differ_and_are_easy_to_type() -> None:
    made = {staff.new_password() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){2}[a-hjkmnp-z2-9]{4}", password) for password in made)


async def test_names_are_unique_and_roles_are_staff_roles(database: Database) -> None:
    await database.write(make)
    with pytest.raises(IntegrityError):
        await database.write(make)
    with pytest.raises(ValueError, match="applicant"):
        await database.write(
            lambda s: staff.create_account(
                s, name="x", person="x", role=Role.APPLICANT, password_hash="", now=1
            )
        )


async def test_a_login_lasts_until_its_end_and_is_cleared_away_by_the_next(database: Database) -> None:
    account = await database.write(make)
    cookie = await database.write(lambda s: staff.sign_in(s, account.id, 0))
    end = staff.LOGIN_HOURS * HOUR
    for now, good in ((0, True), (end - 1, True), (end, False)):
        found = await database.read(lambda s, now=now: staff.signed_in(s, cookie, now))  # type: ignore[misc]
        assert (found is not None) is good
    await database.write(lambda s: staff.sign_in(s, account.id, end))
    assert len(await database.read(lambda s: s.exec(select(StaffLogin)).all())) == 1


async def test_signing_out_ends_one_login_and_a_new_password_all(database: Database) -> None:
    account = await database.write(make)
    cookies = [await database.write(lambda s: staff.sign_in(s, account.id, 0)) for _ in range(3)]
    await database.write(lambda s: staff.sign_out(s, cookies[0]))

    async def good() -> list[bool]:
        found = [await database.read(lambda s, c=c: staff.signed_in(s, c, 1)) for c in cookies]  # type: ignore[misc]
        return [account is not None for account in found]

    assert await good() == [False, True, True]
    await database.write(lambda s: staff.set_password(s, account.id, "new"))
    assert await good() == [False, False, False]

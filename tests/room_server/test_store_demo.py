"""The demonstration: made once, today's, with a password that is told once."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from room_server.rules.people import Role
from room_server.store import case_history, case_people, demo, hearings, staff
from room_server.store.case_tables import Agent, Claim, Exhibit, Party
from room_server.store.database import Database
from room_server.store.privacy import Privacy
from room_server.store.tables import Seat

NOW = datetime(2026, 11, 22, 14, 47).astimezone()
GUARD = Privacy(b"k" * 32)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/heting.db")
    await database.open()
    yield database
    await database.close()


async def password_works(database: Database, password: str) -> bool:
    accounts = [
        await database.read(lambda s, name=name: staff.find_account(s, name))  # type: ignore[misc]
        for name in ("mediator", "clerk")
    ]
    stored = [account.password_hash if account else None for account in accounts]
    return all(staff.password_matches(known, password) for known in stored)


async def test_two_accounts_and_a_hearing_today(database: Database) -> None:
    made = await database.write(lambda s: demo.prepare(s, GUARD, NOW))
    assert made.password is not None and await password_works(database, made.password)
    booking = await database.read(lambda s: hearings.find(s, made.hearing))
    assert booking is not None
    assert booking.case_number == "示范劳人调〔2026〕1号"
    assert datetime.fromtimestamp(booking.starts_at / 1000) == datetime(2026, 11, 22, 14, 30)
    assert [person.role for person in booking.participants] == [
        Role.MEDIATOR,
        Role.CLERK,
        Role.APPLICANT,
        Role.AGENT,
    ]
    assert len(booking.accounts) == 2
    assert made.password.encode() not in b"".join(
        file.read_bytes() for file in Path(database.url.removeprefix("sqlite:///")).parent.glob("heting.db*")
    )


async def test_a_second_start_changes_nothing_and_tells_no_password(database: Database) -> None:
    first = await database.write(lambda s: demo.prepare(s, GUARD, NOW))
    second = await database.write(lambda s: demo.prepare(s, GUARD, NOW + timedelta(hours=2)))
    assert (second.hearing, second.password) == (first.hearing, None)


async def test_a_closed_hearing_or_a_new_day_makes_a_new_one_of_the_same_case(database: Database) -> None:
    first = await database.write(lambda s: demo.prepare(s, GUARD, NOW))
    await database.write(lambda s: hearings.set_state(s, first.hearing, "closed"))
    second = await database.write(lambda s: demo.prepare(s, GUARD, NOW))
    third = await database.write(lambda s: demo.prepare(s, GUARD, NOW + timedelta(days=1)))
    assert len({first.hearing, second.hearing, third.hearing}) == 3


async def test_a_lost_password_is_renewed(database: Database) -> None:
    first = await database.write(lambda s: demo.prepare(s, GUARD, NOW))
    password = await database.write(demo.renew_password)
    assert password != first.password
    assert await password_works(database, password)
    assert not await password_works(database, first.password or "")


async def test_the_case_has_people_claims_papers_and_dates_once(database: Database) -> None:
    first = await database.write(lambda s: demo.prepare(s, GUARD, NOW))
    await database.write(lambda s: hearings.set_state(s, first.hearing, "closed"))
    second = await database.write(lambda s: demo.prepare(s, GUARD, NOW + timedelta(days=1)))

    def look(session: Session) -> None:
        booking = hearings.find(session, second.hearing)
        assert booking is not None
        case = booking.case
        parties = case_people.pieces(session, Party, case)
        assert [(row.side, row.name) for row in parties] == [
            ("applicant", "张晓雯"),
            ("respondent", "云帆智能科技（厦门）有限公司"),
        ]
        (agent,) = case_people.pieces(session, Agent, case)
        wages, compensation = case_people.pieces(session, Claim, case)
        assert (wages.kind, wages.amount_fen, compensation.amount_fen) == ("wages", 3_500_000, 3_000_000)
        assert (wages.period_from, wages.period_to) == ("2026-07-01", "2026-09-30")
        assert len(case_people.pieces(session, Exhibit, case)) == 4
        facts = case_history.facts(session, [case])[case]
        assert [(fact.kind, str(fact.day)) for fact in facts] == [
            ("infringement_known", "2026-10-15"),
            ("employment_ended", "2026-10-15"),
            ("applied", "2026-11-13"),
            ("accepted", "2026-11-15"),
        ]
        for hearing in (first.hearing, second.hearing):
            seats = session.exec(select(Seat).where(Seat.hearing == hearing)).all()
            by_name = {seat.name: seat for seat in seats}
            assert by_name["张晓雯"].party == parties[0].id
            assert (by_name["林国栋"].party, by_name["林国栋"].agent) == (parties[1].id, agent.id)
            assert by_name["周敏"].party is None

    await database.read(look)

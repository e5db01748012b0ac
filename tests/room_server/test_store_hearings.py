"""Hearings: booking, seats, states, sittings."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from room_server.rules.people import Role
from room_server.store import hearings, staff
from room_server.store.database import Database
from room_server.store.hearings import NewSeat
from room_server.store.tables import Seat, StaffAccount


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/heting.db")
    await database.open()
    yield database
    await database.close()


def account(session: Session, name: str, person: str, role: Role = Role.CLERK) -> StaffAccount:
    return staff.create_account(session, name=name, person=person, role=role, password_hash="", now=1)


def book(session: Session, *seats: NewSeat, **more: Any) -> hearings.Booking:
    facts: dict[str, Any] = {
        "case_number": "1",
        "title": "t",
        "kind": "mediation",
        "starts_at": 100,
        "now": 1,
    }
    return hearings.book(session, seats=seats, **(facts | more))


APPLICANT = NewSeat(name="张晓雯", role=Role.APPLICANT, side="applicant")


async def test_what_was_booked_is_found(database: Database) -> None:
    booked = await database.write(lambda s: book(s, APPLICANT, NewSeat(name="周敏", role=Role.MEDIATOR)))
    found = await database.read(lambda s: hearings.find(s, booked.id))
    assert found == booked
    assert [(p.name, p.role, p.side) for p in booked.participants] == [
        ("张晓雯", Role.APPLICANT, "applicant"),
        ("周敏", Role.MEDIATOR, ""),
    ]
    assert (booked.state, booked.sitting, booked.accounts) == ("booked", None, {})
    assert await database.read(lambda s: hearings.find(s, "h_none")) is None


async def test_a_second_hearing_of_a_case_shares_it(database: Database) -> None:
    first = await database.write(lambda s: book(s))
    second = await database.write(lambda s: book(s, title="second"))
    assert (second.case_title, second.title) == (first.case_title, "second")
    assert first.id != second.id


async def test_a_staff_seat_belongs_to_the_account_of_that_name_and_role(database: Database) -> None:
    def work(session: Session) -> tuple[hearings.Booking, str]:
        clerk = account(session, "clerk", "陈思远")
        account(session, "other", "周敏", Role.CLERK)
        seats = [NewSeat(name="陈思远", role=Role.CLERK), NewSeat(name="周敏", role=Role.MEDIATOR), APPLICANT]
        return book(session, *seats), clerk.id

    booked, clerk = await database.write(work)
    assert booked.accounts == {booked.participants[0].id: clerk}
    assert booked.belongs_to(clerk)
    assert not booked.belongs_to("a_other")


async def test_an_applicant_with_a_clerk_s_name_is_no_clerk(database: Database) -> None:
    def work(session: Session) -> hearings.Booking:
        account(session, "clerk", "张晓雯")
        return book(session, APPLICANT)

    assert (await database.write(work)).accounts == {}


async def test_whoever_books_gets_a_free_seat_of_their_role_or_a_new_one(database: Database) -> None:
    def work(session: Session) -> tuple[hearings.Booking, hearings.Booking, str]:
        clerk = account(session, "clerk", "陈思远")
        free = NewSeat(name="书记员", role=Role.CLERK)
        return book(session, APPLICANT, free, by=clerk), book(session, APPLICANT, by=clerk), clerk.id

    with_free, without, clerk = await database.write(work)
    assert with_free.accounts == {with_free.participants[1].id: clerk}
    assert [(p.name, p.role) for p in without.participants][1:] == [("陈思远", Role.CLERK)]
    assert without.created_by == clerk


async def test_a_seat_is_taken_once_and_only_in_one_s_role(database: Database) -> None:
    def work(session: Session) -> list[str | None]:
        first, second = account(session, "a", "甲"), account(session, "b", "乙")
        mediator = account(session, "m", "丙", Role.MEDIATOR)
        booked = book(session, NewSeat(name="书记员", role=Role.CLERK), APPLICANT)
        taken = [hearings.take_seat(session, booked.id, who) for who in (mediator, first, second, first)]
        return [person.id if person else None for person in taken]

    nobody, first, second, again = await database.write(work)
    assert nobody is second is None
    assert first == again is not None


async def test_hearings_of_a_span_are_in_order(database: Database) -> None:
    for starts_at in (300, 100, 199, 200, 99):
        await database.write(lambda s, at=starts_at: book(s, starts_at=at))  # type: ignore[misc]
    found = await database.read(lambda s: hearings.between(s, 100, 200))
    assert [booking.starts_at for booking in found] == [100, 199]
    assert await database.read(lambda s: hearings.between(s, 500, 600)) == []


async def test_a_sitting_is_one_until_it_has_closed(database: Database) -> None:
    booked = await database.write(lambda s: book(s))
    first = await database.write(lambda s: hearings.begin_sitting(s, booked.id, 1))
    assert await database.write(lambda s: hearings.begin_sitting(s, booked.id, 2)) == first
    assert await database.read(hearings.unclosed) == [(first, booked.id)]
    found = await database.read(lambda s: hearings.find_by_sitting(s, first))
    assert found is not None and (found.id, found.sitting) == (booked.id, first)
    await database.write(lambda s: hearings.mark(s, first, opened_at=5))
    await database.write(lambda s: hearings.mark(s, first, closed_at=9))
    assert await database.read(hearings.unclosed) == []
    assert await database.write(lambda s: hearings.begin_sitting(s, booked.id, 10)) != first
    assert await database.read(lambda s: hearings.find_by_sitting(s, "s_none")) is None


async def test_states_are_those_of_the_contract(database: Database) -> None:
    booked = await database.write(lambda s: book(s))
    for state in hearings.STATES:
        await database.write(lambda s, state=state: hearings.set_state(s, booked.id, state))  # type: ignore[misc]
        found = await database.read(lambda s: hearings.find(s, booked.id))
        assert found is not None and found.state == state
    with pytest.raises(ValueError, match="asleep"):
        await database.write(lambda s: hearings.set_state(s, booked.id, "asleep"))


async def test_nothing_refers_to_what_does_not_exist(database: Database) -> None:
    row = Seat(id="p", hearing="h_none", position=0, name="x", role="applicant")
    with pytest.raises(IntegrityError):
        await database.write(lambda s: s.add(row))


async def test_the_sitting_before_is_of_the_same_case_and_kind(database: Database) -> None:
    def work(session: Session) -> list[str | None]:
        first, other = book(session), book(session, kind="arbitration")
        later, foreign = book(session, starts_at=200), book(session, case_number="2")
        begun = [
            hearings.begin_sitting(session, one.id, now)
            for now, one in enumerate((first, other, foreign, later))
        ]
        assert hearings.former_sitting(session, first.id, begun[0]) is None
        assert hearings.former_sitting(session, foreign.id, begun[2]) is None
        return [begun[0], hearings.former_sitting(session, later.id, begun[3])]

    expected, found = await database.write(work)
    assert found == expected


async def test_what_was_called_off_while_people_waited_is_not_taken_up_again(database: Database) -> None:
    booked = await database.write(book)
    sitting = await database.write(lambda s: hearings.begin_sitting(s, booked.id, 1))
    assert await database.read(hearings.unclosed) == [(sitting, booked.id)]
    await database.write(lambda s: hearings.set_state(s, booked.id, "cancelled"))
    assert await database.read(hearings.unclosed) == []

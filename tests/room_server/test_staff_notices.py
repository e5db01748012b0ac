"""Staff are told of their hearings by the ways that they have switched on, and by no other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session

from room_server.law.notices import notice_law
from room_server.notices.dispatch import Dispatch
from room_server.rules.people import Role
from room_server.store import hearings, outbox, privacy, rebooking, staff, staff_notices
from room_server.store.hearings import Booking, NewSeat, Plan
from room_server.store.privacy import Privacy
from room_server.store.staff_notices import Wishes
from room_server.tickets import Tickets
from tests.support.carriers import Scripted
from tests.support.desk_server import NOW, DeskServer, desk_server

AT = "/api/me/notices"
DAY = 24 * 3_600_000
MINE = {"email": "zhou@example.cn", "phone": "13800000000", "by_email": True}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def guard_of(server: DeskServer) -> Privacy:
    return await privacy.open_privacy(server.database, server.settings.keys)


def account_of(session: Session) -> str:
    account = staff.find_account(session, "mediator")
    assert account is not None
    return account.id


async def test_settings_are_ones_own_and_a_way_needs_an_address(server: DeskServer, tmp_path: Path) -> None:
    clerk, other = await server.signed_in("clerk"), await server.signed_in("mediator")
    nothing = (await clerk.get(AT)).json
    assert (nothing["email"], nothing["by_email"], nothing["reminders"]) == ("", False, True)
    assert (await clerk.call("PUT", AT, MINE)).json["by_email"] is True
    assert (await clerk.get(AT)).json["phone"] == "13800000000"
    assert (await other.get(AT)).json["email"] == ""
    for wrong in ({"by_email": True}, {"by_message": True, "email": "x@y.cn"}, {"email": "nobody"}):
        assert (await clerk.call("PUT", AT, wrong)).word == "malformed"
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("heting.db*"))
    assert b"zhou@example.cn" not in written and b"13800000000" not in written


async def test_who_has_a_seat_is_told_of_it_and_of_every_change_but_not_of_their_own(
    server: DeskServer,
) -> None:
    guard = await guard_of(server)
    email = Scripted()
    tickets = Tickets(
        server.database, server.settings.keys, public_url="https://heting.test", clock=lambda: NOW / 1000
    )
    dispatch = Dispatch(server.settings, server.database, tickets, lambda: NOW / 1000, {"email": email})

    def book(session: Session) -> tuple[Booking, str]:
        account = account_of(session)
        staff_notices.set_wishes(session, guard, account, Wishes(email="zhou@example.cn", by_email=True), NOW)
        booking = hearings.book(
            session,
            case_number="1",
            title="劳动报酬争议",
            kind="mediation",
            starts_at=NOW + 2 * DAY,
            seats=[NewSeat(name="周敏", role=Role.MEDIATOR, account=account)],
            now=NOW,
            plan=Plan(minutes=90),
        )
        outbox.queue(session, guard, booking, "booked", notice_law(), ["email"], "somebody", NOW)
        return booking, account

    booking, account = await server.database.write(book)
    assert await dispatch.send_due(guard) == 1
    (told,) = email.sent
    assert (
        told.address == "zhou@example.cn" and f"https://heting.test/desk/hearings/{booking.id}" in told.body
    )
    rows = await server.database.read(lambda s: outbox.of_hearing(s, booking.id))
    assert [(row.moment, row.template) for row in rows] == [
        ("booked", "staff.booked"),
        ("reminder.day", "staff.reminder"),
    ]

    def call_off(session: Session) -> None:
        changed = rebooking.cancel(session, booking.id, by=account, now=NOW, reason="撤回申请")
        outbox.queue(session, guard, changed, "cancelled", notice_law(), ["email"], account, NOW)

    await server.database.write(call_off)
    assert await dispatch.send_due(guard) == 0
    rows = await server.database.read(lambda s: outbox.of_hearing(s, booking.id))
    assert {row.state for row in rows if row.moment == "reminder.day"} == {"dropped"}


async def test_a_way_that_is_off_or_that_the_installation_lacks_carries_nothing(server: DeskServer) -> None:
    guard = await guard_of(server)

    def queued(session: Session, wishes: Wishes, number: str) -> int:
        account = account_of(session)
        staff_notices.set_wishes(session, guard, account, wishes, NOW)
        seats = [NewSeat(name="周敏", role=Role.MEDIATOR, account=account)]
        booking = hearings.book(
            session,
            case_number=number,
            title="x",
            kind="mediation",
            starts_at=NOW + 2 * DAY,
            seats=seats,
            now=NOW,
        )
        outbox.queue(session, guard, booking, "booked", notice_law(), ["email"], "x", NOW)
        return len(outbox.of_hearing(session, booking.id))

    for number, wishes, count in (
        ("1", Wishes(email="a@b.cn"), 0),
        ("2", Wishes(phone="13800000000", by_message=True), 0),
        ("3", Wishes(email="a@b.cn", by_email=True, reminders=False), 1),
    ):
        assert await server.database.write(lambda s, w=wishes, n=number: queued(s, w, n)) == count  # type: ignore[misc]

"""The outbox: written with what it tells of, tried again with growing pauses, safe against a crash."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from room_server.law.notices import notice_law
from room_server.notices.channel import Undeliverable
from room_server.notices.dispatch import Dispatch
from room_server.rules.people import Role
from room_server.settings import Settings
from room_server.store import hearings, outbox, privacy, rebooking
from room_server.store.booking_tables import NoticeRow
from room_server.store.database import Database
from room_server.store.hearings import Booking, NewSeat, Plan
from room_server.store.privacy import Privacy
from room_server.tickets import Tickets
from tests.support.carriers import Scripted

NOW = 1_790_000_000_000
HOUR, DAY = 3_600_000, 24 * 3_600_000
PEOPLE = (
    NewSeat(name="周敏", role=Role.MEDIATOR),
    NewSeat(name="张晓雯", role=Role.APPLICANT, side="applicant"),
    NewSeat(name="云帆公司", role=Role.RESPONDENT, side="respondent"),
)


@dataclass
class Post:
    """A database with one hearing in two days, and a dispatch with scripted channels."""

    database: Database
    privacy: Privacy
    dispatch: Dispatch
    booking: Booking
    email: Scripted
    clock: list[float]

    async def queue(self, moment: str = "booked", **changes: Any) -> None:
        def write(session: Session) -> None:
            booking = hearings.find(session, self.booking.id)
            assert booking is not None
            ways = changes.get("channels", ["email"])
            outbox.queue(session, self.privacy, booking, moment, notice_law(), ways, "a", self.now)

        await self.database.write(write)

    @property
    def now(self) -> int:
        return int(self.clock[0] * 1000)

    async def send(self, later_s: float = 0) -> int:
        self.clock[0] += later_s
        return await self.dispatch.send_due(self.privacy)

    async def rows(self) -> list[NoticeRow]:
        return await self.database.read(lambda s: outbox.of_hearing(s, self.booking.id))

    async def states(self) -> list[tuple[str, str, str]]:
        return sorted((row.moment, row.channel, row.state) for row in await self.rows())


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    settings = Settings(data=tmp_path)
    clock = [NOW / 1000]
    database = Database(settings.database)
    await database.open()
    guard = await privacy.open_privacy(database, settings.keys)
    tickets = Tickets(database, settings.keys, public_url="https://heting.test", clock=lambda: clock[0])
    email = Scripted()
    dispatch = Dispatch(settings, database, tickets, lambda: clock[0], {"email": email})

    def book(session: Session) -> Booking:
        booking = hearings.book(
            session,
            case_number="1",
            title="劳动报酬争议",
            kind="mediation",
            starts_at=NOW + 2 * DAY,
            seats=PEOPLE,
            now=NOW,
            plan=Plan(minutes=90),
        )
        privacy.set_contact(session, guard, booking.participants[1].id, "zhang@example.cn", "")
        return booking

    booking = await database.write(book)
    yield Post(database, guard, dispatch, booking, email, clock)
    await database.close()


async def test_everybody_who_enters_by_link_is_told_by_mail_or_on_paper(post: Post) -> None:
    await post.queue()
    assert await post.states() == [
        ("booked", "email", "queued"),
        ("booked", "print", "to_print"),
        ("reminder.day", "email", "queued"),
    ]
    assert await post.send() == 1
    (message,) = post.email.sent
    assert message.address == "zhang@example.cn" and "https://heting.test/p/" in message.body
    link = next(
        link for link in await post.dispatch._tickets.links(post.booking.id) if "张" in link.participant.name
    )
    assert f"入庭码：{link.code}（没有链接时，打开 https://heting.test/join 输入）" in message.body
    assert link.code in message.short and link.code.encode() in message.calendar.replace(b"\r\n ", b"")
    assert "张晓雯" in message.body and b"METHOD:REQUEST" in message.calendar
    row = next(row for row in await post.rows() if row.state == "sent")
    assert (row.sent_at, len(row.sha256), row.version) == (NOW, 64, "2026-11-2")


async def test_no_address_and_no_link_stands_in_the_database_in_plain(post: Post, tmp_path: Path) -> None:
    await post.queue()
    await post.send()
    written = b"".join(path.read_bytes() for path in tmp_path.glob("heting.db*"))
    assert b"zhang@example.cn" not in written and post.email.sent[0].body.encode() not in written


async def test_a_reminder_goes_out_at_its_time_and_not_when_it_is_too_late(post: Post) -> None:
    await post.queue()
    assert [await post.send(), await post.send(23.9 * 3600), await post.send(0.2 * 3600)] == [1, 0, 1]
    assert post.email.sent[1].subject.startswith("提醒")
    post.clock[0] = (NOW + 2 * DAY - HOUR) / 1000
    await post.queue("rebooked")
    assert ("reminder.day", "email", "queued") not in await post.states()


async def test_what_waits_is_dropped_when_the_hearing_moves(post: Post) -> None:
    await post.queue()
    plan, at = Plan(minutes=30), NOW + 5 * DAY
    await post.database.write(
        lambda s: rebooking.rebook(
            s, post.booking.id, starts_at=at, plan=plan, by="a", now=NOW, reason="住院", hours=24
        )
    )
    await post.queue("rebooked")
    assert await post.send() == 1
    assert "住院" in post.email.sent[0].body
    states = await post.states()
    assert ("booked", "email", "dropped") in states and ("rebooked", "email", "sent") in states
    assert states.count(("reminder.day", "email", "queued")) == 1


async def test_a_calling_off_carries_its_reason_and_reminds_nobody(post: Post) -> None:
    await post.queue()
    await post.send()
    await post.database.write(
        lambda s: rebooking.cancel(s, post.booking.id, by="a", now=NOW, reason="申请人撤回")
    )
    await post.queue("cancelled")
    assert await post.send() == 1
    told = post.email.sent[1]
    assert told.cancels and b"METHOD:CANCEL" in told.calendar and "申请人撤回" in told.body
    assert await post.send(3 * 24 * 3600) == 0


async def test_what_may_go_better_later_is_tried_again_with_growing_pauses(post: Post) -> None:
    post.email.refusals = [Undeliverable("unreachable", again=True)] * 3
    await post.queue()
    assert await post.send() == 1
    assert [await post.send(59), await post.send(2)] == [0, 1]
    assert [await post.send(299), await post.send(2)] == [0, 1]
    assert [await post.send(899), await post.send(2)] == [0, 1]
    assert len(post.email.sent) == 1 and post.email.tried == 4
    row = next(row for row in await post.rows() if row.state == "sent")
    assert (row.tries, row.cause) == (4, "")


async def test_nothing_is_tried_for_ever_and_what_is_refused_for_good_only_once(post: Post) -> None:
    post.email.refusals = [Undeliverable("unreachable", again=True)] * 50
    await post.queue()
    for _ in range(30):
        await post.send(12 * 3600 + 1)
        if post.clock[0] * 1000 > NOW + 10 * DAY:
            break
    booked = next(row for row in await post.rows() if row.moment == "booked" and row.channel == "email")
    assert (booked.state, booked.cause, booked.tries) == ("failed", "unreachable", 8)
    post.email.refusals = [Undeliverable("address_refused", again=False)]
    tried = post.email.tried
    await post.database.write(lambda s: outbox.send_again(s, s.get_one(NoticeRow, booked.id), post.now))
    await post.send()
    await post.send(7 * 24 * 3600)
    row = next(row for row in await post.rows() if row.id == booked.id)
    assert (row.state, row.cause, post.email.tried - tried) == ("failed", "address_refused", 1)


async def test_a_broken_channel_costs_a_try_and_never_the_outbox(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.email.broken = True
    await post.queue()
    await post.send()
    post.email.broken = False
    await post.send(61)
    assert len(post.email.sent) == 1
    assert "n_" in caplog.text
    assert not any(text in caplog.text for text in ("张晓雯", "zhang@", "/p/"))


async def test_a_revoked_link_is_not_sent(post: Post, tmp_path: Path) -> None:
    tickets = post.dispatch._tickets
    await tickets.issue_all(post.booking.id)
    await tickets.revoke(post.booking.id, post.booking.participants[1].id)
    await post.queue()
    await post.send()
    assert post.email.sent == []
    assert ("booked", "email", "failed") in await post.states()


async def test_a_channel_that_was_taken_away_is_said_so(post: Post) -> None:
    await post.queue()
    post.dispatch.channels.clear()
    await post.send()
    assert {row.cause for row in await post.rows() if row.state == "failed"} == {"no_mail_server"}


async def test_a_rehearsal_tells_nobody(post: Post) -> None:
    def book(session: Session) -> str:
        booking = hearings.book(
            session,
            case_number="2",
            title="t",
            kind="mediation",
            starts_at=NOW + DAY,
            seats=PEOPLE,
            now=NOW,
            rehearsal=True,
        )
        outbox.queue(session, post.privacy, booking, "booked", notice_law(), ["email"], "a", NOW)
        return booking.id

    hearing = await post.database.write(book)
    assert await post.database.read(lambda s: outbox.of_hearing(s, hearing)) == []


async def test_the_dispatch_sends_by_itself_when_it_is_woken(post: Post) -> None:
    await post.dispatch.start(post.privacy)
    try:
        await post.queue()
        post.dispatch.wake()
        async with asyncio.timeout(60):
            while not post.email.sent:
                await asyncio.sleep(0.02)
    finally:
        await post.dispatch.stop()


CHILD = """
import asyncio, sys
from pathlib import Path
from room_server.notices.dispatch import Dispatch
from room_server.settings import Settings
from room_server.store.database import Database
from room_server.store.privacy import open_privacy
from room_server.tickets import Tickets

async def main():
    settings = Settings(data=Path(sys.argv[1]), mail_host="127.0.0.1", mail_port=int(sys.argv[2]),
                        mail_from="court@example.cn", mail_security="none")
    clock = lambda: float(sys.argv[3])
    database = Database(settings.database)
    await database.open()
    privacy = await open_privacy(database, settings.keys)
    tickets = Tickets(database, settings.keys, public_url="https://heting.test", clock=clock)
    await Dispatch(settings, database, tickets, clock).send_due(privacy)

asyncio.run(main())
"""


async def test_a_notice_survives_kill_9_while_it_is_being_sent(post: Post, tmp_path: Path) -> None:
    """The mail server takes the connection and is silent; the sender is killed; the next one sends it."""
    called = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await asyncio.sleep(3600)

    await post.queue()
    await post.database.close()
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    arguments = (sys.executable, "-c", CHILD, str(tmp_path), str(port), str(NOW / 1000))
    child = await asyncio.create_subprocess_exec(*arguments, cwd=Path(__file__).parents[2])
    try:
        async with asyncio.timeout(120):
            await called.wait()
    finally:
        child.kill()
        await child.wait()
        server.close()
    again = Database(post.database.url)
    await again.open()
    try:
        clock = [NOW / 1000 + 61]
        tickets = Tickets(again, tmp_path / "keys", public_url="https://heting.test", clock=lambda: clock[0])
        email = Scripted()
        settings = Settings(data=tmp_path)
        await Dispatch(settings, again, tickets, lambda: clock[0], {"email": email}).send_due(post.privacy)
        rows = await again.read(lambda s: s.exec(select(NoticeRow).where(NoticeRow.state == "sent")).all())
        assert [(row.moment, row.tries) for row in rows] == [("booked", 2)]
        assert [message.id for message in email.sent] == [rows[0].id]
    finally:
        await again.close()

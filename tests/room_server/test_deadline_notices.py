"""Staff are told of time limits that run out within three days or have run out: once each, as they wish."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from room_server.law.notices import notice_law
from room_server.notices.deadlines import Deadlines
from room_server.notices.dispatch import Dispatch
from room_server.store import outbox, privacy, staff, staff_notices
from room_server.store.booking_tables import NoticeRow
from room_server.store.deadline_notices import parts_of
from room_server.store.privacy import Privacy
from room_server.store.staff_notices import Wishes
from room_server.tickets import Tickets
from tests.support.carriers import Scripted
from tests.support.desk_server import NOW, DeskServer, desk_server
from tests.support.filing import fact, filed

LIMIT = "med.limit"
"""Runs out on 2026-09-30 in the case of these tests."""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


def noon(day: int) -> float:
    """Unix seconds of a day of September 2026."""
    return datetime(2026, 9, day, 12, tzinfo=UTC).timestamp()


class Scene:
    """A case in mediation with a hearing that the mediator sits in."""

    def __init__(self, server: DeskServer, guard: Privacy, case: str, hearing: str) -> None:
        self.server, self.guard, self.case, self.hearing = server, guard, case, hearing

    async def wish(self, wishes: Wishes) -> None:
        def write(session: Session) -> None:
            account = staff.find_account(session, "mediator")
            assert account is not None
            staff_notices.set_wishes(session, self.guard, account.id, wishes, NOW)

        await self.server.database.write(write)

    async def look(self, at: float) -> int:
        """As after a restart."""
        deadlines = Deadlines(self.server.settings, self.server.database, lambda: at)
        return await deadlines.queue_due(self.guard, notice_law(), ["email"])

    async def rows(self) -> list[NoticeRow]:
        found = await self.server.database.read(lambda s: outbox.of_hearing(s, self.hearing))
        return [row for row in found if parts_of(row.moment)]


@pytest.fixture
async def scene(server: DeskServer) -> Scene:
    guard = await privacy.open_privacy(server.database, server.settings.keys)
    clerk, case = await filed(server)
    await clerk.post(f"/api/cases/{case['id']}/route", {"route": "mediate_org", "reason": "r"})
    people = [{"name": "周敏", "role": "mediator"}, {"name": "甲", "role": "applicant"}]
    wish = {"case": case["id"], "title": "第一次调解", "kind": "mediation", "starts_at": NOW + 86_400_000}
    booked = await clerk.post("/api/hearings", wish | {"participants": people})
    assert booked.status == 201, booked.body
    scene = Scene(server, guard, case["id"], booked.json["id"])
    await scene.wish(Wishes(email="zhou@example.cn", by_email=True))
    return scene


async def test_each_is_told_once_before_and_once_after_its_day(scene: Scene) -> None:
    assert await scene.look(noon(26)) == 0
    for day, count in ((27, 1), (27, 0), (29, 0), (30, 0)):
        assert await scene.look(noon(day)) == count, day
    assert await scene.look(noon(30) + 86_400) == 1
    assert await scene.look(noon(30) + 3 * 86_400) == 0
    assert [(row.moment, row.template) for row in await scene.rows()] == [
        (f"deadline:{LIMIT}:2026-09-30", "staff.deadline"),
        (f"overdue:{LIMIT}:2026-09-30", "staff.overdue"),
    ]


async def test_it_names_the_limit_and_its_day_and_is_no_appointment(scene: Scene) -> None:
    server, email = scene.server, Scripted()
    await scene.look(noon(28))
    keys, clock = server.settings.keys, lambda: noon(28)
    tickets = Tickets(server.database, keys, public_url="https://heting.test", clock=clock)
    dispatch = Dispatch(server.settings, server.database, tickets, clock, {"email": email})
    await dispatch.send_due(scene.guard)
    told = email.sent[-1]
    assert told.address == "zhou@example.cn" and told.calendar == b""
    assert "2026年9月30日" in told.body and f"https://heting.test/desk/cases/{scene.case}" in told.body
    assert "{" not in told.body + told.subject + told.short and LIMIT not in told.body
    (row,) = await scene.rows()
    assert row.state in ("delivered", "sent")


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(email="zhou@example.cn"),
        Wishes(email="zhou@example.cn", by_email=True, reminders=False),
        Wishes(phone="13800000000", by_message=True),
    ],
)
async def test_who_wants_none_or_cannot_be_reached_is_not_told(scene: Scene, wishes: Wishes) -> None:
    await scene.wish(wishes)
    assert await scene.look(noon(28)) == 0


async def test_a_limit_that_was_kept_is_not_told_of(scene: Scene) -> None:
    clerk = await scene.server.signed_in("clerk")
    await fact(clerk, scene.case, "mediation_ended", "2026-09-21")
    assert await scene.look(noon(28)) == 0


async def test_it_is_looked_once_an_hour(scene: Scene) -> None:
    at = [noon(26)]
    deadlines = Deadlines(scene.server.settings, scene.server.database, lambda: at[0])
    seen = []
    for later in (0.0, 60.0, 86_400.0, 86_460.0):
        at[0] = noon(26) + later
        seen.append(await deadlines.queue_due(scene.guard, notice_law(), ["email"]))
    assert seen == [0, 0, 1, 0]


def test_only_moments_of_time_limits_are_read_as_such() -> None:
    assert parts_of("overdue:arb.award:2026-01-02") == ("overdue", "arb.award", "2026-01-02")
    assert [parts_of(moment) for moment in ("booked", "reminder.day", "deadline:", "deadline:x")] == [
        None
    ] * 4

"""Tickets: short, signed, bound, expiring, revocable."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from room_server.rules import entry_codes
from room_server.rules.entry_codes import read_typed
from room_server.rules.people import Role
from room_server.store import hearings
from room_server.store.database import Database
from room_server.store.hearings import Booking, NewSeat
from room_server.store.keys import KeyFileError
from room_server.store.tables import Ticket
from room_server.tickets import MAX_TOKEN, Expired, Forged, HearingOver, Revoked, Tickets, qr_svg

START = 1_790_000_000_000
HOUR = 3_600_000


@dataclass
class Desk:
    """Tickets with a clock that a test turns."""

    database: Database
    tickets: Tickets
    booking: Booking
    clock: list[float]

    def person(self, role: Role) -> str:
        return next(person.id for person in self.booking.participants if person.role is role)

    def turn_to(self, time: int) -> None:
        self.clock[0] = time / 1000


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = Database(f"sqlite:///{tmp_path}/heting.db")
    await database.open()
    clock = [(START - 48 * HOUR) / 1000]
    tickets = Tickets(
        database, tmp_path / "keys", public_url="https://heting.test/", hours=24, clock=lambda: clock[0]
    )
    seats = [
        NewSeat(name="周敏", role=Role.MEDIATOR),
        NewSeat(name="张晓雯", role=Role.APPLICANT),
        NewSeat(name="林国栋", role=Role.AGENT),
    ]
    booking = await database.write(
        lambda s: hearings.book(
            s, case_number="1", title="t", kind="mediation", starts_at=START, seats=seats, now=1
        )
    )
    yield Desk(database, tickets, booking, clock)
    await database.close()


async def test_a_ticket_says_who_and_where(desk: Desk) -> None:
    link = await desk.tickets.issue(desk.booking.id, desk.person(Role.APPLICANT))
    found = await desk.tickets.check(link.token)
    assert (found.participant.name, found.booking.id) == ("张晓雯", desk.booking.id)
    assert len(link.token) <= MAX_TOKEN
    assert re.fullmatch(r"[A-Za-z0-9._-]+", link.token)


async def test_a_link_handed_out_early_is_good_until_a_day_after_the_hearing(desk: Desk) -> None:
    token = (await desk.tickets.issue(desk.booking.id, desk.person(Role.APPLICANT))).token
    desk.turn_to(START + 24 * HOUR - 1)
    await desk.tickets.check(token)
    desk.turn_to(START + 24 * HOUR)
    with pytest.raises(Expired) as caught:
        await desk.tickets.check(token)
    assert caught.value.word == "ticket_expired"


async def test_a_new_link_revokes_the_old_one_of_that_person_only(desk: Desk) -> None:
    applicant, agent = desk.person(Role.APPLICANT), desk.person(Role.AGENT)
    first = await desk.tickets.issue(desk.booking.id, applicant)
    other = await desk.tickets.issue(desk.booking.id, agent)
    second = await desk.tickets.issue(desk.booking.id, applicant)
    with pytest.raises(Revoked):
        await desk.tickets.check(first.token)
    await desk.tickets.check(second.token)
    await desk.tickets.check(other.token)
    shown = {link.participant.id: link for link in await desk.tickets.links(desk.booking.id)}
    assert shown[applicant] == second


async def test_a_revoked_ticket_is_shown_as_revoked(desk: Desk) -> None:
    applicant = desk.person(Role.APPLICANT)
    link = await desk.tickets.issue(desk.booking.id, applicant)
    assert await desk.tickets.revoke(desk.booking.id, applicant)
    assert not await desk.tickets.revoke(desk.booking.id, applicant)
    with pytest.raises(Revoked) as caught:
        await desk.tickets.admit(link.token)
    assert caught.value.word == "ticket_revoked"
    assert [(shown.token, shown.revoked) for shown in await desk.tickets.links(desk.booking.id)] == [
        (link.token, True)
    ]


async def test_everybody_but_staff_gets_one_link_once(desk: Desk) -> None:
    first = await desk.tickets.issue_all(desk.booking.id)
    assert [link.participant.role for link in first] == [Role.APPLICANT, Role.AGENT]
    assert await desk.tickets.issue_all(desk.booking.id) == first


async def test_after_the_close_a_ticket_reads_but_does_not_enter(desk: Desk) -> None:
    link = await desk.tickets.issue(desk.booking.id, desk.person(Role.APPLICANT))
    await desk.tickets.admit(link.token)
    await desk.database.write(lambda s: hearings.set_state(s, desk.booking.id, "closed"))
    assert (await desk.tickets.check(link.token)).booking.state == "closed"
    with pytest.raises(HearingOver) as caught:
        await desk.tickets.admit(link.token)
    assert caught.value.word == "hearing_closed"


async def test_staff_get_a_seat_per_login_and_no_link(desk: Desk) -> None:
    mediator = desk.person(Role.MEDIATOR)
    with pytest.raises(ValueError, match="account"):
        await desk.tickets.issue(desk.booking.id, mediator)
    first = await desk.tickets.seat(desk.booking.id, mediator, "login-1")
    assert await desk.tickets.seat(desk.booking.id, mediator, "login-1") == first
    second = await desk.tickets.seat(desk.booking.id, mediator, "login-2")
    assert await desk.tickets.end_login("login-1") == [(desk.booking.id, mediator)]
    with pytest.raises(Revoked):
        await desk.tickets.check(first)
    await desk.tickets.check(second)
    assert await desk.tickets.links(desk.booking.id) == []


async def test_a_seat_about_to_end_is_renewed(desk: Desk) -> None:
    mediator = desk.person(Role.MEDIATOR)
    first = await desk.tickets.seat(desk.booking.id, mediator, "login")
    desk.turn_to(START - 48 * HOUR + 7 * HOUR)
    assert await desk.tickets.seat(desk.booking.id, mediator, "login") != first
    await desk.tickets.check(first)


async def test_a_link_has_a_code_while_it_is_good(desk: Desk) -> None:
    applicant = desk.person(Role.APPLICANT)
    first = await desk.tickets.issue(desk.booking.id, applicant)
    assert await desk.tickets.redeem(read_typed(first.code)) == first.token
    second = await desk.tickets.issue(desk.booking.id, applicant)
    assert await desk.tickets.redeem(read_typed(first.code)) is None
    desk.turn_to(START + 24 * HOUR - 1)
    assert await desk.tickets.redeem(read_typed(second.code)) == second.token
    desk.turn_to(START + 24 * HOUR)
    assert await desk.tickets.redeem(read_typed(second.code)) is None


async def test_a_link_of_before_the_codes_gets_one_when_it_is_next_shown(desk: Desk) -> None:
    first = await desk.tickets.issue_all(desk.booking.id)

    def forget(session: Session) -> None:
        for row in session.exec(select(Ticket)):
            row.code_digest = None
            session.add(row)

    await desk.database.write(forget)
    assert await desk.tickets.redeem(read_typed(first[0].code)) is None
    assert [link.code for link in await desk.tickets.links(desk.booking.id)] == ["", ""]
    assert await desk.tickets.issue_all(desk.booking.id) == first
    assert await desk.tickets.redeem(read_typed(first[0].code)) == first[0].token


async def test_no_two_tickets_have_one_code(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for ten codes only, every new link passes over those that were ever given."""
    monkeypatch.setattr(entry_codes, "_FREE", 10)
    applicant = desk.person(Role.APPLICANT)
    codes = [(await desk.tickets.issue(desk.booking.id, applicant)).code for _ in range(6)]
    assert len(set(codes)) == 6 and all(code.startswith("0000 0000 00") for code in codes)
    last = (await desk.tickets.issue_all(desk.booking.id))[0]
    assert last.code == codes[-1]
    assert await desk.tickets.redeem(read_typed(last.code)) == last.token


async def test_nobody_gets_a_ticket_to_somebody_else_s_hearing(desk: Desk) -> None:
    with pytest.raises(LookupError):
        await desk.tickets.issue("h_other", desk.person(Role.APPLICANT))
    with pytest.raises(LookupError):
        await desk.tickets.issue(desk.booking.id, "p_other")
    with pytest.raises(LookupError):
        await desk.tickets.issue_all("h_other")


@pytest.mark.parametrize(
    "token", ["", ".", "x", "a.b", "甲", "\x00", "x" * 10_000, "." * 60, "%00", "a\nb.c"]
)
async def test_garbage_is_forged(desk: Desk, token: str) -> None:
    with pytest.raises(Forged) as caught:
        await desk.tickets.check(token)
    assert caught.value.word == "ticket_forged"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(at=st.integers(0, 59), letter=st.sampled_from("ABCabc019_-."))
async def test_any_changed_letter_is_forged(desk: Desk, at: int, letter: str) -> None:
    token = await desk.tickets.seat(desk.booking.id, desk.person(Role.MEDIATOR), "login")
    changed = token[:at] + letter + token[at + 1 :]
    # The last letter of 32 bytes in base64 carries two bits that mean nothing.
    if changed == token or at == len(token) - 1:
        return
    with pytest.raises(Forged):
        await desk.tickets.check(changed)


async def test_another_installation_s_signature_is_forged(desk: Desk, tmp_path: Path) -> None:
    stranger = Tickets(desk.database, tmp_path / "other", public_url="", clock=lambda: desk.clock[0])
    token = (await stranger.issue(desk.booking.id, desk.person(Role.APPLICANT))).token
    await stranger.check(token)
    with pytest.raises(Forged):
        await desk.tickets.check(token)


async def test_tickets_outlive_a_restart(desk: Desk, tmp_path: Path) -> None:
    token = (await desk.tickets.issue(desk.booking.id, desk.person(Role.APPLICANT))).token
    again = Tickets(desk.database, tmp_path / "keys", public_url="", clock=lambda: desk.clock[0])
    await again.check(token)


async def test_link_and_qr_carry_the_token(desk: Desk) -> None:
    token = (await desk.tickets.issue(desk.booking.id, desk.person(Role.APPLICANT))).token
    assert desk.tickets.link(token) == f"https://heting.test/p/{token}"
    picture = desk.tickets.qr(token)
    assert picture.startswith("<svg") and "viewBox" in picture
    assert picture == qr_svg(desk.tickets.link(token))
    assert len(desk.tickets.link(token)) <= 100


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "tickets.key").write_bytes(b"short")
    with pytest.raises(KeyFileError, match=r"tickets\.key is damaged; restore"):
        Tickets(Database("sqlite://"), tmp_path, public_url="")

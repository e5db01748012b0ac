"""Coming in by an entry code, and guessing at one."""

import logging
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.api.entry_codes import MOST_WRONG, MOST_WRONG_OF_ALL, WITHIN_S
from room_server.rules.entry_codes import _check, read_typed
from room_server.rules.people import Role
from room_server.store.hearings import Booking
from room_server.tickets import Link
from tests.support.desk_server import Answer, Caller, DeskServer, desk_server

AT = "/api/tickets"
HOUR = 3_600


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path, trusted_proxies=("127.0.0.1",)) as server:
        yield server


async def invited(server: DeskServer, role: Role = Role.APPLICANT) -> tuple[Booking, Link]:
    booking = await server.book()
    links = await server.tickets.issue_all(booking.id)
    return booking, next(link for link in links if link.participant.role is role)


def guess(number: int) -> str:
    """A code that nobody has, free of slips."""
    return f"{number:011d}" + str(_check(f"{number:011d}"))


async def typed(server: DeskServer, code: str, address: str = "203.0.113.7") -> Answer:
    return await server.anonymous().post(AT, {"code": code}, headers={"X-Forwarded-For": address})


async def test_a_code_becomes_the_ticket_of_its_link(server: DeskServer) -> None:
    booking, link = await invited(server)
    answer = await typed(server, link.code)
    assert answer.status == 200 and answer.json == {"ticket": link.token}
    told = await server.with_ticket(answer.json["ticket"]).get("/api/ticket")
    assert (told.json["name"], told.json["hearing"]["id"]) == ("张晓雯", booking.id)
    wide = read_typed(link.code).translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert (await typed(server, f" {wide[:6]}-{wide[6:]} ")).json == answer.json


async def test_the_desk_reads_the_code_out_and_says_where_it_is_typed(server: DeskServer) -> None:
    booking, link = await invited(server)
    clerk = await server.signed_in("clerk")
    told = (await clerk.get(f"/api/hearings/{booking.id}/links")).json
    assert told["join"] == "https://heting.test:8443/join"
    assert told["links"][0]["code"] == link.code and len(link.code) == 14
    at = f"/api/hearings/{booking.id}/links/{link.participant.id}"
    renewed = (await clerk.post(at)).json
    assert renewed["code"] != link.code
    assert (await typed(server, link.code)).word == "code_unknown"
    assert (await typed(server, renewed["code"])).status == 200
    await clerk.call("DELETE", at)
    assert (await clerk.get(f"/api/hearings/{booking.id}/links")).json["links"][0]["code"] == ""
    assert (await typed(server, renewed["code"])).word == "code_unknown"


async def test_wrong_old_and_revoked_codes_are_refused_alike(server: DeskServer) -> None:
    booking, link = await invited(server)
    wrong = await typed(server, guess(7))
    await server.tickets.revoke(booking.id, link.participant.id)
    revoked = await typed(server, link.code)
    _, other = await invited(server)
    server.clock[0] += 24 * HOUR
    expired = await typed(server, other.code)
    assert (wrong.status, wrong.word) == (404, "code_unknown")
    assert wrong.body == revoked.body == expired.body
    assert "工作人员" in wrong.json["error"]["text"]
    lasting = wrong.headers.keys() - {"Date", "X-Request-ID"}
    for answer in (revoked, expired):
        assert answer.headers.keys() == wrong.headers.keys()
        assert all(answer.headers[name] == wrong.headers[name] for name in lasting)


async def test_a_closed_hearing_is_still_read_by_code(server: DeskServer) -> None:
    """As by link: who took part fetches the documents."""
    from room_server.store import hearings

    booking, link = await invited(server)
    await server.database.write(lambda session: hearings.set_state(session, booking.id, "closed"))
    assert (await typed(server, link.code)).json == {"ticket": link.token}


async def test_slips_are_told_from_wrong_codes_and_cost_no_attempt(server: DeskServer) -> None:
    _, link = await invited(server)
    code = read_typed(link.code)
    slip = code[:5] + str((int(code[5]) + 1) % 10) + code[6:]
    for one in [slip, code[:-1], "不知道", code + "0"] * MOST_WRONG:
        answer = await typed(server, one)
        assert (answer.status, answer.word) == (400, "code_mistyped")
    assert (await typed(server, link.code)).status == 200


async def test_a_guesser_is_held_back_and_nobody_else(server: DeskServer) -> None:
    _, link = await invited(server)
    words = [(await typed(server, guess(number))).word for number in range(MOST_WRONG + 5)]
    assert words == ["code_unknown"] * MOST_WRONG + ["too_many"] * 5
    # Not even the right code now: or it could be found by guessing on.
    held = await typed(server, link.code)
    assert (held.status, held.word) == (429, "too_many")
    assert 0 < int(held.headers["Retry-After"]) <= WITHIN_S
    assert (await typed(server, link.code, "203.0.113.8")).status == 200
    server.clock[0] += WITHIN_S
    assert (await typed(server, link.code)).status == 200


async def test_a_household_is_one_guesser(server: DeskServer) -> None:
    """One IPv6 subscriber has a whole /64."""
    for number in range(MOST_WRONG):
        await typed(server, guess(number), f"2001:db8:0:1::{number:x}")
    assert (await typed(server, guess(99), "2001:db8:0:1:ffff::1")).word == "too_many"
    assert (await typed(server, guess(99), "2001:db8:0:2::1")).word == "code_unknown"


async def test_right_codes_count_for_nothing_and_clear_nothing(server: DeskServer) -> None:
    """An office behind one address joins as often as it likes; owning one code buys no guesses."""
    _, link = await invited(server)
    for number in range(MOST_WRONG - 1):
        assert (await typed(server, guess(number))).word == "code_unknown"
    for _ in range(3 * MOST_WRONG):
        assert (await typed(server, link.code)).status == 200
    assert (await typed(server, guess(98))).word == "code_unknown"
    assert (await typed(server, guess(99))).word == "too_many"


async def test_guessing_from_many_addresses_is_bounded_altogether(server: DeskServer) -> None:
    _, link = await invited(server)
    words = [
        (await typed(server, guess(number), f"198.51.100.{number}")).word
        for number in range(MOST_WRONG_OF_ALL + 5)
    ]
    assert words == ["code_unknown"] * MOST_WRONG_OF_ALL + ["too_many"] * 5
    assert (await typed(server, link.code, "203.0.113.9")).word == "too_many"
    # Links are not touched by it.
    assert (await server.with_ticket(link.token).get("/api/ticket")).status == 200
    server.clock[0] += WITHIN_S
    assert (await typed(server, link.code, "203.0.113.9")).status == 200


async def test_no_code_stands_in_the_log_or_in_the_database(
    server: DeskServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    _, link = await invited(server)
    asked = [link.code, read_typed(link.code), *(guess(number) for number in range(MOST_WRONG + 1))]
    for code in asked:
        await typed(server, code)
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "203.0.113.7 gave 10 wrong entry codes" in said
    assert not [code for code in asked if code in said or code.replace(" ", "") in said]
    with sqlite3.connect(server.settings.data / "heting.db") as database:
        dump = "\n".join(database.iterdump())
    assert link.token.partition(".")[0] in dump
    assert link.code not in dump and read_typed(link.code) not in dump


@pytest.mark.parametrize(
    "body", [{}, {"code": ""}, {"code": 7}, {"code": "0" * 65}, {"code": "0", "who": "x"}, []]
)
async def test_another_shape_is_refused(server: DeskServer, body: object) -> None:
    answer = await Caller(server.client).post(AT, body)
    assert (answer.status, answer.word) == (400, "malformed")

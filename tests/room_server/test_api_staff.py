"""Signing in: what works, what is refused, and what a guesser learns."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.api.access import COOKIE
from room_server.store import staff
from tests.support.desk_server import PASSWORD, DeskServer, desk_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def test_login_gives_name_role_and_a_strict_cookie(server: DeskServer) -> None:
    answer = await server.anonymous().post("/api/login", {"name": "mediator", "password": PASSWORD})
    assert answer.status == 200
    assert (answer.json["name"], answer.json["role"], answer.json["account"]) == (
        "周敏",
        "mediator",
        "mediator",
    )
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


async def test_me_knows_who_is_signed_in(server: DeskServer) -> None:
    caller = await server.signed_in("clerk")
    answer = await caller.get("/api/me")
    assert (answer.status, answer.json["role"], answer.json["csrf"]) == (
        200,
        "clerk",
        caller.headers["X-CSRF"],
    )
    nobody = await server.anonymous().get("/api/me")
    assert (nobody.status, nobody.word) == (401, "not_signed_in")


async def test_the_cookie_is_not_in_the_database(server: DeskServer) -> None:
    caller = await server.signed_in("clerk")
    cookie = caller.headers["Cookie"].split("=")[1]
    for file in server.settings.data.glob("heting.db*"):
        assert cookie.encode() not in file.read_bytes()


async def test_logout_ends_the_login_and_the_seats_taken_with_it(server: DeskServer) -> None:
    booking = await server.book()
    caller, other = await server.signed_in("clerk"), await server.signed_in("clerk")
    tokens = [
        (await someone.post(f"/api/hearings/{booking.id}/enter")).json["ticket"]
        for someone in (caller, other)
    ]
    assert tokens[0] != tokens[1]
    answer = await caller.post("/api/logout", {})
    assert answer.status == 204
    assert (await caller.get("/api/me")).status == 401
    assert (await other.get("/api/me")).status == 200
    words = [(await server.with_ticket(token).get("/api/ticket")).status for token in tokens]
    assert words == [401, 200]
    assert [asked[:2] for asked in server.live.asked] == [("shut_out", booking.id)]


async def test_a_login_ends_by_itself(server: DeskServer) -> None:
    caller = await server.signed_in("clerk")
    server.clock[0] += staff.LOGIN_HOURS * 3600 - 1
    assert (await caller.get("/api/me")).status == 200
    server.clock[0] += 1
    assert (await caller.get("/api/me")).status == 401


async def test_unknown_name_and_wrong_password_look_the_same(server: DeskServer) -> None:
    answers = [
        await server.anonymous().post("/api/login", {"name": name, "password": "wrong"})
        for name in ("mediator", "nobody-of-that-name")
    ]
    assert {(answer.status, answer.word) for answer in answers} == {(401, "wrong_password")}
    assert answers[0].json == answers[1].json


async def test_guessing_is_held_back_per_name_and_let_go_after_a_while(server: DeskServer) -> None:
    guesser = server.anonymous()
    guess = {"name": "clerk", "password": "wrong"}
    statuses = [(await guesser.post("/api/login", guess)).status for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    blocked = await guesser.post("/api/login", {"name": "clerk", "password": PASSWORD})
    assert (blocked.status, blocked.word) == (429, "too_many")
    assert 0 < int(blocked.headers["Retry-After"]) <= 300
    assert (await guesser.post("/api/login", {"name": "mediator", "password": PASSWORD})).status == 200
    server.clock[0] += 301
    assert (await guesser.post("/api/login", {"name": "clerk", "password": PASSWORD})).status == 200


async def test_many_guesses_at_once_are_counted_before_they_are_checked(server: DeskServer) -> None:
    guess = {"name": "clerk", "password": "wrong"}
    answers = await asyncio.gather(*(server.anonymous().post("/api/login", guess) for _ in range(12)))
    assert sorted(answer.status for answer in answers) == [401] * 5 + [429] * 7


async def test_guessing_many_names_is_held_back_per_address(
    server: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff, "password_matches", lambda stored, given: False)
    statuses = [
        (await server.anonymous().post("/api/login", {"name": f"n{number}", "password": "x"})).status
        for number in range(31)
    ]
    assert statuses == [401] * 30 + [429]


async def test_a_disabled_account_cannot_sign_in_and_its_logins_end(server: DeskServer) -> None:
    caller = await server.signed_in("clerk")

    def disable(session: object) -> None:
        account = staff.find_account(session, "clerk")  # type: ignore[arg-type]
        assert account is not None
        account.disabled_at = 1

    await server.database.write(disable)
    assert (await caller.get("/api/me")).status == 401
    answer = await server.anonymous().post("/api/login", {"name": "clerk", "password": PASSWORD})
    assert answer.status == 401


@pytest.mark.parametrize("cookie", ["", "x", "甲", "../../etc/passwd", "'; DROP TABLE staff_login; --"])
async def test_a_made_up_cookie_is_nobody(server: DeskServer, cookie: str) -> None:
    headers = {"Cookie": f"{COOKIE}={cookie}".encode().decode("latin-1")}
    assert (await server.anonymous().get("/api/me", headers=headers)).status == 401

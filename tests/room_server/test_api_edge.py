"""The edge: headers on everything, words for every failure, nothing leaked."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from room_server.api.refusals import WORDS
from room_server.rules.people import Role
from tests.support.desk_server import DeskServer, desk_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


@pytest.mark.parametrize("path", ["/api/me", "/api/nothing", "/nothing", "/health", "/desk", "/api/docs"])
async def test_every_answer_has_the_security_headers(server: DeskServer, path: str) -> None:
    headers = (await server.anonymous().get(path)).headers
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'self'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=(self), microphone=(self)" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers
    assert len(headers["X-Request-Id"]) == 12
    assert headers["Server"] == "Heting"


@pytest.mark.parametrize(("host", "strict"), [("hearing.example.cn", True), ("localhost:8443", False)])
async def test_browsers_insist_on_tls_only_with_the_operator_s_certificate(
    tmp_path: Path, host: str, strict: bool
) -> None:
    async with desk_server(tmp_path, tls_certificate=Path("x"), tls_key=Path("y")) as server:
        answer = await server.anonymous().get("/health", headers={"Host": host})
        assert ("Strict-Transport-Security" in answer.headers) is strict


async def test_unknown_addresses_and_methods(server: DeskServer) -> None:
    anonymous = server.anonymous()
    unknown = await anonymous.get("/api/nothing/here")
    assert (unknown.status, unknown.word) == (404, "not_found")
    wrong = await anonymous.call("PATCH", "/api/login")
    assert (wrong.status, wrong.word, wrong.headers["Allow"]) == (405, "method_not_allowed", "POST")
    page = await anonymous.get("/nothing")
    assert (page.status, page.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")


async def test_head_answers_like_get_without_a_body(server: DeskServer) -> None:
    answer = await server.anonymous().call("HEAD", "/health")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    ("accept", "query", "text"),
    [
        ("", "", "请先登录。"),
        ("en", "", "Sign in first."),
        ("en-GB,en;q=0.8,zh;q=0.5", "", "Sign in first."),
        ("fr, zh-CN;q=0.9, en;q=0.8", "", "请先登录。"),
        ("en", "?lang=zh", "请先登录。"),
        ("zh", "?lang=en", "Sign in first."),
        ("en;q=high, zh", "", "请先登录。"),
        ("de", "?lang=de", "请先登录。"),
    ],
)
async def test_refusals_speak_the_caller_s_language(
    server: DeskServer, accept: str, query: str, text: str
) -> None:
    answer = await server.anonymous().get(f"/api/me{query}", headers={"Accept-Language": accept})
    assert answer.json == {"error": {"word": "not_signed_in", "text": text}}


def test_every_word_has_both_texts() -> None:
    for word, (status, chinese, english) in WORDS.items():
        assert 400 <= status < 600
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese), word
        assert english.isascii(), word


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b"null", 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b'"text"', 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b'{"name": "\xff", "password": "x"}', 400, "malformed"),
        (b'{"name": "\\ud800", "password": "x"}', 400, "malformed"),
        (b'{"name": 1, "password": "x"}', 400, "malformed"),
        (b'{"name": "x"}', 400, "malformed"),
        (b'{"name": "x", "password": "x", "role": "mediator"}', 400, "malformed"),
        (b'{"name": "' + b"x" * 61 + b'", "password": "x"}', 400, "malformed"),
        (b'{"other": ' + b"[" * 30_000 + b"]" * 30_000 + b"}", 400, "malformed"),
        (b"[" * 60_000, 400, "malformed"),
        (b'{"a":' * 12_000, 400, "malformed"),
        (b'{"name": "' + b"x" * 65_536 + b'"}', 413, "too_large"),
        (b"1" * 5_000, 400, "malformed"),
    ],
)
async def test_bad_bodies_are_refused_in_words(
    server: DeskServer, body: bytes, status: int, word: str
) -> None:
    answer = await server.anonymous().post("/api/login", body)
    assert (answer.status, answer.word) == (status, word)
    assert "Traceback" not in answer.body.decode()


async def test_a_body_without_a_length_is_cut_off_too(server: DeskServer) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 1024

    async with server.client.post(
        "/api/login", data=endless(), headers={"Content-Type": "application/json"}
    ) as response:
        assert response.status == 413


async def test_a_compressed_bomb_is_cut_off(server: DeskServer) -> None:
    import zlib

    bomb = zlib.compress(b" " * 50_000_000)
    assert len(bomb) < 65_536
    answer = await server.anonymous().post("/api/login", bomb, headers={"Content-Encoding": "deflate"})
    assert answer.status in (400, 413)
    assert (await server.anonymous().get("/health")).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_what_a_form_can_send_is_no_json(server: DeskServer, kind: str) -> None:
    answer = await server.anonymous().post("/api/login", b"{}", headers={"Content-Type": kind})
    assert (answer.status, answer.word) == (415, "not_json")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    st.binary(max_size=200) | st.recursive(st.text() | st.none() | st.integers(), st.lists).map(json.dumps)
)
async def test_whatever_is_sent_is_answered(server: DeskServer, body: bytes | str) -> None:
    data = body.encode(errors="replace") if isinstance(body, str) else body
    answer = await server.anonymous().post("/api/login", data)
    assert answer.status in (400, 401, 413, 429)
    assert answer.word in WORDS


async def test_a_failure_inside_says_nothing_outside_and_everything_in_the_log(
    server: DeskServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> dict[str, object]:
        raise RuntimeError("secret inner detail")

    monkeypatch.setattr(server.live, "health", broken)
    answer = await server.anonymous().get("/health")
    assert answer.status == 500
    assert b"secret" not in answer.body and b"RuntimeError" not in answer.body
    assert answer.headers["X-Request-Id"] in caplog.text
    assert "secret inner detail" in caplog.text


async def test_no_ticket_password_or_name_reaches_the_log(
    server: DeskServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "room_server")
    booking = await server.book()
    token = await server.token(booking, Role.APPLICANT)
    await server.with_ticket(token).get("/api/ticket")
    await server.with_ticket(token).get("/api/hearings")
    await server.anonymous().get(f"/p/{token}")
    await server.anonymous().get(f"/p/{token}/more")
    await server.anonymous().post("/api/login", {"name": "clerk", "password": "hunter2-hunter2"})
    clerk = await server.signed_in("clerk")
    await clerk.get(f"/api/hearings/{booking.id}/links")
    assert "not_signed_in" in caplog.text
    for secret in (token, "hunter2", "张晓雯", "陈思远", clerk.headers["X-CSRF"]):
        assert secret not in caplog.text


async def test_many_callers_at_once(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    answers = await asyncio.gather(*(clerk.get("/api/hearings") for _ in range(50)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 50

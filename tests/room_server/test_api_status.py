"""Health for everybody, gauges for those who watch."""

from pathlib import Path

import pytest

from room_server.api import status
from tests.support.desk_server import desk_server


async def test_health_shows_the_parts(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        answer = await server.anonymous().get("/health")
        assert answer.json == {
            "status": "ok",
            "version": status.version(),
            "parts": {"media": {"state": "up"}},
        }
        server.live.parts["media"] = {"state": "down"}
        assert (await server.anonymous().get("/health")).json["status"] == "degraded"


async def test_metrics_are_in_prometheus_format(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        answer = await server.anonymous().get("/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        assert "heting_sittings 2.0" in answer.body.decode()


@pytest.mark.parametrize(
    ("address", "allowed"),
    [("127.0.0.1", True), ("::1", True), ("192.168.1.5", False), (None, False), ("", False)],
)
def test_this_machine_is_known_by_its_address(address: str | None, allowed: bool) -> None:
    assert status._is_this_machine(address) is allowed


async def test_metrics_stay_at_home_behind_a_proxy(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
            answer = await server.anonymous().get("/metrics", headers={name: "203.0.113.9"})
            assert answer.status == 403


async def test_a_token_opens_metrics_from_anywhere_and_is_then_needed(tmp_path: Path) -> None:
    async with desk_server(tmp_path, metrics_token="口令-1") as server:
        wrong = ("Bearer wrong", "Bearer \udcff", "", "Basic 口令-1")
        for header, expected in (("Bearer 口令-1", 200), *((text, 403) for text in wrong)):
            headers = {"Authorization": header, "X-Forwarded-For": "203.0.113.9"}
            assert (await server.anonymous().get("/metrics", headers=headers)).status == expected

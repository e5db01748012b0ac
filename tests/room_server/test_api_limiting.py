"""One client floods, another is served; the flooder recovers; whose word about addresses is believed."""

import asyncio
import ipaddress
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from room_server.api.limiting import client_address, household
from room_server.rates import limits_of
from room_server.rules.people import Role
from room_server.settings import Settings
from tests.support.desk_server import DeskServer, desk_server

PROXIES = [ipaddress.ip_network("10.0.0.0/24"), ipaddress.ip_network("2001:db8::1/128")]
FLOODER, OTHER = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}


@asynccontextmanager
async def limited(folder: Path) -> AsyncIterator[tuple[DeskServer, list[float]]]:
    """A server behind a proxy on this machine: ten requests a second by address, four by account."""
    moment = [50.0]
    chosen: dict[str, Any] = {
        "requests_per_address": 10,
        "requests_per_account": 4,
        "trusted_proxies": ("127.0.0.1",),
    }
    limits = limits_of(Settings(data=folder, **chosen), lambda: moment[0])
    async with desk_server(folder, limits=limits, **chosen) as server:
        yield server, moment


async def test_a_flood_from_one_address_is_refused_and_another_is_served(tmp_path: Path) -> None:
    async with limited(tmp_path) as (server, moment):
        flooder = server.anonymous()
        answers = await asyncio.gather(*(flooder.get("/health", headers=FLOODER) for _ in range(300)))
        assert sorted(answer.status for answer in answers) == [200] * 50 + [429] * 250
        assert (await flooder.get("/health", headers=OTHER)).status == 200
        refused = await flooder.get("/api/me", headers=FLOODER | {"Accept-Language": "en"})
        assert (refused.status, refused.word, refused.headers["Retry-After"]) == (429, "too_fast", "1")
        assert refused.json["error"]["text"] == "Too many requests: wait 1 s."
        page = await flooder.get("/desk", headers=FLOODER)
        assert (page.status, page.headers["Retry-After"]) == (429, "1")
        moment[0] += 1
        again = [(await flooder.get("/health", headers=FLOODER)).status for _ in range(11)]
        assert again == [200] * 10 + [429]


async def test_an_account_is_one_client_from_wherever_it_asks(tmp_path: Path) -> None:
    async with limited(tmp_path) as (server, moment):
        clerk, mediator = await server.signed_in("clerk"), await server.signed_in("mediator")
        statuses = [
            (await clerk.get("/api/me", headers={"X-Forwarded-For": f"203.0.113.{number}"})).status
            for number in range(21)
        ]
        assert statuses == [200] * 20 + [429]
        assert (await mediator.get("/api/me", headers=OTHER)).status == 200
        moment[0] += 0.25
        assert (await clerk.get("/api/me", headers=OTHER)).status == 200


async def test_a_ticket_is_one_client_and_a_guessed_one_is_only_its_address(tmp_path: Path) -> None:
    async with limited(tmp_path) as (server, _):
        booking = await server.book()
        party = server.with_ticket(await server.token(booking, Role.APPLICANT))
        other = server.with_ticket(await server.token(booking, Role.AGENT))
        statuses = [(await party.get("/api/ticket", headers=FLOODER)).status for _ in range(21)]
        assert statuses == [200] * 20 + [429]
        assert (await other.get("/api/ticket", headers=FLOODER)).status == 200
        forged = server.with_ticket("x")
        wrong = [(await forged.get("/api/ticket", headers=FLOODER)).status for _ in range(30)]
        assert wrong == [401] * 28 + [429] * 2


async def test_what_was_refused_is_counted_and_the_log_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "room_server")
    async with limited(tmp_path) as (server, _):
        for _ in range(60):
            await server.anonymous().get("/health", headers=FLOODER)
        told = (await server.anonymous().get("/metrics", headers={})).body.decode()
    assert 'heting_limited_total{by="address"} 10.0' in told
    assert 'heting_limited_total{by="account"} 0.0' in told
    assert [record.getMessage() for record in caplog.records if "fast" in record.getMessage()] == [
        "203.0.113.7 asks too fast: refused until it slows down"
    ]


async def test_without_a_proxy_a_made_up_address_changes_nothing(tmp_path: Path) -> None:
    async with desk_server(tmp_path, requests_per_address=1) as server:
        statuses = [
            (await server.anonymous().get("/health", headers={"X-Forwarded-For": f"203.0.113.{n}"})).status
            for n in range(8)
        ]
        assert statuses[:5] == [200] * 5 and 429 in statuses[5:]


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.3", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.3", ["1.2.3.4, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.3", ["198.51.100.1, 10.0.0.9"], "198.51.100.1"),
        ("10.0.0.3", ["198.51.100.1", "10.0.0.9"], "198.51.100.1"),
        ("10.0.0.3", ["10.0.0.8, 10.0.0.9"], "10.0.0.8"),
        ("10.0.0.3", ["198.51.100.1:55123"], "198.51.100.1"),
        ("2001:db8::1", ["[2001:db8:5::7]:443"], "2001:db8:5::7"),
        ("10.0.0.3", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("::ffff:10.0.0.3", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.3", ["198.51.100.1, unknown"], "10.0.0.3"),
        ("10.0.0.3", [""], "10.0.0.3"),
        ("10.0.0.3", [], "10.0.0.3"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(remote: str, forwarded: list[str], client: str) -> None:
    assert client_address(remote, forwarded, PROXIES) == client


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("a:b", "a:b"),
        ("", ""),
    ],
)
def test_an_ipv6_subscriber_is_counted_once(address: str, counted: str) -> None:
    assert household(address) == counted

"""Relays: credentials that coturn takes, for whom and how long; media through a real relay."""

import asyncio
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from aioice import stun, turn
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCIceServer
from aiortc.rtcconfiguration import RTCIceTransportPolicy

from room_server.rules.people import Role
from room_server.settings import Settings
from room_server.turn import IceServer, credential, ice_servers
from tests.support import callers
from tests.support.callers import Caller, Picture, running, table, until
from tests.support.coturn import SECRET, coturn, coturn_by
from tests.support.desk_server import NOW, desk_server

TEMPLATE = Path(__file__).parents[2] / "deploy" / "turnserver.conf"
URLS = ("turn:turn.test:3478?transport=udp", "turns:turn.test:443?transport=tcp")


def relays(**more: Any) -> Settings:
    return Settings(turn_urls=URLS, turn_secret=SECRET, turn_ttl_s=600, **more)


def test_the_password_is_the_one_openssl_computes() -> None:
    # printf %s 1735689600:p_12345678 | openssl dgst -sha1 -hmac 'a shared secret' -binary | base64
    assert credential(SECRET, "1735689600:p_12345678") == "XO+7yjh59MDk1KiYIgFKd/J0XHQ="


def test_a_name_says_who_and_until_when() -> None:
    (server,) = ice_servers(relays(), "p_12345678", now=1735689000.9)
    assert server == IceServer(list(URLS), "1735689600:p_12345678", "XO+7yjh59MDk1KiYIgFKd/J0XHQ=")
    assert ice_servers(Settings(), "p_12345678") == []


async def test_everybody_gets_credentials_of_their_own(tmp_path: Path) -> None:
    async with desk_server(tmp_path, turn_urls=URLS, turn_secret=SECRET, turn_ttl_s=600) as server:
        booking = await server.book()
        party = server.with_ticket(await server.token(booking, Role.APPLICANT))
        answer = (await party.get("/api/ice")).json
        person = next(p.id for p in booking.participants if p.role is Role.APPLICANT)
        name = f"{NOW // 1000 + 600}:{person}"
        mine = {"urls": list(URLS), "username": name, "credential": credential(SECRET, name)}
        assert answer == {"ice_servers": [mine], "ttl_s": 600}
        staff = await (await server.signed_in("mediator")).get("/api/ice")
        assert staff.json["ice_servers"][0]["username"] not in ("", name)
        assert SECRET.encode() not in staff.body
        assert (await server.anonymous().get("/api/ice")).status == 401


async def test_without_a_relay_the_list_is_empty(tmp_path: Path) -> None:
    async with desk_server(tmp_path) as server:
        answer = await (await server.signed_in("mediator")).get("/api/ice")
        assert answer.json["ice_servers"] == []


async def lend(port: int, lifetime_s: int = 600) -> turn.TurnTransport:
    """Borrow an address with credentials that end after so many seconds."""
    (server,) = ice_servers(relays(), "p_1", now=time.time() - 600 + lifetime_s)
    lent, _ = await turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        server_addr=("127.0.0.1", port),
        username=server.username,
        password=server.credential,
        transport="tcp",
    )
    return lent


def inside(lent: turn.TurnTransport) -> turn.TurnClientTcpProtocol:
    """The protocol under a relayed transport."""
    found: turn.TurnClientTcpProtocol = vars(lent)["_TurnTransport__inner_protocol"]
    return found


async def test_what_was_lent_outlives_the_credentials(tmp_path: Path) -> None:
    async with coturn(tmp_path) as port:
        lent = await lend(port, lifetime_s=2)
        await asyncio.sleep(3)
        with pytest.raises(stun.TransactionFailed):
            await lend(port, lifetime_s=-1)
        refresh = stun.Message(stun.Method.REFRESH, stun.Class.REQUEST)
        refresh.attributes["LIFETIME"] = 600
        answer, _ = await inside(lent).request_with_retry(refresh)
        assert answer.attributes["LIFETIME"] == 600
        lent.close()


async def test_the_template_lets_people_in_and_nobody_into_the_inner_network(tmp_path: Path) -> None:
    places = {
        "TURN.ADDRESS": "127.0.0.1",
        "MEDIA.ADDRESS": "127.0.0.1",
        "=SECRET": f"={SECRET}",
        "log-file=stdout": f"log-file={tmp_path / 'turn.log'}",
    }
    async with coturn_by(TEMPLATE, tmp_path, places) as port:
        lent = await lend(port)
        await inside(lent).send_data(b"media", ("127.0.0.1", 50000))
        with pytest.raises(stun.TransactionFailed) as refused:
            await inside(lent).send_data(b"nosy", ("127.0.0.2", 80))
        assert refused.value.response.attributes["ERROR-CODE"][0] == 403
        lent.close()


async def test_media_goes_through_a_real_relay(tmp_path: Path) -> None:
    async with coturn(tmp_path) as port, running() as (worker, _):
        (server,) = ice_servers(relays(), "p_anna")
        only_relayed = RTCConfiguration(
            iceServers=[
                RTCIceServer(f"turn:127.0.0.1:{port}?transport=tcp", server.username, server.credential)
            ],
            bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
            iceTransportPolicy=RTCIceTransportPolicy.RELAY,
        )
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_camera=["ben"]))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        try:
            await ben.subscribe(0, 1)
            with patch.object(callers, "CONFIGURATION", only_relayed):
                await anna.publish(Picture(200))
            await until(lambda: ben.frames("video") > 10)
            assert _path(anna) == "relay"
        finally:
            await asyncio.gather(anna.close(), ben.close())


def _path(caller: Caller) -> str:
    """The kind of the candidate that the caller's media leaves by."""
    assert caller.publishing is not None
    ice: Any = caller.publishing.getSenders()[0].transport.transport
    pair = ice._connection._nominated[1]
    return str(pair.local_candidate.type)

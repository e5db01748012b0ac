"""Allocations at a real relay: what it lends, and in plain words why it does not."""

import socket
import ssl
import time
from pathlib import Path

import pytest

from media.allocation import AllocationError, Relay, allocate, read_url
from room_server import tls
from room_server.turn import credential
from tests.support.coturn import SECRET, coturn


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("turn:relay.test", Relay("relay.test", 3478, "udp", False)),
        ("turn:192.0.2.1:3479?transport=tcp", Relay("192.0.2.1", 3479, "tcp", False)),
        ("turns:relay.test", Relay("relay.test", 5349, "tcp", True)),
        ("turns:[2001:db8::1]:443?transport=tcp", Relay("2001:db8::1", 443, "tcp", True)),
    ],
)
def test_addresses_of_relays_are_read(url: str, relay: Relay) -> None:
    assert read_url(url) == relay


@pytest.mark.parametrize("url", ["", "stun:relay.test", "turn:", "turn:relay.test?transport=sctp"])
def test_what_is_no_relay_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="no TURN address"):
        read_url(url)


def mine(age: float = 0.0) -> tuple[str, str]:
    name = f"{int(time.time() - age) + 600}:p_1"
    return name, credential(SECRET, name)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_relay_lends_for_good_credentials_only(tmp_path: Path, transport: str) -> None:
    async with coturn(tmp_path) as port:
        url = f"turn:127.0.0.1:{port}?transport={transport}"
        assert await allocate(url, *mine()) == "127.0.0.1"
        for bad in (mine(age=700), (mine()[0], "guess")):
            with pytest.raises(AllocationError, match="secret or the clock"):
                await allocate(url, *bad)


async def test_a_relay_over_tls_must_be_trusted(tmp_path: Path) -> None:
    certificates = tls.prepare(tmp_path / "tls")
    async with coturn(tmp_path, certificates=certificates) as port:
        url = f"turns:127.0.0.1:{port}?transport=tcp"
        with pytest.raises(AllocationError, match="certificate is not trusted"):
            await allocate(url, *mine())
        trust = ssl.create_default_context(cafile=str(certificates.authority))
        assert await allocate(url, *mine(), trust=trust) == "127.0.0.1"
        with pytest.raises(AllocationError, match="secret or the clock"):
            await allocate(url, *mine(age=700), trust=trust)


async def test_where_nobody_is_that_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        with pytest.raises(AllocationError, match="cannot be reached over TCP"):
            await allocate(f"turn:127.0.0.1:{taken.getsockname()[1]}?transport=tcp", *mine())
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        with pytest.raises(AllocationError, match="no answer over UDP"):
            await allocate(f"turn:127.0.0.1:{silent.getsockname()[1]}", *mine(), seconds=0.3)

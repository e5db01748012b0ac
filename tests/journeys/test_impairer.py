"""The network of the journeys itself: what it is told to do to packets, it does, and to nobody else's."""

import asyncio
import socket
import subprocess
import time
from collections.abc import AsyncIterator

import pytest

from tests.support.impairer import ALONE, GUESTS, SERVER, Network, NotPermitted, Place

pytestmark = pytest.mark.journey


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    """A network; where none can be made, the reason is printed."""
    try:
        async with Network() as network:
            yield network
    except NotPermitted as reason:
        pytest.skip(str(reason))


def bound(place: Place, address: str) -> socket.socket:
    """A socket at a place."""
    with place.entered():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, 4000))
    sock.setblocking(False)
    return sock


async def crossing(source: socket.socket, target: socket.socket) -> int:
    """How many of 60 packets of 1000 bytes, sent within 0.2 s, arrive."""
    for _ in range(60):
        source.sendto(bytes(1000), target.getsockname())
        await asyncio.sleep(0.003)
    await asyncio.sleep(0.2)
    arrived = 0
    try:
        while target.recv(2000):
            arrived += 1
    except BlockingIOError:
        pass
    return arrived


async def delay(source: socket.socket, target: socket.socket) -> float:
    """How long one packet takes, in ms."""
    began = time.monotonic()
    source.sendto(b"x", target.getsockname())
    await asyncio.wait_for(asyncio.get_running_loop().sock_recv(target, 2000), 5)
    return (time.monotonic() - began) * 1000


async def test_a_guest_has_the_weather_it_is_given(network: Network) -> None:
    server = bound(network.server, SERVER)
    one, other = bound(network.crowd, GUESTS[0]), bound(network.crowd, GUESTS[1])
    await network.turn(GUESTS[0], loss=0.5)
    assert 12 < await crossing(one, server) < 48
    assert await crossing(other, server) == 60
    await network.turn(GUESTS[0], loss=0.0, up=False)
    assert await crossing(server, one) == 0
    assert await crossing(server, other) == 60
    await network.turn(GUESTS[1], way="down", rate=500)
    assert await crossing(other, server) == 60
    assert await crossing(server, other) < 55
    await network.calm()
    await network.turn(GUESTS[1], way="up", delay=200)
    assert await delay(other, server) >= 200
    assert await delay(server, other) < 200
    for sock in (server, one, other):
        sock.close()


async def test_a_guest_with_a_place_of_its_own_changes_its_address(network: Network) -> None:
    server = bound(network.server, SERVER)
    before = bound(network.alone[0], ALONE[0])
    assert await crossing(before, server) == 60
    await network.move(ALONE[0], "10.78.0.99")
    shown = subprocess.run(
        [*network.alone[0].inside, "ip", "-4", "-o", "addr"], capture_output=True, text=True
    )
    assert ALONE[0] not in shown.stdout
    after = bound(network.alone[0], "10.78.0.99")
    assert await crossing(after, server) == 60
    assert await crossing(server, after) == 60
    await network.turn(ALONE[0], up=False)
    assert await crossing(after, server) == 0
    for sock in (server, before, after):
        sock.close()

"""One socket for both families, and which addresses are announced."""

import functools
import socket
from types import SimpleNamespace

import pytest

from media import addresses
from tests.support.callers import Caller, Picture, Tone, running, table, until

needs_ipv6 = pytest.mark.skipif(not addresses.has_ipv6(), reason="this machine has no IPv6")


def machine(monkeypatch: pytest.MonkeyPatch, **interfaces: list[str]) -> None:
    """A machine with these addresses."""
    rows = [
        SimpleNamespace(
            name=name,
            ips=[SimpleNamespace(ip=(text, 0, 0) if ":" in text else text) for text in texts],
        )
        for name, texts in interfaces.items()
    ]
    monkeypatch.setattr("media.addresses.ifaddr.get_adapters", lambda: rows)


def reachable(bind: str) -> list[str]:
    with addresses.open_socket(bind, 0) as found:
        return addresses.reachable(found)


def test_the_best_address_comes_first_and_none_that_means_nothing_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine(
        monkeypatch,
        docker0=["172.17.0.1"],
        lo=["127.0.0.1", "::1"],
        eth0=["fd00::2", "fe80::1", "192.0.2.2", "169.254.3.4", "2001:db8::2"],
    )
    assert reachable("0.0.0.0") == ["192.0.2.2", "172.17.0.1", "127.0.0.1"]
    if addresses.has_ipv6():
        told = reachable("")
        assert told[:4] == ["2001:db8::2", "192.0.2.2", "fd00::2", "172.17.0.1"]
        assert set(told[4:]) <= {"127.0.0.1", "::1"}


def test_a_machine_without_a_network_has_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch)
    assert reachable("")[0] == "127.0.0.1"


def test_a_socket_at_one_address_is_reached_there_only() -> None:
    assert reachable("127.0.0.1") == ["127.0.0.1"]


def test_without_ipv6_everything_is_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "has_ipv6", lambda: False)
    with addresses.open_socket("", 0) as found:
        assert found.family == socket.AF_INET
        assert all(":" not in address for address in addresses.reachable(found))


@needs_ipv6
def test_a_port_taken_in_one_family_is_taken() -> None:
    with addresses.open_socket("", 0) as first:
        number = first.getsockname()[1]
        for bind in ("", "127.0.0.1", "::1"):
            with pytest.raises(OSError, match="in use"):
                addresses.open_socket(bind, number)


def watching(one: Caller) -> bool:
    """Whether pictures and sound have come for a while."""
    return one.frames("video") > 5 and one.frames("audio") > 20


@needs_ipv6
async def test_clients_of_different_families_see_and_hear_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(addresses=["127.0.0.1", "::1"], bind="") as (worker, _):
        await worker.open_room("r", 1, {})
        routes = table(
            1, anna_microphone=["ben"], anna_camera=["ben"], ben_microphone=["anna"], ben_camera=["anna"]
        )
        await worker.route("r", routes)
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        for caller, home in ((anna, "::1"), (ben, "127.0.0.1")):
            monkeypatch.setattr("aioice.ice.get_host_addresses", lambda home=home, **_: [home])
            await caller.publish(Tone(), Picture())
            await caller.subscribe()
        try:
            for caller in (anna, ben):
                await until(functools.partial(watching, caller))
            hosts = {
                key[0]: peer.address[0] for key, peer in worker._rooms["r"].peers.items() if peer.address
            }
            assert hosts == {"anna": "::1", "ben": "::ffff:127.0.0.1"}
            counters = (await worker.stats())["port"]
            assert counters["send_failed"] == 0
        finally:
            await anna.close()
            await ben.close()

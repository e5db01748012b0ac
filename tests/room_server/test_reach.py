"""What keeps others from reaching us is found before anybody is invited."""

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from media.addresses import open_socket
from room_server.app import socket_folder
from room_server.commands import reach
from room_server.commands.finding import Finding
from room_server.settings import Settings
from tests.support.coturn import SECRET, coturn


@pytest.fixture
def taken() -> Iterator[int]:
    """A UDP port that somebody else has."""
    with open_socket("", 0) as other:
        yield other.getsockname()[1]


def settings(tmp_path: Path, **more: Any) -> Settings:
    return Settings(data=tmp_path, media_workers=1, **more)


def only(found: Iterator[Finding]) -> Finding:
    (one,) = found
    return one


@pytest.mark.parametrize("name", ["media_port", "media_ports"])
def test_a_taken_port_is_named_with_the_setting_that_cures_it(tmp_path: Path, taken: int, name: str) -> None:
    given = {name: str(taken) if name == "media_ports" else taken}
    with pytest.raises(reach.PortTaken, match=rf"UDP port {taken} .* taken .*HETING_{name.upper()}$"):
        reach.check_ports(settings(tmp_path, **given))
    found = only(reach.ports(settings(tmp_path, **given)))
    assert (found.state, found.part) == ("broken", "network")
    assert found.cure.endswith(f"set HETING_{name.upper()}")


def test_a_port_of_our_own_worker_is_not_taken(tmp_path: Path, taken: int) -> None:
    chosen = settings(tmp_path, media_port=taken)
    card = {"kind": "media", "name": "media-1", "need": {"port": taken}, "pid": os.getpid()}
    (socket_folder(chosen) / "media-1.json").write_text(json.dumps(card))
    reach.check_ports(chosen)
    card["pid"] = 2**22 + 1  # beyond what the kernel gives
    (socket_folder(chosen) / "media-1.json").write_text(json.dumps(card))
    with pytest.raises(reach.PortTaken):
        reach.check_ports(chosen)


def test_an_address_that_is_not_ours_cannot_be_bound(tmp_path: Path) -> None:
    with pytest.raises(reach.PortTaken, match="HETING_MEDIA_BIND"):
        reach.check_ports(settings(tmp_path, media_bind="192.0.2.77", media_port=50999))


def test_what_is_announced_is_said(tmp_path: Path, taken: int) -> None:
    chosen = settings(tmp_path, media_port=0, media_addresses=("203.0.113.7", "2001:db8::7"))
    assert "203.0.113.7, 2001:db8::7" in only(reach.ports(chosen)).detail


@pytest.mark.parametrize(
    ("public_url", "addresses", "state"),
    [
        ("https://1.1.1.1", ("10.0.0.5",), "missing"),
        ("https://[2606:4700::1111]:8443", ("10.0.0.5", "fd00::5"), "missing"),
        ("https://1.1.1.1", ("10.0.0.5", "8.8.8.8"), "ok"),
        ("https://10.0.0.5:8443", ("10.0.0.5",), None),
        ("", ("10.0.0.5",), None),
    ],
)
def test_a_public_server_announces_a_public_address(
    tmp_path: Path, public_url: str, addresses: tuple[str, ...], state: str | None
) -> None:
    found = list(reach.nat(settings(tmp_path, public_url=public_url, media_addresses=addresses)))
    assert [one.state for one in found] == ([state] if state else [])
    if state == "missing":
        assert found[0].cure.startswith("set HETING_MEDIA_ADDRESSES=")


def test_a_name_that_nobody_knows_is_no_reason_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert list(reach.nat(settings(tmp_path, public_url="https://hearing.test"))) == []


def test_without_ipv6_the_doctor_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "has_ipv6", lambda: False)
    found = only(reach.ipv6(settings(tmp_path)))
    assert (found.state, "IPv4 only" in found.detail) == ("missing", True)
    monkeypatch.setattr(reach, "has_ipv6", lambda: True)
    for addresses, state in ((("192.0.2.1",), "missing"), (("192.0.2.1", "2001:db8::1"), "ok")):
        assert only(reach.ipv6(settings(tmp_path, media_addresses=addresses))).state == state


async def examined(tmp_path: Path, secret: str = SECRET, to_anybody: bool = False) -> list[Finding]:
    """What the doctor says of a real relay over UDP and TCP."""
    async with coturn(tmp_path, to_anybody=to_anybody) as port:
        urls = tuple(f"turn:127.0.0.1:{port}?transport={way}" for way in ("udp", "tcp"))
        chosen = settings(tmp_path, turn_urls=urls, turn_secret=secret)
        return await asyncio.to_thread(lambda: list(reach.relays(chosen)))


async def test_a_relay_that_lends_to_us_only_is_fine(tmp_path: Path) -> None:
    assert [found.state for found in await examined(tmp_path)] == ["ok", "ok"]


async def test_a_relay_with_another_secret_is_found_out(tmp_path: Path) -> None:
    for found in await examined(tmp_path, secret="another"):
        assert found.state == "missing" and "secret or the clock" in found.detail


async def test_a_relay_that_lends_to_anybody_is_found_out(tmp_path: Path) -> None:
    for found in await examined(tmp_path, to_anybody=True):
        assert (found.state, "anybody" in found.detail) == ("missing", True)


def test_without_relays_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert list(reach.relays(settings(tmp_path))) == []

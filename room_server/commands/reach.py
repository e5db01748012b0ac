"""Whether others can reach us: the media ports, the addresses announced, IPv6, the relays."""

import asyncio
import contextlib
import errno
import ipaddress
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import psutil

from media.addresses import has_ipv6, open_socket

from ..app import socket_folder
from ..settings import Settings
from ..tls import lan_addresses
from ..turn import IceServer, ice_servers
from .finding import Finding

RESOLVE_S = 3.0


class PortTaken(Exception):
    """A media port cannot be had; the text names the port, the cause and the cure."""


def check_ports(settings: Settings) -> None:
    """Raise `PortTaken` unless every media port is free, or is a worker's of this very installation."""
    ours = _ports_of_our_workers(settings)
    for port in settings.worker_ports:
        if port == 0 or port in ours:
            continue
        try:
            open_socket(settings.media_bind, port).close()
        except OSError as error:
            raise PortTaken(_why(settings, port, error)) from error


def _why(settings: Settings, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        name = "HETING_MEDIA_PORTS" if settings.media_ports else "HETING_MEDIA_PORT"
        return f"UDP port {port} for media is taken by another program: stop it or set {name}"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{settings.media_bind} is no address of this machine: set HETING_MEDIA_BIND to one that is"
    return f"UDP port {port} for media cannot be opened: {error.strerror}"


def _ports_of_our_workers(settings: Settings) -> set[int]:
    return {port for _, port in workers(settings)}


def workers(settings: Settings) -> list[tuple[str, int]]:
    """This installation's living media workers and the ports they were to have: of a running server, or
    left by one that ended."""
    found = []
    with contextlib.suppress(OSError):
        for path in sorted(socket_folder(settings).glob("*.json")):
            card = json.loads(path.read_text())
            if card.get("kind") == "media" and psutil.pid_exists(int(card["pid"])):
                found.append((str(card.get("name", path.stem)), int(card.get("need", {}).get("port") or 0)))
    return found


def ports(settings: Settings) -> Iterator[Finding]:
    """The media ports and what is announced of them."""
    try:
        check_ports(settings)
    except PortTaken as error:
        cause, _, cure = str(error).partition(": ")
        yield Finding("network", "broken", cause, cure)
        return
    addresses = announced(settings)
    if not addresses:
        cure = "connect a network, or set HETING_MEDIA_ADDRESSES"
        yield Finding("network", "missing", "only this machine itself can take part", cure)
        return
    first, last = settings.worker_ports[0], settings.worker_ports[-1]
    port = "any free" if not first else first if first == last else f"{first} to {last}"
    yield Finding("network", "ok", f"media on UDP port {port} of {', '.join(addresses)}")


def announced(settings: Settings) -> list[str]:
    """The addresses that browsers are told, without loopback."""
    return list(settings.media_addresses) or lan_addresses()


def nat(settings: Settings) -> Iterator[Finding]:
    """A server that is public by its name must not announce private addresses only."""
    host = urlsplit(settings.public_url).hostname
    outside = [address for address in _addresses_of(host) if _is_global(address)] if host else []
    told = announced(settings)
    if not outside or not told:
        return
    if any(_is_global(address) for address in told):
        yield Finding("nat", "ok", f"{host} is public, and so is an address announced for media")
        return
    yield Finding(
        "nat",
        "missing",
        f"{host} is public ({outside[0]}), but media is announced at {', '.join(told)} only",
        f"set HETING_MEDIA_ADDRESSES={outside[0]} and forward the UDP ports to this machine",
    )


def ipv6(settings: Settings) -> Iterator[Finding]:
    """Whether those come in who have nothing but IPv6."""
    if not has_ipv6():
        yield Finding(
            "ipv6", "missing", "off in this system: IPv4 only", "sysctl net.ipv6.conf.all.disable_ipv6=0"
        )
    elif any(":" in address for address in announced(settings)):
        yield Finding("ipv6", "ok", "media and pages over IPv6 too")
    else:
        cure = "give the machine an IPv6 address, if parties have nothing else"
        yield Finding("ipv6", "missing", "no address beyond loopback: IPv4 only", cure)


def relays(settings: Settings) -> Iterator[Finding]:
    """Every relay lends an address for our credentials, and for no others."""
    for server in ice_servers(settings, "doctor"):
        yield from asyncio.run(_tried(server))


async def _tried(server: IceServer) -> Sequence[Finding]:
    return await asyncio.gather(*(_try(url, server) for url in server.urls))


async def _try(url: str, server: IceServer) -> Finding:
    from media.allocation import AllocationError, allocate

    try:
        lent = await allocate(url, server.username, server.credential)
    except AllocationError as error:
        cure = "see “A relay for locked-down networks” in docs/operators.md"
        return Finding("relay", "missing", f"{url} {error}", cure)
    try:
        await allocate(url, server.username, "no password of ours")
    except AllocationError:
        return Finding("relay", "ok", f"{url} lent {lent}")
    return Finding("relay", "missing", f"{url} lends to anybody", "use-auth-secret in turnserver.conf")


def _is_global(text: str) -> bool:
    return ipaddress.ip_address(text).is_global


def _addresses_of(host: str) -> list[str]:
    """The addresses of a name; none when nobody answers within a few seconds."""
    found: list[str] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
        except OSError:
            return
        found.extend(str(row[4][0]).partition("%")[0] for row in rows)

    # A resolver without a network may hang far longer than anybody waits: nobody joins this thread.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(RESOLVE_S)
    return list(found)

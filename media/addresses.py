"""Where this machine can be reached, and the one socket that is there for IPv4 and IPv6 alike."""

import contextlib
import ipaddress
import socket
from collections.abc import Iterator

import ifaddr

Address = tuple[str, int] | tuple[str, int, int, int]
"""As the socket gives it: `(host, port)` of an IPv4 socket, else `(host, port, flow, scope)`, where an IPv4
host reads `::ffff:192.0.2.1`. Tables hold it as it came: one client has one form at one socket."""

_MAPPED = "::ffff:"
_VIRTUAL = ("docker", "br-", "veth", "virbr", "cni")
_UNIQUE_LOCAL = ipaddress.ip_network("fc00::/7")


def open_socket(bind: str, number: int) -> socket.socket:
    """A UDP socket at an address of this machine; `bind` empty or `::`: at all addresses of both families.

    Where the machine has no IPv6 that means all of IPv4. OSError: the port is taken or the address not ours.
    """
    everywhere = bind in ("", "::")
    if everywhere and not has_ipv6():
        bind, everywhere = "0.0.0.0", False
    six = everywhere or ":" in bind
    found = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        if six:
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0 if everywhere else 1)
        found.bind((bind or "::", number))
    except OSError:
        found.close()
        raise
    return found


def has_ipv6() -> bool:
    """Whether sockets of IPv6 work here."""
    return _answers("::")


def plain(host: str) -> str:
    """The host without the form that a socket for both families gives to IPv4."""
    return host[len(_MAPPED) :] if host.startswith(_MAPPED) and "." in host else host


def reachable(found: socket.socket) -> list[str]:
    """Where others reach this socket, the best first; loopback last.

    Global IPv6 before IPv4 before unique local IPv6 (the order of RFC 6724), virtual networks after real
    ones. No link-local IPv6: it means nothing without a zone, and a zone nothing to another machine.
    """
    bound = plain(found.getsockname()[0])
    if not ipaddress.ip_address(bound).is_unspecified:
        return [bound]
    six = found.family == socket.AF_INET6
    ranked = [(virtual, rank, text) for virtual, text in _own() if (rank := _rank(text, six)) is not None]
    loopback = ["127.0.0.1", "::1"] if six and _answers("::1") else ["127.0.0.1"]
    return [text for _, _, text in sorted(ranked, key=lambda one: one[:2])] + loopback


def _own() -> Iterator[tuple[bool, str]]:
    """Every address of the host, and whether its network is a virtual one."""
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            yield adapter.name.startswith(_VIRTUAL), ip.ip if isinstance(ip.ip, str) else ip.ip[0]


def _rank(text: str, six: bool) -> int | None:
    """How early an address is announced; None: not at all."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast:
        return None
    if address.version == 4:
        return 1
    return None if not six else 2 if address in _UNIQUE_LOCAL else 0


def _answers(host: str) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        probe.bind((host, 0))
        return True
    return False

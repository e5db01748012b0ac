"""Addresses as the kernel has them."""

import functools
import socket
import struct

from ..addresses import Address

_FAMILY = struct.Struct("=H")
_FOUR = struct.Struct("!H4s8x")
_SIX, _SCOPE = struct.Struct("!HL16s"), struct.Struct("=L")


@functools.lru_cache(4096)
def packed(address: Address) -> bytes:
    """A `struct sockaddr_in` or `sockaddr_in6`."""
    if len(address) == 2:
        number = address[1]
        return _FAMILY.pack(socket.AF_INET) + _FOUR.pack(number, socket.inet_aton(address[0]))
    host, number, flow, scope = address
    raw = socket.inet_pton(socket.AF_INET6, host.partition("%")[0])
    return _FAMILY.pack(socket.AF_INET6) + _SIX.pack(number, flow, raw) + _SCOPE.pack(scope)


def unpacked(raw: bytes) -> Address:
    """The address in the form in which the socket gives it to Python."""
    if _FAMILY.unpack_from(raw)[0] == socket.AF_INET:
        number, host = _FOUR.unpack_from(raw, 2)
        return socket.inet_ntoa(host), number
    number, flow, host = _SIX.unpack_from(raw, 2)
    return socket.inet_ntop(socket.AF_INET6, host), number, flow, _SCOPE.unpack_from(raw, 24)[0]

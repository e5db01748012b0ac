"""STUN as ICE uses it (RFC 8489, RFC 8445): authenticated binding requests and their answers only."""

import hashlib
import hmac
import socket
import struct
import zlib
from dataclasses import dataclass

from ..addresses import Address, plain
from .rtp import Buffer

COOKIE = 0x2112A442
REQUEST, SUCCESS = 0x0001, 0x0101
LONGEST = 1280
_HEAD = struct.Struct("!HHL12s")
_USERNAME, _INTEGRITY, _FINGERPRINT = 0x0006, 0x0008, 0x8028
_PRIORITY, _USE_CANDIDATE, _CONTROLLED, _XOR_MAPPED = 0x0024, 0x0025, 0x8029, 0x0020


@dataclass(slots=True)
class Message:
    """A well-formed message; who sent it is not known before `authentic` said so."""

    kind: int
    transaction: bytes
    username: str
    nominates: bool
    _raw: bytes
    _integrity_at: int

    def authentic(self, password: str) -> bool:
        """Whether the sender knew the password (MESSAGE-INTEGRITY over everything before it)."""
        at = self._integrity_at
        if not at:
            return False
        covered = self._raw[:2] + struct.pack("!H", at + 4) + self._raw[4:at]
        return hmac.compare_digest(_sign(covered, password), self._raw[at + 4 : at + 24])


def parse(data: Buffer) -> Message | None:
    """Read a message; None for whatever is not one."""
    size = len(data)
    if not 20 <= size <= LONGEST or size % 4:
        return None
    raw = bytes(data)
    kind, length, cookie, transaction = _HEAD.unpack_from(raw)
    if cookie != COOKIE or length != size - 20 or kind >> 14:
        return None
    username, nominates, integrity_at, at = "", False, 0, 20
    while at < size:
        if at + 4 > size:
            return None
        attribute, length = struct.unpack_from("!HH", raw, at)
        if at + 4 + length > size:
            return None
        if attribute == _INTEGRITY:
            if length != 20:
                return None
            # What follows the integrity attribute is not covered by it.
            integrity_at = at
            break
        if attribute == _USERNAME:
            username = raw[at + 4 : at + 4 + length].decode("ascii", "replace")
        elif attribute == _USE_CANDIDATE:
            nominates = True
        at += 4 + length + (-length % 4)
    return Message(kind, transaction, username, nominates, raw, integrity_at)


def answer(request: Message, address: Address, password: str) -> bytes:
    """The success response: tells the client how its address looks from here (RFC 8489 14.2)."""
    host = plain(address[0])
    family, kind = (2, socket.AF_INET6) if ":" in host else (1, socket.AF_INET)
    pad = struct.pack("!L", COOKIE) + request.transaction
    masked = bytes(a ^ b for a, b in zip(socket.inet_pton(kind, host), pad, strict=False))
    mapped = struct.pack("!BBH", 0, family, address[1] ^ (COOKIE >> 16)) + masked
    return _seal(SUCCESS, request.transaction, _attribute(_XOR_MAPPED, mapped), password)


def probe(transaction: bytes, username: str, password: str, tie_breaker: int) -> bytes:
    """A binding request of our own: whoever answers is alive and still wants packets (RFC 7675)."""
    body = (
        _attribute(_USERNAME, username.encode())
        + _attribute(_PRIORITY, struct.pack("!L", 0x6E0001FF))
        + _attribute(_CONTROLLED, struct.pack("!Q", tie_breaker))
    )
    return _seal(REQUEST, transaction, body, password)


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _sign(covered: bytes, password: str) -> bytes:
    return hmac.new(password.encode(), covered, hashlib.sha1).digest()


def _seal(kind: int, transaction: bytes, body: bytes, password: str) -> bytes:
    covered = _HEAD.pack(kind, len(body) + 24, COOKIE, transaction) + body
    body += _attribute(_INTEGRITY, _sign(covered, password))
    whole = _HEAD.pack(kind, len(body) + 8, COOKIE, transaction) + body
    return whole + _attribute(_FINGERPRINT, struct.pack("!L", zlib.crc32(whole) ^ 0x5354554E))

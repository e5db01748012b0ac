"""The worker's one UDP port: tells strangers from peers and hands each datagram to the connection it is for.

ICE lite (RFC 8445 section 2.5): we answer checks and make none. A client is known by the user fragment in an
authenticated check, afterwards by its source address. Whatever is too long, too short, of an unknown kind or
from an unknown address ends here, counted, unanswered and unlogged.
"""

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from . import plane
from .addresses import Address, open_socket
from .aiortc_bridge import LONGEST, Buffer, Keys, protect_rtcp, unprotect, unprotect_rtcp
from .histogram import Histogram
from .inlet import Inlet
from .outlet import Outlet
from .packet import Track
from .wire import stun

__all__ = ["Address", "Counters", "Link", "Port"]

_BURST = 64
_BUFFERS = 4 << 20
_SAMPLE = 63
"""The delay of every 64th packet is measured (the kernel's time of arrival costs a microsecond to read)."""
_STRANGERS_PER_SECOND = 400
_OWNED = 2.0
"""Seconds an address stays with the connection that was last heard from it."""
_SO_TIMESTAMPNS = 35
_TIME = struct.Struct("@qq")


class Link(Protocol):
    """What the port needs of a connection."""

    ufrag: str
    password: str
    remote_ufrag: str
    remote_password: str
    heard: float
    """When it was last heard of, Unix seconds."""
    refused: int
    """Packets that did not decrypt."""
    transport_id: int
    """The id of the transport-wide sequence number among its header extensions; 0: it has none."""

    @property
    def keys(self) -> Keys | None:
        """The SRTP state, once the handshake is done."""

    @property
    def address(self) -> Address | None:
        """Where the other end is now."""

    @property
    def dormant(self) -> bool:
        """Whether any packet of it is news."""

    def take_rtp(self, view: memoryview, size: int, now: float) -> int:
        """A decrypted RTP packet; how many packets left for it."""

    def take_rtcp(self, data: memoryview, now: float) -> None:
        """A decrypted RTCP packet."""

    def take_dtls(self, datagram: bytes, now: float) -> None:
        """A DTLS datagram."""

    def checked(self, address: Address, nominated: bool, now: float) -> None:
        """An authenticated check came from this address."""

    def answered(self, transaction: bytes, address: Address, now: float) -> None:
        """An authenticated answer to our own probe came from this address."""


@dataclass(slots=True)
class Counters:
    """What came, left and was dropped."""

    packets_in: int = 0
    packets_out: int = 0
    send_failed: int = 0
    bad_length: int = 0
    bad_check: int = 0
    unknown_address: int = 0
    unknown_kind: int = 0
    nacks_in: int = 0
    nacks_out: int = 0
    resent: int = 0
    not_handed: int = 0
    """What the C plane had for Python and Python was too slow to take."""
    key_frames_in: int = 0
    key_frames_out: int = 0
    layer_switches: int = 0


class Port:
    """The socket, its buffers and its two tables: all of the Python plane that is not one stream's.

    `bind`: see `addresses.open_socket`.
    """

    name = "python"

    def __init__(self, bind: str, number: int) -> None:
        self.socket = open_socket(bind, number)
        self.socket.setblocking(False)
        for allowed, forced in ((socket.SO_RCVBUF, 33), (socket.SO_SNDBUF, 32)):
            self.socket.setsockopt(socket.SOL_SOCKET, allowed, _BUFFERS)
            with contextlib.suppress(PermissionError):
                # Beyond the system's limit where the process may (SO_RCVBUFFORCE, SO_SNDBUFFORCE).
                self.socket.setsockopt(socket.SOL_SOCKET, forced, _BUFFERS)
        self.socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self.number: int = self.socket.getsockname()[1]
        self.received, self.out = Buffer(), Buffer()
        self.counters, self.delay = Counters(), Histogram()
        self._by_ufrag: dict[str, Link] = {}
        self._by_address: dict[Address, Link] = {}
        self._strangers, self._strangers_since = 0, 0.0
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self) -> None:
        """Begin to receive on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self.socket.fileno(), self._readable)

    def close(self) -> None:
        """Receive and send nothing more."""
        if self._loop is not None:
            self._loop.remove_reader(self.socket.fileno())
            self._loop = None
        self.socket.close()

    def add(self, link: Link) -> None:
        """Await this connection's first check."""
        self._by_ufrag[link.ufrag] = link

    def remove(self, link: Link) -> None:
        """Forget the connection: its packets are a stranger's from now on."""
        self._by_ufrag.pop(link.ufrag, None)
        for address in [a for a, known in self._by_address.items() if known is link]:
            del self._by_address[address]

    # ---- the plane, for its connections

    def inlet(
        self, track: Track, upstream: plane.Upstream, *, payload_type: int, level_id: int, repaired: bool
    ) -> plane.Inlet:
        """A stream of a connection. `level_id`: the extension of its level; `repaired`: ask for gaps."""
        return Inlet(track, upstream, payload_type=payload_type, level_id=level_id, repaired=repaired)

    def outlet(
        self,
        mid: str,
        kind: str,
        downstream: plane.Downstream,
        *,
        payload_types: Mapping[str, tuple[int, int]],
        redundant_type: int,
        extension: int,
    ) -> plane.Outlet:
        """A slot of a connection; types it has not got are -1, an extension it has not got is 0.

        `payload_types`: of each codec it decodes, and of that codec's retransmissions.
        """
        return Outlet(
            mid,
            kind,
            downstream,
            payload_types=payload_types,
            redundant_type=redundant_type,
            extension=extension,
        )

    def assign(self, link: Link, ssrc: int, inlet: plane.Inlet, repair: bool) -> None:
        """From now on packets of this SSRC are that stream's, or its retransmissions."""

    def follow(self, link: Link) -> None:
        """The connection's keys, address, dormancy or extensions changed."""

    def refresh(self, link: Link) -> None:
        """Bring up to date what the plane counts for the connection (`heard`, `refused`)."""

    def arrivals(self, link: Link) -> tuple[Sequence[int], Sequence[float]]:
        """Transport-wide numbers and times of the packets that did not come by `take_rtp`, once each."""
        return (), ()

    def tick(self) -> None:
        """Every 10 ms: hand over what waits."""

    def tallied(self) -> Counters:
        """All counters, up to date; so is `delay` afterwards."""
        return self.counters

    def send_rtcp(self, link: Link, data: bytes) -> None:
        """Protect and send one compound packet."""
        keys, address, out = link.keys, link.address, self.out
        if keys is None or address is None:
            return
        out.view[: len(data)] = data
        out.size[0] = len(data)
        if not protect_rtcp(keys.sending, out.raw, out.size):
            self.send(out.view[: out.size[0]], address)

    def send(self, data: bytes | memoryview, address: Address) -> int:
        """Send one datagram; 1 if it left. A full socket buffer drops it, as the network would."""
        try:
            self.socket.sendto(data, address)
        except OSError:
            self.counters.send_failed += 1
            return 0
        self.counters.packets_out += 1
        return 1

    def _readable(self) -> None:
        counters, view, receive = self.counters, self.received.view, self.socket.recvfrom_into
        stamp = 0.0
        for _ in range(_BURST):
            try:
                if counters.packets_in & _SAMPLE:
                    size, address = receive(view, 2000)
                else:
                    size, stamp, address = self._receive_stamped(view)
            except OSError:
                return
            now = time.time()
            counters.packets_in += 1
            if not 12 <= size <= LONGEST:
                counters.bad_length += 1
                continue
            link, first = self._by_address.get(address), view[0]
            if first < 4:
                self._check(bytes(view[:size]), address, link, now)
            elif link is None:
                counters.unknown_address += 1
            elif 128 <= first < 192:
                sent = self._decrypt(link, size, now)
                if sent and stamp:
                    self.delay.add(time.time() - stamp)
            elif 20 <= first < 64:
                link.take_dtls(bytes(view[:size]), now)
            else:
                counters.unknown_kind += 1
            stamp = 0.0

    def _decrypt(self, link: Link, size: int, now: float) -> int:
        """An encrypted packet lies in the buffer; how many packets left for it."""
        keys, received = link.keys, self.received
        if keys is None:
            return 0
        view, length = received.view, received.size
        length[0] = size
        if 192 <= view[1] < 224:
            if unprotect_rtcp(keys.receiving, received.raw, length):
                link.refused += 1
            else:
                link.take_rtcp(view[: length[0]], now)
            return 0
        if unprotect(keys.receiving, received.raw, length):
            link.refused += 1
            return 0
        sent = link.take_rtp(view, length[0], now)
        self.counters.packets_out += sent
        return sent

    def _receive_stamped(self, view: memoryview) -> tuple[int, float, Address]:
        """As `recvfrom_into`, with the kernel's time of arrival (0 when it gave none)."""
        size, ancillary, _, address = self.socket.recvmsg_into([view[:2000]], 64)
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) == _TIME.size:
                seconds, nanoseconds = _TIME.unpack(data)
                return size, seconds + nanoseconds / 1e9, address
        return size, 0.0, address

    def _check(self, data: bytes, address: Address, known: Link | None, now: float) -> None:
        message = stun.parse(data)
        if message is None or (known is None and self._crowd(now)):
            self.counters.bad_check += 1
        elif message.kind == stun.REQUEST:
            ours, _, theirs = message.username.partition(":")
            link = self._by_ufrag.get(ours)
            if link is None or theirs != link.remote_ufrag or not message.authentic(link.password):
                self.counters.bad_check += 1
                return
            owner = self._by_address.get(address)
            if owner is not None and owner is not link:
                self.refresh(owner)
                if now - owner.heard >= _OWNED:
                    owner = None
            if owner is not None and owner is not link:
                # A participant may forge another's address, but not take it from a living connection.
                self.counters.bad_check += 1
                return
            self._own(address, link)
            self.send(stun.answer(message, address, link.password), address)
            link.checked(address, message.nominates, now)
        elif message.kind == stun.SUCCESS and known is not None and message.authentic(known.remote_password):
            known.answered(message.transaction, address, now)
        else:
            self.counters.bad_check += 1

    def _own(self, address: Address, link: Link) -> None:
        """Packets from this address are that connection's."""
        self._by_address[address] = link

    def _crowd(self, now: float) -> bool:
        """Whether strangers have used up this second's checks (each costs a hash)."""
        if now - self._strangers_since > 1.0:
            self._strangers, self._strangers_since = 0, now
        self._strangers += 1
        return self._strangers > _STRANGERS_PER_SECOND

    def forget(self, address: Address) -> None:
        """An address its connection no longer uses."""
        self._by_address.pop(address, None)

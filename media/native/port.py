"""The C plane's port: its thread has the socket; what is not media comes here through a ring."""

import asyncio
import contextlib
import dataclasses
import functools
import os
import struct
import weakref
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import plane, port
from ..addresses import Address
from ..aiortc_bridge import Keys, srtp_functions
from ..packet import Packet, Track
from .inlet import Inlet
from .library import ffi, load
from .outlet import Outlet
from .sockaddr import packed, unpacked

_AT_ONCE = 512
"""Records taken from the ring before the event loop gets its turn."""
_ARRIVALS = 1024
_RECORD = struct.Struct("=IHHIIdHBBB31s4x")
_STUN, _DTLS, _RTCP, _RTP, _GUESTS, _GAP, _KEY_FRAME = range(1, 8)
_NULL = ffi.NULL

Record = tuple[tuple[Any, ...], bytes]


@dataclass(slots=True)
class Member:
    """A connection's part in the plane."""

    handle: Any
    number: int
    view: Any
    parts: list[Inlet | Outlet] = field(default_factory=list)


@dataclass(slots=True)
class Lent:
    """Memory the plane reads and writes: it must live as long as the part it is of. It knows nobody."""

    views: list[Any]
    keys: Keys | None = None


class Port(port.Port):
    """The socket's owner is the plane's thread; checks are answered and everything decided here."""

    name = "c"

    def __init__(self, bind: str, number: int) -> None:
        self.library = load()
        super().__init__(bind, number)
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._view, self._size = ffi.new("struct port_view *"), ffi.new("size_t *")
        calls = ffi.new("void *[4]", [ffi.cast("void *", one) for one in srtp_functions()])
        self.plane = self.library.plane_new(self.socket.fileno(), self._wake, calls, self._view)
        if not self.plane:
            raise MemoryError
        self._members: dict[port.Link, Member] = {}
        self._by_number: dict[int, port.Link | Inlet] = {}
        self._by_handle: dict[int, Inlet] = {}
        self._strays: list[Inlet | Outlet] = []
        self._numbers = 0
        self._inbox: deque[Record] = deque()
        self._busy = False
        self._lent: dict[int, Lent] = {0: Lent([self._view])}
        # Also at exit: the thread writes into memory that the interpreter is about to free.
        self._end = weakref.finalize(self, _end, self.library, self.plane, self._wake, self._lent)

    def open(self) -> None:
        """Begin to receive; hand over on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._wake, self._woken)
        error = self.library.plane_start(self.plane)
        if error:
            raise OSError(error, os.strerror(error))

    def close(self) -> None:
        """Receive and send nothing more; the thread has ended when this returns."""
        if self._loop is not None:
            self._loop.remove_reader(self._wake)
            self._loop = None
        for link in list(self._members):
            self.remove(link)
        for part in self._strays:
            part.gone()
        if self._end.alive:
            self._end()
            self.plane = _NULL
        self.socket.close()

    # ---- the plane, for its connections

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers

    def _keep(self, part: Inlet | Outlet, member: Member | None) -> None:
        (member.parts if member is not None else self._strays).append(part)
        self._lent[member.number if member is not None else 0].views.append(part.view)

    def inlet(
        self, track: Track, upstream: plane.Upstream, *, payload_type: int, level_id: int, repaired: bool
    ) -> Inlet:
        """A stream of a connection."""
        member, number = self._members.get(upstream), self._number()  # type: ignore[call-overload]
        found = Inlet(
            self,
            member.handle if member is not None else _NULL,
            number,
            track,
            upstream,
            payload_type=payload_type,
            level_id=level_id,
            repaired=repaired,
        )
        self._keep(found, member)
        self._by_number[number] = found
        self._by_handle[_address_of(found.handle)] = found
        return found

    def outlet(
        self,
        mid: str,
        kind: str,
        downstream: plane.Downstream,
        *,
        payload_types: Mapping[str, tuple[int, int]],
        redundant_type: int,
        extension: int,
    ) -> Outlet:
        """A slot of a connection."""
        member = self._members[downstream]  # type: ignore[index]
        found = Outlet(
            self,
            member.handle,
            mid,
            kind,
            downstream,
            payload_types=payload_types,
            redundant_type=redundant_type,
            extension=extension,
        )
        self._keep(found, member)
        return found

    def inlet_at(self, handle: Any) -> Inlet | None:
        """The inlet behind a pointer of the plane."""
        return self._by_handle.get(_address_of(handle)) if handle else None

    def add(self, link: port.Link) -> None:
        """Await this connection's first check."""
        super().add(link)
        number, view = self._number(), ffi.new("struct link_view *")
        handle = self.library.link_add(self.plane, number, view)
        if not handle:
            raise MemoryError
        self._members[link], self._lent[number] = Member(handle, number, view), Lent([view])
        self._by_number[number] = link

    def remove(self, link: port.Link) -> None:
        """Forget the connection, its streams and its slots."""
        super().remove(link)
        member = self._members.pop(link, None)
        if member is None:
            return
        for part in member.parts:
            if isinstance(part, Inlet):
                del self._by_number[part.number], self._by_handle[_address_of(part.handle)]
            part.gone()
        del self._by_number[member.number]
        self.library.link_remove(self.plane, member.handle)
        del self._lent[member.number]

    def _own(self, address: Address, link: port.Link) -> None:
        super()._own(address, link)
        raw = packed(address)
        self.library.link_own(self.plane, self._members[link].handle, raw, len(raw))

    def forget(self, address: Address) -> None:
        """An address its connection no longer uses."""
        super().forget(address)
        raw = packed(address)
        self.library.link_disown(self.plane, raw, len(raw))

    def assign(self, link: port.Link, ssrc: int, inlet: plane.Inlet, repair: bool) -> None:
        """From now on packets of this SSRC are that stream's, or its retransmissions."""
        if isinstance(inlet, Inlet) and inlet.handle:
            self.library.inlet_assign(self.plane, inlet.handle, ssrc, repair)

    def follow(self, link: port.Link) -> None:
        """The connection's keys, address, dormancy or extensions changed."""
        member = self._members.get(link)
        if member is None:
            return
        receiving, sending = link.keys.addresses if link.keys is not None else (0, 0)
        raw = packed(link.address) if link.address is not None else b""
        self.library.link_settle(
            self.plane,
            member.handle,
            ffi.cast("void *", receiving),
            ffi.cast("void *", sending),
            raw,
            len(raw),
            link.dormant,
            link.transport_id,
        )
        self._lent[member.number].keys = link.keys

    def refresh(self, link: port.Link) -> None:
        """Bring up to date when it was last heard of and what did not decrypt."""
        member = self._members.get(link)
        if member is not None:
            link.heard = max(link.heard, member.view.heard)
            link.refused = member.view.refused

    def arrivals(self, link: port.Link) -> tuple[Sequence[int], Sequence[float]]:
        """Transport-wide numbers and times of the packets since the last call."""
        member = self._members.get(link)
        if member is None:
            return (), ()
        numbers, times = _arrivals()
        count = self.library.link_arrivals(self.plane, member.handle, numbers, times, _ARRIVALS)
        return (ffi.unpack(numbers, count), ffi.unpack(times, count)) if count else ((), ())

    def send_rtcp(self, link: port.Link, data: bytes) -> None:
        """Protect and send one compound packet."""
        member = self._members.get(link)
        if member is not None:
            self.library.link_send_rtcp(self.plane, member.handle, data, len(data))

    def tallied(self) -> port.Counters:
        """What the thread and Python counted together."""
        view = self._view
        self.delay.counts, self.delay.total = list(view.delays), view.delay_sum
        fields = [one.name for one in dataclasses.fields(port.Counters)]
        both = {name: getattr(self.counters, name) + getattr(view, name, 0) for name in fields}
        return port.Counters(**both)

    # ---- what the thread hands over

    def tick(self) -> None:
        """Take everything that waits."""
        while self._drain():
            pass

    def _woken(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._wake)
        self.library.plane_awake(self.plane)
        if self._drain() and self._loop is not None:
            self._loop.call_soon(self._again)

    def _again(self) -> None:
        if self._drain() and self._loop is not None:
            self._loop.call_soon(self._again)

    def _drain(self) -> bool:
        """Handle what waits, so much at a time; True when there may be more."""
        if self._busy:
            return False
        self._busy = True
        try:
            if len(self._inbox) < _AT_ONCE:
                self._fetch()
            left = _AT_ONCE
            while self._inbox and left:
                left -= 1
                head, data = self._inbox.popleft()
                self._hand(head, data)
        finally:
            self._busy = False
        return left == 0

    def _fetch(self) -> None:
        if not self.plane:
            return
        size = self._size
        for _ in range(2):
            start = self.library.plane_waiting(self.plane, size)
            if not size[0]:
                return
            waiting, at = ffi.buffer(start, size[0]), 0
            while at < size[0] and len(self._inbox) < _AT_ONCE:
                if size[0] - at < _RECORD.size:
                    at = size[0]
                    break
                head = _RECORD.unpack_from(waiting, at)
                if head[1]:
                    body = at + _RECORD.size
                    self._inbox.append((head, bytes(waiting[body : body + head[2]])))
                at += head[0]
            self.library.plane_taken(self.plane, at)

    def _hand(self, head: tuple[Any, ...], data: bytes) -> None:
        _, kind, _, owner, timestamp, at, sequence, marker, level, address_size, raw = head
        if kind == _STUN:
            address = unpacked(raw[:address_size])
            self._check(data, address, self._by_address.get(address), at)
            return
        found = self._by_number.get(owner)
        if isinstance(found, Inlet):
            if kind == _GUESTS:
                found.deliver(Packet(sequence, timestamp, marker > 0, data, at, level))
            elif kind == _GAP:
                found.upstream.gap_opened(found)
            elif kind == _KEY_FRAME:
                found.want_key_frame(at)
        elif found is not None:
            if kind == _RTP:
                found.take_rtp(memoryview(data), len(data), at)
            elif kind == _RTCP:
                found.take_rtcp(memoryview(data), at)
            elif kind == _DTLS:
                found.take_dtls(data, at)


def _end(library: Any, handle: Any, wake: int, lent: dict[int, Lent]) -> None:
    library.plane_stop(handle)
    library.plane_free(handle)
    lent.clear()
    os.close(wake)


def _address_of(handle: Any) -> int:
    return int(ffi.cast("uintptr_t", handle))


@functools.cache
def _arrivals() -> tuple[Any, Any]:
    return ffi.new("uint16_t[]", _ARRIVALS), ffi.new("double[]", _ARRIVALS)

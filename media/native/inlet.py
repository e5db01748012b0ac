"""One RTP stream on the C plane, seen from Python: what it counts, and what it is told."""

from typing import TYPE_CHECKING, Any

from .. import feedback, plane
from ..guests import Taker
from ..packet import Packet, Track
from ..wire.rtcp import Block
from .library import ffi

if TYPE_CHECKING:
    from .port import Port

CODECS = {"opus": 0, "vp8": 1, "h264": 2}
_NULL = ffi.NULL


def mirrored(name: str) -> Any:
    """An attribute that is a word of the part's view, written by the plane."""
    return property(lambda self: getattr(self.view, name))


class Gaps(feedback.Gaps):
    """The table of missing packets in the plane."""

    __slots__ = ("_port", "handle", "view")

    asked: int = mirrored("asked")
    repaired: int = mirrored("repaired")
    abandoned: int = mirrored("abandoned")

    def __init__(self, inlet: "Inlet") -> None:
        # Not the inlet itself: circles are not collected in time.
        self._port, self.handle, self.view = inlet.port, inlet.handle, inlet.view

    def __bool__(self) -> bool:
        return bool(self.view.missing)

    def due(self, now: float, rtt: float) -> tuple[list[int], bool]:
        """(packets to ask for now, whether some were given up)."""
        if not self.handle:
            return [], False
        ask, lost = ffi.new("uint16_t[128]"), ffi.new("int *")
        count = self._port.library.inlet_due(self._port.plane, self.handle, now, rtt, ask, lost)
        return list(ask[0:count]), lost[0] > 0


class Reception(feedback.Reception):
    """Receiver reports from what the plane counted."""

    __slots__ = ("_restarts", "_view")

    def __init__(self, rate: int, view: Any) -> None:
        super().__init__(rate)
        self._view, self._restarts = view, 0

    def _pull(self) -> None:
        view = self._view
        if view.restarts != self._restarts:
            self._restarts = view.restarts
            self.restart()
        self._base = view.base if view.base >= 0 else None
        self.received, self._jitter = view.received, view.jitter

    def block(self, ssrc: int, highest: int, now: float) -> Block:
        """The report block since the last one."""
        self._pull()
        return super().block(ssrc, highest, now)

    @property
    def jitter(self) -> float:
        """Smoothed, in seconds."""
        self._pull()
        return super().jitter


class Inlet(plane.Inlet):
    """The receiving end of one track in the plane. Without `handle` it is gone from there: nothing comes."""

    packets: int = mirrored("packets")
    octets: int = mirrored("octets")
    duplicates: int = mirrored("duplicates")
    malformed: int = mirrored("malformed")
    recovered: int = mirrored("recovered")
    level: int = mirrored("level")
    high: int = mirrored("high")

    def __init__(
        self,
        port: "Port",
        link: Any,
        number: int,
        track: Track,
        upstream: plane.Upstream,
        *,
        payload_type: int,
        level_id: int,
        repaired: bool,
    ) -> None:
        super().__init__(track, upstream, payload_type)
        self.port, self.number = port, number
        self.view = ffi.new("struct inlet_view *")
        self.handle = port.library.inlet_add(
            port.plane, link, number, self.view, CODECS[track.codec], track.clock_rate, repaired
        )
        if not self.handle:
            raise MemoryError
        self.ssrc = self.repair_ssrc = 0
        self.gaps: Gaps = Gaps(self)
        self.reception = Reception(track.clock_rate, self.view)
        self._asked, self._key_frames_seen = feedback.KeyFrames(), 0
        self._level_id, self._repair_type, self._redundant_type = level_id, -1, -1
        self._outlets: tuple[plane.Outlet, ...] = ()
        self._guests: tuple[Taker, ...] = ()
        self._live = False
        self._head, self._heads_seen = b"", 0
        self._retype()

    def _retype(self) -> None:
        if self.handle:
            types = (self.payload_type, self._repair_type, self._redundant_type, self._level_id)
            self.port.library.inlet_types(self.port.plane, self.handle, *types)

    @property
    def repair_type(self) -> int:
        """Payload type of retransmissions."""
        return self._repair_type

    @repair_type.setter
    def repair_type(self, value: int) -> None:
        self._repair_type = value
        self._retype()

    @property
    def redundant_type(self) -> int:
        """Payload type of redundant audio."""
        return self._redundant_type

    @redundant_type.setter
    def redundant_type(self, value: int) -> None:
        self._redundant_type = value
        self._retype()

    @property
    def level_id(self) -> int:
        """The extension with the audio level."""
        return self._level_id

    @level_id.setter
    def level_id(self, value: int) -> None:
        self._level_id = value
        self._retype()

    @property
    def live(self) -> bool:
        """Whether its packets go on."""
        return self._live

    @live.setter
    def live(self, value: bool) -> None:
        self._live = value
        if self.handle:
            self.port.library.inlet_live(self.port.plane, self.handle, value)

    @property
    def heard_at(self) -> float:
        """When its last packet came."""
        return float(self.view.heard_at)

    @heard_at.setter
    def heard_at(self, value: float) -> None:
        self.view.heard_at = value

    def _requests(self) -> feedback.KeyFrames:
        if self.view.key_frames != self._key_frames_seen:
            self._key_frames_seen = self.view.key_frames
            self._asked.came()
        return self._asked

    key_frames: feedback.KeyFrames = property(_requests)  # type: ignore[assignment]
    """Requests, up to date with what came."""

    @property
    def heading(self) -> bytes:
        """The first bytes of the newest packet that told how large the picture is."""
        if self.view.headings != self._heads_seen and self.handle:
            self._heads_seen = self.view.headings
            into = ffi.new("uint8_t[]", plane.HEADING)
            size = self.port.library.inlet_heading(self.port.plane, self.handle, into, plane.HEADING)
            self._head = bytes(into[0:size])
        return self._head

    @property
    def outlets(self) -> tuple[plane.Outlet, ...]:
        """The slots its packets go to."""
        return self._outlets

    @outlets.setter
    def outlets(self, outlets: tuple[plane.Outlet, ...]) -> None:
        if outlets == self._outlets:
            return
        self._outlets = outlets
        handles = [handle for handle in (getattr(one, "handle", _NULL) for one in outlets) if handle]
        if self.handle:
            several = ffi.new("struct outlet *[]", handles)
            self.port.library.inlet_outlets(self.port.plane, self.handle, several, len(handles))

    @property
    def guests(self) -> tuple[Taker, ...]:
        """Who gets its packets in Python."""
        return self._guests

    @guests.setter
    def guests(self, guests: tuple[Taker, ...]) -> None:
        self._guests = guests
        if self.handle:
            self.port.library.inlet_guests(self.port.plane, self.handle, bool(guests))

    @property
    def latest(self) -> int | None:
        """The timestamp of the newest packet."""
        return self.view.latest if self.view.begun and self.view.high >= 0 else None

    def take(self, view: memoryview, size: int, now: float) -> int:
        """One decrypted packet that did not come through the plane's thread."""
        return self._take(view, size, now, False)

    def take_repair(self, view: memoryview, size: int, now: float) -> int:
        """One decrypted retransmission that did not come through the plane's thread."""
        return self._take(view, size, now, True)

    def _take(self, view: memoryview, size: int, now: float, repair: bool) -> int:
        if not self.handle:
            return 0
        data, library = ffi.from_buffer("uint8_t[]", view), self.port.library
        return int(library.inlet_take(self.port.plane, self.handle, data, size, now, repair))

    def renew(self) -> None:
        """The sender goes on under another SSRC."""
        if self.handle:
            self.port.library.inlet_renew(self.port.plane, self.handle)

    def deliver(self, packet: Packet) -> None:
        """A packet for the guests."""
        for guest in self._guests:
            guest.write(packet)

    def gone(self) -> None:
        """The plane has let go of it."""
        self.handle = self.gaps.handle = _NULL

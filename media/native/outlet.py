"""One slot on the C plane, seen from Python."""

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import plane
from .inlet import CODECS, Inlet, mirrored
from .library import ffi

if TYPE_CHECKING:
    from .port import Port

_NULL = ffi.NULL


class Outlet(plane.Outlet):
    """The sending end of one m-line in the plane. Without `handle` it is gone from there: nothing leaves."""

    packets: int = mirrored("packets")
    octets: int = mirrored("octets")
    resent: int = mirrored("resent")
    inlet: Inlet | None = property(lambda self: self.port.inlet_at(self.view.inlet))  # type: ignore[assignment]

    def __init__(
        self,
        port: "Port",
        link: Any,
        mid: str,
        kind: str,
        downstream: plane.Downstream,
        *,
        payload_types: Mapping[str, tuple[int, int]],
        redundant_type: int,
        extension: int,
    ) -> None:
        super().__init__(mid, kind, downstream, payload_types, redundant_type)
        self.port, self.paused, self._redundant = port, False, False
        self.view = ffi.new("struct outlet_view *")
        self.handle = port.library.outlet_add(
            port.plane,
            link,
            self.view,
            self._video,
            self.ssrc,
            self.repair_ssrc,
            random.getrandbits(32),
            extension,
            redundant_type,
        )
        if not self.handle:
            raise MemoryError
        for codec, types in payload_types.items():
            port.library.outlet_types(port.plane, self.handle, CODECS[codec], *types)

    @property
    def next(self) -> plane.Inlet | None:
        """The layer that is sent from its next key frame on."""
        return self.port.inlet_at(self.view.next)

    @next.setter
    def next(self, inlet: plane.Inlet | None) -> None:
        if self.handle and (inlet is None or isinstance(inlet, Inlet)):
            wanted = inlet.handle if inlet is not None else _NULL
            self.port.library.outlet_want(self.port.plane, self.handle, wanted)

    @property
    def redundant(self) -> bool:
        """Whether each packet carries the one before it."""
        return self._redundant

    @redundant.setter
    def redundant(self, value: bool) -> None:
        if value != self._redundant and self.handle:
            self.port.library.outlet_redundant(self.port.plane, self.handle, value)
        self._redundant = value

    def bind(self, inlet: plane.Inlet | None, now: float) -> None:
        """Put another track (or none) under this slot; video starts at its next key frame."""
        if inlet is not None and not isinstance(inlet, Inlet):
            raise TypeError("a track of another plane")
        if self.handle:
            bound = inlet.handle if inlet is not None else _NULL
            self.port.library.outlet_bind(self.port.plane, self.handle, bound, now)
        self.paused = self.paused and inlet is not None
        self._begin_with(inlet, now)

    def withhold(self, paused: bool, now: float) -> bool:
        """Send nothing of the bound video, or go on at its next key frame; True when that is a change."""
        if paused == self.paused:
            return False
        self.paused = paused
        if self.next is not None:
            self.bind(self.next, now)
        inlet = self.inlet
        if inlet is not None and paused:
            self.park(now)
            self.loss = self.rate_now = 0.0
        elif inlet is not None:
            inlet.want_key_frame(now)
        return True

    def park(self, now: float) -> None:
        """The subscriber is silent: nothing more is sent; it starts afresh when it comes back."""
        if self.handle:
            self.port.library.outlet_park(self.port.plane, self.handle, now)

    def resend(self, sequences: list[int], now: float) -> None:
        """The subscriber misses these; what it was never sent it does not get."""
        if self.handle and sequences:
            asked = ffi.new("uint16_t[]", sequences)
            self.port.library.outlet_resend(self.port.plane, self.handle, asked, len(sequences), now)

    @property
    def shift(self) -> int | None:
        """What is added to the track's timestamps."""
        return self.view.shift if self.view.started else None

    def gone(self) -> None:
        """The plane has let go of it."""
        self.handle = _NULL

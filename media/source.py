"""What a room knows as one track: one stream, or the same picture in several layers, lowest first."""

from typing import Any

from .feed import Feed
from .guests import Guest
from .packet import Track
from .plane import Inlet

STOPPED_AFTER = 0.5
"""Seconds of silence, while another layer flows, after which a layer has stopped: whoever watches it sees the
same picture that long, and until the key frame of another comes."""
SCREEN_STOPPED_AFTER = 4.0
"""The same of a screen, on which nothing may move for a while: a change of layers costs a large key frame."""


class Source:
    """One published track. A browser on a weak line stops sending its higher layers and resumes them."""

    def __init__(self, track: Track, layers: list[Inlet]) -> None:
        self.track, self.layers = track, layers
        self._feed = Feed(track) if len(layers) > 1 else None
        for layer in layers:
            layer.source = self

    @property
    def layered(self) -> bool:
        """Whether there is a choice."""
        return self._feed is not None

    @property
    def live(self) -> bool:
        """Whether any layer came and was not ended."""
        return any(layer.live for layer in self.layers)

    def flowing(self) -> list[Inlet]:
        """The layers that come now, lowest first."""
        patience = SCREEN_STOPPED_AFTER if self.track.source == "screen" else STOPPED_AFTER
        oldest = max(layer.heard_at for layer in self.layers) - patience
        return [layer for layer in self.layers if layer.live and layer.heard_at >= oldest]

    def pick(self, cap: int) -> Inlet:
        """The highest layer that flows and is not above place `cap`; the lowest that flows if none is."""
        flowing = self.flowing() or self.layers[:1]
        borne = [layer for layer in flowing if layer in self.layers[: cap + 1]]
        return borne[-1] if borne else flowing[0]

    def rates(self) -> list[float]:
        """What each layer brings, bit/s; 0 for one that has stopped."""
        flowing = self.flowing()
        return [layer.rate if layer in flowing else 0.0 for layer in self.layers]

    def pictures(self) -> list[tuple[int, int]]:
        """Width and height of each layer; zeros while unknown."""
        return [layer.picture for layer in self.layers]

    def want_key_frame(self, now: float) -> None:
        """A guest needs a key frame."""
        inlet = self._feed.inlet if self._feed is not None else self.layers[0]
        if inlet is not None:
            inlet.want_key_frame(now)

    def seat(self, guests: tuple[Guest, ...], now: float) -> None:
        """These guests get the track's packets from now on: of one layer at a time, of the best."""
        if self._feed is None:
            self.layers[0].guests = guests
        else:
            self._feed.guests = guests
            self.tend(now)

    def tend(self, now: float) -> None:
        """Ten times a second: the guests go over to the best layer that flows."""
        if self._feed is not None:
            self._feed.aim(self.pick(len(self.layers)), now)
            for layer in self.layers:
                mouth = self._feed.mouth(layer)
                layer.guests = (mouth,) if mouth is not None else ()

    def clocked(self, inlet: Inlet, ntp: float, timestamp: int, arrival: float) -> None:
        """A sender report of one of the layers."""
        if self._feed is not None:
            self._feed.report(inlet, ntp, timestamp, arrival)
            return
        for guest in inlet.guests:
            if isinstance(guest, Guest):
                guest.report(ntp, timestamp, arrival)

    def dissolve(self) -> None:
        """Its connection is gone: the layers know their track, it forgets them."""
        self.layers.clear()
        self._feed = None

    def stats(self) -> dict[str, Any]:
        """What came of all layers together, and each of them by its name."""
        each = {layer.rid: layer.stats() for layer in self.layers}
        total: dict[str, Any] = {}
        for one in each.values():
            for name, value in one.items():
                total[name] = total.get(name, 0) + value
        return {**total, "layers": each} if self.layered else total

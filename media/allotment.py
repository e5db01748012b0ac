"""Which layer of which video everybody in a room gets, and how much each publisher may send."""

import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from weakref import WeakKeyDictionary

from .feedback import DECENT, allowance
from .plane import Outlet
from .router import Listener, Router
from .source import Source
from .subscriber import Subscriber
from .tiles import TOP, UNSEEN

_FRESH = 0.25
"""Seconds for which what a publisher may send is not reckoned again: every subscriber asks for it."""


class Allotment:
    """Asks every subscriber's allocator once a second, and follows the layers that come and go in between.

    What an allocator counts are steps, in the order in which a line that grows takes them: the lowest layer
    of every video by importance, then the next layer of each, and so on. A screen comes first with all its
    layers that are larger than the one below: a document must be legible. One that only brings more pictures
    a second comes after everybody's lowest, and so does a camera that comes in one piece: it costs as much as
    all layers together. What a tile is too small for is no step, and costs nothing.
    """

    def __init__(
        self, router: Router, listeners: Mapping[Subscriber, Listener], bitrate: tuple[int, int]
    ) -> None:
        self._router, self._listeners, self._bitrate = router, listeners, bitrate
        self._known: WeakKeyDictionary[Source, tuple[float, int]] = WeakKeyDictionary()
        self._pictures: WeakKeyDictionary[Source, list[tuple[int, int]]] = WeakKeyDictionary()

    def follow(self, now: float) -> None:
        """Ten times a second: slots go over to the highest layer that flows and that their line bears."""
        if not any(isinstance(one, Source) and one.layered for one in self._router.sources.values()):
            return
        changed, resized = False, False
        for source in self._router.sources.values():
            if isinstance(source, Source) and source.layered:
                pictures = source.pictures()
                resized |= self._pictures.get(source) != pictures
                self._pictures[source] = pictures
        for subscriber, listener in self._listeners.items():
            changed |= resized and self._seat(subscriber, now)
            changed |= self._aim(listener, now)
        for source in self._router.sources.values():
            if isinstance(source, Source) and source.layered:
                source.tend(now)
                changed |= any(
                    layer is not outlet.inlet and layer is not outlet.next
                    for layer in source.layers
                    for outlet in layer.outlets
                )
        if changed:
            self._router.regroup()

    def allot(self, subscriber: Subscriber, now: float) -> None:
        """Grant one subscriber what its line bears now; audio always flows."""
        listener = self._listeners[subscriber]
        steps = self._steps(listener, now)
        lossy = subscriber.line.lossy(now)
        rates = [self._rate(outlet, place, lossy) for outlet, place in steps]
        audio = sum(
            o.source.layers[0].rate for o in subscriber.outlets if o.kind == "audio" and o.source is not None
        )
        low = sum(place == 0 for _, place in steps)
        layers = low if any(slot.source and slot.source.layered for slot, _ in steps) else None
        # A page that is not looked at says nothing about the line: it bears no less when they look again.
        count = 0
        if steps or not listener.tiles.hidden:
            count = subscriber.allocator.decide(subscriber.line, audio, rates, now, layers)
        if subscriber.allocator.flooded(now):
            for outlet in subscriber.outlets:
                outlet.redundant = False
        if self._grant(listener, steps, count, now) | self._aim(listener, now):
            self._router.regroup()

    def seat(self, subscriber: Subscriber, now: float) -> None:
        """Its slots or tiles are not what they were: a limited line gets no more than before."""
        if self._seat(subscriber, now) | self._aim(self._listeners[subscriber], now):
            self._router.regroup()

    def _seat(self, subscriber: Subscriber, now: float) -> bool:
        listener = self._listeners[subscriber]
        steps, limit = self._steps(listener, now), subscriber.allocator.limit
        return self._grant(listener, steps, len(steps) if limit is None else limit, now)

    def _steps(self, listener: Listener, now: float) -> list[tuple[Outlet, int]]:
        steps = [
            (_turn(slot.source, place), importance, slot, place)
            for importance, slot in enumerate(self._router.videos(listener))
            if isinstance(slot, Outlet) and slot.source is not None
            for place in range(_useful(listener, slot.source, now) + 1)
        ]
        steps.sort(key=lambda step: step[:2])
        return [(slot, place) for _, _, slot, place in steps]

    def _rate(self, outlet: Outlet, place: int, lossy: bool) -> float:
        """What one step costs: a layer in place of the next lower one that flows."""
        source = outlet.source
        if source is None:
            return 0.0
        rates = source.rates()
        if not source.layered and not lossy:
            # Where the publisher is about to send less, nothing needs to be withheld.
            return min(rates[0], self.allowed(source))
        return max(0.0, rates[place] - max(rates[:place], default=0.0))

    def _grant(self, listener: Listener, steps: Sequence[tuple[Outlet, int]], count: int, now: float) -> bool:
        caps, wanted = ({outlet: UNSEEN for outlet, _ in steps} for _ in range(2))
        for place, (outlet, layer) in enumerate(steps):
            wanted[outlet] = max(wanted[outlet], layer)
            caps[outlet] += place < count
        changed = False
        for slot in listener.slots:
            if isinstance(slot, Outlet) and slot.kind == "video" and slot.source is not None:
                cap, most = caps.get(slot, UNSEEN), wanted.get(slot, UNSEEN)
                slot.unseen = most == UNSEEN
                # Where nothing is held back, a layer that is new flows at once.
                full = cap == most == len(slot.source.layers) - 1
                slot.cap = TOP if full else max(cap, 0)
                changed |= slot.withhold(cap < 0, now)
        return changed

    def _aim(self, listener: Listener, now: float) -> bool:
        changed = False
        for slot in listener.slots:
            if isinstance(slot, Outlet) and slot.source is not None and slot.source.layered:
                changed |= slot.aim(slot.source.pick(slot.cap), now)
        return changed

    def allowed(self, source: Source) -> int:
        """Bit/s this video may send, by what its subscribers' lines bear.

        Layers serve the weak and the strong: nobody holds such a publisher back but its own line. Those who
        only watch hold nobody back either, unless nobody else is there.
        """
        if source.layered:
            return self._bitrate[1]
        now = time.time()
        at, allowed = self._known.get(source, (0.0, 0))
        if not 0 <= now - at < _FRESH:
            allowed = self._reckon(source, now)
            self._known[source] = (now, allowed)
        return allowed

    def _reckon(self, source: Source, now: float) -> int:
        (inlet,) = source.layers
        shares: list[tuple[float, float, int]] = []
        watchers: list[tuple[float, float, int]] = []
        for outlet in inlet.outlets:
            subscriber = outlet.downstream
            if isinstance(subscriber, Subscriber) and subscriber in self._listeners:
                share = (outlet.rate_now, subscriber.rate, subscriber.line.share(subscriber.rate, now))
                (watchers if self._listeners[subscriber].observer else shares).append(share)
        shares = shares or watchers
        bound = [o for s in self._listeners for o in s.outlets if o.source is source]
        if not shares and bound and not (inlet.guests and all(outlet.unseen for outlet in bound)):
            # Withheld from everybody: as little as can be, so that it may come back. The recording of what
            # merely nobody looks at is as good as ever.
            return self._bitrate[0]
        # A document with fewer pictures a second is still one: everybody is to have it.
        decent = 0 if source.track.source == "screen" else DECENT
        return allowance(shares, *self._bitrate, decent)


def _turn(source: Source, place: int) -> float:
    """In which round a layer has its turn."""
    if source.track.source != "screen":
        return place if source.layered else 0.75
    pictures = source.pictures()[: place + 1]
    return 0.5 if any(one == other != (0, 0) for one, other in pairwise(pictures)) else 0


def _useful(listener: Listener, source: Source, now: float) -> int:
    """The highest layer of use to whoever looks; a screen may be looked at closely in whichever size."""
    best = len(source.layers) - 1
    if source.track.source == "screen":
        return UNSEEN if listener.tiles.hidden else best
    return min(best, listener.tiles.place(source.track.participant, source.pictures(), now))

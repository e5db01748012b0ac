"""Which layer of which video everybody in a room gets, and how much each publisher may send."""

import time
from collections.abc import Mapping, Sequence
from weakref import WeakKeyDictionary

from .feedback import allowance
from .plane import TOP, Outlet
from .router import Listener, Router
from .source import Source
from .subscriber import Subscriber

_FRESH = 0.25
"""Seconds for which what a publisher may send is not reckoned again: every subscriber asks for it."""


class Allotment:
    """Asks every subscriber's allocator once a second, and follows the layers that come and go in between.

    What an allocator counts are steps, in the order in which a line that grows takes them: the lowest layer
    of every video by importance, then the next layer of each, and so on; a screen has all its layers first.
    """

    def __init__(
        self, router: Router, listeners: Mapping[Subscriber, Listener], bitrate: tuple[int, int]
    ) -> None:
        self._router, self._listeners, self._bitrate = router, listeners, bitrate
        self._known: WeakKeyDictionary[Source, tuple[float, int]] = WeakKeyDictionary()

    def follow(self, now: float) -> None:
        """Ten times a second: slots go over to the highest layer that flows and that their line bears."""
        if not any(isinstance(one, Source) and one.layered for one in self._router.sources.values()):
            return
        changed = False
        for listener in self._listeners.values():
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
        steps = self._steps(listener)
        lossy = subscriber.line.lossy(now)
        rates = [self._rate(outlet, place, lossy) for outlet, place in steps]
        audio = sum(
            o.source.layers[0].rate for o in subscriber.outlets if o.kind == "audio" and o.source is not None
        )
        low = sum(place == 0 for _, place in steps)
        layers = low if low < len(steps) else None
        count = subscriber.allocator.decide(subscriber.line, audio, rates, now, layers)
        if self._grant(steps, count, now) | self._aim(listener, now):
            self._router.regroup()

    def seat(self, subscriber: Subscriber, now: float) -> None:
        """Its slots hold other tracks now: a limited line gets no more than before."""
        limit, listener = subscriber.allocator.limit, self._listeners[subscriber]
        if limit is not None and self._grant(self._steps(listener), limit, now) | self._aim(listener, now):
            self._router.regroup()

    def _steps(self, listener: Listener) -> list[tuple[Outlet, int]]:
        steps = [
            (slot.source.track.source != "screen" and place, importance, slot, place)
            for importance, slot in enumerate(self._router.videos(listener))
            for place in range(len(slot.source.layers))
        ]
        steps.sort(key=lambda step: step[:2])
        return [(slot, place) for _, _, slot, place in steps if isinstance(slot, Outlet)]

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

    def _grant(self, steps: Sequence[tuple[Outlet, int]], count: int, now: float) -> bool:
        caps = {outlet: -1 for outlet, _ in steps}
        for outlet, _ in steps[:count]:
            caps[outlet] += 1
        changed = False
        for outlet, cap in caps.items():
            outlet.cap = TOP if count >= len(steps) else max(cap, 0)
            changed |= outlet.withhold(cap < 0, now)
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
        if not shares and any(o.source is source for s in self._listeners for o in s.outlets):
            # Withheld from everybody: as little as can be, so that it may come back.
            return self._bitrate[0]
        return allowance(shares, *self._bitrate)

"""How fast one client may ask: a bucket per key that fills steadily, in constant memory."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from .settings import Settings

BURST_S = 5.0
"""How many seconds' worth of requests may come at once, e.g. when a page is opened."""
FRAMES_PER_S, FRAMES_AT_ONCE = 20.0, 60.0
PATIENCE_PER_S, PATIENCE = 1.0, 40.0
"""How many frames too many are answered before the socket is closed."""
_MOST_KEYS = 20_000


class Rates:
    """The generic cell rate algorithm (ITU-T I.371): one moment per key, the oldest keys forgotten first."""

    def __init__(
        self, per_second: float, at_once: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`per_second` of 0 means no limit; `at_once` is how many may come together after a quiet time."""
        self.refused = 0
        self._interval = 1 / per_second if per_second else 0.0
        self._slack = max(0.0, at_once - 1) * self._interval
        self._clock = clock
        self._due: OrderedDict[Hashable, float] = OrderedDict()
        self._refusing: dict[Hashable, float] = {}

    def take(self, key: Hashable) -> float:
        """Seconds until the key may ask; 0 when it may now, which counts. A refused request costs nothing."""
        if not self._interval:
            return 0.0
        now = self._clock()
        due = max(self._due.get(key, now), now)
        wait = due - self._slack - now
        if wait > 1e-9:
            self.refused += 1
            return wait
        self._due[key] = due + self._interval
        self._due.move_to_end(key)
        while len(self._due) > _MOST_KEYS:
            self._due.popitem(last=False)
        return 0.0

    def newly_refused(self, key: Hashable) -> bool:
        """Whether this refusal is the first of its key for a minute: one line in a log, not a thousand."""
        now = self._clock()
        if now - self._refusing.get(key, -60.0) < 60.0:
            return False
        if len(self._refusing) >= _MOST_KEYS:
            self._refusing.clear()
        self._refusing[key] = now
        return True


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a server: of requests by address and by account or ticket, of frames by participant."""

    address: Rates
    account: Rates
    frames: Rates
    patience: Rates

    def refused(self) -> dict[str, int]:
        """How many were refused since the start, by what they were counted by."""
        return {
            "address": self.address.refused,
            "account": self.account.refused,
            "socket": self.frames.refused,
        }


def limits_of(settings: Settings, clock: Callable[[], float] = time.monotonic) -> Limits:
    """The limits that the settings ask for."""
    address, account = settings.requests_per_address, settings.requests_per_account
    return Limits(
        address=Rates(address, address * BURST_S, clock),
        account=Rates(account, account * BURST_S, clock),
        frames=Rates(FRAMES_PER_S, FRAMES_AT_ONCE, clock),
        patience=Rates(PATIENCE_PER_S, PATIENCE, clock),
    )

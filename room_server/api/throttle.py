"""A brake on guessing: so many attempts per key within a while, then none for the rest of it."""

from collections import OrderedDict, deque
from collections.abc import Callable, Hashable

_MOST_KEYS = 10_000


class Throttle:
    """Counts attempts per key in a sliding window; the oldest keys are forgotten when there are too many."""

    def __init__(self, most: int, window: float, clock: Callable[[], float]) -> None:
        self._most = most
        self._window = window
        self._clock = clock
        self._attempts: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def wait(self, key: Hashable) -> float:
        """Seconds until the next attempt is allowed; 0 when it is now."""
        attempts = self._recent(key)
        if len(attempts) < self._most:
            return 0.0
        return attempts[0] + self._window - self._clock()

    def count(self, key: Hashable) -> None:
        """Count one attempt."""
        attempts = self._recent(key)
        attempts.append(self._clock())
        self._attempts[key] = attempts
        self._attempts.move_to_end(key)
        while len(self._attempts) > _MOST_KEYS:
            self._attempts.popitem(last=False)

    def take_back(self, key: Hashable) -> None:
        """Uncount the last attempt of a key: it was no guess. What was counted before stays."""
        if attempts := self._attempts.get(key):
            attempts.pop()

    def forgive(self, key: Hashable) -> None:
        """Forget the attempts of a key: it has proved itself."""
        self._attempts.pop(key, None)

    def _recent(self, key: Hashable) -> deque[float]:
        attempts = self._attempts.get(key, deque())
        while attempts and attempts[0] <= self._clock() - self._window:
            attempts.popleft()
        return attempts

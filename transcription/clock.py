"""Keeps the samples of one stream on media time although packets get lost, pause or jitter (pure)."""

from collections import deque
from dataclasses import dataclass

FAR_MS = 1000.0
_COARSE_MS = 60.0
_FINE_MS = 10.0
_WINDOW = 25


@dataclass(frozen=True, slots=True)
class Step:
    """What to do before a packet's samples: insert silence, move the clock, or start anew."""

    fill_ms: float = 0.0
    shift_ms: float = 0.0
    jump: bool = False


class MediaClock:
    """Compares each packet's media time with the time counted from the samples so far.

    A sender whose times come from RTP is exact, so a step of one packet means that one packet is lost.
    Times taken from arrival jitter: then only a step clearly larger than the jitter, or an offset that
    stays, is believed.
    """

    def __init__(self) -> None:
        self.now_ms = 0.0
        self._running = False
        self._errors: deque[float] = deque(maxlen=_WINDOW)

    def step(self, media_ms: float) -> Step:
        """Judge the media time of the packet that comes next."""
        if not self._running:
            return self._start(media_ms, jump=False)
        error = media_ms - self.now_ms
        if abs(error) > FAR_MS:
            return self._start(media_ms, jump=True)
        if error > self._believable():
            return self._fill(error)
        self._errors.append(error)
        if len(self._errors) < _WINDOW:
            return Step()
        if min(self._errors) > _FINE_MS:
            return self._fill(min(self._errors))
        if max(self._errors) < -_FINE_MS:
            return self._shift(max(self._errors))
        return Step()

    def advance(self, milliseconds: float) -> None:
        """So much sound has been decoded."""
        self.now_ms += milliseconds

    def stop(self) -> None:
        """Forget where the stream was; the next packet starts it anew."""
        self._running = False

    def _believable(self) -> float:
        if len(self._errors) < 5:
            return _COARSE_MS
        spread = max(self._errors) - min(self._errors)
        return min(max(_FINE_MS, 3 * spread), _COARSE_MS)

    def _start(self, media_ms: float, jump: bool) -> Step:
        self._running = True
        self.now_ms = media_ms
        self._errors.clear()
        return Step(jump=jump)

    def _fill(self, milliseconds: float) -> Step:
        self.now_ms += milliseconds
        self._errors.clear()
        return Step(fill_ms=milliseconds)

    def _shift(self, milliseconds: float) -> Step:
        self.now_ms += milliseconds
        self._errors.clear()
        return Step(shift_ms=milliseconds)

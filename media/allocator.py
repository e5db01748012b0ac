"""How much one subscriber's line bears, and which of its videos it gets: pure, time comes in."""

from collections.abc import Sequence

from .queueing import Queue

PAUSE_AFTER, PATIENCE = 1.0, 5.0
"""Seconds a line must be overloaded, heavily or at all: a publisher that sends less may be all it needs.

Where nobody will send less, because others are to have the higher layers, a heavy overload is answered at
once and a slight one after the first of these.
"""
SETTLE = 3.0
"""Seconds until the estimate of a line that was flooded says anything about what was left on it."""
OVER, HEAVILY = 1.1, 1.3
RESUME_AFTER = 3.0
ROOM = 1.15
"""What one more video must leave free."""
FIRST_WAIT, LONGEST_WAIT = 10.0, 80.0
"""Seconds until one more video is tried on a line that does not say how much more it bears."""
PROVEN = 20.0
"""Seconds after which a tried video is no trial any more."""
_LOSSY, _CLEAN = 0.12, 0.09
"""Shares of loss. Below the second the bound rises again: a line that loses one packet in twenty whatever is
sent is not overloaded, and what it loses is repaired."""
_SURE = 1.5
"""Seconds an estimate that fell must stay low: a burst or a moment of loss lets it fall for an instant."""
_DRAIN = 0.9
"""What share of what a line bears may flow while a queue stands: it has to become shorter."""
_CALM = 5.0
"""Seconds after which a fall of the estimate is no reason any more to give nothing back."""


class Downlink:
    """What a receiver bears, from its own estimate (REMB), the loss and the round trips of its reports.

    A buffer that is deep enough loses nothing: only the round trips tell of it to a receiver that makes no
    estimate, or a bad one.
    """

    __slots__ = (
        "_bound",
        "_fell_at",
        "_loss",
        "_low",
        "_low_since",
        "_reported_at",
        "estimate",
        "got",
        "queue",
    )

    def __init__(self) -> None:
        self.estimate = 0
        """The receiver's own estimate in bit/s; 0 while unknown."""
        self.got = 0.0
        """What last came through, bit/s: what was sent less what was lost."""
        self._bound = self._loss = 0.0
        self._low, self._low_since = 0, 0.0
        self._fell_at = self._reported_at = float("-inf")
        self.queue = Queue()
        """What waits on the way."""

    def hear_estimate(self, bitrate: int, now: float) -> None:
        """The receiver's estimate. It falls only when packets queue up on the way."""
        if bitrate < 0.97 * self.estimate:
            self._low_since = self._low_since if self._low else now
            self._fell_at, self._low = now, bitrate
        elif bitrate > 1.005 * self._low:
            self._low = 0
        self.estimate = bitrate

    def hear_loss(self, share: float, rate: float, now: float) -> None:
        """The share of packets lost on this line within about a second, while `rate` bit/s were sent."""
        since = min(now - self._reported_at, 5.0)
        self._loss += (share - self._loss) * 0.3
        self._reported_at, self.got = now, rate * (1 - share)
        if self._loss > _LOSSY:
            self._bound = min(self._bound or rate, rate * (1 - self._loss))
        elif self.queue.standing(now):
            # What waits has not come through.
            self.got = min(self.got, self._bound or rate)
        elif self._bound and self._loss < _CLEAN:
            self._bound *= 1.08**since
            if self._bound > 2 * rate:
                self._bound = 0.0

    def hear_trip(self, trip: float, rate: float, now: float) -> None:
        """The round trip that a report tells, in seconds, while `rate` bit/s were sent."""
        self.queue.hear(trip, now)
        if not self.queue.standing(now):
            return
        self._fell_at = now
        if not self.queue.draining:
            # Each second, as much more than the line bears as the queue grew by was put into it.
            bears = rate / (1 + self.queue.growth)
            self._bound = min(self._bound or rate, bears * _DRAIN)
            self.got = min(self.got or bears, bears)

    @property
    def bears(self) -> int:
        """Bit/s, 0 while unknown."""
        known = [value for value in (self.estimate, int(self._bound)) if value]
        return min(known, default=0)

    def pressed(self, now: float) -> bool:
        """Whether the line says that it is overloaded, not merely that little was sent: its estimate fell
        and has not risen since, much is lost, or packets queue up."""
        low = self._low > 0 and now - self._low_since >= _SURE
        return low or self.lossy(now) or self.queue.standing(now)

    def share(self, rate: float, now: float) -> int:
        """What may flow when `rate` flows now: an estimate that only lags behind takes nothing away."""
        bears = self.bears
        return bears if not bears or self.pressed(now) else max(bears, int(rate))

    def calm(self, now: float) -> bool:
        """Whether nothing speaks against sending more."""
        return now - self._fell_at > _CALM and not self.lossy(now)

    def lossy(self, now: float) -> bool:
        """Whether much of what is sent is lost."""
        return self._loss > _LOSSY and now - self._reported_at < 3.0


class Allocator:
    """How many of the most important videos, or steps of videos in layers, one subscriber gets.

    They are withheld after a moment of overload and given back one at a time: when the line bears them with
    room to spare, or as a trial after a wait that doubles whenever a trial fails. Audio is never touched.
    An estimate that did not see a queue says nothing about room to spare either.
    """

    __slots__ = ("_blind", "_over", "_spare", "_tried", "_wait", "_withheld_at", "limit")

    def __init__(self) -> None:
        self.limit: int | None = None
        """So many videos at most; None for all."""
        self._over: float | None = None
        self._spare: float | None = None
        self._tried = self._withheld_at = float("-inf")
        self._wait = FIRST_WAIT
        self._blind = False

    def decide(
        self, line: Downlink, audio: float, videos: Sequence[float], now: float, low: int | None = None
    ) -> int:
        """How many of `videos` (bit/s, most important first) may flow now.

        Those after the first `low` are higher layers; None where there are no layers at all.
        """
        count = len(videos) if self.limit is None else min(self.limit, len(videos))
        need, bears = audio + sum(videos[:count]), line.bears
        if count and bears and need > OVER * bears and line.pressed(now):
            self._spare = None
            self._over = max(self._over or now, min(self._withheld_at + SETTLE, now))
            layered = low is not None and count > low
            if now - self._over >= _patience(layered, need, line, low is not None):
                fits = _fitting(audio, videos[: count - 1], bears)
                if layered:
                    # The estimate of a flooded line is far too low: what came through is a better guide.
                    fits = max(fits, _fitting(audio, videos[:low], max(line.got, bears)))
                self._blind = line.queue.standing(now) and not 0 < OVER * line.estimate < need
                self._withhold(fits, now)
        else:
            self._over = None
            if self.limit is not None and line.calm(now):
                self._give_back(need, videos, bears, now)
        return len(videos) if self.limit is None else min(self.limit, len(videos))

    def _withhold(self, limit: int, now: float) -> None:
        self._wait = min(self._wait * 2, LONGEST_WAIT) if now - self._tried < PROVEN else FIRST_WAIT
        self.limit, self._withheld_at, self._over = limit, now, None

    def _give_back(self, need: float, videos: Sequence[float], bears: int, now: float) -> None:
        limit = self.limit or 0
        if limit >= len(videos):
            if now - self._tried > PROVEN:
                self.limit, self._blind = None, False
            return
        spare = not self._blind and (not bears or (need + videos[limit]) * ROOM <= bears)
        self._spare = (self._spare if self._spare is not None else now) if spare else None
        ripe = self._spare is not None and now - self._spare >= RESUME_AFTER
        if ripe or now - max(self._withheld_at, self._tried) >= self._wait:
            self.limit, self._tried, self._spare = limit + 1, now, None


def _patience(layered: bool, need: float, line: Downlink, layers: bool) -> float:
    """Seconds for which a line must be overloaded until something is withheld."""
    heavy = need > HEAVILY * line.bears
    if layered:
        return 0.0 if heavy else PAUSE_AFTER
    # The lowest layers stay as long as what is sent comes through: a flood leaves the estimate low for long.
    if layers and line.got * OVER >= need:
        return PATIENCE
    return PAUSE_AFTER if heavy else PATIENCE


def _fitting(audio: float, videos: Sequence[float], bears: float) -> int:
    """How many of the first videos fit beside the audio."""
    free = bears - audio
    for place, rate in enumerate(videos):
        free -= rate
        if free < 0:
            return place
    return len(videos)

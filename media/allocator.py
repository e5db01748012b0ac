"""How much one subscriber's line bears, and which of its videos it gets: pure, time comes in."""

from collections.abc import Sequence

from .queueing import Queue

PAUSE_AFTER, PATIENCE, LOW_LAYERS = 1.0, 5.0, 12.0
"""Seconds a line must be overloaded, heavily or at all: a publisher that sends less may be all it needs; and
while the lowest layers, all that is left, come through.

Where nobody will send less, because others are to have the higher layers, a heavy overload is answered at
once and a slight one after the first of these.
"""
SETTLE, GONE = 3.0, 0.5
"""Seconds until the estimate of a line that was flooded says anything about what was left on it, and until
what is lost is lost of that."""
CLEARED = 6.0
"""Seconds after which what is lost is lost whatever is sent: browsers report on voices every five."""
OVER, HEAVILY = 1.1, 1.3
RESUME_AFTER = 3.0
ROOM = 1.15
"""What one more video must leave free."""
FIRST_WAIT, LONGEST_WAIT = 10.0, 80.0
"""Seconds until one more video is tried on a line that does not say how much more it bears."""
BOLD = 1.5
"""One that multiplies what flows by so much is waited for twice as long on a line that was flooded."""
PROVEN = 20.0
"""Seconds after which a tried video is no trial any more."""
_LOSSY, _CLEAN = 0.12, 0.09
"""Shares of loss. Below the second the bound rises again: a line that loses one packet in twenty whatever is
sent is not overloaded, and what it loses is repaired."""
_FEW, _FLOODED = 0.03, 0.2
_SURE = 1.5
"""Seconds an estimate that fell must stay low: a burst or a moment of loss lets it fall for an instant."""
_STALE = 3.0
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
        "_loss_since",
        "_lost",
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
        """What last came through, bit/s."""
        self._bound = self._loss = self._lost = 0.0
        self._loss_since = float("-inf")
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

    def hear_loss(self, share: float, got: float, since: float, now: float) -> None:
        """The share of packets lost on this line since then, and what came through meanwhile, bit/s."""
        passed = min(now - self._reported_at, 5.0)
        self._loss += (share - self._loss) * 0.3
        again, rate = min(self._lost, share) > _FLOODED, got / max(1 - share, 0.1)
        self._lost, self._loss_since, self._reported_at, self.got = share, since, now, got
        if self.lossy(now) and share > _LOSSY:
            # Once may be a burst.
            bears = got if again else rate * (1 - self._loss)
            self._bound = min(self._bound or bears, bears)
        elif self._bound and self._loss < _CLEAN and not self.queue.standing(now):
            self._bound *= 1.08**passed
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
        low = self._low > 0 and not self._refuted
        # Two witnesses are heard at once.
        sure = now - self._low_since >= _SURE or self.flooded(now)
        return (low and sure) or self.lossy(now) or self.queue.standing(now)

    def flooded(self, now: float) -> bool:
        """Whether so much is lost that it cannot be chance."""
        return self._lost > _FLOODED and now - self._reported_at < _STALE

    @property
    def _refuted(self) -> bool:
        """Whether all has come through since the estimate last fell: it was of a flood that is over, and one
        that little is sent to does not rise."""
        return self._lost < _FEW and self._loss_since - self._fell_at >= _SURE

    def share(self, rate: float, now: float) -> int:
        """What may flow when `rate` flows now: an estimate that only lags behind takes nothing away."""
        bears = self.bears
        return bears if not bears or self.pressed(now) else max(bears, int(rate))

    def calm(self, now: float) -> bool:
        """Whether nothing speaks against sending more."""
        return now - self._fell_at > _CALM and not self.lossy(now)

    def loses_since(self, at: float) -> bool:
        """Whether the last report tells of much loss, all of it later than `at`."""
        return self._lost > _LOSSY and self._loss_since >= at

    def lossy(self, now: float) -> bool:
        """Whether much of what is sent is lost."""
        return self._loss > _LOSSY and now - self._reported_at < _STALE


class Allocator:
    """How many of the most important videos, or steps of videos in layers, one subscriber gets.

    They are withheld after a moment of overload and given back one at a time: when the line bears them with
    room to spare, or as a trial after a wait that doubles whenever a trial fails. Audio is never touched.
    An estimate that did not see a queue says nothing about room to spare either.
    """

    __slots__ = (
        "_blind",
        "_flooded",
        "_over",
        "_spare",
        "_trial",
        "_tried",
        "_wait",
        "_withheld_at",
        "limit",
    )

    def __init__(self) -> None:
        self.limit: int | None = None
        """So many videos at most; None for all."""
        self._over: float | None = None
        self._spare: float | None = None
        self._tried = self._withheld_at = float("-inf")
        self._trial: int | None = None
        """What `limit` is tried."""
        self._wait = FIRST_WAIT
        self._blind = self._flooded = False

    def decide(
        self, line: Downlink, audio: float, videos: Sequence[float], now: float, low: int | None = None
    ) -> int:
        """How many of `videos` (bit/s, most important first) may flow now.

        Those after the first `low` are higher layers; None where there are no layers at all.
        """
        count = len(videos) if self.limit is None else min(self.limit, len(videos))
        need, bears = audio + sum(videos[:count]), line.bears
        tried = count > 0 and count == self._trial and now - self._tried < PROVEN
        if tried and line.loses_since(self._tried):
            self._withhold(count - 1, now)
        elif count and bears and need > OVER * bears and line.pressed(now):
            self._spare = None
            proven = line.loses_since(self._withheld_at + GONE)
            self._over = self._over or now
            if not proven:
                self._over = max(self._over, min(self._withheld_at + SETTLE, now))
            proven |= line.queue.grows(now)
            if now - self._over >= _patience(need, line, count, low, proven):
                self._flooded = line.flooded(now)
                self._blind = line.queue.standing(now) and not 0 < OVER * line.estimate < need
                # A trial that failed costs no more than what was tried.
                self._withhold(count - 1 if tried else _kept(audio, videos[:count], line, low), now)
        else:
            self._over = None
            if self.limit is not None and line.calm(now):
                self._give_back(need, videos, line, now)
        return len(videos) if self.limit is None else min(self.limit, len(videos))

    def flooded(self, now: float) -> bool:
        """Whether something was withheld a moment ago: what is lost now may be lost of what was too much."""
        return self.limit is not None and now - self._withheld_at < CLEARED

    def _withhold(self, limit: int, now: float) -> None:
        self._wait = min(self._wait * 2, LONGEST_WAIT) if now - self._tried < PROVEN else FIRST_WAIT
        self.limit, self._withheld_at, self._over, self._trial = limit, now, None, None

    def _give_back(self, need: float, videos: Sequence[float], line: Downlink, now: float) -> None:
        limit = self.limit or 0
        if limit >= len(videos):
            if now - self._tried > PROVEN:
                self.limit, self._blind = None, False
            return
        bears = line.bears
        spare = not self._blind and (not bears or (need + videos[limit]) * ROOM <= bears)
        self._spare = (self._spare if self._spare is not None else now) if spare else None
        ripe = self._spare is not None and now - self._spare >= RESUME_AFTER
        bold = limit > 0 and self._flooded and need + videos[limit] > BOLD * max(need, line.got)
        if ripe or now - max(self._withheld_at, self._tried) >= self._wait * (2 if bold else 1):
            self.limit, self._tried, self._spare = limit + 1, now, None
            self._trial = self.limit


def _patience(need: float, line: Downlink, count: int, low: int | None, proven: bool) -> float:
    """Seconds for which a line must be overloaded until something is withheld; `proven`: by what it loses of
    what flows now, or by a queue that grows."""
    heavy = need > HEAVILY * line.bears
    if low is not None and count > low:
        return 0.0 if heavy else PAUSE_AFTER
    if low is not None and not proven:
        # A flood leaves the estimate low, and a queue that becomes shorter only slowly.
        return LOW_LAYERS
    if low is not None and line.got * OVER >= need:
        return PATIENCE
    return PAUSE_AFTER if heavy else PATIENCE


def _kept(audio: float, videos: Sequence[float], line: Downlink, low: int | None) -> int:
    """How many of the videos an overloaded line keeps: one less, at least; one low layer when others go."""
    fits = _fitting(audio, videos[:-1], line.bears)
    if low is None:
        return fits
    # The estimate of a flooded line is far too low: what came through is a better guide.
    through = _fitting(audio, videos[: min(low, len(videos) - 1)], max(line.got, line.bears))
    return max(fits, through, int(0 < low < len(videos)))


def _fitting(audio: float, videos: Sequence[float], bears: float) -> int:
    """How many of the first videos fit beside the audio."""
    free = bears - audio
    for place, rate in enumerate(videos):
        free -= rate
        if free < 0:
            return place
    return len(videos)

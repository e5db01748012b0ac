"""Continuous numbers for one slot: sequence, timestamp and VP8 ids run on when publishers change."""

from .history import Kept


class Rewriter:
    """Shifts that turn a publisher's numbers into the slot's own; pure.

    After `rebind` nothing passes until a packet that a decoder can start from; the numbers then follow
    what was last sent. Packets of the new publisher older than that start never pass.
    """

    __slots__ = (
        "_last_level",
        "_last_picture",
        "_last_sequence",
        "_last_time",
        "_last_timestamp",
        "_rate",
        "_video",
        "levels",
        "pictures",
        "sequences",
        "shifted",
        "start",
        "timestamps",
    )

    def __init__(self, *, video: bool, rate: int, sequence: int, timestamp: int) -> None:
        self._video, self._rate = video, rate
        self._last_sequence, self._last_timestamp, self._last_time = sequence - 1, timestamp, 0.0
        self._last_picture = self._last_level = -1
        self.start: int | None = None
        self.sequences = self.timestamps = self.pictures = self.levels = 0
        self.shifted = False
        """Whether the VP8 ids of the payload change."""

    def begin(self, first: Kept, now: float) -> bool:
        """Start from this packet if a decoder can; True when it did."""
        if self._video and not first.seen.key:
            return False
        elapsed = int((now - self._last_time) * self._rate) if self._last_time else 0
        smallest = self._rate // 30 if self._last_time else 0
        self.sequences = self._last_sequence + 1 - first.number
        self.timestamps = self._last_timestamp + max(elapsed, smallest) - first.timestamp
        self.pictures = self._last_picture + 1 - first.seen.picture if self._last_picture >= 0 else 0
        self.levels = self._last_level + 1 - first.seen.level if self._last_level >= 0 else 0
        self.shifted = bool(self.pictures or self.levels)
        self.start = first.number
        return True

    def rebind(self, newest: Kept | None, now: float) -> None:
        """The publisher under the slot goes; `newest` is the newest packet that was sent of it."""
        if self.start is not None and newest is not None and newest.number >= self.start:
            self._last_sequence = newest.number + self.sequences
            self._last_timestamp = newest.timestamp + self.timestamps
            self._last_time = now
            if newest.seen.picture_bits:
                self._last_picture = newest.seen.picture + self.pictures & 0x7FFF
            if newest.seen.level_at >= 0:
                self._last_level = newest.seen.level + self.levels & 0xFF
        self.start = None

    def index_of(self, sequence: int, near: int) -> int | None:
        """The publisher's unwrapped number of our `sequence`; None if it is not of this publisher."""
        if self.start is None:
            return None
        index = near - ((near + self.sequences - sequence) & 0xFFFF)
        return index if index >= self.start else None

"""Which time a track does not cover, and why; told only when the content around it is safe. Pure."""

from collections.abc import Callable

from .manifest import Gap


class Gaps:
    """The gaps of one track, in order and without overlap."""

    def __init__(self, tell: Callable[[Gap], None]) -> None:
        self._tell = tell
        self.end: int | None = None
        """Where the content, or the last gap, ends; None before both."""
        self._safe_end = 0
        self._open: tuple[int, str] | None = None
        self._closed: list[Gap] = []

    @property
    def reason(self) -> str:
        """Why the gap that is open is one; empty if none is."""
        return self._open[1] if self._open else ""

    def begin(self, reason: str, at: int) -> None:
        """Content is withheld from `at` on, or from where it ended."""
        if reason == self.reason:
            return
        self._close(at)
        if self.end is None:
            self.end = self._safe_end = at
        self._open = (self.end, reason)
        self._settle()

    def start(self, at: int) -> None:
        """The first content is there; from now on every time is content or gap."""
        if self.end is None:
            self.end = self._safe_end = at

    def frame(self, at: int, ends: int) -> None:
        """Content from `at` to `ends` was handed to the file."""
        self._close(at)
        self.end = ends

    def safe(self, ends: int) -> None:
        """The content up to `ends` is in the file."""
        self._safe_end = max(self._safe_end, ends)
        while self._closed and self._closed[0].end_ms <= ends:
            self._say(self._closed.pop(0))

    def lost(self, word: str) -> None:
        """What was handed over and is not in the file is lost."""
        closed, self._closed = self._closed, []
        at = self._safe_end
        for gap in closed:
            self._lost(at, gap.start_ms, word)
            self._closed.append(gap)
            at = gap.end_ms
        if self._open:
            self._lost(at, self._open[0], word)
        elif self.end is not None:
            self._open = (at, word)
        if self._closed and self._open and self._closed[-1].reason == self._open[1]:
            self._open = (self._closed.pop().start_ms, self._open[1])
        self.end = self._safe_end = self._open[0] if self._open else at
        self._settle()

    def finish(self, at: int) -> None:
        """Nothing follows; what is open ends at `at`."""
        self._close(at)
        self.safe(max(at, self.end or 0))

    def _close(self, at: int) -> None:
        if self._open and at > self._open[0]:
            self._closed.append(Gap(self._open[0], at, self._open[1]))
            self.end = at
        self._open = None

    def _lost(self, start: int, end: int, word: str) -> None:
        if end > start:
            self._closed.append(Gap(start, end, word))

    def _settle(self) -> None:
        """Tell what follows on safe content directly."""
        while self._closed and self._closed[0].start_ms <= self._safe_end:
            self._safe_end = max(self._safe_end, self._closed[0].end_ms)
            self._say(self._closed.pop(0))

    def _say(self, gap: Gap) -> None:
        self._tell(gap)

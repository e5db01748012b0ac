"""Publishers that were asked to connect anew go on until those that follow flow: nobody misses a word."""

from collections.abc import Callable, Mapping

from .publisher import Publisher

WITHIN = 10.0
"""Seconds a successor may take to bring what its predecessor brings."""


class Successions:
    """Who goes on for whom. `dismiss` ends a connection."""

    def __init__(self, dismiss: Callable[[Publisher], None]) -> None:
        self._dismiss = dismiss
        self._before: dict[Publisher, Publisher] = {}

    def begin(self, newer: Publisher, older: Publisher) -> None:
        """`newer` takes the place of `older`: at once, unless that one flows and was asked to be replaced."""
        if older.renewing and older.state == "up":
            self._before[newer] = older
        else:
            self._dismiss(older)

    def flows(self, newer: Publisher, live: Mapping[str, object]) -> None:
        """A track of `newer` began; `live`: the room's source of each track."""
        older = self._before.get(newer)
        if older is not None and all(live.get(source.track.id) is not source for source in older.sources):
            self.end(newer)

    def end(self, newer: Publisher) -> None:
        """`newer` is here, or gone: nobody goes on for it."""
        older = self._before.pop(newer, None)
        if older is not None:
            self._dismiss(older)

    def watch(self, now: float) -> None:
        """Ten times a second: who falls silent goes on for nobody; who takes too long is not waited for."""
        for newer, older in list(self._before.items()):
            older.watch(now)
            if older.state != "up" or now - newer.born > WITHIN:
                self.end(newer)

"""Grades the line of everybody in a room once a second, from what their connections know already."""

from collections.abc import Iterable
from typing import Any

from .peer import Peer
from .quality import Line, Tally


class Assessor:
    """One line per participant who has a connection that stands."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def look(self, peers: Iterable[Peer], now: float) -> list[dict[str, Any]]:
        """One sample of everybody; the `quality` events that follow from it."""
        of: dict[str, list[Peer]] = {}
        present = set()
        for peer in peers:
            present.add(peer.participant)
            if peer.state == "up":
                of.setdefault(peer.participant, []).append(peer)
        # Who has no connection left begins anew; who is only silent keeps what is known of them.
        self._lines = {who: line for who, line in self._lines.items() if who in present}
        told = []
        for who, theirs in of.items():
            planes = {"publish": Tally(), "subscribe": Tally()}
            for peer in theirs:
                seen = peer.tally()
                planes["subscribe" if peer.plane == "subscribe" else "publish"].add(
                    seen.expected, seen.lost, seen.jitter
                )
            trip = max(peer.rtt for peer in theirs)
            news = self._lines.setdefault(who, Line()).sample(
                planes["publish"], planes["subscribe"], trip, now
            )
            if news:
                told.append({"type": "quality", "participant": who, **news})
        return told

    def grades(self) -> dict[str, str]:
        """The grade last told of everybody."""
        return {who: line.told for who, line in self._lines.items() if line.told is not None}

    def lines(self) -> list[tuple[float, float, float]]:
        """The newest sample of everybody's line: share lost, round trip and jitter in seconds."""
        return [line.last for line in self._lines.values()]

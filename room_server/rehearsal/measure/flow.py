"""When packets had to flow from whom to whom by the rules of the room, and whether they did. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec

from ...rules.events import Event
from ...rules.hearing import routes
from ...rules.places import Phase
from ...rules.room import Room, evolve
from .traffic import Logs

Stretch = tuple[int, int]
"""From and to, monotonic ns."""
SOURCES = {"audio": "microphone", "video": "camera"}
NS_PER_MS = 1_000_000
NOWHERE: dict[str, list[str]] = {"to": []}
"""Of people who only watch: they have no tracks."""


@dataclass(slots=True)
class Flow:
    """One medium from one person to another: when it was allowed, and what was sent and received.

    `arrivals` has, per packet sent, when it came; None when it never did. Both lists go by `sent`.
    """

    origin: str
    to: str
    medium: str
    allowed: list[Stretch] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    arrivals: list[int | None] = field(default_factory=list)

    def allowed_at(self, at: int) -> Stretch | None:
        """The stretch a moment lies in."""
        return next(((start, end) for start, end in self.allowed if start <= at < end), None)

    def lost(self, start: int, end: int) -> tuple[int, int]:
        """Of the packets sent in a time in which they were allowed: how many never came, and how many."""
        low, high = bisect_left(self.sent, start), bisect_right(self.sent, end)
        came = self.arrivals[low:high]
        return sum(at is None for at in came), len(came)

    def first_sent_after(self, at: int) -> int | None:
        """When the first packet came that had been sent after a moment."""
        later = self.arrivals[bisect_right(self.sent, at) :]
        came = [arrival for arrival in later if arrival is not None]
        return min(came) if came else None

    def silence(self, start: int, end: int) -> int:
        """The longest time between two arrivals, or between one and an end of the time looked at, ns."""
        came = sorted(at for at in self.arrivals if at is not None and start <= at <= end)
        marks = [start, *came, end]
        return max(after - before for before, after in pairwise(marks))


def flows(logs: Logs, people: Mapping[str, str], journal: list[dict[str, Any]], clock_ns: int) -> list[Flow]:
    """The flow of each medium of each ordered pair; `clock_ns`: Unix time at zero of the monotonic clock."""
    allowed = _allowed(journal, clock_ns)
    keys = {key: participant for key, participant in people.items() if key in logs}
    received = {key: _first_receipts(logs, key) for key in keys}
    found = []
    for origin in keys:
        for medium in SOURCES:
            packets = [(one.at, one.digest) for one in logs[origin].sent if one.medium == medium]
            for to in keys:
                if to != origin:
                    flow = Flow(origin, to, medium, allowed.get((keys[origin], keys[to], medium), []))
                    flow.sent = [at for at, _ in packets]
                    flow.arrivals = [received[to].get(digest) for _, digest in packets]
                    found.append(flow)
    return found


def _first_receipts(logs: Logs, key: str) -> dict[int, int]:
    first: dict[int, int] = {}
    for packet in logs[key].received:
        first.setdefault(packet.digest, packet.at)
    return first


def _allowed(journal: list[dict[str, Any]], clock_ns: int) -> dict[tuple[str, str, str], list[Stretch]]:
    room, since = Room(), dict[tuple[str, str, str], int]()
    found: dict[tuple[str, str, str], list[Stretch]] = {}
    for entry in journal:
        event: Event = msgspec.convert({**entry["body"], "type": entry["type"]}, Event)
        before, room = room, evolve(room, event)
        if room is before:
            continue
        at = int(entry["at"]) * NS_PER_MS - clock_ns
        now = _open_ways(room)
        for way in [way for way in since if way not in now]:
            found.setdefault(way, []).append((since.pop(way), at))
        for way in now:
            since.setdefault(way, at)
    last = int(journal[-1]["at"]) * NS_PER_MS - clock_ns if journal else 0
    for way, start in since.items():
        found.setdefault(way, []).append((start, last))
    return found


def _open_ways(room: Room) -> set[tuple[str, str, str]]:
    if room.phase is Phase.CLOSED:
        return set()
    table = routes(room, 0)["tracks"]
    return {
        (who, to, medium)
        for who, person in room.people.items()
        if person.connected
        for medium, source in SOURCES.items()
        for to in table.get(f"{who}.{source}", NOWHERE)["to"]
        if room.people[to].connected
    }

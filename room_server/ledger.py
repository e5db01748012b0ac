"""The connectivity ledger: whose connection was lost when, by what evidence, and when it was back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .rules import events as e

SOCKET, MEDIA, BOTH = "socket", "media", "both"
DELIBERATE = frozenset({"left", "refused", "taken_over"})
"""Causes of `Left` that end an interval: whoever goes of their own will is not cut off any more."""


@dataclass(slots=True)
class Interval:
    """One time without connection, in ms since the opening (before it: negative).

    `to_ms` is None while it lasts; `back` is False when the sitting or the stay ended before it came back.
    """

    from_ms: int
    to_ms: int | None
    evidence: str
    back: bool


@dataclass(slots=True)
class _Cut:
    """An open interval as the live sitting sees it; `missing`: what has to come back before it ends."""

    since: int
    device: str
    evidence: str
    missing: set[str] = field(default_factory=set)


class Lifelines:
    """Who is cut off now; says which facts follow from a loss and from a return.

    What can be lost is the `socket` and the media planes `publish` and `subscribe` of one device. There is at
    most one open interval per person: a second kind of loss widens it, and only when all is back it ends.
    """

    def __init__(self) -> None:
        self._cut: dict[str, _Cut] = {}

    def take(self, at: int, event: e.Event) -> None:
        """One more fact of the journal, Unix ms."""
        if isinstance(event, e.Disconnected):
            cut = self._cut.get(event.participant)
            if cut is None:
                missing = {SOCKET, MEDIA} if event.evidence == BOTH else {event.evidence}
                self._cut[event.participant] = _Cut(at, event.device, event.evidence, missing)
            else:
                cut.evidence = event.evidence
        elif isinstance(event, e.Reconnected) or (isinstance(event, e.Left) and event.cause in DELIBERATE):
            self._cut.pop(event.participant, None)
        elif isinstance(event, e.Closed):
            self._cut.clear()

    def lost(self, who: str, device: str, what: str) -> list[e.Event]:
        """The socket or a media plane is gone."""
        kind = SOCKET if what == SOCKET else MEDIA
        cut = self._cut.get(who)
        if cut is None:
            return [e.Disconnected(participant=who, device=device, evidence=kind)]
        cut.missing.add(what)
        if cut.evidence in (kind, BOTH):
            return []
        return [e.Disconnected(participant=who, device=device, evidence=BOTH)]

    def back(self, who: str, device: str, what: str, now: int) -> list[e.Event]:
        """The socket or a media plane is there again; another device makes good whatever the first lost."""
        cut = self._cut.get(who)
        if cut is None:
            return []
        # Which plane it was is not in the journal: after a restart either one will do.
        cut.missing -= {what} if what == SOCKET else {what, MEDIA}
        if cut.missing and device == cut.device:
            return []
        return [e.Reconnected(participant=who, device=device, away_ms=max(0, now - cut.since))]


def intervals(entries: Sequence[Mapping[str, Any]]) -> dict[str, list[Interval]]:
    """Every interval of every participant who had one, in order, from the entries of a journal."""
    zero = zero_of(entries)
    found: dict[str, list[Interval]] = {}
    current: dict[str, Interval] = {}
    for entry in entries:
        kind, body, at = entry["type"], entry["body"], int(entry["at"]) - zero
        who = str(body.get("participant", ""))
        if kind == "Disconnected":
            if who in current:
                current[who].evidence = body["evidence"]
            else:
                current[who] = Interval(at, None, body["evidence"], False)
                found.setdefault(who, []).append(current[who])
        elif kind == "Reconnected" and who in current:
            _end(current.pop(who), at, True)
        elif kind == "Left" and body["cause"] in DELIBERATE and who in current:
            _end(current.pop(who), at, False)
        elif kind == "Closed":
            for interval in current.values():
                _end(interval, at, False)
            current.clear()
    return found


def _end(interval: Interval, at: int, back: bool) -> None:
    interval.to_ms, interval.back = max(at, interval.from_ms), back


def zero_of(entries: Sequence[Mapping[str, Any]]) -> int:
    """Unix ms from which times are counted: the opening, or the first fact where there was none."""
    return int(next((entry["at"] for entry in entries if entry["type"] == "Opened"), entries[0]["at"]))


def ledger_of(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The ledger as it lies in the case file: everybody expected, with their intervals."""
    found = intervals(entries)
    return {
        "version": 1,
        "zero_ms": zero_of(entries),
        "participants": [
            {
                "participant": person["id"],
                "name": person["name"],
                "intervals": [asdict(interval) for interval in found.get(person["id"], ())],
            }
            for person in entries[0]["body"].get("participants", ())
        ],
    }

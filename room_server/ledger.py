"""The connectivity ledger: whose connection was lost when, by what evidence, and when it was back. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .rules import events as e
from .rules.room import DELIBERATE

VERSION = 2
SOCKET, MEDIA, BOTH = "socket", "media", "both"


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


def services(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, int | None]]:
    """When the media service itself was away: nobody's line, and nobody's doing. Times as in `Interval`."""
    zero = zero_of(entries)
    found: list[dict[str, int | None]] = []
    for entry in entries:
        at = int(entry["at"]) - zero
        away = bool(found) and found[-1]["to_ms"] is None
        if entry["type"] == "MediaLost" and not away:
            found.append({"from_ms": at, "to_ms": None})
        elif entry["type"] in ("MediaRestored", "Closed") and away:
            found[-1]["to_ms"] = at
    return found


def lines(entries: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of everybody whose line was not good: the worst grade, and how long it was poor and bad, ms."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry["type"] != "LineSummed":
            continue
        body = entry["body"]
        row = found.setdefault(body["participant"], {"worst": "poor", "poor_ms": 0, "bad_ms": 0})
        row["worst"] = "bad" if "bad" in (row["worst"], body["worst"]) else "poor"
        row["poor_ms"] += body["poor_ms"]
        row["bad_ms"] += body["bad_ms"]
    return found


GOOD: Mapping[str, Any] = {"worst": "good", "poor_ms": 0, "bad_ms": 0}


def ledger_of(entries: Sequence[Mapping[str, Any]], version: int = VERSION) -> dict[str, Any]:
    """The ledger as it lies in the case file: everybody expected, with their intervals and their line.

    Version 1 had the intervals only.
    """
    found, lined = intervals(entries), lines(entries)
    people = [
        {
            "participant": person["id"],
            "name": person["name"],
            "intervals": [asdict(interval) for interval in found.get(person["id"], ())],
            **({"line": dict(lined.get(person["id"], GOOD))} if version > 1 else {}),
        }
        for person in entries[0]["body"].get("participants", ())
    ]
    service = {"service": services(entries)} if version > 1 else {}
    return {"version": version, "zero_ms": zero_of(entries), **service, "participants": people}

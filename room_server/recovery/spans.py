"""Which speech of a sitting has no text yet: intervals of media time, from the journal alone. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ..rules import events as e
from ..rules.hearing import routes
from ..rules.room import Room, evolve

Interval = tuple[int, int]

SCRIBE_LOST = "scribe_lost"
LEAST_MS = 200
"""Shorter holes than this hold no word."""
JOIN_MS = 1000
LEAD_MS, TAIL_MS = 250, 200
"""A voice begins before a detector is sure of it, and fades after."""

_STILL = {
    "UtteranceHeard",
    "SpeechMissed",
    "SpeechCaughtUp",
    "SpeechDropped",
    "SegmentSealed",
    "GapNoted",
    "LineEdited",
}
"""What happens often and never changes who is listened to."""


class Entry(Protocol):
    """One fact of the journal."""

    @property
    def type(self) -> str:
        """Name of the fact."""

    @property
    def media_time(self) -> int | None:
        """Milliseconds since the opening."""

    @property
    def body(self) -> dict[str, Any]:
        """The fact's fields."""

    def event(self) -> e.Event:
        """The fact as the rules know it."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of one person's speech without text; `from_ms` to `until_ms` is where to look for it."""

    participant: str
    start_ms: int
    end_ms: int
    from_ms: int
    until_ms: int


def listened(entries: Iterable[Entry], until_ms: int) -> dict[str, list[Interval]]:
    """Participant → when their microphone was to be written down: at the table, heard, in a minuted stage."""
    room, begun = Room(), dict[str, int]()
    found: dict[str, list[Interval]] = {}
    opened = False
    for entry in entries:
        room = evolve(room, entry.event())
        opened = opened or entry.type == "Opened"
        if not opened or entry.type in _STILL:
            continue
        # The opening itself, and what is decided with it, has no media time yet.
        now = min(entry.media_time or 0, until_ms)
        wanted = _wanted(room) if entry.type != "Closed" else set()
        for who in [who for who in begun if who not in wanted]:
            found.setdefault(who, []).append((begun.pop(who), now))
        for who in wanted:
            begun.setdefault(who, now)
    for who, since in begun.items():
        found.setdefault(who, []).append((since, until_ms))
    return {who: [span for span in spans if span[1] > span[0]] for who, spans in found.items()}


def _wanted(room: Room) -> set[str]:
    tracks = routes(room, 0)["tracks"]
    return {who for who in room.people if tracks.get(f"{who}.microphone", {}).get("scribe")}


def lost(entries: Sequence[Entry], until_ms: int) -> list[e.SpeechMissed]:
    """What a scribe that died may have heard and not told, as facts; nothing where no engine was ready.

    Of each person: from the end of their last utterance on, as far as they were listened to.
    """
    stated = [entry.body["state"] for entry in entries if entry.type == "EngineStated"]
    if "ready" not in stated:
        return []
    known: dict[str, int] = {}
    for entry in entries:
        told = entry.type == "UtteranceHeard" or (
            entry.type == "SpeechMissed" and entry.body["reason"] == SCRIBE_LOST
        )
        if told:
            who = entry.body["participant"]
            known[who] = max(known.get(who, 0), entry.body["end_ms"])
    return [
        e.SpeechMissed(
            participant=who, start_ms=max(start, known.get(who, 0)), end_ms=end, reason=SCRIBE_LOST
        )
        for who, spans in sorted(listened(entries, until_ms).items())
        for start, end in spans
        if end - max(start, known.get(who, 0)) >= LEAST_MS
    ]


def holes(entries: Iterable[Entry]) -> list[Hole]:
    """What was missed and neither heard nor caught up with since, in order of speech."""
    missed: dict[str, list[Interval]] = {}
    heard: dict[str, list[Interval]] = {}
    done: dict[str, list[Interval]] = {}
    kinds = {"SpeechMissed": missed, "UtteranceHeard": heard, "SpeechCaughtUp": done}
    for entry in entries:
        if entry.type in kinds:
            body = entry.body
            kinds[entry.type].setdefault(body["participant"], []).append((body["start_ms"], body["end_ms"]))
    found = []
    for who, spans in missed.items():
        spoken = heard.get(who, [])
        for start, end in without(joined(spans, JOIN_MS), [*spoken, *done.get(who, [])]):
            if end - start >= LEAST_MS:
                before = [b for _, b in spoken if b <= start]
                after = [a for a, _ in spoken if a >= end]
                looked = max([start - LEAD_MS, 0, *before]), min([end + TAIL_MS, *after])
                found.append(Hole(who, start, end, *looked))
    return sorted(found, key=lambda hole: (hole.start_ms, hole.participant))


def joined(spans: Iterable[Interval], within_ms: int = 0) -> list[Interval]:
    """The same time in as few intervals as there can be; those closer than `within_ms` become one."""
    found: list[Interval] = []
    for start, end in sorted(spans):
        if found and start - found[-1][1] <= within_ms:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def without(spans: Iterable[Interval], taken: Iterable[Interval]) -> list[Interval]:
    """What is left of the intervals when others are cut out of them."""
    left = list(spans)
    for start, end in taken:
        left = [
            part
            for a, b in left
            for part in (((a, b),) if end <= a or start >= b else ((a, start), (end, b)))
            if part[1] > part[0]
        ]
    return left

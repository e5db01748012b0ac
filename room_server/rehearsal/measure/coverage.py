"""How much of what had to be recorded was: the manifest's spans against the journal's rules. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ...rules.events import Event
from ...rules.hearing import why_unrecorded
from ...rules.places import Phase
from ...rules.room import Room, evolve

Span = tuple[float, float]
"""From and to, in seconds of media time."""
RETURN_S = 10.0
"""How long after a loss of the media service a track may take to come again."""


def coverage(
    manifest: dict[str, Any], journal: list[dict[str, Any]], people: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Per track: seconds recorded, seconds that should have been, what is missing and what is too much."""
    names = {participant: key for key, participant in people.items()}
    rows = []
    for track in manifest.get("tracks", ()):
        participant, _, source = track["track"].rpartition(".")
        ruled = wanted_spans(journal, participant, source)
        wanted = _cut(ruled, interruptions(journal, participant, source))
        holes = [*_fills(track), *map(_span, track.get("gaps", ()))]
        kept = _cut([_span(file) for file in track["files"]], holes)
        rows.append(
            {
                "participant": names.get(participant, participant),
                "kind": "audio" if source == "microphone" else "video",
                "source": source,
                "seconds": round(_length(kept), 2),
                "wanted_seconds": round(_length(wanted), 2),
                "gap_seconds": round(_length(_cut(wanted, kept)), 2),
                "beyond_seconds": round(_length(_cut(kept, ruled)), 2),
            }
        )
    return rows


def outages(journal: list[dict[str, Any]]) -> list[tuple[int, int | None]]:
    """When the media service was lost and restored, Unix ms; None where it was not."""
    found: list[tuple[int, int | None]] = []
    for entry in journal:
        if entry["type"] == "MediaLost":
            found.append((entry["at"], None))
        elif entry["type"] == "MediaRestored" and found and found[-1][1] is None:
            found[-1] = (found[-1][0], entry["at"])
    return found


def interruptions(journal: list[dict[str, Any]], participant: str, source: str) -> list[Span]:
    """Times in which a track could not be there: from a loss of service or line until it came again."""
    opened = next((entry["at"] for entry in journal if entry["type"] == "Opened"), None)
    if opened is None:
        return []
    starts = [
        entry["at"]
        for entry in journal
        if entry["type"] == "TrackStarted"
        and (entry["body"]["participant"], entry["body"]["source"]) == (participant, source)
    ]
    spans = []
    for lost, _ in outages(journal):
        latest = lost + RETURN_S * 1000
        back = next((at for at in starts if lost <= at <= latest), latest)
        spans.append(((lost - opened) / 1000, (back - opened) / 1000))
    for lost in _lost_lines(journal, participant):
        back = next((at for at in starts if at >= lost), journal[-1]["at"])
        spans.append(((lost - opened) / 1000, (back - opened) / 1000))
    return spans


def _lost_lines(journal: list[dict[str, Any]], participant: str) -> list[int]:
    """When somebody's line was lost for so long that they counted as gone, Unix ms."""
    found, cut = [], 0
    for entry in journal:
        if entry["body"].get("participant") != participant:
            continue
        if entry["type"] == "Disconnected":
            cut = cut or entry["at"]
        elif entry["type"] == "Reconnected":
            cut = 0
        elif entry["type"] == "Left" and cut:
            found.append(cut)
            cut = 0
    return found


def wanted_spans(journal: list[dict[str, Any]], participant: str, source: str) -> list[Span]:
    """When the rules say that a track is recorded: at the table of the open sitting, and allowed to speak."""
    spans: list[Span] = []
    room, since, opened = Room(), 0.0, 0
    for entry in journal:
        event: Event = msgspec.convert({**entry["body"], "type": entry["type"]}, Event)
        opened = entry["at"] if entry["type"] == "Opened" else opened
        now = (entry["at"] - opened) / 1000 if opened else 0.0
        person = room.people.get(participant)
        if person is not None and now > since and not why_unrecorded(room, person, source):
            spans.append((since, now))
        since = now
        room = evolve(room, event)
        if room.phase is Phase.CLOSED:
            break
    return spans


def _span(row: dict[str, Any]) -> Span:
    end = row["start_ms"] + row["duration_ms"] if "duration_ms" in row else row["end_ms"]
    return row["start_ms"] / 1000, end / 1000


def _fills(track: dict[str, Any]) -> list[Span]:
    return [(start / 1000, end / 1000) for file in track["files"] for start, end in file.get("fills", ())]


def _cut(spans: list[Span], holes: list[Span]) -> list[Span]:
    """The parts of `spans` outside all `holes`."""
    for low, high in holes:
        kept = []
        for start, end in spans:
            kept += [(start, min(end, low)), (max(start, high), end)]
        spans = [(start, end) for start, end in kept if end > start]
    return spans


def _length(spans: list[Span]) -> float:
    return sum(end - start for start, end in spans)

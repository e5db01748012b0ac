"""A media worker died: what its hearings missed and when they were back, and that no other missed anything.

Pure. It looks at the journals for the deaths, so that one nobody here caused is reported all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ..script import Script
from .coverage import outages
from .flow import NS_PER_MS, Flow, flows
from .traffic import Logs

BACK_WITHIN_S = 10.0
BEFORE_NS, AFTER_NS = 1_000_000_000, 10_000_000_000
SETTLING_NS, PARTING_NS = 1_500_000_000, 500_000_000
"""How long after the beginning of a stretch, and before its end, packets may be missing: on the way, or held
back until a key frame."""
AROUND_MS = 3000
TOGETHER_NS = 3_000_000_000
"""What a control process notices within this time of each other is one death."""


@dataclass(frozen=True, slots=True)
class Kill:
    """A media worker that was killed on purpose, monotonic ns."""

    at: int
    worker: str
    rooms: int


@dataclass(slots=True)
class Heard:
    """One hearing as far as an outage is looked for in it; `clock_ns`: Unix time at monotonic zero."""

    script: Script
    logs: Logs
    people: Mapping[str, str]
    journal: list[dict[str, Any]]
    manifest: dict[str, Any]
    clock_ns: int


def faults(hearings: Sequence[Heard], kills: Sequence[Kill]) -> list[dict[str, Any]]:
    """Every death of a media worker: `rooms_hit`, `rooms_spared`, what each missed, and `errors`."""
    streams = [flows(one.logs, one.people, one.journal, one.clock_ns) for one in hearings]
    return [_fault(hearings, streams, at, kill) for at, kill in _deaths(hearings, kills)]


def _deaths(hearings: Sequence[Heard], kills: Sequence[Kill]) -> list[tuple[int, Kill | None]]:
    deaths: list[tuple[int, Kill | None]] = [(kill.at, kill) for kill in kills]
    noticed = sorted(at for one in hearings for at in _losses(one))
    for at in noticed:
        if not any(abs(at - known) < TOGETHER_NS for known, _ in deaths):
            deaths.append((at, None))
    return sorted(deaths, key=lambda death: death[0])


def _losses(one: Heard) -> list[int]:
    return [
        int(entry["at"]) * NS_PER_MS - one.clock_ns for entry in one.journal if entry["type"] == "MediaLost"
    ]


def _fault(
    hearings: Sequence[Heard], streams: Sequence[list[Flow]], at: int, kill: Kill | None
) -> dict[str, Any]:
    hit = [n for n, one in enumerate(hearings) if any(abs(loss - at) < TOGETHER_NS for loss in _losses(one))]
    spared = [n for n in range(len(hearings)) if n not in hit]
    rows = [{"room": n + 1, **_hit(hearings[n], streams[n], at)} for n in hit]
    others = [{"room": n + 1, **_spared(streams[n], at)} for n in spared]
    errors = [f"room {row['room']}: {error}" for row in rows for error in row.pop("errors")]
    errors += [
        f"room {row['room']}: {row['packets_lost']} packets were lost though another room's worker died"
        for row in others
        if row["packets_lost"]
    ]
    if kill is not None and not hit:
        errors.append(f"no journal tells of the death of {kill.worker}")
    return {
        "what": "a media worker was killed" if kill else "a media worker died",
        "worker": kill.worker if kill else "",
        "rooms_hit": [n + 1 for n in hit],
        "rooms_spared": [n + 1 for n in spared],
        "back_s": max((row["back_s"] for row in rows if row["back_s"] is not None), default=None),
        "spared_packets": sum(row["packets"] for row in others),
        "spared_packets_lost": sum(row["packets_lost"] for row in others),
        "spared_longest_silence_ms": max((row["longest_silence_ms"] for row in others), default=None),
        "hit": rows,
        "spared": others,
        "errors": errors,
    }


def _hit(one: Heard, streams: list[Flow], at: int) -> dict[str, Any]:
    backs, errors = [], []
    for flow in streams:
        stretch = flow.allowed_at(at)
        if stretch is None:
            continue
        came = flow.first_sent_after(at)
        if came is not None and came < stretch[1] + PARTING_NS:
            backs.append((came - at) / NS_PER_MS / 1000)
        elif stretch[1] - at > BACK_WITHIN_S * 1000 * NS_PER_MS:
            errors.append(f"{flow.to} never got {flow.medium} from {flow.origin} again")
    back = round(max(backs), 2) if backs else None
    if back is not None and back > BACK_WITHIN_S:
        errors.append(f"everybody was back only after {back} s")
    recorded = _recording_gaps(one, at)
    errors += [
        f"{track}: the recording does not show the interruption" for track, ms in recorded.items() if not ms
    ]
    return {
        "back_s": back,
        "flows": len(backs),
        "journal_ms": _journal_gap(one, at),
        "recording_gap_ms": recorded,
        "errors": errors,
    }


def _journal_gap(one: Heard, at: int) -> int | None:
    """From the loss to the restoration as the journal tells it."""
    for lost, restored in outages(one.journal):
        if abs(lost * NS_PER_MS - one.clock_ns - at) < TOGETHER_NS:
            return None if restored is None else restored - lost
    return None


def _recording_gaps(one: Heard, at: int) -> dict[str, int]:
    """Per track that was being recorded: what its files leave out around the death, ms."""
    opened = next((int(entry["at"]) for entry in one.journal if entry["type"] == "Opened"), None)
    if opened is None:
        return {}
    moment = (at + one.clock_ns) // NS_PER_MS - opened
    names = {participant: key for key, participant in one.people.items()}
    found = {}
    for track in one.manifest.get("tracks", ()):
        if any(file["start_ms"] < moment for file in track["files"]):
            participant, _, source = track["track"].rpartition(".")
            found[f"{names.get(participant, participant)}.{source}"] = _left_out(track, moment)
    return found


def _left_out(track: dict[str, Any], moment: int) -> int:
    # What had been received but was not yet in the file is left out too.
    spans = [(gap["start_ms"], gap["end_ms"]) for gap in track["gaps"]]
    for before, after in pairwise(track["files"]):
        spans.append((before["start_ms"] + before["duration_ms"], after["start_ms"]))
    around = [end - start for start, end in spans if start - AROUND_MS <= moment <= end + AROUND_MS]
    return int(max(around, default=0))


def _spared(streams: list[Flow], at: int) -> dict[str, Any]:
    lost = sent = silence = before = 0
    for flow in streams:
        for start, end in flow.allowed:
            begin, over = max(start + SETTLING_NS, at - BEFORE_NS), min(end - PARTING_NS, at + AFTER_NS)
            if begin >= over:
                continue
            missing, count = flow.lost(begin, over)
            lost, sent = lost + missing, sent + count
            silence = max(silence, flow.silence(begin, over))
            earlier = max(start + SETTLING_NS, at - AFTER_NS)
            if earlier < at:
                before = max(before, flow.silence(earlier, min(at, over)))
    return {
        "packets": sent,
        "packets_lost": lost,
        "longest_silence_ms": round(silence / NS_PER_MS),
        "longest_silence_before_ms": round(before / NS_PER_MS),
    }

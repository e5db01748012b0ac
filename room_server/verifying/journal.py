"""A journal as a text of canonical entries: its chain, its course, and what it says must exist."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ..rules import events
from ..store.chain import GENESIS, JournalError, canonical, verify_chain

_SEGMENT = ("track", "file", "number", "start_ms", "end_ms", "frames", "sha256", "prev")
# Movement and last words overlap by the time a packet and a click take.
_CAUCUS_MARGIN_MS = 1000
# The facts that the checks below read; others may come and go with versions.
_READ: dict[str, type[msgspec.Struct]] = {
    "SittingPrepared": events.SittingPrepared,
    "Moved": events.Moved,
    "UtteranceHeard": events.UtteranceHeard,
    "TextSaid": events.TextSaid,
    "SegmentSealed": events.SegmentSealed,
    "RecordingFinished": events.RecordingFinished,
    "DocumentMade": events.DocumentMade,
}
_COURSE = ("Opened", "Adjourned", "Resumed", "Closed")

Entry = Mapping[str, Any]


class JournalProblem(Exception):
    """A journal text that is damaged, re-ordered or incomplete."""


class CaucusLeak(Exception):
    """Something said apart from the others is in the journal: it must never leave the house."""


def write_journal(entries: Iterable[Entry]) -> bytes:
    """One canonical entry per line."""
    return b"".join(canonical(dict(entry)) + b"\n" for entry in entries)


def read_journal(content: bytes) -> list[dict[str, Any]]:
    """The entries of a journal whose text and chain are whole; raises `JournalProblem`."""
    lines = content.split(b"\n")
    if lines.pop() != b"":
        raise JournalProblem(f"line {len(lines) + 1} is cut off")
    entries: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            whole = isinstance(entry, dict) and canonical(entry) == line
        except (ValueError, RecursionError, JournalError) as error:
            raise JournalProblem(f"line {number} is not readable") from error
        if not whole:
            raise JournalProblem(f"line {number} is not in canonical form")
        entries.append(entry)
    if not entries:
        raise JournalProblem("there are no entries")
    if (broken := verify_chain(entries)) is not None:
        raise JournalProblem(f"the chain breaks at entry {broken}")
    for entry in entries:
        if not _well_formed(entry):
            raise JournalProblem(f"entry {entry['seq']} is not a fact as this version knows it")
    return entries


def _well_formed(entry: Entry) -> bool:
    if not all(isinstance(entry[name], str) for name in ("type", "actor", "sitting")):
        return False
    if type(entry["at"]) is not int or type(entry["media_time"]) not in (int, type(None)):
        return False
    kind = _READ.get(entry["type"])
    try:
        return kind is None or msgspec.convert(entry["body"], kind) is not None
    except msgspec.ValidationError:
        return False


def course_problems(entries: Sequence[Entry]) -> list[str]:
    """Why these entries are not a whole sitting, from the preparation to the close."""
    problems = []
    if entries[0]["type"] != "SittingPrepared":
        problems.append("does not begin with SittingPrepared")
    course = [entry["type"] for entry in entries if entry["type"] in _COURSE]
    if not course or course[-1] != "Closed":
        problems.append("the sitting is not closed")
    return problems


def bodies(entries: Iterable[Entry], kind: str) -> Iterator[dict[str, Any]]:
    """The bodies of the entries of one type."""
    return (dict(entry["body"]) for entry in entries if entry["type"] == kind)


def segments(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """What the journal says of recorded segments."""
    return [{name: body.get(name) for name in _SEGMENT} for body in bodies(entries, "SegmentSealed")]


def recording_root(entries: Iterable[Entry]) -> str:
    """Merkle root (RFC 6962 2.1) over the sealed segments: printed in the minutes as 录音录像校验值."""
    return _root(
        [hashlib.sha256(b"\x00" + canonical(segment)).digest() for segment in segments(entries)]
    ).hex()


def _root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + _root(leaves[:split]) + _root(leaves[split:])).digest()


def head(entries: Sequence[Entry]) -> str:
    """Hash of the last entry."""
    return str(entries[-1]["hash"]) if entries else GENESIS


def refuse_caucus(entries: Sequence[Entry]) -> None:
    """Raise `CaucusLeak` if speech or media of a person is dated into their time away from the table."""
    apart = _times_apart(entries)
    for body in bodies(entries, "UtteranceHeard"):
        if _inside(apart.get(body["participant"], ()), body["start_ms"], body["end_ms"]):
            raise CaucusLeak(f"utterance {body['utterance']} was spoken apart from the others")
    for entry in entries:
        if entry["type"] == "TextSaid" and entry["media_time"] is not None:
            who, at = entry["body"]["participant"], float(entry["media_time"])
            if any(start <= at < end for start, end in apart.get(who, ())):
                raise CaucusLeak(f"text {entry['body']['line']} was written apart from the others")
    for body in bodies(entries, "SegmentSealed"):
        participant = body["track"].rpartition(".")[0]
        if _inside(apart.get(participant, ()), body["start_ms"], body["end_ms"]):
            raise CaucusLeak(
                f"segment {body['number']} of {body['track']} was recorded apart from the others"
            )


def _times_apart(entries: Sequence[Entry]) -> dict[str, list[tuple[float, float]]]:
    since: dict[str, float] = {}
    times: dict[str, list[tuple[float, float]]] = {}
    for entry in entries:
        if entry["type"] != "Moved" or entry["media_time"] is None:
            continue
        who, now = entry["body"]["participant"], float(entry["media_time"])
        if who in since:
            times.setdefault(who, []).append((since.pop(who), now))
        if entry["body"]["place"] != "table":
            since[who] = now
    for who, start in since.items():
        times.setdefault(who, []).append((start, float("inf")))
    return times


def _inside(times: Iterable[tuple[float, float]], start_ms: int, end_ms: int) -> bool:
    return any(
        since + _CAUCUS_MARGIN_MS < start_ms and end_ms < until - _CAUCUS_MARGIN_MS for since, until in times
    )

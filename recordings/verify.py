"""Is a finished folder of recordings whole, and is it what was recorded?"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .chain import GENESIS, Frame, Proof
from .manifest import NAME, FiledSegment, Invalid, Manifest, RecordedFile, RecordedTrack

SILENCE = b"\xf8\xff\xfe"
"""An Opus packet of 20 ms that decodes to silence."""
SILENCE_MS = 20
HOLE_MS = 2_500


class Finding(NamedTuple):
    """What is wrong, and with which file."""

    file: str
    problem: str


def verify(folder: Path, segments: Sequence[Mapping[str, Any]] | None = None) -> list[Finding]:
    """Check a folder against its manifest, and against the segments in the journal if they are given."""
    try:
        manifest = Manifest.read(folder)
    except OSError as error:
        return [Finding(NAME, f"cannot be read: {error.strerror}")]
    except Invalid as error:
        return [Finding(NAME, str(error))]
    finished = {file.file for track in manifest.tracks for file in track.files}
    findings = [Finding(one.file, one.problem) for one in manifest.damage if one.file not in finished]
    findings += _strangers(folder, manifest)
    for track in manifest.tracks:
        findings += _chained(track)
        for file in track.files:
            findings += _file(folder, file, track)
    if segments is not None:
        findings += _journalled(manifest, segments)
    return findings


def content(path: Path, file: RecordedFile) -> Iterator[Frame]:
    """The recorded frames of a finished file at their media times, without the silence filled in."""
    from .webm import WebmFrames

    fills = iter(file.fills)
    fill = next(fills, None)
    for pts, key, payload in WebmFrames(path):
        at = pts + file.start_ms
        while fill is not None and at >= fill[1]:
            fill = next(fills, None)
        if fill is not None and at >= fill[0] and payload == SILENCE:
            continue
        yield Frame(at, key, payload)


def _strangers(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    known = {NAME, *(one.file for one in manifest.damage)}
    known |= {file.file for track in manifest.tracks for file in track.files}
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            yield Finding(path.name, "is not in the manifest")


def _file(folder: Path, file: RecordedFile, track: RecordedTrack) -> list[Finding]:
    path = folder / file.file
    try:
        with path.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        return [Finding(file.file, f"cannot be read: {error.strerror}")]
    problems = []
    if size != file.bytes:
        problems.append(f"has {size} bytes, not {file.bytes}")
    if sha256 != file.sha256:
        problems.append("changed after it was finished")
    problems += _content(path, file, track)
    return [Finding(file.file, problem) for problem in problems]


def _content(path: Path, file: RecordedFile, track: RecordedTrack) -> list[str]:
    from .webm import Unreadable

    proof = Proof([one.bare() for one in track.segments if one.file == file.file])
    gaps = iter(track.gaps)
    gap = next(gaps, None)
    problems = []
    end = file.start_ms
    try:
        for frame in content(path, file):
            proof.add(frame)
            while gap is not None and gap.end_ms <= frame.pts_ms:
                end = max(end, gap.end_ms)
                gap = next(gaps, None)
            if gap is not None and gap.start_ms < frame.pts_ms < gap.end_ms:
                problems.append(f"has a frame at {frame.pts_ms} ms, inside a gap")
                gap = next(gaps, None)
            if frame.pts_ms - end > HOLE_MS:
                problems.append(f"has nothing from {end} to {frame.pts_ms} ms, and no gap says why")
            end = frame.pts_ms
    except Unreadable as error:
        return [f"unreadable: {error}"]
    proof.end()
    return problems + proof.problems


def _chained(track: RecordedTrack) -> Iterator[Finding]:
    before: FiledSegment | None = None
    for segment in track.segments:
        follows = before is not None and (segment.number, segment.prev) == (before.number + 1, before.sha256)
        if not follows and (segment.number, segment.prev) != (1, GENESIS):
            yield Finding(segment.file, f"segment {segment.number} does not follow the one before")
        before = segment


def _journalled(manifest: Manifest, told: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Every segment of the journal is here, and nothing else but the end of what a crash cut off."""
    names = ("number", "start_ms", "end_ms", "frames", "sha256", "prev")
    claims = {(one["track"], one["sha256"]): one for one in told}
    for track in manifest.tracks:
        crashed, following = False, 1
        for segment in reversed(track.segments):
            claim = claims.pop((track.track, segment.sha256), None)
            if following == 1:  # the last one of its chain
                crashed = not segment.told
            following = segment.number
            if claim is None:
                if not crashed:
                    yield Finding(segment.file, f"segment {segment.number} is not in the journal")
                continue
            crashed = False
            if any(claim[name] != getattr(segment, name) for name in names):
                yield Finding(segment.file, f"segment {segment.number} differs from the journal")
    finished = {file.live: file.file for track in manifest.tracks for file in track.files}
    for (name, _), claim in claims.items():
        live = str(claim.get("file", name))
        yield Finding(finished.get(live, live), f"segment {claim['number']} of the journal is missing")

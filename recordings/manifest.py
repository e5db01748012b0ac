"""What was recorded: the manifest of a folder."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from .chain import Segment

VERSION = 1
NAME = "manifest.json"


class Invalid(ValueError):
    """A manifest that is not one, or not as it was written."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Time that a track does not cover, and why."""

    start_ms: int
    end_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class FiledSegment(Segment):
    """A segment and the file it lies in; `told` is false if only the finish found it, after a crash."""

    file: str = ""
    told: bool = True

    def bare(self) -> Segment:
        """The segment alone."""
        return Segment(self.number, self.start_ms, self.end_ms, self.frames, self.sha256, self.prev)


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """One playable file: time 0 in it is `start_ms`; `fills` are ranges of media time filled with silence."""

    file: str
    live: str
    start_ms: int
    duration_ms: int
    bytes: int
    sha256: str
    fills: list[list[int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Damage:
    """What could not be kept of a live file, or not proved."""

    file: str
    problem: str


@dataclass(slots=True)
class RecordedTrack:
    """One track of a sitting."""

    track: str
    participant: str
    source: str
    codec: str
    files: list[RecordedFile] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    segments: list[FiledSegment] = field(default_factory=list)


@dataclass(slots=True)
class Manifest:
    """Every track of a folder."""

    zero_ms: int
    tracks: list[RecordedTrack] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)

    def track(self, track: str) -> RecordedTrack:
        """The entry of a track, made when it is new."""
        for known in self.tracks:
            if known.track == track:
                return known
        participant, _, source = track.rpartition(".")
        new = RecordedTrack(track, participant, source, codec="")
        self.tracks.append(new)
        self.tracks.sort(key=lambda entry: entry.track)
        return new

    def plain(self) -> dict[str, Any]:
        """The manifest as plain values, with the hash over all the rest."""
        rest = {"version": VERSION, **asdict(self)}
        return {**rest, "sha256": hashlib.sha256(_canonical(rest)).hexdigest()}

    def write(self, folder: Path) -> dict[str, Any]:
        """Put the manifest into its folder, wholly or not at all."""
        plain = self.plain()
        draft = folder / f"{NAME}.part"
        with draft.open("wb") as out:
            out.write(_printed(plain))
            out.flush()
            os.fsync(out.fileno())
        draft.replace(folder / NAME)
        sync_folder(folder)
        return plain

    @staticmethod
    def read(folder: Path) -> "Manifest":
        """Read the manifest of a folder; Invalid when a byte of it is not as written."""
        raw = (folder / NAME).read_bytes()
        try:
            manifest = msgspec.json.decode(raw, type=Manifest)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise Invalid(f"no manifest: {error}") from error
        if _printed(manifest.plain()) != raw:
            raise Invalid("changed after it was written")
        return manifest


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _canonical(plain: Mapping[str, Any]) -> bytes:
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _printed(plain: Mapping[str, Any]) -> bytes:
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, indent=1).encode() + b"\n"

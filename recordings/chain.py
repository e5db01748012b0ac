"""Frames of one track, cut into chained segments whose hashes prove the content, whatever file carries it.

A segment is every frame of one file whose time falls into the same ten seconds of media time. Its hash is

    SHA-256( prev, 32 bytes | for each frame: pts_ms u64be | key u8 (1 or 0) | length u32be | payload )

where `prev` is the hash of the segment before it in the chain, 32 zero bytes for the first. A chain belongs
to one track of one Recorder; it goes on through all files that the Recorder opens for the track.
"""

import hashlib
import struct
from dataclasses import dataclass
from typing import NamedTuple

SEGMENT_MS = 10_000
GENESIS = "0" * 64
_head = struct.Struct(">QBI").pack


class Frame(NamedTuple):
    """One encoded picture or Opus packet at its media time."""

    pts_ms: int
    key: bool
    payload: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """Up to ten seconds of one track; `start_ms` and `end_ms` are the times of its first and last frame."""

    number: int
    start_ms: int
    end_ms: int
    frames: int
    sha256: str
    prev: str


class Chain:
    """Hash frames into segments, in order."""

    def __init__(self, number: int = 1, prev: str = GENESIS) -> None:
        self.number = number
        self.prev = prev
        self._cell: int | None = None
        self._frames = self._start = self._end = 0
        self._begin()

    def add(self, frame: Frame) -> Segment | None:
        """Take one frame; give the segment that ended before it, if one did."""
        pts, key, payload = frame
        cell = pts // SEGMENT_MS
        done = None
        if cell != self._cell:
            done = self.seal()
            self._cell = cell
            self._start = pts
        self._hash.update(_head(pts, key, len(payload)))
        self._hash.update(payload)
        self._frames += 1
        self._end = pts
        return done

    def seal(self) -> Segment | None:
        """End the open segment, if it has frames."""
        if not self._frames:
            return None
        done = Segment(self.number, self._start, self._end, self._frames, self._hash.hexdigest(), self.prev)
        self.number += 1
        self.prev = done.sha256
        self._begin()
        return done

    def _begin(self) -> None:
        self._hash = hashlib.sha256(bytes.fromhex(self.prev))
        self._frames = self._start = self._end = 0
        self._cell = None


class Proof:
    """Holds the frames of one file against the segments that are claimed of it.

    `segments` are the claims and whatever lies beyond them, in order; `problems` says where they differ.
    """

    def __init__(self, claims: list[Segment], number: int = 1, prev: str = GENESIS) -> None:
        self.segments: list[Segment] = []
        self.problems: list[str] = []
        self._claims = {claim.start_ms // SEGMENT_MS: claim for claim in claims}
        self._cell: int | None = None
        self._chain = Chain(number, prev)

    def add(self, frame: Frame) -> None:
        """Take the next frame of the file."""
        cell = frame.pts_ms // SEGMENT_MS
        if cell != self._cell:
            self._compare()
            self._cell = cell
            claim = self._claims.get(cell)
            if claim is not None:
                self._chain = Chain(claim.number, claim.prev)
        self._chain.add(frame)

    def end(self) -> None:
        """The file has no more frames; claims without frames are missing."""
        self._compare()
        for claim in self._claims.values():
            self.segments.append(claim)
            self.problems.append(f"segment {claim.number} is missing")
        self.segments.sort(key=lambda segment: segment.start_ms)

    def _compare(self) -> None:
        found = self._chain.seal()
        if found is None or self._cell is None:
            return
        claim = self._claims.pop(self._cell, None)
        if claim is None:
            self.segments.append(found)
            return
        self.segments.append(claim)
        if claim != found:
            self.problems.append(f"segment {claim.number} is not what was recorded")
            self._chain = Chain(claim.number + 1, claim.sha256)

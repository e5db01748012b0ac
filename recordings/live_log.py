"""What the recorder told, kept beside the live files so that a folder can be finished without its journal."""

import json
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .chain import Segment
from .manifest import Gap

_PATTERN = "recording.e*.jsonl"


class LiveLog:
    """One JSON object per line, appended; on a full disk lines wait in memory for better times."""

    def __init__(self, folder: Path, zero_ms: int, epoch: int) -> None:
        self.path = folder / f"recording.e{epoch}.jsonl"
        self._waiting: deque[bytes] = deque(maxlen=10_000)
        self._fd = -1
        self._torn = False
        self.add({"type": "recording", "zero_ms": zero_ms, "epoch": epoch})

    def add(self, fact: dict[str, Any]) -> None:
        """Append one fact, now or later."""
        self._waiting.append(json.dumps(fact, separators=(",", ":")).encode() + b"\n")
        self.flush()

    def flush(self) -> None:
        """Try to write what waits."""
        try:
            if self._fd < 0:
                self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
            while self._waiting:
                line = (b"\n" if self._torn else b"") + self._waiting[0]
                done = os.write(self._fd, line)
                self._torn = done < len(line)
                if self._torn:
                    return
                self._waiting.popleft()
        except OSError:
            return

    def close(self) -> None:
        """Write what waits, if it can be written."""
        self.flush()
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


@dataclass(slots=True)
class Told:
    """The logs of a folder, read back."""

    zero_ms: int | None = None
    gaps: dict[str, list[Gap]] = field(default_factory=dict)
    """By track."""
    segments: dict[str, list[Segment]] = field(default_factory=dict)
    """By live file."""


def read_logs(folder: Path) -> Told:
    """Read what all recorders of a folder told; lines that a crash tore are left out."""
    told = Told()
    for path in sorted(folder.glob(_PATTERN)):
        for fact in _lines(path):
            try:
                _take(told, fact)
            except (KeyError, TypeError):
                continue
    return told


def remove_logs(folder: Path) -> None:
    """Take the logs away; the manifest says it all now."""
    for path in folder.glob(_PATTERN):
        path.unlink()


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_bytes().splitlines():
        try:
            fact = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(fact, dict):
            yield fact


def _take(told: Told, fact: dict[str, Any]) -> None:
    if fact["type"] == "recording" and told.zero_ms is None:
        told.zero_ms = int(fact["zero_ms"])
    elif fact["type"] == "gap":
        gap = Gap(fact["start_ms"], fact["end_ms"], fact["reason"])
        told.gaps.setdefault(fact["track"], []).append(gap)
    elif fact["type"] == "segment":
        names = ("number", "start_ms", "end_ms", "frames", "sha256", "prev")
        segment = Segment(*(fact[name] for name in names))
        told.segments.setdefault(fact["file"], []).append(segment)

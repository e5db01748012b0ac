"""What was told is still known after a crash and a full disk."""

import errno
import os
from pathlib import Path

import pytest

from recordings.live_log import LiveLog, read_logs, remove_logs
from recordings.manifest import Gap

GAP = {"type": "gap", "track": "p.camera", "start_ms": 1, "end_ms": 2, "reason": "caucus"}
SEGMENT = {
    "type": "segment",
    "track": "p.camera",
    "file": "p.camera.e1.webm",
    "number": 1,
    "start_ms": 0,
    "end_ms": 9_980,
    "frames": 300,
    "sha256": "a" * 64,
    "prev": "0" * 64,
}


def test_what_was_added_is_read(tmp_path: Path) -> None:
    log = LiveLog(tmp_path, 1234, 1)
    log.add(GAP)
    log.add(SEGMENT)
    told = read_logs(tmp_path)
    assert told.zero_ms == 1234
    assert told.gaps == {"p.camera": [Gap(1, 2, "caucus")]}
    assert told.segments["p.camera.e1.webm"][0].frames == 300
    log.close()
    remove_logs(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_epochs_are_read_together(tmp_path: Path) -> None:
    for epoch in (1, 2):
        log = LiveLog(tmp_path, 1234, epoch)
        log.add(GAP)
        log.close()
    assert len(read_logs(tmp_path).gaps["p.camera"]) == 2


def test_torn_and_foreign_lines_are_left_out(tmp_path: Path) -> None:
    log = LiveLog(tmp_path, 1234, 1)
    log.add(GAP)
    log.close()
    with log.path.open("ab") as out:
        out.write(b'null\n[]\n{"type":"gap"}\n{"type":"segment","file":1}\n{}\n\xff\n{"type":"gap","tr')
    told = read_logs(tmp_path)
    assert told.gaps == {"p.camera": [Gap(1, 2, "caucus")]}
    assert told.segments == {}


def test_lines_wait_for_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    log = LiveLog(tmp_path, 1234, 1)

    def full(fd: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "full")

    def half(fd: int, data: bytes) -> int:
        return write(fd, data[: len(data) // 2])

    monkeypatch.setattr(os, "write", full)
    log.add(GAP)
    assert read_logs(tmp_path).gaps == {}
    monkeypatch.setattr(os, "write", half)
    log.flush()
    assert read_logs(tmp_path).gaps == {}
    monkeypatch.setattr(os, "write", write)
    log.add(SEGMENT)
    log.close()
    told = read_logs(tmp_path)
    assert len(told.gaps["p.camera"]) == 1
    assert len(told.segments) == 1

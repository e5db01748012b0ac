"""A whole rehearsal, measured: joining, forwarding, memory of the processes, text on the screen."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

SECONDS = 400


def run() -> dict[str, Any]:
    """Run `heting rehearse` once and watch its server's processes."""
    with tempfile.TemporaryDirectory(prefix="heting-bench-") as folder:
        command = [sys.executable, "-m", "room_server", "rehearse", "--out", folder, "--json"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        peaks = asyncio.run(_watch(process))
        report = json.loads((process.stdout.read() if process.stdout else "{}").strip().splitlines()[-1])
        late = _text_delay(Path(folder))
    rows = [
        _row("rehearsal ok", report["ok"], True),
        _row("join to first remote media p50, ms", report["join_ms"]["p50"], "< 1500"),
        _row("forward delay p95 between processes, ms", report["forward_delay_ms"]["p95"], ""),
        _row("control process RSS, MB", peaks.get("control", 0), "< 200"),
        _row("media worker RSS (6 connections), MB", peaks.get("media", 0), "< 150"),
        _row("scribe worker RSS, MB", peaks.get("scribe", 0), ""),
        _row("text after the end of an utterance p95, ms", late, "< 1500"),
        _row("minutes CER", report["minutes"]["cer"], "<= 0.10"),
    ]
    return {"rows": rows, "report": report}


async def _watch(process: subprocess.Popen[str]) -> dict[str, int]:
    peaks: dict[str, int] = {}
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        for child in _children(process.pid):
            kind, size = _measure(child)
            peaks[kind] = max(peaks.get(kind, 0), size)
        await asyncio.sleep(0.5)
    if process.poll() is None:
        process.terminate()
        process.wait()
    return peaks


def _children(pid: int) -> list[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _measure(child: psutil.Process) -> tuple[str, int]:
    try:
        words = child.cmdline()
        size = child.memory_info().rss // 2**20
    except psutil.Error:
        return "gone", 0
    if "serve" in words:
        return "control", size
    for kind in ("media", "scribe"):
        if kind in words:
            return kind, size
    return "other", size


def _text_delay(folder: Path) -> int:
    """From the end of speech, by the journal's clock, to the fact on record: 95th percentile, ms."""
    delays = []
    for path in folder.rglob("journal.jsonl"):
        for line in path.read_text().splitlines():
            entry = json.loads(line)
            if entry["type"] == "UtteranceHeard":
                delays.append(entry["media_time"] - entry["body"]["end_ms"])
    return sorted(delays)[int(len(delays) * 0.95)] if delays else -1


def _row(measure: str, value: Any, target: Any) -> dict[str, Any]:
    return {"measure": measure, "value": value, "target": target}

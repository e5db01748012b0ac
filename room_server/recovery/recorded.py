"""What is recorded of a sitting, whether its files are finished or still being made."""

import json
import re
from pathlib import Path
from typing import Any

_LIVE = re.compile(r"(?P<track>(?P<who>[^.]+)\.microphone)\.e\d+(?:\.p\d+)?\.webm")


def microphones(folder: Path, until_ms: int) -> dict[str, Any]:
    """The microphone tracks of a recording as its manifest lists them; files not yet finished are among them.

    `until_ms`: the media time up to which there can be sound in those. Raises `OSError` or `ValueError` for
    a manifest that is there and cannot be read.
    """
    found: dict[str, dict[str, Any]] = {}
    manifest = folder / "manifest.json"
    if manifest.exists():
        for track in json.loads(manifest.read_text(encoding="utf-8"))["tracks"]:
            if track["source"] == "microphone":
                found[track["track"]] = {**track, "files": list(track["files"])}
    for path in sorted(folder.glob("*.webm")):
        if live := _LIVE.fullmatch(path.name):
            who = {"participant": live["who"], "source": "microphone"}
            plain: dict[str, Any] = {"track": live["track"], **who, "files": []}
            # A live file's times are media time already.
            file = {"file": path.name, "start_ms": 0.0, "duration_ms": float(until_ms)}
            found.setdefault(live["track"], plain)["files"].append(file)
    return {"tracks": list(found.values())}

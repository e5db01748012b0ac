"""The examiner of evidence, run as a process of its own: looks into one file and draws its pages.

`python -m room_server.evidence.examiner` reads one order as JSON from standard input and answers with one
JSON object: `{"ok": …}` or `{"refused": word}`. Whatever a crafted file does, it does here: with little
memory, little time, and nothing but the files of one item.
"""

import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from . import drawing
from .actions import is_active
from .boxes import check_whole
from .kinds import FORMATS, Format, Kind, NotAccepted, identify

MEMORY = 3 << 30
CPU_S = 120
LARGEST_FILE = 512 << 20
DRAWN_AT_ONCE = 6
"""Pages drawn at receipt; later ones are drawn when somebody turns to them."""


def confine() -> None:
    """Give up what this process does not need; what it cannot have any more, a file cannot take."""
    # The hearings come first.
    os.nice(10)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def examine(path: Path, views: Path) -> dict[str, Any]:
    """Identify a file and draw what it shows: `format`, `kind`, `pages`, `active`, `seconds`."""
    found = identify(path)
    check_whole(path, found)
    facts: dict[str, Any] = {"format": found.name, "kind": found.kind.value, "pages": 0}
    facts |= {"active": False, "seconds": 0}
    if found.kind is Kind.PICTURE:
        drawing.draw_picture(path, views)
        facts["pages"] = 1
    elif found.kind is Kind.DOCUMENT:
        facts["pages"] = drawing.draw_document(path, views, 1, DRAWN_AT_ONCE)
        facts["active"] = is_active(path)
    elif found.kind in (Kind.VIDEO, Kind.AUDIO):
        facts |= _film(path, views, found)
    return facts


def _film(path: Path, views: Path, found: Format) -> dict[str, Any]:
    seconds, pictured = drawing.draw_film(path, views, found)
    kind = found.kind if pictured or found.kind is Kind.AUDIO else Kind.AUDIO
    return {"seconds": seconds, "kind": kind.value, "pages": int(pictured)}


def draw(path: Path, views: Path, first: int, count: int) -> dict[str, Any]:
    """Draw more pages of a document that was examined before."""
    return {"pages": drawing.draw_document(path, views, first, count)}


def obey(order: dict[str, Any]) -> dict[str, Any]:
    """Do one order: `{"do": "examine"|"draw", "path", "views", "first", "count"}`."""
    path, views = Path(order["path"]), Path(order["views"])
    try:
        if order["do"] == "examine":
            return {"ok": examine(path, views)}
        return {"ok": draw(path, views, int(order["first"]), int(order["count"]))}
    except NotAccepted as refusal:
        return {"refused": refusal.word}
    except MemoryError:
        return {"refused": "bomb"}


def main() -> None:
    """One order, one answer."""
    order = json.loads(sys.stdin.read())
    confine()
    print(json.dumps(obey(order)), flush=True)


__all__ = ["FORMATS", "confine", "draw", "examine", "main", "obey"]

if __name__ == "__main__":
    main()

"""The heavy parts of finishing as plain functions for a process of their own: print and bind."""

import hashlib
from pathlib import Path
from typing import Any

from signing.keys import SealKey, open_key

from .record import minutes_of


def print_minutes(entries: list[dict[str, Any]], folder: Path, name: str, keys: Path) -> dict[str, Any]:
    """Print the minutes of a journal into `folder`; the `file`, `bytes` and `sha256` of the document."""
    from signing.minutes_pdf import print_minutes as print_pdf

    made = print_pdf(_minutes(entries, open_key(keys)), folder / name)
    return {"file": name, "bytes": made["bytes"], "sha256": made["sha256"]}


def bind(
    entries: list[dict[str, Any]], folder: Path, recordings: Path, keys: Path, created_at: int
) -> dict[str, Any]:
    """Build the case file in `folder`; `file` is the bag's folder, `sha256` that of its tag manifest."""
    from .casefile import CaseDocument, CaseSource, build, folder_name

    documents = [
        CaseDocument(name=f"调解笔录{'' if n == 1 else n}.pdf", path=folder / str(entry["body"]["file"]))
        for n, entry in enumerate(_documents(entries), start=1)
    ]
    key = open_key(keys)
    source = CaseSource(
        entries=entries,
        minutes=_minutes(_printed(entries), key),
        documents=documents,
        recordings=recordings if recordings.is_dir() else None,
        key=key,
        created_at=created_at,
    )
    bag = folder / folder_name(source)
    build(source, bag)
    tag_manifest = bag / "tagmanifest-sha256.txt"
    size = sum(path.stat().st_size for path in bag.rglob("*") if path.is_file())
    return {
        "file": bag.name,
        "bytes": size,
        "sha256": hashlib.sha256(tag_manifest.read_bytes()).hexdigest(),
    }


def _minutes(entries: list[dict[str, Any]], key: SealKey) -> dict[str, Any]:
    # Printed on paper, the fingerprint tells our seal from one that somebody put on a changed copy.
    return {**minutes_of(entries), "sealed_by": key.fingerprint}


def _documents(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [n for n in entries if n["type"] == "DocumentMade" and n["body"]["kind"] != "casefile"]


def _printed(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The journal as it was when the last minutes were printed: the case file holds the very same data."""
    made = [
        n for n, e in enumerate(entries) if e["type"] == "DocumentMade" and e["body"]["kind"] == "minutes"
    ]
    return entries[: made[-1]] if made else entries

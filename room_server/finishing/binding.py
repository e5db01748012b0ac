"""The heavy parts of finishing as plain functions for a process of their own: print and bind."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from signing.keys import SealKey, open_key
from signing.minutes_text import title

from ..evidence.listing import listing
from .record import minutes_of, people_of


def print_minutes(entries: list[dict[str, Any]], folder: Path, name: str, keys: Path) -> dict[str, Any]:
    """Print the minutes of a journal into `folder`; the `file`, `bytes` and `sha256` of the document."""
    from signing.minutes_pdf import print_minutes as print_pdf

    made = print_pdf(_minutes(entries, open_key(keys)), folder / name)
    return {"file": name, "bytes": made["bytes"], "sha256": made["sha256"]}


def bind(
    entries: list[dict[str, Any]],
    folder: Path,
    recordings: Path,
    keys: Path,
    created_at: int,
    evidence: Path | None = None,
) -> dict[str, Any]:
    """Build the case file in `folder`; `file` is the bag's folder, `sha256` that of its tag manifest."""
    from ..casefile import CaseDocument, CaseSource, build, folder_name

    documents = [
        CaseDocument(
            name,
            folder / str(body["file"]),
            secondary=body["kind"] == "conclusion",
            minutes=body["kind"] == "minutes",
        )
        for name, body in _named(_documents(entries), str(entries[0]["body"]["kind"]))
    ]
    key = open_key(keys)
    source = CaseSource(
        entries=entries,
        minutes=_minutes(_printed(entries), key),
        documents=documents,
        recordings=recordings if recordings.is_dir() else None,
        key=key,
        created_at=created_at,
        evidence=evidence,
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


def print_list(entries: list[dict[str, Any]], folder: Path, name: str) -> dict[str, Any]:
    """Print the list of evidence into `folder`; the `file`, `bytes` and `sha256` of the document."""
    from signing.evidence_pdf import print_evidence

    prepared = entries[0]["body"]
    closed = [entry["at"] for entry in entries if entry["type"] == "Closed"]
    listed = {
        **{field: prepared[field] for field in ("organisation", "case_number", "case_title", "rehearsal")},
        "closed_at": closed[-1] if closed else entries[-1]["at"],
        "names": {person["id"]: person["name"] for person in people_of(entries)},
        "items": listing(entries),
    }
    made = print_evidence(listed, folder / name)
    return {"file": name, "bytes": made["bytes"], "sha256": made["sha256"]}


_CALLED = {"evidence_list": "证据清单", "conclusion": "会审意见书"}


def _named(documents: list[dict[str, Any]], hearing: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each document's name in the case file: of several of a kind, the first has the plain one."""
    count: Counter[str] = Counter()
    names = _CALLED | {"minutes": title({"kind": hearing})}
    for entry in documents:
        body = entry["body"]
        called = names.get(body["kind"], "文书")
        count[called] += 1
        yield f"{called}{'' if count[called] == 1 else count[called]}.pdf", body


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

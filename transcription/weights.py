"""Which model files there should be, and in which state the ones on this machine are."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from .catalogue import CatalogueBroken, Model, ModelFile, declared
from .layouts import Layout, layout_of

LOCK = "lock.json"
_CHECKED = ".checked.json"
# Smaller files are hashed sooner than a memory of them is read, and leave no memory in a source tree.
_REMEMBERED_FROM = 8 * 1024 * 1024


class State(StrEnum):
    """What can be said about a model on this machine."""

    READY = "ready"
    ABSENT = "absent"
    INCOMPLETE = "incomplete"
    BAD_HASH = "bad-hash"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one model directory; `sha256` is that of its weights."""

    state: State
    model: str
    sha256: str = ""
    licence: str = ""
    reason: str = ""


def examine(directory: Path, model: Model | None = None, afresh: bool = False) -> Standing:
    """Check a model directory against what is declared, or against its lock file; hashes are remembered.

    A directory the catalogue does not know is judged by its files alone and has no known licence.
    """
    try:
        model = model or declared(directory.name, directory.parent)
    except CatalogueBroken as broken:
        return Standing(State.INCOMPLETE, directory.name, reason=str(broken))
    name = model.id if model else directory.name
    licence = model.licence if model else ""
    if not directory.is_dir() or not any(directory.iterdir()):
        cure = f": heting models fetch {name}" if model and model.repo else ""
        return Standing(State.ABSENT, name, "", licence, f"the model {name} is not installed{cure}")
    there = [path.name for path in directory.iterdir() if path.is_file()]
    layout = model.layout if model and model.files else layout_of(there)
    expected = _expected(directory, model, layout)
    lacking = [file.path for file in expected if file.path not in there] + layout.lacking(there)
    if lacking:
        return Standing(State.INCOMPLETE, name, "", licence, "missing: " + ", ".join(sorted(set(lacking))))
    found = hashes(directory, [file.path for file in expected], afresh)
    return _compared(directory, expected, found, Standing(State.READY, name, found[layout.weights], licence))


def _compared(
    directory: Path, expected: tuple[ModelFile, ...], found: dict[str, str], good: Standing
) -> Standing:
    for file in expected:
        size = (directory / file.path).stat().st_size
        if file.bytes is not None and size < file.bytes:
            reason = f"{file.path} has {size} of {file.bytes} bytes"
            return Standing(State.INCOMPLETE, good.model, "", good.licence, reason)
        if file.sha256 is not None and found[file.path] != file.sha256:
            reason = f"{file.path} is not the declared file"
            return Standing(State.BAD_HASH, good.model, good.sha256, good.licence, reason)
    return good


def _expected(directory: Path, model: Model | None, layout: Layout) -> tuple[ModelFile, ...]:
    locked = read_lock(directory)
    files = {path: ModelFile(path, None, None) for path in layout.needed}
    files |= {path: ModelFile(path, size, digest) for path, (size, digest) in locked.items()}
    for file in model.files if model else ():
        if file.sha256 is not None or file.path not in locked:
            files[file.path] = file
    return tuple(files.values())


def read_lock(directory: Path) -> dict[str, tuple[int, str]]:
    """What was recorded when the model came: path → size and hash."""
    try:
        raw = json.loads((directory / LOCK).read_text(encoding="utf-8"))
        return {f["path"]: (int(f["bytes"]), str(f["sha256"])) for f in raw["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write_lock(directory: Path, model: Model, origin: str) -> None:
    """Record what came, so that a file without a declared hash is believed only once."""
    paths = [file.path for file in model.files]
    found = hashes(directory, paths, afresh=True)
    files = [
        {"path": path, "bytes": (directory / path).stat().st_size, "sha256": found[path]} for path in paths
    ]
    lock = {"id": model.id, "repo": model.repo, "revision": model.revision, "origin": origin, "files": files}
    (directory / LOCK).write_text(json.dumps(lock, indent=1), encoding="utf-8")


def hashes(directory: Path, paths: list[str], afresh: bool = False) -> dict[str, str]:
    """SHA-256 of the files, remembered by size and time of change."""
    known = {} if afresh else _remembered(directory)
    answer, changed = {}, False
    for path in paths:
        facts = (directory / path).stat()
        mark = [facts.st_size, facts.st_mtime_ns]
        entry = known.get(path)
        if not entry or entry[:2] != mark:
            entry = [*mark, _sha256(directory / path)]
            changed = changed or facts.st_size >= _REMEMBERED_FROM
        if facts.st_size >= _REMEMBERED_FROM:
            known[path] = entry
        answer[path] = str(entry[2])
    if changed:
        _remember(directory, known)
    return answer


def _remembered(directory: Path) -> dict[str, list[Any]]:
    try:
        known = json.loads((directory / _CHECKED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    entries = known if isinstance(known, dict) else {}
    return {path: e for path, e in entries.items() if isinstance(e, list) and len(e) == 3}


def _remember(directory: Path, known: dict[str, list[Any]]) -> None:
    # A read-only installation is hashed again each time: slower, never wrong.
    try:
        (directory / _CHECKED).write_text(json.dumps(known), encoding="utf-8")
    except OSError:
        return


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

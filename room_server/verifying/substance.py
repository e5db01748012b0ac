"""Check what the whole files of a case file say: chain, course, completeness, recordings against journal."""

import errno
import importlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from transcription.minutes import fold

from ..ledger import VERSION, ledger_of
from . import layout
from .bag import BagCheck
from .exhibits import check_evidence
from .holding import FolderHolding, content
from .journal import (
    CaucusLeak,
    JournalProblem,
    bodies,
    course_problems,
    read_journal,
    recording_root,
    refuse_caucus,
    segments,
)
from .seal import Statement

# A case file cannot hold itself.
_OWN_KINDS = ("casefile", "case_file")
_DOCUMENTS = (layout.MINUTES, layout.SECONDARY)


def check_substance(check: BagCheck, replay: bool = True) -> dict[str, Any]:
    """Add findings about the contents, with `replay` down to each recorded frame; what was counted."""
    if check.broken(layout.JOURNAL) or not check.digest(layout.JOURNAL).sha256:
        if layout.JOURNAL not in check.holding.sizes:
            check.note(layout.JOURNAL, "missing")
        return {}
    try:
        entries = read_journal(content(check.holding, layout.JOURNAL))
    except JournalProblem as problem:
        check.note(layout.JOURNAL, f"the journal is damaged: {problem}")
        return {}
    _check_journal(check, entries)
    recorded = _check_recordings(check, entries)
    made = _check_documents(check, entries)
    _check_minutes(check, entries)
    _check_ledger(check, entries)
    check_evidence(check, entries)
    replayed = replay and _check_segments(check, entries)
    return {
        "journal_entries": len(entries),
        "recordings": recorded,
        "documents": made,
        "segments": len(segments(entries)),
        "replayed": replayed,
    }


def _check_journal(check: BagCheck, entries: Sequence[Mapping[str, Any]]) -> None:
    said, name = check.statement, layout.JOURNAL
    for problem in course_problems(entries):
        check.note(name, problem)
    try:
        refuse_caucus(entries)
    except CaucusLeak as leak:
        check.note(name, str(leak))
    if said is None:
        return
    if not isinstance(said, Statement):
        check.note(layout.SEAL, "the seal of a package, not of a case file")
        return
    if entries[-1]["hash"] != said.journal_head or len(entries) != said.journal_entries:
        check.note(name, "the last entry is not the one that was sealed")
    prepared = entries[0]["body"]
    if entries[0]["sitting"] != said.sitting:
        check.note(name, "the journal of another sitting")
    if bool(prepared.get("rehearsal")) != said.rehearsal:
        check.note(layout.SEAL, "record and rehearsal are confused")


def _check_recordings(check: BagCheck, entries: Sequence[Mapping[str, Any]]) -> int:
    # A track finished again after a failure counts as it was finished last.
    finished = {str(body["file"]): body for body in bodies(entries, "RecordingFinished")}
    folder = layout.volume(check.holding.sizes).recordings
    for file, body in finished.items():
        name = folder + file
        if name not in check.holding.sizes:
            check.note(name, "missing: the journal says it was recorded")
        elif not check.broken(name) and check.digest(name).sha256 != body["sha256"]:
            check.note(name, "not the recording that the journal names")
    return len(finished)


def _check_documents(check: BagCheck, entries: Sequence[Mapping[str, Any]]) -> int:
    made = {str(body["document"]): body for body in bodies(entries, "DocumentMade")}
    present = {
        check.digest(name).sha256
        for name in check.holding.sizes
        if name.startswith(_DOCUMENTS) and not check.broken(name)
    }
    count = 0
    for body in made.values():
        if body["kind"] in _OWN_KINDS:
            continue
        count += 1
        broken = any(found.file.startswith(_DOCUMENTS) for found in check.findings)
        if body["sha256"] not in present and not broken:
            check.note(layout.MINUTES + str(body["file"]), "missing: the journal says it was made")
    return count


def _check_minutes(check: BagCheck, entries: Sequence[Mapping[str, Any]]) -> None:
    name = layout.volume(check.holding.sizes).minutes_json
    if check.broken(name):
        return
    try:
        minutes = json.loads(content(check.holding, name))
        head, root = str(minutes["journal_head"]), str(minutes["recording_root"])
    except (ValueError, KeyError, TypeError, RecursionError):
        check.note(name, "not the minutes of a sitting")
        return
    upto = next((number for number, entry in enumerate(entries, start=1) if entry["hash"] == head), 0)
    if not upto:
        check.note(name, "names a journal head that is not in the journal")
    elif root != recording_root(entries[:upto]):
        check.note(name, "the recording root is not that of the journal's segments")
    elif minutes.get("lines") != fold(entries[:upto]).lines():
        check.note(name, "its lines are not those that the journal makes")


def _check_ledger(check: BagCheck, entries: Sequence[Mapping[str, Any]]) -> None:
    name = layout.LEDGER
    # Case files of earlier versions have none.
    if name not in check.holding.sizes or check.broken(name):
        return
    try:
        stated = json.loads(content(check.holding, name))
        made = ledger_of(entries, 1 if stated["version"] == 1 else VERSION)
    except (ValueError, KeyError, TypeError, RecursionError):
        stated, made = None, {}
    if stated != made:
        check.note(name, "not the interruptions that the journal tells of")


def _check_segments(check: BagCheck, entries: Sequence[Mapping[str, Any]]) -> bool:
    """Compare recorded frames with the journal; False where there was no room to do it."""
    volume = layout.volume(check.holding.sizes)
    media = [name for name in check.holding.sizes if name.startswith(volume.recordings)]
    if volume.recordings_manifest not in media:
        if segments(entries) and not check.findings:
            check.note(volume.recordings_manifest, "missing: the journal says there are recordings")
        return True
    if any(check.broken(name) for name in media):
        return True
    if isinstance(check.holding, FolderHolding):
        _verify_folder(check, check.holding.folder / volume.recordings, entries, volume.recordings)
        return True
    try:
        with tempfile.TemporaryDirectory(prefix="heting-verify-") as folder:
            # Every file was hashed before: what is written here is what was sealed.
            _unpack(check, media, Path(folder), volume.recordings)
            _verify_folder(check, Path(folder), entries, volume.recordings)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        return False
    return True


def _unpack(check: BagCheck, names: list[str], folder: Path, recordings: str) -> None:
    for name in names:
        # safe names of one level only: checked when the archive was read.
        target = folder / name.removeprefix(recordings).replace("/", "_")
        with target.open("xb") as file:
            for piece in check.holding.read(name):
                file.write(piece)


def _verify_folder(
    check: BagCheck, folder: Path, entries: Sequence[Mapping[str, Any]], recordings: str
) -> None:
    known = declared_damage(folder)
    for finding in recording_findings(folder, segments(entries)):
        # What was already lost when the recording was finished is stated in it, and is not a change.
        if finding not in known:
            check.note(recordings + finding[0], finding[1])


def declared_damage(folder: Path) -> list[tuple[str, str]]:
    """What the manifest itself says could not be kept: (file, problem)."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        return [(str(one["file"]), str(one["problem"])) for one in manifest.get("damage", [])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []


def recording_findings(folder: Path, sealed: list[dict[str, Any]] | None) -> list[tuple[str, str]]:
    """What the archivist says of a recordings folder: (file, problem)."""
    verify = importlib.import_module("recordings.verify").verify
    return [_pair(finding) for finding in verify(folder, sealed)]


def _pair(finding: Any) -> tuple[str, str]:
    if isinstance(finding, Mapping):
        return str(finding.get("file", "")), str(finding.get("problem", finding))
    return str(getattr(finding, "file", "")), str(getattr(finding, "problem", finding))

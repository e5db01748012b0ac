"""`verify`: find out what lies at a path, and check it in the way of its kind."""

import json as jsonlib
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from . import archive, layout
from .bag import BagCheck, check_bag, is_ours, is_package
from .holding import ArchiveHolding, FolderHolding
from .journal import JournalProblem, course_problems, head, read_journal
from .packages import check_package
from .report import Finding, Report, as_text, unreadable
from .substance import check_substance, recording_findings

_REPACKED = "not the archive that was written: unpack it and verify the folder instead"
_NOT_OURS = "not a case file, package, recordings folder or journal"
_JOURNAL_MARK = b'"prev_hash"'


def verify(path: Path, sealed_by: str | None = None) -> Report:
    """Check a case file or a package (folder or zip), a recordings folder or a journal.

    Anyone can seal anew with a key of their own: `sealed_by` is the fingerprint that it must be.
    """
    try:
        if path.is_dir():
            report = _verify_folder(path)
        else:
            with path.open("rb") as file:
                report = _verify_file(path, file)
    except OSError as error:
        return unreadable(path.name, error.strerror or str(error))
    if sealed_by and report.facts.get("sealed_by", sealed_by) != sealed_by.lower():
        report.findings.append(Finding(layout.SEAL, "sealed by another key than expected"))
        return replace(report, ok=False)
    return report


def _verify_folder(path: Path) -> Report:
    holding = FolderHolding(path)
    if kind := _kind(holding.sizes):
        return _report(kind, _checked(holding, kind))
    if "manifest.json" in holding.sizes and any(name.endswith((".webm", ".mkv")) for name in holding.sizes):
        return _verify_recordings(path)
    return unreadable(path.name, _NOT_OURS)


def _verify_recordings(path: Path) -> Report:
    try:
        findings = [Finding(*pair) for pair in recording_findings(path, None)]
        manifest = jsonlib.loads((path / "manifest.json").read_bytes())
        tracks = len(manifest["tracks"])
    except (ValueError, KeyError, TypeError) as error:
        return Report(False, "recording", [Finding("manifest.json", f"not readable: {type(error).__name__}")])
    return Report(not findings, "recording", findings, {"tracks": tracks})


def _kind(names: Iterable[str]) -> str:
    """What the files are: `package`, `case_file`, or nothing of ours."""
    names = set(names)
    return "package" if is_package(names) else "case_file" if is_ours(names) else ""


def _checked(holding: FolderHolding | ArchiveHolding, kind: str) -> tuple[BagCheck, dict[str, object]]:
    if kind == "package":
        check = check_bag(holding, "the package")
        return check, check_package(check)
    check = check_bag(holding)
    return check, check_substance(check)


def _report(kind: str, checked: tuple[BagCheck, dict[str, object]]) -> Report:
    check, counted = checked
    return Report(not check.findings, kind, check.findings, check.facts() | counted)


def _verify_file(path: Path, file: BinaryIO) -> Report:
    size = file.seek(0, 2)
    views = [archive.by_directory(file, size), archive.by_headers(file, size)]
    if views[0] == views[1]:
        views.pop()
    fitting = [view for view in views if view and _laid_out(view, size)]
    # Members that tell their own place cannot overlap; a directory is believed only if all fits.
    chosen = fitting or [view for view in views[-1:] if view]
    reports = [report for view in chosen if (report := _verify_archive(path, file, view, size))]
    if reports:
        return min(reports, key=lambda report: len(report.findings))
    if kind := _kind(name.partition("/")[2] for name in _repacked(file)):
        return Report(False, f"{kind}_zip", [Finding(path.name, _REPACKED)])
    file.seek(0)
    return _verify_journal(path, file.read(layout.LARGEST_JOURNAL + 1))


def _repacked(file: BinaryIO) -> list[str]:
    try:
        with zipfile.ZipFile(file) as other:
            return other.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return []


def _laid_out(members: list[archive.Member], size: int) -> bool:
    at = 0
    for member in members:
        if member.offset != at:
            return False
        at = member.end
    return archive.archive_size(members) == size


def _verify_archive(path: Path, file: BinaryIO, members: list[archive.Member], size: int) -> Report | None:
    holding = ArchiveHolding(file, members)
    kind = _kind(holding.sizes)
    if not kind:
        return None
    check, counted = _checked(holding, kind)
    if len({member.name.partition("/")[0] for member in members}) != 1:
        check.note(path.name, "more than one folder in one archive")
    if [member.name for member in members] != sorted((m.name for m in members), key=archive.order):
        check.note(path.name, "the members are not in their order")
    _compare(check, path.name, file, list(holding.members.items()), size)
    return _report(f"{kind}_zip", (check, counted))


def _compare(
    check: BagCheck, own: str, file: BinaryIO, members: list[tuple[str, archive.Member]], size: int
) -> None:
    def differs(at: int, expected: bytes) -> bool:
        file.seek(at)
        return file.read(len(expected)) != expected

    crcs = {name: check.digest(name).crc for name, _ in members}
    for name, member in members:
        if differs(member.offset, archive.local_header(member, crcs[name])):
            check.note(name, "its header in the archive is changed")
    if not _laid_out([member for _, member in members], size):
        check.note(own, "the archive is cut off, or something was added to it")
        return
    start = at = members[-1][1].end
    for name, member in members:
        record = archive.central_record(member, crcs[name])
        if differs(at, record):
            check.note(name, "its entry in the archive's directory is changed")
        at += len(record)
    if differs(at, archive.end_records(len(members), start, at - start)):
        check.note(own, "the end of the archive is changed")


def _verify_journal(path: Path, text: bytes) -> Report:
    if _JOURNAL_MARK not in text or len(text) > layout.LARGEST_JOURNAL:
        return unreadable(path.name, _NOT_OURS)
    try:
        entries = read_journal(text)
    except JournalProblem as problem:
        return Report(False, "journal", [Finding(path.name, str(problem))])
    facts = {
        "journal_entries": len(entries),
        "journal_head": head(entries),
        "sitting": entries[0]["sitting"],
        "closed": not course_problems(entries),
    }
    return Report(True, "journal", [], facts)


def main(path: str | Path, json: bool = False, sealed_by: str | None = None) -> int:
    """`heting verify`: check, print, and give the exit code."""
    report = verify(Path(path), sealed_by)
    line = jsonlib.dumps(report.as_dict(), ensure_ascii=False) + "\n"
    sys.stdout.write(line if json else as_text(str(path), report))
    return report.exit_code

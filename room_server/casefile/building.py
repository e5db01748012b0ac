"""Build the case file: a BagIt folder, sealed, whole or not at all; and the one zip it has."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from ..ledger import ledger_of
from ..store.chain import canonical
from ..verifying import archive, layout
from ..verifying.bag import BagCheck, check_bag
from ..verifying.holding import FolderHolding, digest
from ..verifying.journal import (
    CaucusLeak,
    JournalProblem,
    course_problems,
    head,
    read_journal,
    refuse_caucus,
    write_journal,
)
from ..verifying.seal import Statement, write_seal
from ..verifying.seal import digest as sha256
from ..verifying.substance import check_substance
from .exhibits import place_evidence
from .rendering import as_captions, as_text
from .source import CaseFileProblem, CaseSource, file_name
from .viewer import index, readme

Progress = Callable[[str, int, int], None]

_LINK_FROM = 8 << 20
_CHINA = timezone(timedelta(hours=8))


def build(source: CaseSource, out: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Build the folder `out`; an equal one already there is kept. Blocking: call it in an executor."""
    tell = progress or (lambda word, done, total: None)
    journal = _journal(source)
    if kept := _kept(source, out):
        return _summary(kept, out)
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        _fill(source, part, journal, tell)
        _seal(source, part, tell)
        check = _checked(part)
        if check.findings:
            first = check.findings[0]
            raise CaseFileProblem(f"the case file would not be whole: {first.file}: {first.problem}")
        _put(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return _summary(check, out)


def _journal(source: CaseSource) -> bytes:
    text = write_journal(source.entries)
    try:
        entries = read_journal(text)
        refuse_caucus(entries)
    except (JournalProblem, CaucusLeak) as problem:
        raise CaseFileProblem(str(problem)) from problem
    if problems := course_problems(entries):
        raise CaseFileProblem("; ".join(problems))
    return text


def _checked(folder: Path) -> BagCheck:
    check = check_bag(FolderHolding(folder))
    # The archivist proved the recordings against the journal when they were finished: not again here.
    check_substance(check, replay=False)
    return check


def _kept(source: CaseSource, out: Path) -> BagCheck | None:
    if not out.is_dir():
        return None
    check = _checked(out)
    said = check.statement
    same = isinstance(said, Statement) and (said.sitting, said.journal_head, said.public_key) == (
        source.sitting,
        head(source.entries),
        source.key.public.hex(),
    )
    return check if same and not check.findings else None


def _fill(source: CaseSource, part: Path, journal: bytes, tell: Progress) -> None:
    _write(part / layout.JOURNAL, journal)
    _write(part / layout.LEDGER, canonical(ledger_of(source.entries)))
    volume = source.volume
    _write(part / volume.minutes_json, canonical(dict(source.minutes)))
    _write(part / (volume.minutes + "minutes.txt"), as_text(source.minutes).encode())
    _write(part / (volume.minutes + "minutes.vtt"), as_captions(source.minutes).encode())
    for document in source.documents:
        main = volume.minutes if document.minutes else layout.MINUTES
        folder = layout.SECONDARY if document.secondary else main
        _place(document.path, part / (folder + file_name(document.name)))
    place_evidence(source, part, _write, _place)
    tracks = _place_recordings(source.recordings, volume, part, tell)
    _write(part / layout.CHECK, Path(__file__).with_name("offline_verify.py").read_bytes())
    names = sorted(FolderHolding(part).sizes)
    _write(part / (layout.GUIDE + "index.html"), index(source, names, tracks).encode())
    _write(part / (layout.GUIDE + "README.txt"), readme(source, names).encode())


def _place_recordings(
    folder: Path | None, volume: layout.Volume, part: Path, tell: Progress
) -> list[dict[str, Any]]:
    if folder is None or not (folder / "manifest.json").exists():
        # A sitting that was closed before it was opened has nothing recorded.
        return []
    text = (folder / "manifest.json").read_bytes()
    _write(part / volume.recordings_manifest, text)
    tracks: list[dict[str, Any]] = json.loads(text)["tracks"]
    files = [str(file["file"]) for track in tracks for file in track["files"]]
    for done, name in enumerate(files):
        if not layout.safe(name) or "/" in name or name == "manifest.json":
            raise CaseFileProblem(f"the recordings manifest names {name!r}")
        tell("recordings", done, len(files))
        _place(folder / name, part / (volume.recordings + name))
    return tracks


def _place(origin: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise CaseFileProblem(f"two files are called {target.name}")
    if origin.stat().st_size >= _LINK_FROM:
        try:
            target.hardlink_to(origin)
        except OSError:
            # Another disk, or one that knows no links.
            shutil.copyfile(origin, target)
    else:
        shutil.copyfile(origin, target)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _seal(source: CaseSource, part: Path, tell: Progress) -> None:
    holding = FolderHolding(part)
    digests: dict[str, str] = {}
    for done, name in enumerate(holding.sizes):
        tell("hashes", done, len(holding.sizes))
        digests[name] = digest(holding, name).sha256
    tags = {
        layout.BAGIT: b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        layout.BAG_INFO: _bag_info(source, holding).encode(),
        layout.MANIFEST: layout.write_manifest(digests),
    }
    tag_manifest = layout.write_manifest({name: sha256(content) for name, content in tags.items()})
    for name, content in {**tags, layout.TAG_MANIFEST: tag_manifest}.items():
        _write(part / name, content)
    statement = Statement(
        sitting=source.sitting,
        case_number=source.case_number,
        created_at=source.created_at,
        journal_head=head(source.entries),
        journal_entries=len(source.entries),
        tagmanifest_sha256=sha256(tag_manifest),
        rehearsal=source.rehearsal,
        public_key=source.key.public.hex(),
    )
    _write(part / layout.SEAL, write_seal(statement, source.key))


def _bag_info(source: CaseSource, holding: FolderHolding) -> str:
    day = datetime.fromtimestamp(source.created_at / 1000, _CHINA)
    fields = {
        "Source-Organization": source.prepared.get("organisation", ""),
        "External-Identifier": source.case_number,
        "External-Description": source.prepared.get("case_title", ""),
        "Bagging-Date": f"{day:%Y-%m-%d}",
        "Payload-Oxum": f"{sum(holding.sizes.values())}.{len(holding.sizes)}",
        "Bag-Software-Agent": f"Heting {source.version}",
        "Heting-Sitting": source.sitting,
        "Heting-Rehearsal": "true" if source.rehearsal else "false",
    }
    return "".join(f"{label}: {' '.join(str(value).split())}\n" for label, value in fields.items() if value)


def _put(part: Path, out: Path) -> None:
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    part.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _summary(check: BagCheck, out: Path) -> dict[str, Any]:
    statement = check.statement
    assert isinstance(statement, Statement)
    return {
        "folder": str(out),
        **check.facts(),
        "journal_head": statement.journal_head,
        "tagmanifest_sha256": statement.tagmanifest_sha256,
    }


def zip_stream(folder: Path) -> tuple[int, Iterator[bytes]]:
    """Size and bytes of the case file's one zip, made while it is sent."""
    holding = FolderHolding(folder)
    if holding.problems:
        raise CaseFileProblem(f"{holding.problems[0].file}: {holding.problems[0].problem}")
    top = file_name(folder.name)
    members = archive.plan({f"{top}/{name}": size for name, size in holding.sizes.items()})

    def read(name: str) -> Iterator[bytes]:
        return holding.read(name.partition("/")[2])

    return archive.archive_size(members), archive.stream(members, read)


def zip_bag(folder: Path, out: Path) -> int:
    """Write the case file's zip, whole or not at all; its size."""
    part = out.with_name(f".{out.name}.part")
    size, stream = zip_stream(folder)
    try:
        with part.open("wb") as file:
            for piece in stream:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return size

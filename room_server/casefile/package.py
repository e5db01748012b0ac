"""A package for the next body: application, party data and evidence of a case, as a BagIt folder.

It is made of what was filed and submitted in the case and of nothing else: no sitting, no minutes, no
recording and no word of a mediation is within its reach (CPI 107, OMR 18).
"""

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ..evidence.kinds import identify_suffix
from ..verifying import layout
from .source import file_name

APPLICATION = "data/申请/申请书.pdf"
CASE = "data/案件/案件.json"
EVIDENCE_LIST = "data/证据/证据清单.json"


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """An item of evidence that goes along, and where its original lies."""

    mark: str
    side: str
    title: str
    purpose: str
    sha256: str
    original: Path


class PackageProblem(Exception):
    """Something that belongs into it is missing or not what was received."""


def build(
    folder: Path,
    number: str,
    told: dict[str, Any],
    case: dict[str, Any],
    items: Sequence[Submitted],
    day: str,
) -> str:
    """Make the folder, whole or not at all; the SHA-256 of its tag manifest. Blocks."""
    from signing.application_pdf import print_application

    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        for name in (APPLICATION, CASE, EVIDENCE_LIST):
            (part / name).parent.mkdir(parents=True, exist_ok=True)
        print_application(told, part / APPLICATION)
        _write(part / CASE, case)
        _write(part / EVIDENCE_LIST, {"items": [_place(part, item) for item in items]})
        digest = _seal(part, number, day)
        part.rename(folder)
    except OSError as error:
        raise PackageProblem(str(error.strerror)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return digest


def _place(part: Path, item: Submitted) -> dict[str, str]:
    with item.original.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != item.sha256:
            raise PackageProblem(f"{item.mark} is not what was received")
    name = layout.EVIDENCE + file_name(f"{item.mark}_{item.title}{identify_suffix(item.original)}")
    try:
        os.link(item.original, part / name)
    except OSError:
        shutil.copyfile(item.original, part / name)
    listed = {field: getattr(item, field) for field in ("mark", "side", "title", "purpose", "sha256")}
    return listed | {"file": name}


def _seal(part: Path, number: str, day: str) -> str:
    payload = sorted(path for path in (part / layout.PAYLOAD).rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in payload)
    (part / layout.MANIFEST).write_text(_lines(part, payload), encoding="utf-8")
    (part / layout.BAGIT).write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "utf-8")
    about = f"External-Identifier: {number}\nBagging-Date: {day}\nPayload-Oxum: {size}.{len(payload)}\n"
    (part / layout.BAG_INFO).write_text(about, encoding="utf-8")
    tags = [part / name for name in (layout.BAG_INFO, layout.BAGIT, layout.MANIFEST)]
    listed = _lines(part, tags)
    (part / layout.TAG_MANIFEST).write_text(listed, encoding="utf-8")
    return hashlib.sha256(listed.encode()).hexdigest()


def _lines(part: Path, paths: Sequence[Path]) -> str:
    rows = []
    for path in paths:
        with path.open("rb") as file:
            rows.append(
                f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(part).as_posix()}\n"
            )
    return "".join(rows)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")

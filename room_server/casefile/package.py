"""A package for the next body: application, party data and evidence of a case, as a sealed BagIt folder.

It is made of what was filed and submitted in the case and of nothing else: no sitting, no minutes, no
recording and no word of a mediation is within its reach (CPI 107, OMR 18).
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from signing.keys import SealKey

from ..evidence.kinds import identify_suffix
from ..verifying import layout
from ..verifying.bag import check_bag
from ..verifying.holding import FolderHolding, digest
from ..verifying.packages import check_package
from ..verifying.seal import PackageStatement, write_seal
from .source import file_name


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """An item of evidence that goes along, and where its original lies."""

    mark: str
    side: str
    title: str
    purpose: str
    sha256: str
    original: Path


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A finished document that goes along, e.g. the signed agreement, and where it lies."""

    name: str
    sha256: str
    path: Path


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """What a package is made of; `told` as `print_application` takes it, `day` when it is made."""

    id: str
    purpose: str
    number: str
    told: dict[str, Any]
    case: dict[str, Any]
    items: Sequence[Submitted]
    documents: Sequence[Document] = ()
    day: str
    created_at: int
    rehearsal: bool = False


class PackageProblem(Exception):
    """Something that belongs into it is missing or not what was received."""


def build(package: Package, folder: Path, key: SealKey) -> str:
    """Make the folder, whole or not at all; the SHA-256 of its tag manifest. Blocks."""
    from signing.application_pdf import print_application

    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        for name in (layout.APPLICATION, layout.CASE, layout.EVIDENCE_LIST):
            (part / name).parent.mkdir(parents=True, exist_ok=True)
        print_application(package.told, part / layout.APPLICATION)
        _write(part / layout.CASE, _json(package.case))
        _write(part / layout.EVIDENCE_LIST, _json({"items": [_place(part, item) for item in package.items]}))
        for document in package.documents:
            name = layout.DOCUMENTS + file_name(document.name)
            _copy(document.path, part / name, document.sha256, document.name)
        sha256 = _seal(part, package, key)
        check = check_bag(FolderHolding(part), "the package")
        check_package(check)
        if check.findings:
            raise PackageProblem(f"{check.findings[0].file}: {check.findings[0].problem}")
        part.rename(folder)
    except OSError as error:
        raise PackageProblem(str(error.strerror)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return sha256


def _place(part: Path, item: Submitted) -> dict[str, str]:
    name = layout.EVIDENCE + file_name(f"{item.mark}_{item.title}{identify_suffix(item.original)}")
    _copy(item.original, part / name, item.sha256, item.mark)
    listed = {field: getattr(item, field) for field in ("mark", "side", "title", "purpose", "sha256")}
    return listed | {"file": name}


def _copy(origin: Path, target: Path, sha256: str, called: str) -> None:
    with origin.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise PackageProblem(f"{called} is not what was received")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(origin, target)
    except OSError:
        # Another disk, or one that knows no links.
        shutil.copyfile(origin, target)


def _seal(part: Path, package: Package, key: SealKey) -> str:
    holding = FolderHolding(part)
    payload = {name: digest(holding, name).sha256 for name in holding.sizes}
    about = {
        "External-Identifier": package.number,
        "Bagging-Date": package.day,
        "Payload-Oxum": f"{sum(holding.sizes.values())}.{len(holding.sizes)}",
        "Heting-Package": package.id,
    }
    tags: Mapping[str, bytes] = {
        layout.BAGIT: b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        layout.BAG_INFO: "".join(f"{label}: {value}\n" for label, value in about.items() if value).encode(),
        layout.MANIFEST: layout.write_manifest(payload),
    }
    listed = layout.write_manifest({name: hashlib.sha256(text).hexdigest() for name, text in tags.items()})
    for name, text in {**tags, layout.TAG_MANIFEST: listed}.items():
        _write(part / name, text)
    sha256 = hashlib.sha256(listed).hexdigest()
    statement = PackageStatement(
        package=package.id,
        purpose=package.purpose,
        case_number=package.number,
        created_at=package.created_at,
        tagmanifest_sha256=sha256,
        rehearsal=package.rehearsal,
        public_key=key.public.hex(),
    )
    _write(part / layout.SEAL, write_seal(statement, key))
    return sha256


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())

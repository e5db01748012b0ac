"""The seal of a case file or a package: signed, over its tag manifest and the journal's head."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signing import keys

from ..store.chain import JournalError, canonical
from .layout import is_digest

VERSION = 1
KIND = "heting-case-file"
PACKAGE = "heting-package"
_FIELDS: dict[str, type] = {
    "case_number": str,
    "created_at": int,
    "journal_entries": int,
    "journal_head": str,
    "kind": str,
    "public_key": str,
    "record": bool,
    "rehearsal": bool,
    "sitting": str,
    "tagmanifest_sha256": str,
    "version": int,
}
_OF_PACKAGE: dict[str, type] = {
    name: kind for name, kind in _FIELDS.items() if name not in ("journal_entries", "journal_head", "sitting")
} | {"package": str, "purpose": str}


class SealProblem(Exception):
    """The seal itself is damaged or was not made by the key it names."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the seal says; `record` is false for a rehearsal, always."""

    sitting: str
    case_number: str
    created_at: int
    journal_head: str
    journal_entries: int
    tagmanifest_sha256: str
    rehearsal: bool
    public_key: str

    @property
    def sealed_by(self) -> str:
        """Fingerprint of the installation that sealed."""
        return keys.fingerprint(bytes.fromhex(self.public_key))

    def facts(self) -> dict[str, Any]:
        """What a report tells of it."""
        return {"sitting": self.sitting, "journal_entries": self.journal_entries}

    def as_dict(self) -> dict[str, Any]:
        """The signed members."""
        return {
            "case_number": self.case_number,
            "created_at": self.created_at,
            "journal_entries": self.journal_entries,
            "journal_head": self.journal_head,
            "kind": KIND,
            "public_key": self.public_key,
            "record": not self.rehearsal,
            "rehearsal": self.rehearsal,
            "sitting": self.sitting,
            "tagmanifest_sha256": self.tagmanifest_sha256,
            "version": VERSION,
        }


@dataclass(frozen=True, slots=True)
class PackageStatement:
    """What the seal of a package for the next body says; `purpose` is its kind, e.g. `arbitration`."""

    package: str
    purpose: str
    case_number: str
    created_at: int
    tagmanifest_sha256: str
    rehearsal: bool
    public_key: str

    @property
    def sealed_by(self) -> str:
        """Fingerprint of the installation that sealed."""
        return keys.fingerprint(bytes.fromhex(self.public_key))

    def as_dict(self) -> dict[str, Any]:
        """The signed members."""
        return {
            "case_number": self.case_number,
            "created_at": self.created_at,
            "kind": PACKAGE,
            "package": self.package,
            "public_key": self.public_key,
            "purpose": self.purpose,
            "record": not self.rehearsal,
            "rehearsal": self.rehearsal,
            "tagmanifest_sha256": self.tagmanifest_sha256,
            "version": VERSION,
        }

    def facts(self) -> dict[str, Any]:
        """What a report tells of it."""
        return {"package": self.package, "purpose": self.purpose}


def write_seal(statement: Statement | PackageStatement, key: keys.SealKey) -> bytes:
    """`seal.json`: canonical JSON, signed by the installation."""
    content = statement.as_dict()
    signature = key.sign(canonical(content)).hex()
    return canonical({**content, "signature": signature})


def read_seal(content: bytes) -> Statement | PackageStatement:
    """The statement of a seal whose signature holds; raises `SealProblem`."""
    try:
        found = json.loads(content)
        whole = isinstance(found, dict) and canonical(found) == content
    except (ValueError, RecursionError, JournalError) as error:
        raise SealProblem("not readable as JSON") from error
    if not whole:
        raise SealProblem("not in canonical form")
    signature = found.pop("signature", None)
    of_package = found.get("kind") == PACKAGE
    fields: Mapping[str, type] = _OF_PACKAGE if of_package else _FIELDS
    if set(found) != set(fields) or any(type(found[name]) is not kind for name, kind in fields.items()):
        raise SealProblem("members are missing or unknown")
    digests = {"public_key", "journal_head", "tagmanifest_sha256"} & fields.keys()
    if not all(is_digest(found[name]) for name in digests):
        raise SealProblem("a digest is malformed")
    if not _signed(found, signature):
        raise SealProblem("the signature does not hold")
    known = found["kind"] in (KIND, PACKAGE) and found["version"] == VERSION
    if not known or found["record"] is found["rehearsal"]:
        raise SealProblem("a statement this version does not know")
    if of_package:
        return PackageStatement(**{name: found[name] for name in PackageStatement.__slots__})
    return Statement(**{name: found[name] for name in Statement.__slots__})


def _signed(statement: dict[str, Any], signature: object) -> bool:
    if not isinstance(signature, str) or len(signature) != 128 or signature != signature.lower():
        return False
    try:
        return keys.verify(
            bytes.fromhex(statement["public_key"]), canonical(statement), bytes.fromhex(signature)
        )
    except ValueError:
        return False


def digest(content: bytes) -> str:
    """SHA-256 hex."""
    return hashlib.sha256(content).hexdigest()

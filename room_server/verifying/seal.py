"""The seal of a case file: a signed statement over its tag manifest and the head of its journal."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from signing import keys

from ..store.chain import JournalError, canonical
from .layout import is_digest

VERSION = 1
KIND = "heting-case-file"
_FIELDS = {
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


def write_seal(statement: Statement, key: keys.SealKey) -> bytes:
    """`seal.json`: canonical JSON, signed by the installation."""
    content = statement.as_dict()
    signature = key.sign(canonical(content)).hex()
    return canonical({**content, "signature": signature})


def read_seal(content: bytes) -> Statement:
    """The statement of a seal whose signature holds; raises `SealProblem`."""
    try:
        found = json.loads(content)
        whole = isinstance(found, dict) and canonical(found) == content
    except (ValueError, RecursionError, JournalError) as error:
        raise SealProblem("not readable as JSON") from error
    if not whole:
        raise SealProblem("not in canonical form")
    signature = found.pop("signature", None)
    if set(found) != set(_FIELDS) or any(type(found[name]) is not kind for name, kind in _FIELDS.items()):
        raise SealProblem("members are missing or unknown")
    if not all(is_digest(found[name]) for name in ("public_key", "journal_head", "tagmanifest_sha256")):
        raise SealProblem("a digest is malformed")
    if not _signed(found, signature):
        raise SealProblem("the signature does not hold")
    if (found["kind"], found["version"]) != (KIND, VERSION) or found["record"] is found["rehearsal"]:
        raise SealProblem("a statement this version does not know")
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

"""The hash chain of a journal: pure functions over entries as plain dicts, for store and verifiers."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import rfc8785

GENESIS = "0" * 64
FIELDS = frozenset({"sitting", "seq", "at", "media_time", "actor", "type", "body", "prev_hash", "hash"})


class JournalError(Exception):
    """Something that cannot become a journal entry, or a journal that moved on meanwhile."""


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON; raises `JournalError` for what has none (NaN, 2^60, lone surrogates)."""
    try:
        return bytes(rfc8785.dumps(value))
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeError, TypeError) as error:
        raise JournalError(f"no canonical form: {type(error).__name__}") from error


def entry_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 hex over the canonical JSON of the entry without its `hash`."""
    return hashlib.sha256(canonical({key: entry[key] for key in entry if key != "hash"})).hexdigest()


def verify_chain(entries: Iterable[Mapping[str, Any]], sitting: str | None = None) -> int | None:
    """The first seq that is missing, changed or out of place; `None` when the chain holds."""
    prev = GENESIS
    for expected, entry in enumerate(entries, start=1):
        sitting = entry.get("sitting") if sitting is None else sitting
        if not _follows(entry, expected, prev, sitting):
            return expected
        prev = entry["hash"]
    return None


def _follows(entry: Mapping[str, Any], seq: int, prev: str, sitting: object) -> bool:
    if set(entry) != FIELDS or not isinstance(entry["body"], dict):
        return False
    if (entry["seq"], entry["prev_hash"], entry["sitting"]) != (seq, prev, sitting):
        return False
    try:
        return bool(entry_hash(entry) == entry["hash"])
    except JournalError:
        return False

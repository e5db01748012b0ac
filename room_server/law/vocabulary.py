"""Terms of law that recognisers should know, each with where it stands; also an installation's own."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from .limits import SHIPPED, read_table


class Spoken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One term as it is said."""

    zh: Annotated[str, msgspec.Meta(min_length=2, max_length=40)]
    basis: str
    source: Literal["L", "P", "M", "D"]


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of terms."""

    version: str
    term: list[Spoken] = []


@lru_cache(maxsize=8)
def spoken_terms(own: Path | None = None) -> tuple[str, ...]:
    """An installation's own terms, then the shipped ones, each once; raises `LawError`."""
    folders = [*([own] if own else []), SHIPPED]
    tables = [
        read_table(path, Vocabulary) for folder in folders if (path := folder / "vocabulary.toml").is_file()
    ]
    return tuple(dict.fromkeys(term.zh for table in tables for term in table.term))

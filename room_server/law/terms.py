"""The terms of cases: kinds of disputes, claims and numbers, with their names; also an installation's own."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from .limits import SHIPPED, read_table

_TEMPLATE = r"^[^{}]*(\{place\}[^{}]*)?\{year\}[^{}]*\{n\}[^{}]*$"


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of dispute or claim; `short` stands in titles, `payable`: a payment order can be asked for."""

    code: str
    zh: str
    en: str
    short: str = ""
    payable: bool = False


class NumberKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of number of a case or a document, counted per organisation and year."""

    kind: str
    of: Literal["case", "document"]
    zh: str
    en: str
    template: Annotated[str, msgspec.Meta(pattern=_TEMPLATE)]
    source: Literal["L", "P", "M", "D"]

    def write(self, place: str, year: int, n: int) -> str:
        """The number itself, e.g. `厦湖劳人调〔2026〕7号`."""
        return self.template.format(place=place, year=year, n=n)


class TermTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of terms."""

    version: str
    cause: list[Term] = []
    claim: list[Term] = []
    number: list[NumberKind] = []


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """All terms by their code."""

    causes: dict[str, Term]
    claims: dict[str, Term]
    numbers: dict[str, NumberKind]


@lru_cache(maxsize=8)
def terms(own: Path | None = None) -> Terms:
    """The shipped terms with those of `own` over them; raises `LawError`."""
    folders = [SHIPPED, *([own] if own else [])]
    tables = [read_table(path, TermTable) for folder in folders if (path := folder / "terms.toml").is_file()]
    return Terms(
        causes={term.code: term for table in tables for term in table.cause},
        claims={term.code: term for table in tables for term in table.claim},
        numbers={number.kind: number for table in tables for number in table.number},
    )

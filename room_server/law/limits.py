"""The time limits and working-day calendars: what is shipped, and what an installation puts over it."""

from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec

from ..rules.calendar import Calendar, YearOfWork
from ..rules.deadlines import Limit

T = TypeVar("T")
SHIPPED = Path(__file__).parent


class LawError(Exception):
    """A file of the law cannot be used; the text names it and what is wrong."""


class FactKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of dated fact of a case, with its names."""

    kind: str
    zh: str
    en: str


class LimitTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of time limits."""

    version: str
    fact: list[FactKind] = []
    limit: list[Limit] = []


class TimeLaw(msgspec.Struct, frozen=True, kw_only=True):
    """Everything deadlines are made of."""

    version: str
    facts: dict[str, FactKind]
    limits: dict[str, Limit]
    calendar: Calendar

    def applying(self, procedure: str, region: str = "") -> list[Limit]:
        """The limits of a procedure (`mediation`, `arbitration`, empty for another) in a region."""
        return [
            limit
            for limit in self.limits.values()
            if limit.region in ("", region) and (not limit.procedures or procedure in limit.procedures)
        ]


@lru_cache(maxsize=8)
def time_law(own: Path | None = None) -> TimeLaw:
    """The shipped tables; files of the same form in `own` add entries, and win where an id is the same.

    Raises `LawError`. Read once: a changed file counts from the next start.
    """
    folders = [SHIPPED, *([own] if own else [])]
    tables = [
        read_table(path, LimitTable) for folder in folders if (path := folder / "limits.toml").is_file()
    ]
    years = {
        year.year: year
        for folder in folders
        for year in (read_table(path, YearOfWork) for path in sorted((folder / "calendars").glob("*.toml")))
    }
    facts = {fact.kind: fact for table in tables for fact in table.fact}
    limits = {limit.id: limit for table in tables for limit in table.limit}
    _check(facts, limits)
    return TimeLaw(
        version="+".join(table.version for table in tables),
        facts=facts,
        limits=limits,
        calendar=Calendar(years.values()),
    )


def _check(facts: dict[str, FactKind], limits: dict[str, Limit]) -> None:
    for limit in limits.values():
        named = {limit.starts, *limit.ends, *limit.anew, *(kind for pair in limit.still for kind in pair)}
        named |= {limit.set_by} - {""} | ({limit.extension.by} if limit.extension else set())
        if unknown := sorted(named - facts.keys()):
            raise LawError(f"limit {limit.id} names unknown kinds of facts: {', '.join(unknown)}")


def read_table(path: Path, shape: type[T]) -> T:
    """One TOML file in its shape; raises `LawError`."""
    try:
        return msgspec.toml.decode(path.read_bytes(), type=shape)
    except (OSError, msgspec.DecodeError, ValueError) as error:
        raise LawError(f"cannot read {path}: {error}") from error

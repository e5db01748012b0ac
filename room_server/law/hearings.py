"""The kinds of hearings: what is shipped, and what an installation puts over it."""

from functools import lru_cache
from pathlib import Path

import msgspec

from ..rules.planning import HearingKind
from .limits import SHIPPED, read_table

FILE = "hearings.toml"


class HearingKinds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of kinds, or all of them together."""

    version: str
    kind: list[HearingKind] = []

    def of(self, kind: str, variant: str = "") -> HearingKind | None:
        """The entry with an id, or the first of a kind."""
        chosen = [entry for entry in self.kind if entry.kind == kind and entry.id == variant]
        return next(iter(chosen or [entry for entry in self.kind if entry.kind == kind]), None)


@lru_cache(maxsize=8)
def hearing_kinds(own: Path | None = None) -> HearingKinds:
    """The shipped kinds with those of `own` over them; raises `LawError`."""
    folders = [SHIPPED, *([own] if own else [])]
    tables = [read_table(path, HearingKinds) for folder in folders if (path := folder / FILE).is_file()]
    entries = {entry.id: entry for table in tables for entry in table.kind}
    return HearingKinds(version="+".join(table.version for table in tables), kind=list(entries.values()))

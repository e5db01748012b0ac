"""What a package for the next body needs, what its paper says and what goes along: shipped, and one's own."""

import string
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from ..rules.route import CONDITIONS, Condition
from .limits import SHIPPED, LawError, read_table
from .notices import Text, fill

FILE = "packages.toml"
KINDS = ("arbitration", "arb_review", "court_confirm")
PARTIES = "parties"
"""The label of the row that becomes one row per party."""
FIELDS = frozenset({"case_number", "title", "claims", "agreed_on", "last_day", "materials", "consent"})


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the paper."""

    label: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    text: str = ""

    @property
    def fields(self) -> set[str]:
        """The fields that its text names."""
        return {name for _, name, _, _ in string.Formatter().parse(self.text) if name is not None}


class PackageLaw(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of package; `signed`: both sides sign its paper."""

    id: Literal["arbitration", "arb_review", "court_confirm"]
    version: str
    title: Text
    needs: list[str]
    limit: str = ""
    signed: bool
    documents: list[Literal["agreement"]] = []
    basis: str
    source: Literal["L", "P", "M", "D"]
    rows: Annotated[list[Row], msgspec.Meta(min_length=1, max_length=40)]

    @property
    def conditions(self) -> list[Condition]:
        """What must hold."""
        return [CONDITIONS[word] for word in self.needs]

    def written(self, parties: list[tuple[str, str]], fields: dict[str, str | int]) -> list[tuple[str, str]]:
        """The rows of the paper: label and text; `parties` in place of their row."""
        found: list[tuple[str, str]] = []
        for row in self.rows:
            if row.label == PARTIES:
                found += parties
            elif not row.fields or any(fields[name] for name in row.fields):
                found.append((row.label, fill(row.text, fields)))
        return found


class Packages(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of packages."""

    version: str
    package: list[PackageLaw] = []


@lru_cache(maxsize=8)
def package_law(own: Path | None = None) -> dict[str, PackageLaw]:
    """The shipped packages by their id, with those of `own` over them; raises `LawError`."""
    folders = [SHIPPED, *([own] if own else [])]
    tables = [read_table(path, Packages) for folder in folders if (path := folder / FILE).is_file()]
    packages = {package.id: package for table in tables for package in table.package}
    for package in packages.values():
        if unknown := sorted(set(package.needs) - CONDITIONS.keys()):
            raise LawError(f"the package {package.id} needs unknown conditions: {', '.join(unknown)}")
        for row in package.rows:
            if unknown := sorted(_fields(package, row) - FIELDS):
                raise LawError(f"the package {package.id} names unknown fields: {', '.join(unknown)}")
    return {str(identifier): package for identifier, package in packages.items()}


def _fields(package: PackageLaw, row: Row) -> set[str]:
    try:
        return row.fields
    except ValueError as error:
        raise LawError(f"the package {package.id} has a text that cannot be filled: {error}") from error

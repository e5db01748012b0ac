"""What a case file is made from: plain facts, gathered by whoever closes the sitting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signing.keys import SealKey

from ..rules.reviews import KIND as REVIEW
from ..verifying import layout

_NOT_IN_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


class CaseFileProblem(Exception):
    """The case file cannot be built from these facts; the text says which one is at fault."""


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A finished document: its name in the case file, and where it lies now."""

    name: str
    path: Path
    secondary: bool = False
    """It belongs to the secondary file (副卷)."""
    minutes: bool = False
    """It is the minutes: it lies where the record of the sitting does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSource:
    """A closed sitting; `minutes` are the very data that were printed, `created_at` is Unix ms."""

    entries: Sequence[Mapping[str, Any]]
    minutes: Mapping[str, Any]
    documents: Sequence[CaseDocument]
    recordings: Path | None
    key: SealKey
    created_at: int
    evidence: Path | None = None
    """Folder with a folder per item of evidence, as the server keeps them."""
    version: str = "0.1.0"

    @property
    def prepared(self) -> dict[str, Any]:
        """What the sitting is: the body of its first fact."""
        return dict(self.entries[0]["body"]) if self.entries else {}

    @property
    def volume(self) -> layout.Volume:
        """Where its record lies: all of a review by a panel is secondary."""
        return layout.APART if self.prepared.get("kind") == REVIEW else layout.MAIN

    @property
    def sitting(self) -> str:
        """Id of the sitting."""
        return str(self.entries[0]["sitting"]) if self.entries else ""

    @property
    def rehearsal(self) -> bool:
        """Whether this can never become a record."""
        return bool(self.prepared.get("rehearsal"))

    @property
    def case_number(self) -> str:
        """案号."""
        return str(self.prepared.get("case_number", ""))


def file_name(text: str) -> str:
    """`text` as the name of one file, legible and safe on every system."""
    name = "".join(char for char in text.translate(_NOT_IN_NAMES) if char.isprintable()).strip(" .")
    name = name.encode()[:200].decode(errors="ignore") or "_"
    return name if layout.safe(name) else "_"


def folder_name(source: CaseSource) -> str:
    """What the case file's folder is called, e.g. `卷宗_厦湖劳人调〔2026〕17号_s_1`."""
    mark = "彩排_" if source.rehearsal else ""
    return file_name(f"{mark}卷宗_{source.case_number}_{source.sitting}")

"""What people are told and asked (K1 to K20): versioned texts with basis, moment and alternative."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import rfc8785

from .limits import SHIPPED, LawError, read_table
from .notices import Text

FILE = "consents.toml"
_PARTIES = frozenset({"applicant", "respondent", "agent", "legal_rep", "statutory_agent", "third_party"})


class Points(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Single points in both languages, as many in each."""

    zh: list[str] = []
    en: list[str] = []


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text. `page`: on which page of the way in it stands, 0: on none; `kinds`: of hearings, empty: all.

    `separate`: never asked together with anything else.
    """

    id: str
    version: str
    kind: Literal["consent", "notice", "confirmation", "duty"]
    moment: Literal[
        "registration",
        "booking",
        "lobby",
        "entering",
        "face_check",
        "hearing",
        "evidence",
        "minutes_check",
        "signing",
        "service",
    ]
    who: list[Literal["everybody", "parties", "witness", "guardian", "staff"]]
    basis: str
    source: Literal["L", "P", "M", "D"]
    title: Text
    lead: Text
    points: Points = Points()
    alternative: Text | None = None
    separate: bool = False
    page: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    kinds: list[str] = []

    @property
    def sha256(self) -> str:
        """Of everything that people read of it, in both languages (RFC 8785)."""
        read = {
            name: getattr(self, name) for name in ("id", "version", "title", "lead", "points", "alternative")
        }
        return hashlib.sha256(rfc8785.dumps(msgspec.to_builtins(read))).hexdigest()

    def concerns(self, role: str, kind: str) -> bool:
        """Whether somebody of a role is told or asked it at a hearing of a kind."""
        if self.kinds and kind not in self.kinds:
            return False
        if "everybody" in self.who:
            return True
        return ("parties" in self.who and role in _PARTIES) or role in self.who


class Consents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file, or all of them together."""

    version: str
    entry: list[Entry] = []

    def entering(self, role: str, kind: str) -> list[Entry]:
        """What somebody answers on their way in, in the order of the pages."""
        found = [one for one in self.entry if one.moment == "entering" and one.concerns(role, kind)]
        return sorted(found, key=lambda one: one.page)

    def find(self, identifier: str) -> Entry | None:
        """The entry with an id."""
        return next((one for one in self.entry if one.id == identifier), None)


@lru_cache(maxsize=8)
def consents(own: Path | None = None) -> Consents:
    """The shipped texts with those of `own` over them; raises `LawError`."""
    folders = [SHIPPED, *([own] if own else [])]
    tables = [read_table(path, Consents) for folder in folders if (path := folder / FILE).is_file()]
    entries = {one.id: one for table in tables for one in table.entry}
    for one in entries.values():
        if len(one.points.zh) != len(one.points.en):
            raise LawError(f"{one.id} has not as many points in both languages")
        if one.kind == "consent" and one.alternative is None:
            raise LawError(f"{one.id} can be refused and offers no alternative")
        if one.separate and one.page:
            raise LawError(f"{one.id} is to be asked apart and stands on a page with others")
    return Consents(version="+".join(table.version for table in tables), entry=list(entries.values()))

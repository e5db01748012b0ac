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
_GROUPS = {
    "parties": frozenset({"applicant", "respondent", "agent", "legal_rep", "statutory_agent", "third_party"}),
    "in_person": frozenset({"applicant", "respondent", "third_party", "witness"}),
}


class Points(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Single points in both languages, as many in each."""

    zh: list[str] = []
    en: list[str] = []


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text. `page`: on which page of the way in it stands, 0: on none; `kinds`: of hearings, empty: all.

    `separate`: never asked together with anything else. `asked`: where in the room it is asked, `lobby`
    while somebody waits, `evidence` with what they bring, else codes of stages. `before`: stages that are
    not entered without an answer, `open` being the first, `call` being called in; `shown`: with which act it
    is put before somebody who has not answered it, `caucus` or `evidence`; `refusal`: what follows from a
    no. `yes`, `no`: what stands on the buttons, for choices that are more than agreeing. `withdrawal`: what
    taking it back brings about. `signed`: it is answered by signing and by nothing else.
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
        "caucus",
        "service",
    ]
    who: list[Literal["everybody", "parties", "in_person", "witness", "staff"]]
    basis: str
    source: Literal["L", "P", "M", "D"]
    title: Text
    lead: Text
    points: Points = Points()
    alternative: Text | None = None
    separate: bool = False
    page: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    kinds: list[str] = []
    asked: list[str] = []
    before: list[str] = []
    shown: list[str] = []
    refusal: Literal["", "blocks", "alternative"] = ""
    yes: Text | None = None
    no: Text | None = None
    withdrawal: Text | None = None
    signed: bool = False

    @property
    def sha256(self) -> str:
        """Of everything that people read of it, in both languages (RFC 8785)."""
        read = {
            name: getattr(self, name) for name in ("id", "version", "title", "lead", "points", "alternative")
        }
        read |= {name: said for name in ("yes", "no", "withdrawal") if (said := getattr(self, name))}
        return hashlib.sha256(rfc8785.dumps(msgspec.to_builtins(read))).hexdigest()

    def concerns(self, role: str, kind: str) -> bool:
        """Whether somebody of a role is told or asked it at a hearing of a kind."""
        if self.kinds and kind not in self.kinds:
            return False
        if "everybody" in self.who:
            return True
        groups = [name for name, roles in _GROUPS.items() if role in roles]
        return role in self.who or any(group in self.who for group in groups)


class Consents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file, or all of them together."""

    version: str
    entry: list[Entry] = []

    def entering(self, role: str, kind: str) -> list[Entry]:
        """What somebody answers on their way in, in the order of the pages."""
        found = [one for one in self.entry if one.moment == "entering" and one.concerns(role, kind)]
        return sorted(found, key=lambda one: one.page)

    def asked(self, role: str, kind: str) -> list[Entry]:
        """All that somebody is told or asked: on their way in, then in the room."""
        way_in = self.entering(role, kind)
        inside = [one for one in self.entry if one.asked and one not in way_in and one.concerns(role, kind)]
        return [*way_in, *inside]

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
        if one.kind == "consent" and (not one.refusal or one.withdrawal is None):
            raise LawError(f"{one.id} does not say what follows from refusing or withdrawing it")
        if one.separate and one.page:
            raise LawError(f"{one.id} is to be asked apart and stands on a page with others")
    return Consents(version="+".join(table.version for table in tables), entry=list(entries.values()))

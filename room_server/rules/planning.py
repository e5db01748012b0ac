"""The plan of a hearing: what its kind needs, and what stands in its way at a time. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

import msgspec

SHORTEST, LONGEST = 10, 720
"""Minutes that a hearing may be planned to take."""


class NeededSeat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many people of some roles a kind of hearing needs; `most` 0: as many as come."""

    roles: Annotated[list[str], msgspec.Meta(min_length=1)]
    zh: str
    en: str
    least: Annotated[int, msgspec.Meta(ge=0)] = 1
    most: Annotated[int, msgspec.Meta(ge=0)] = 0


class HearingKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of hearing as the table of kinds has it; `notice_days`: how long before it is notified."""

    id: str
    kind: Literal["mediation", "arbitration", "panel_review", "filing", "legal_aid"]
    zh: str
    en: str
    minutes: Annotated[int, msgspec.Meta(ge=SHORTEST, le=LONGEST)]
    seat: list[NeededSeat]
    basis: str
    source: Literal["L", "P", "M", "D"]
    consents: list[str] = []
    notice_days: Annotated[int, msgspec.Meta(ge=0)] = 0
    notice_basis: str = ""


class Lack(msgspec.Struct, frozen=True):
    """Something that a plan lacks or should not be; `word` for programs, both texts for people."""

    word: str
    zh: str
    en: str


class Span(msgspec.Struct, frozen=True):
    """When a hearing is held: Unix ms and minutes."""

    starts_at: int
    minutes: int

    @property
    def ends_at(self) -> int:
        """Unix ms."""
        return self.starts_at + self.minutes * 60_000

    def meets(self, other: "Span") -> bool:
        """Whether both are held at one time; the one may begin when the other ends."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def lacking(kind: HearingKind, roles: Iterable[str]) -> list[Lack]:
    """The seats that a kind of hearing needs and the plan does not have, or has too many of."""
    there = Counter(roles)
    found = []
    for seat in kind.seat:
        count = sum(there[role] for role in seat.roles)
        if count < seat.least:
            found.append(
                Lack("seat_missing", f"缺少{seat.zh}（需要 {seat.least}，现有 {count}）", _short(seat, count))
            )
        elif seat.most and count > seat.most:
            found.append(
                Lack(
                    "seat_too_many", f"{seat.zh}：现有 {count} 名", f"More than {seat.en} are named ({count})"
                )
            )
    return found


def hasty(kind: HearingKind, today: date, day: date) -> list[Lack]:
    """Whether the day comes too soon for the notice that the law asks for; it is not counted itself."""
    left = (day - today).days
    if not kind.notice_days or left >= kind.notice_days:
        return []
    due, left, basis = kind.notice_days, max(left, 0), kind.notice_basis
    chinese = f"应当在开庭 {due} 日前通知当事人，距开庭只有 {left} 日（{basis}）"
    return [Lack("short_notice", chinese, f"Notice is due {due} days before; {left} are left ({basis})")]


def _short(seat: NeededSeat, count: int) -> str:
    return f"It needs {seat.en} ({seat.least} needed, {count} named)"

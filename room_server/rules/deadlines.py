"""Time limits: from the dated facts of a case to the day each of them runs out. Pure.

The day of a fact is not counted; a last day that is not worked moves on to the next that is (Civil Procedure
Law, article 85). A limit may be extended, begin anew, and stand still between two facts.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from .calendar import DAY, Calendar

Unit = Literal["working_days", "natural_days", "months", "years"]
MOST_DAYS = 40_000


class Extension(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So much more (in the unit of the limit) once a fact of that kind is there."""

    value: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    by: str


class Limit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One time limit as the law has it.

    `source` and `unit_source`: L read in the law, P in a public page, M memory to verify, D decided here.
    """

    id: str
    zh: str
    en: str
    starts: str
    """The kind of fact it runs from; for `before`, the day it must be done before."""
    value: Annotated[int, msgspec.Meta(ge=0, le=1000)]
    unit: Unit
    basis: str
    source: Literal["L", "P", "M", "D"]
    unit_source: Literal["L", "P", "M", "D"] = "L"
    direction: Literal["after", "before"] = "after"
    ends: list[str] = []
    """Kinds of fact that keep it."""
    anew: list[str] = []
    """Kinds of fact from which it runs anew."""
    still: list[tuple[str, str]] = []
    """Pairs of kinds of fact between which it stands still."""
    extension: Extension | None = None
    set_by: str = ""
    """The kind of fact that names the last day itself; without one, a value of 0 is no limit at all."""
    procedures: list[Literal["mediation", "arbitration"]] = []
    """Where it applies; empty: wherever its first fact happens."""
    keeps: bool = False
    """How long something must be kept: nothing is late when it has run out."""
    region: str = ""
    """The place whose rule this is; empty for the whole country."""
    notes: str = ""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something dated that happened in a case; `until` when it names a last day itself."""

    kind: str
    day: date
    until: date | None = None


class State(StrEnum):
    """How a limit stands: `late` was kept after its last day, `kept` has to be waited for only."""

    RUNNING = "running"
    SUSPENDED = "suspended"
    OVERDUE = "overdue"
    MET = "met"
    LATE = "late"
    KEPT = "kept"


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """A limit in one case; `due` is null while it stands still, `unknown_years` lack announced days off."""

    limit: str
    begins: date
    due: date | None
    state: State
    met: date | None
    days_left: int | None
    extended: bool
    anew_by: str
    unknown_years: list[int]


def run_out(
    begins: date, value: int, unit: Unit, calendar: Calendar, still: Sequence[tuple[date, date]] = ()
) -> date:
    """The last day, moved on when it is not worked; spans `still` (without their first day) do not count."""
    left = value if unit in ("working_days", "natural_days") else (_end(begins, value, unit) - begins).days
    day = begins
    for _ in range(MOST_DAYS):
        if left <= 0:
            break
        day += DAY
        if any(first < day <= last for first, last in still):
            continue
        if unit != "working_days" or calendar.works(day):
            left -= 1
    return calendar.on_or_after(day)


def run_back(until: date, value: int, unit: Unit, calendar: Calendar) -> date:
    """The last day on which something that must be done `value` days before a day can be done.

    That day itself is not counted; a last day that is not worked moves back.
    """
    if unit != "working_days":
        return calendar.on_or_before(until - DAY * value)
    day, left = until, value
    while left > 0:
        day -= DAY
        left -= calendar.works(day)
    return day


def deadlines(
    facts: Iterable[Fact], limits: Iterable[Limit], calendar: Calendar, today: date
) -> list[Deadline]:
    """Every limit that the facts have set running, the most urgent first."""
    by_kind: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: fact.day):
        by_kind.setdefault(fact.kind, []).append(fact)
    found = [made for limit in limits if (made := _deadline(limit, by_kind, calendar, today))]
    order = {
        State.OVERDUE: 0,
        State.RUNNING: 1,
        State.SUSPENDED: 2,
        State.LATE: 3,
        State.MET: 3,
        State.KEPT: 4,
    }
    return sorted(found, key=lambda d: (order[d.state], d.due or date.max, d.limit))


def _deadline(
    limit: Limit, by_kind: dict[str, list[Fact]], calendar: Calendar, today: date
) -> Deadline | None:
    started = by_kind.get(limit.starts)
    if not started:
        return None
    begins, anew_by = started[-1].day, ""
    for kind in limit.anew:
        for fact in by_kind.get(kind, ()):
            if fact.day > begins or (fact.day == begins and not anew_by and kind != limit.starts):
                begins, anew_by = fact.day, kind
    extended = limit.extension is not None and any(
        fact.day >= begins for fact in by_kind.get(limit.extension.by, ())
    )
    still, open_since = _standstills(limit, by_kind, begins, today)
    due = _due(limit, by_kind, calendar, begins, extended, still, started[-1])
    met = _met(limit, by_kind, begins if limit.direction == "after" else _previous(started))
    if due is None:
        return None
    standing = open_since is not None and met is None and open_since <= due
    shown = None if standing else due
    return Deadline(
        limit=limit.id,
        begins=begins,
        due=shown,
        state=_state(limit, due, met, today, standing),
        met=met,
        days_left=None if shown is None or met is not None else (due - today).days,
        extended=extended,
        anew_by=anew_by,
        unknown_years=calendar.unknown(min(begins, due), max(begins, due)),
    )


def _due(
    limit: Limit,
    by_kind: dict[str, list[Fact]],
    calendar: Calendar,
    begins: date,
    extended: bool,
    still: Sequence[tuple[date, date]],
    started: Fact,
) -> date | None:
    if limit.set_by:
        named = [fact.until for fact in by_kind.get(limit.set_by, ()) if fact.until is not None]
        if named or not limit.value:
            return named[-1] if named else None
    if limit.direction == "before":
        return run_back(started.day, limit.value, limit.unit, calendar)
    more = limit.extension.value if extended and limit.extension else 0
    return run_out(begins, limit.value + more, limit.unit, calendar, still)


def _standstills(
    limit: Limit, by_kind: dict[str, list[Fact]], begins: date, today: date
) -> tuple[list[tuple[date, date]], date | None]:
    """The spans in which the limit stood still, and since when it stands still now."""
    spans: list[tuple[date, date]] = []
    open_since: date | None = None
    for first, last in limit.still:
        ends = [fact.day for fact in by_kind.get(last, ())]
        for fact in by_kind.get(first, ()):
            end = next((day for day in ends if day >= fact.day), None)
            if end is not None and end > begins:
                spans.append((max(fact.day, begins), end))
            elif end is None:
                since = max(fact.day, begins)
                open_since = since if open_since is None else min(open_since, since)
                spans.append((since, max(since, today)))
    return spans, open_since


def _met(limit: Limit, by_kind: dict[str, list[Fact]], since: date) -> date | None:
    days = [fact.day for kind in limit.ends for fact in by_kind.get(kind, ())]
    return min((day for day in days if day >= since), default=None)


def _previous(started: list[Fact]) -> date:
    """What was done for an earlier hearing does not count for the next."""
    return started[-2].day if len(started) > 1 else date.min


def _state(limit: Limit, due: date, met: date | None, today: date, standing: bool) -> State:
    if met is not None:
        return State.MET if met <= due else State.LATE
    if standing:
        return State.SUSPENDED
    if limit.keeps:
        return State.KEPT
    return State.RUNNING if today <= due else State.OVERDUE


def _end(begins: date, value: int, unit: Unit) -> date:
    """The same day so many months or years on; the last of the month when it has no such day."""
    months = value * (12 if unit == "years" else 1) + begins.month - 1
    year, month = begins.year + months // 12, months % 12 + 1
    return date(year, month, min(begins.day, monthrange(year, month)[1]))

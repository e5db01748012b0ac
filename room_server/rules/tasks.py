"""What staff have to do: made of the facts of cases and hearings, never kept beside them. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from .calendar import DAY, Calendar
from .deadlines import Deadline, State

SOON_DAYS = 15
"""Deadlines further away are no task yet."""


class TaskKind(StrEnum):
    """What is to be done."""

    DEADLINE = "deadline"
    """A time limit of the law runs out."""
    PERFORMANCE = "performance"
    """A promise was due: ask whether it was kept."""
    REQUEST = "request"
    """Something of legal weight was asked for in a sitting and has not been decided."""
    DOCUMENT = "document"
    """The minutes of a sitting have not been made."""
    NOTICE = "notice"
    """A notice did not reach somebody, or waits to be printed."""
    HEARING = "hearing"
    """A hearing is to be held."""
    RESUME = "resume"
    """A hearing was adjourned and has not gone on."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do; `subject` is the id of what it is about, `text` what people call it."""

    kind: TaskKind
    case: str
    subject: str
    text: str
    due: date
    days_left: int
    names: tuple[str, str] = ("", "")
    """What it is called in Chinese and English, when that is ours to say."""


REQUESTS = {
    "correction": ("申请补正笔录", "Asked for a correction of the minutes"),
    "recusal": ("申请回避", "Asked for a recusal"),
    "evidence": ("证据申请", "Asked about evidence"),
    "limitation": ("提出时效抗辩", "Invoked the limitation of time"),
}
"""Requests that somebody must decide also after the sitting."""
MINUTES = ("笔录未生成", "The minutes have not been made")


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """An item of an agreement or an award; `asked` on the day somebody last asked about it."""

    id: str
    case: str
    item: str
    due: date
    kept: bool
    asked: date | None


def of_deadlines(case: str, found: Iterable[Deadline], today: date) -> list[Task]:
    """The time limits of a case that are overdue or run out soon; those that are only waited for are none."""
    return [
        _task(TaskKind.DEADLINE, case, one.limit, "", one.due, today)
        for one in found
        if one.state in (State.RUNNING, State.OVERDUE)
        and one.due is not None
        and (one.due - today).days <= SOON_DAYS
    ]


def of_promise(promise: Promise, calendar: Calendar, today: date) -> Task | None:
    """Ask on the first working day after a promise was due, and again five working days after each asking."""
    if promise.kept:
        return None
    due = next_working_day(promise.due, calendar)
    if promise.asked is not None and promise.asked >= promise.due:
        due = ask_again(promise.asked, calendar)
    if (due - today).days > SOON_DAYS:
        return None
    return _task(TaskKind.PERFORMANCE, promise.case, promise.id, promise.item, due, today)


def ask_again(asked: date, calendar: Calendar, working_days: int = 5) -> date:
    """The day so many working days after another."""
    day, left = asked, working_days
    while left > 0:
        day += DAY
        left -= calendar.works(day)
    return day


def dated(
    kind: TaskKind,
    case: str,
    subject: str,
    text: str,
    due: date,
    today: date,
    names: tuple[str, str] = ("", ""),
) -> Task:
    """A task for a day that is known already."""
    task = _task(kind, case, subject, text, due, today)
    return msgspec.structs.replace(task, names=names)


def next_working_day(day: date, calendar: Calendar) -> date:
    """The first working day after a day: by then what a sitting has left is dealt with."""
    return calendar.on_or_after(day + DAY)


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """The most urgent first."""
    return sorted(tasks, key=lambda task: (task.due, task.kind, task.case, task.subject))


def _task(kind: TaskKind, case: str, subject: str, text: str, due: date, today: date) -> Task:
    left: timedelta = due - today
    return Task(kind=kind, case=case, subject=subject, text=text, due=due, days_left=left.days)

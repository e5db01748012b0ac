"""What staff have to do (待办): `/api/tasks`."""

from datetime import date

import msgspec
from sqlmodel import Session

from ..rules.permissions import Act
from ..rules.tasks import Task, TaskKind
from ..store import cases
from ..store import tasks as store
from ..store.cases import Wanted
from ..store.tables import Case
from .case_views import lawbook, today
from .refusals import ApiError
from .routes import Auth, Call, Route

MOST_CASES = 2000
MOST = 500
_SCOPES = ("mine", "all")


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do. `zh` and `en` name a time limit or what a sitting left, `text` everything else.

    `subject`: the time limit, the promised item, or the hearing.
    """

    kind: TaskKind
    case: str
    number: str
    title: str
    subject: str
    text: str
    zh: str
    en: str
    basis: str
    due: date
    days_left: int
    """Negative when it is late."""


class TaskList(msgspec.Struct, frozen=True):
    """The most urgent first; `total` of which at most 500 are shown."""

    tasks: list[TaskView]
    total: int
    today: date


async def list_tasks(call: Call) -> TaskList:
    """What you have to do, or everybody in the cases that you see."""
    scope = call.request.query.get("scope", "mine")
    if scope not in _SCOPES:
        raise ApiError("malformed", "scope: mine | all")
    account, now, day = call.account.id, call.parts.now(), today(call.parts)
    law = lawbook(call.parts)

    def look(session: Session) -> TaskList:
        who = cases.seeing(session, account, Act.SEE_CASES, now)
        found, _ = cases.search(session, who, Wanted(), 0, MOST_CASES)
        seen = {case.id: case for case in found}
        if scope == "mine":
            own = store.of_account(session, account, seen)
            seen = {identifier: case for identifier, case in seen.items() if identifier in own}
        tasks = store.gather(session, seen, law, day, now)
        return TaskList([_view(call, task, seen[task.case]) for task in tasks[:MOST]], len(tasks), day)

    return await call.parts.database.read(look)


def _view(call: Call, task: Task, case: Case) -> TaskView:
    limits = lawbook(call.parts).time.limits
    limit = limits.get(task.subject) if task.kind is TaskKind.DEADLINE else None
    return TaskView(
        kind=task.kind,
        case=case.id,
        number=case.shown_number,
        title=case.title,
        subject=task.subject,
        text=task.text,
        zh=limit.zh if limit else task.names[0],
        en=limit.en if limit else task.names[1],
        basis=limit.basis if limit else "",
        due=task.due,
        days_left=task.days_left,
    )


ROUTES = (
    Route(
        "GET",
        "/api/tasks",
        list_tasks,
        Auth.STAFF,
        "What is to be done, the most urgent first",
        act=Act.SEE_CASES,
        gives=TaskList,
        query={"scope": "mine | all: of your cases and hearings, or of every case that you see"},
    ),
)

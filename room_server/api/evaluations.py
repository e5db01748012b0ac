"""Evaluation by parties after the close, and the report that names none of them."""

from typing import Annotated

import msgspec
from sqlmodel import Session

from ..rules.evaluations import Report, report
from ..rules.people import PARTIES
from ..rules.permissions import Act
from ..store import evaluations as store
from ..store.evaluation_tables import Evaluation
from .case_views import today
from .refusals import ApiError
from .routes import Auth, Call, Route

Score = Annotated[int, msgspec.Meta(ge=1, le=5)]
FIRST_YEAR, LAST_YEAR = 2020, 2099


class NewEvaluation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the hearing went, what came of it, and who presided: 1 (poor) to 5 (very good)."""

    process: Score
    result: Score
    mediator: Score
    text: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class EvaluationView(msgspec.Struct, frozen=True, kw_only=True):
    """What you gave; it cannot be changed."""

    at: int
    process: int
    result: int
    mediator: int
    text: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Whether you may evaluate this hearing now, and what you gave."""

    open: bool
    given: EvaluationView | None


class EvaluationReport(msgspec.Struct, frozen=True, kw_only=True):
    """The evaluations of a year; in `presided`, `key` is the name of who presided."""

    year: int
    report: Report


async def show_own(call: Call) -> Asked:
    """What you gave, and whether you may still give it."""
    who = _party(call)
    row = await call.parts.database.read(lambda session: store.find(session, who))
    over = call.hearing.state == "closed"
    return Asked(open=over and row is None, given=_view(row) if row else None)


async def give(call: Call, wanted: NewEvaluation) -> EvaluationView:
    """Evaluate the hearing, once."""
    who, hearing, now = _party(call), call.hearing, call.parts.now()
    if hearing.state != "closed":
        raise ApiError("not_over")
    scores = {"process": wanted.process, "result": wanted.result, "mediator": wanted.mediator}

    def write(session: Session) -> EvaluationView:
        try:
            row = store.give(session, hearing.id, who, scores=scores, text=wanted.text.strip(), now=now)
        except store.AlreadyGiven as error:
            raise ApiError("evaluated") from error
        return _view(row)

    return await call.parts.database.write(write)


async def show_report(call: Call) -> EvaluationReport:
    """A year of an organisation and all below it, added up."""
    given = call.request.query.get("year", "") or str(today(call.parts).year)
    if not (given.isascii() and given.isdigit() and FIRST_YEAR <= int(given[:6]) <= LAST_YEAR):
        raise ApiError("malformed", "year")
    year, path, least = int(given[:6]), call.organisation.path, call.parts.settings.evaluation_group

    def look(session: Session) -> Report:
        made = report(store.of_year(session, path, year), least)
        people = store.names(session, [group.key for group in made.presided])
        named = [msgspec.structs.replace(group, key=people[group.key]) for group in made.presided]
        return msgspec.structs.replace(made, presided=named)

    return EvaluationReport(year=year, report=await call.parts.database.read(look))


def _party(call: Call) -> str:
    """The participant, who must be of a party: nobody else is asked."""
    assert call.visitor is not None
    if call.visitor.participant.role not in PARTIES:
        raise ApiError("not_allowed")
    return call.visitor.participant.id


def _view(row: Evaluation) -> EvaluationView:
    return EvaluationView(
        at=row.at, process=row.process, result=row.result, mediator=row.mediator, text=row.text
    )


_OWN = "/api/hearings/{hearing}/evaluation"
ROUTES = (
    Route(
        "GET",
        _OWN,
        show_own,
        Auth.TICKET,
        "What you thought of the hearing",
        gives=Asked,
        refusals=("not_allowed",),
    ),
    Route(
        "POST",
        _OWN,
        give,
        Auth.TICKET,
        "Evaluate the hearing, once",
        takes=NewEvaluation,
        gives=EvaluationView,
        status=201,
        refusals=("not_allowed", "not_over", "evaluated"),
    ),
    Route(
        "GET",
        "/api/organisations/{organisation}/evaluations",
        show_report,
        Auth.STAFF,
        "What the parties thought in a year",
        act=Act.SEE_EVALUATIONS,
        gives=EvaluationReport,
        query={"year": "four digits; this year when it is not said"},
    ),
)

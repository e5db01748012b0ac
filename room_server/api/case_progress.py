"""A case on its way: dated facts, the next step, numbers of documents, history, related cases."""

from sqlmodel import Session

from ..rules.permissions import Act, may_there
from ..rules.route import Outcome
from ..rules.route import Route as CaseRoute
from ..store import case_history, case_people, case_route, cases
from ..store.case_route import StepRefused
from ..store.organisation_tables import ROOT, Organisation
from ..store.tables import Case
from .case_pieces import check_day
from .case_shapes import (
    CaseView,
    History,
    Moved,
    NewFact,
    NewNumber,
    NumberView,
    RelatedList,
    RelatedView,
    Step,
)
from .case_views import case_view, event_views, lawbook, number_view, today
from .refusals import ApiError
from .routes import Auth, Call, Route

ACCEPTED = "accepted"
REVIEW_ACCEPTED = "review_accepted"


async def note_fact(call: Call, given: NewFact) -> CaseView:
    """Write down a dated fact; acceptance gives the case its number."""
    book = lawbook(call.parts)
    if given.fact not in book.time.facts:
        raise ApiError("malformed", "fact")
    check_day(given.day)
    check_day(given.until)
    if given.until is not None and given.until < given.day:
        raise ApiError("malformed", "until")
    by, now = call.account.id, call.parts.now()

    def write(session: Session) -> CaseView:
        case = session.get_one(Case, call.case.id)
        case_history.note_fact(
            session,
            case.id,
            at=now,
            actor=by,
            fact=given.fact,
            day=given.day,
            until=given.until,
            text=given.note,
        )
        owner = session.get_one(Organisation, case.organisation or ROOT)
        if given.fact == ACCEPTED:
            case_route.accept(session, case, owner, book, by, now, given.day)
        if given.fact == REVIEW_ACCEPTED:
            kind = book.terms.numbers["arb_review"]
            case_route.give_number(session, case, owner, kind, by, now, given.day.year)
        return case_view(session, call, case)

    return await call.parts.database.write(write)


async def withdraw_fact(call: Call) -> CaseView:
    """Take back a fact that was written down by mistake; both stay in the history."""
    seq = call.part("seq")
    by, now = call.account.id, call.parts.now()

    def write(session: Session) -> CaseView:
        events = case_history.standing_facts(case_history.history(session, call.case.id))
        if seq not in {str(event.seq) for event in events}:
            raise ApiError("no_such_piece")
        case_history.note(session, call.case.id, at=now, actor=by, what=case_history.WITHDRAWN, seq=int(seq))
        return case_view(session, call, session.get_one(Case, call.case.id))

    return await call.parts.database.write(write)


async def take_step(call: Call, wanted: Step) -> Moved:
    """Bring the case to where it is dealt with next; after mediation arbitration is a case of its own."""
    target = CaseRoute(wanted.route)
    anew = case_route.needs_case_of_its_own(call.case, target)
    closing = target is CaseRoute.CLOSED or (anew and call.case.route != CaseRoute.CLOSED.value)
    if closing and wanted.outcome is None:
        raise ApiError("malformed", "outcome")

    def write(session: Session) -> Moved:
        case = session.get_one(Case, call.case.id)
        outcome = wanted.outcome if closing else None
        try:
            return (
                go_on(session, call, case, wanted, outcome)
                if anew
                else _move(session, call, case, wanted, outcome)
            )
        except StepRefused as error:
            raise refusal(error) from error

    return await call.parts.database.write(write)


def _move(session: Session, call: Call, case: Case, wanted: Step, outcome: Outcome | None) -> Moved:
    book, by, now = lawbook(call.parts), call.account.id, call.parts.now()
    day = today(call.parts)
    case_route.move(
        session, case, wanted.route, book, reason=wanted.reason, outcome=outcome, by=by, now=now, today=day
    )
    if wanted.route is CaseRoute.PANEL_REVIEW:
        owner = session.get_one(Organisation, case.organisation or ROOT)
        case_route.give_number(session, case, owner, book.terms.numbers["panel_review"], by, now, day.year)
    return Moved(case.id, CaseRoute(case.route), True)


def go_on(session: Session, call: Call, case: Case, wanted: Step, outcome: Outcome | None) -> Moved:
    """Go on as an arbitration case of an organisation here; raises `StepRefused`."""
    owner = session.get(Organisation, wanted.organisation or case.organisation or ROOT)
    if owner is None or owner.disabled_at is not None:
        raise ApiError("no_such_organisation")
    new = case_route.go_on(
        session,
        call.parts.privacy[0],
        case,
        owner,
        lawbook(call.parts),
        reason=wanted.reason,
        outcome=outcome,
        by=call.account.id,
        now=call.parts.now(),
        today=today(call.parts),
    )
    return Moved(new.id, CaseRoute(new.route), may_there(call.memberships, Act.SEE_CASES, owner.path))


def refusal(error: StepRefused) -> ApiError:
    """What somebody is told of a step that cannot be taken."""
    if not error.missing:
        return ApiError("step_refused", ("流程中没有这一步", "there is no such step"))
    return ApiError(
        "step_refused",
        ("；".join(c.zh for c in error.missing), "; ".join(c.en for c in error.missing)),
    )


async def number_document(call: Call, wanted: NewNumber) -> NumberView:
    """The next number for a document of the case."""
    book, by, now = lawbook(call.parts), call.account.id, call.parts.now()
    kind = book.terms.numbers.get(wanted.kind)
    if kind is None or kind.of != "document":
        raise ApiError("malformed", "kind")

    def write(session: Session) -> NumberView:
        case = session.get_one(Case, call.case.id)
        owner = session.get_one(Organisation, case.organisation or ROOT)
        year = today(call.parts).year
        row = case_route.give_number(session, case, owner, kind, by, now, year, wanted.title)
        return number_view(row)

    return await call.parts.database.write(write)


async def show_history(call: Call) -> History:
    """Who did what when."""

    def look(session: Session) -> History:
        return History(event_views(session, case_history.history(session, call.case.id)))

    return await call.parts.database.read(look)


async def show_related(call: Call) -> RelatedList:
    """Other cases of the same employer or the same people."""
    account, now = call.account.id, call.parts.now()

    def look(session: Session) -> RelatedList:
        found = {related.case: related for related in case_people.related(session, call.case)}
        who = cases.seeing(session, account, Act.SEE_CASES, now)
        shown = cases.visible_among(session, who, list(found))
        views = [
            RelatedView(
                id=case.id,
                number=case.shown_number,
                title=case.title,
                route=CaseRoute(case.route),
                why=found[case.id].why,
                name=found[case.id].name,
            )
            for case in shown
        ]
        return RelatedList(views, len(found) - len(shown))

    return await call.parts.database.read(look)


_ONE = "/api/cases/{case}"
ROUTES = (
    Route(
        "POST",
        _ONE + "/facts",
        note_fact,
        Auth.STAFF,
        "Write down a dated fact",
        act=Act.EDIT_CASES,
        takes=NewFact,
        gives=CaseView,
        status=201,
    ),
    Route(
        "DELETE",
        _ONE + "/facts/{seq}",
        withdraw_fact,
        Auth.STAFF,
        "Take a fact back",
        act=Act.EDIT_CASES,
        gives=CaseView,
        refusals=("no_such_piece",),
    ),
    Route(
        "POST",
        _ONE + "/route",
        take_step,
        Auth.STAFF,
        "Bring the case further",
        act=Act.MOVE_CASES,
        takes=Step,
        gives=Moved,
        refusals=("step_refused", "no_such_organisation"),
    ),
    Route(
        "POST",
        _ONE + "/numbers",
        number_document,
        Auth.STAFF,
        "A number for a document",
        act=Act.MOVE_CASES,
        takes=NewNumber,
        gives=NumberView,
        status=201,
    ),
    Route(
        "GET", _ONE + "/history", show_history, Auth.STAFF, "Its history", act=Act.SEE_CASES, gives=History
    ),
    Route(
        "GET",
        _ONE + "/related",
        show_related,
        Auth.STAFF,
        "Related cases",
        act=Act.SEE_CASES,
        gives=RelatedList,
    ),
)

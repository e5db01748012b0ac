"""Cases: filing, the list, one of them, its people and papers."""

from typing import Any

from sqlmodel import Session

from ..law.terms import Terms
from ..rules.permissions import Act, may_there
from ..store import case_history, case_people, cases, organisations
from ..store.case_tables import Agent, Claim, Party
from ..store.cases import Wanted
from ..store.organisation_tables import Organisation
from ..store.tables import Case
from .case_pieces import agent_columns, check_day, check_terms, claim_columns, party_columns
from .case_shapes import CaseEdit, CaseList, CaseView, DeadlineView, FiledParty, NewCase
from .case_views import case_rows, case_view, lawbook
from .refusals import ApiError
from .routes import Auth, Call, Route

MOST_SEARCHED = 2000
_DUE = ("overdue", "soon")
SOON_DAYS = 3


async def list_cases(call: Call) -> CaseList:
    """A page of the cases that you see, narrowed to what was asked."""
    asked = call.request.query
    page = asked.get("page", "1")
    if not (page.isascii() and page.isdigit() and 0 < int(page) < 100_000):
        raise ApiError("malformed", "page")
    due = asked.get("due", "")
    if due not in ("", *_DUE):
        raise ApiError("malformed", "due: overdue | soon")
    wanted = Wanted(
        text=asked.get("q", "").strip()[:100],
        route=asked.get("route", ""),
        organisation=asked.get("organisation", ""),
        state="open" if due else asked.get("state", ""),
    )
    account, now = call.account.id, call.parts.now()
    offset = (int(page) - 1) * cases.PAGE

    def look(session: Session) -> CaseList:
        who = cases.seeing(session, account, Act.SEE_CASES, now)
        if not due:
            found, total = cases.search(session, who, wanted, offset)
            return CaseList(case_rows(session, call.parts, found), total, int(page), cases.PAGE)
        found, _ = cases.search(session, who, wanted, 0, MOST_SEARCHED)
        rows = [row for row in case_rows(session, call.parts, found) if _is_due(row.next, due)]
        return CaseList(rows[offset : offset + cases.PAGE], len(rows), int(page), cases.PAGE)

    return await call.parts.database.read(look)


async def file_case(call: Call, wanted: NewCase) -> CaseView:
    """File a case with its people and claims, all or nothing."""
    check_terms(call, wanted.cause, [claim.kind for claim in wanted.claims])
    people = [(party_columns(call, party), _agents_of(call, party)) for party in wanted.parties]
    claims = [claim_columns(claim) for claim in wanted.claims]
    check_day(wanted.applied_on)
    now, by, privacy = call.parts.now(), call.account.id, call.parts.privacy[0]
    book = lawbook(call.parts)

    def write(session: Session) -> CaseView:
        if wanted.number and cases.by_number(session, wanted.number):
            raise ApiError("number_taken")
        case = cases.file(
            session,
            organisation=_owner(session, call, wanted.organisation),
            title=wanted.title or _title(wanted, book.terms),
            cause=wanted.cause,
            route=wanted.route,
            summary=wanted.summary,
            is_group=wanted.group,
            by=by,
            now=now,
            number=wanted.number,
        )
        for columns, agents in people:
            party = case_people.add(session, privacy, case.id, Party, columns, by, now)
            for agent in agents:
                case_people.add(session, privacy, case.id, Agent, agent | {"party": party.id}, by, now)
        for claim in claims:
            case_people.add(session, privacy, case.id, Claim, claim, by, now)
        if wanted.applied_on is not None:
            case_history.note_fact(session, case.id, at=now, actor=by, fact="applied", day=wanted.applied_on)
        return case_view(session, call, case)

    return await call.parts.database.write(write)


async def show_case(call: Call) -> CaseView:
    """One case with all it consists of."""
    return await call.parts.database.read(lambda session: case_view(session, call, call.case))


async def edit_case(call: Call, wanted: CaseEdit) -> CaseView:
    """Change what a case is about."""
    check_terms(call, wanted.cause, [])
    changes = {
        "title": wanted.title,
        "cause": wanted.cause,
        "summary": wanted.summary,
        "is_group": wanted.group,
    }

    def write(session: Session) -> CaseView:
        case = session.get_one(Case, call.case.id)
        cases.edit(session, case, changes, call.account.id, call.parts.now())
        return case_view(session, call, case)

    return await call.parts.database.write(write)


def _owner(session: Session, call: Call, wanted: str) -> Organisation:
    if not wanted:
        home = organisations.home(session, call.account.id, Act.EDIT_CASES)
        if home is None:
            raise ApiError("not_allowed")
        return home
    row = session.get(Organisation, wanted)
    if row is None or row.disabled_at is not None:
        raise ApiError("no_such_organisation")
    if not may_there(call.memberships, Act.EDIT_CASES, row.path):
        raise ApiError("not_allowed")
    return row


def _is_due(next_: DeadlineView | None, due: str) -> bool:
    if next_ is None or next_.days_left is None:
        return False
    return next_.days_left < 0 if due == "overdue" else 0 <= next_.days_left <= SOON_DAYS


def _title(wanted: NewCase, terms: Terms) -> str:
    """申请人与被申请人……争议, as far as they are known."""
    sides = {
        side: "、".join(party.name for party in wanted.parties if party.side == side)
        for side in ("applicant", "respondent")
    }
    term = terms.causes[wanted.cause] if wanted.cause else None
    cause = (term.short or term.zh) if term else "劳动"
    people = "与".join(names for names in sides.values() if names)
    return f"{people}{cause}争议".replace("争议争议", "争议")[:200]


def _agents_of(call: Call, party: FiledParty) -> list[dict[str, Any]]:
    return [agent_columns(call, agent) for agent in party.agents]


_ALL = "/api/cases"
_ONE = "/api/cases/{case}"
_QUERY = {
    "q": "number, title, name of a party, or credit code",
    "route": "only cases on that route",
    "state": "open or closed",
    "organisation": "only that organisation's",
    "due": "overdue, or soon: the most urgent limit has three days left at most",
    "page": "from 1 on",
}
ROUTES = (
    Route(
        "GET",
        _ALL,
        list_cases,
        Auth.STAFF,
        "The cases you see",
        act=Act.SEE_CASES,
        gives=CaseList,
        query=_QUERY,
        refusals=("malformed",),
    ),
    Route(
        "POST",
        _ALL,
        file_case,
        Auth.STAFF,
        "File a case",
        act=Act.EDIT_CASES,
        takes=NewCase,
        gives=CaseView,
        status=201,
        refusals=("bad_id_number", "bad_credit_code", "number_taken", "no_such_organisation"),
    ),
    Route("GET", _ONE, show_case, Auth.STAFF, "One case", act=Act.SEE_CASES, gives=CaseView),
    Route(
        "PUT",
        _ONE,
        edit_case,
        Auth.STAFF,
        "Change what a case is about",
        act=Act.EDIT_CASES,
        takes=CaseEdit,
        gives=CaseView,
    ),
)

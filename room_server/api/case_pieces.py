"""The pieces of a case: parties, agents, claims and listed evidence, added, changed and taken away."""

from datetime import date
from typing import Any

import msgspec
from msgspec import UNSET
from sqlmodel import Session

from identity import credit_code, id_number

from ..rules.permissions import Act
from ..store import case_people
from ..store.case_people import P, PieceError
from ..store.case_tables import Agent, Claim, Exhibit, Party
from ..store.tables import Case
from .case_shapes import AgentFor, CaseView, NewAgent, NewClaim, NewExhibit, NewParty
from .case_views import case_view, lawbook, today
from .refusals import ApiError
from .routes import Auth, Call, Route

_YEARS = range(1950, 2100)


async def add_party(call: Call, wanted: NewParty) -> CaseView:
    """One more party."""
    return await _add(call, Party, party_columns(call, wanted))


async def edit_party(call: Call, wanted: NewParty) -> CaseView:
    """Change a party."""
    return await _edit(call, Party, party_columns(call, wanted))


async def remove_party(call: Call) -> CaseView:
    """Take a party away that nothing refers to."""
    return await _remove(call, Party)


async def add_agent(call: Call, wanted: AgentFor) -> CaseView:
    """One more agent; two at most for one party."""
    return await _add(call, Agent, agent_columns(call, wanted) | {"party": wanted.party})


async def edit_agent(call: Call, wanted: AgentFor) -> CaseView:
    """Change an agent."""
    return await _edit(call, Agent, agent_columns(call, wanted) | {"party": wanted.party})


async def remove_agent(call: Call) -> CaseView:
    """Take an agent away that no hearing refers to."""
    return await _remove(call, Agent)


async def add_claim(call: Call, wanted: NewClaim) -> CaseView:
    """One more claim."""
    check_terms(call, "", [wanted.kind])
    return await _add(call, Claim, claim_columns(wanted))


async def edit_claim(call: Call, wanted: NewClaim) -> CaseView:
    """Change a claim."""
    check_terms(call, "", [wanted.kind])
    return await _edit(call, Claim, claim_columns(wanted))


async def remove_claim(call: Call) -> CaseView:
    """Take a claim away."""
    return await _remove(call, Claim)


async def add_exhibit(call: Call, wanted: NewExhibit) -> CaseView:
    """One more line in the list of evidence."""
    return await _add(call, Exhibit, msgspec.to_builtins(wanted))


async def edit_exhibit(call: Call, wanted: NewExhibit) -> CaseView:
    """Change a line in the list of evidence."""
    return await _edit(call, Exhibit, msgspec.to_builtins(wanted))


async def remove_exhibit(call: Call) -> CaseView:
    """Take a line out of the list of evidence."""
    return await _remove(call, Exhibit)


async def _add(call: Call, shape: type[P], columns: dict[str, Any]) -> CaseView:
    privacy, by, now = call.parts.privacy[0], call.account.id, call.parts.now()

    def write(session: Session) -> CaseView:
        try:
            case_people.add(session, privacy, call.case.id, shape, columns, by, now)
        except PieceError as error:
            raise _refusal(error) from error
        return case_view(session, call, session.get_one(Case, call.case.id))

    return await call.parts.database.write(write)


async def _edit(call: Call, shape: type[P], columns: dict[str, Any]) -> CaseView:
    privacy, by, now = call.parts.privacy[0], call.account.id, call.parts.now()

    def write(session: Session) -> CaseView:
        row = _piece(session, call, shape)
        try:
            case_people.edit(session, privacy, row, columns, by, now)
        except PieceError as error:
            raise _refusal(error) from error
        return case_view(session, call, session.get_one(Case, call.case.id))

    return await call.parts.database.write(write)


async def _remove(call: Call, shape: type[P]) -> CaseView:
    def write(session: Session) -> CaseView:
        row = _piece(session, call, shape)
        try:
            case_people.remove(session, row, call.account.id, call.parts.now())
        except PieceError as error:
            raise _refusal(error) from error
        return case_view(session, call, session.get_one(Case, call.case.id))

    return await call.parts.database.write(write)


def _piece(session: Session, call: Call, shape: type[P]) -> P:
    row = case_people.find(session, shape, call.case.id, call.part("piece"))
    if row is None:
        raise ApiError("no_such_piece")
    return row


def _refusal(error: PieceError) -> ApiError:
    word = str(error)
    return ApiError("no_such_piece") if word == "no_such_party" else ApiError(word)


def check_terms(call: Call, cause: str, claims: list[str]) -> None:
    """Refuse a cause or a kind of claim that is no term here."""
    known = lawbook(call.parts).terms
    if cause and cause not in known.causes:
        raise ApiError("malformed", "cause")
    if any(kind not in known.claims for kind in claims):
        raise ApiError("malformed", "claim.kind")


def check_day(day: date | None) -> None:
    """Refuse a day outside of the years that are dealt with here."""
    if day is not None and day.year not in _YEARS:
        raise ApiError("malformed", "date")


def party_columns(call: Call, party: NewParty) -> dict[str, Any]:
    """What the table of parties takes; refuses wrong identity numbers and codes."""
    columns = _with_number(call, msgspec.to_builtins(party), party.id_number)
    columns.pop("agents", None)
    if party.credit_code:
        code = credit_code.normalise(party.credit_code)
        if not credit_code.is_valid(code):
            raise ApiError("bad_credit_code")
        columns["credit_code"] = code
    return columns


def agent_columns(call: Call, agent: NewAgent) -> dict[str, Any]:
    """What the table of agents takes, but whom they act for."""
    if agent.scope and agent.power != "special":
        raise ApiError("malformed", "scope: special")
    columns = _with_number(call, msgspec.to_builtins(agent), agent.id_number)
    columns["scope"] = ",".join(dict.fromkeys(agent.scope))
    return columns


def _with_number(call: Call, columns: dict[str, Any], given: Any) -> dict[str, Any]:
    columns.pop("id_number", None)
    if given is UNSET:
        return columns
    number = id_number.normalise(given)
    if number and not id_number.is_valid(number, today(call.parts)):
        raise ApiError("bad_id_number")
    return columns | {"id_number": number}


def claim_columns(claim: NewClaim) -> dict[str, Any]:
    """What the table of claims takes."""
    for day in (claim.period_from, claim.period_to):
        check_day(day)
    columns: dict[str, Any] = msgspec.to_builtins(claim)
    return columns | {name: columns[name] or "" for name in ("period_from", "period_to")}


_ONE = "/api/cases/{case}"
_PIECES = ("malformed", "no_such_piece")


def _pieces(name: str, what: str, shape: type[msgspec.Struct], handlers: tuple[Any, Any, Any]) -> list[Route]:
    """The three routes of one kind of piece: add, change, take away."""
    add, edit, remove = handlers
    more = ("bad_id_number", "bad_credit_code", "too_many_agents") if name in ("parties", "agents") else ()
    act = Act.EDIT_CASES
    one = f"{_ONE}/{name}/{{piece}}"
    return [
        Route(
            "POST",
            f"{_ONE}/{name}",
            add,
            Auth.STAFF,
            f"Add {what}",
            act=act,
            takes=shape,
            gives=CaseView,
            status=201,
            refusals=(*_PIECES, *more),
        ),
        Route(
            "PUT",
            one,
            edit,
            Auth.STAFF,
            f"Change {what}",
            act=act,
            takes=shape,
            gives=CaseView,
            refusals=(*_PIECES, *more),
        ),
        Route(
            "DELETE",
            one,
            remove,
            Auth.STAFF,
            f"Take {what} away",
            act=act,
            gives=CaseView,
            refusals=("no_such_piece", "in_use"),
        ),
    ]


ROUTES = (
    *_pieces("parties", "a party", NewParty, (add_party, edit_party, remove_party)),
    *_pieces("agents", "an agent", AgentFor, (add_agent, edit_agent, remove_agent)),
    *_pieces("claims", "a claim", NewClaim, (add_claim, edit_claim, remove_claim)),
    *_pieces("exhibits", "a line of evidence", NewExhibit, (add_exhibit, edit_exhibit, remove_exhibit)),
)

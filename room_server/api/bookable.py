"""What a booking takes from a case: the case itself, its parties and agents, and their identity numbers."""

from sqlmodel import Session

from ..rules.permissions import Act, may_there
from ..store import case_people, cases, organisations
from ..store.case_tables import Agent, Party
from ..store.privacy import Privacy
from ..store.tables import Case
from .refusals import ApiError
from .routes import Call


def case_to_book(session: Session, call: Call, identifier: str, number: str) -> Case | None:
    """The case that a hearing is booked for, if the booker may; none when its number is new."""
    case = session.get(Case, identifier) if identifier else cases.by_number(session, number)
    if case is None:
        if identifier:
            raise ApiError("no_such_case")
        return None
    openings = organisations.openings(session, call.account.id, case.id, call.parts.now())
    if not may_there(call.memberships, Act.BOOK, organisations.path_of_case(session, case), openings):
        raise ApiError("case_not_yours")
    return case


def check_named(session: Session, case: Case | None, party: str, agent: str) -> None:
    """Refuse a party or an agent that is not this case's."""
    own = case.id if case else ""
    if party and case_people.find(session, Party, own, party) is None:
        raise ApiError("malformed", "party")
    if agent and case_people.find(session, Agent, own, agent) is None:
        raise ApiError("malformed", "agent")


def known_number(session: Session, privacy: Privacy, party: str, agent: str) -> str:
    """The identity number that the case knows of somebody; empty when it knows none."""
    row = session.get(Agent, agent) if agent else session.get(Party, party) if party else None
    return case_people.reveal(privacy, row) if row else ""

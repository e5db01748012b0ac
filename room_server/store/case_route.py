"""A case on its way: accepting and numbering it, moving it, and going on with it as an arbitration case.

What goes along into arbitration is what was handed in: parties, agents, claims, listed evidence, the roster.
Hearings, minutes, offers and reasons of the mediation stay with the mediation case (CPI 107, OMR 18).
"""

import json
from datetime import date

import msgspec
from sqlmodel import Session, col, select

from ..law.limits import TimeLaw
from ..law.terms import NumberKind, Terms
from ..rules.deadlines import Deadline, Fact, deadlines
from ..rules.route import (
    BEFORE,
    TRANSITIONS,
    Condition,
    Outcome,
    Route,
    Standing,
    failing,
    open_steps,
    procedure_of,
)
from . import case_history, case_people, cases, concealed, numbering
from .case_tables import Agent, CaseEvent, Claim, Exhibit, NumberRow, Party, RosterEntry
from .organisation_tables import Organisation
from .privacy import Privacy
from .tables import Case, new_id

TAKEN_ALONG = ("infringement_known", "employment_ended")
"""Facts about the dispute itself. Never what a side admitted: that was said to settle."""


class StepRefused(Exception):
    """The case cannot go there: `missing` conditions, or none when there is no such step at all."""

    def __init__(self, missing: list[Condition]) -> None:
        super().__init__(", ".join(condition.word for condition in missing))
        self.missing = missing


class Lawbook(msgspec.Struct, frozen=True):
    """The tables that a case is judged by, and the place whose own rules count."""

    time: TimeLaw
    terms: Terms
    region: str = ""


def deadlines_of(case: Case, facts: list[Fact], law: Lawbook, today: date) -> list[Deadline]:
    """The time limits that run in a case."""
    # Who only asks or negotiates is under nobody's limits yet.
    within = "" if Route(case.route) in BEFORE else case.procedure
    limits = law.time.applying(within, law.region)
    return deadlines(facts, limits, law.time.calendar, today)


def standing(session: Session, case: Case, law: Lawbook, today: date) -> Standing:
    """What the conditions of the next steps ask about."""
    facts = case_history.facts(session, [case.id])[case.id]
    found = deadlines_of(case, facts, law, today)
    claims = {claim.kind for claim in case_people.pieces(session, Claim, case.id)}
    sides = {party.side for party in case_people.pieces(session, Party, case.id)}
    return Standing(
        route=Route(case.route),
        before=_before(session, case.id),
        procedure=case.procedure,
        facts={fact.kind: fact.day for fact in sorted(facts, key=lambda fact: fact.day)},
        expired=frozenset(d.limit for d in found if d.met is None and d.due is not None and d.due < today),
        claims=frozenset(claims),
        payable=any(law.terms.claims[kind].payable for kind in claims if kind in law.terms.claims),
        both_sides={"applicant", "respondent"} <= sides,
    )


def accept(
    session: Session, case: Case, organisation: Organisation, law: Lawbook, by: str, now: int, day: date
) -> NumberRow | None:
    """Give an accepted case its number; a case that has one keeps it."""
    if case.number != case.id:
        return None
    kind = law.terms.numbers[case.procedure]
    row = give_number(session, case, organisation, kind, by, now, day.year)
    case.number = row.number
    session.add(case)
    return row


def give_number(
    session: Session,
    case: Case,
    organisation: Organisation,
    kind: NumberKind,
    by: str,
    now: int,
    year: int,
    title: str = "",
) -> NumberRow:
    """One more number of the case or of a document of it."""
    row = numbering.give(
        session,
        kind=kind,
        organisation=organisation,
        year=year,
        case=case.id,
        by=by,
        now=now,
        title=title,
    )
    case_history.note(
        session, case.id, at=now, actor=by, what="numbered", kind=kind.kind, number=row.number, title=title
    )
    return row


def move(
    session: Session,
    case: Case,
    target: Route,
    law: Lawbook,
    *,
    reason: str,
    outcome: Outcome | None,
    by: str,
    now: int,
    today: date,
) -> None:
    """Bring the case to where it is dealt with next; raises `StepRefused`."""
    _check(session, case, target, law, today)
    _write_route(session, case, target, reason, outcome, by, now)


def go_on(
    session: Session,
    privacy: Privacy,
    case: Case,
    organisation: Organisation,
    law: Lawbook,
    *,
    reason: str,
    outcome: Outcome | None,
    by: str,
    now: int,
    today: date,
) -> Case:
    """Go on with a mediated case as an arbitration case of an organisation; raises `StepRefused`."""
    _check(session, case, Route.ARBITRATE, law, today)
    new = cases.file(
        session,
        organisation=organisation,
        title=case.title,
        cause=case.cause,
        route=Route.ARBITRATE.value,
        summary=case.summary,
        is_group=case.is_group,
        by=by,
        now=now,
        origin=case.id,
    )
    _take_people_along(session, privacy, case.id, new.id)
    _take_papers_along(session, case.id, new.id)
    _take_facts_along(session, case.id, new.id, by, now)
    case_history.note(
        session, new.id, at=now, actor=by, what="taken_over", origin=case.id, number=case.shown_number
    )
    if Route(case.route) is not Route.CLOSED:
        _write_route(session, case, Route.CLOSED, reason, outcome, by, now)
    case_history.note(session, case.id, at=now, actor=by, what="continued", onward=new.id)
    return new


def onward(session: Session, case: str) -> str:
    """The case in this installation that a case goes on as; empty when there is none."""
    query = select(Case.id).where(Case.origin == case).order_by(col(Case.created_at), col(Case.id))
    return session.exec(query).first() or ""


def needs_case_of_its_own(case: Case, target: Route) -> bool:
    """Whether that step makes a new case."""
    step = TRANSITIONS.get((Route(case.route), target))
    return step is not None and step.anew


def _check(session: Session, case: Case, target: Route, law: Lawbook, today: date) -> None:
    now = standing(session, case, law, today)
    step = next((step for step, _ in open_steps(now) if step.target is target), None)
    missing = failing(step, now) if step else []
    if step is None or missing:
        raise StepRefused(missing)


def _write_route(
    session: Session, case: Case, target: Route, reason: str, outcome: Outcome | None, by: str, now: int
) -> None:
    origin, case.route = case.route, target.value
    case.procedure = procedure_of(target) or case.procedure
    case.outcome = outcome.value if outcome else ("" if origin == Route.CLOSED.value else case.outcome)
    session.add(case)
    case_history.note(
        session,
        case.id,
        at=now,
        actor=by,
        what="route",
        text=reason,
        origin=origin,
        target=target.value,
        outcome=case.outcome,
    )


def _take_people_along(session: Session, privacy: Privacy, old: str, new: str) -> None:
    parties = {}
    for party in case_people.pieces(session, Party, old):
        copy = Party(**party.model_dump(exclude={"id", "case_id"}), id=new_id("y", 6), case_id=new)
        concealed.take_over(privacy, party, copy)
        parties[party.id] = copy.id
        session.add(copy)
    session.flush()
    for agent in case_people.pieces(session, Agent, old):
        kept = agent.model_dump(exclude={"id", "case_id", "party"})
        acting = Agent(**kept, id=new_id("g", 6), case_id=new, party=parties[agent.party])
        concealed.take_over(privacy, agent, acting)
        session.add(acting)
    for entry in case_people.roster(session, old):
        one = RosterEntry(**entry.model_dump(exclude={"id", "case_id"}), id=new_id("n", 6), case_id=new)
        concealed.take_over(privacy, entry, one)
        session.add(one)
    session.flush()


def _take_papers_along(session: Session, old: str, new: str) -> None:
    for claim in case_people.pieces(session, Claim, old):
        session.add(Claim(**claim.model_dump(exclude={"id", "case_id"}), id=new_id("q", 6), case_id=new))
    for exhibit in case_people.pieces(session, Exhibit, old):
        kept = exhibit.model_dump(exclude={"id", "case_id"})
        session.add(Exhibit(**kept, id=new_id("x", 6), case_id=new))
    session.flush()


def _take_facts_along(session: Session, old: str, new: str, by: str, now: int) -> None:
    """Facts of the dispute; and that mediation was applied for, which interrupts the limitation."""
    for event in case_history.standing_facts(case_history.history(session, old)):
        kind = "relief_sought" if event.fact == "applied" else event.fact
        if event.fact == "applied" or kind in TAKEN_ALONG:
            day = date.fromisoformat(event.day)
            case_history.note_fact(session, new, at=now, actor=by, fact=kind, day=day)


def _before(session: Session, case: str) -> Route | None:
    query = (
        select(CaseEvent)
        .where(CaseEvent.case_id == case, CaseEvent.what == "route")
        .order_by(col(CaseEvent.seq).desc())
    )
    last = session.exec(query).first()
    return Route(json.loads(last.body)["origin"]) if last else None

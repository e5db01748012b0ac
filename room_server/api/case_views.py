"""Cases as the API shows them: rows made into shapes, identity numbers masked, deadlines with their law."""

import json
from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session, col, select

from identity import id_number

from ..law.limits import time_law
from ..law.terms import terms
from ..rules.deadlines import Deadline, State
from ..rules.permissions import Act, may_there
from ..rules.route import Route, open_steps
from ..store import (
    case_history,
    case_people,
    case_route,
    cases,
    concealed,
    evidence,
    hearings,
    numbering,
    organisations,
)
from ..store.case_route import Lawbook
from ..store.case_tables import Agent, CaseEvent, Claim, Exhibit, NumberRow, Party
from ..store.organisation_tables import ROOT, Organisation
from ..store.privacy import Privacy
from ..store.tables import Case, StaffAccount
from .case_shapes import (
    AgentView,
    CaseRow,
    CaseView,
    ClaimView,
    DeadlineView,
    EventView,
    ExhibitView,
    NumberView,
    Obstacle,
    OrganisationRef,
    PartyName,
    PartyView,
    StepView,
)
from .hearings import hearing_view
from .routes import Call, Parts

GROUP = 10
REPRESENTATIVES = range(3, 6)
_URGENT = (State.OVERDUE, State.RUNNING, State.SUSPENDED)


def lawbook(parts: Parts) -> Lawbook:
    """The tables of this installation."""
    own = parts.settings.law if parts.settings.law.is_dir() else None
    return Lawbook(time_law(own), terms(own), parts.settings.region)


def today(parts: Parts) -> date:
    """The day by the server's clock."""
    return datetime.fromtimestamp(parts.clock()).date()


def organisation_ref(parts: Parts, row: Organisation) -> OrganisationRef:
    """An organisation by name; the root is called what the settings say until it has a name."""
    return OrganisationRef(row.id, row.name or (parts.settings.organisation if row.id == ROOT else ""))


def case_view(session: Session, call: Call, case: Case) -> CaseView:
    """A whole case."""
    law, now = lawbook(call.parts), today(call.parts)
    privacy = call.parts.privacy[0]
    facts = case_history.facts(session, [case.id])[case.id]
    standing = case_route.standing(session, case, law, now)
    parties = case_people.pieces(session, Party, case.id)
    owner = session.get_one(Organisation, case.organisation or ROOT)
    openings = organisations.openings(session, call.account.id, case.id, call.parts.now())
    return CaseView(
        id=case.id,
        number=case.shown_number,
        title=case.title,
        cause=case.cause,
        route=Route(case.route),
        procedure=case.procedure,
        summary=case.summary,
        group=case.is_group,
        outcome=case.outcome,
        organisation=organisation_ref(call.parts, owner),
        origin=case.origin or "",
        created_at=case.created_at,
        parties=[party_view(privacy, row) for row in parties],
        agents=[agent_view(privacy, row) for row in case_people.pieces(session, Agent, case.id)],
        claims=[claim_view(row) for row in case_people.pieces(session, Claim, case.id)],
        exhibits=[exhibit_view(row, marks) for row, marks in evidence.listed(session, case.id)],
        deadlines=[deadline_view(law, d) for d in case_route.deadlines_of(case, facts, law, now)],
        steps=[
            StepView(step.target, step.anew, [Obstacle(c.word, c.zh, c.en, c.basis) for c in lacking])
            for step, lacking in open_steps(standing)
        ],
        numbers=[number_view(row) for row in numbering.given(session, case.id)],
        hearings=[hearing_view(call, booking) for booking in hearings.of_case(session, case.id)],
        warnings=warnings(session, case, parties),
        may=[act for act in Act if may_there(call.memberships, act, owner.path, openings)],
    )


def case_rows(session: Session, parts: Parts, found: list[Case]) -> list[CaseRow]:
    """Cases for a list."""
    law, now = lawbook(parts), today(parts)
    identifiers = [case.id for case in found]
    parties = cases.parties_of(session, identifiers)
    facts = case_history.facts(session, identifiers)
    owners = {
        row.id: organisation_ref(parts, row)
        for row in session.exec(
            select(Organisation).where(
                col(Organisation.id).in_({case.organisation or ROOT for case in found})
            )
        )
    }
    return [
        CaseRow(
            id=case.id,
            number=case.shown_number,
            title=case.title,
            cause=case.cause,
            route=Route(case.route),
            group=case.is_group,
            organisation=owners[case.organisation or ROOT],
            created_at=case.created_at,
            parties=[PartyName(party.side, party.name) for party in parties[case.id]],
            next=_most_urgent(law, case, case_route.deadlines_of(case, facts[case.id], law, now)),
        )
        for case in found
    ]


def _most_urgent(law: Lawbook, case: Case, found: Iterable[Deadline]) -> DeadlineView | None:
    if case.route == Route.CLOSED.value:
        return None
    return next((deadline_view(law, d) for d in found if d.state in _URGENT), None)


def deadline_view(law: Lawbook, deadline: Deadline) -> DeadlineView:
    """A deadline together with what the law says."""
    limit = law.time.limits[deadline.limit]
    return DeadlineView(
        limit=limit.id,
        zh=limit.zh,
        en=limit.en,
        begins=deadline.begins,
        due=deadline.due,
        state=deadline.state.value,
        days_left=deadline.days_left,
        met=deadline.met,
        extended=deadline.extended,
        anew_by=deadline.anew_by,
        value=limit.value,
        unit=limit.unit,
        basis=limit.basis,
        source=limit.source,
        unit_source=limit.unit_source,
        region=limit.region,
        notes=limit.notes,
        unknown_years=deadline.unknown_years,
    )


def party_view(privacy: Privacy, row: Party) -> PartyView:
    """A party with a masked identity number."""
    return PartyView(
        id=row.id,
        side=row.side,
        kind=row.kind,
        name=row.name,
        id_number=masked(privacy, row),
        credit_code=row.credit_code,
        legal_representative=row.legal_representative,
        legal_representative_post=row.legal_representative_post,
        employer=row.employer,
        occupation=row.occupation,
        phone=concealed.get(privacy, row, "phone"),
        address=concealed.get(privacy, row, "address"),
        service_address=concealed.get(privacy, row, "service_address"),
        electronic_address=concealed.get(privacy, row, "electronic_address"),
        representative=row.representative,
    )


def agent_view(privacy: Privacy, row: Agent) -> AgentView:
    """An agent with a masked identity number."""
    return AgentView(
        id=row.id,
        party=row.party,
        kind=row.kind,
        name=row.name,
        power=row.power,
        scope=[power for power in row.scope.split(",") if power],
        firm=row.firm,
        licence=row.licence,
        papers=row.papers,
        phone=concealed.get(privacy, row, "phone"),
        id_number=masked(privacy, row),
    )


def masked(privacy: Privacy, row: Party | Agent) -> str:
    """The identity number as a screen may show it; empty when there is none."""
    number = concealed.get(privacy, row, concealed.ID_NUMBER)
    return id_number.mask(number) if number else ""


def claim_view(row: Claim) -> ClaimView:
    """A claim."""
    return ClaimView(
        id=row.id,
        kind=row.kind,
        text=row.text,
        amount_fen=row.amount_fen,
        period_from=row.period_from,
        period_to=row.period_to,
        basis=row.basis,
        counter=row.counter,
    )


def exhibit_view(row: Exhibit, marks: Iterable[str] = ()) -> ExhibitView:
    """A line of the list of evidence, and what was submitted of it."""
    return ExhibitView(
        id=row.id,
        side=row.side,
        name=row.name,
        source=row.source,
        proves=row.proves,
        original=row.original,
        reference=row.reference,
        marks=list(marks),
    )


def number_view(row: NumberRow) -> NumberView:
    """A given number."""
    return NumberView(row.number, row.kind, row.title, row.given_at)


def event_views(session: Session, events: list[CaseEvent]) -> list[EventView]:
    """The history with the names of who did it."""
    people = dict(
        session.exec(
            select(StaffAccount.id, StaffAccount.person).where(
                col(StaffAccount.id).in_({event.actor for event in events})
            )
        ).all()
    )
    gone = {json.loads(event.body)["seq"] for event in events if event.what == case_history.WITHDRAWN}
    return [
        EventView(
            seq=event.seq,
            at=event.at,
            actor=people.get(event.actor, event.actor),
            what=event.what,
            fact=event.fact,
            day=event.day,
            until=event.until,
            note=event.note,
            body=event.body,
            withdrawn=event.seq in gone,
        )
        for event in events
    ]


def warnings(session: Session, case: Case, parties: list[Party]) -> list[str]:
    """What is odd about a group case: group_too_small, representatives; and group_unmarked."""
    entries = case_people.roster(session, case.id)
    applicants = sum(party.side == "applicant" for party in parties)
    people = max(len(entries), applicants)
    if not case.is_group:
        return ["group_unmarked"] if people >= GROUP else []
    found = ["group_too_small"] if people < GROUP else []
    elected = sum(entry.representative for entry in entries) or sum(party.representative for party in parties)
    if elected not in REPRESENTATIVES:
        found.append("representatives")
    return found

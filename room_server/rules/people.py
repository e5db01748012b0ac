"""Who takes part in a hearing, in which role, and what a role may do (domain tables 2.2 and 2.9 as data)."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """Role codes of a hearing; the Chinese names are the screen's business."""

    MEDIATOR = "mediator"
    CO_MEDIATOR = "co_mediator"
    CHIEF_ARBITRATOR = "chief_arbitrator"
    SOLE_ARBITRATOR = "sole_arbitrator"
    ARBITRATOR = "arbitrator"
    CLERK = "clerk"
    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    AGENT = "agent"
    LEGAL_REP = "legal_rep"
    STATUTORY_AGENT = "statutory_agent"
    LEGAL_AID = "legal_aid"
    THIRD_PARTY = "third_party"
    WITNESS = "witness"
    APPRAISER = "appraiser"
    INTERPRETER = "interpreter"
    EXPERT = "expert"
    OBSERVER = "observer"
    SUPERVISOR = "supervisor"
    TECH = "tech"
    CHAMBER = "chamber"
    """A physical room with one device: everybody who sits there, at one microphone."""


class Action(StrEnum):
    """What a role may be allowed to do; every command names the one it needs."""

    TAKE_PART = "take_part"
    ADMIT = "admit"
    MOVE = "move"
    FLOOR = "floor"
    MUTE = "mute"
    PROCEED = "proceed"
    RULE = "rule"
    READ = "read"
    EDIT_MINUTES = "edit_minutes"
    SHOW_EVIDENCE = "show_evidence"
    DECIDE = "decide"
    """What the chair alone decides and nobody can be asked to do instead."""
    CHAIR = "chair"


CONDUCT = frozenset({Action.MOVE, Action.FLOOR, Action.MUTE, Action.PROCEED, Action.RULE, Action.DECIDE})
"""What leads the hearing: the chair's, or of staff whom the chair has asked to (logged)."""

STAFF: frozenset[Role] = frozenset(
    {Role.MEDIATOR, Role.CHIEF_ARBITRATOR, Role.SOLE_ARBITRATOR, Role.ARBITRATOR, Role.CLERK}
)
PRESIDING: frozenset[Role] = frozenset({Role.MEDIATOR, Role.CHIEF_ARBITRATOR, Role.SOLE_ARBITRATOR})
"""Who may preside over some kind of hearing; over which, says its procedure."""
LISTEN_ONLY: frozenset[Role] = frozenset({Role.OBSERVER, Role.SUPERVISOR, Role.TECH})
PARTIES: frozenset[Role] = frozenset(
    {
        Role.APPLICANT,
        Role.RESPONDENT,
        Role.AGENT,
        Role.LEGAL_REP,
        Role.STATUTORY_AGENT,
        Role.LEGAL_AID,
        Role.THIRD_PARTY,
    }
)
"""Whose dispute it is, and who stands beside them."""
EARWITNESSES: frozenset[Role] = frozenset(
    {Role.WITNESS, Role.APPRAISER, Role.EXPERT, Role.OBSERVER, Role.SUPERVISOR, Role.TECH}
)
"""Who knows of the hearing only what was said while they were in it."""

_CONDUCTS = frozenset(Action)
_ASSISTS = _CONDUCTS - {Action.DECIDE, Action.CHAIR}
_STANDS_IN = frozenset({Action.TAKE_PART, Action.CHAIR})

PERMISSIONS: dict[Role, frozenset[Action]] = {
    **{role: frozenset({Action.TAKE_PART}) for role in Role},
    Role.MEDIATOR: _CONDUCTS,
    Role.CHIEF_ARBITRATOR: _CONDUCTS,
    Role.SOLE_ARBITRATOR: _CONDUCTS,
    Role.CLERK: _ASSISTS,
    Role.ARBITRATOR: _STANDS_IN,
    Role.CO_MEDIATOR: _STANDS_IN,
}


def may(role: Role, action: Action) -> bool:
    """Whether a role may do something at all; the state of the room may still refuse it."""
    return action in PERMISSIONS[role]


COLUMNS_OF_ROLES: dict[Role, str] = {
    Role.MEDIATOR: "arbitrators",
    Role.CO_MEDIATOR: "arbitrators",
    Role.CHIEF_ARBITRATOR: "arbitrators",
    Role.SOLE_ARBITRATOR: "arbitrators",
    Role.ARBITRATOR: "arbitrators",
    Role.CLERK: "clerk",
    Role.APPLICANT: "applicant",
    Role.RESPONDENT: "respondent",
    Role.THIRD_PARTY: "third",
    Role.WITNESS: "witness",
    Role.APPRAISER: "expert",
    Role.EXPERT: "expert",
    Role.INTERPRETER: "interpreter",
    Role.OBSERVER: "observer",
    Role.SUPERVISOR: "supervisor",
    Role.TECH: "observer",
    Role.CHAMBER: "chamber",
}
"""Role → the column of the floor matrix; everybody else sits with their side, else with third parties."""


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """A person in one hearing, stable over reconnects and devices."""

    id: str
    name: str
    role: Role
    side: str = ""
    """`applicant`, `respondent` or empty: whom an agent or witness belongs to."""
    purpose: str = ""
    """Why an observer or supervisor watches, as it is written down; empty: as their role says."""
    level: str = ""
    """Of an expert of a panel: province_city, district, street or enterprise; empty: not known."""
    screened: list[str] = []
    """Ids of people who must never be at the same place; it holds in both directions."""

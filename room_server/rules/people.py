"""Who takes part in a hearing, in which role, and what a role may do (domain table 2.9 as data)."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """Role codes of a hearing; the Chinese names are the screen's business."""

    MEDIATOR = "mediator"
    CLERK = "clerk"
    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    AGENT = "agent"
    THIRD_PARTY = "third_party"
    WITNESS = "witness"
    INTERPRETER = "interpreter"
    EXPERT = "expert"
    OBSERVER = "observer"
    SUPERVISOR = "supervisor"


class Action(StrEnum):
    """What a role may be allowed to do; every command names the one it needs."""

    TAKE_PART = "take_part"
    ADMIT = "admit"
    MOVE = "move"
    FLOOR = "floor"
    MUTE = "mute"
    PROCEED = "proceed"
    EDIT_MINUTES = "edit_minutes"
    SHOW_EVIDENCE = "show_evidence"


STAFF: frozenset[Role] = frozenset({Role.MEDIATOR, Role.CLERK})
PRESIDING: frozenset[Role] = frozenset({Role.MEDIATOR})
LISTEN_ONLY: frozenset[Role] = frozenset({Role.OBSERVER, Role.SUPERVISOR})

_PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.MEDIATOR: frozenset(Action),
    Role.CLERK: frozenset(Action),
} | {role: frozenset({Action.TAKE_PART}) for role in Role if role not in STAFF}


def may(role: Role, action: Action) -> bool:
    """Whether a role may do something at all; the state of the room may still refuse it."""
    return action in _PERMISSIONS[role]


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """A person in one hearing, stable over reconnects and devices."""

    id: str
    name: str
    role: Role
    side: str = ""
    """`applicant`, `respondent` or empty: whom an agent or witness belongs to."""
    purpose: str = ""
    """Why an observer or supervisor watches, as it is written down; empty: as their role says."""

"""Which role in an organisation may do what, and how far it reaches: one table, and one question to it. Pure.

Roles of a hearing (who may speak, move, record) are another matter: `people`.
"""

from collections.abc import Iterable
from enum import IntEnum, StrEnum

import msgspec


class StaffRole(StrEnum):
    """What somebody is in an organisation."""

    ADMIN = "admin"
    MEDIATOR = "mediator"
    ARBITRATOR = "arbitrator"
    CLERK = "clerk"
    EXPERT = "expert"
    SUPERVISOR = "supervisor"
    FILING = "filing"
    LEGAL_AID = "legal_aid"
    TECH = "tech"


class Act(StrEnum):
    """What may be allowed; every address of the staff's API names the one it needs."""

    SIGNED_IN = "signed_in"
    SEE_LAW = "see_law"
    SEE_HEARINGS = "see_hearings"
    BOOK = "book"
    ENTER = "enter"
    INVITE = "invite"
    READ_RECORD = "read_record"
    FINISH = "finish"
    SEE_CASES = "see_cases"
    EDIT_CASES = "edit_cases"
    MOVE_CASES = "move_cases"
    GRANT = "grant"
    SEE_ORGANISATIONS = "see_organisations"
    EDIT_ORGANISATIONS = "edit_organisations"
    SEE_STAFF = "see_staff"
    EDIT_STAFF = "edit_staff"
    EDIT_CHAMBERS = "edit_chambers"
    EDIT_WEBHOOKS = "edit_webhooks"
    EDIT_MODELS = "edit_models"
    """Which speech model the whole server writes with: at the top of the tree only."""
    SEE_EVALUATIONS = "see_evaluations"
    WATCH = "watch"
    """See and hear a live hearing from outside, for a purpose that is written down."""
    REVIEW = "review"
    """Ask a panel for its review or sit on one: which, says the seat."""


class Reach(IntEnum):
    """How far a role may do something."""

    NOWHERE = 0
    GRANTED = 1
    """Only in cases that were opened to them."""
    TREE = 2
    """In their own organisation and all below it, and in cases that were opened to them."""


LEVELS = ("province_city", "district", "street", "enterprise")
"""The four levels, highest first; an organisation lies under one of a higher level, or of the highest."""

SEEING = frozenset({Act.SEE_HEARINGS, Act.SEE_CASES, Act.READ_RECORD})
"""What a grant to see opens; one to work opens all that the role may do."""

AT_THE_TOP = frozenset({Act.EDIT_MODELS})
"""What concerns everybody on a server, and is done by those whose organisation is the highest."""

_EVERYBODY = frozenset({Act.SIGNED_IN, Act.SEE_LAW, Act.SEE_ORGANISATIONS})
_HOLDING = frozenset({Act.SEE_HEARINGS, Act.BOOK, Act.ENTER, Act.INVITE, Act.READ_RECORD, Act.FINISH})
_FILING = frozenset({Act.SEE_CASES, Act.EDIT_CASES, Act.MOVE_CASES, Act.SEE_STAFF})

_TREE: dict[StaffRole, frozenset[Act]] = {
    StaffRole.ADMIN: frozenset(
        {Act.SEE_HEARINGS, Act.SEE_CASES, Act.GRANT, Act.SEE_STAFF}
        | {Act.EDIT_ORGANISATIONS, Act.EDIT_STAFF, Act.EDIT_CHAMBERS, Act.EDIT_WEBHOOKS, Act.EDIT_MODELS}
        | {Act.SEE_EVALUATIONS}
    ),
    StaffRole.MEDIATOR: _HOLDING | _FILING | {Act.REVIEW, Act.GRANT},
    StaffRole.ARBITRATOR: _HOLDING | _FILING | {Act.REVIEW, Act.GRANT},
    StaffRole.CLERK: _HOLDING | _FILING | {Act.REVIEW, Act.EDIT_CHAMBERS},
    StaffRole.EXPERT: frozenset(),
    StaffRole.SUPERVISOR: frozenset(
        {Act.SEE_HEARINGS, Act.SEE_CASES, Act.SEE_STAFF, Act.SEE_EVALUATIONS, Act.WATCH}
    ),
    StaffRole.FILING: _HOLDING | _FILING,
    StaffRole.LEGAL_AID: _HOLDING - {Act.READ_RECORD},
    StaffRole.TECH: frozenset({Act.SEE_HEARINGS}),
}
_GRANTED: dict[StaffRole, frozenset[Act]] = {
    StaffRole.EXPERT: frozenset({Act.SEE_HEARINGS, Act.SEE_CASES, Act.REVIEW}),
    StaffRole.LEGAL_AID: frozenset({Act.SEE_CASES, Act.READ_RECORD}),
}


def reach(role: StaffRole, act: Act) -> Reach:
    """How far a role may do something."""
    if act in _EVERYBODY or act in _TREE[role]:
        return Reach.TREE
    return Reach.GRANTED if act in _GRANTED.get(role, frozenset()) else Reach.NOWHERE


class Membership(msgspec.Struct, frozen=True):
    """A role in an organisation; `path` names it and all above it, `/root/district/street/`."""

    path: str
    role: StaffRole


class Opening(msgspec.Struct, frozen=True):
    """A case that was opened to the asker; `work`: to do in it what their role may do."""

    work: bool


def may(memberships: Iterable[Membership], act: Act) -> bool:
    """Whether somebody may do this anywhere at all."""
    return any(_far(member, act) is not Reach.NOWHERE for member in memberships)


def _far(member: Membership, act: Act) -> Reach:
    highest = member.path.count("/") == 2
    return reach(member.role, act) if highest or act not in AT_THE_TOP else Reach.NOWHERE


def may_there(
    memberships: Iterable[Membership], act: Act, path: str, openings: Iterable[Opening] = ()
) -> bool:
    """Whether somebody may do this in the organisation of a path, or in a case opened to them.

    A grant widens where a role may do something, never what.
    """
    opened = any(act in SEEING or opening.work for opening in openings)
    for member in memberships:
        far = _far(member, act)
        if far is Reach.TREE and path.startswith(member.path):
            return True
        if far is not Reach.NOWHERE and opened:
            return True
    return False


def paths_of(memberships: Iterable[Membership], act: Act) -> list[str]:
    """The organisations below which somebody may do this without any grant."""
    return sorted({member.path for member in memberships if _far(member, act) is Reach.TREE})

"""The review of a case by a panel: whose part is what, what may be shown to it, what a majority is. Pure."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from .people import STAFF, Participant, Role
from .procedures import stage_of
from .procedures.panel import PANEL
from .procedures.stage import Group

KIND = "panel_review"
"""The kind of hearing that is a review."""
LEAST_OPINION = 10
"""How many letters, figures or Chinese characters an opinion has at least."""
LEAST_DIFFERENT = 5
"""How many of them differ."""


class Part(StrEnum):
    """What somebody is in a review."""

    CHAIR = "chair"
    """Presides, opens the opinions and draws the conclusion."""
    MEMBER = "member"
    """An expert of the panel."""
    STAFF = "staff"
    """Keeps the review: asks for it, chooses materials, writes down."""


class MaterialKind(StrEnum):
    """What may be shown to a panel."""

    EVIDENCE = "evidence"
    MINUTES = "minutes"
    RECORDING = "recording"


def chair_of(participants: Iterable[Participant]) -> str:
    """Who presides over a review unless somebody has taken the chair; empty when nobody can."""
    people = list(participants)
    for role in PANEL.presides:
        for person in people:
            if person.role is role:
                return person.id
    return ""


def part_of(person: Participant, chair: str) -> Part | None:
    """The part of somebody who has a seat; None for parties and for everybody who is no part of the panel."""
    if person.role is Role.EXPERT:
        return Part.MEMBER
    if person.role not in STAFF:
        return None
    return Part.CHAIR if person.id == chair else Part.STAFF


def why_kept_back(kind: MaterialKind, held_as: str, procedure: str, stages: Iterable[tuple[str, str]]) -> str:
    """The rule by which something of a sitting is never shown to a panel; empty when it may be.

    `held_as`: the kind of its hearing; `procedure`: of the case now; `stages`: (procedure, stage) it passed.
    What was said to reach a settlement never follows a case into arbitration (domain 2.10). Private talks and
    deliberations are recorded nowhere, so that nothing of them can be chosen.
    """
    if held_as == KIND:
        return "panel_secret"
    if held_as == "mediation" and procedure == "arbitration":
        return "mediation_secret"
    if kind is MaterialKind.RECORDING and held_as != "mediation":
        passed = (stage_of(*stage) for stage in stages)
        if any(stage and not stage.minuted and stage.group is not Group.DELIBERATION for stage in passed):
            return "mediation_secret"
    return ""


def sees_opinions(part: Part, given: bool, opened: bool) -> bool:
    """Whether others' opinions are shown: to the chair, to members who gave theirs, to all once opened."""
    return opened or part is Part.CHAIR or (part is Part.MEMBER and given)


def is_token(view: str) -> bool:
    """Whether what somebody wrote is too little to be an opinion: it would only open the others'."""
    said = [letter for letter in view if letter.isalnum()]
    return len(said) < LEAST_OPINION or len(set(said)) < LEAST_DIFFERENT


def why_no_conclusion(members: Collection[str], given: Collection[str], opened: bool) -> str:
    """Why no conclusion can be drawn yet; empty when it can."""
    if not given:
        return "no_opinion_yet"
    return "" if opened or set(members) <= set(given) else "opinions_missing"


def is_majority(majority: Collection[str], given: Collection[str]) -> bool:
    """Whether those named are more than half of those who gave opinions; nobody named: no majority."""
    named = set(majority)
    return not named or (named <= set(given) and 2 * len(named) > len(set(given)))

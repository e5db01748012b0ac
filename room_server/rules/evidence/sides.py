"""Whose evidence it is, what it is called, and who may see it (domain 2.9, 2.11, K20)."""

from enum import StrEnum

from ..people import PARTIES as PARTIES_AND_THEIRS
from ..people import STAFF, Participant, Role


class Side(StrEnum):
    """Who brings an item, or speaks to one; `tribunal` is what the tribunal itself collected."""

    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    THIRD = "third_party"
    TRIBUNAL = "tribunal"


MARKS: dict[Side, str] = {
    Side.APPLICANT: "申证",
    Side.RESPONDENT: "被证",
    Side.THIRD: "三证",
    Side.TRIBUNAL: "庭证",
}
NAMES: dict[Side, str] = {
    Side.APPLICANT: "申请人",
    Side.RESPONDENT: "被申请人",
    Side.THIRD: "第三人",
    Side.TRIBUNAL: "本庭",
}
PARTIES = (Side.APPLICANT, Side.RESPONDENT, Side.THIRD)
BRINGING = PARTIES_AND_THEIRS
"""Who may bring evidence and speak to it: the parties and those who act for them."""
_BY_ROLE = {
    Role.APPLICANT: Side.APPLICANT,
    Role.RESPONDENT: Side.RESPONDENT,
    Role.THIRD_PARTY: Side.THIRD,
}
_BY_NAME = {
    "applicant": Side.APPLICANT,
    "respondent": Side.RESPONDENT,
    "third_party": Side.THIRD,
}


def side_of(person: Participant) -> Side | None:
    """The side for which a person may bring evidence; None for staff, witnesses and everybody else."""
    if person.role not in BRINGING:
        return None
    return _BY_NAME.get(person.side) or _BY_ROLE.get(person.role)


def mark_of(side: Side, number: int) -> str:
    """What an item is called: `申证1`."""
    return f"{MARKS[side]}{number}"


def knows_all(person: Participant) -> bool:
    """Whether somebody sees items that are not submitted yet, whoever brings them."""
    return person.role in STAFF


def knows(person: Participant, side: Side, submitted: bool, withdrawn: bool) -> bool:
    """Whether somebody may look at an item at any time: staff, its own side, then all parties."""
    own = side_of(person)
    if knows_all(person) or own is side:
        return True
    return own is not None and submitted and not withdrawn


def looks_on(person: Participant) -> bool:
    """Whether somebody sees no more than the page that is shown while they are at the table."""
    return side_of(person) is None and person.role not in STAFF

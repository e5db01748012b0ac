"""Who may speak in which group of stages at the table: domain table 2.9 as data."""

from enum import StrEnum

from .stage import Group


class Cell(StrEnum):
    """What a column of people may do in a group of stages."""

    FREE = "F"
    GIVEN = "G"
    """Heard only when given the floor."""
    TURN = "T"
    """Heard freely while it is their side's turn, else muted."""
    OWN = "O"
    """Tries their own device; heard only when spoken to, i.e. given the floor."""
    MUTED = "-"
    """Sees and hears, is never heard."""
    LISTENS = "L"
    AGREED = "A"
    """Listens if the parties have agreed to it, else absent."""
    ABSENT = "X"
    """Neither hears nor is heard nor sees: not in the room, isolated, or gone."""


COLUMNS = (
    "presiding",
    "arbitrators",
    "clerk",
    "applicant",
    "respondent",
    "third",
    "witness",
    "expert",
    "observer",
    "supervisor",
    "interpreter",
    "chamber",
)

_ROWS = {
    Group.LOBBY: "F L F O O O X - X X O O",
    Group.OPENING: "F F F G G G X L L L F G",
    Group.STATEMENTS: "F F G T T T X L L L F G",
    Group.EVIDENCE: "F F F G G G G G L L F G",
    Group.INQUIRY: "F F G G G G X L L L F G",
    Group.NEGOTIATION: "F F G F F F X G X A F F",
    # At the table; in the talk itself everybody who was asked in may speak.
    Group.CAUCUS: "F - - - - - X - X X - -",
    Group.DELIBERATION: "F F F X X X X X X X X X",
    Group.MINUTES: "F F F G G G X - X X F G",
    Group.INTERRUPTED: "F F F O O O X - X X O O",
    Group.REVIEW: "F F G G G G X F X L F G",
    Group.PANEL: "F F G X X X X F X X X X",
}

FLOOR: dict[Group, dict[str, Cell]] = {
    group: dict(zip(COLUMNS, map(Cell, row.split()), strict=True)) for group, row in _ROWS.items()
}

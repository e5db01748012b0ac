"""Which facts about evidence, and which pages, a person in the room may know now. Pure."""

from ..floor import attends
from ..people import STAFF
from ..places import TABLE
from ..room import Person, Room
from . import events as e
from .sides import looks_on, side_of

_TO_PARTIES = (e.EvidenceSubmitted, e.EvidenceWithdrawn, e.EvidenceExamined, e.OriginalChecked)


def visible(room: Room, person: Person, event: e.EvidenceEvent) -> bool:
    """Whether a fact about evidence is for a person who sits in the hearing."""
    if person.participant.role in STAFF:
        return True
    if isinstance(event, e.EvidenceNoted):
        # What the tribunal thinks of an item is told when it decides.
        return False
    if isinstance(event, _TO_PARTIES):
        return side_of(person.participant) is not None
    if isinstance(event, e.PresentingStopped) or not looks_on(person.participant):
        return True
    # Who only looks on learns nothing of what was shown before they came.
    shown = room.exhibits.shown
    return shown is not None and shown.number == event.showing


def may_see_page(room: Room, participant: str, evidence: str, page: int) -> bool:
    """Whether somebody is shown this very page at the table now."""
    person, shown = room.people.get(participant), room.exhibits.shown
    if person is None or shown is None or person.place != TABLE or not person.admitted:
        return False
    return attends(room, person) and (shown.evidence, shown.page) == (evidence, page)

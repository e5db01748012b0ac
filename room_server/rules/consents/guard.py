"""Which answers stand in the way of a stage, and whose (domain 2.5). Pure."""

from ..people import STAFF
from ..places import TABLE
from ..room import Room

GIVEN = "given"


def unanswered(room: Room, stage: str) -> list[str]:
    """What people at the table have not answered that a stage needs: `consent:ITEM:PERSON`."""
    return [
        f"consent:{text.item}:{who}"
        for text in room.consents.needed(stage, room.table.first if room.table else "")
        for who in text.people
        if _is_here(room, who)
        and not room.consents.answer(who, text)
        and f"{text.item}:{who}" not in room.excused
    ]


def refused(room: Room, stage: str) -> list[str]:
    """Who is at the table and has refused, or taken back, what nobody may be made to do."""
    return [
        who
        for text in room.consents.needed(stage, room.table.first if room.table else "")
        if text.blocks
        for who in text.people
        if _is_here(room, who) and room.consents.answer(who, text) not in ("", GIVEN)
    ]


def _is_here(room: Room, who: str) -> bool:
    person = room.people.get(who)
    if person is None or person.participant.role in STAFF:
        return False
    return person.place == TABLE and person.connected

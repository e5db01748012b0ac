"""Which answers stand in the way of a stage, and whose (domain 2.5). Pure."""

from collections.abc import Collection

from ..people import STAFF
from ..places import TABLE
from ..room import Room
from .events import ConsentNoted
from .state import AT_CALL

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


def shown(room: Room, people: Collection[str], act: str) -> list[ConsentNoted]:
    """The notices that an act puts before people who have not answered them."""
    return [
        ConsentNoted(participant=who, item=text.item, version=text.version, sha256=text.sha256, how="shown")
        for text in room.consents.texts.values()
        if act in text.shown
        for who in people
        if who in text.people and room.consents.is_open(who, text)
    ]


def uncalled(room: Room, people: Collection[str], reason: str = "") -> list[ConsentNoted]:
    """What people have not answered that is asked before they are called in, gone without for `reason`."""
    return [
        ConsentNoted(
            participant=who,
            item=text.item,
            version=text.version,
            sha256=text.sha256,
            how="excused",
            reason=reason,
        )
        for text in room.consents.needed(AT_CALL, "")
        for who in people
        if who in text.people and room.consents.is_open(who, text)
    ]

"""What people were asked and have answered outside the room, told inside it: the journal names it all."""

from collections.abc import Sequence
from typing import Protocol

from ..law.consents import Consents, Entry
from ..rules import events as e
from ..rules.consents.events import ConsentAnswered, ConsentsLaid, ConsentText
from ..rules.people import STAFF
from ..rules.places import Phase
from ..rules.room import Room
from ..store import consents as store
from ..store.booking_tables import ConsentRow
from ..store.database import Database


class Told(Protocol):
    """The sitting, as far as it is told of consents."""

    room: Room

    async def told(self, *events: e.Event) -> None:
        """Report facts and wait until they are stored."""


async def tell_consents(database: Database, texts: Consents, sitting: Told, hearing: str, kind: str) -> None:
    """Tell a live sitting what it does not know yet; one caller at a time."""
    room = sitting.room
    if not room.people or room.phase is Phase.CLOSED:
        return
    rows = await database.read(lambda s: store.history(s, hearing))
    if facts := missing(room, texts, kind, rows):
        await sitting.told(*facts)


def missing(room: Room, texts: Consents, kind: str, rows: Sequence[ConsentRow]) -> list[e.Event]:
    """The facts that the journal of a room lacks; `rows`: every answer of its hearing, oldest first."""
    facts: list[e.Event] = []
    laid = [_text(entry, room, kind) for entry in texts.entry if entry.kind != "duty" and not entry.signed]
    laid = [text for text in laid if text.people]
    if laid != list(room.consents.texts.values()):
        facts.append(ConsentsLaid(texts=laid))
    # Answers are never changed or deleted, so those beyond the number told are the new ones.
    answers = [_answer(row) for row in rows if row.seat in room.people]
    return [*facts, *answers[room.consents.told :]]


def _text(entry: Entry, room: Room, kind: str) -> ConsentText:
    people = [
        who
        for who, person in room.people.items()
        if person.participant.role not in STAFF and entry.concerns(person.participant.role.value, kind)
    ]
    return ConsentText(
        item=entry.id,
        version=entry.version,
        sha256=entry.sha256,
        kind=entry.kind,
        title=entry.title.zh,
        title_en=entry.title.en,
        asked=["entering"] if entry.moment == "entering" else entry.asked,
        before=entry.before,
        blocks=entry.refusal == "blocks",
        people=people,
        shown=entry.shown,
    )


def _answer(row: ConsentRow) -> ConsentAnswered:
    return ConsentAnswered(
        participant=row.seat,
        item=row.item,
        version=row.version,
        sha256=row.sha256,
        act=row.act,
        answered_at=row.at,
        by_staff=row.actor != row.seat,
        note=row.note,
    )

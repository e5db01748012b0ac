"""What was submitted or withdrawn outside the room, told inside it: the journal of a sitting names it all."""

from collections.abc import Sequence
from typing import Protocol

from ..rules import events as e
from ..rules.consents.guard import shown
from ..rules.evidence.events import EvidenceSubmitted, EvidenceWithdrawn
from ..rules.evidence.sides import Side, mark_of
from ..rules.places import Phase
from ..rules.room import Room
from ..store import evidence as store
from ..store.database import Database
from ..store.evidence_tables import EvidenceRow


class Told(Protocol):
    """The sitting, as far as it is told of evidence."""

    room: Room

    async def told(self, *events: e.Event) -> None:
        """Report facts and wait until they are stored."""


async def tell_submissions(database: Database, sitting: Told, hearing: str) -> None:
    """Tell a live sitting what it does not know yet; one caller at a time."""
    room = sitting.room
    if not room.people or room.phase is Phase.CLOSED:
        return
    rows = await database.read(lambda s: store.before_hearing(s, hearing))
    if facts := missing(room, rows):
        await sitting.told(*facts)


def missing(room: Room, rows: Sequence[EvidenceRow]) -> list[e.Event]:
    """The facts that the journal of a room lacks; what was withdrawn before it began is told as both."""
    facts: list[e.Event] = []
    for row in rows:
        known = room.exhibits.items.get(row.id)
        if known is None:
            facts.append(_submitted(row))
            # What whoever brings evidence is told stands beside it on their screen (K20).
            facts += [note for note in shown(room, [row.actor], "evidence") if note not in facts]
        if row.state == "withdrawn" and not (known and known.withdrawn):
            facts.append(EvidenceWithdrawn(evidence=row.id, reason=row.reason))
    return facts


def _submitted(row: EvidenceRow) -> EvidenceSubmitted:
    number = row.number or 0
    return EvidenceSubmitted(
        evidence=row.id,
        side=row.side,
        number=number,
        mark=mark_of(Side(row.side), number),
        title=row.title,
        purpose=row.purpose,
        kind=row.kind,
        file=row.file,
        pages=row.pages,
        seconds=row.seconds,
        bytes=row.size,
        sha256=row.sha256,
        active=row.active,
        by=row.by,
        received_at=row.received_at or 0,
        submitted_at=row.submitted_at or 0,
        received_from=row.received_from,
        exhibit=row.exhibit or "",
    )

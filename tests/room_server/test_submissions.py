"""A sitting is told what was submitted before it and beside it, once."""

import pytest

from room_server.rules import events as e
from room_server.rules.evidence.events import EvidenceSubmitted, EvidenceWithdrawn
from room_server.rules.room import Room, evolve
from room_server.sittings.submissions import tell_submissions
from room_server.store import evidence
from room_server.store.database import Database
from tests.room_server.test_store_evidence import book, database, draft, submit
from tests.support.people import prepared

__all__ = ["database"]


class Sitting:
    """Takes facts into its room and remembers them."""

    def __init__(self) -> None:
        self.room = evolve(Room(), prepared())
        self.facts: list[e.Event] = []

    async def told(self, *events: e.Event) -> None:
        """Remember and fold."""
        self.facts += events
        for event in events:
            self.room = evolve(self.room, event)


async def test_what_came_before_and_meanwhile_is_told_once(database: Database) -> None:
    hearing, sitting = await book(database), Sitting()
    early, gone = [await submit(database, await draft(database, hearing), at) for at in (4, 5)]
    await draft(database, hearing)
    await database.write(lambda s: evidence.withdraw(s, gone.id, "重复", "p_1", 6))
    await tell_submissions(database, sitting, hearing)
    assert [type(fact) for fact in sitting.facts] == [
        EvidenceSubmitted,
        EvidenceSubmitted,
        EvidenceWithdrawn,
    ]
    told = sitting.facts[0]
    assert isinstance(told, EvidenceSubmitted)
    assert (told.evidence, told.mark, told.submitted_at, told.received_at) == (early.id, "申证1", 4, 2)
    assert (told.sha256, told.pages, told.file) == ("a" * 64, 2, "a.pdf")
    await tell_submissions(database, sitting, hearing)
    assert len(sitting.facts) == 3
    await database.write(lambda s: evidence.withdraw(s, early.id, "", "p_1", 7))
    await tell_submissions(database, sitting, hearing)
    assert sitting.facts[3:] == [EvidenceWithdrawn(evidence=early.id, reason="")]


@pytest.mark.parametrize("closed", [True, False])
async def test_a_closed_or_empty_sitting_is_told_nothing(database: Database, closed: bool) -> None:
    hearing, sitting = await book(database), Sitting()
    await submit(database, await draft(database, hearing))
    sitting.room = evolve(sitting.room, e.Closed()) if closed else Room()
    await tell_submissions(database, sitting, hearing)
    assert sitting.facts == []

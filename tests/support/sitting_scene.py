"""A sitting over its API: the mediator at the table, everybody else before the door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.store import hearings, journal
from room_server.store.hearings import Booking
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server


@dataclass
class Scene:
    """A sitting with the mediator at the table and everybody else before the door."""

    server: DeskServer
    booking: Booking
    sitting: str
    clerk: Caller

    def person(self, role: Role) -> str:
        return next(person.id for person in self.booking.participants if person.role is role)

    async def tell(self, *facts: e.Event) -> None:
        await journal.append(
            self.server.database, self.sitting, [("system", NOW, None, fact) for fact in facts]
        )

    async def party(self, role: Role) -> Caller:
        return self.server.with_ticket(await self.server.token(self.booking, role))

    def address(self, tail: str) -> str:
        return f"/api/sittings/{self.sitting}/{tail}"


@asynccontextmanager
async def sitting_scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """The scene, opened."""
    async with desk_server(tmp_path) as server:
        booking = await server.book()
        sitting = await server.database.write(lambda s: hearings.begin_sitting(s, booking.id, NOW))
        scene = Scene(server, booking, sitting, await server.signed_in("clerk"))
        prepared = e.SittingPrepared(
            sitting=sitting,
            case_number="1",
            case_title="t",
            hearing=booking.id,
            kind="mediation",
            organisation="o",
            rehearsal=False,
            participants=booking.participants,
        )
        await scene.tell(prepared, e.Opened())
        yield scene


def heard(number: int, participant: str, text: str) -> e.UtteranceHeard:
    """One machine line, heard from `number` seconds on."""
    return e.UtteranceHeard(
        utterance=f"u{number}",
        participant=participant,
        start_ms=number * 1000,
        end_ms=number * 1000 + 900,
        text=text,
        words=[],
        confidence=0.9,
        language="zh",
        engine="x",
    )

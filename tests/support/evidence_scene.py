"""A hearing with both sides, a witness and an observer at the API, and the files they bring."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from room_server.api.evidence import INTAKE
from room_server.evidence import examiner
from room_server.evidence.apart import _answer
from room_server.rules import events as e
from room_server.rules.people import Participant, Role
from room_server.rules.room import Room, evolve
from room_server.store import hearings
from room_server.store.hearings import Booking, NewSeat
from tests.support import exhibits
from tests.support.desk_server import NOW, Answer, Caller, DeskServer, desk_server

PDF = exhibits.pdf(3)


class Scene:
    """A hearing with both sides, a witness and an observer, each with a link."""

    def __init__(self, server: DeskServer, booking: Booking) -> None:
        self.server, self.booking = server, booking
        self.callers: dict[str, Caller] = {}

    @property
    def all(self) -> str:
        return f"/api/hearings/{self.booking.id}/evidence"

    def person(self, name: str) -> Participant:
        return next(person for person in self.booking.participants if person.name == name)

    async def settle(self) -> None:
        self.callers = {name: await self.server.signed_in(name) for name in ("clerk", "stranger")}
        for person in self.booking.participants:
            if person.role not in (Role.MEDIATOR, Role.CLERK):
                link = await self.server.tickets.issue(self.booking.id, person.id)
                self.callers[person.name] = self.server.with_ticket(link.token)

    async def ask(self, who: str, method: str, tail: str = "", body: Any = None, **more: Any) -> Answer:
        return await self.callers[who].call(method, self.all + tail, body, **more)

    async def announced(self, who: str, size: int, **more: Any) -> Any:
        answer = await self.ask(who, "POST", "", {"title": "劳动合同", "bytes": size, **more})
        assert answer.status == 201, answer.body
        return answer.json

    async def sent(self, who: str, content: bytes, **more: Any) -> Any:
        """An item whose file has been received and examined."""
        item = (await self.announced(who, len(content), **more))["id"]
        answer = await self.ask(who, "PUT", f"/{item}/bytes?from=0", content)
        assert answer.json == {"received": len(content)}, answer.body
        assert (await self.ask(who, "POST", f"/{item}/complete")).status == 202
        return await self.settled(who, item)

    async def settled(self, who: str, item: str) -> Any:
        async with asyncio.timeout(60):
            while (found := (await self.ask(who, "GET", f"/{item}")).json)["state"] == "checking":
                await asyncio.sleep(0.02)
        return found

    async def submitted(self, who: str, content: bytes = PDF, **more: Any) -> Any:
        item = await self.sent(who, content, **more)
        return (await self.ask(who, "POST", f"/{item['id']}/submit")).json

    def seat(self, *events: e.Event) -> None:
        """Let everybody sit at the table of an open sitting."""
        room = Room()
        first = e.SittingPrepared(
            sitting="s",
            case_number="",
            case_title="",
            hearing=self.booking.id,
            kind="mediation",
            organisation="",
            rehearsal=False,
            participants=self.booking.participants,
        )
        facts: list[e.Event] = [first, e.Opened()]
        for person in self.booking.participants:
            facts.append(e.Admitted(participant=person.id))
            facts.append(e.Moved(participant=person.id, origin="lobby", place="table"))
        for fact in [*facts, *events]:
            room = evolve(room, fact)
        self.server.live.rooms[self.booking.id] = room


@asynccontextmanager
async def evidence_scene(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    """A server whose examiner works in the same process: that it runs apart has tests of its own."""
    async with desk_server(folder, evidence_picture_mib=1) as server:
        _examine_here(server, monkeypatch)
        seats = [
            NewSeat(name="陈思远", role=Role.CLERK),
            NewSeat(name="张三", role=Role.APPLICANT, side="applicant"),
            NewSeat(name="赵律师", role=Role.AGENT, side="applicant"),
            NewSeat(name="某公司", role=Role.RESPONDENT, side="respondent"),
            NewSeat(name="钱证人", role=Role.WITNESS, side="applicant"),
            NewSeat(name="孙旁听", role=Role.OBSERVER),
        ]
        booking = await server.database.write(
            lambda s: hearings.book(
                s, case_number="1", title="t", kind="mediation", starts_at=NOW, seats=seats, now=NOW
            )
        )
        scene = Scene(server, booking)
        await scene.settle()
        yield scene


def _examine_here(server: DeskServer, monkeypatch: pytest.MonkeyPatch) -> None:
    examiners = server.client.app[INTAKE]._examiners

    async def order(what: dict[str, Any]) -> dict[str, Any]:
        answer = await asyncio.to_thread(examiner.obey, what)
        return _answer(json.dumps(answer).encode(), 0)

    monkeypatch.setattr(examiners, "_order", order)
    monkeypatch.setattr("room_server.evidence.drawing.PAGE_EDGE", 400)

"""A case with a past and a booked review of it by two experts, on a real HTTP side."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session

from room_server.api.evidence import INTAKE
from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.store import evidence, hearings, journal
from room_server.store.evidence import NewEvidence
from room_server.store.hearings import Booking, NewSeat
from room_server.store.tables import Case
from tests.support.desk_server import NOW, Answer, DeskServer, desk_server
from tests.support.exhibits import pdf, photo

EXPERTS = ("郑专家", "何专家")
EXISTS = "双方存在事实劳动关系，应当支付"
ABSENT = "双方不存在劳动关系，请求无据"
OPINION = {"issue": "是否存在劳动关系", "view": EXISTS, "basis": "考勤记录和工资条", "confidence": "sure"}


@dataclass
class ReviewScene:
    """Everything a test of a review needs; people are named by `ask`: an account, or a name with a ticket."""

    server: DeskServer
    booking: Booking
    sittings: dict[str, str]
    """Kind of the earlier hearing → its sitting."""
    items: list[str]
    printed: list[dict[str, Any]] = field(default_factory=list)
    """What was printed of conclusions, where a test notes it."""

    def id_of(self, name: str) -> str:
        """The participant of that name."""
        return next(person.id for person in self.booking.participants if person.name == name)

    async def ask(self, who: str, method: str, tail: str = "", body: Any = None, **more: Any) -> Answer:
        """A request about the review."""
        if who in ("mediator", "clerk", "stranger"):
            caller = await self.server.signed_in(who)
        else:
            link = await self.server.tickets.issue(self.booking.id, self.id_of(who))
            caller = self.server.with_ticket(link.token)
        return await caller.call(method, f"/api/hearings/{self.booking.id}/review{tail}", body, **more)

    def page(self, item: str, number: int) -> bytes:
        """The picture of a page of evidence."""
        return self.server.client.app[INTAKE].shelf.page(item, number).read_bytes()

    async def opened(self, kind: str, ref: str) -> str:
        """Open something to the panel; its id."""
        answer = await self.ask("mediator", "POST", "/materials", {"kind": kind, "ref": ref})
        assert answer.status == 201, answer.body
        return str(answer.json["id"])

    async def opine(self, who: str, **changes: str) -> Answer:
        """Give an opinion."""
        return await self.ask(who, "POST", "/opinions", OPINION | changes)

    async def acts(self) -> list[tuple[str, str, str]]:
        """Who did what of what, as the log says."""
        lines = (await self.ask("clerk", "GET", "/log")).json["acts"]
        told = ("title", "what", "word", "version")
        return [
            (line["name"], line["act"], " ".join(str(line[name]) for name in told if line[name]))
            for line in lines
        ]


@asynccontextmanager
async def review_scene(folder: Path, procedure: str = "mediation") -> AsyncIterator[ReviewScene]:
    """A case with two items of evidence and a closed hearing of each kind, and a review of it."""
    async with desk_server(folder) as server:
        sittings = {}
        for day, kind in enumerate(("mediation", "arbitration", "panel_review")):
            held = await _book(server, kind)
            sittings[kind] = await _hold(server, held, NOW + day)
        booking = await _book(server, "panel_review")

        def proceed(session: Session) -> None:
            session.get_one(Case, booking.case).procedure = procedure

        await server.database.write(proceed)
        items = [await _submit(server, booking, title) for title in ("劳动合同", "工资条")]
        yield ReviewScene(server, booking, sittings, items)


async def _book(server: DeskServer, kind: str) -> Booking:
    seats = [NewSeat(name="周敏", role=Role.MEDIATOR), NewSeat(name="陈思远", role=Role.CLERK)]
    seats += [
        NewSeat(name=name, role=Role.EXPERT, level=level)
        for name, level in zip(EXPERTS, ("district", ""), strict=True)
    ]
    seats += [
        NewSeat(name="张晓雯", role=Role.APPLICANT, side="applicant"),
        NewSeat(name="钱旁听", role=Role.OBSERVER),
    ]
    return await server.database.write(
        lambda session: hearings.book(
            session,
            case_number="示范劳人调〔2026〕1号",
            title={"mediation": "调解", "arbitration": "开庭", "panel_review": "会审"}[kind],
            kind=kind,
            starts_at=NOW,
            seats=seats,
            now=NOW,
        )
    )


async def _hold(server: DeskServer, booking: Booking, at: int) -> str:
    """A sitting that was opened and closed, with printed minutes and a recorded track."""
    sitting = await server.database.write(lambda s: hearings.begin_sitting(s, booking.id, at))
    await server.database.write(lambda s: hearings.mark(s, sitting, at, at + 1))
    made = e.DocumentMade(document="d1", kind="minutes", file="minutes-1.pdf", bytes=9, sha256="x")
    await journal.append(server.database, sitting, [("system", NOW, None, made)])
    files, recordings = server.settings.files / sitting, server.settings.recordings / sitting
    for place in (files, recordings):
        place.mkdir(parents=True)
    (files / "minutes-1.pdf").write_bytes(b"%PDF minutes")
    (recordings / "p.microphone.webm").write_bytes(bytes(range(256)))
    file = {"file": "p.microphone.webm", "start_ms": 0, "duration_ms": 9, "bytes": 256, "sha256": "x"}
    track = {"track": "p.microphone", "participant": "p", "source": "microphone", "codec": "opus"}
    manifest = {"version": 1, "zero_ms": NOW, "tracks": [track | {"files": [file]}]}
    (recordings / "manifest.json").write_text(json.dumps(manifest))
    return sitting


async def _submit(server: DeskServer, booking: Booking, title: str) -> str:
    """An item of two pages that the applicant submitted."""
    new = NewEvidence(
        hearing=booking.id,
        side="applicant",
        title=title,
        purpose="",
        file="a.pdf",
        size=9,
        actor="p",
        by="张晓雯",
    )
    facts = {
        "format": "pdf",
        "kind": "document",
        "pages": 2,
        "seconds": 0,
        "active": False,
        "sha256": "a" * 64,
    }

    def write(session: Session) -> str:
        row = evidence.begin(session, new, NOW)
        evidence.received(session, row.id, "p", NOW)
        evidence.examined(session, row.id, facts, NOW)
        return evidence.submit(session, row.id, "p", NOW).id

    item = await server.database.write(write)
    shelf = server.client.app[INTAKE].shelf
    shelf.views(item).mkdir(parents=True)
    shelf.original(item).write_bytes(pdf(2))
    for number in (1, 2):
        shelf.page(item, number).write_bytes(photo(480 + number, 680, "WEBP"))
    return item

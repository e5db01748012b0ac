"""A real HTTP side over real SQLite, with a live side that only remembers what it was asked."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher
from sqlmodel import Session

from room_server import api
from room_server.api.access import COOKIE, csrf_of
from room_server.api.line import Tests
from room_server.crew.probing import ProbeRefused
from room_server.engine.seam import WorkerGone
from room_server.rates import Limits
from room_server.rules.commands import Command
from room_server.rules.events import Event
from room_server.rules.people import Role
from room_server.rules.refusal import Refused
from room_server.rules.room import Room, evolve
from room_server.settings import Settings
from room_server.sittings.happenings import Happenings
from room_server.speech.shelf import Shelf
from room_server.store import hearings, staff
from room_server.store.database import Database
from room_server.store.hearings import Booking, NewSeat
from room_server.tickets import Tickets

NOW = 1_790_000_000_000
PASSWORD = "correct-horse"
STAFF_PEOPLE = {
    "mediator": ("周敏", Role.MEDIATOR),
    "clerk": ("陈思远", Role.CLERK),
    "stranger": ("吴迪", Role.CLERK),
}


@dataclass
class QuietPasses:
    """Remembers what was wished for; refuses with the word it was given."""

    wishes: list[tuple[str, str, Command]] = field(default_factory=list)
    refusal: str = ""
    read: float | None = None

    async def wish(self, sitting: str, participant: str, command: Command) -> None:
        """Remember, or refuse."""
        if self.refusal:
            raise Refused(self.refusal)
        self.wishes.append((sitting, participant, command))

    def share(self, sitting: str) -> float | None:
        """As scripted."""
        return self.read


@dataclass
class QuietLive:
    """The live side, scripted: remembers calls, answers what it was told to."""

    asked: list[tuple[str, ...]] = field(default_factory=list)
    stats: dict[str, Any] | None = None
    state: str = "up"
    speech: dict[str, Any] | None = None
    second_passes: QuietPasses = field(default_factory=QuietPasses)
    happened: Happenings = field(default_factory=Happenings)
    rooms: dict[str, Room] = field(default_factory=dict)
    lines: dict[str, dict[str, str]] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=lambda: {"media": {"state": "up"}})
    engine: dict[str, str] | None = None
    need: dict[str, Any] = field(default_factory=dict)
    in_session: bool = False

    async def scribe(self, method: str, *args: Any, wait: float = 10.0) -> Any:
        """A scribe that states what it was told to, or is gone."""
        if self.engine is None:
            raise WorkerGone("scribe")
        self.asked.append((method, *map(str, args)))
        if method == "reload":
            self.engine = {**self.engine, "state": "ready", "model": Path(args[0]).name}
        return {"engine": self.engine}

    async def shut_out(self, hearing: str, participant: str) -> None:
        """Remember."""
        self.asked.append(("shut_out", hearing, participant))

    async def finish(self, sitting: str) -> None:
        """Remember."""
        self.asked.append(("finish", sitting))

    def room(self, hearing: str) -> Room | None:
        """As scripted."""
        return self.rooms.get(hearing)

    def grades(self, hearing: str) -> Mapping[str, str]:
        """As scripted."""
        return self.lines.get(hearing, {})

    async def consents_changed(self, hearing: str) -> None:
        """Nobody sits here."""

    async def tell(self, hearing: str, facts: Callable[[Room], Sequence[Event]]) -> None:
        """Take the facts into the scripted room."""
        room = self.rooms.get(hearing, Room())
        for event in facts(room):
            room = evolve(room, event)
        self.rooms[hearing] = room

    async def evidence_changed(self, hearing: str) -> None:
        """Remember."""
        self.asked.append(("evidence_changed", hearing))

    def crew(self) -> list[dict[str, Any]]:
        """One worker, as it was last tended."""
        return [{"name": "media-1", "state": self.state, "epoch": 1, "port": 50000, "rooms": 2, "busy": 0.25}]

    def tend(self, worker: str, wish: str) -> None:
        """Note the wish."""
        if worker != "media-1":
            raise LookupError(worker)
        self.state = {"drain": "drained", "replace": "leaving", "resume": "up"}[wish]

    async def health(self) -> dict[str, Any]:
        """As scripted."""
        return self.parts

    async def measurements(self) -> Mapping[str, Any]:
        """Two sittings, and two media workers of which the second is dead."""
        return {
            "rooms": {"open": 2},
            "participants": {"mediator": 1},
            "recording_bytes": 9,
            "media": [
                {"epoch": 3, "rooms": 1, "state": state, "stats": stats}
                for state, stats in (("up", self.stats), ("down", None))
            ],
            "speech": self.speech,
            "happened": self.happened.plain(),
            "loop_lag_s": 0.002,
        }


class QuietTests:
    """Has no media worker, and says so."""

    async def open(self, who: str) -> str:
        """Refuse."""
        raise ProbeRefused("media_down")

    async def offer(self, who: str, probe: str, way: str, plane: str, sdp: str) -> str:
        """Refuse."""
        raise ProbeRefused("no_such_probe")

    async def close(self, who: str, probe: str) -> None:
        """Refuse."""
        raise ProbeRefused("no_such_probe")


@dataclass
class Answer:
    """A response that has been read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookie: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def word(self) -> str:
        """The word of a refusal."""
        return str(self.json["error"]["word"])


@dataclass
class Caller:
    """Somebody with a browser: anonymous, signed in, or with a ticket."""

    client: TestClient[web.Request, web.Application]
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """One request, with this person's credentials."""
        headers = self.headers | more.pop("headers", {})
        if body is not None:
            more["data"] = body if isinstance(body, bytes) else json.dumps(body).encode()
            headers = {"Content-Type": "application/json"} | headers
        async with self.client.request(
            method, path, headers=headers, allow_redirects=False, **more
        ) as response:
            return await _read(response)

    async def get(self, path: str, **more: Any) -> Answer:
        """GET."""
        return await self.call("GET", path, **more)

    async def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        """POST."""
        return await self.call("POST", path, body, **more)


async def _read(response: ClientResponse) -> Answer:
    morsel = response.cookies.get(COOKIE)
    return Answer(response.status, response.headers, await response.read(), morsel.value if morsel else "")


@dataclass
class DeskServer:
    """Everything a test of the API needs."""

    settings: Settings
    database: Database
    tickets: Tickets
    live: QuietLive
    client: TestClient[web.Request, web.Application]
    clock: list[float]

    def anonymous(self) -> Caller:
        """Nobody."""
        return Caller(self.client)

    async def signed_in(self, name: str) -> Caller:
        """A staff member, as after the login (which has tests of its own)."""

        def sign_in(session: Session) -> str:
            account = staff.find_account(session, name)
            assert account is not None
            return staff.sign_in(session, account.id, int(self.clock[0] * 1000))

        cookie = await self.database.write(sign_in)
        return Caller(self.client, {"Cookie": f"{COOKIE}={cookie}", "X-CSRF": csrf_of(cookie)})

    def with_ticket(self, token: str) -> Caller:
        """A party."""
        return Caller(self.client, {"Authorization": f"Ticket {token}"})

    async def book(self, number: str = "示范劳人调〔2026〕1号") -> Booking:
        """A mediation hearing with mediator, clerk, two parties and a witness."""
        seats = [
            NewSeat(name=STAFF_PEOPLE[name][0], role=STAFF_PEOPLE[name][1]) for name in ("mediator", "clerk")
        ]
        seats += [
            NewSeat(name="张晓雯", role=Role.APPLICANT, side="applicant"),
            NewSeat(name="林国栋", role=Role.AGENT, side="respondent"),
            NewSeat(name="何静", role=Role.WITNESS, side="applicant"),
        ]
        return await self.database.write(
            lambda session: hearings.book(
                session,
                case_number=number,
                title="劳动报酬争议",
                kind="mediation",
                starts_at=NOW,
                seats=seats,
                now=NOW,
            )
        )

    async def token(self, booking: Booking, role: Role) -> str:
        """A link's token for the person with that role."""
        person = next(person for person in booking.participants if person.role is role)
        return (await self.tickets.issue(booking.id, person.id)).token


@asynccontextmanager
async def desk_server(
    folder: Path,
    add: Callable[[web.Application, Tickets], None] | None = None,
    tests: Tests | None = None,
    limits: Limits | None = None,
    **chosen: Any,
) -> AsyncIterator[DeskServer]:
    """Start one; `add` puts more onto the application, `tests` tries lines, `chosen` are settings.

    `limits` go by another clock than their own.
    """
    # Tests ask faster than people; what happens then has a test of its own.
    unlimited = {"requests_per_account": 0, "requests_per_address": 0}
    settings = Settings(data=folder, **unlimited | chosen)
    clock = [NOW / 1000]
    database = Database(settings.database)
    tickets = Tickets(
        database, settings.keys, public_url="https://heting.test:8443", hours=24, clock=lambda: clock[0]
    )
    live = QuietLive()
    app = web.Application()

    async def resources(app: web.Application) -> AsyncIterator[None]:
        await database.open()
        yield
        await database.close()

    (folder / "dist").mkdir(exist_ok=True)
    api.add_routes(
        app,
        settings=settings,
        database=database,
        tickets=tickets,
        live=live,
        tests=tests or QuietTests(),
        shelf=Shelf(settings, live.scribe, live.need, lambda: live.in_session),
        authority=folder / "ca.pem",
        pages=folder / "dist",
        limits=limits,
        clock=lambda: clock[0],
    )
    # After the routes, as the server itself does it: nothing of theirs may need the database before.
    app.cleanup_ctx.append(resources)
    if add is not None:
        add(app, tickets)
    async with TestClient(TestServer(app)) as client:
        server = DeskServer(settings, database, tickets, live, client, clock)
        await _make_staff(server)
        yield server


async def _make_staff(server: DeskServer) -> None:
    # A hash that is checked quickly: what a slow one costs has a test of its own.
    password_hash = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)

    def make(session: Session) -> None:
        for name, (person, role) in STAFF_PEOPLE.items():
            staff.create_account(
                session, name=name, person=person, role=role, password_hash=password_hash, now=NOW
            )

    await server.database.write(make)

"""The table of routes: each declared once, for the router, the access rules and the OpenAPI document."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import msgspec
from aiohttp import web

from ..pairing import Pairing
from ..rules.commands import Command
from ..rules.events import Event
from ..rules.permissions import Act, Membership
from ..rules.room import Room
from ..settings import Settings
from ..store.database import Database
from ..store.endpoint_tables import EndpointRow
from ..store.hearings import Booking
from ..store.organisation_tables import Organisation
from ..store.privacy import Privacy
from ..store.tables import Case, StaffAccount
from ..tickets import Pass, Tickets
from .refusals import ApiError

MAX_BODY = 64 * 1024
BODY_S = 15.0


class SecondPasses(Protocol):
    """What the API needs of second passes."""

    async def wish(self, sitting: str, participant: str, command: Command) -> None:
        """Ask a sitting for something, also one that is over; raises `Refused` and `LookupError`."""

    def share(self, sitting: str) -> float | None:
        """How much of a recording is read, 0 to 1; None where nothing reads it."""


class Live(Protocol):
    """What the API needs of the live side."""

    async def shut_out(self, hearing: str, participant: str) -> None:
        """Close the sockets of a participant whose ticket was just revoked (word `revoked`)."""

    async def finish(self, sitting: str) -> None:
        """Start the work after the close again; returns at once."""

    @property
    def second_passes(self) -> "SecondPasses":
        """Second passes over recordings, and what is wished for about them."""

    def room(self, hearing: str) -> Room | None:
        """The live room of a hearing, if anybody has come yet."""

    def grades(self, hearing: str) -> Mapping[str, str]:
        """How good the lines of a live hearing's people are now, by participant: good, poor, bad."""

    async def tell(self, hearing: str, facts: Callable[[Room], Sequence[Event]]) -> None:
        """Write down in a hearing's live sitting what depends on its room; raises what `facts` raises."""

    async def evidence_changed(self, hearing: str) -> None:
        """Something was submitted or withdrawn in the case of a hearing: tell those who sit."""

    async def consents_changed(self, hearing: str) -> None:
        """Somebody has answered a text of a hearing: tell those who sit."""

    async def health(self) -> dict[str, Any]:
        """The state of each part, e.g. `{"media": {"state": "up"}}`, without names of people."""

    def crew(self) -> list[dict[str, Any]]:
        """Every media worker: `name`, `state`, `epoch`, `port`, `rooms`, `busy`."""

    def tend(self, worker: str, wish: str) -> None:
        """Drain, replace or resume a media worker; raises `LookupError` when there is none of that name."""

    async def measurements(self) -> Mapping[str, Any]:
        """What `/metrics` tells: `rooms` by phase, `participants` by role, `recording_bytes`,
        and `media`: one row per media worker with `epoch`, `rooms` and `stats` (None while it is dead)."""


class Auth(StrEnum):
    """Who may call a route."""

    OPEN = "open"
    """Anybody."""
    STAFF = "staff"
    """Any signed-in staff member."""
    MEMBER = "member"
    """Staff with a seat in the hearing, or who booked it."""
    TICKET = "ticket"
    """Whoever holds a good ticket."""
    SHARED = "shared"
    """Members, and holders of a ticket to this very hearing."""
    CHAMBER = "chamber"
    """The device that a chamber is paired with."""


STAFFED = (Auth.STAFF, Auth.MEMBER, Auth.SHARED)
"""Routes that staff may call."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What handlers work with."""

    settings: Settings
    database: Database
    tickets: Tickets
    live: Live
    authority: Path | None
    pages: Path
    privacy: list[Privacy] = field(default_factory=list)
    clock: Callable[[], float] = time.time

    def now(self) -> int:
        """Unix ms."""
        return int(self.clock() * 1000)


PARTS = web.AppKey("parts", Parts)
PAIRING = web.AppKey("pairing", Pairing)


@dataclass(slots=True)
class Call:
    """One authorised request: who asks, about which hearing."""

    request: web.Request
    parts: Parts
    staff: StaffAccount | None = None
    visitor: Pass | None = None
    booking: Booking | None = None
    memberships: list[Membership] = field(default_factory=list)
    """What the staff member is, and where."""
    case_row: Case | None = None
    organisation_row: Organisation | None = None
    endpoint_row: EndpointRow | None = None

    @property
    def case(self) -> Case:
        """The case of the address; routes without one never ask."""
        assert self.case_row is not None
        return self.case_row

    @property
    def organisation(self) -> Organisation:
        """The organisation of the address; routes without one never ask."""
        assert self.organisation_row is not None
        return self.organisation_row

    @property
    def endpoint(self) -> EndpointRow:
        """The chamber's device; routes for others never ask."""
        assert self.endpoint_row is not None
        return self.endpoint_row

    @property
    def hearing(self) -> Booking:
        """The hearing of the address; routes without one never ask."""
        assert self.booking is not None
        return self.booking

    @property
    def account(self) -> StaffAccount:
        """The staff member; routes for others never ask."""
        assert self.staff is not None
        return self.staff

    def part(self, name: str) -> str:
        """A part of the address."""
        return self.request.match_info[name]


Answer = msgspec.Struct | web.StreamResponse | None
Handler = Callable[[Call], Awaitable[Answer]] | Callable[[Call, Any], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `takes` and `gives` are the JSON bodies; `media` is what it gives when that is no JSON."""

    method: str
    path: str
    handler: Handler
    auth: Auth
    summary: str
    takes: type[msgspec.Struct] | None = None
    gives: type[msgspec.Struct] | None = None
    media: str = "application/json"
    query: Mapping[str, str] = field(default_factory=dict)
    """Name of each query parameter and what it means."""
    refusals: tuple[str, ...] = ()
    status: int = 200
    raw: str = ""
    """The media type of a body that is taken as it comes."""
    act: Act | None = None
    """What a role of the staff must allow: named by every route that staff may call, and by no other."""

    def __post_init__(self) -> None:
        if (self.auth in STAFFED) != (self.act is not None):
            raise ValueError(f"{self.method} {self.path}: a route of the staff names its act, no other does")

    @property
    def needs(self) -> Act:
        """What the role of a staff member must allow; routes for others never ask."""
        assert self.act is not None
        return self.act


async def read_body(request: web.Request, shape: type[msgspec.Struct]) -> msgspec.Struct:
    """The JSON body in its shape; refuses what is too large, too deep, too slow or something else."""
    if request.content_type != "application/json":
        raise ApiError("not_json")
    body = await read_bytes(request, MAX_BODY)
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise ApiError("malformed", str(error)) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ApiError("malformed", "JSON") from error


async def read_bytes(request: web.Request, most: int) -> bytes:
    """The body; refuses what is too large or too slow."""
    if (request.content_length or 0) > most:
        raise ApiError("too_large")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > most:
                    raise ApiError("too_large")
        return bytes(body)
    except (TimeoutError, web.HTTPException, ConnectionError) as error:
        raise ApiError("malformed", "body") from error


def write_body(answer: Answer, status: int) -> web.StreamResponse:
    """What a handler gave as a response."""
    if isinstance(answer, web.StreamResponse):
        return answer
    if answer is None:
        return web.Response(status=204)
    return web.Response(
        body=msgspec.json.encode(answer), status=status, content_type="application/json", charset="utf-8"
    )

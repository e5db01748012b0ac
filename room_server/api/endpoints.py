"""Chambers' devices: paired by an administrator's code, then known by a credential of their own."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from aiohttp import web
from sqlmodel import Session

from ..pairing import CODE_MS
from ..rules.permissions import Act
from ..rules.presence import Sighting, Standing, standing
from ..store import endpoints
from ..store.booking_tables import Chamber
from ..store.endpoints import Planned
from ..store.organisation_log import DEVICE, note
from ..store.organisation_tables import Organisation
from .limiting import CLIENT, household
from .refusals import ApiError
from .routes import PAIRING, Auth, Call, Route
from .throttle import Throttle

MOST_TRIES, WITHIN_S = 10, 600.0
SIGHTINGS = web.AppKey("sightings", dict[str, Sighting])
"""Chamber → the last that was heard of its device."""
TRIES = web.AppKey("pairing_tries", Throttle)

Label = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*$")]


class PairingCode(msgspec.Struct, frozen=True):
    """A code that pairs one device with a chamber, once; `url` opens the page with it."""

    code: str
    url: str
    expires_at: int


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device asks to be a chamber's; spaces, dashes and small letters in the code do not matter."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    label: Label = ""


class ChamberCard(msgspec.Struct, frozen=True):
    """The chamber, as its own device shows it."""

    id: str
    name: str
    place: str
    organisation: str


class Paired(msgspec.Struct, frozen=True):
    """The credential of a device, told once: `Authorization: Chamber <credential>`."""

    credential: str
    chamber: ChamberCard
    language: str


class Board(msgspec.Struct, frozen=True):
    """What a chamber's screen shows; `now` is the server's clock. The hearings are those of today."""

    chamber: ChamberCard
    now: int
    language: str
    hearings: list[Planned]


async def offer_code(call: Call) -> PairingCode:
    """A new code for a device of a chamber; the one before it is void."""
    identifier, owner, now = call.part("chamber"), call.organisation.id, call.parts.now()
    pairing, by = call.request.app[PAIRING], call.account.id
    code, ends = pairing.new_code(), now + CODE_MS

    def write(session: Session) -> None:
        row = session.get(Chamber, identifier)
        if row is None or row.organisation != owner or row.disabled_at is not None:
            raise ApiError("no_such_chamber")
        endpoints.offer_code(session, row.id, pairing.digest(code), by, now, ends)

    await call.parts.database.write(write)
    return PairingCode(code=code, url=call.parts.tickets.address(f"/chamber#{code}"), expires_at=ends)


async def unpair(call: Call) -> None:
    """Take back a chamber's device and its codes."""
    identifier, owner, now = call.part("chamber"), call.organisation.id, call.parts.now()
    by = call.account.id

    def write(session: Session) -> None:
        row = session.get(Chamber, identifier)
        if row is None or row.organisation != owner:
            raise ApiError("no_such_chamber")
        if endpoints.revoke(session, row.id, now):
            note(session, "device_unpaired", at=now, by=by, organisation=owner, subject=row.name)

    await call.parts.database.write(write)
    call.request.app[SIGHTINGS].pop(identifier, None)


async def pair(call: Call, wish: Pair) -> Paired:
    """Become the device of a chamber."""
    app, now = call.request.app, call.parts.now()
    tries, pairing, who = app[TRIES], app[PAIRING], household(call.request[CLIENT])
    wait = tries.wait(who)
    if wait > 0:
        seconds = str(int(wait) + 1)
        raise ApiError("too_many", seconds, {"Retry-After": seconds})
    tries.count(who)

    def write(session: Session) -> tuple[str, ChamberCard]:
        row = endpoints.by_code(session, pairing.digest(wish.code), now)
        if row is None:
            raise ApiError("no_such_code")
        credential, digest = pairing.credential(row.id)
        endpoints.pair(session, row, digest, wish.label, now)
        of = session.get_one(Chamber, row.chamber)
        # Whoever made the code let the device in.
        by, place = row.created_by, of.organisation
        note(session, "device_paired", at=now, by=by, organisation=place, subject=of.name, after=wish.label)
        return credential, card(session, row.chamber)

    credential, chamber = await call.parts.database.write(write)
    tries.forgive(who)
    return Paired(credential, chamber, call.parts.settings.language)


async def read_board(call: Call) -> Board:
    """What the chamber's screen shows now; asking tells that the device is there."""
    chamber, now = call.endpoint.chamber, call.parts.now()
    in_room = call.request.query.get("doing") == "room"
    call.request.app[SIGHTINGS][chamber] = Sighting(now, in_room)
    start = datetime.fromtimestamp(now / 1000).replace(hour=0, minute=0, second=0, microsecond=0).astimezone()
    begin, end = (int((start + timedelta(days=n)).timestamp() * 1000) for n in (0, 1))

    def look(session: Session) -> Board:
        return Board(
            chamber=card(session, chamber),
            now=now,
            language=call.parts.settings.language,
            hearings=endpoints.planned(session, chamber, begin, end),
        )

    return await call.parts.database.read(look)


async def give_up(call: Call) -> None:
    """The device is the chamber's no more, by its own wish."""
    chamber, now = call.endpoint.chamber, call.parts.now()

    def write(session: Session) -> None:
        row = session.get_one(Chamber, chamber)
        if endpoints.revoke(session, chamber, now):
            of = {"organisation": row.organisation, "subject": row.name}
            note(session, "device_unpaired", at=now, by=DEVICE, **of)

    await call.parts.database.write(write)
    call.request.app[SIGHTINGS].pop(chamber, None)


def card(session: Session, chamber: str) -> ChamberCard:
    """A chamber for a screen."""
    row = session.get_one(Chamber, chamber)
    return ChamberCard(row.id, row.name, row.place, session.get_one(Organisation, row.organisation).name)


def standing_of(call: Call, chamber: str, paired: bool, calling: bool = False) -> Standing:
    """How a chamber stands now."""
    return standing(paired, call.request.app[SIGHTINGS].get(chamber), calling, call.parts.now())


_CHAMBER = "/api/organisations/{organisation}/chambers/{chamber}/device"
ROUTES = (
    Route(
        "POST",
        _CHAMBER,
        offer_code,
        Auth.STAFF,
        "A code to pair a device with a chamber",
        act=Act.EDIT_CHAMBERS,
        gives=PairingCode,
        status=201,
        refusals=("no_such_chamber",),
    ),
    Route(
        "DELETE",
        _CHAMBER,
        unpair,
        Auth.STAFF,
        "Take back a chamber's device",
        act=Act.EDIT_CHAMBERS,
        status=204,
        refusals=("no_such_chamber",),
    ),
    Route(
        "POST",
        "/api/chamber",
        pair,
        Auth.OPEN,
        "Become the device of a chamber",
        takes=Pair,
        gives=Paired,
        status=201,
        refusals=("no_such_code", "too_many"),
    ),
    Route(
        "GET",
        "/api/chamber",
        read_board,
        Auth.CHAMBER,
        "What the chamber's screen shows; ask every few seconds",
        gives=Board,
        query={"doing": "`room` while the device is in one"},
    ),
    Route(
        "DELETE",
        "/api/chamber",
        give_up,
        Auth.CHAMBER,
        "Be the chamber's device no more",
        status=204,
    ),
)

"""Chambers: the physical rooms that a hearing may be held in."""

from typing import Annotated

import msgspec
from sqlmodel import Session

from ..rules.permissions import Act, may_there, paths_of
from ..rules.presence import Standing
from ..store import chambers, endpoints
from ..store.booking_tables import Chamber
from ..store.chambers import ChamberError
from ..store.endpoint_tables import EndpointRow
from ..store.organisation_tables import Organisation
from .case_shapes import Line, Named, OrganisationRef
from .case_views import organisation_ref
from .endpoints import SIGHTINGS, standing_of
from .refusals import ApiError
from .routes import Auth, Call, Route


class ChamberView(msgspec.Struct, frozen=True, kw_only=True):
    """A chamber; `editable`: you may change it."""

    id: str
    organisation: OrganisationRef
    name: str
    place: str
    seats: int
    disabled: bool
    editable: bool
    standing: Standing = Standing.UNPAIRED
    """Whether its device can be reached now."""
    device: str = ""
    """What the device said it is."""
    seen_at: int | None = None
    """When it was last heard of since the server started, Unix ms."""


class ChamberList(msgspec.Struct, frozen=True):
    """Those of your organisations, of all below and of those above."""

    chambers: list[ChamberView]


class NewChamber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A chamber of an organisation; `place`: how to find it."""

    name: Named
    seats: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    place: Line = ""


class ChamberEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of a chamber as it shall be; one that is disabled is not offered any more."""

    name: Named
    seats: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    place: Line = ""
    disabled: bool = False


async def list_chambers(call: Call) -> ChamberList:
    """The chambers that you may book, also disabled ones."""

    def look(session: Session) -> ChamberList:
        found = chambers.within(session, paths_of(call.memberships, Act.SEE_HEARINGS))
        paired = endpoints.paired(session, [chamber.id for chamber, _ in found])
        return ChamberList([_view(call, chamber, owner, paired.get(chamber.id)) for chamber, owner in found])

    return await call.parts.database.read(look)


async def create_chamber(call: Call, wanted: NewChamber) -> ChamberView:
    """A new chamber of the organisation."""
    owner, now = call.organisation, call.parts.now()

    def write(session: Session) -> ChamberView:
        try:
            row = chambers.create(session, owner.id, wanted.name, wanted.place, wanted.seats, now)
        except ChamberError as error:
            raise ApiError("chamber_name_taken") from error
        return _view(call, row, owner)

    return await call.parts.database.write(write)


async def edit_chamber(call: Call, wanted: ChamberEdit) -> ChamberView:
    """Change a chamber, or take it out of use."""
    owner, now, identifier = call.organisation, call.parts.now(), call.part("chamber")

    def write(session: Session) -> ChamberView:
        row = session.get(Chamber, identifier)
        if row is None or row.organisation != owner.id:
            raise ApiError("no_such_chamber")
        disabled_at = (row.disabled_at or now) if wanted.disabled else None
        try:
            chambers.edit(session, row, wanted.name, wanted.place, wanted.seats, disabled_at)
        except ChamberError as error:
            raise ApiError("chamber_name_taken") from error
        return _view(call, row, owner, endpoints.paired(session, [row.id]).get(row.id))

    return await call.parts.database.write(write)


def _view(call: Call, row: Chamber, owner: Organisation, device: EndpointRow | None = None) -> ChamberView:
    seen = call.request.app[SIGHTINGS].get(row.id)
    return ChamberView(
        id=row.id,
        organisation=organisation_ref(call.parts, owner),
        name=row.name,
        place=row.place,
        seats=row.seats,
        disabled=row.disabled_at is not None,
        editable=may_there(call.memberships, Act.EDIT_CHAMBERS, owner.path),
        standing=standing_of(call, row.id, device is not None),
        device=device.label if device else "",
        seen_at=seen.at if seen and device else None,
    )


_ALL = "/api/organisations/{organisation}/chambers"
ROUTES = (
    Route(
        "GET",
        "/api/chambers",
        list_chambers,
        Auth.STAFF,
        "The chambers that you may book",
        act=Act.SEE_HEARINGS,
        gives=ChamberList,
    ),
    Route(
        "POST",
        _ALL,
        create_chamber,
        Auth.STAFF,
        "A new chamber",
        act=Act.EDIT_CHAMBERS,
        takes=NewChamber,
        gives=ChamberView,
        status=201,
        refusals=("chamber_name_taken",),
    ),
    Route(
        "PUT",
        _ALL + "/{chamber}",
        edit_chamber,
        Auth.STAFF,
        "Change a chamber",
        act=Act.EDIT_CHAMBERS,
        takes=ChamberEdit,
        gives=ChamberView,
        refusals=("chamber_name_taken", "no_such_chamber"),
    ),
)

"""Calls between chambers, and from a hearing's staff to a chamber: ring, accept, decline, take back, end."""

from typing import Annotated

import msgspec
from sqlmodel import Session, col, select

from ..rules.calls import RING_MS, Phoned, Ring, State, in_call
from ..rules.calls import Act as Doing
from ..rules.people import Participant
from ..rules.permissions import Act
from ..rules.presence import Standing
from ..store import calls, chamber_seats, endpoints
from ..store.booking_tables import Chamber
from ..store.calls import Shown
from ..store.organisation_tables import Organisation
from .calling import lapse, place, settle
from .endpoints import standing_of
from .links import Entrance
from .refusals import ApiError
from .routes import Auth, Call, Route

STALE_MS = RING_MS + 60_000
"""An accepted call whose device is in no room so long after it was made has come to nothing."""

Reason = Annotated[
    str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*$")
]


class Neighbour(msgspec.Struct, frozen=True):
    """A chamber that may be called."""

    id: str
    name: str
    place: str
    organisation: str
    standing: Standing


class Directory(msgspec.Struct, frozen=True):
    """All chambers in use but one's own, in the order of the tree of organisations."""

    chambers: list[Neighbour]


class CallView(msgspec.Struct, frozen=True):
    """A call. `outgoing`: the asker made it; `other`: who is at its other end; it rings until `ends_at`."""

    id: str
    outgoing: bool
    state: State
    other: str
    asked_at: int
    ends_at: int
    reason: str


class CallList(msgspec.Struct, frozen=True):
    """Calls."""

    calls: list[CallView]


class NewCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Call a chamber."""

    chamber: Annotated[str, msgspec.Meta(max_length=64)]


class CallAct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Do something to a call; `reason`: why it is declined."""

    act: Doing
    reason: Reason = ""


async def list_directory(call: Call) -> Directory:
    """Whom the chamber may call, and whether they can be reached."""
    own, now = call.endpoint.chamber, call.parts.now()

    def look(session: Session) -> Directory:
        query = (
            select(Chamber, Organisation)
            .join(Organisation, col(Organisation.id) == col(Chamber.organisation))
            .where(col(Chamber.disabled_at).is_(None), col(Organisation.disabled_at).is_(None))
            .where(Chamber.id != own)
            .order_by(col(Organisation.path), col(Chamber.name))
        )
        found = list(session.exec(query))
        paired = endpoints.paired(session, [chamber.id for chamber, _ in found])
        ringing = calls.current(session)
        return Directory(
            [
                Neighbour(
                    id=chamber.id,
                    name=chamber.name,
                    place=chamber.place,
                    organisation=owner.name,
                    standing=standing_of(
                        call, chamber.id, chamber.id in paired, in_call(ringing, chamber.id, now)
                    ),
                )
                for chamber, owner in found
            ]
        )

    return await call.parts.database.read(look)


async def list_own(call: Call) -> CallList:
    """The calls of the chamber that ring, connect or have just ended."""
    own, now = call.endpoint.chamber, call.parts.now()
    await lapse(call)
    found = await call.parts.database.read(lambda session: calls.of_chamber(session, own, now))
    idle = call.request.query.get("doing") != "room"
    for shown in found:
        if idle and shown.call.state is State.ACCEPTED and now > shown.call.asked_at + STALE_MS:
            await settle(call, Doing.END, "", own, "", shown.call.id)
    return CallList([_view(shown, own) for shown in found])


async def call_chamber(call: Call, wish: NewCall) -> CallView:
    """Call another chamber."""
    own = call.endpoint.chamber
    shown = await place(call, Ring(caller=own, callee=wish.chamber), f"chamber {own}")
    return _view(shown, own)


async def act_on_call(call: Call, wish: CallAct) -> CallView:
    """Answer, take back or end a call of the chamber."""
    return _view(await settle(call, wish.act, wish.reason, call.endpoint.chamber, ""), call.endpoint.chamber)


async def enter_call(call: Call) -> Entrance:
    """The ticket to the room of a call that was accepted."""
    own, name = call.endpoint.chamber, call.part("call")

    def look(session: Session) -> tuple[Phoned | None, Participant | None]:
        found = calls.find(session, name)
        known = found is not None and found.ends(own) and found.state is State.ACCEPTED
        seat = chamber_seats.seat_of(session, found.hearing, own) if found and known else None
        return found, seat

    found, seat = await call.parts.database.read(look)
    if found is None or seat is None:
        raise ApiError("no_such_call")
    return Entrance(await call.parts.tickets.seat(found.hearing, seat.id, call.endpoint.id))


async def call_to_hearing(call: Call, wish: NewCall) -> CallView:
    """Call a chamber to a hearing that one takes part in."""
    if call.hearing.state in ("closed", "cancelled"):
        raise ApiError(f"hearing_{call.hearing.state}")
    account = call.account.id
    ringing = Ring(account=account, callee=wish.chamber, hearing=call.hearing.id)
    return _view(await place(call, ringing, f"staff {account}"), "")


async def list_of_hearing(call: Call) -> CallList:
    """The calls to a hearing, newest first."""
    hearing = call.hearing.id
    await lapse(call)
    found = await call.parts.database.read(lambda session: calls.of_hearing(session, hearing))
    return CallList([_view(shown, "") for shown in found])


async def cancel_call(call: Call) -> None:
    """Take back one's own call to a hearing."""
    hearing, name = call.hearing.id, call.part("call")
    found = await call.parts.database.read(lambda session: calls.find(session, name))
    if found is None or found.hearing != hearing:
        raise ApiError("no_such_call")
    await settle(call, Doing.CANCEL, "", "", call.account.id)


def _view(shown: Shown, own: str) -> CallView:
    outgoing = shown.call.caller == own
    return CallView(
        id=shown.call.id,
        outgoing=outgoing,
        state=shown.call.state,
        other=shown.callee_name if outgoing else shown.caller_name,
        asked_at=shown.call.asked_at,
        ends_at=shown.call.asked_at + RING_MS,
        reason=shown.reason,
    )


_OWN = "/api/chamber/calls"
_HEARING = "/api/hearings/{hearing}/calls"
_RINGING = ("no_such_chamber", "own_chamber", "chamber_offline", "chamber_busy", "in_call", "too_many")
_COMING = ("screened", "nobody", "hearing_closed")
_SETTLING = ("no_such_call", "call_missed", "call_settled", "not_allowed", *_COMING)
ROUTES = (
    Route(
        "GET",
        "/api/chamber/directory",
        list_directory,
        Auth.CHAMBER,
        "The chambers that may be called",
        gives=Directory,
    ),
    Route(
        "GET",
        _OWN,
        list_own,
        Auth.CHAMBER,
        "The chamber's calls that ring, connect or have just ended",
        gives=CallList,
        query={"doing": "`room` while the device is in one"},
        refusals=_SETTLING,
    ),
    Route(
        "POST",
        _OWN,
        call_chamber,
        Auth.CHAMBER,
        "Call another chamber",
        takes=NewCall,
        gives=CallView,
        status=201,
        refusals=(*_RINGING, *_SETTLING),
    ),
    Route(
        "POST",
        _OWN + "/{call}",
        act_on_call,
        Auth.CHAMBER,
        "Accept, decline, take back or end a call",
        takes=CallAct,
        gives=CallView,
        refusals=_SETTLING,
    ),
    Route(
        "POST",
        _OWN + "/{call}/enter",
        enter_call,
        Auth.CHAMBER,
        "The ticket to the room of an accepted call",
        gives=Entrance,
        refusals=("no_such_call",),
    ),
    Route(
        "GET",
        _HEARING,
        list_of_hearing,
        Auth.MEMBER,
        "The calls to a hearing",
        act=Act.ENTER,
        gives=CallList,
    ),
    Route(
        "POST",
        _HEARING,
        call_to_hearing,
        Auth.MEMBER,
        "Call a chamber to a hearing",
        act=Act.ENTER,
        takes=NewCall,
        gives=CallView,
        status=201,
        refusals=(*_RINGING, "hearing_closed", "hearing_cancelled"),
    ),
    Route(
        "DELETE",
        _HEARING + "/{call}",
        cancel_call,
        Auth.MEMBER,
        "Take back one's call to a hearing",
        act=Act.ENTER,
        status=204,
        refusals=_SETTLING,
    ),
)

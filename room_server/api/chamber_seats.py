"""A chamber joins a hearing: who sits there is declared, and its device gets a ticket to its seat."""

from typing import Annotated

import msgspec
from sqlmodel import Session

from ..rules import events as e
from ..rules.decisions import Refused
from ..rules.guests import NEVER_BESIDE, invited, shared
from ..rules.people import Participant
from ..rules.room import Room, evolve
from ..store import chamber_seats
from .hearings import Name, Person
from .links import Entrance
from .refusals import ApiError
from .routes import Auth, Call, Route

MOST = 40
_WORDS = {"closed": "hearing_closed"}


class Attendable(msgspec.Struct, frozen=True):
    """A hearing that the chamber may join, and who of it may sit there."""

    title: str
    people: list[Person]


class Attending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sits in the chamber, at its one microphone: people of the hearing, and others by name."""

    present: Annotated[list[Annotated[str, msgspec.Meta(max_length=64)]], msgspec.Meta(max_length=MOST)]
    others: Annotated[list[Name], msgspec.Meta(max_length=MOST)] = []


async def show(call: Call) -> Attendable:
    """The hearing, for the choice of who is here."""
    people = [p for p in call.hearing.participants if p.role not in NEVER_BESIDE]
    return Attendable(call.hearing.title, [Person(p.id, p.name, p.role, p.side) for p in people])


async def enter(call: Call, wish: Attending) -> Entrance:
    """Declare who is here, and get the ticket; the staff of the hearing then let the chamber in."""
    hearing, chamber = call.hearing.id, call.endpoint.chamber
    if call.hearing.state in ("closed", "cancelled"):
        raise ApiError(f"hearing_{call.hearing.state}")

    def write(session: Session) -> Participant:
        return chamber_seats.take(session, hearing, chamber)

    seat = await call.parts.database.write(write)
    await state(call, hearing, seat, wish)
    return Entrance(await call.parts.tickets.seat(hearing, seat.id, call.endpoint.id))


async def state(call: Call, hearing: str, seat: Participant, wish: Attending) -> None:
    """Write down that the chamber belongs to the hearing and who sits there."""

    def facts(room: Room) -> list[e.Event]:
        found = invited(room, seat, seat.name)
        for event in found:
            room = evolve(room, event)
        return [*found, *shared(room, seat.id, wish.present, wish.others)]

    try:
        await call.parts.live.tell(hearing, facts)
    except Refused as refusal:
        raise ApiError(_WORDS.get(refusal.word, refusal.word)) from refusal


_ONE = "/api/chamber/hearings/{hearing}"
ROUTES = (
    Route("GET", _ONE, show, Auth.CHAMBER, "A hearing that the chamber may join", gives=Attendable),
    Route(
        "POST",
        _ONE + "/enter",
        enter,
        Auth.CHAMBER,
        "Say who is in the chamber, and get the ticket to its seat",
        takes=Attending,
        gives=Entrance,
        refusals=(
            "nobody",
            "not_beside_others",
            "screened",
            "hearing_closed",
            "hearing_cancelled",
        ),
    ),
)

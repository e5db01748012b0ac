"""The wall: the live rooms that one may watch from outside, and the way into each, for a stated purpose."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from sqlmodel import Session

from ..law.watching import purposes, worded
from ..rules import events as e
from ..rules.decisions import Refused
from ..rules.people import Participant
from ..rules.permissions import Act, may_there
from ..rules.places import Phase
from ..rules.room import Room
from ..rules.watching import private_talk, seated, wants_help
from ..sittings.grading import RANKS
from ..store import organisations, staff, watching
from ..store.watching import Running
from .access import COOKIE
from .hearings import PLAIN, Known
from .links import Entrance
from .refusals import ApiError
from .routes import Auth, Call, Route

Note = Annotated[str, msgspec.Meta(max_length=120, pattern=PLAIN)]
_WORDS = {"closed": "hearing_closed"}


class LiveRoom(msgspec.Struct, frozen=True, kw_only=True):
    """A room in which somebody is, or a hearing goes on; times in Unix ms."""

    hearing: str
    title: str
    kind: str
    organisation: str
    rehearsal: bool
    phase: Phase
    stage: str
    """Code of the stage; empty for an informal hearing."""
    stage_zh: str
    stage_en: str
    since: int
    people: int
    """How many are connected, those who watch among them."""
    grade: str
    """The worst line of those connected: good, poor, bad; empty while none is known."""
    help: bool
    """Somebody has called for help, or whoever presides is missing."""
    private: str
    """`caucus` or `deliberation`: nothing of it is shown to anybody outside; else empty."""


class PurposeView(msgspec.Struct, frozen=True, kw_only=True):
    """Why one may watch; `note`: it has to be worded."""

    id: str
    zh: str
    en: str
    note: bool


class Wall(msgspec.Struct, frozen=True):
    """The live rooms in the order of the tree of organisations, and the purposes to choose from."""

    rooms: list[LiveRoom]
    purposes: list[PurposeView]


class OwnRooms(msgspec.Struct, frozen=True):
    """The live rooms in which one has a seat, in the order of the tree of organisations."""

    rooms: list[LiveRoom]


class Watching(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why one watches: a purpose of the list, and what is to be said about it."""

    purpose: Known
    note: Note = ""


async def show(call: Call) -> Wall:
    """The live rooms that one may watch."""
    account, now = call.account.id, call.parts.now()

    def look(session: Session) -> list[Running]:
        return [
            one
            for one in watching.running(session)
            if may_there(
                call.memberships,
                Act.WATCH,
                one.booking.path,
                organisations.openings(session, account, one.booking.case, now),
            )
        ]

    found = await call.parts.database.read(look)
    rooms = [(one, call.parts.live.room(one.booking.id)) for one in found]
    listed = [PurposeView(id=p.id, zh=p.zh, en=p.en, note=p.note) for p in purposes(_own(call)).values()]
    return Wall([_room(call, one, room) for one, room in rooms if room and _goes_on(room)], listed)


async def show_own(call: Call) -> OwnRooms:
    """The live rooms in which one has a seat of one's own."""
    account = call.account.id
    found = await call.parts.database.read(
        lambda session: [one for one in watching.running(session) if account in one.booking.accounts.values()]
    )
    rooms = [(one, call.parts.live.room(one.booking.id)) for one in found]
    return OwnRooms([_room(call, one, room) for one, room in rooms if room and _goes_on(room)])


async def watch(call: Call, wish: Watching) -> Entrance:
    """The ticket to a seat that only watches; it is written down why, and shown to everybody there."""
    purpose = purposes(_own(call)).get(wish.purpose)
    note = wish.note.strip()
    if purpose is None or (purpose.note and not note):
        raise ApiError("malformed", "purpose")
    hearing, account = call.hearing.id, call.account
    room = call.parts.live.room(hearing)
    if room is None or not room.people or room.phase is Phase.CLOSED:
        raise ApiError("not_live")
    said = worded(purpose, note)

    def write(session: Session) -> Participant:
        return watching.take(session, hearing, account, said)

    seat = await call.parts.database.write(write)

    def facts(room: Room) -> Sequence[e.Event]:
        return seated(room, seat)

    try:
        await call.parts.live.tell(hearing, facts)
    except Refused as refusal:
        raise ApiError(_WORDS.get(refusal.word, refusal.word)) from refusal
    login = staff.cookie_hash(call.request.cookies[COOKIE])
    return Entrance(await call.parts.tickets.seat(hearing, seat.id, login))


def _own(call: Call) -> Path | None:
    own = call.parts.settings.law
    return own if own.is_dir() else None


def _goes_on(room: Room) -> bool:
    if room.phase is Phase.CLOSED or not room.people:
        return False
    return room.phase is not Phase.WAITING or any(person.connected for person in room.people.values())


def _room(call: Call, one: Running, room: Room) -> LiveRoom:
    booking, now = one.booking, room.now
    here = [who for who, person in room.people.items() if person.connected]
    lines = call.parts.live.grades(booking.id)
    grades = [lines[who] for who in here if lines.get(who) in RANKS]
    return LiveRoom(
        hearing=booking.id,
        title=booking.title,
        kind=booking.kind,
        organisation=one.organisation or call.parts.settings.organisation,
        rehearsal=booking.rehearsal or call.parts.settings.rehearsal,
        phase=room.phase,
        stage=room.stage,
        stage_zh=now.zh if now else "",
        stage_en=now.en if now else "",
        since=one.since,
        people=len(here),
        grade=max(grades, key=RANKS.index, default=""),
        help=wants_help(room),
        private=private_talk(room),
    )


ROUTES = (
    Route(
        "GET",
        "/api/wall",
        show,
        Auth.STAFF,
        "The live rooms that you may watch",
        act=Act.WATCH,
        gives=Wall,
    ),
    Route(
        "GET",
        "/api/me/rooms",
        show_own,
        Auth.STAFF,
        "The live rooms in which you have a seat",
        act=Act.ENTER,
        gives=OwnRooms,
    ),
    Route(
        "POST",
        "/api/hearings/{hearing}/watch",
        watch,
        Auth.STAFF,
        "Watch a live hearing from outside, for a purpose that is written down",
        act=Act.WATCH,
        takes=Watching,
        gives=Entrance,
        refusals=("malformed", "not_live", "screened", "hearing_closed"),
    ),
)

"""Hearings: the day's list, one of them, and booking."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from sqlmodel import Session

from identity import id_number

from ..rules.people import Role
from ..store import hearings, privacy
from ..store.hearings import Booking, NewSeat
from .refusals import ApiError
from .routes import Auth, Call, Route

# No control characters, and none that turn the direction of what follows.
_PLAIN = r"^[^\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*$"
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=_PLAIN)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_PLAIN)]
Kind = Literal["mediation", "arbitration", "panel_review", "filing", "legal_aid"]


class Person(msgspec.Struct, frozen=True):
    """A participant as the API shows them."""

    id: str
    name: str
    role: Role
    side: str


class HearingView(msgspec.Struct, frozen=True):
    """One hearing; times in Unix ms. `yours`: you have a seat in it, or booked it."""

    id: str
    kind: str
    title: str
    case_number: str
    starts_at: int
    state: str
    sitting: str | None
    rehearsal: bool
    participants: list[Person]
    yours: bool
    video_codec: str
    """Which one is wanted first; empty: as the server has it."""


class HearingList(msgspec.Struct, frozen=True):
    """The hearings of a day, earliest first."""

    hearings: list[HearingView]


class Invitee(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person to invite."""

    name: Name
    role: Role
    side: Literal["", "applicant", "respondent"] = ""
    purpose: Annotated[str, msgspec.Meta(max_length=200)] = ""
    """Why an observer or supervisor watches; stands in the journal with every access."""
    id_number: Annotated[str, msgspec.Meta(max_length=18)] = ""
    """Citizen identity number, kept encrypted."""


class NewHearing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hearing to book."""

    case_number: Name
    title: Title
    kind: Kind
    starts_at: Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)]
    participants: Annotated[list[Invitee], msgspec.Meta(min_length=1, max_length=64)]
    rehearsal: bool = False
    video_codec: Literal["", "vp8", "h264"] = ""
    """Which one is wanted first; empty: as the server has it. What somebody cannot decode is avoided."""


async def list_hearings(call: Call) -> HearingList:
    """The hearings of one day by the server's clock."""
    begin, end = _span_of_day(call)
    found = await call.parts.database.read(lambda session: hearings.between(session, begin, end))
    return HearingList([_view(call, booking) for booking in found])


async def show(call: Call) -> HearingView:
    """One hearing."""
    return _view(call, call.hearing)


async def book(call: Call, wanted: NewHearing) -> HearingView:
    """Book a hearing and make everybody's link."""
    now = call.parts.now()
    today = datetime.fromtimestamp(now / 1000).date()
    numbers = [_id_number(person.id_number, today) for person in wanted.participants]
    codecs = call.parts.settings.media_codecs
    if wanted.video_codec and wanted.video_codec not in codecs:
        raise ApiError("malformed", f"video_codec: {' | '.join(codecs)}")

    def write(session: Session) -> Booking:
        booking = hearings.book(
            session,
            case_number=wanted.case_number,
            title=wanted.title,
            kind=wanted.kind,
            starts_at=wanted.starts_at,
            seats=[
                NewSeat(name=x.name, role=x.role, side=x.side, purpose=x.purpose) for x in wanted.participants
            ],
            now=now,
            rehearsal=wanted.rehearsal or call.parts.settings.rehearsal,
            video_codec=wanted.video_codec,
            by=call.account,
        )
        for person, number in zip(booking.participants, numbers, strict=False):
            if number:
                privacy.set_id_number(session, call.parts.privacy[0], person.id, number)
        return booking

    booking = await call.parts.database.write(write)
    await call.parts.tickets.issue_all(booking.id)
    return _view(call, booking)


def _span_of_day(call: Call) -> tuple[int, int]:
    day = call.request.query.get("day")
    try:
        asked = date.fromisoformat(day) if day else datetime.fromtimestamp(call.parts.clock()).date()
        start = datetime(asked.year, asked.month, asked.day).astimezone()
        end = start + timedelta(days=1)
        return int(start.timestamp() * 1000), int(end.timestamp() * 1000)
    except (ValueError, OverflowError, OSError) as error:
        raise ApiError("malformed", "day: YYYY-MM-DD") from error


def _id_number(text: str, today: date) -> str:
    if not text:
        return ""
    number = id_number.normalise(text)
    if not id_number.is_valid(number, today):
        raise ApiError("bad_id_number")
    return number


def _view(call: Call, booking: Booking) -> HearingView:
    return HearingView(
        id=booking.id,
        kind=booking.kind,
        title=booking.title,
        case_number=booking.case_number,
        starts_at=booking.starts_at,
        state=booking.state,
        sitting=booking.sitting,
        rehearsal=booking.rehearsal or call.parts.settings.rehearsal,
        participants=[Person(p.id, p.name, p.role, p.side) for p in booking.participants],
        yours=booking.belongs_to(call.account.id),
        video_codec=booking.video_codec,
    )


_DAY = {"day": "the day, YYYY-MM-DD; today when absent"}
ROUTES = (
    Route(
        "GET",
        "/api/hearings",
        list_hearings,
        Auth.STAFF,
        "The hearings of a day",
        gives=HearingList,
        query=_DAY,
        refusals=("malformed",),
    ),
    Route(
        "POST",
        "/api/hearings",
        book,
        Auth.STAFF,
        "Book a hearing",
        takes=NewHearing,
        gives=HearingView,
        status=201,
        refusals=("bad_id_number",),
    ),
    Route("GET", "/api/hearings/{hearing}", show, Auth.STAFF, "One hearing", gives=HearingView),
)

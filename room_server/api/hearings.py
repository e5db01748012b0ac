"""Hearings: the day's list, one of them, and booking."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from sqlmodel import Session

from identity import id_number

from ..rules.people import Role
from ..rules.permissions import Act
from ..rules.planning import LONGEST, SHORTEST
from ..store import cases, hearings, organisations, privacy
from ..store.hearings import Booking, NewSeat
from ..store.organisation_tables import ROOT
from ..store.tables import Case
from .bookable import case_to_book, check_named, known_contact, known_number, plan_of, refuse_clashes
from .notices import tell, wake
from .refusals import ApiError
from .routes import Auth, Call, Route

# No control characters, and none that turn the direction of what follows.
PLAIN = r"^[^\x00-\x1f\x7f\u2028-\u202e\u2066-\u2069]*$"
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=PLAIN)]
Title = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=PLAIN)]
Kind = Literal["mediation", "arbitration", "panel_review", "filing", "legal_aid"]
Form = Literal["online", "mixed", "onsite"]
Moment = Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)]
Minutes = Annotated[int, msgspec.Meta(ge=SHORTEST, le=LONGEST)]
Known = Annotated[str, msgspec.Meta(max_length=64)]
Why = Annotated[str, msgspec.Meta(max_length=500, pattern=PLAIN)]
Position = Annotated[int, msgspec.Meta(ge=0, le=63)]
MOST_DAYS = 42


class Person(msgspec.Struct, frozen=True):
    """A participant as the API shows them."""

    id: str
    name: str
    role: Role
    side: str
    screened: list[str] = []
    """Ids of those who must never be at the same place; it holds both ways."""
    level: str = ""
    """Of an expert; empty: not known."""


class HearingView(msgspec.Struct, frozen=True):
    """One hearing; times in Unix ms. `yours`: you have a seat in it, or booked it."""

    id: str
    kind: str
    title: str
    case: str
    case_number: str
    starts_at: int
    state: str
    sitting: str | None
    rehearsal: bool
    participants: list[Person]
    yours: bool
    video_codec: str
    """Which one is wanted first; empty: as the server has it."""
    minutes: int = 60
    variant: str = ""
    """Its entry in the table of kinds; empty: the first of its kind."""
    form: str = "online"
    chamber: str = ""
    chamber_name: str = ""
    place: str = ""
    """How to find the chamber, or where it is held when there is none."""
    continues: str = ""
    """The sitting that ended to go on at this place."""


class HearingList(msgspec.Struct, frozen=True):
    """The hearings of a day, or of several, earliest first."""

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
    email: Annotated[str, msgspec.Meta(max_length=254, pattern=r"^([^@\s<>,;]+@[^@\s<>,;]+)?$")] = ""
    """Where notices go, kept encrypted; empty: what the case knows of the party or agent."""
    phone: Annotated[str, msgspec.Meta(max_length=20, pattern=r"^(\+?[0-9][0-9 \-]{4,18})?$")] = ""
    party: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """The party of the case that this person is; the identity number comes along when none is given."""
    agent: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """The agent of the case that this person is."""
    level: Literal["", "province_city", "district", "street", "enterprise"] = ""
    """Of an expert of a panel; empty: as the organisation of their account, where they have one."""
    screened: Annotated[list[Position], msgspec.Meta(max_length=63)] = []
    """Positions in `participants`, from 0, of those who must never be at the same place; both ways."""


class NewHearing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hearing to book, of a case that is there (`case`) or of the one with a number, made if need be."""

    title: Title
    kind: Kind
    starts_at: Moment
    participants: Annotated[list[Invitee], msgspec.Meta(min_length=1, max_length=64)]
    case: Annotated[str, msgspec.Meta(max_length=64)] = ""
    case_number: Annotated[str, msgspec.Meta(max_length=60, pattern=PLAIN)] = ""
    rehearsal: bool = False
    video_codec: Literal["", "vp8", "h264"] = ""
    """Which one is wanted first; empty: as the server has it. What somebody cannot decode is avoided."""
    minutes: Minutes | None = None
    """How long it is planned to take; absent: as the table of kinds says."""
    variant: Known = ""
    """An entry of the table of kinds; empty: the first of its kind."""
    form: Form = "online"
    chamber: Known = ""
    notify: bool = True
    """Tell everybody who enters by link, over the channels that this installation has."""
    override: Why = ""
    """Why it is booked although people or the chamber are wanted elsewhere at that time."""


async def list_hearings(call: Call) -> HearingList:
    """The hearings of days by the server's clock that you see by role, by grant or by your seat."""
    begin, end = _span_of_days(call)
    account, now = call.account.id, call.parts.now()

    def look(session: Session) -> list[Booking]:
        who = cases.seeing(session, account, Act.SEE_HEARINGS, now)
        return [
            booking
            for booking in hearings.between(session, begin, end)
            if booking.belongs_to(account)
            or booking.case in who.opened
            or booking.path.startswith(tuple(who.paths))
        ]

    found = await call.parts.database.read(look)
    return HearingList([hearing_view(call, booking) for booking in found])


async def show(call: Call) -> HearingView:
    """One hearing."""
    return hearing_view(call, call.hearing)


async def book(call: Call, wanted: NewHearing) -> HearingView:
    """Book a hearing and make everybody's link."""
    insert = inserting(call, wanted)

    def write(session: Session) -> Booking:
        booking = insert(session)
        refuse_clashes(session, call, booking, wanted.override)
        if wanted.notify:
            tell(session, call, booking, "booked")
        return booking

    booking = await call.parts.database.write(write)
    await call.parts.tickets.issue_all(booking.id)
    wake(call)
    return hearing_view(call, booking)


def inserting(call: Call, wanted: NewHearing) -> Callable[[Session], Booking]:
    """What puts a wanted hearing into the database; raises `ApiError` where it is wrong in itself."""
    now = call.parts.now()
    today = datetime.fromtimestamp(now / 1000).date()
    numbers = [_id_number(person.id_number, today) for person in wanted.participants]
    codecs = call.parts.settings.media_codecs
    if wanted.video_codec and wanted.video_codec not in codecs:
        raise ApiError("malformed", f"video_codec: {' | '.join(codecs)}")
    for position, person in enumerate(wanted.participants):
        if any(other == position or other >= len(wanted.participants) for other in person.screened):
            raise ApiError("malformed", "screened: positions of others in participants")
    if not (wanted.case or wanted.case_number):
        raise ApiError("malformed", "case_number")

    def insert(session: Session) -> Booking:
        case = case_to_book(session, call, wanted.case, wanted.case_number)
        home = organisations.home(session, call.account.id, Act.BOOK)
        booking = hearings.book(
            session,
            case_number=wanted.case_number,
            case=case,
            organisation=home.id if home else ROOT,
            title=wanted.title,
            kind=wanted.kind,
            starts_at=wanted.starts_at,
            seats=[_seat(session, case, person) for person in wanted.participants],
            now=now,
            rehearsal=wanted.rehearsal or call.parts.settings.rehearsal,
            video_codec=wanted.video_codec,
            by=call.account,
            plan=plan_of(session, call, wanted),
        )
        guard = call.parts.privacy[0]
        for person, given, number in zip(booking.participants, wanted.participants, numbers, strict=False):
            number = number or known_number(session, guard, given.party, given.agent)
            if number:
                privacy.set_id_number(session, guard, person.id, number)
            email, phone = known_contact(session, guard, given.party, given.agent)
            privacy.set_contact(session, guard, person.id, given.email or email, given.phone or phone)
        return booking

    return insert


def _seat(session: Session, case: Case | None, person: Invitee) -> NewSeat:
    check_named(session, case, person.party, person.agent)
    return NewSeat(
        name=person.name,
        role=person.role,
        side=person.side,
        purpose=person.purpose,
        party=person.party or None,
        agent=person.agent or None,
        screened=person.screened,
        level=person.level,
    )


def _span_of_days(call: Call) -> tuple[int, int]:
    day, days = call.request.query.get("day"), call.request.query.get("days", "1")
    if not (days.isascii() and days.isdigit() and 0 < int(days[:4]) <= MOST_DAYS):
        raise ApiError("malformed", f"days: 1 to {MOST_DAYS}")
    try:
        asked = date.fromisoformat(day) if day else datetime.fromtimestamp(call.parts.clock()).date()
        start = datetime(asked.year, asked.month, asked.day).astimezone()
        end = start + timedelta(days=int(days))
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


def hearing_view(call: Call, booking: Booking) -> HearingView:
    """A hearing as the asker sees it."""
    return HearingView(
        id=booking.id,
        kind=booking.kind,
        title=booking.title,
        case=booking.case,
        case_number=booking.case_number,
        starts_at=booking.starts_at,
        state=booking.state,
        sitting=booking.sitting,
        rehearsal=booking.rehearsal or call.parts.settings.rehearsal,
        participants=[
            Person(p.id, p.name, p.role, p.side, p.screened, p.level) for p in booking.participants
        ],
        yours=booking.belongs_to(call.account.id),
        video_codec=booking.video_codec,
        minutes=booking.plan.minutes,
        variant=booking.plan.variant,
        form=booking.plan.form,
        chamber=booking.plan.chamber,
        chamber_name=booking.plan.chamber_name,
        place=booking.plan.place,
        continues=booking.plan.continues,
    )


_DAY = {
    "day": "the first day, YYYY-MM-DD; today when absent",
    "days": f"how many days, 1 to {MOST_DAYS}; 1 when absent",
}
ROUTES = (
    Route(
        "GET",
        "/api/hearings",
        list_hearings,
        Auth.STAFF,
        "The hearings of a day, or of several",
        act=Act.SEE_HEARINGS,
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
        act=Act.BOOK,
        takes=NewHearing,
        gives=HearingView,
        status=201,
        refusals=("bad_id_number", "clashes", "no_such_chamber", "no_such_case", "case_not_yours"),
    ),
    Route(
        "GET",
        "/api/hearings/{hearing}",
        show,
        Auth.STAFF,
        "One hearing",
        act=Act.SEE_HEARINGS,
        gives=HearingView,
    ),
)

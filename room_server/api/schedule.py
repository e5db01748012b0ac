"""The plan of hearings: what a booking lacks and clashes with, another time, and calling it off."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import msgspec
from sqlmodel import Session

from ..rules.permissions import Act
from ..rules.planning import Lack, hasty, lacking
from ..store import cases, chambers, rebooking
from ..store.booking_tables import Chamber
from ..store.cases import Seeing
from ..store.chambers import Clash
from ..store.hearings import Booking
from ..store.rebooking import PlanError
from .bookable import kinds_of, plan_of, refuse_clashes
from .hearings import (
    PLAIN,
    Form,
    HearingView,
    Known,
    Minutes,
    Moment,
    NewHearing,
    Why,
    hearing_view,
    inserting,
)
from .notices import tell, wake
from .refusals import ApiError
from .routes import Auth, Call, Route

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=PLAIN)]


class ClashView(msgspec.Struct, frozen=True, kw_only=True):
    """A person or chamber wanted elsewhere; `title` and `hearing` are empty when you may not see that."""

    what: str
    name: str
    hearing: str
    title: str
    starts_at: int
    minutes: int


class Findings(msgspec.Struct, frozen=True):
    """What stands in the way (`clashes`: needs a reason) and what is missing (`lacks`: to be known)."""

    clashes: list[ClashView]
    lacks: list[Lack]


class NewPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another time or place of a hearing."""

    starts_at: Moment
    minutes: Minutes | None = None
    variant: Known = ""
    form: Form = "online"
    chamber: Known = ""
    reason: Reason
    override: Why = ""
    """Why it is held then although people or the chamber are wanted elsewhere."""


class CallingOff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a hearing is called off."""

    reason: Reason


class _Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A new plan together with the kind of its hearing."""

    kind: str
    minutes: int | None
    variant: str
    form: str
    chamber: str


class _Tried(Exception):
    """Carries the findings out of a transaction that is not to happen."""

    def __init__(self, findings: Findings) -> None:
        super().__init__()
        self.findings = findings


async def check_booking(call: Call, wanted: NewHearing) -> Findings:
    """What stands in the way of a hearing, before it is booked."""
    insert = inserting(call, wanted)
    return await _tried(call, insert)


async def rebook(call: Call, wanted: NewPlan) -> HearingView:
    """Another time or place: grave, noted in the case, told to everybody."""
    change = _rebooking(call, wanted)

    def write(session: Session) -> Booking:
        booking = change(session)
        refuse_clashes(session, call, booking, wanted.override)
        tell(session, call, booking, "rebooked")
        return booking

    booking = await call.parts.database.write(write)
    wake(call)
    return hearing_view(call, booking)


async def check_rebooking(call: Call, wanted: NewPlan) -> Findings:
    """What stands in the way of another time, before it is taken."""
    return await _tried(call, _rebooking(call, wanted))


async def cancel(call: Call, wanted: CallingOff) -> HearingView:
    """Call a hearing off: grave, noted in the case, told to everybody; who waits inside is shown out."""
    identifier, by, now = call.hearing.id, call.account.id, call.parts.now()

    def write(session: Session) -> Booking:
        try:
            booking = rebooking.cancel(session, identifier, by=by, now=now, reason=wanted.reason)
        except PlanError as error:
            raise ApiError("too_far") from error
        tell(session, call, booking, "cancelled")
        return booking

    booking = await call.parts.database.write(write)
    wake(call)
    for person in booking.participants:
        await call.parts.live.shut_out(booking.id, person.id)
    return hearing_view(call, booking)


def _rebooking(call: Call, wanted: NewPlan) -> Callable[[Session], Booking]:
    identifier, kind, by, now = call.hearing.id, call.hearing.kind, call.account.id, call.parts.now()
    wish = _Wish(
        kind=kind,
        minutes=wanted.minutes,
        variant=wanted.variant,
        form=wanted.form,
        chamber=wanted.chamber,
    )

    def change(session: Session) -> Booking:
        try:
            return rebooking.rebook(
                session,
                identifier,
                starts_at=wanted.starts_at,
                plan=plan_of(session, call, wish),
                by=by,
                now=now,
                reason=wanted.reason,
                hours=call.parts.settings.ticket_hours,
            )
        except PlanError as error:
            raise ApiError("too_far") from error

    return change


async def _tried(call: Call, change: Callable[[Session], Booking]) -> Findings:
    """What a change would meet; it is made and taken back, so that nothing is judged by other rules."""

    def write(session: Session) -> None:
        raise _Tried(_findings(session, call, change(session)))

    try:
        await call.parts.database.write(write)
    except _Tried as tried:
        return tried.findings
    raise AssertionError("a trial is never kept")


def _findings(session: Session, call: Call, booking: Booking) -> Findings:
    who = cases.seeing(session, call.account.id, Act.SEE_HEARINGS, call.parts.now())
    clashes = [_shown(clash, who) for clash in chambers.clashes(session, booking.id)]
    return Findings(clashes, _lacks(session, call, booking))


def _shown(clash: Clash, who: Seeing) -> ClashView:
    seen = clash.case in who.opened or clash.path.startswith(tuple(who.paths))
    return ClashView(
        what=clash.what,
        name=clash.name,
        hearing=clash.hearing if seen else "",
        title=clash.title if seen else "",
        starts_at=clash.starts_at,
        minutes=clash.minutes,
    )


def _lacks(session: Session, call: Call, booking: Booking) -> list[Lack]:
    found = []
    kind = kinds_of(call.parts).of(booking.kind, booking.plan.variant)
    if kind is not None:
        today, day = (
            datetime.fromtimestamp(at / 1000).date() for at in (call.parts.now(), booking.starts_at)
        )
        found = lacking(kind, [person.role.value for person in booking.participants])
        found += hasty(kind, today, day)
    if booking.starts_at < call.parts.now():
        found.append(Lack("past", "开始时间已过", "It would begin in the past"))
    if booking.plan.form != "online" and not booking.plan.chamber:
        found.append(
            Lack("no_chamber", "有人到场参加，但没有选庭室", "People come on site, but to no chamber")
        )
    chamber = session.get(Chamber, booking.plan.chamber) if booking.plan.chamber else None
    people = len(booking.participants)
    if chamber is not None and booking.plan.form == "onsite" and chamber.seats < people:
        found.append(
            Lack(
                "small_chamber",
                f"{chamber.name}有 {chamber.seats} 座，参加人 {people} 名",
                f"{chamber.name} seats {chamber.seats}, and {people} take part",
            )
        )
    return found


_ONE = "/api/hearings/{hearing}"
ROUTES = (
    Route(
        "POST",
        "/api/bookings/check",
        check_booking,
        Auth.STAFF,
        "What stands in the way of a booking",
        act=Act.BOOK,
        takes=NewHearing,
        gives=Findings,
        refusals=(
            "bad_id_number",
            "no_such_chamber",
            "no_such_case",
            "case_not_yours",
        ),
    ),
    Route(
        "POST",
        _ONE + "/rebook",
        rebook,
        Auth.STAFF,
        "Another time or place",
        act=Act.BOOK,
        takes=NewPlan,
        gives=HearingView,
        refusals=("clashes", "too_far", "no_such_chamber"),
    ),
    Route(
        "POST",
        _ONE + "/rebook/check",
        check_rebooking,
        Auth.STAFF,
        "What stands in the way of another time",
        act=Act.BOOK,
        takes=NewPlan,
        gives=Findings,
        refusals=("too_far", "no_such_chamber"),
    ),
    Route(
        "POST",
        _ONE + "/cancel",
        cancel,
        Auth.STAFF,
        "Call a hearing off",
        act=Act.BOOK,
        takes=CallingOff,
        gives=HearingView,
        refusals=("too_far",),
    ),
)

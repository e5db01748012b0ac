"""Who is calling, and whether they may: cookies with a CSRF token for staff, tickets for parties."""

import hashlib
import hmac
from urllib.parse import urlsplit

from aiohttp import web
from sqlmodel import Session

from ..pairing import BadCredential, fingerprint
from ..rules.people import STAFF
from ..rules.permissions import Act, Membership, may, may_there
from ..store import chamber_seats, endpoints, hearings, organisations, staff
from ..store.hearings import Booking
from ..store.organisation_tables import Organisation
from ..store.tables import Case, StaffAccount
from ..tickets import Pass, TicketError
from .limiting import count_account
from .refusals import ApiError
from .routes import PAIRING, PARTS, Auth, Call, Parts, Route

COOKIE = "__Host-heting"
CSRF = "X-CSRF"
_SCHEME = "ticket "
_SAFE = ("GET", "HEAD", "OPTIONS")


def csrf_of(cookie: str) -> str:
    """The CSRF token of a login: known to its pages, not to anybody else's."""
    return hmac.new(cookie.encode(), b"heting csrf", hashlib.sha256).hexdigest()[:32]


async def authorise(request: web.Request, route: Route) -> Call:
    """The call, once it is known to be allowed; raises `ApiError`."""
    call = Call(request, request.app[PARTS])
    _refuse_foreign_pages(request)
    if route.auth is Auth.OPEN:
        return call
    if route.auth is Auth.CHAMBER:
        await _recognise_chamber(call)
        return call
    ticket = _ticket_in(request)
    if route.auth is Auth.TICKET or (route.auth is Auth.SHARED and ticket):
        call.visitor = await _visitor(call.parts, ticket)
        count_account(request, f"participant {call.visitor.participant.id}")
    else:
        await _recognise_staff(call)
        count_account(request, f"staff {call.account.id}")
        # Who has lost every role may still sign out.
        if route.needs is not Act.SIGNED_IN and not may(call.memberships, route.needs):
            raise ApiError("not_allowed")
    call.booking = await _booking(call.parts, request)
    await _check_belonging(call, route)
    if call.staff is not None:
        await _check_case(call, route)
        await _check_organisation(call, route)
    return call


async def allowed_in_case(call: Call, case: Case, route_act: Act) -> bool:
    """Whether the staff member may do something in a case: by role or by grant."""
    account, now = call.account.id, call.parts.now()

    def look(session: Session) -> bool:
        openings = organisations.openings(session, account, case.id, now)
        path = organisations.path_of_case(session, case)
        return may_there(call.memberships, route_act, path, openings)

    return await call.parts.database.read(look)


async def _recognise_staff(call: Call) -> None:
    cookie = call.request.cookies.get(COOKIE, "")
    now = call.parts.now()

    def look(session: Session) -> tuple[StaffAccount | None, list[Membership]]:
        account = staff.signed_in(session, cookie, now)
        return account, organisations.memberships(session, account.id) if account else []

    account = None
    if cookie and cookie.isascii():
        account, call.memberships = await call.parts.database.read(look)
    if account is None:
        raise ApiError("not_signed_in")
    if call.request.method not in _SAFE:
        given = call.request.headers.get(CSRF, "")
        if not given.isascii() or not hmac.compare_digest(given, csrf_of(cookie)):
            raise ApiError("csrf")
    call.staff = account


async def _recognise_chamber(call: Call) -> None:
    scheme, _, credential = call.request.headers.get("Authorization", "").partition(" ")
    pairing = call.request.app[PAIRING]
    try:
        identifier = pairing.endpoint(credential.strip()) if scheme.lower() == "chamber" else ""
    except BadCredential as error:
        raise ApiError("not_paired") from error
    digest = fingerprint(credential.strip())
    row = await call.parts.database.read(lambda session: endpoints.known(session, identifier, digest))
    if row is None:
        raise ApiError("not_paired")
    count_account(call.request, f"chamber {row.chamber}")
    call.endpoint_row = row
    call.booking = await _booking(call.parts, call.request)
    if "hearing" not in call.request.match_info:
        return
    booking = call.booking
    # The same answer whether or not it exists: a chamber learns nothing of what is not held there.
    if booking is None or not await call.parts.database.read(
        lambda session: (
            booking.plan.chamber == row.chamber
            or chamber_seats.seat_of(session, booking.id, row.chamber) is not None
        )
    ):
        raise ApiError("not_yours")


async def _visitor(parts: Parts, ticket: str) -> Pass:
    if not ticket:
        raise ApiError("not_signed_in")
    try:
        return await parts.tickets.check(ticket)
    except TicketError as error:
        raise ApiError(error.word) from error


async def _booking(parts: Parts, request: web.Request) -> Booking | None:
    names = request.match_info
    if "hearing" in names:
        return await parts.database.read(lambda session: hearings.find(session, names["hearing"]))
    if "sitting" in names:
        return await parts.database.read(lambda session: hearings.find_by_sitting(session, names["sitting"]))
    return None


async def _check_belonging(call: Call, route: Route) -> None:
    names = call.request.match_info
    if not ("hearing" in names or "sitting" in names):
        return
    if call.visitor is not None:
        # The same answer whether or not it exists: a party learns nothing about other hearings.
        if call.booking is None or call.booking.id != call.visitor.booking.id:
            raise ApiError("not_yours")
    elif call.booking is None:
        raise ApiError("no_such_hearing" if "hearing" in names else "no_such_sitting")
    # A seat is leave enough; without one a record is closed even to the own organisation.
    elif not call.booking.belongs_to(call.account.id) and (
        route.auth in (Auth.MEMBER, Auth.SHARED) or not await _sees(call, call.booking, route)
    ):
        raise ApiError("not_yours")


async def _sees(call: Call, booking: Booking, route: Route) -> bool:
    account, now = call.account.id, call.parts.now()
    openings = await call.parts.database.read(
        lambda session: organisations.openings(session, account, booking.case, now)
    )
    return may_there(call.memberships, route.needs, booking.path, openings)


async def _check_case(call: Call, route: Route) -> None:
    if "case" not in call.request.match_info:
        return
    name = call.part("case")
    case = await call.parts.database.read(lambda session: session.get(Case, name))
    if case is None:
        raise ApiError("no_such_case")
    if not await allowed_in_case(call, case, route.needs):
        raise ApiError("case_not_yours")
    call.case_row = case


async def _check_organisation(call: Call, route: Route) -> None:
    if "organisation" not in call.request.match_info:
        return
    name = call.part("organisation")
    row = await call.parts.database.read(lambda session: session.get(Organisation, name))
    if row is None:
        raise ApiError("no_such_organisation")
    if not may_there(call.memberships, route.needs, row.path):
        raise ApiError("not_allowed")
    call.organisation_row = row


def _refuse_foreign_pages(request: web.Request) -> None:
    """Defence in depth beside SameSite and the token: another site's page changes nothing here."""
    if request.method in _SAFE:
        return
    origin = request.headers.get("Origin")
    ours = {request.host, urlsplit(request.app[PARTS].settings.public_url).netloc} - {""}
    if origin is not None and origin.partition("://")[2] not in ours:
        raise ApiError("csrf")


def _ticket_in(request: web.Request) -> str:
    header = request.headers.get("Authorization", "")
    return header[len(_SCHEME) :].strip() if header[: len(_SCHEME)].lower() == _SCHEME else ""


def is_staff_visitor(visitor: Pass) -> bool:
    """Whether a ticket is a staff member's own seat."""
    return visitor.participant.role in STAFF

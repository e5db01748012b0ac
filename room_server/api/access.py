"""Who is calling, and whether they may: cookies with a CSRF token for staff, tickets for parties."""

import hashlib
import hmac
from urllib.parse import urlsplit

from aiohttp import web

from ..rules.people import STAFF
from ..store import hearings, staff
from ..store.hearings import Booking
from ..tickets import Pass, TicketError
from .refusals import ApiError
from .routes import PARTS, Auth, Call, Parts, Route

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
    ticket = _ticket_in(request)
    if route.auth is Auth.TICKET or (route.auth is Auth.SHARED and ticket):
        call.visitor = await _visitor(call.parts, ticket)
    else:
        await _recognise_staff(call)
    call.booking = await _booking(call.parts, request)
    _check_belonging(call, route)
    return call


async def _recognise_staff(call: Call) -> None:
    cookie = call.request.cookies.get(COOKIE, "")
    now = call.parts.now()
    account = None
    if cookie and cookie.isascii():
        account = await call.parts.database.read(lambda session: staff.signed_in(session, cookie, now))
    if account is None:
        raise ApiError("not_signed_in")
    if call.request.method not in _SAFE:
        given = call.request.headers.get(CSRF, "")
        if not given.isascii() or not hmac.compare_digest(given, csrf_of(cookie)):
            raise ApiError("csrf")
    call.staff = account


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


def _check_belonging(call: Call, route: Route) -> None:
    names = call.request.match_info
    if not ("hearing" in names or "sitting" in names):
        return
    if call.visitor is not None:
        # The same answer whether or not it exists: a party learns nothing about other hearings.
        if call.booking is None or call.booking.id != call.visitor.booking.id:
            raise ApiError("not_yours")
    elif call.booking is None:
        raise ApiError("no_such_hearing" if "hearing" in names else "no_such_sitting")
    elif route.auth in (Auth.MEMBER, Auth.SHARED) and not call.booking.belongs_to(call.account.id):
        raise ApiError("not_yours")


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

"""Signing in and out: `/api/login`, `/api/logout`, `/api/me`."""

import asyncio
import logging
import math
from typing import Annotated

import msgspec
from aiohttp import web

from ..rules.permissions import Act, Membership, StaffRole, may
from ..store import organisations, staff
from ..store.tables import StaffAccount
from .access import COOKIE, csrf_of
from .limiting import CLIENT
from .refusals import ApiError
from .routes import PARTS, Auth, Call, Route, write_body
from .throttle import Throttle

logger = logging.getLogger(__name__)

WINDOW_S = 300.0
PER_NAME = 5
PER_ADDRESS = 30


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password of a staff account."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Me(msgspec.Struct, frozen=True):
    """Who is signed in; `csrf` goes into the header `X-CSRF` of everything that changes something."""

    name: str
    account: str
    role: str
    csrf: str
    roles: list[StaffRole]
    may: list[Act]
    """What your roles allow somewhere."""


class LoginGate:
    """Holds back guessing, and keeps the number of password checks at one time small."""

    def __init__(self, app: web.Application) -> None:
        clock = app[PARTS].clock
        self.by_name = Throttle(PER_NAME, WINDOW_S, clock)
        self.by_address = Throttle(PER_ADDRESS, WINDOW_S, clock)
        # Each check takes 32 MiB for some 50 ms.
        self.checks = asyncio.Semaphore(2)

    def enter(self, address: str, name: str) -> None:
        """Count an attempt before it is checked, so that many at once are counted too."""
        wait = max(self.by_name.wait((address, name)), self.by_address.wait(address))
        if wait > 0:
            seconds = str(math.ceil(wait))
            raise ApiError("too_many", seconds, {"Retry-After": seconds})
        self.by_name.count((address, name))
        self.by_address.count(address)


GATE = web.AppKey("login_gate", LoginGate)


async def login(call: Call, given: Credentials) -> web.StreamResponse:
    """Check a password and start a login."""
    database, gate = call.parts.database, call.request.app[GATE]
    address = call.request.get(CLIENT, "")
    gate.enter(address, given.name)
    account = await database.read(lambda session: staff.find_account(session, given.name))
    stored = account.password_hash if account else None
    async with gate.checks:
        right = await asyncio.to_thread(staff.password_matches, stored, given.password)
    if account is None or not right:
        raise ApiError("wrong_password")
    gate.by_name.forgive((address, given.name))
    now = call.parts.now()
    identity = account.id
    cookie = await database.write(lambda session: staff.sign_in(session, identity, now))
    logger.info("staff %s signed in", identity)
    memberships = await database.read(lambda session: organisations.memberships(session, identity))
    response = write_body(_me(account, memberships, cookie), 200)
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=staff.LOGIN_HOURS * 3600,
        path="/",
        secure=True,
        httponly=True,
        samesite="Strict",
    )
    return response


async def logout(call: Call) -> web.StreamResponse:
    """End the login of this browser, and the seats that were taken with it."""
    cookie = call.request.cookies[COOKIE]
    await call.parts.database.write(lambda session: staff.sign_out(session, cookie))
    for hearing, participant in await call.parts.tickets.end_login(staff.cookie_hash(cookie)):
        await call.parts.live.shut_out(hearing, participant)
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    return response


async def me(call: Call) -> Me:
    """Who is signed in."""
    return _me(call.account, call.memberships, call.request.cookies[COOKIE])


def _me(account: StaffAccount, memberships: list[Membership], cookie: str) -> Me:
    return Me(
        name=account.person,
        account=account.name,
        role=account.role,
        csrf=csrf_of(cookie),
        roles=sorted({member.role for member in memberships}),
        may=[act for act in Act if may(memberships, act)],
    )


ROUTES = (
    Route(
        "POST",
        "/api/login",
        login,
        Auth.OPEN,
        "Sign in",
        takes=Credentials,
        gives=Me,
        refusals=("wrong_password", "too_many"),
    ),
    Route("POST", "/api/logout", logout, Auth.STAFF, "Sign out", act=Act.SIGNED_IN, status=204),
    Route("GET", "/api/me", me, Auth.STAFF, "Who is signed in", act=Act.SIGNED_IN, gives=Me),
)

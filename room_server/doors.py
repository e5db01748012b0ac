"""The open doors: WHIP (RFC 9725) to publish and WHEP to receive, for devices that run no page of ours.

A device is let in by its person's ticket and sits in the room like a browser does, without a screen. It may
use both doors at once. Whoever has not been admitted has knocked by asking and is told to ask again.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

from aiohttp import web

from media.wire import sdp

from .api.refusals import ApiError
from .api.routes import read_bytes
from .api.throttle import Throttle
from .rules.commands import Knock, Leave
from .rules.decisions import Refused
from .rules.places import SILENT_PLACES
from .sitting.audience import StandIn
from .sitting.live import Sitting
from .tickets import Pass, TicketError, Tickets
from .turn import IceServer, links

PLANES = {"whip": "publish", "whep": "subscribe"}
SDP = "application/sdp"
WAIT_S = 60.0
"""How long one who knocked counts as present without asking again."""
RETRY_S = 5
OFFERS, WITHIN_S = 30, 60.0

_ENDPOINT = "/{door:whip|whep}/{hearing}"
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Location, Link, Retry-After, WWW-Authenticate, X-Request-Id",
}
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
    "Access-Control-Max-Age": "86400",
}
_WORDS = {"closed": "hearing_closed", "listens_only": "not_allowed"}
_RETRY = {"Retry-After": str(RETRY_S)}
_HEADERS = {"media_down": _RETRY, "waiting": _RETRY}


class Visit:
    """What one device holds: its place in the sitting and a resource per plane."""

    def __init__(
        self,
        sitting: Sitting,
        participant: str,
        device: str,
        over: Callable[["Visit"], None],
        adopted: Iterable[str] = (),
    ) -> None:
        """`adopted`: planes that were connected under an earlier control process; the device is seated."""
        self.sitting = sitting
        self.screen = StandIn(participant, device, self._ended)
        self.resources: dict[str, str] = dict.fromkeys(adopted, "")
        self._over = over
        self._entering = asyncio.Lock()
        self._seated = bool(self.resources)
        self._patience: asyncio.TimerHandle | None = None

    def name_resource(self) -> str:
        """A name for one more resource; it begins with the device's own, which outlives this process."""
        return f"{self._token()}-{secrets.token_hex(4)}"

    def holds(self, plane: str, resource: str) -> bool:
        """Whether this is the resource of a plane; of an adopted one only the device's part is known."""
        known = self.resources.get(plane)
        return resource == known or (known == "" and resource.partition("-")[0] == self._token())

    def _token(self) -> str:
        return self.screen.device.partition("-")[2]

    async def enter(self) -> None:
        """Come in, knocking if need be; raises `ApiError` when it is not (yet) possible."""
        async with self._entering:
            if not self._seated:
                self._seated = await self.sitting.enter(self.screen, 0, takeover=False)
            if not self._seated:
                self._over(self)
                raise ApiError("occupied")
            if self._outside():
                with contextlib.suppress(Refused):
                    await self.sitting.wish(self.screen.participant, Knock())
        if self._outside():
            self._wait()
            raise ApiError("waiting", headers=_RETRY)

    async def connect(self, plane: str, resource: str, offer: str) -> str:
        """Make a connection; the answer's SDP."""
        if plane in self.resources:
            raise ApiError("occupied")
        self.resources[plane] = resource
        self._stop_waiting()
        try:
            return await self.sitting.connections.offer(self.screen, plane, offer)
        except Refused as refusal:
            self._ended(plane)
            word = _WORDS.get(refusal.word, refusal.word)
            raise ApiError(word, refusal.reason, _HEADERS.get(word)) from refusal

    async def depart(self, plane: str) -> None:
        """The device ends a connection; with the last one its person leaves."""
        if len(self.resources) > 1:
            del self.resources[plane]
            self.sitting.connections.hang_up(self.screen, plane)
            return
        try:
            await self.sitting.wish(self.screen.participant, Leave())
        except Refused:
            self._ended(plane)

    def _outside(self) -> bool:
        return self.sitting.room.people[self.screen.participant].place in SILENT_PLACES

    def _wait(self) -> None:
        self._stop_waiting()
        if not self.resources:
            self._patience = asyncio.get_running_loop().call_later(WAIT_S, self._go)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _ended(self, plane: str) -> None:
        """From the sitting: a connection is over; all of them when `plane` is empty."""
        for one in list(self.resources) if not plane else [plane]:
            if self.resources.pop(one, None) is not None:
                self.sitting.connections.hang_up(self.screen, one)
        if not self.resources:
            self._go()

    def _go(self) -> None:
        self._stop_waiting()
        self._over(self)
        self.sitting.leave(self.screen)


class Doors:
    """The endpoints `/whip/{hearing}` and `/whep/{hearing}` and the resources made there."""

    def __init__(
        self,
        tickets: Tickets,
        sitting_of: Callable[[str], Awaitable[Sitting]],
        relays: Callable[[str], Sequence[IceServer]],
    ) -> None:
        self._tickets = tickets
        self._relays = relays
        self._sitting_of = sitting_of
        self._visits: dict[tuple[str, str], Visit] = {}
        self._brake = Throttle(OFFERS, WITHIN_S, time.monotonic)

    def add_routes(self, app: web.Application) -> None:
        """Put the doors onto an application; whatever else is asked of them is refused with 405."""
        app.router.add_post(_ENDPOINT, self.open)
        app.router.add_options(_ENDPOINT, _preflight("POST", {"Accept-Post": SDP}))
        app.router.add_delete(_ENDPOINT + "/{resource}", self.close)
        app.router.add_options(_ENDPOINT + "/{resource}", _preflight("DELETE", {}))
        app.on_response_prepare.append(_allow_origins)

    def adopt(self, sitting: Sitting, participant: str, device: str, planes: Iterable[str]) -> StandIn:
        """A device that is still connected though the control process has changed: it stays."""
        visit = Visit(sitting, participant, device, self._forget, planes)
        self._visits[sitting.id, participant] = visit
        return visit.screen

    async def open(self, request: web.Request) -> web.Response:
        """An offer: 201 with the answer and the address of the new resource."""
        found = await _pass(request, self._tickets.admit)
        who, door = found.participant.id, request.match_info["door"]
        self._count(who)
        offer = await _offer(request)
        sitting = await self._sitting_of(found.booking.id)
        visit = self._visits.get((sitting.id, who))
        if visit is None:
            visit = Visit(sitting, who, f"{door}-{secrets.token_hex(8)}", self._forget)
            self._visits[sitting.id, who] = visit
        resource = visit.name_resource()
        await visit.enter()
        answer = await visit.connect(PLANES[door], resource, offer)
        made = web.Response(body=answer.encode(), status=201, content_type=SDP)
        made.headers["Location"] = f"/{door}/{found.booking.id}/{resource}"
        for link in links(self._relays(who)):
            made.headers.add("Link", link)
        return made

    async def close(self, request: web.Request) -> web.Response:
        """The end of a resource, by whoever made it."""
        found = await _pass(request, self._tickets.check)
        plane, resource = PLANES[request.match_info["door"]], request.match_info["resource"]
        for (_, who), visit in self._visits.items():
            if who == found.participant.id and visit.holds(plane, resource):
                await visit.depart(plane)
                return web.Response()
        raise ApiError("not_found")

    def _count(self, participant: str) -> None:
        wait = self._brake.wait(participant)
        if wait > 0:
            seconds = str(int(wait) + 1)
            raise ApiError("too_many", seconds, {"Retry-After": seconds})
        self._brake.count(participant)

    def _forget(self, visit: Visit) -> None:
        key = (visit.sitting.id, visit.screen.participant)
        if self._visits.get(key) is visit:
            del self._visits[key]


async def _pass(request: web.Request, admit: Callable[[str], Awaitable[Pass]]) -> Pass:
    """Whom the bearer's ticket stands for, if it is one to this hearing."""
    asks = {"WWW-Authenticate": 'Bearer realm="heting"'}
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ApiError("not_signed_in", headers=asks)
    try:
        found = await admit(token.strip())
    except TicketError as error:
        refusal = ApiError(error.word)
        refusal.headers = asks if refusal.status == 401 else {}
        raise refusal from error
    if found.booking.id != request.match_info["hearing"]:
        raise ApiError("not_yours")
    return found


async def _offer(request: web.Request) -> str:
    if request.content_type != SDP:
        raise ApiError("not_sdp", headers={"Accept-Post": SDP})
    body = await read_bytes(request, sdp.MAX_BYTES)
    try:
        text = body.decode()
        # Before anybody knocks for it; the media worker reads it again.
        sdp.parse(text)
    except ValueError as error:
        reason = "not UTF-8" if isinstance(error, UnicodeError) else str(error)
        raise ApiError("bad_sdp", reason) from error
    return text


def _preflight(method: str, more: dict[str, str]) -> Callable[[web.Request], Awaitable[web.Response]]:
    headers = _PREFLIGHT | {"Access-Control-Allow-Methods": f"{method}, OPTIONS"} | more

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=204, headers=headers)

    return answer


async def _allow_origins(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Any page may use the doors: what opens them is the ticket it brings, never a cookie."""
    if request.path.startswith(("/whip/", "/whep/")):
        for name, value in _CORS.items():
            response.headers.setdefault(name, value)

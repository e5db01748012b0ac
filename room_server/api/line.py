"""The test of a line before entering: a few seconds of media that a device sends to itself."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

import msgspec
from aiohttp import web

from ..crew.probing import LASTS_S, WAYS, ProbeRefused
from .refusals import ApiError
from .routes import Auth, Call, Route
from .throttle import Throttle

MOST, WITHIN_S = 10, 600.0

Sdp = Annotated[str, msgspec.Meta(max_length=60_000)]


class Begun(msgspec.Struct, frozen=True):
    """A test that may go on for `seconds`."""

    probe: str
    seconds: float


class WayOffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One connection of a test: which way it goes (`direct` or by the relay over `udp`, `tcp`, `tls`)."""

    way: Annotated[str, msgspec.Meta(pattern=rf"^({'|'.join(WAYS)})$")]
    plane: Annotated[str, msgspec.Meta(pattern=r"^(publish|subscribe)$")]
    sdp: Sdp


class WayAnswer(msgspec.Struct, frozen=True):
    """The media worker's answer."""

    sdp: str


class Tests(Protocol):
    """Whoever carries the tests out."""

    async def open(self, who: str) -> str:
        """Begin one; its id."""

    async def offer(self, who: str, probe: str, way: str, plane: str, sdp: str) -> str:
        """Connect one way; the answer's SDP."""

    async def close(self, who: str, probe: str) -> None:
        """End one."""


@dataclass(frozen=True, slots=True)
class LineDesk:
    """What the requests need: who tests, and the brake on beginning."""

    tests: Tests
    throttle: Throttle


LINE = web.AppKey("line", LineDesk)


def line_desk(tests: Tests, clock: Callable[[], float]) -> LineDesk:
    """For one application."""
    return LineDesk(tests, Throttle(MOST, WITHIN_S, clock))


async def begin(call: Call) -> Begun:
    """Make room for a test."""
    desk, who = call.request.app[LINE], _who(call)
    wait = desk.throttle.wait(who)
    if wait > 0:
        raise _api(ProbeRefused("too_many", wait))
    desk.throttle.count(who)
    try:
        return Begun(await desk.tests.open(who), LASTS_S)
    except ProbeRefused as refusal:
        raise _api(refusal) from refusal


async def offer(call: Call, wish: WayOffer) -> WayAnswer:
    """Connect one way."""
    tests, probe = call.request.app[LINE].tests, call.part("probe")
    try:
        return WayAnswer(await tests.offer(_who(call), probe, wish.way, wish.plane, wish.sdp))
    except ProbeRefused as refusal:
        raise _api(refusal) from refusal


async def end(call: Call) -> None:
    """End a test before its time."""
    try:
        await call.request.app[LINE].tests.close(_who(call), call.part("probe"))
    except ProbeRefused as refusal:
        raise _api(refusal) from refusal


def _who(call: Call) -> str:
    assert call.visitor is not None
    return call.visitor.participant.id


def _api(refusal: ProbeRefused) -> ApiError:
    if refusal.word == "too_many":
        seconds = str(math.ceil(refusal.wait_s))
        return ApiError("too_many", seconds, {"Retry-After": seconds})
    return ApiError(refusal.word, refusal.reason)


ROUTES = (
    Route(
        "POST",
        "/api/line",
        begin,
        Auth.TICKET,
        "Begin a test of one's own line",
        gives=Begun,
        status=201,
        refusals=("too_many", "media_down"),
    ),
    Route(
        "POST",
        "/api/line/{probe}",
        offer,
        Auth.TICKET,
        "Connect one way of a test: an SDP offer, all candidates in it",
        takes=WayOffer,
        gives=WayAnswer,
        refusals=("no_such_probe", "bad_sdp", "too_many", "media_down"),
    ),
    Route(
        "DELETE",
        "/api/line/{probe}",
        end,
        Auth.TICKET,
        "End a test before its time",
        status=204,
        refusals=("no_such_probe",),
    ),
)

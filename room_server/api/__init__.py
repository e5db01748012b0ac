"""The HTTP side: one table of routes, its access rules, and the pages of the web client."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from ..evidence.intake import Intake
from ..notices.dispatch import Dispatch
from ..pairing import Pairing
from ..posting import Postman
from ..rates import Limits, limits_of
from ..settings import Settings
from ..speech.shelf import Shelf
from ..store.concealed import conceal_waiting
from ..store.database import Database
from ..store.keys import read_or_make
from ..store.privacy import open_privacy
from ..tickets import Tickets
from . import (
    calling,
    calls,
    case_minutes,
    case_pieces,
    case_progress,
    cases,
    chamber_seats,
    chambers,
    consents,
    counter,
    deserted,
    endpoints,
    entry_codes,
    evaluations,
    evidence,
    evidence_files,
    files,
    going_on,
    grants,
    hearings,
    ice,
    invitations,
    law,
    line,
    links,
    members,
    minutes,
    minutes_files,
    minutes_forms,
    notices,
    organisation_log,
    organisations,
    packages,
    performance,
    readouts,
    review_conclusions,
    review_opinions,
    review_reading,
    reviews,
    roster,
    schedule,
    second_pass,
    sittings,
    speech_models,
    staff,
    staff_notices,
    status,
    tasks,
    wall,
    webhooks,
    workers,
)
from .access import authorise
from .edge import add_headers, edge
from .limiting import LIMITS, PROXIES, limiting
from .openapi import describing
from .pages import DIST, add_pages
from .refusals import ApiError
from .routes import PAIRING, PARTS, Live, Parts, Route, read_body, write_body
from .staff import GATE, LoginGate
from .throttle import Throttle

__all__ = ["ROUTES", "ApiError", "Live", "Parts", "Route", "add_routes"]

ROUTES: list[Route] = [
    *staff.ROUTES,
    *staff_notices.ROUTES,
    *hearings.ROUTES,
    *schedule.ROUTES,
    *chambers.ROUTES,
    *endpoints.ROUTES,
    *chamber_seats.ROUTES,
    *calls.ROUTES,
    *consents.ROUTES,
    *counter.ROUTES,
    *links.ROUTES,
    *entry_codes.ROUTES,
    *wall.ROUTES,
    *invitations.ROUTES,
    *notices.ROUTES,
    *cases.ROUTES,
    *case_pieces.ROUTES,
    *case_progress.ROUTES,
    *roster.ROUTES,
    *grants.ROUTES,
    *organisations.ROUTES,
    *organisation_log.ROUTES,
    *members.ROUTES,
    *packages.ROUTES,
    *performance.ROUTES,
    *tasks.ROUTES,
    *law.ROUTES,
    *sittings.ROUTES,
    *minutes.ROUTES,
    *case_minutes.ROUTES,
    *second_pass.ROUTES,
    *minutes_files.ROUTES,
    *minutes_forms.ROUTES,
    *files.ROUTES,
    *evaluations.ROUTES,
    *evidence.ROUTES,
    *evidence_files.ROUTES,
    *ice.ROUTES,
    *line.ROUTES,
    *readouts.ROUTES,
    *reviews.ROUTES,
    *review_reading.ROUTES,
    *review_opinions.ROUTES,
    *review_conclusions.ROUTES,
    *webhooks.ROUTES,
    *speech_models.ROUTES,
    *status.ROUTES,
    *workers.ROUTES,
]
ROUTES += describing(ROUTES)


def add_routes(
    app: web.Application,
    *,
    settings: Settings,
    database: Database,
    tickets: Tickets,
    live: Live,
    tests: line.Tests,
    shelf: Shelf,
    authority: Path | None = None,
    pages: Path = DIST,
    limits: Limits | None = None,
    clock: Callable[[], float] = time.time,
) -> None:
    """Put the whole HTTP side onto an application; the database must be open once it has started."""
    key = settings.keys / "pii.key"
    if key.exists():
        # An unreadable key is to be known before anything is started.
        read_or_make(key)
    app[PARTS] = Parts(settings, database, tickets, live, authority, pages, clock=clock)
    app[GATE] = LoginGate(app)
    app[entry_codes.CODES] = entry_codes.CodeGate(app)
    app[evidence.INTAKE] = Intake(settings, database, clock=clock)
    app[evidence_files.PLAY_SECRET] = evidence_files.play_secret(settings)
    app[PAIRING], app[endpoints.SIGHTINGS] = Pairing(settings.keys), {}
    app[endpoints.TRIES] = Throttle(endpoints.MOST_TRIES, endpoints.WITHIN_S, clock)
    app[calling.RINGS] = Throttle(calling.MOST_RINGS, calling.WITHIN_S, clock)
    app[line.LINE] = line.line_desk(tests, clock)
    app[speech_models.SHELF] = shelf
    app[LIMITS] = limits or limits_of(settings)
    app[PROXIES] = settings.proxies
    app.middlewares.extend((edge, limiting))
    app.on_response_prepare.append(add_headers)
    app.on_startup.append(_open_privacy)
    app[webhooks.POSTMAN] = Postman(
        database, app[PARTS].privacy, settings.webhook_private_targets, clock=clock
    )
    app.on_startup.append(_start_intake)
    app.on_shutdown.append(_stop_intake)
    app.on_shutdown.append(_stop_shelf)
    app[deserted.SWEEP] = deserted.Sweep(app)
    app[going_on.READY] = asyncio.Event()
    app[notices.DISPATCH] = Dispatch(settings, database, tickets, clock)
    app.on_startup.append(_start_dispatch)
    app.on_shutdown.append(_stop_dispatch)
    for route in ROUTES:
        endpoint = _endpoint(route)
        app.router.add_route(route.method, route.path, endpoint)
        if route.method == "GET":
            app.router.add_head(route.path, endpoint)
    add_pages(app)


def _endpoint(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def endpoint(request: web.Request) -> web.StreamResponse:
        call = await authorise(request, route)
        given = (await read_body(request, route.takes),) if route.takes else ()
        return write_body(await route.handler(call, *given), route.status)

    return endpoint


async def _stop_shelf(app: web.Application) -> None:
    await app[speech_models.SHELF].stop()


async def _start_intake(app: web.Application) -> None:
    await app[evidence.INTAKE].start()
    await app[webhooks.POSTMAN].start()


async def _stop_intake(app: web.Application) -> None:
    await app[webhooks.POSTMAN].stop()
    await app[evidence.INTAKE].stop()


async def _start_dispatch(app: web.Application) -> None:
    await app[notices.DISPATCH].start(app[PARTS].privacy[0])
    await app[deserted.SWEEP].start()


async def _stop_dispatch(app: web.Application) -> None:
    await app[deserted.SWEEP].stop()
    await app[notices.DISPATCH].stop()


async def _open_privacy(app: web.Application) -> None:
    parts = app[PARTS]
    privacy = await open_privacy(parts.database, parts.settings.keys)
    await conceal_waiting(parts.database, privacy)
    parts.privacy.append(privacy)
    app[going_on.READY].set()

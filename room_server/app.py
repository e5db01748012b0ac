"""The composition root: builds everything once and is the only place that knows everybody."""

import asyncio
import hashlib
import tempfile
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from . import api
from .api import going_on
from .crew.placement import Epochs, Placement
from .crew.probing import Probes
from .doors import Doors
from .engine.children import ChildEngine
from .rates import limits_of
from .settings import Settings
from .signalling import Signalling
from .sittings.hall import Sittings
from .speech.shelf import Shelf
from .store.database import Database
from .tickets import Tickets
from .turn import ice_servers

DATABASE = web.AppKey("database", Database)
PLACEMENT = web.AppKey("placement", Placement)
SITTINGS = web.AppKey("sittings", Sittings)
TICKETS = web.AppKey("tickets", Tickets)
HANDING_OVER = web.AppKey("handing_over", asyncio.Event)
"""Set when a successor will follow: workers of an open sitting go on until it adopts them."""

LONGEST_SOCKET = 90
"""A Unix socket's path may have about 100 bytes; ours need room for a name."""


def create_app(settings: Settings, public_url: str, authority: Path | None) -> web.Application:
    """The server as one aiohttp application; resources live from its start-up to its clean-up."""
    app = web.Application(client_max_size=1024 * 1024)
    database = Database(settings.database)
    tickets = Tickets(database, settings.keys, public_url=public_url, hours=settings.ticket_hours)
    run = socket_folder(settings)
    tap = str(run / "tap.sock")
    needs = {"scribe": [scribe_need(settings, tap)], "media": media_needs(settings)}

    def hear(kind: str, event: dict[str, Any]) -> None:
        sittings.hear(kind, event)

    placement = Placement(ChildEngine(run), Epochs(run / "epoch"), needs, hear)
    limits = limits_of(settings)
    sittings = Sittings(settings, database, tickets, placement, tap)
    app[HANDING_OVER] = asyncio.Event()
    app[DATABASE], app[PLACEMENT], app[SITTINGS], app[TICKETS] = database, placement, sittings, tickets
    # First up, last down: whatever else lives as long as the application may read the database.
    app.cleanup_ctx.append(_resources)
    api.add_routes(
        app,
        settings=settings,
        database=database,
        tickets=tickets,
        live=sittings,
        tests=Probes(placement, time.time),
        shelf=Shelf(settings, partial(placement.call, "scribe"), needs["scribe"][0], sittings.in_session),
        authority=authority,
        limits=limits,
    )
    app.router.add_get("/ws", Signalling(sittings.find, settings.language, limits).handle)
    doors = Doors(tickets, sittings.of_hearing, lambda who: ice_servers(settings, who))
    doors.add_routes(app)
    sittings.adopt = doors.adopt
    sittings.go_on_site = partial(going_on.go_on_site, app)
    app.on_shutdown.append(_expect_end)
    return app


async def _expect_end(app: web.Application) -> None:
    app[SITTINGS].expect_end()


async def _resources(app: web.Application) -> AsyncIterator[None]:
    await app[DATABASE].open()
    await app[PLACEMENT].start()
    await app[SITTINGS].start()
    yield
    in_session = app[SITTINGS].in_session()
    await app[SITTINGS].stop()
    await app[PLACEMENT].stop(leave_running=in_session and app[HANDING_OVER].is_set())
    await app[DATABASE].close()


def media_needs(settings: Settings) -> list[dict[str, Any]]:
    """What each of the media workers has to know."""
    same = {
        "addresses": list(settings.media_addresses),
        "bind": settings.media_bind,
        "codecs": list(settings.media_codecs),
        "plane": settings.media_plane,
    }
    return [{**same, "port": port} for port in settings.worker_ports]


def scribe_need(settings: Settings, tap: str) -> dict[str, Any]:
    """What the scribe worker has to know; a rehearsal server writes with the rehearsal voices."""
    from .speech.choice import model_folder, standby

    folder = model_folder(settings) or standby(settings)
    return {
        "tap": tap,
        "model": str(folder) if folder else None,
        "rehearsal": settings.rehearsal,
        # The rehearsal voices know one script by heart.
        "script": "as spoken" if settings.rehearsal else settings.script,
        "http": None,
        "remote": settings.speech_url or None,
        "threads": settings.speech_threads,
        "window": settings.speech_window,
        "interim": settings.interim,
    }


def socket_folder(settings: Settings) -> Path:
    """Where the workers' sockets lie: under the data, or in a short private folder when that path is long."""
    folder = settings.run.resolve()
    if len(str(folder)) > LONGEST_SOCKET:
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"heting-{digest}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder

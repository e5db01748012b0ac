"""The state of the server: `/health` for everybody, `/metrics` for whoever watches over it."""

import hmac
import ipaddress
from importlib import metadata
from typing import Any

import msgspec
from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from .exposition import Exposition
from .limiting import LIMITS
from .refusals import ApiError
from .routes import Auth, Call, Route


class Health(msgspec.Struct, frozen=True):
    """The version, and the state of each part of the server."""

    status: str
    version: str
    parts: dict[str, Any]


def version() -> str:
    """The version of this installation."""
    try:
        return metadata.version("heting")
    except metadata.PackageNotFoundError:
        return "0"


async def health(call: Call) -> Health:
    """The state of each part; `status` is `ok` when none says otherwise."""
    parts = await call.parts.live.health()
    troubled = any(
        isinstance(part, dict) and part.get("state") in ("down", "degraded", "failed")
        for part in parts.values()
    )
    return Health(status="degraded" if troubled else "ok", version=version(), parts=parts)


async def metrics(call: Call) -> web.Response:
    """Measurements in Prometheus' format: for this machine itself, or with the token of the settings."""
    _check_watcher(call)
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    refused = call.request.app[LIMITS].refused()
    registry.register(Exposition(await call.parts.live.measurements(), refused))
    return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


def _check_watcher(call: Call) -> None:
    token = call.parts.settings.metrics_token
    given = call.request.headers.get("Authorization", "")
    if token:
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), f"Bearer {token}".encode()):
            raise ApiError("not_allowed")
        return
    check_at_home(call)


def check_at_home(call: Call) -> None:
    """Refuse whoever does not ask from this machine itself."""
    forwarded = any(name in call.request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP"))
    if forwarded or not _is_this_machine(call.request.remote):
        raise ApiError("not_allowed")


def _is_this_machine(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


ROUTES = (
    Route("GET", "/health", health, Auth.OPEN, "The state of the server", gives=Health),
    Route(
        "GET",
        "/metrics",
        metrics,
        Auth.OPEN,
        "Measurements; from this machine or with a token",
        media="text/plain",
        refusals=("not_allowed",),
    ),
)

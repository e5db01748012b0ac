"""The edge of the server: every answer gets its headers, every failure its word, every request its id."""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

from signing.fonts import MissingGlyph

from ..law.limits import LawError
from .refusals import ApiError, answer, language_of
from .routes import PARTS

logger = logging.getLogger(__name__)

REQUEST_ID = web.RequestKey("request_id", str)
CONTENT_SECURITY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob: data:; connect-src 'self'; "
    "style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_STATUS_WORDS = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_LOCAL_HOST = re.compile(r"^(localhost|127\.[\d.]*|\[::1\])(:\d*)?$")

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def edge(request: web.Request, handler: Next) -> web.StreamResponse:
    """Turn whatever happens into an answer that says enough to the person and nothing to an attacker."""
    request[REQUEST_ID] = secrets.token_hex(6)
    try:
        return await handler(request)
    except ApiError as error:
        return _refuse(request, error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _refuse(request, _from_http(error))
    except MissingGlyph as error:
        logger.warning("request %s: no font has %s", request[REQUEST_ID], error.shown)
        return _refuse(request, ApiError("unprintable", error.shown))
    except LawError as error:
        # Changed while the server runs, for it is read before a start.
        logger.error("request %s: %s", request[REQUEST_ID], error)
        return _refuse(request, ApiError("law_unreadable"))
    except ConnectionError:
        raise
    except Exception:  # the HTTP edge: the caller is told nothing, the log everything but people
        logger.exception("request %s failed: %s", request[REQUEST_ID], route_name(request))
        return _refuse(request, ApiError("internal"))


async def add_headers(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Security headers on every answer, files and refusals included."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Which versions serve is nobody's business.
    response.headers["Server"] = "Heting"
    if isinstance(request, web.Request):
        response.headers.setdefault("X-Request-Id", request.get(REQUEST_ID, ""))
        if not request.path.startswith("/assets/"):
            response.headers.setdefault("Cache-Control", "no-store")
        if strict_transport(request):
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def strict_transport(request: web.Request) -> bool:
    """Whether browsers may be told to insist on TLS: never with a self-made certificate or on localhost."""
    if request.app[PARTS].settings.tls_certificate is None:
        return False
    return not _LOCAL_HOST.match(request.host)


def route_name(request: web.Request) -> str:
    """The route as it was declared: addresses hold tickets, which no log may hold."""
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource else '?'}"


def _from_http(error: web.HTTPException) -> ApiError:
    word = _STATUS_WORDS.get(error.status, "malformed" if error.status < 500 else "internal")
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return ApiError(word, "HTTP", headers)


def _refuse(request: web.Request, error: ApiError) -> web.StreamResponse:
    language = language_of(request, request.app[PARTS].settings.language)
    # A flood must not drown the log: who asks too fast is named there once.
    if error.word != "too_fast" and (error.status >= 500 or error.status in (401, 403, 429)):
        logger.info("request %s: %s → %s", request.get(REQUEST_ID), route_name(request), error.word)
    if request.path.startswith("/api/"):
        return answer(error, language)
    return web.Response(text=error.text(language) + "\n", status=error.status, headers=error.headers)

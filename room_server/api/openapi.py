"""The OpenAPI 3.1 document, generated from the table of routes, and a page that shows it."""

import html
import re
from collections.abc import Iterable
from typing import Any

import msgspec
from aiohttp import web

from ..rules.webhooks import HookKind, shape
from .refusals import WORDS, Refusal
from .routes import STAFFED, Auth, Call, Handler, Route
from .status import version

_SECURITY: dict[Auth, list[dict[str, list[str]]]] = {
    Auth.OPEN: [],
    Auth.STAFF: [{"staff": []}],
    Auth.MEMBER: [{"staff": []}],
    Auth.TICKET: [{"ticket": []}],
    Auth.SHARED: [{"staff": []}, {"ticket": []}],
    Auth.CHAMBER: [{"chamber": []}],
}
_ACCESS = {
    Auth.OPEN: "Anybody.",
    Auth.STAFF: "Signed-in staff.",
    Auth.MEMBER: "Staff who have a seat in the hearing or booked it.",
    Auth.TICKET: "Whoever holds a good ticket.",
    Auth.SHARED: "Staff of the hearing, and holders of a ticket to it.",
    Auth.CHAMBER: "The device that a chamber is paired with.",
}
_BY_TICKET = ("ticket_forged", "ticket_expired", "ticket_revoked")
_AUTH_REFUSALS = {
    Auth.OPEN: (),
    Auth.STAFF: ("not_signed_in", "not_allowed"),
    Auth.MEMBER: ("not_signed_in", "not_allowed", "not_yours"),
    Auth.TICKET: _BY_TICKET,
    Auth.SHARED: ("not_signed_in", *_BY_TICKET, "not_allowed", "not_yours"),
    Auth.CHAMBER: ("not_paired",),
}
STYLE = """
body { font: 16px/1.6 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
section { border-top: 1px solid #8888; padding: .5rem 0; }
h2 { font-size: 1rem; margin: .25rem 0; }
p, ul { margin: .25rem 0; }
@media (prefers-color-scheme: dark) { body { background: #15171a; color: #e6e6e6; } a { color: #8ab4ff; } }
"""


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of a table of routes."""
    routes = list(routes)
    shapes = (
        {shape for route in routes for shape in (route.takes, route.gives) if shape}
        | {Refusal}
        | {shape(kind) for kind in HookKind}
    )
    ordered = sorted(shapes, key=lambda shape: shape.__name__)
    _, schemas = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Heting 和庭",
            "version": version(),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "webhooks": {kind.value: {"post": _told(kind)} for kind in HookKind},
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "staff": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-heting",
                    "description": "Set by /api/login. Whatever changes something also needs X-CSRF.",
                },
                "ticket": {
                    "type": "http",
                    "scheme": "Ticket",
                    "description": "`Authorization: Ticket <token>`, the token of a party's link.",
                },
                "chamber": {
                    "type": "http",
                    "scheme": "Chamber",
                    "description": "`Authorization: Chamber <credential>`, as `POST /api/chamber` gave it.",
                },
            },
        },
    }


def describing(routes: list[Route]) -> tuple[Route, ...]:
    """The routes that show the document; they are part of it."""

    async def show_document(call: Call) -> web.Response:
        return web.json_response(body=msgspec.json.encode(document(routes)))

    async def show_page(call: Call) -> web.Response:
        return web.Response(text=_page(routes), content_type="text/html")

    async def show_style(call: Call) -> web.Response:
        return web.Response(text=STYLE, content_type="text/css")

    def route(path: str, handler: Handler, summary: str, media: str) -> Route:
        return Route("GET", path, handler, Auth.OPEN, summary, media=media)

    return (
        route("/api/openapi.json", show_document, "This document", "application/json"),
        route("/api/docs", show_page, "This document for people", "text/html"),
        route("/api/docs.css", show_style, "Its style sheet", "text/css"),
    )


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _operation_id(route),
        "summary": route.summary,
        "description": _access(route),
        "security": _SECURITY[route.auth],
        "parameters": _parameters(route),
        "responses": {str(route.status): _success(route), **_refused(route)},
    }
    if route.takes:
        operation["requestBody"] = {"required": True, "content": _json(route.takes)}
    elif route.raw:
        operation["requestBody"] = {"required": True, "content": {route.raw: {}}}
    return operation


def _told(kind: HookKind) -> dict[str, Any]:
    """What a receiver gets for one kind of event."""
    text = {"type": "string"}
    message = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": kind.value},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"$ref": f"#/components/schemas/{shape(kind).__name__}"},
        },
    }
    signed = {
        "webhook-id": "The same at every try: who has seen it already answers 200 and does nothing.",
        "webhook-timestamp": "Unix seconds of this try.",
        "webhook-signature": "`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; several, by spaces.",
    }
    return {
        "operationId": "told" + "".join(word.capitalize() for word in kind.value.split(".")),
        "summary": kind.value,
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": meaning, "schema": text}
            for name, meaning in signed.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": message}}},
        "responses": {"2XX": {"description": "Taken. Anything else is tried again, for some three days."}},
    }


def _access(route: Route) -> str:
    staff = route.auth in STAFFED
    return f"{_ACCESS[route.auth]} Roles that may `{route.needs.value}`." if staff else _ACCESS[route.auth]


def _operation_id(route: Route) -> str:
    words = re.findall(r"[a-z]+", route.path.removeprefix("/api"))
    return "".join([route.method.lower(), *(word.capitalize() for word in words)])


def _parameters(route: Route) -> list[dict[str, Any]]:
    string = {"type": "string"}
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": string}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    found += [
        {"name": name, "in": "query", "description": meaning, "schema": string}
        for name, meaning in route.query.items()
    ]
    if route.method != "GET" and route.auth in STAFFED:
        # Whoever comes with a ticket needs none.
        needed = route.auth is not Auth.SHARED
        found.append({"name": "X-CSRF", "in": "header", "required": needed, "schema": string})
    return found


def _success(route: Route) -> dict[str, Any]:
    if route.gives:
        return {"description": "Done.", "content": _json(route.gives)}
    if route.status == 204:
        return {"description": "Done; no body."}
    return {"description": "The file.", "content": {route.media: {}}}


def _refused(route: Route) -> dict[str, Any]:
    words = [*_AUTH_REFUSALS[route.auth], *route.refusals, "too_fast"]
    if route.query:
        words.append("malformed")
    if route.takes:
        words += ["malformed", "too_large", "not_json"]
    if route.method != "GET" and route.auth is not Auth.OPEN:
        words.append("csrf")
    if "{hearing}" in route.path or "{sitting}" in route.path:
        words += ["no_such_hearing" if "{hearing}" in route.path else "no_such_sitting", "not_yours"]
    if "{case}" in route.path:
        words += ["no_such_case", "case_not_yours"]
    if "{organisation}" in route.path:
        words.append("no_such_organisation")
    by_status: dict[int, list[str]] = {}
    for word in dict.fromkeys(words):
        by_status.setdefault(WORDS[word][0], []).append(word)
    answers: dict[str, Any] = {
        str(status): {"description": ", ".join(f"`{word}`" for word in found), "content": _json(Refusal)}
        for status, found in sorted(by_status.items())
    }
    wait = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
    answers["429"]["headers"] = {"Retry-After": wait}
    return answers


def _json(shape: type[msgspec.Struct]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}


def _page(routes: Iterable[Route]) -> str:
    sections = []
    for route in routes:
        lines = [f"<p>{html.escape(_access(route))}</p>"]
        if route.takes:
            lines.append(f"<p>Takes <code>{route.takes.__name__}</code></p>")
        gives = route.gives.__name__ if route.gives else route.media if route.status != 204 else "nothing"
        lines.append(f"<p>Gives <code>{route.status} {html.escape(gives)}</code></p>")
        title = f"<code>{route.method} {html.escape(route.path)}</code> {html.escape(route.summary)}"
        sections.append(f"<section><h2>{title}</h2>{''.join(lines)}</section>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Heting API</title>'
        '<link rel="stylesheet" href="/api/docs.css"></head><body><h1>Heting 和庭 API</h1>'
        '<p>The whole contract: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1)</p>'
        f"{''.join(sections)}</body></html>"
    )

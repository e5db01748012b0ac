"""The pages: the built web client, and the certificate to trust."""

from pathlib import Path

from aiohttp import web

from .refusals import ApiError
from .routes import PARTS, Parts

# Where both a checkout and an installed wheel have it.
DIST = Path(__file__).parents[2] / "web_client" / "dist"
_LASTING = "public, max-age=31536000, immutable"


def add_pages(app: web.Application) -> None:
    """The addresses that people open."""
    app.router.add_get("/", _home)
    app.router.add_get("/desk", _desk)
    app.router.add_get("/desk/{rest:.*}", _desk)
    app.router.add_get("/p/{token}", _party)
    app.router.add_get("/join", _party)
    for nowhere in ("/p", "/p/", "/join/"):
        app.router.add_get(nowhere, _join)
    app.router.add_get("/chamber", _chamber)
    app.router.add_get("/assets/{rest:.+}", _asset)
    app.router.add_get("/favicon.ico", _icon)
    app.router.add_get("/ca.crt", _authority)


async def _home(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/desk")


async def _desk(request: web.Request) -> web.StreamResponse:
    return _page(request, "desk.html")


async def _party(request: web.Request) -> web.StreamResponse:
    # The page is the same for every token: the browser reads it from the address and asks /api/ticket.
    # At /join there is none yet: it is asked for with an entry code.
    return _page(request, "party.html")


async def _join(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/join")


async def _chamber(request: web.Request) -> web.StreamResponse:
    return _page(request, "chamber.html")


async def _icon(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/assets/icon.svg")


async def _asset(request: web.Request) -> web.StreamResponse:
    folder = (_parts(request).pages / "assets").resolve()
    name = request.match_info["rest"]
    path = folder if "\0" in name else (folder / name).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise ApiError("not_found")
    response = web.FileResponse(path)
    # Built files carry a hash in their name; the few others are asked for again.
    response.headers["Cache-Control"] = _LASTING if "-" in path.stem else "no-cache"
    return response


async def _authority(request: web.Request) -> web.StreamResponse:
    authority = _parts(request).authority
    if authority is None or not authority.is_file():
        raise ApiError("not_found")
    return web.Response(
        body=authority.read_bytes(),
        content_type="application/x-x509-ca-cert",
        headers={"Content-Disposition": 'attachment; filename="heting-ca.crt"'},
    )


def _page(request: web.Request, name: str) -> web.StreamResponse:
    path = _parts(request).pages / name
    if not path.is_file():
        raise ApiError("not_built")
    response = web.FileResponse(path)
    response.headers["Cache-Control"] = "no-store"
    return response


def _parts(request: web.Request) -> Parts:
    return request.app[PARTS]

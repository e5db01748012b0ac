"""The bytes of evidence: up in pieces that can be resumed; down as pages, as originals, and for players."""

import asyncio
import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import msgspec
from aiohttp import web

from ..evidence.apart import ExaminerFailed
from ..evidence.intake import WrongOffset
from ..evidence.kinds import FORMATS, NotAccepted
from ..evidence.shelf import DiskFull
from ..rules.evidence.sides import looks_on
from ..rules.evidence.visibility import may_see_page
from ..rules.permissions import Act
from ..settings import Settings
from ..store import evidence as store
from ..store import hearings
from ..store.evidence import WrongState
from ..store.evidence_tables import EvidenceRow
from ..store.keys import read_or_make
from .evidence import INTAKE, ONE_ITEM, actor, item_of, may_look, own_item, view_of, viewer
from .evidence_shapes import EvidenceView
from .refusals import ApiError
from .routes import Auth, Call, Route

STALL_S = 30.0
PIECE_MOST = 64 << 20
"""So much may come in one request: a client that loses its line repeats no more than this."""
KEY_MS = 3_600_000
PLAY_SECRET = web.AppKey("play_secret", bytes)
_PLAYED = ("video", "audio")
_KEY = re.compile(r"^(e_[0-9a-f]{16})\.([A-Za-z0-9_]{0,64})\.(\d{1,16})\.([0-9a-f]{32})$")
# Whatever a stored file is, it can neither run anything nor be framed.
_INERT = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def play_secret(settings: Settings) -> bytes:
    """The key that addresses for players are signed with."""
    return read_or_make(settings.keys / "evidence.key")


class Received(msgspec.Struct, frozen=True):
    """How many bytes of an item are there: go on from here."""

    received: int


class PlayKey(msgspec.Struct, frozen=True):
    """An address that a player can use, for one person and for a while."""

    url: str
    expires_at: int


async def take_bytes(call: Call) -> Received:
    """Append a piece of a file."""
    row = await own_item(call)
    return await append(call, row)


async def append(call: Call, row: EvidenceRow) -> Received:
    """Append what the request brings to an item; the query says where it begins."""
    offset = call.request.query.get("from", "0")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 16):
        raise ApiError("malformed", "from")
    if row.state != "receiving":
        raise ApiError("wrong_state")
    if (call.request.content_length or 0) > PIECE_MOST:
        raise ApiError("too_large")
    try:
        return Received(await call.request.app[INTAKE].take(row, int(offset), _pieces(call.request)))
    except WrongOffset as wrong:
        raise ApiError("wrong_offset", str(wrong.received)) from wrong
    except NotAccepted as refusal:
        raise ApiError(refusal.word) from refusal
    except DiskFull as full:
        raise ApiError("disk_full") from full
    except FileNotFoundError as gone:
        raise ApiError("no_such_evidence") from gone


async def _pieces(request: web.Request) -> AsyncIterator[bytes]:
    total = 0
    chunks = request.content.iter_any().__aiter__()
    while True:
        try:
            async with asyncio.timeout(STALL_S):
                piece = await anext(chunks)
        except StopAsyncIteration:
            return
        except (TimeoutError, web.HTTPException, ConnectionError) as error:
            raise ApiError("malformed", "body") from error
        total += len(piece)
        if total > PIECE_MOST:
            raise ApiError("too_large")
        yield piece


async def complete(call: Call) -> EvidenceView:
    """All bytes were sent: have the file examined; ask for the item until it is a draft or refused."""
    row = await own_item(call)
    try:
        return await view_of(call, await call.request.app[INTAKE].complete(row, actor(call)[0]))
    except WrongOffset as wrong:
        raise ApiError("wrong_offset", str(wrong.received)) from wrong
    except WrongState as error:
        raise ApiError("wrong_state") from error


async def send_page(call: Call) -> web.StreamResponse:
    """The picture of a page."""
    row, number = await item_of(call), call.part("page")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    if not may_look(call, row) and not _is_shown(call, row, page):
        raise ApiError("not_shown_now" if row.number is not None else "no_such_evidence")
    try:
        path = await call.request.app[INTAKE].page(row, page)
    except ExaminerFailed as error:
        raise ApiError("unreadable") from error
    if path is None:
        raise ApiError("no_such_page")
    return await picture_of(call, path, f"{row.sha256[:24]}-{page}")


async def send_thumbnail(call: Call) -> web.StreamResponse:
    """The small picture of the first page."""
    row = await item_of(call)
    if not may_look(call, row):
        raise ApiError("no_such_evidence" if row.number is None else "not_shown_now")
    return await picture_of(call, call.request.app[INTAKE].shelf.thumbnail(row.id), f"{row.sha256[:24]}-t")


async def send_original(call: Call) -> web.StreamResponse:
    """The file as it was received, to be kept."""
    row = await item_of(call)
    if not may_look(call, row):
        raise ApiError("no_such_evidence" if row.number is None else "not_allowed")
    if row.active:
        raise ApiError("pages_only")
    name = row.title + FORMATS[row.format].suffix if row.format in FORMATS else row.title
    response = original_of(call, row)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return response


async def give_key(call: Call) -> PlayKey:
    """An address for a player, which cannot send a ticket."""
    row = await item_of(call)
    if row.kind not in _PLAYED:
        raise ApiError("not_found")
    if not may_look(call, row) and not _is_shown(call, row, 1):
        raise ApiError("not_shown_now" if row.number is not None else "no_such_evidence")
    person = viewer(call)
    expires = call.parts.now() + KEY_MS
    text = f"{row.id}.{person.id if person else ''}.{expires}"
    return PlayKey(f"/api/evidence/{call.hearing.id}/{text}.{_sign(call, text)}", expires)


async def play(call: Call) -> web.StreamResponse:
    """A film or sound, in parts, for whoever was given the address and may still see it."""
    found, hearing = _KEY.match(call.part("key")), call.part("hearing")
    call.booking = await call.parts.database.read(lambda s: hearings.find(s, hearing))
    if found is None or call.booking is None:
        raise ApiError("not_found")
    name, who, expires, signature = found.groups()
    if not hmac.compare_digest(signature, _sign(call, f"{name}.{who}.{expires}")):
        raise ApiError("not_found")
    row = await call.parts.database.read(lambda s: store.find(s, name))
    if row is None or row.kind not in _PLAYED or int(expires) < call.parts.now():
        raise ApiError("not_found")
    booking = call.hearing
    if row.case_id != await call.parts.database.read(lambda s: store.case_of(s, booking.id)):
        raise ApiError("not_found")
    person = booking.participant(who) if who else None
    if who and (person is None or (looks_on(person) and not _shown_to(call, who, row, 1))):
        raise ApiError("not_shown_now")
    return original_of(call, row)


def _is_shown(call: Call, row: EvidenceRow, page: int) -> bool:
    person = viewer(call)
    return person is not None and _shown_to(call, person.id, row, page)


def _shown_to(call: Call, who: str, row: EvidenceRow, page: int) -> bool:
    room = call.parts.live.room(call.hearing.id)
    return room is not None and may_see_page(room, who, row.id, page)


def _sign(call: Call, text: str) -> str:
    secret = call.request.app[PLAY_SECRET]
    return hmac.new(secret, f"{call.hearing.id}.{text}".encode(), hashlib.sha256).hexdigest()[:32]


def original_of(call: Call, row: EvidenceRow) -> web.StreamResponse:
    """The file of an item, to be shown or kept; it can run nothing."""
    path = call.request.app[INTAKE].shelf.original(row.id)
    if not path.is_file():
        raise ApiError("not_found")
    response = web.FileResponse(path, chunk_size=256 * 1024)
    known = FORMATS.get(row.format)
    response.content_type = known.media_type if known else "application/octet-stream"
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["Cache-Control"] = "private, no-store"
    return response


async def picture_of(call: Call, path: Path, tag: str) -> web.StreamResponse:
    """A drawn page; `tag` changes when its content does."""
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-store"}
    if f'"{tag}"' in call.request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    try:
        body = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError as missing:
        raise ApiError("no_such_page") from missing
    return web.Response(body=body, content_type="image/webp", headers=headers)


_NO = ("no_such_evidence", "not_allowed")
APPENDING = (
    *("wrong_state", "wrong_offset", "too_large", "malformed"),
    *("unknown_type", "too_large_kind", "more_than_announced", "disk_full"),
)
ROUTES = (
    Route(
        "PUT",
        ONE_ITEM + "/bytes",
        take_bytes,
        Auth.SHARED,
        "Append bytes to an announced file (the body is the bytes)",
        act=Act.READ_RECORD,
        gives=Received,
        raw="application/octet-stream",
        query={"from": "how many bytes are there already: this piece begins here"},
        refusals=(*_NO, "hearing_closed", *APPENDING),
    ),
    Route(
        "POST",
        ONE_ITEM + "/complete",
        complete,
        Auth.SHARED,
        "Say that all bytes were sent: the file is examined",
        act=Act.READ_RECORD,
        gives=EvidenceView,
        status=202,
        refusals=(*_NO, "hearing_closed", "wrong_state", "wrong_offset"),
    ),
    Route(
        "GET",
        ONE_ITEM + "/pages/{page}",
        send_page,
        Auth.SHARED,
        "A page as a picture",
        act=Act.READ_RECORD,
        media="image/webp",
        refusals=("no_such_evidence", "not_shown_now", "no_such_page", "unreadable"),
    ),
    Route(
        "GET",
        ONE_ITEM + "/thumbnail",
        send_thumbnail,
        Auth.SHARED,
        "The first page, small",
        act=Act.READ_RECORD,
        media="image/webp",
        refusals=("no_such_evidence", "not_shown_now", "no_such_page"),
    ),
    Route(
        "GET",
        ONE_ITEM + "/file",
        send_original,
        Auth.SHARED,
        "The file as it was received; honours Range",
        act=Act.READ_RECORD,
        media="application/octet-stream",
        refusals=(*_NO, "pages_only", "not_found"),
    ),
    Route(
        "POST",
        ONE_ITEM + "/key",
        give_key,
        Auth.SHARED,
        "An address at which a player finds a film or sound",
        act=Act.READ_RECORD,
        gives=PlayKey,
        refusals=("no_such_evidence", "not_shown_now", "not_found"),
    ),
    Route(
        "GET",
        "/api/evidence/{hearing}/{key}",
        play,
        Auth.OPEN,
        "A film or sound, at an address that was given out; honours Range",
        media="video/mp4",
        refusals=("not_found", "not_shown_now"),
    ),
)

"""The files of a sitting: recording, documents, case file."""

import asyncio
import logging
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from aiohttp import web

from ..rules.people import STAFF
from ..rules.permissions import Act
from ..rules.reviews import KIND as REVIEW
from ..store import journal
from .archive import send_archive
from .minutes import PARTIES
from .refusals import ApiError
from .routes import Auth, Call, Route

T = TypeVar("T", bound=msgspec.Struct)
logger = logging.getLogger(__name__)

KINDS_FOR_PARTIES = frozenset({"minutes", "agreement", "notice"})
CASE_FILE = "casefile"
_TYPES = {
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}


class _Name(msgspec.Struct, frozen=True):
    file: str


class _NamesOfTrack(msgspec.Struct, frozen=True):
    files: list[_Name]


class Names(msgspec.Struct, frozen=True):
    """A manifest as far as its file names."""

    tracks: list[_NamesOfTrack]


class RecordedFile(msgspec.Struct, frozen=True):
    """One file of a track; times in media time."""

    file: str
    start_ms: int
    duration_ms: int
    bytes: int
    sha256: str
    fills: list[list[int]] = []
    url: str = ""


class RecordedTrack(msgspec.Struct, frozen=True):
    """Everything recorded of one track, and what was not."""

    track: str
    participant: str
    source: str
    codec: str
    files: list[RecordedFile]
    gaps: list[dict[str, Any]] = []
    segments: list[dict[str, Any]] = []


class RecordingView(msgspec.Struct, frozen=True):
    """The manifest of a recording, with the address of each file."""

    version: int
    zero_ms: int
    tracks: list[RecordedTrack]


class DocumentView(msgspec.Struct, frozen=True):
    """One document."""

    document: str
    kind: str
    name: str
    bytes: int
    sha256: str
    url: str


class DocumentList(msgspec.Struct, frozen=True):
    """The documents of a sitting that the caller may see."""

    documents: list[DocumentView]


async def show_recording(call: Call) -> RecordingView:
    """The manifest of the recording."""
    return await asyncio.to_thread(_manifest, call)


async def send_recording(call: Call) -> web.StreamResponse:
    """One file of the recording, or the part of it that was asked for."""
    wanted = call.part("file")
    # A browser asks for many parts of a file: only the names are read, not every segment.
    manifest = await asyncio.to_thread(read_manifest, _recordings(call), Names)
    if all(file.file != wanted for track in manifest.tracks for file in track.files):
        raise ApiError("not_found")
    logger.info("staff %s plays sitting %s", call.account.id, call.part("sitting"))
    return file_of(_recordings(call), wanted, inline=True)


async def list_documents(call: Call) -> DocumentList:
    """The documents that are meant for the caller."""
    return DocumentList(await _documents(call))


async def send_document(call: Call) -> web.StreamResponse:
    """One document."""
    for document in await _documents(call):
        if document.document == call.part("document"):
            if document.kind == CASE_FILE:
                return await send_case_file(call)
            return file_of(_files(call), document.name)
    raise ApiError("not_found")


async def send_case_file(call: Call) -> web.StreamResponse:
    """The case file."""
    made = [document for document in await _documents(call) if document.kind == CASE_FILE]
    if not made:
        raise ApiError("not_finished")
    logger.info("staff %s takes the case file of %s", call.account.id, call.part("sitting"))
    return await send_archive(call.request, _files(call) / made[-1].name)


def read_manifest(folder: Path, shape: type[T]) -> T:
    """What a folder of recordings holds, as far as `shape` says."""
    try:
        text = (folder / "manifest.json").read_bytes()
        return msgspec.json.decode(text, type=shape)
    except (OSError, msgspec.DecodeError) as error:
        raise ApiError("not_finished") from error


def _manifest(call: Call) -> RecordingView:
    address = f"/api/sittings/{call.part('sitting')}/recording/"
    return recording_view(_recordings(call), address)


def recording_view(folder: Path, address: str) -> RecordingView:
    """The manifest of a folder, whose files are to be had below `address`."""
    found = read_manifest(folder, RecordingView)
    replace = msgspec.structs.replace
    return replace(
        found,
        tracks=[
            replace(track, files=[replace(file, url=address + file.file) for file in track.files])
            for track in found.tracks
        ],
    )


async def _documents(call: Call) -> list[DocumentView]:
    entries = await journal.read(call.parts.database, call.part("sitting"))
    made = {entry.body["document"]: entry.body for entry in entries if entry.type == "DocumentMade"}
    return [
        DocumentView(
            document=name,
            kind=body["kind"],
            name=Path(body["file"]).name,
            bytes=body["bytes"],
            sha256=body["sha256"],
            url=f"/api/sittings/{call.part('sitting')}/documents/{name}",
        )
        for name, body in made.items()
        if _is_for(call, body["kind"])
    ]


def _is_for(call: Call, kind: str) -> bool:
    if call.visitor is None or call.visitor.participant.role in STAFF:
        return True
    # Of a review by a panel everything stays in the secondary file.
    theirs = kind in KINDS_FOR_PARTIES and call.hearing.kind != REVIEW
    return call.visitor.participant.role in PARTIES and theirs


def _recordings(call: Call) -> Path:
    return call.parts.settings.recordings / call.part("sitting")


def _files(call: Call) -> Path:
    return call.parts.settings.files / call.part("sitting")


def file_of(folder: Path, name: str, inline: bool = False) -> web.StreamResponse:
    """A file of a folder, shown or to be kept."""
    path = folder / name
    # The name comes from a manifest or the journal, yet nothing outside the folder may ever be sent.
    if path.name != name or not path.is_file() or path.resolve().parent != folder.resolve():
        raise ApiError("not_finished")
    response = web.FileResponse(path, chunk_size=256 * 1024)
    response.content_type = _TYPES.get(path.suffix, "application/octet-stream")
    response.headers["Cache-Control"] = "private, no-cache"
    if not inline:
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


_ONE = "/api/sittings/{sitting}"
ROUTES = (
    Route(
        "GET",
        _ONE + "/recording",
        show_recording,
        Auth.MEMBER,
        "What was recorded",
        act=Act.READ_RECORD,
        gives=RecordingView,
        refusals=("not_finished",),
    ),
    Route(
        "GET",
        _ONE + "/recording/{file}",
        send_recording,
        Auth.MEMBER,
        "A file of the recording; honours Range",
        act=Act.READ_RECORD,
        media="video/webm",
        refusals=("not_finished",),
    ),
    Route(
        "GET",
        _ONE + "/documents",
        list_documents,
        Auth.SHARED,
        "The documents for you",
        act=Act.READ_RECORD,
        gives=DocumentList,
    ),
    Route(
        "GET",
        _ONE + "/documents/{document}",
        send_document,
        Auth.SHARED,
        "A document",
        act=Act.READ_RECORD,
        media="application/octet-stream",
        refusals=("not_finished",),
    ),
    Route(
        "GET",
        _ONE + "/casefile",
        send_case_file,
        Auth.MEMBER,
        "The case file",
        act=Act.READ_RECORD,
        media="application/zip",
        refusals=("not_finished",),
    ),
)

"""The materials of a panel as its members read them: what was opened to them, and every look is logged."""

import asyncio
from pathlib import Path

from aiohttp import web
from sqlmodel import Session

from ..evidence.apart import ExaminerFailed
from ..rules.permissions import Act
from ..rules.reviews import MaterialKind
from ..store import evidence, journal
from ..store import reviews as store
from ..store.evidence_tables import EvidenceRow
from ..store.review_tables import ReviewMaterial
from ..store.reviews import Choice
from .evidence import INTAKE
from .evidence_files import original_of, picture_of
from .files import Names, RecordingView, file_of, read_manifest, recording_view
from .refusals import ApiError
from .reviews import MATERIALS, REFUSED, part, refuse, who
from .routes import Auth, Call, Route


async def send_page(call: Call) -> web.StreamResponse:
    """The picture of a page of evidence."""
    row, item = await _evidence(call)
    number = call.part("page")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    try:
        path = await call.request.app[INTAKE].page(item, page)
    except ExaminerFailed as error:
        raise ApiError("unreadable") from error
    if path is None:
        raise ApiError("no_such_page")
    await _note(call, row, f"page {page}")
    return await picture_of(call, path, f"{item.sha256[:24]}-{page}")


async def send_file(call: Call) -> web.StreamResponse:
    """Evidence as it was received, or the minutes as they were printed."""
    row = await _opened(call, MaterialKind.EVIDENCE, MaterialKind.MINUTES)
    if row.kind == MaterialKind.MINUTES:
        entries = await journal.read(call.parts.database, row.ref)
        made = [
            entry.body
            for entry in entries
            if entry.type == "DocumentMade" and entry.body["kind"] == MaterialKind.MINUTES
        ]
        if not made:
            raise ApiError("not_finished")
        response = file_of(call.parts.settings.files / row.ref, Path(made[-1]["file"]).name, inline=True)
    else:
        item = await _item(call, row)
        if item.active:
            raise ApiError("pages_only")
        response = original_of(call, item)
    await _note(call, row, "file")
    return response


async def show_recording(call: Call) -> RecordingView:
    """What a recording consists of."""
    row = await _opened(call, MaterialKind.RECORDING)
    address = f"/api/hearings/{call.hearing.id}/review/materials/{row.id}/recording/"
    shown = await asyncio.to_thread(recording_view, call.parts.settings.recordings / row.ref, address)
    await _note(call, row, "recording")
    return shown


async def send_recording(call: Call) -> web.StreamResponse:
    """One file of a recording, or the part of it that was asked for."""
    row = await _opened(call, MaterialKind.RECORDING)
    folder, wanted = call.parts.settings.recordings / row.ref, call.part("file")
    manifest = await asyncio.to_thread(read_manifest, folder, Names)
    if all(file.file != wanted for track in manifest.tracks for file in track.files):
        raise ApiError("not_found")
    await _note(call, row, wanted)
    return file_of(folder, wanted, inline=True)


async def _opened(call: Call, *kinds: MaterialKind) -> ReviewMaterial:
    """The material of the address, if the panel may read it now; every other answer names the rule."""
    await part(call)
    hearing, identifier = call.hearing.id, call.part("material")

    def look(session: Session) -> tuple[ReviewMaterial, Choice] | None:
        opened = store.materials(session, hearing)
        return next(((row, choice) for row, choice in opened if row.id == identifier), None)

    found = await call.parts.database.read(look)
    if found is None:
        await refuse(call, "material_not_opened")
    row, choice = found
    if choice.kept_back:
        # The case may have gone into arbitration since it was opened.
        await refuse(call, choice.kept_back)
    if row.kind not in kinds:
        raise ApiError("not_found")
    return row


async def _evidence(call: Call) -> tuple[ReviewMaterial, EvidenceRow]:
    row = await _opened(call, MaterialKind.EVIDENCE)
    return row, await _item(call, row)


async def _item(call: Call, row: ReviewMaterial) -> EvidenceRow:
    item = await call.parts.database.read(lambda s: evidence.find(s, row.ref))
    assert item is not None  # it was among the choices
    return item


async def _note(call: Call, row: ReviewMaterial, what: str) -> None:
    actor, now = who(call), call.parts.now()
    body = {"material": row.id, "kind": row.kind, "ref": row.ref, "what": what}
    await call.parts.database.write(lambda s: store.note_once(s, row.hearing, now, actor, "read", **body))


_ONE = MATERIALS + "/{material}"
_NO = (*REFUSED, "material_not_opened", "mediation_secret", "panel_secret", "not_found")
ROUTES = (
    Route(
        "GET",
        _ONE + "/pages/{page}",
        send_page,
        Auth.SHARED,
        "A page of evidence before the panel",
        act=Act.REVIEW,
        media="image/webp",
        refusals=(*_NO, "no_such_page", "unreadable"),
    ),
    Route(
        "GET",
        _ONE + "/file",
        send_file,
        Auth.SHARED,
        "Evidence as it was received, or printed minutes; honours Range",
        act=Act.REVIEW,
        media="application/octet-stream",
        refusals=(*_NO, "pages_only", "not_finished"),
    ),
    Route(
        "GET",
        _ONE + "/recording",
        show_recording,
        Auth.SHARED,
        "What a recording before the panel consists of",
        act=Act.REVIEW,
        gives=RecordingView,
        refusals=(*_NO, "not_finished"),
    ),
    Route(
        "GET",
        _ONE + "/recording/{file}",
        send_recording,
        Auth.SHARED,
        "A file of a recording before the panel; honours Range",
        act=Act.REVIEW,
        media="video/webm",
        refusals=(*_NO, "not_finished"),
    ),
)

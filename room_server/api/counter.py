"""Evidence handed in at the counter: by staff who work on the case and need no seat in a hearing of it."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Literal

import msgspec
from sqlmodel import Session

from ..evidence.intake import WrongOffset
from ..evidence.kinds import NotAccepted
from ..evidence.shelf import DiskFull
from ..rules.evidence.sides import Side, mark_of
from ..rules.permissions import Act
from ..store import evidence as store
from ..store import hearings
from ..store.evidence import NewEvidence, WrongState
from ..store.evidence_tables import EvidenceRow
from .evidence import INTAKE
from .evidence_files import APPENDING, Received, append
from .evidence_shapes import PLAIN, FileName, Id, Purpose, Title
from .refusals import ApiError, language_of
from .routes import Auth, Call, Route

_OVER = ("closed", "cancelled")


class HandedIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of a side, and who handed it in; `exhibit`: the material that the case lists, which it is."""

    title: Title
    bytes: Annotated[int, msgspec.Meta(ge=1, le=1 << 40)]
    side: Literal["applicant", "respondent", "third_party"]
    received_from: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=PLAIN)]
    purpose: Purpose = ""
    file: FileName = ""
    exhibit: Id = ""


class CaseEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """One item as the case shows it, without what is in it. `state` and `word` as in a hearing's list."""

    id: str
    exhibit: str
    side: str
    mark: str
    title: str
    purpose: str
    kind: str
    state: str
    word: str
    text: str
    bytes: int
    received: int
    pages: int
    sha256: str
    by: str
    received_from: str
    received_at: int | None
    submitted_at: int | None


class CaseEvidenceList(msgspec.Struct, frozen=True, kw_only=True):
    """What was submitted in the case, and what is being taken in at the counter.

    `hearing`: whose record it comes to, the next one of the case; empty: there is none, and nothing is taken.
    """

    items: list[CaseEvidence]
    hearing: str
    largest: dict[str, int]


async def list_case_evidence(call: Call) -> CaseEvidenceList:
    """What has a mark, and what staff have taken in; drafts of the parties are their own."""

    def look(session: Session) -> tuple[list[EvidenceRow], str]:
        rows = store.of_case(session, call.case.id)
        shown = [row for row in rows if row.number is not None or row.received_from]
        return shown, _next_hearing(session, call.case.id)

    rows, hearing = await call.parts.database.read(look)
    items = [await _view(call, row) for row in rows]
    return CaseEvidenceList(items=items, hearing=hearing, largest=call.request.app[INTAKE].largest)


async def take_in(call: Call, new: HandedIn) -> CaseEvidence:
    """Say that a file comes, handed in by somebody of a side."""

    def look(session: Session) -> tuple[str, bool]:
        known = not new.exhibit or store.is_listed(session, call.case.id, new.exhibit, new.side)
        return _next_hearing(session, call.case.id), known

    hearing, known = await call.parts.database.read(look)
    if not known:
        raise ApiError("no_such_piece")
    if not hearing:
        raise ApiError("no_hearing_yet")
    wanted = NewEvidence(
        hearing=hearing,
        side=new.side,
        title=new.title.strip() or new.file or "—",
        purpose=new.purpose.strip(),
        file=new.file,
        size=new.bytes,
        actor=call.account.id,
        by=call.account.person,
        exhibit=new.exhibit or None,
        received_from=new.received_from.strip() or "—",
    )
    try:
        return await _view(call, await call.request.app[INTAKE].announce(wanted))
    except NotAccepted as refusal:
        raise ApiError(refusal.word) from refusal
    except DiskFull as full:
        raise ApiError("disk_full") from full


async def show_case_evidence(call: Call) -> CaseEvidence:
    """One item that was taken in: how far it has come."""
    return await _view(call, await _taken_in(call))


async def take_bytes(call: Call) -> Received:
    """Append a piece of a file."""
    return await append(call, await _taken_in(call))


async def complete(call: Call) -> CaseEvidence:
    """All bytes were sent: have the file examined; ask for the item until it is a draft or refused."""
    row = await _taken_in(call)
    try:
        return await _view(call, await call.request.app[INTAKE].complete(row, call.account.id))
    except WrongOffset as wrong:
        raise ApiError("wrong_offset", str(wrong.received)) from wrong
    except WrongState as error:
        raise ApiError("wrong_state") from error


async def submit(call: Call) -> CaseEvidence:
    """Put it before the tribunal: it gets the next mark of its side, and the other side sees it."""
    row = await _taken_in(call)
    by, now = call.account.id, call.parts.now()
    shown = await _changed(call, lambda s: store.submit(s, row.id, by, now))
    await call.parts.live.evidence_changed(row.hearing)
    return shown


async def discard(call: Call) -> None:
    """Delete what was not submitted."""
    row = await _taken_in(call)
    try:
        await call.request.app[INTAKE].discard(row.id, call.account.id)
    except WrongState as error:
        raise ApiError("already_submitted") from error


async def _taken_in(call: Call) -> EvidenceRow:
    """The item of the address, if it was taken in at the counter for this case."""
    name = call.part("evidence")
    row = await call.parts.database.read(lambda s: store.find(s, name))
    if row is None or row.case_id != call.case.id or not row.received_from or row.state == "deleted":
        raise ApiError("no_such_evidence")
    return row


async def _changed(call: Call, change: Callable[[Session], EvidenceRow]) -> CaseEvidence:
    try:
        return await _view(call, await call.parts.database.write(change))
    except WrongState as error:
        word = {"receiving": "not_received", "checking": "not_received"}.get(str(error), "wrong_state")
        raise ApiError(word) from error


async def _view(call: Call, row: EvidenceRow) -> CaseEvidence:
    received = row.size
    if row.state == "receiving":
        received = await asyncio.to_thread(call.request.app[INTAKE].shelf.received, row.id)
    language = language_of(call.request, call.parts.settings.language)
    return CaseEvidence(
        id=row.id,
        exhibit=row.exhibit or "",
        side=row.side,
        mark=mark_of(Side(row.side), row.number) if row.number else "",
        title=row.title,
        purpose=row.purpose,
        kind=row.kind,
        state=row.state,
        word=row.word,
        text=ApiError(row.word).text(language) if row.word else "",
        bytes=row.size,
        received=received,
        pages=row.pages,
        sha256=row.sha256,
        by=row.by,
        received_from=row.received_from,
        received_at=row.received_at,
        submitted_at=row.submitted_at,
    )


def _next_hearing(session: Session, case: str) -> str:
    """The earliest hearing of the case that is not over."""
    coming = [booking.id for booking in hearings.of_case(session, case) if booking.state not in _OVER]
    return coming[0] if coming else ""


_ALL = "/api/cases/{case}/evidence"
_ONE = _ALL + "/{evidence}"
_TOO_MUCH = ("too_large_kind", "too_much", "disk_full")


ROUTES = (
    Route(
        "GET",
        _ALL,
        list_case_evidence,
        Auth.STAFF,
        "What was submitted in a case and taken in at the counter",
        act=Act.SEE_CASES,
        gives=CaseEvidenceList,
    ),
    Route(
        "POST",
        _ALL,
        take_in,
        Auth.STAFF,
        "Announce a file that somebody hands in at the counter",
        act=Act.EDIT_CASES,
        takes=HandedIn,
        gives=CaseEvidence,
        status=201,
        refusals=("no_such_piece", "no_hearing_yet", "too_large_kind", "too_much", "disk_full"),
    ),
    Route(
        "GET",
        _ONE,
        show_case_evidence,
        Auth.STAFF,
        "One item taken in at the counter",
        act=Act.EDIT_CASES,
        gives=CaseEvidence,
        refusals=("no_such_evidence",),
    ),
    Route(
        "PUT",
        _ONE + "/bytes",
        take_bytes,
        Auth.STAFF,
        "Append bytes to a file taken in at the counter (the body is the bytes)",
        act=Act.EDIT_CASES,
        gives=Received,
        raw="application/octet-stream",
        query={"from": "how many bytes are there already: this piece begins here"},
        refusals=("no_such_evidence", *APPENDING),
    ),
    Route(
        "POST",
        _ONE + "/complete",
        complete,
        Auth.STAFF,
        "Say that all bytes were sent: the file is examined",
        act=Act.EDIT_CASES,
        gives=CaseEvidence,
        status=202,
        refusals=("no_such_evidence", "wrong_state", "wrong_offset"),
    ),
    Route(
        "POST",
        _ONE + "/submit",
        submit,
        Auth.STAFF,
        "Put what was taken in before the tribunal",
        act=Act.EDIT_CASES,
        gives=CaseEvidence,
        refusals=("no_such_evidence", "wrong_state", "not_received"),
    ),
    Route(
        "DELETE",
        _ONE,
        discard,
        Auth.STAFF,
        "Delete what was taken in and not submitted",
        act=Act.EDIT_CASES,
        status=204,
        refusals=("no_such_evidence", "already_submitted"),
    ),
)

"""Evidence of a case: bring, describe, submit, withdraw, and the list of what one may see."""

from collections.abc import Callable

from aiohttp import web
from msgspec import UNSET
from sqlmodel import Session

from ..evidence.intake import Intake
from ..evidence.kinds import NotAccepted
from ..evidence.shelf import DiskFull
from ..rules.evidence.sides import Side, knows, knows_all, mark_of, side_of
from ..rules.people import Participant
from ..rules.permissions import Act
from ..rules.places import is_caucus
from ..store import evidence as store
from ..store.evidence import NewEvidence, WrongState
from ..store.evidence_tables import EvidenceRow
from .evidence_shapes import (
    EvidenceDescription,
    EvidenceHistory,
    EvidenceList,
    EvidenceStep,
    EvidenceView,
    ListedMaterial,
    NewItem,
    Withdrawal,
)
from .refusals import ApiError, language_of
from .routes import Auth, Call, Route

INTAKE = web.AppKey("intake", Intake)


def viewer(call: Call) -> Participant | None:
    """The participant who asks; None for staff who come with their account."""
    return call.visitor.participant if call.visitor else None


def actor(call: Call) -> tuple[str, str]:
    """Id and name of who asks, for the history."""
    if call.visitor is not None:
        return call.visitor.participant.id, call.visitor.participant.name
    for participant, account in call.hearing.accounts.items():
        person = call.hearing.participant(participant)
        if account == call.account.id and person is not None:
            return person.id, person.name
    return call.account.id, call.account.person


def is_staff(call: Call) -> bool:
    """Whether staff ask, with their account or from their seat."""
    person = viewer(call)
    return person is None or knows_all(person)


def own_side(call: Call) -> Side | None:
    """The side that who asks brings evidence for."""
    person = viewer(call)
    return None if person is None else side_of(person)


async def item_of(call: Call) -> EvidenceRow:
    """The item of the address, if it belongs to the case of the hearing."""
    name, hearing = call.part("evidence"), call.hearing.id
    row, case = await call.parts.database.read(lambda s: (store.find(s, name), store.case_of(s, hearing)))
    if row is None or row.case_id != case or row.state == "deleted":
        raise ApiError("no_such_evidence")
    return row


def may_look(call: Call, row: EvidenceRow) -> bool:
    """Whether who asks may look at an item whenever they like."""
    person = viewer(call)
    if person is None:
        return True
    return knows(person, Side(row.side), row.number is not None, row.state == "withdrawn")


async def own_item(call: Call) -> EvidenceRow:
    """The item of the address, for those who may change it: its side and staff."""
    row = await item_of(call)
    if not is_staff(call) and own_side(call) != row.side:
        # Of another side's drafts nothing is told, not even that there are any.
        raise ApiError("no_such_evidence" if row.number is None else "not_allowed")
    _refuse_late(call)
    return row


def _refuse_late(call: Call) -> None:
    if call.hearing.state == "closed":
        raise ApiError("hearing_closed")


async def list_evidence(call: Call) -> EvidenceList:
    """The items that who asks may know of."""
    hearing = call.hearing.id
    rows, materials = await call.parts.database.read(
        lambda s: (store.of_case(s, case := store.case_of(s, hearing)), store.listed(s, case))
    )
    side, staff = own_side(call), is_staff(call)
    if side is None and not staff:
        raise ApiError("not_allowed")
    known = [row for row in rows if staff or row.side == side or row.number is not None]
    shown = [await view_of(call, row) for row in known]
    listed = [
        ListedMaterial(one.id, one.side, one.name, marks)
        for one, marks in materials
        if staff or one.side == side
    ]
    return EvidenceList(shown, side.value if side else "", _intake(call).largest, listed)


async def show_evidence(call: Call) -> EvidenceView:
    """One item."""
    row = await item_of(call)
    if not may_look(call, row) and row.number is None:
        raise ApiError("no_such_evidence")
    return await view_of(call, row)


async def announce(call: Call, new: NewItem) -> EvidenceView:
    """Say that a file comes."""
    _refuse_late(call)
    side = own_side(call)
    if is_staff(call):
        side = Side(new.side or Side.TRIBUNAL)
    if side is None:
        raise ApiError("not_allowed")
    who, name = actor(call)
    await check_exhibit(call, new.exhibit, side.value)
    wanted = NewEvidence(
        hearing=call.hearing.id,
        side=side.value,
        title=new.title.strip() or new.file or "—",
        purpose=new.purpose.strip(),
        file=new.file,
        size=new.bytes,
        actor=who,
        by=name,
        exhibit=new.exhibit or None,
        # Whoever brings their own needs nobody to hand it in.
        received_from=new.received_from.strip() if is_staff(call) and side is not Side.TRIBUNAL else "",
    )
    try:
        return await view_of(call, await _intake(call).announce(wanted))
    except NotAccepted as refusal:
        raise ApiError(refusal.word) from refusal
    except DiskFull as full:
        raise ApiError("disk_full") from full


async def describe(call: Call, wanted: EvidenceDescription) -> EvidenceView:
    """Change what a draft is called and shall prove."""
    row = await own_item(call)
    who, now = actor(call)[0], call.parts.now()
    exhibit = row.exhibit if wanted.exhibit is UNSET else wanted.exhibit or None
    if exhibit != row.exhibit:
        await check_exhibit(call, exhibit or "", row.side)
    purpose = wanted.purpose.strip()
    return await _changed(call, lambda s: store.describe(s, row.id, wanted.title, purpose, exhibit, who, now))


async def check_exhibit(call: Call, exhibit: str, side: str) -> None:
    """Refuse what is not listed in the case for that side."""
    hearing = call.hearing.id
    if exhibit and not await call.parts.database.read(
        lambda s: store.is_listed(s, store.case_of(s, hearing), exhibit, side)
    ):
        raise ApiError("no_such_piece")


async def discard(call: Call) -> None:
    """Delete what was not submitted."""
    row = await own_item(call)
    try:
        await _intake(call).discard(row.id, actor(call)[0])
    except WrongState as error:
        raise ApiError("already_submitted") from error


async def submit(call: Call) -> EvidenceView:
    """Put a draft before the tribunal: it gets its mark, and the other side sees it."""
    row = await own_item(call)
    who, now = actor(call)[0], call.parts.now()
    room = call.parts.live.room(call.hearing.id)
    if room is not None and who in room.people and is_caucus(room.people[who].place):
        raise ApiError("in_caucus")
    shown = await _changed(call, lambda s: store.submit(s, row.id, who, now))
    await call.parts.live.evidence_changed(call.hearing.id)
    return shown


async def withdraw(call: Call, wanted: Withdrawal) -> EvidenceView:
    """Take a submitted item back; its mark stays its own."""
    row = await own_item(call)
    who, now = actor(call)[0], call.parts.now()
    shown = await _changed(call, lambda s: store.withdraw(s, row.id, wanted.reason.strip(), who, now))
    await call.parts.live.evidence_changed(call.hearing.id)
    return shown


async def show_history(call: Call) -> EvidenceHistory:
    """What was done to an item."""
    row = await item_of(call)
    acts = await call.parts.database.read(lambda s: store.history(s, row.id))
    return EvidenceHistory([EvidenceStep(act["at"], act["actor"], act["act"]) for act in acts])


async def _changed(call: Call, change: Callable[[Session], EvidenceRow]) -> EvidenceView:
    try:
        return await view_of(call, await call.parts.database.write(change))
    except WrongState as error:
        word = {"receiving": "not_received", "checking": "not_received"}.get(str(error), "wrong_state")
        raise ApiError(word) from error


def _intake(call: Call) -> Intake:
    return call.request.app[INTAKE]


async def view_of(call: Call, row: EvidenceRow) -> EvidenceView:
    """An item as who asks sees it."""
    received = row.size
    if row.state == "receiving":
        received = _intake(call).shelf.received(row.id)
    language = language_of(call.request, call.parts.settings.language)
    refusal = ApiError(row.word).text(language) if row.word else ""
    return EvidenceView(
        id=row.id,
        side=row.side,
        mark=mark_of(Side(row.side), row.number) if row.number else "",
        title=row.title,
        purpose=row.purpose,
        file=row.file,
        kind=row.kind,
        state=row.state,
        word=row.word,
        text=refusal,
        bytes=row.size,
        received=received,
        pages=row.pages,
        seconds=row.seconds,
        sha256=row.sha256,
        active=row.active,
        by=row.by,
        yours=is_staff(call) or own_side(call) == row.side,
        open=may_look(call, row) and row.state in ("draft", "submitted", "withdrawn"),
        received_at=row.received_at,
        submitted_at=row.submitted_at,
        reason=row.reason,
        exhibit=row.exhibit or "",
        received_from=row.received_from,
    )


_ALL = "/api/hearings/{hearing}/evidence"
ONE_ITEM = _ALL + "/{evidence}"
_TOO_MUCH = ("too_large_kind", "too_much", "disk_full")
_GONE = ("no_such_evidence", "hearing_closed", "not_allowed")
ROUTES = (
    Route(
        "GET",
        _ALL,
        list_evidence,
        Auth.SHARED,
        "The evidence you may see",
        act=Act.READ_RECORD,
        gives=EvidenceList,
        refusals=("not_allowed",),
    ),
    Route(
        "POST",
        _ALL,
        announce,
        Auth.SHARED,
        "Announce a file; its bytes follow",
        act=Act.READ_RECORD,
        takes=NewItem,
        gives=EvidenceView,
        status=201,
        refusals=(*_TOO_MUCH, "not_allowed", "hearing_closed", "no_such_piece"),
    ),
    Route(
        "GET",
        ONE_ITEM,
        show_evidence,
        Auth.SHARED,
        "One item",
        act=Act.READ_RECORD,
        gives=EvidenceView,
        refusals=("no_such_evidence",),
    ),
    Route(
        "PUT",
        ONE_ITEM,
        describe,
        Auth.SHARED,
        "Change title and purpose of a draft",
        act=Act.READ_RECORD,
        takes=EvidenceDescription,
        gives=EvidenceView,
        refusals=(*_GONE, "wrong_state", "no_such_piece"),
    ),
    Route(
        "DELETE",
        ONE_ITEM,
        discard,
        Auth.SHARED,
        "Delete an item that was not submitted",
        act=Act.READ_RECORD,
        status=204,
        refusals=(*_GONE, "already_submitted"),
    ),
    Route(
        "POST",
        ONE_ITEM + "/submit",
        submit,
        Auth.SHARED,
        "Put a draft before the tribunal",
        act=Act.READ_RECORD,
        gives=EvidenceView,
        refusals=(*_GONE, "wrong_state", "not_received", "in_caucus"),
    ),
    Route(
        "POST",
        ONE_ITEM + "/withdraw",
        withdraw,
        Auth.SHARED,
        "Take a submitted item back",
        act=Act.READ_RECORD,
        takes=Withdrawal,
        gives=EvidenceView,
        refusals=(*_GONE, "wrong_state", "not_received"),
    ),
    Route(
        "GET",
        ONE_ITEM + "/history",
        show_history,
        Auth.MEMBER,
        "What was done to an item",
        act=Act.READ_RECORD,
        gives=EvidenceHistory,
        refusals=("no_such_evidence",),
    ),
)

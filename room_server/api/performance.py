"""What was agreed or awarded, item by item, and asking whether it was done (履行回访)."""

from datetime import date
from typing import Annotated

import msgspec
from sqlmodel import Session

from ..rules.permissions import Act
from ..store import performances as store
from ..store.performance_tables import FollowUp, PromiseRow
from .case_pieces import check_day
from .refusals import ApiError
from .routes import Auth, Call, Route

Fen = Annotated[int, msgspec.Meta(ge=0, le=10**13)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class FollowUpView(msgspec.Struct, frozen=True, kw_only=True):
    """What was found when somebody asked; `at` in Unix ms is when it was written down."""

    at: int
    day: date
    amount_fen: int | None
    done: bool
    proof: str
    remark: str


class PromiseView(msgspec.Struct, frozen=True, kw_only=True):
    """One item; `kept_on` is empty until it was done."""

    id: str
    item: str
    amount_fen: int | None
    due: date
    kept_on: str
    follow_ups: list[FollowUpView]


class PerformanceView(msgspec.Struct, frozen=True):
    """All items of a case."""

    promises: list[PromiseView]


class NewPromise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item of an agreement or an award: what, how much (fen), until when."""

    item: Line
    amount_fen: Fen | None = None
    due: date


class NewFollowUp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was found on a day: `done`, or what of it; `proof` says where it is."""

    day: date
    amount_fen: Fen | None = None
    done: bool
    proof: Annotated[str, msgspec.Meta(max_length=200)] = ""
    remark: Annotated[str, msgspec.Meta(max_length=1000)] = ""


async def show(call: Call) -> PerformanceView:
    """Everything that is to be performed."""
    return await call.parts.database.read(lambda session: _all(session, call.case.id))


async def add(call: Call, wanted: NewPromise) -> PerformanceView:
    """One more item."""
    check_day(wanted.due)

    def write(session: Session) -> PerformanceView:
        store.add(
            session,
            call.case.id,
            item=wanted.item,
            amount_fen=wanted.amount_fen,
            due=wanted.due,
            by=call.account.id,
            now=call.parts.now(),
        )
        return _all(session, call.case.id)

    return await call.parts.database.write(write)


async def remove(call: Call) -> PerformanceView:
    """Take away an item that nobody has asked about."""

    def write(session: Session) -> PerformanceView:
        try:
            store.remove(session, _row(session, call), call.account.id, call.parts.now())
        except store.FollowedUp as error:
            raise ApiError("followed_up") from error
        return _all(session, call.case.id)

    return await call.parts.database.write(write)


async def follow_up(call: Call, found: NewFollowUp) -> PerformanceView:
    """Write down what was found."""
    check_day(found.day)

    def write(session: Session) -> PerformanceView:
        store.follow_up(
            session,
            _row(session, call),
            day=found.day,
            amount_fen=found.amount_fen,
            done=found.done,
            proof=found.proof,
            remark=found.remark,
            by=call.account.id,
            now=call.parts.now(),
        )
        return _all(session, call.case.id)

    return await call.parts.database.write(write)


def _row(session: Session, call: Call) -> PromiseRow:
    row = store.find(session, call.case.id, call.part("promise"))
    if row is None:
        raise ApiError("no_such_piece")
    return row


def _all(session: Session, case: str) -> PerformanceView:
    rows = store.of_cases(session, [case])
    found = store.follow_ups(session, [row.id for row in rows])
    return PerformanceView([_view(row, found[row.id]) for row in rows])


def _view(row: PromiseRow, found: list[FollowUp]) -> PromiseView:
    return PromiseView(
        id=row.id,
        item=row.item,
        amount_fen=row.amount_fen,
        due=date.fromisoformat(row.due),
        kept_on=row.kept_on,
        follow_ups=[
            FollowUpView(
                at=one.at,
                day=date.fromisoformat(one.day),
                amount_fen=one.amount_fen,
                done=one.done,
                proof=one.proof,
                remark=one.remark,
            )
            for one in found
        ],
    )


_ALL = "/api/cases/{case}/performance"
_ONE = _ALL + "/{promise}"
ROUTES = (
    Route(
        "GET",
        _ALL,
        show,
        Auth.STAFF,
        "What is to be performed, and whether it was",
        act=Act.SEE_CASES,
        gives=PerformanceView,
    ),
    Route(
        "POST",
        _ALL,
        add,
        Auth.STAFF,
        "One more item to be performed",
        act=Act.EDIT_CASES,
        takes=NewPromise,
        gives=PerformanceView,
        status=201,
    ),
    Route(
        "DELETE",
        _ONE,
        remove,
        Auth.STAFF,
        "Take an item away that nobody has asked about",
        act=Act.EDIT_CASES,
        gives=PerformanceView,
        refusals=("no_such_piece", "followed_up"),
    ),
    Route(
        "POST",
        _ONE + "/follow-ups",
        follow_up,
        Auth.STAFF,
        "Write down whether an item was performed",
        act=Act.EDIT_CASES,
        takes=NewFollowUp,
        gives=PerformanceView,
        status=201,
        refusals=("no_such_piece",),
    ),
)

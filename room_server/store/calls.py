"""Calls to chambers, and the talk that two of them get of their own. Functions within a transaction."""

import msgspec
from sqlmodel import Session, col, select

from ..rules.calls import UNSETTLED, Phoned, Ring, State, is_over
from . import hearings
from .booking_tables import Chamber
from .endpoint_tables import CallRow
from .organisation_tables import Organisation
from .tables import StaffAccount, new_id

SHOWN_MS = 15_000
"""How long the end of a call is still shown to its two ends."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A call with the names of its ends, for screens and journals."""

    call: Phoned
    caller_name: str
    callee_name: str
    reason: str


def current(session: Session) -> list[Phoned]:
    """Every call that was not settled yet, those that nobody has answered in time among them."""
    query = select(CallRow).where(col(CallRow.state).in_(UNSETTLED)).order_by(col(CallRow.asked_at))
    return [_phoned(row) for row in session.exec(query)]


def find(session: Session, call: str) -> Phoned | None:
    """One call."""
    row = session.get(CallRow, call)
    return _phoned(row) if row else None


def show(session: Session, call: str) -> Shown:
    """One call with its names."""
    row = session.get_one(CallRow, call)
    account = session.get(StaffAccount, row.account) if row.account else None
    caller = session.get_one(Chamber, row.caller).name if row.caller else account.person if account else ""
    callee = session.get_one(Chamber, row.callee).name
    return Shown(call=_phoned(row), caller_name=caller, callee_name=callee, reason=row.reason)


def of_chamber(session: Session, chamber: str, now: int) -> list[Shown]:
    """The calls of a chamber that ring, connect, or have ended just now, oldest first."""
    mine = (col(CallRow.caller) == chamber) | (col(CallRow.callee) == chamber)
    fresh = col(CallRow.state).in_(UNSETTLED) | (col(CallRow.ended_at) > now - SHOWN_MS)
    query = select(CallRow.id).where(mine, fresh).order_by(col(CallRow.asked_at), col(CallRow.id))
    return [show(session, call) for call in session.exec(query)]


def of_hearing(session: Session, hearing: str) -> list[Shown]:
    """The calls to a hearing, newest first."""
    query = select(CallRow.id).where(CallRow.hearing == hearing)
    ordered = query.order_by(col(CallRow.asked_at).desc(), col(CallRow.id))
    return [show(session, call) for call in session.exec(ordered.limit(20))]


def add(session: Session, wish: Ring, now: int) -> Phoned:
    """A call that rings from now on."""
    row = CallRow(
        id=new_id("v", 8),
        caller=wish.caller or None,
        account=wish.account or None,
        callee=wish.callee,
        hearing=wish.hearing or None,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    return _phoned(row)


def settle(session: Session, call: str, state: State, reason: str, now: int, hearing: str = "") -> Phoned:
    """A call has another state; `hearing`: where its two ends meet."""
    row = session.get_one(CallRow, call)
    row.state, row.reason, row.hearing = state.value, reason or row.reason, hearing or row.hearing
    if state is State.ACCEPTED:
        row.answered_at = now
    else:
        row.ended_at = now
    session.add(row)
    session.flush()
    return _phoned(row)


def lapse(session: Session, now: int) -> list[Phoned]:
    """Calls that nobody has answered in time are missed from now on; which ones."""
    late = [call for call in current(session) if is_over(call, now)]
    return [settle(session, call.id, State.MISSED, "", now) for call in late]


def book_talk(session: Session, call: Phoned, rehearsal: bool, now: int) -> str:
    """A hearing of their own for two chambers, in the standing case of the caller's organisation; its id."""
    caller, callee = session.get_one(Chamber, call.caller), session.get_one(Chamber, call.callee)
    owner = session.get_one(Organisation, caller.organisation)
    booking = hearings.book(
        session,
        case_number=f"庭室连线·{owner.name}" if owner.name else f"庭室连线·{owner.id}",
        title=f"{caller.name} — {callee.name}",
        kind="filing",
        starts_at=now,
        seats=[],
        now=now,
        rehearsal=rehearsal,
        organisation=owner.id,
    )
    return booking.id


def _phoned(row: CallRow) -> Phoned:
    return Phoned(
        id=row.id,
        caller=row.caller or "",
        callee=row.callee,
        account=row.account or "",
        hearing=row.hearing or "",
        state=State(row.state),
        asked_at=row.asked_at,
    )

"""Search in the minutes of a case: the sittings that the asker had a seat in, and nobody else's."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlmodel import Session, col, select

from transcription.minutes import KINDS, fold
from transcription.wording.finding import Needle

from ..rules.people import EARWITNESSES
from ..rules.permissions import Act
from ..rules.reviews import KIND as REVIEW
from ..store import hearings
from ..store.hearings import Booking
from ..store.tables import JournalRow, SittingRow
from .refusals import ApiError
from .routes import Auth, Call, Route

MOST_FOUND = 200
MOST_SITTINGS = 100
SHORTEST, LONGEST = 2, 100


class FoundLine(msgspec.Struct, frozen=True):
    """A line that says what was looked for; `marks`: where, as `[at, length]` in characters of `text`."""

    sitting: str
    hearing: str
    title: str
    opened_at: int
    line: str
    start_ms: int | None
    speaker: str
    name: str
    text: str
    adopted: bool
    marks: list[tuple[int, int]]


class FoundLines(msgspec.Struct, frozen=True):
    """Newest sitting first; `sittings`: how many were searched; `cut`: there may be more than is listed."""

    found: list[FoundLine]
    sittings: int
    cut: bool


async def search(call: Call) -> FoundLines:
    """The lines of the case's sittings that say this; width, case and spaces make no difference."""
    text = call.request.query.get("q", "")
    needle = Needle(text)
    if needle.size == 0:
        return FoundLines([], 0, cut=False)
    if not SHORTEST <= needle.size <= LONGEST:
        raise ApiError("malformed", "q")
    case, account = call.case.id, call.account.id

    def look(session: Session) -> FoundLines:
        readable = [one for one in hearings.of_case(session, case) if may_read(one, account)]
        return _searched(session, _without_mediation(readable, account), needle)

    return await call.parts.database.read(look)


def may_read(booking: Booking, account: str) -> bool:
    """Whether an account may read all that was said: who only watched, or gave evidence, reads it nowhere."""
    seats = [booking.participant(who) for who, of in booking.accounts.items() if of == account]
    if any(seat is not None and seat.role in EARWITNESSES for seat in seats):
        return False
    return booking.belongs_to(account) and booking.kind != REVIEW


def _without_mediation(bookings: list[Booking], account: str) -> list[Booking]:
    """Whoever sits in the arbitration is not shown what was said in the mediation (domain 2.10)."""
    arbitrates = any(one.kind == "arbitration" and account in one.accounts.values() for one in bookings)
    return [one for one in bookings if not (arbitrates and one.kind == "mediation")]


def _searched(session: Session, bookings: Sequence[Booking], needle: Needle) -> FoundLines:
    by_hearing = {one.id: one for one in bookings}
    query = (
        select(SittingRow)
        .where(col(SittingRow.hearing).in_(by_hearing), col(SittingRow.opened_at).is_not(None))
        .order_by(col(SittingRow.opened_at).desc(), SittingRow.id)
    )
    sittings = list(session.exec(query.limit(MOST_SITTINGS + 1))) if by_hearing else []
    found: list[FoundLine] = []
    for row in sittings[:MOST_SITTINGS]:
        found += _in_sitting(session, row, by_hearing[row.hearing], needle)
        if len(found) > MOST_FOUND:
            break
    cut = len(found) > MOST_FOUND or len(sittings) > MOST_SITTINGS
    return FoundLines(found[:MOST_FOUND], min(len(sittings), MOST_SITTINGS), cut)


def _in_sitting(session: Session, row: SittingRow, booking: Booking, needle: Needle) -> Iterator[FoundLine]:
    facts = session.exec(
        select(JournalRow)
        .where(JournalRow.sitting == row.id, col(JournalRow.type).in_(KINDS))
        .order_by(col(JournalRow.seq))
    ).all()
    # Most sittings say nothing of it: they are not even put together. Invited people are not of the plan.
    if not any(needle.may_be_in(fact.body) for fact in facts):
        return
    names = {person.id: person.name for person in booking.participants}
    for line in fold(map(_entry, facts)).lines():
        if line["struck"] or not (marks := needle.places(line["text"])):
            continue
        yield FoundLine(
            sitting=row.id,
            hearing=booking.id,
            title=booking.title,
            opened_at=row.opened_at or 0,
            line=line["line"],
            start_ms=line["start_ms"],
            speaker=line["speaker"],
            name=names.get(line["speaker"], ""),
            text=line["text"],
            adopted=line["adopted"],
            marks=marks,
        )


def _entry(row: JournalRow) -> Mapping[str, Any]:
    body: dict[str, Any] = msgspec.json.decode(row.body)
    plain = {"seq": row.seq, "media_time": row.media_time, "actor": row.actor, "type": row.type}
    return {**plain, "body": body}


ROUTES = (
    Route(
        "GET",
        "/api/cases/{case}/minutes",
        search,
        Auth.STAFF,
        "Search the minutes of a case",
        act=Act.READ_RECORD,
        gives=FoundLines,
        query={"q": "what is looked for: 2 to 100 characters; nothing finds nothing"},
    ),
)

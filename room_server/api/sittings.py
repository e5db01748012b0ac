"""What was done in a sitting: its journal and its lines, and the work after its close."""

import asyncio

import msgspec

from ..ledger import VERSION, ledger_of
from ..rules.permissions import Act
from ..store import journal
from .refusals import ApiError
from .routes import Auth, Call, Route

MOST_ENTRIES = 5000


class Entries(msgspec.Struct, frozen=True):
    """Journal entries in order; `more`: ask again with the last seq as `since`."""

    entries: list[journal.Entry]
    more: bool


class Interruption(msgspec.Struct, frozen=True):
    """A time without connection, in ms since `zero_ms`; `evidence`: socket, media, both.

    `to_ms` is null while it lasts; `back` is false when the sitting or the stay ended before.
    """

    from_ms: int
    to_ms: int | None
    evidence: str
    back: bool


class Line(msgspec.Struct, frozen=True):
    """How a participant's line was: the worst grade (good, poor, bad), and how long it was poor and bad."""

    worst: str
    poor_ms: int
    bad_ms: int


class Away(msgspec.Struct, frozen=True):
    """A time without the media service itself, in ms since `zero_ms`; nobody's line was at fault."""

    from_ms: int
    to_ms: int | None


class Interruptions(msgspec.Struct, frozen=True):
    """One participant and when their connection was lost."""

    participant: str
    name: str
    intervals: list[Interruption]
    line: Line


class LedgerView(msgspec.Struct, frozen=True):
    """The connectivity ledger; `zero_ms` is the opening (or the first fact before it), Unix ms."""

    version: int
    zero_ms: int
    service: list[Away]
    participants: list[Interruptions]


class Accepted(msgspec.Struct, frozen=True):
    """The work has been started; its outcome will be a fact of the journal."""

    accepted: bool = True


async def read_journal(call: Call) -> Entries:
    """The journal after `since`."""
    since = call.request.query.get("since", "0")
    if not (since.isascii() and since.isdigit() and len(since) < 10):
        raise ApiError("malformed", "since")
    entries = await journal.read(call.parts.database, call.part("sitting"), int(since), MOST_ENTRIES + 1)
    return Entries(entries[:MOST_ENTRIES], more=len(entries) > MOST_ENTRIES)


async def read_ledger(call: Call) -> LedgerView:
    """Who was cut off when, and by what evidence: facts only, nothing is concluded from them."""
    entries = await journal.read(call.parts.database, call.part("sitting"))
    if not entries:
        return LedgerView(version=VERSION, zero_ms=0, service=[], participants=[])
    made = await asyncio.to_thread(lambda: ledger_of([entry.as_dict() for entry in entries]))
    return msgspec.convert(made, LedgerView)


async def finish(call: Call) -> Accepted:
    """Do the work after the close again."""
    if call.hearing.state != "closed":
        raise ApiError("not_closed")
    await call.parts.live.finish(call.part("sitting"))
    return Accepted()


_ONE = "/api/sittings/{sitting}"
_SINCE = {"since": "only entries after this seq"}
ROUTES = (
    Route(
        "GET",
        _ONE + "/journal",
        read_journal,
        Auth.MEMBER,
        "The journal",
        act=Act.READ_RECORD,
        gives=Entries,
        query=_SINCE,
    ),
    Route(
        "GET",
        _ONE + "/ledger",
        read_ledger,
        Auth.MEMBER,
        "The connectivity ledger",
        act=Act.READ_RECORD,
        gives=LedgerView,
    ),
    Route(
        "POST",
        _ONE + "/finish",
        finish,
        Auth.MEMBER,
        "Do the work after the close again",
        act=Act.FINISH,
        gives=Accepted,
        status=202,
        refusals=("not_closed",),
    ),
)

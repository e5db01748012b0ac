"""Notices of a hearing: the log, sending again, paper, and what a gateway reports."""

import asyncio
import tempfile
from pathlib import Path
from typing import Literal

import msgspec
from aiohttp import web
from sqlmodel import Session

from ..notices.channel import CURES
from ..notices.dispatch import Dispatch
from ..notices.gateway import SIGNATURE, is_signed
from ..rules.permissions import Act
from ..store import outbox
from ..store.booking_tables import NoticeRow
from ..store.hearings import Booking
from .invitations import pages_for
from .refusals import ApiError, language_of
from .routes import Auth, Call, Route, read_bytes

DISPATCH = web.AppKey("dispatch", Dispatch)
_MOST = 4096
_LEADS = {
    "rebooked": ("改期通知", "您的活动已改期，原时间作废。新的安排如下："),
    "cancelled": ("取消通知", "原定于下列时间的活动已取消，您不需要参加。如另行安排，会重新通知您。"),
}


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """One notice in the log; `to` is masked, `cure` says what to do about `cause`. Times in Unix ms."""

    id: str
    participant: str
    name: str
    moment: str
    channel: str
    state: str
    to: str
    version: str
    cause: str
    cure: str
    tries: int
    created_at: int
    due_at: int
    sent_at: int | None
    delivered_at: int | None
    sha256: str
    """Of subject and text, as they were sent."""


class NoticeList(msgspec.Struct, frozen=True):
    """The log, oldest first; `channels`: those that this installation has."""

    notices: list[NoticeView]
    channels: list[str]


class Again(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to try again: the same way, or on paper."""

    way: Literal["same", "print"] = "same"


def tell(session: Session, call: Call, booking: Booking, moment: str) -> None:
    """Queue what everybody is told of a booking, in the transaction that makes it; `wake` comes after."""
    dispatch = call.request.app[DISPATCH]
    outbox.queue(
        session,
        call.parts.privacy[0],
        booking,
        moment,
        dispatch.law,
        list(dispatch.channels),
        call.account.id,
        call.parts.now(),
    )


def wake(call: Call) -> None:
    """Send what was just queued."""
    call.request.app[DISPATCH].wake()


async def list_notices(call: Call) -> NoticeList:
    """The log of a hearing."""
    hearing = call.hearing.id

    def look(session: Session) -> list[NoticeView]:
        return [_view(call, row) for row in outbox.of_hearing(session, hearing)]

    found = await call.parts.database.read(look)
    return NoticeList(found, sorted(call.request.app[DISPATCH].channels))


async def send_again(call: Call, wanted: Again) -> NoticeView:
    """Try a notice that failed again, or put it on paper."""
    identifier, hearing, now = call.part("notice"), call.hearing, call.parts.now()

    def write(session: Session) -> NoticeView:
        row = session.get(NoticeRow, identifier)
        if row is None or row.hearing != hearing.id:
            raise ApiError("no_such_notice")
        if row.state != "failed" or row.sequence != hearing.sequence:
            raise ApiError("wrong_state")
        if wanted.way == "print":
            outbox.put_on_paper(session, row, now)
        else:
            outbox.send_again(session, row, now)
        return _view(call, row)

    view = await call.parts.database.write(write)
    wake(call)
    return view


async def print_notices(call: Call) -> web.Response:
    """A page for everybody who is to be told on paper."""
    from signing.invitation_pdf import print_invitations

    rows = await call.parts.database.read(lambda s: outbox.of_hearing(s, call.hearing.id))
    waiting = {row.seat: row.moment for row in rows if row.state in ("to_print", "printed")}
    people = [person for person in call.hearing.participants if person.id in waiting]
    if not people:
        raise ApiError("nothing_to_print")
    pages = [page | _lead(waiting[page["participant"]]) for page in await pages_for(call, people)]

    def work() -> bytes:
        with tempfile.TemporaryDirectory(prefix="heting-") as folder:
            out = Path(folder) / "notices.pdf"
            print_invitations(pages, out)
            return out.read_bytes()

    headers = {"Content-Disposition": 'inline; filename="notices.pdf"'}
    body = await asyncio.to_thread(work)
    return web.Response(body=body, content_type="application/pdf", headers=headers)


async def mark_printed(call: Call) -> NoticeList:
    """The paper has been handed out or posted."""
    hearing, now = call.hearing.id, call.parts.now()
    await call.parts.database.write(lambda s: outbox.mark_printed(s, hearing, now))
    return await list_notices(call)


async def take_report(call: Call) -> None:
    """What the gateway reports of a notice that it took: `delivered` or `failed`, signed as ours are."""
    from ..notices.gateway import Report

    settings, now = call.parts.settings, call.parts.now()
    body = await read_bytes(call.request, _MOST)
    header = call.request.headers.get(SIGNATURE, "")
    if not settings.notice_url or not is_signed(settings.notice_secret, header, body, now // 1000):
        raise ApiError("bad_signature")
    try:
        told = msgspec.json.decode(body, type=Report)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ApiError("malformed", "JSON") from error
    if not await call.parts.database.write(lambda s: outbox.report(s, told.notice, told.state, now)):
        raise ApiError("no_such_notice")


def masked(address: str) -> str:
    """An address as a screen may show it: `z***@example.cn`, `138****0000`."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "*" * len(address)


def _lead(moment: str) -> dict[str, str]:
    heading, lead = _LEADS.get(moment, ("", ""))
    return {"heading": heading, "lead": lead}


def _view(call: Call, row: NoticeRow) -> NoticeView:
    person = call.hearing.participant(row.seat)
    cure = CURES.get(row.cause, ("", ""))
    english = language_of(call.request, call.parts.settings.language) == "en"
    sealed = row.address_sealed
    return NoticeView(
        id=row.id,
        participant=row.seat,
        name=person.name if person else "",
        moment=row.moment,
        channel=row.channel,
        state=row.state,
        to=masked(call.parts.privacy[0].reveal(row.id, sealed)) if sealed else "",
        version=row.version,
        cause=row.cause,
        cure=cure[english],
        tries=row.tries,
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        sha256=row.sha256,
    )


_ALL = "/api/hearings/{hearing}/notices"
ROUTES = (
    Route(
        "GET",
        _ALL,
        list_notices,
        Auth.MEMBER,
        "What everybody was told, and whether it arrived",
        act=Act.INVITE,
        gives=NoticeList,
    ),
    Route(
        "POST",
        _ALL + "/{notice}/again",
        send_again,
        Auth.MEMBER,
        "Try a notice that failed again",
        act=Act.INVITE,
        takes=Again,
        gives=NoticeView,
        refusals=("no_such_notice", "wrong_state"),
    ),
    Route(
        "GET",
        _ALL + "/paper.pdf",
        print_notices,
        Auth.MEMBER,
        "A page for everybody who is told on paper",
        act=Act.INVITE,
        media="application/pdf",
        refusals=("nothing_to_print", "unprintable"),
    ),
    Route(
        "POST",
        _ALL + "/printed",
        mark_printed,
        Auth.MEMBER,
        "The paper has been handed out",
        act=Act.INVITE,
        gives=NoticeList,
    ),
    Route(
        "POST",
        "/api/notices/report",
        take_report,
        Auth.OPEN,
        "A gateway reports what became of a notice",
        status=204,
        refusals=("bad_signature", "malformed", "too_large", "no_such_notice"),
    ),
)

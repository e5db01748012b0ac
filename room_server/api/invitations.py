"""Invitations to take along: a printed page per person, and a calendar file."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from ..notices.calendar_file import MIME, calendar_file
from ..notices.wording import Said, said
from ..rules.people import Participant
from ..rules.permissions import Act
from ..store.hearings import Booking
from ..tickets import Link, qr_modules
from .bookable import kinds_of
from .links import by_link
from .refusals import ApiError
from .routes import Auth, Call, Parts, Route

_ROLES = {
    "applicant": "申请人",
    "respondent": "被申请人",
    "agent": "委托代理人",
    "legal_rep": "法定代表人（主要负责人）",
    "statutory_agent": "法定代理人",
    "legal_aid": "法律援助人员",
    "third_party": "第三人",
    "witness": "证人",
    "appraiser": "鉴定人",
    "interpreter": "翻译人员",
    "expert": "会审专家",
    "observer": "旁听人员",
    "supervisor": "监督人员",
}
_NOTES = (
    "请准备本人身份证件；委托代理人另备授权委托书。",
    "线上参加的，请提前用参加当日的设备打开链接，检查摄像头和麦克风，并选择安静、封闭、光线和网络良好的地方。",
    "未经许可不得录音、录像、截屏或者传播。",
)
_ARBITRATION_NOTES = (
    "申请人无正当理由拒不到庭或者未经许可中途退庭的，可以视为撤回仲裁申请；"
    "被申请人无正当理由拒不到庭或者未经许可中途退庭的，可以缺席裁决（劳动争议调解仲裁法第36条）。",
    "有正当理由的，可以在开庭三日前请求延期开庭（劳动争议调解仲裁法第35条）。",
)


async def print_one(call: Call) -> web.Response:
    """The printed invitation of one participant."""
    person = by_link(call)
    return await _printed(
        call, [participant for participant in call.hearing.participants if participant.id == person]
    )


async def print_all(call: Call) -> web.Response:
    """The printed invitations of all who enter by link, a page each."""
    links = await call.parts.tickets.issue_all(call.hearing.id)
    people = [link.participant for link in links if not link.revoked]
    if not people:
        raise ApiError("nobody")
    return await _printed(call, people)


async def show_calendar(call: Call) -> web.Response:
    """The calendar file of one participant."""
    identifier = by_link(call)
    person = call.hearing.participant(identifier)
    assert person is not None
    link = (await _links_of(call)).get(identifier)
    words = words_for(call.parts, call.hearing, person, _address(call, link), link.code if link else "")
    return _calendar(call, call.hearing, words)


async def show_own_calendar(call: Call) -> web.Response:
    """One's own calendar file."""
    assert call.visitor is not None
    booking, person = call.visitor.booking, call.visitor.participant
    token = call.request.headers["Authorization"].partition(" ")[2].strip()
    # The ticket to a staff member's own seat has no code.
    codes = {link.token: link.code for link in await call.parts.tickets.links(booking.id)}
    link = call.parts.tickets.link(token)
    return _calendar(call, booking, words_for(call.parts, booking, person, link, codes.get(token, "")))


def words_for(parts: Parts, booking: Booking, person: Participant, link: str, entry_code: str) -> Said:
    """What is said to somebody, in the language of this installation."""
    return said(
        booking,
        person,
        kinds_of(parts).of(booking.kind, booking.plan.variant),
        organisation=parts.settings.organisation,
        link=link,
        join=parts.tickets.joining,
        entry_code=entry_code,
        language=parts.settings.language,
    )


def _calendar(call: Call, booking: Booking, words: Said) -> web.Response:
    body = calendar_file(
        booking,
        words,
        host=urlsplit(call.parts.tickets.link("")).hostname or "heting",
        now=call.parts.now(),
        sender=call.parts.settings.mail_from,
    )
    return web.Response(
        body=body,
        content_type=MIME,
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="hearing.ics"'},
    )


async def _links_of(call: Call) -> dict[str, Link]:
    links = await call.parts.tickets.issue_all(call.hearing.id)
    return {link.participant.id: link for link in links if not link.revoked}


def _address(call: Call, link: Link | None) -> str:
    return call.parts.tickets.link(link.token) if link else ""


async def _printed(call: Call, people: list[Participant]) -> web.Response:
    from signing.invitation_pdf import print_invitations

    pages = await pages_for(call, people)

    def work() -> bytes:
        with tempfile.TemporaryDirectory(prefix="heting-") as folder:
            out = Path(folder) / "invitation.pdf"
            print_invitations(pages, out)
            return out.read_bytes()

    body = await asyncio.to_thread(work)
    headers = {"Content-Disposition": 'inline; filename="invitation.pdf"'}
    return web.Response(body=body, content_type="application/pdf", headers=headers)


async def pages_for(call: Call, people: list[Participant]) -> list[dict[str, Any]]:
    """What is printed for each."""
    links = await _links_of(call)
    return [_page(call, person, links.get(person.id)) for person in people]


def _page(call: Call, person: Participant, link: Link | None) -> dict[str, Any]:
    booking, parts = call.hearing, call.parts
    if booking.plan.form == "onsite" or booking.state == "cancelled":
        link = None
    arbitration = booking.kind == "arbitration"
    words = said(
        booking,
        person,
        kinds_of(parts).of(booking.kind, booking.plan.variant),
        organisation=parts.settings.organisation,
        link=_address(call, link),
        join=parts.tickets.joining,
        entry_code=link.code if link else "",
    )
    return {
        **{name: getattr(words, name) for name in words.__struct_fields__ if name != "reason"},
        "participant": person.id,
        "role": _ROLES.get(person.role.value, person.role.value),
        "arbitration": arbitration,
        "code": qr_modules(words.link) if words.link else [],
        "notes": [*(_ARBITRATION_NOTES if arbitration else ()), *_NOTES],
        "rehearsal": booking.rehearsal or parts.settings.rehearsal,
        "made_at": parts.now(),
    }


_ONE = "/api/hearings/{hearing}"
_PERSON = _ONE + "/links/{participant}"
ROUTES = (
    Route(
        "GET",
        _ONE + "/invitations.pdf",
        print_all,
        Auth.MEMBER,
        "Everybody's printed invitation",
        act=Act.INVITE,
        media="application/pdf",
        refusals=("nobody", "unprintable"),
    ),
    Route(
        "GET",
        _PERSON + "/invitation.pdf",
        print_one,
        Auth.MEMBER,
        "A printed invitation",
        act=Act.INVITE,
        media="application/pdf",
        refusals=("nobody", "staff_seat", "unprintable"),
    ),
    Route(
        "GET",
        _PERSON + "/hearing.ics",
        show_calendar,
        Auth.MEMBER,
        "A calendar file (RFC 5545)",
        act=Act.INVITE,
        media=MIME,
        refusals=("nobody", "staff_seat"),
    ),
    Route(
        "GET",
        "/api/ticket/hearing.ics",
        show_own_calendar,
        Auth.TICKET,
        "One's own calendar file (RFC 5545)",
        media=MIME,
    ),
)

"""The ways into a hearing: links and their QR codes for parties, their own seat for staff."""

import msgspec
from aiohttp import web

from ..rules.people import Role
from ..rules.permissions import Act
from ..sittings.preparation import place_of
from ..store import hearings, staff
from ..tickets import Link
from .access import COOKIE
from .refusals import ApiError
from .routes import Auth, Call, Route


class LinkView(msgspec.Struct, frozen=True):
    """One participant's newest link, and the same in figures to read out; none once it is revoked."""

    participant: str
    name: str
    role: Role
    url: str
    expires_at: int
    revoked: bool
    code: str


class LinkList(msgspec.Struct, frozen=True):
    """The links of all who enter by link; `join`: where the codes are typed."""

    links: list[LinkView]
    join: str


class Entrance(msgspec.Struct, frozen=True):
    """The ticket to one's own seat."""

    ticket: str


class InvitedTo(msgspec.Struct, frozen=True):
    """The hearing that a ticket leads to."""

    id: str
    kind: str
    title: str
    case_number: str
    starts_at: int
    state: str
    sitting: str | None
    organisation: str
    rehearsal: bool
    form: str
    """online, mixed or onsite."""
    place: str
    """Where people come to in person; empty: nowhere, or to be told."""
    continues: str
    """The sitting that ended to go on at this place; empty: none."""


class Invitation(msgspec.Struct, frozen=True):
    """What a ticket says."""

    participant: str
    name: str
    role: Role
    side: str
    hearing: InvitedTo
    language: str


async def list_links(call: Call) -> LinkList:
    """Everybody's newest link."""
    links = await call.parts.tickets.issue_all(call.hearing.id)
    return LinkList([_link(call, link) for link in links], call.parts.tickets.joining)


async def renew_link(call: Call) -> LinkView:
    """A new link for one participant; the old one is revoked, and who used it is shut out."""
    participant = by_link(call)
    link = await call.parts.tickets.issue(call.hearing.id, participant)
    await call.parts.live.shut_out(call.hearing.id, participant)
    return _link(call, link)


async def revoke_link(call: Call) -> None:
    """Revoke a participant's link and shut out who used it."""
    participant = by_link(call)
    await call.parts.tickets.revoke(call.hearing.id, participant)
    await call.parts.live.shut_out(call.hearing.id, participant)


async def show_qr(call: Call) -> web.Response:
    """A participant's link as a QR code."""
    participant = by_link(call)
    for link in await call.parts.tickets.issue_all(call.hearing.id):
        if link.participant.id == participant:
            return web.Response(text=call.parts.tickets.qr(link.token), content_type="image/svg+xml")
    raise ApiError("nobody")


async def enter(call: Call) -> Entrance:
    """The ticket to one's own seat; a free one of one's role is taken."""
    if call.hearing.state == "closed":
        raise ApiError("hearing_closed")
    if call.hearing.state == "cancelled":
        raise ApiError("hearing_cancelled")
    hearing = call.hearing.id
    seat = await call.parts.database.write(lambda s: hearings.take_seat(s, hearing, call.account))
    if seat is None:
        raise ApiError("not_yours")
    login = staff.cookie_hash(call.request.cookies[COOKIE])
    return Entrance(await call.parts.tickets.seat(hearing, seat.id, login))


async def read_ticket(call: Call) -> Invitation:
    """What a ticket says: who is invited, to which hearing. Also when the hearing is over."""
    assert call.visitor is not None
    person, booking = call.visitor.participant, call.visitor.booking
    settings = call.parts.settings
    return Invitation(
        participant=person.id,
        name=person.name,
        role=person.role,
        side=person.side,
        hearing=InvitedTo(
            id=booking.id,
            kind=booking.kind,
            title=booking.title,
            case_number=booking.case_number,
            starts_at=booking.starts_at,
            state=booking.state,
            sitting=booking.sitting,
            organisation=settings.organisation,
            rehearsal=booking.rehearsal or settings.rehearsal,
            form=booking.plan.form,
            place=place_of(booking),
            continues=booking.plan.continues,
        ),
        language=settings.language,
    )


def by_link(call: Call) -> str:
    """The participant of the address, who must be one that enters by link."""
    person = call.hearing.participant(call.part("participant"))
    if person is None:
        raise ApiError("nobody")
    if not call.hearing.by_link(person):
        raise ApiError("staff_seat")
    return person.id


def _link(call: Call, link: Link) -> LinkView:
    return LinkView(
        participant=link.participant.id,
        name=link.participant.name,
        role=link.participant.role,
        url=call.parts.tickets.link(link.token),
        expires_at=link.expires_at,
        revoked=link.revoked,
        code=link.code,
    )


_ONE = "/api/hearings/{hearing}"
_PERSON = _ONE + "/links/{participant}"
ROUTES = (
    Route(
        "GET", _ONE + "/links", list_links, Auth.MEMBER, "Everybody's links", act=Act.INVITE, gives=LinkList
    ),
    Route(
        "POST",
        _PERSON,
        renew_link,
        Auth.MEMBER,
        "A new link; the old one is revoked",
        act=Act.INVITE,
        gives=LinkView,
        refusals=("nobody", "staff_seat"),
    ),
    Route(
        "DELETE",
        _PERSON,
        revoke_link,
        Auth.MEMBER,
        "Revoke a link",
        act=Act.INVITE,
        status=204,
        refusals=("nobody", "staff_seat"),
    ),
    Route(
        "GET",
        _PERSON + "/qr.svg",
        show_qr,
        Auth.MEMBER,
        "A link as a QR code",
        act=Act.INVITE,
        media="image/svg+xml",
        refusals=("nobody", "staff_seat"),
    ),
    Route(
        "POST",
        _ONE + "/enter",
        enter,
        Auth.STAFF,
        "Take one's own seat",
        act=Act.ENTER,
        gives=Entrance,
        refusals=("not_yours", "hearing_closed", "hearing_cancelled"),
    ),
    Route("GET", "/api/ticket", read_ticket, Auth.TICKET, "What a ticket says", gives=Invitation),
)

"""Consents: what somebody is told and asked on the way in, what they answered, and the desk's view of it."""

from typing import Annotated, Literal

import msgspec

from ..law.consents import Consents, Entry, Points, consents
from ..law.notices import Text
from ..rules.consents.state import AT_OPENING
from ..rules.people import STAFF, Participant
from ..rules.permissions import Act
from ..rules.room import Room
from ..store import consents as store
from ..store.booking_tables import ConsentRow
from ..store.consents import Given
from .bookable import kinds_of
from .refusals import ApiError
from .routes import Auth, Call, Parts, Route

Answered = Literal["given", "refused", "withdrawn"]
Item = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


class ConsentView(msgspec.Struct, frozen=True, kw_only=True):
    """A text and one's own answer to it (`""`: none to this version); `sha256` names exactly this wording.

    `asked`: where in the room it is asked; `yes`, `no`: what stands on the buttons of a choice.
    """

    item: str
    version: str
    sha256: str
    kind: str
    moment: str
    asked: list[str]
    page: int
    separate: bool
    title: Text
    lead: Text
    points: Points
    alternative: Text | None
    yes: Text | None
    no: Text | None
    withdrawal: Text | None
    basis: str
    answer: str
    answered_at: int | None


class ConsentList(msgspec.Struct, frozen=True):
    """What one is told and asked, in the order in which it is read."""

    entries: list[ConsentView]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to exactly one wording; a notice can only be read (`given`)."""

    item: Item
    sha256: Annotated[str, msgspec.Meta(min_length=64, max_length=64)]
    act: Answered


class Answers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers to what stood on one page."""

    answers: Annotated[list[Answer], msgspec.Meta(min_length=1, max_length=20)]
    language: Literal["zh", "en"] = "zh"


class Spoken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody said to the staff, who write it down; `note`: how and when."""

    participant: Annotated[str, msgspec.Meta(max_length=64)]
    item: Item
    act: Answered
    note: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class StandingAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One answer that counts; `by_staff`: they wrote it down. `current`: to the wording of today."""

    item: str
    title: Text
    kind: str
    act: str
    version: str
    sha256: str
    at: int
    by_staff: bool
    note: str
    current: bool


class PersonConsents(msgspec.Struct, frozen=True, kw_only=True):
    """One participant's answers, and the items that their kind of hearing needs and nobody answered."""

    participant: str
    name: str
    role: str
    answers: list[StandingAnswer]
    missing: list[str]


class HearingConsents(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody's; `items`: the texts themselves."""

    people: list[PersonConsents]
    items: list[ConsentView]


def texts_of(parts: Parts) -> Consents:
    """The texts of this installation."""
    return consents(parts.settings.law if parts.settings.law.is_dir() else None)


async def list_own(call: Call) -> ConsentList:
    """What one is told and asked, with one's own answers."""
    assert call.visitor is not None
    person, booking = call.visitor.participant, call.visitor.booking
    given = (await call.parts.database.read(lambda s: store.standing_of(s, booking.id))).get(person.id, {})
    entries = texts_of(call.parts).asked(person.role.value, booking.kind)
    return ConsentList([_view(entry, given.get(entry.id)) for entry in entries])


async def answer(call: Call, wanted: Answers) -> ConsentList:
    """Answer what one has read; a wording that has changed meanwhile is read again first."""
    assert call.visitor is not None
    person, booking = call.visitor.participant, call.visitor.booking
    if booking.state in ("closed", "cancelled"):
        raise ApiError("hearing_closed")
    offered = {entry.id: entry for entry in texts_of(call.parts).asked(person.role.value, booking.kind)}
    _check_asked(
        call.parts.live.room(booking.id), [offered[w.item] for w in wanted.answers if w.item in offered]
    )
    answers = [_given(offered, one, wanted.language) for one in wanted.answers]
    now = call.parts.now()
    await call.parts.database.write(lambda s: store.write(s, booking, person.id, answers, person.id, now))
    await call.parts.live.consents_changed(booking.id)
    return await list_own(call)


async def list_all(call: Call) -> HearingConsents:
    """Everybody's answers, and what is missing."""
    booking, texts = call.hearing, texts_of(call.parts)
    standing = await call.parts.database.read(lambda s: store.standing_of(s, booking.id))
    kind = kinds_of(call.parts).of(booking.kind, booking.plan.variant)
    needed = kind.consents if kind else []
    people = [
        _person(texts, needed, person, booking.kind, standing.get(person.id, {}))
        for person in booking.participants
        if booking.by_link(person)
    ]
    return HearingConsents(people=people, items=[_view(entry, None) for entry in texts.entry])


async def write_down(call: Call, wanted: Spoken) -> HearingConsents:
    """Write down what somebody answered the staff in person or on the telephone."""
    person = call.hearing.participant(wanted.participant)
    if person is None or person.role in STAFF:
        raise ApiError("nobody")
    entry = texts_of(call.parts).find(wanted.item)
    concerned = entry is not None and entry.concerns(person.role.value, call.hearing.kind)
    if entry is None or not concerned or entry.kind == "duty" or entry.signed:
        raise ApiError("malformed", "item")
    _check_act(entry, wanted.act)
    given = Given(entry=entry, act=wanted.act, language=call.parts.settings.language, note=wanted.note)
    booking, by, now = call.hearing, call.account.id, call.parts.now()
    await call.parts.database.write(lambda s: store.write(s, booking, person.id, [given], by, now))
    await call.parts.live.consents_changed(booking.id)
    return await list_all(call)


def _given(offered: dict[str, Entry], one: Answer, language: str) -> Given:
    entry = offered.get(one.item)
    if entry is None:
        raise ApiError("malformed", "item")
    if entry.sha256 != one.sha256:
        raise ApiError("text_changed")
    _check_act(entry, one.act)
    return Given(entry=entry, act=one.act, language=language)


def _check_asked(room: Room | None, entries: list[Entry]) -> None:
    """What belongs to a stage is answered from that stage on, not in advance."""
    passed = room.passed if room is not None else frozenset()
    for entry in entries:
        if entry.asked and not {*entry.asked} & {"lobby", "evidence", *passed}:
            raise ApiError("not_asked_yet")


def _check_act(entry: Entry, act: str) -> None:
    if act != "given" and entry.kind != "consent":
        raise ApiError("malformed", "act")


def _person(
    texts: Consents, needed: list[str], person: Participant, kind: str, given: dict[str, ConsentRow]
) -> PersonConsents:
    answers = []
    for entry in texts.entry:
        row = given.get(entry.id)
        if row is not None:
            answers.append(_standing(entry, row, person))
    asked = [
        entry
        for entry in texts.entry
        if AT_OPENING in entry.before or (entry.id in needed and entry.moment == "entering")
    ]
    missing = [
        entry.id
        for entry in asked
        if entry.concerns(person.role.value, kind)
        and not ((row := given.get(entry.id)) and row.act == "given" and row.sha256 == entry.sha256)
    ]
    return PersonConsents(
        participant=person.id, name=person.name, role=person.role.value, answers=answers, missing=missing
    )


def _standing(entry: Entry, row: ConsentRow, person: Participant) -> StandingAnswer:
    return StandingAnswer(
        item=entry.id,
        title=entry.title,
        kind=entry.kind,
        act=row.act,
        version=row.version,
        sha256=row.sha256,
        at=row.at,
        by_staff=row.actor != person.id,
        note=row.note,
        current=row.sha256 == entry.sha256,
    )


def _view(entry: Entry, row: ConsentRow | None) -> ConsentView:
    held = row if row is not None and row.sha256 == entry.sha256 else None
    return ConsentView(
        item=entry.id,
        version=entry.version,
        sha256=entry.sha256,
        kind=entry.kind,
        moment=entry.moment,
        asked=entry.asked,
        page=entry.page,
        separate=entry.separate,
        title=entry.title,
        lead=entry.lead,
        points=entry.points,
        alternative=entry.alternative,
        yes=entry.yes,
        no=entry.no,
        withdrawal=entry.withdrawal,
        basis=entry.basis,
        answer=held.act if held else "",
        answered_at=held.at if held else None,
    )


_OWN = "/api/ticket/consents"
_ALL = "/api/hearings/{hearing}/consents"
ROUTES = (
    Route("GET", _OWN, list_own, Auth.TICKET, "What one is told and asked", gives=ConsentList),
    Route(
        "POST",
        _OWN,
        answer,
        Auth.TICKET,
        "Answer it, or withdraw an answer",
        takes=Answers,
        gives=ConsentList,
        refusals=("text_changed", "hearing_closed", "not_asked_yet"),
    ),
    Route(
        "GET",
        _ALL,
        list_all,
        Auth.MEMBER,
        "Everybody's consents",
        act=Act.INVITE,
        gives=HearingConsents,
    ),
    Route(
        "POST",
        _ALL,
        write_down,
        Auth.MEMBER,
        "Write down an answer given to the staff",
        act=Act.INVITE,
        takes=Spoken,
        gives=HearingConsents,
        refusals=("nobody",),
    ),
)

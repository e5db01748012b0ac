"""A review as each of its people may see it, and the opinions of its experts, each given alone."""

from typing import Annotated, Literal

import msgspec
from sqlmodel import Session

from ..rules.permissions import Act
from ..rules.reviews import Part, is_token, sees_opinions, why_no_conclusion
from ..store import reviews as store
from ..store.review_tables import ReviewOpinion
from .refusals import ApiError
from .review_conclusions import ConclusionView, advice_of, conclusion_view
from .reviews import (
    REFUSED,
    REVIEW,
    MaterialView,
    PanelMember,
    chair,
    material_view,
    members,
    name_of,
    part,
    refuse_late,
    who,
)
from .routes import Auth, Call, Route

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, pattern=r"\S")]
Brief = Annotated[str, msgspec.Meta(min_length=1, max_length=300, pattern=r"\S")]


class OpinionWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One's own opinion: on what (争点), what one thinks, on what basis, and how sure one is of it.

    `view` says at least something: a token would only open the others' opinions (`opinion_too_short`).
    """

    issue: Brief
    view: Text
    confidence: Literal["sure", "likely", "unsure"]
    basis: Annotated[str, msgspec.Meta(max_length=4000)] = ""


class OpinionView(msgspec.Struct, frozen=True, kw_only=True):
    """One version of an opinion. `late`: given when the others' were open already.

    `after_reading`: others' opinions had been shown to its author before; what stands before is their own.
    """

    participant: str
    name: str
    version: int
    at: int
    issue: str
    view: str
    basis: str
    confidence: str
    yours: bool
    late: bool
    after_reading: bool


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """A review as you may see it. `part`: chair, member or staff; `sees`: others' opinions are shown to you.

    `unready`: why no conclusion can be drawn yet, empty when it can.
    `advice`: what every conclusion says of itself.
    """

    case_number: str
    case_title: str
    part: str
    you: str
    over: bool
    question: str
    urgent: bool
    due_at: int | None
    chair: str
    members: list[PanelMember]
    materials: list[MaterialView]
    opened_at: int | None
    sees: bool
    opinions: list[OpinionView]
    unready: str
    conclusions: list[ConclusionView]
    advice: str


async def show(call: Call) -> ReviewView:
    """The review as who asks may see it."""
    mine, hearing, you = await part(call), call.hearing, who(call)
    advice = await advice_of(call)

    def look(session: Session) -> ReviewView:
        row, given = store.find(session, hearing.id), store.opinions(session, hearing.id)
        opened = row.opened_at if row else None
        count = {one: sum(o.participant == one for o in given) for one, _ in members(call)}
        sees = sees_opinions(mine, count.get(you, 0) > 0, opened is not None)
        levels = {one.id: one.level for one in hearing.participants}
        return ReviewView(
            case_number=hearing.case_number,
            case_title=hearing.case_title,
            part=mine.value,
            you=you,
            over=hearing.state in ("closed", "cancelled"),
            question=row.question if row else "",
            urgent=row.urgent if row else False,
            due_at=row.due_at if row else None,
            chair=name_of(call, chair(call)),
            members=[PanelMember(one, name, count[one], levels[one]) for one, name in members(call)],
            materials=[material_view(*one) for one in store.materials(session, hearing.id)],
            opened_at=opened,
            sees=sees,
            opinions=[_opinion(call, one, opened) for one in given if sees or one.participant == you],
            unready=why_no_conclusion(
                [one for one, _ in members(call)], [one for one, n in count.items() if n], opened is not None
            ),
            conclusions=[conclusion_view(call, one) for one in store.conclusions(session, hearing.id)],
            advice=advice,
        )

    shown = await call.parts.database.read(look)
    if mine is Part.MEMBER and any(not one.yours for one in shown.opinions):
        await _note_reading(call, you)
    return shown


async def _note_reading(call: Call, you: str) -> None:
    """What an expert says from now on is said with the others' opinions in mind."""
    hearing, now = call.hearing.id, call.parts.now()

    def write(session: Session) -> None:
        if not store.has_read_others(session, hearing, you):
            store.note(session, hearing, now, you, store.OPINIONS_READ)

    if not await call.parts.database.read(lambda s: store.has_read_others(s, hearing, you)):
        await call.parts.database.write(write)


async def give(call: Call, wanted: OpinionWish) -> OpinionView:
    """Give one's own opinion; it is never changed, a second one is its next version."""
    await part(call, Part.MEMBER)
    refuse_late(call)
    if is_token(wanted.view):
        raise ApiError("opinion_too_short")
    hearing, you, now = call.hearing.id, who(call), call.parts.now()
    said = {name: str(text).strip() for name, text in msgspec.structs.asdict(wanted).items()}

    def write(session: Session) -> OpinionView:
        row = store.find(session, hearing)
        made = store.give_opinion(session, hearing, you, said, now)
        return _opinion(call, made, row.opened_at if row else None)

    return await call.parts.database.write(write)


async def open_opinions(call: Call) -> None:
    """Show the opinions to all of the panel: nobody is waited for any more."""
    await part(call, Part.CHAIR)
    refuse_late(call)
    hearing, you, now = call.hearing.id, who(call), call.parts.now()

    def write(session: Session) -> bool:
        if not store.opinions(session, hearing):
            return False
        store.open_opinions(session, hearing, you, now)
        return True

    if not await call.parts.database.write(write):
        raise ApiError("no_opinion_yet")


def _opinion(call: Call, row: ReviewOpinion, opened: int | None) -> OpinionView:
    return OpinionView(
        participant=row.participant,
        name=name_of(call, row.participant),
        version=row.version,
        at=row.at,
        issue=row.issue,
        view=row.view,
        basis=row.basis,
        confidence=row.confidence,
        yours=row.participant == who(call),
        late=opened is not None and row.at > opened,
        after_reading=row.after_reading,
    )


_LATE = ("hearing_closed", "hearing_cancelled")
ROUTES = (
    Route(
        "GET",
        REVIEW,
        show,
        Auth.SHARED,
        "The review by the panel, as you may see it",
        act=Act.REVIEW,
        gives=ReviewView,
        refusals=REFUSED,
    ),
    Route(
        "POST",
        REVIEW + "/opinions",
        give,
        Auth.SHARED,
        "Give your own opinion, or its next version",
        act=Act.REVIEW,
        takes=OpinionWish,
        gives=OpinionView,
        status=201,
        refusals=(*REFUSED, *_LATE, "opinion_too_short"),
    ),
    Route(
        "POST",
        REVIEW + "/opinions/open",
        open_opinions,
        Auth.SHARED,
        "Show all opinions to all of the panel",
        act=Act.REVIEW,
        status=204,
        refusals=(*REFUSED, *_LATE, "no_opinion_yet"),
    ),
)

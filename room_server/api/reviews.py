"""The review of a case by a panel: what it is asked, what it may read, and who read what when."""

import json
from typing import Annotated, Literal, NoReturn

import msgspec
from sqlmodel import Session

from ..rules.people import Role
from ..rules.permissions import Act
from ..rules.reviews import KIND, MaterialKind, Part, chair_of, part_of
from ..store import reviews as store
from ..store.review_tables import ReviewAct, ReviewMaterial
from ..store.reviews import Choice
from .refusals import ApiError, language_of
from .routes import Auth, Call, Route

Moment = Annotated[int, msgspec.Meta(ge=0, le=1 << 52)]


class ReviewQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the panel is asked; `due_at`: until when, Unix ms."""

    question: Annotated[str, msgspec.Meta(max_length=2000)]
    urgent: bool = False
    due_at: Moment | None = None


class MaterialWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the panel may read: an item of evidence, or the minutes or recording of a sitting."""

    kind: Literal["evidence", "minutes", "recording"]
    ref: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class ChoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """Something of the case; `kept_back` names the rule by which the panel is never shown it."""

    kind: str
    ref: str
    title: str
    mark: str
    form: str
    day: int
    pages: int
    kept_back: str
    material: str
    """Its id among the materials; empty while it is not opened to the panel."""


class Choices(msgspec.Struct, frozen=True):
    """Everything of the case that there is to choose from."""

    choices: list[ChoiceView]


class MaterialView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the panel may read. `form`: what kind of evidence or hearing; `pages`: of evidence."""

    id: str
    kind: str
    title: str
    mark: str
    form: str
    day: int
    pages: int
    active: bool
    opened_at: int


class PanelMember(msgspec.Struct, frozen=True):
    """An expert of the panel; `versions`: how often they gave their opinion, 0: not yet; `level`: of what."""

    id: str
    name: str
    versions: int
    level: str = ""


class ReviewLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing done. `act`: asked, material_opened, material_closed, read, refused, opinion_given,
    opinions_read, opinions_opened, concluded. `title`: the material; `what` of it was read: `file`,
    `recording`, `page 2`, a file of the recording, or `conclusion 1`; `version` of an opinion or conclusion;
    `why` it was refused.
    """

    at: int
    actor: str
    name: str
    act: str
    title: str
    what: str
    version: int
    word: str
    why: str


class ReviewLog(msgspec.Struct, frozen=True):
    """Everything that was done in a review, oldest first."""

    acts: list[ReviewLine]


def who(call: Call) -> str:
    """The participant who asks, or the account of who booked it without a seat."""
    if call.visitor is not None:
        return call.visitor.participant.id
    seats = (seat for seat, account in call.hearing.accounts.items() if account == call.account.id)
    return next(seats, call.account.id)


def name_of(call: Call, actor: str) -> str:
    """A participant's name; the id of whoever has no seat."""
    person = call.hearing.participant(actor)
    return person.name if person else actor


def chair(call: Call) -> str:
    """Who presides: as the room says where there is one."""
    room = call.parts.live.room(call.hearing.id)
    return (room.chair if room else "") or chair_of(call.hearing.participants)


async def part(call: Call, *allowed: Part) -> Part:
    """The part of who asks, which must be one of `allowed` (none named: any); else refused, and logged."""
    if call.hearing.kind != KIND:
        raise ApiError("not_a_panel")
    person = call.hearing.participant(who(call))
    found = part_of(person, chair(call)) if person else Part.STAFF
    if found is None:
        await refuse(call, "not_of_panel")
    if allowed and found not in allowed:
        await refuse(call, "not_allowed")
    return found


async def refuse(call: Call, word: str) -> NoReturn:
    """Refuse by the name of a rule: that somebody tried stays in the log of the review."""
    hearing, actor, now = call.hearing.id, who(call), call.parts.now()
    what = call.request.path.partition("/review")[2]
    await call.parts.database.write(
        lambda s: store.note_once(s, hearing, now, actor, "refused", word=word, what=what)
    )
    raise ApiError(word)


def refuse_late(call: Call) -> None:
    """Nothing is asked, opened or said any more once the hearing is over."""
    if call.hearing.state in ("closed", "cancelled"):
        raise ApiError("hearing_closed" if call.hearing.state == "closed" else "hearing_cancelled")


async def ask(call: Call, wanted: ReviewQuestion) -> None:
    """Say what the panel is asked."""
    await part(call, Part.CHAIR, Part.STAFF)
    refuse_late(call)
    hearing, actor, now = call.hearing.id, who(call), call.parts.now()
    question = wanted.question.strip()
    await call.parts.database.write(
        lambda s: store.ask(
            s, hearing, question=question, urgent=wanted.urgent, due_at=wanted.due_at, by=actor, now=now
        )
    )


async def list_choices(call: Call) -> Choices:
    """What there is to choose from."""
    await part(call, Part.CHAIR, Part.STAFF)
    hearing = call.hearing.id
    found, opened = await call.parts.database.read(
        lambda s: (store.choices(s, hearing), store.materials(s, hearing))
    )
    known = {(row.kind, row.ref): row.id for row, _ in opened}
    shown = []
    for choice in found:
        facts = {name: getattr(choice, name) for name in ("ref", "title", "mark", "form", "day", "pages")}
        kind, kept = choice.kind.value, choice.kept_back
        shown.append(
            ChoiceView(kind=kind, kept_back=kept, material=known.get((kind, choice.ref), ""), **facts)
        )
    return Choices(shown)


async def open_material(call: Call, wanted: MaterialWish) -> MaterialView:
    """Let the panel read something of the case."""
    await part(call, Part.CHAIR, Part.STAFF)
    refuse_late(call)
    hearing, actor, now = call.hearing.id, who(call), call.parts.now()
    wish = (MaterialKind(wanted.kind), wanted.ref)
    found = await call.parts.database.read(lambda s: store.choices(s, hearing))
    choice = next((one for one in found if (one.kind, one.ref) == wish), None)
    if choice is None:
        raise ApiError("no_such_piece")
    if choice.kept_back:
        await refuse(call, choice.kept_back)

    def write(session: Session) -> MaterialView:
        return material_view(store.open_material(session, hearing, choice, actor, now), choice)

    return await call.parts.database.write(write)


async def close_material(call: Call) -> None:
    """Take something back from the panel; that it was open stays in the log."""
    await part(call, Part.CHAIR, Part.STAFF)
    refuse_late(call)
    hearing, identifier, actor, now = call.hearing.id, call.part("material"), who(call), call.parts.now()

    def write(session: Session) -> bool:
        row = store.material(session, hearing, identifier)
        if row is not None:
            store.close_material(session, row, actor, now)
        return row is not None

    if not await call.parts.database.write(write):
        raise ApiError("no_such_piece")


async def show_log(call: Call) -> ReviewLog:
    """Who did what when, reading and refusals too."""
    await part(call, Part.CHAIR, Part.STAFF)
    hearing = call.hearing.id

    language = language_of(call.request, call.parts.settings.language)

    def look(session: Session) -> list[ReviewLine]:
        titles = {one.ref: one.mark or one.title for one in store.choices(session, hearing)}
        return [_line(call, act, titles, language) for act in store.log(session, hearing)]

    return ReviewLog(await call.parts.database.read(look))


def _line(call: Call, act: ReviewAct, titles: dict[str, str], language: str) -> ReviewLine:
    body = json.loads(act.body)
    word = str(body.get("word", ""))
    return ReviewLine(
        at=act.at,
        actor=act.actor,
        name=name_of(call, act.actor),
        act=act.act,
        title=titles.get(str(body.get("ref", "")), ""),
        what=str(body.get("what", "")),
        version=int(body.get("version", 0)),
        word=word,
        why=ApiError(word).text(language) if word else "",
    )


def material_view(row: ReviewMaterial, choice: Choice) -> MaterialView:
    """A material as the panel sees it."""
    return MaterialView(
        id=row.id,
        kind=row.kind,
        title=choice.title,
        mark=choice.mark,
        form=choice.form,
        day=choice.day,
        pages=choice.pages,
        active=choice.active,
        opened_at=row.opened_at,
    )


def members(call: Call) -> list[tuple[str, str]]:
    """Id and name of the experts of the panel."""
    return [(one.id, one.name) for one in call.hearing.participants if one.role is Role.EXPERT]


REVIEW = "/api/hearings/{hearing}/review"
MATERIALS = REVIEW + "/materials"
REFUSED = ("not_a_panel", "not_of_panel", "not_allowed")
_LATE = ("hearing_closed", "hearing_cancelled")
ROUTES = (
    Route(
        "PUT",
        REVIEW,
        ask,
        Auth.SHARED,
        "Say what the panel is asked",
        act=Act.REVIEW,
        takes=ReviewQuestion,
        status=204,
        refusals=(*REFUSED, *_LATE),
    ),
    Route(
        "GET",
        REVIEW + "/choices",
        list_choices,
        Auth.SHARED,
        "What of the case the panel could be shown",
        act=Act.REVIEW,
        gives=Choices,
        refusals=REFUSED,
    ),
    Route(
        "POST",
        MATERIALS,
        open_material,
        Auth.SHARED,
        "Let the panel read something",
        act=Act.REVIEW,
        takes=MaterialWish,
        gives=MaterialView,
        status=201,
        refusals=(*REFUSED, *_LATE, "no_such_piece", "mediation_secret", "panel_secret"),
    ),
    Route(
        "DELETE",
        MATERIALS + "/{material}",
        close_material,
        Auth.SHARED,
        "Take something back from the panel",
        act=Act.REVIEW,
        status=204,
        refusals=(*REFUSED, *_LATE, "no_such_piece"),
    ),
    Route(
        "GET",
        REVIEW + "/log",
        show_log,
        Auth.SHARED,
        "Who read, said and opened what when",
        act=Act.REVIEW,
        gives=ReviewLog,
        refusals=REFUSED,
    ),
)

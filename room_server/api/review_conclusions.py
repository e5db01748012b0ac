"""The conclusion that the chair of a panel draws: advice, printed, and kept in the secondary file."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from aiohttp import web
from sqlmodel import Session

from ..law.readouts import texts
from ..law.terms import terms
from ..rules.permissions import Act
from ..rules.reviews import KIND, Part, is_majority, why_no_conclusion
from ..store import numbering
from ..store import reviews as store
from ..store.organisation_tables import ROOT, Organisation
from ..store.review_tables import ReviewConclusion, ReviewOpinion
from ..store.tables import Case
from .files import file_of
from .refusals import ApiError
from .reviews import REFUSED, REVIEW, chair, members, name_of, part, who
from .routes import Auth, Call, Route

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=8000, pattern=r"\S")]


class ConclusionWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the panel advises; `majority`: whose opinion it follows, nobody when there is no majority."""

    text: Text
    majority: Annotated[list[Annotated[str, msgspec.Meta(max_length=64)]], msgspec.Meta(max_length=64)] = []


class ConclusionView(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the conclusion; the last one counts."""

    version: int
    at: int
    name: str
    text: str
    majority: list[str]
    number: str
    bytes: int
    sha256: str
    url: str


async def conclude(call: Call, wanted: ConclusionWish) -> ConclusionView:
    """Draw the conclusion and print it; a second one is its next version."""
    await part(call, Part.CHAIR)
    if call.hearing.state == "cancelled":
        raise ApiError("hearing_cancelled")
    hearing, you, now = call.hearing.id, who(call), call.parts.now()
    advice = await advice_of(call)
    text, named = wanted.text.strip(), set(wanted.majority)
    majority = [one for one, _ in members(call) if one in named]

    def gather(session: Session) -> tuple[dict[str, Any], list[list[Any]], int]:
        row, given = store.find(session, hearing), _latest(store.opinions(session, hearing))
        people = [one for one, _ in members(call)]
        why = why_no_conclusion(people, given, row is not None and row.opened_at is not None)
        if why or not is_majority(named, given):
            raise ApiError(why or "not_a_majority")
        before = store.conclusions(session, hearing)
        number = before[-1].number if before else _number(session, call, you, now)
        printed = _printed(session, call, given, number, text, majority)
        return printed | {"advice": advice}, _drawn_from(given), 1 + len(before)

    # A number is given before the paper that bears it can be printed.
    printed, drawn_from, version = await call.parts.database.write(gather)
    folder = call.parts.settings.files / "reviews" / hearing
    name = f"conclusion-{version}.pdf"
    made = await asyncio.to_thread(_print, printed | {"made_at": now}, folder, name)

    def keep(session: Session) -> ConclusionView:
        given = _latest(store.opinions(session, hearing))
        if _drawn_from(given) != drawn_from or len(store.conclusions(session, hearing)) != version - 1:
            raise ApiError("review_changed")
        row = ReviewConclusion(
            hearing=hearing,
            version=version,
            at=now,
            by=you,
            text=text,
            majority=json.dumps(majority),
            opinions=json.dumps(drawn_from),
            number=str(printed["number"]),
            file=name,
            bytes=made["bytes"],
            sha256=made["sha256"],
        )
        store.conclude(session, row)
        return conclusion_view(call, row)

    shown = await call.parts.database.write(keep)
    if call.hearing.state == "closed" and call.hearing.sitting:
        # The case file was bound without it.
        await call.parts.live.finish(call.hearing.sitting)
    return shown


async def send_conclusion(call: Call) -> web.StreamResponse:
    """A conclusion as it was printed."""
    await part(call)
    hearing, wanted = call.hearing.id, call.part("version")
    rows = await call.parts.database.read(lambda s: store.conclusions(s, hearing))
    row = next((row for row in rows if str(row.version) == wanted), None)
    if row is None:
        raise ApiError("not_found")
    actor, now = who(call), call.parts.now()
    await call.parts.database.write(
        lambda s: store.note_once(s, hearing, now, actor, "read", what=f"conclusion {row.version}")
    )
    return file_of(call.parts.settings.files / "reviews" / hearing, row.file)


async def advice_of(call: Call) -> str:
    """What every conclusion says of itself: that it is advice and binds nobody."""
    return (await asyncio.to_thread(texts, call.parts.settings.law / "texts"))["panel_advisory"].zh


def _latest(given: list[ReviewOpinion]) -> dict[str, ReviewOpinion]:
    return {one.participant: one for one in given}


def _own(session: Session, hearing: str) -> dict[str, ReviewOpinion]:
    """What each expert said last before any other's opinion was shown to them."""
    return _latest([one for one in store.opinions(session, hearing) if not one.after_reading])


def _drawn_from(given: dict[str, ReviewOpinion]) -> list[list[Any]]:
    return sorted([who, one.version] for who, one in given.items())


def _number(session: Session, call: Call, by: str, now: int) -> str:
    """The next number of reviews; a rehearsal takes none."""
    if call.hearing.rehearsal:
        return ""
    case = session.get_one(Case, call.hearing.case)
    if spare := store.spare_number(session, case.id):
        return spare
    organisation = session.get_one(Organisation, case.organisation or ROOT)
    own = call.parts.settings.law
    year = datetime.fromtimestamp(now / 1000).year
    kind, title = terms(own).numbers[KIND], "会审意见书"
    given = numbering.give(
        session, kind=kind, organisation=organisation, year=year, case=case.id, by=by, now=now, title=title
    )
    return given.number


def _printed(
    session: Session,
    call: Call,
    given: dict[str, ReviewOpinion],
    number: str,
    text: str,
    majority: list[str],
) -> dict[str, Any]:
    hearing = call.hearing
    row = store.find(session, hearing.id)
    case = session.get_one(Case, hearing.case)
    organisation = session.get_one(Organisation, case.organisation or ROOT)
    opened = [choice for _, choice in store.materials(session, hearing.id)]
    own, levels = _own(session, hearing.id), {one.id: one.level for one in hearing.participants}
    return {
        "organisation": organisation.name or call.parts.settings.organisation,
        "number": number,
        "case_number": hearing.case_number,
        "case_title": hearing.case_title,
        "rehearsal": hearing.rehearsal,
        "chair": name_of(call, chair(call)),
        "question": row.question if row else "",
        "materials": [
            {"kind": one.kind.value, "title": one.title, "mark": one.mark, "day": one.day} for one in opened
        ],
        "opinions": [
            {
                "name": name_of(call, one.participant),
                "level": levels.get(one.participant, ""),
                "issue": one.issue,
                "view": one.view,
                "basis": one.basis,
                "confidence": one.confidence,
                "version": one.version,
                "after_reading": one.after_reading,
                "own": own[one.participant].view if one.after_reading and one.participant in own else "",
                "majority": one.participant in majority,
            }
            for one in given.values()
        ],
        "silent": [{"name": name, "level": levels[one]} for one, name in members(call) if one not in given],
        "text": text,
    }


def _print(printed: dict[str, Any], folder: Path, name: str) -> dict[str, Any]:
    from signing.conclusion_pdf import print_conclusion

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return print_conclusion(printed, folder / name)


def conclusion_view(call: Call, row: ReviewConclusion) -> ConclusionView:
    """A conclusion as the panel sees it."""
    return ConclusionView(
        version=row.version,
        at=row.at,
        name=name_of(call, row.by),
        text=row.text,
        majority=[name_of(call, one) for one in json.loads(row.majority)],
        number=row.number,
        bytes=row.bytes,
        sha256=row.sha256,
        url=f"/api/hearings/{row.hearing}/review/conclusions/{row.version}",
    )


ROUTES = (
    Route(
        "POST",
        REVIEW + "/conclusions",
        conclude,
        Auth.SHARED,
        "Draw the conclusion and print it",
        act=Act.REVIEW,
        takes=ConclusionWish,
        gives=ConclusionView,
        status=201,
        refusals=(
            *REFUSED,
            *("hearing_cancelled", "no_opinion_yet", "opinions_missing", "not_a_majority", "review_changed"),
            "unprintable",
        ),
    ),
    Route(
        "GET",
        REVIEW + "/conclusions/{version}",
        send_conclusion,
        Auth.SHARED,
        "A conclusion as it was printed",
        act=Act.REVIEW,
        media="application/pdf",
        refusals=(*REFUSED, "not_found"),
    ),
)

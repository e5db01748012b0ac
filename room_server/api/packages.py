"""Packages for the next body: hand-over to arbitration, application for review or for confirmation."""

import asyncio
import shutil
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from aiohttp import web
from sqlmodel import Session

from signing.keys import KeyProblem, open_key

from ..casefile.package import Package, PackageProblem, build
from ..rules.permissions import Act
from ..rules.route import Outcome
from ..rules.route import Route as CaseRoute
from ..store import case_history, case_route
from ..store.case_route import StepRefused
from ..store.organisation_tables import ROOT, Organisation
from ..store.tables import Case, new_id
from .archive import send_archive
from .case_progress import go_on, refusal
from .case_shapes import Step
from .case_views import lawbook, today
from .package_papers import content_of, documents_of, evidence_of, packages_of, paper_of
from .refusals import ApiError
from .routes import Auth, Call, Route

Kind = Literal["arbitration", "arb_review", "court_confirm"]


class NewPackage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which; `consent`: how and when the worker, or both sides, agreed. Nothing is handed over without.

    With `organisation` a hand-over to arbitration is also filed there, in this installation, unless the case
    goes on as one already; `outcome` is how the mediation ended, where it is not closed yet.
    """

    kind: Kind
    consent: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    organisation: Annotated[str, msgspec.Meta(max_length=64)] = ""
    outcome: Outcome | None = None


class PackageView(msgspec.Struct, frozen=True, kw_only=True):
    """A package that was made; `sha256` of its tag manifest names all that is in it."""

    id: str
    kind: Kind
    title: str
    sha256: str
    evidence: int
    documents: int
    last_day: str
    """Until when the application must be made; empty where no limit runs."""
    onward: str
    """The arbitration case in this installation; empty where there is none."""


async def make_package(call: Call, wanted: NewPackage) -> PackageView:
    """Make a package of what was filed and submitted in the case; nothing of any sitting is in it."""
    identifier, title = new_id("k", 8), packages_of(call.parts)[wanted.kind].title.zh

    def look(session: Session) -> tuple[Package, str]:
        case = session.get_one(Case, call.case.id)
        if wanted.organisation:
            _check_onward(session, case, wanted)
        return _gather(session, call, case, wanted, identifier)

    package, last = await call.parts.database.read(look)
    folder = _folder(call, identifier) / f"{title}_{identifier}"
    try:
        sha256 = await asyncio.to_thread(_build, package, folder, call.parts.settings.keys)
    except (PackageProblem, KeyProblem) as error:
        raise ApiError("package_broken", str(error)) from error
    told = {"kind": wanted.kind, "package": identifier, "sha256": sha256, "n": len(package.items)}
    by, now = call.account.id, call.parts.now()

    def note(session: Session) -> str:
        case = session.get_one(Case, call.case.id)
        case_history.note(
            session, case.id, at=now, actor=by, what="packaged", text=wanted.consent, name=title, **told
        )
        onward = case_route.onward(session, case.id)
        if onward or not wanted.organisation:
            return onward
        return _file_onward(session, call, case, wanted)

    try:
        onward = await call.parts.database.write(note)
    except ApiError:
        await asyncio.to_thread(shutil.rmtree, folder.parent, True)
        raise
    return PackageView(
        id=identifier,
        kind=wanted.kind,
        title=title,
        sha256=sha256,
        evidence=len(package.items),
        documents=len(package.documents),
        last_day=last,
        onward=onward,
    )


async def fetch_package(call: Call) -> web.StreamResponse:
    """The zip of a package that was made."""
    identifier = call.part("package")
    known = identifier.isalnum() or identifier.replace("_", "").isalnum()
    folder = _folder(call, identifier)
    made = await asyncio.to_thread(lambda: sorted(folder.iterdir()) if known and folder.is_dir() else [])
    if not made:
        raise ApiError("no_such_piece")
    return await send_archive(call.request, made[-1])


def _folder(call: Call, identifier: str) -> Path:
    return call.parts.settings.files / "packages" / call.case.id / identifier


def _gather(
    session: Session, call: Call, case: Case, wanted: NewPackage, identifier: str
) -> tuple[Package, str]:
    """What it is made of, and the last day to apply; refuses what the law does not allow yet."""
    book, day, law = lawbook(call.parts), today(call.parts), packages_of(call.parts)[wanted.kind]
    standing = case_route.standing(session, case, book, day)
    if missing := [one for one in law.conditions if not one.holds(standing)]:
        words = ("；".join(one.zh for one in missing), "; ".join(one.en for one in missing))
        raise ApiError("step_refused", words)
    facts = case_history.facts(session, [case.id])[case.id]
    running = case_route.deadlines_of(case, facts, book, day)
    last = next((str(d.due) for d in running if d.limit == law.limit and d.due), "")
    agreed: date | None = standing.facts.get("agreement_effective")
    items = evidence_of(session, call, case)
    documents = documents_of(session, call, case, law.documents)
    attached = [f"《{Path(one.name).stem}》" for one in documents]
    attached += [f"{item.mark}《{item.title}》" for item in items]
    paper = paper_of(
        session, call, case, law, consent=wanted.consent, attached=attached, last_day=last, agreed=agreed
    )
    package = Package(
        id=identifier,
        purpose=wanted.kind,
        number=case.shown_number,
        told=paper,
        case=content_of(session, call, case),
        items=items,
        documents=documents,
        day=str(day),
        created_at=call.parts.now(),
        rehearsal=call.parts.settings.rehearsal,
    )
    return package, last


def _build(package: Package, folder: Path, keys: Path) -> str:
    """Build in a folder of its own, of which nothing stays when that fails. Blocks."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        return build(package, folder, open_key(keys))
    finally:
        if not folder.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)


def _check_onward(session: Session, case: Case, wanted: NewPackage) -> None:
    """Refuse before anything is made what could not be filed afterwards."""
    if wanted.kind != "arbitration":
        raise ApiError("malformed", "organisation")
    owner = session.get(Organisation, wanted.organisation)
    if owner is None or owner.disabled_at is not None:
        raise ApiError("no_such_organisation")
    if case_route.onward(session, case.id):
        return
    if not case_route.needs_case_of_its_own(case, CaseRoute.ARBITRATE):
        raise refusal(StepRefused([]))
    if case.route != CaseRoute.CLOSED.value and wanted.outcome is None:
        raise ApiError("malformed", "outcome")


def _file_onward(session: Session, call: Call, case: Case, wanted: NewPackage) -> str:
    closed = case.route == CaseRoute.CLOSED.value
    step = Step(route=CaseRoute.ARBITRATE, reason=wanted.consent, organisation=wanted.organisation or ROOT)
    try:
        return go_on(session, call, case, step, None if closed else wanted.outcome).case
    except StepRefused as error:
        raise refusal(error) from error


_ALL = "/api/cases/{case}/packages"
ROUTES = (
    Route(
        "POST",
        _ALL,
        make_package,
        Auth.STAFF,
        "Make a package for arbitration, review or confirmation",
        act=Act.MOVE_CASES,
        takes=NewPackage,
        gives=PackageView,
        status=201,
        refusals=("step_refused", "package_broken", "unprintable", "no_such_organisation", "malformed"),
    ),
    Route(
        "GET",
        _ALL + "/{package}",
        fetch_package,
        Auth.STAFF,
        "The zip of a package",
        act=Act.MOVE_CASES,
        media="application/zip",
        refusals=("no_such_piece", "not_finished"),
    ),
)

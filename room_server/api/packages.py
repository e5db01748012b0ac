"""Packages for the next body: hand-over to arbitration, application for review or for confirmation."""

import asyncio
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web
from sqlmodel import Session

from ..casefile.package import PackageProblem, Submitted, build
from ..rules.evidence.sides import Side, mark_of
from ..rules.permissions import Act
from ..rules.route import (
    A_CLAIM,
    AGREEMENT,
    BOTH_SIDES,
    CONFIRMATION_IN_TIME,
    REVIEW_IN_TIME,
    Condition,
)
from ..store import case_history, case_people, case_route, concealed
from ..store import evidence as evidence_store
from ..store.case_tables import Agent, Claim, Exhibit, Party
from ..store.tables import Case, new_id
from .archive import send_archive
from .case_views import agent_view, claim_view, exhibit_view, lawbook, party_view, today
from .refusals import ApiError
from .routes import Auth, Call, Route

Kind = Literal["arbitration", "arb_review", "court_confirm"]
_TITLES: dict[str, str] = {
    "arbitration": "移送仲裁材料",
    "arb_review": "仲裁审查申请书",
    "court_confirm": "司法确认申请书",
}
_CONDITIONS: dict[str, tuple[Condition, ...]] = {
    "arbitration": (BOTH_SIDES, A_CLAIM),
    "arb_review": (BOTH_SIDES, AGREEMENT, REVIEW_IN_TIME),
    "court_confirm": (BOTH_SIDES, AGREEMENT, CONFIRMATION_IN_TIME),
}
_LIMITS = {"arb_review": "arb_review.apply", "court_confirm": "court_confirm.apply"}
_SIDES = {"applicant": "申请人", "respondent": "被申请人", "third_party": "第三人"}


class NewPackage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which; `consent`: how and when the worker, or both sides, agreed. Nothing is handed over without."""

    kind: Kind
    consent: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class PackageView(msgspec.Struct, frozen=True, kw_only=True):
    """A package that was made; `sha256` of its tag manifest names all that is in it."""

    id: str
    kind: Kind
    title: str
    sha256: str
    evidence: int
    last_day: str
    """Until when the application must be made; empty where no limit runs."""


async def make_package(call: Call, wanted: NewPackage) -> PackageView:
    """Make a package of what was filed and submitted in the case; nothing of any sitting is in it."""
    law, day = lawbook(call.parts), today(call.parts)

    def look(session: Session) -> tuple[dict[str, Any], dict[str, Any], list[Submitted], str]:
        case = session.get_one(Case, call.case.id)
        standing = case_route.standing(session, case, law, day)
        missing = [one for one in _CONDITIONS[wanted.kind] if not one.holds(standing)]
        if missing:
            words = ("；".join(one.zh for one in missing), "; ".join(one.en for one in missing))
            raise ApiError("step_refused", words)
        facts = case_history.facts(session, [case.id])[case.id]
        limit = _LIMITS.get(wanted.kind)
        running = case_route.deadlines_of(case, facts, law, day)
        last = next((str(d.due) for d in running if d.limit == limit and d.due), "")
        agreed = standing.facts.get("agreement_effective")
        items = _evidence(session, call, case)
        told = _told(session, call, case, wanted, items, last, str(agreed or ""))
        return told, _content(session, call, case), items, last

    told, content, items, last = await call.parts.database.read(look)
    identifier = new_id("k", 8)
    folder = _folder(call, identifier) / f"{_TITLES[wanted.kind]}_{identifier}"
    number = call.case.shown_number
    try:
        digest = await asyncio.to_thread(_build, folder, number, told, content, items, str(day))
    except PackageProblem as error:
        raise ApiError("package_broken", str(error)) from error
    by, now = call.account.id, call.parts.now()
    made = {"kind": wanted.kind, "package": identifier, "sha256": digest, "n": len(items)}
    await call.parts.database.write(
        lambda s: case_history.note(
            s,
            call.case.id,
            at=now,
            actor=by,
            what="packaged",
            text=wanted.consent,
            name=_TITLES[wanted.kind],
            **made,
        )
    )
    return PackageView(
        id=identifier,
        kind=wanted.kind,
        title=_TITLES[wanted.kind],
        sha256=digest,
        evidence=len(items),
        last_day=last,
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


def _build(folder: Path, *parts: Any) -> str:
    """Build in a folder of its own, of which nothing stays when that fails. Blocks."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        return build(folder, *parts)
    finally:
        if not folder.exists():
            shutil.rmtree(folder.parent, ignore_errors=True)


def _evidence(session: Session, call: Call, case: Case) -> list[Submitted]:
    shelf = call.parts.settings.files / "evidence"
    return [
        Submitted(
            mark=mark_of(Side(row.side), row.number or 0),
            side=row.side,
            title=row.title,
            purpose=row.purpose,
            sha256=row.sha256,
            original=shelf / row.id / "original",
        )
        for row in evidence_store.of_case(session, case.id)
        if row.state == "submitted"
    ]


def _content(session: Session, call: Call, case: Case) -> dict[str, Any]:
    privacy = call.parts.privacy[0]
    parties = case_people.pieces(session, Party, case.id)
    agents = case_people.pieces(session, Agent, case.id)
    people = [
        msgspec.to_builtins(party_view(privacy, row))
        | {"id_number": concealed.get(privacy, row, concealed.ID_NUMBER)}
        for row in parties
    ]
    acting = [
        msgspec.to_builtins(agent_view(privacy, row))
        | {"id_number": concealed.get(privacy, row, concealed.ID_NUMBER)}
        for row in agents
    ]
    return {
        "number": case.shown_number,
        "title": case.title,
        "cause": case.cause,
        "parties": people,
        "agents": acting,
        "claims": [
            msgspec.to_builtins(claim_view(row)) for row in case_people.pieces(session, Claim, case.id)
        ],
        "listed_evidence": [
            msgspec.to_builtins(exhibit_view(row)) for row in case_people.pieces(session, Exhibit, case.id)
        ],
    }


def _told(
    session: Session,
    call: Call,
    case: Case,
    wanted: NewPackage,
    items: Sequence[Submitted],
    last: str,
    agreed: str,
) -> dict[str, Any]:
    privacy = call.parts.privacy[0]
    parties = case_people.pieces(session, Party, case.id)
    rows = [("案号", case.shown_number), ("案由", case.title)]
    for row in parties:
        known = {name: concealed.get(privacy, row, name) for name in concealed.FIELDS[Party]}
        number = known[concealed.ID_NUMBER] or row.credit_code
        about = (row.name, number, known["phone"], known["service_address"] or known["address"])
        rows.append((_SIDES.get(row.side, row.side), "，".join(part for part in about if part)))
    if wanted.kind == "arbitration":
        rows.append(
            ("请求", _listed([_said(call, row) for row in case_people.pieces(session, Claim, case.id)]))
        )
        rows.append(("移送", "调解未达成协议，经劳动者同意，将下列材料移送仲裁机构。"))
        rows.append(("不移送", "调解过程、笔录、录音录像和为调解作出的让步不移送。"))
    else:
        to = "仲裁审查" if wanted.kind == "arb_review" else "司法确认"
        rows.append(("申请事项", f"请求对双方达成的调解协议进行{to}。"))
        rows.append(("协议", f"双方自愿达成调解协议，{_day(agreed)}生效；协议书原件由双方一并提交。"))
        rows.append(("承诺", "双方没有恶意串通、规避法律的行为；如损害他人，愿意承担法律责任。"))
        rows.append(("申请期限", f"至{_day(last)}" if last else ""))
    rows.append(("所附材料", _listed([f"{item.mark}《{item.title}》" for item in items])))
    rows.append(("同意情况", wanted.consent))
    signers = [row.name for row in parties if row.side != "third_party"]
    return {
        "organisation": call.parts.settings.organisation,
        "case_number": case.shown_number,
        "case_title": case.title,
        "closed_at": call.parts.now(),
        "rehearsal": False,
        "title": _TITLES[wanted.kind],
        "rows": rows,
        "signers": [] if wanted.kind == "arbitration" else signers,
    }


def _said(call: Call, claim: Claim) -> str:
    known = lawbook(call.parts).terms.claims.get(claim.kind)
    amount = "" if claim.amount_fen is None else f"{claim.amount_fen / 100:,.2f} 元"
    return "，".join(part for part in (known.zh if known else claim.kind, amount, claim.text) if part)


def _listed(entries: Sequence[str]) -> str:
    return "；".join(f"{number}. {entry}" for number, entry in enumerate(entries, 1))


def _day(iso: str) -> str:
    when = date.fromisoformat(iso) if iso else None
    return f"{when.year}年{when.month}月{when.day}日" if when else ""


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
        refusals=("step_refused", "package_broken", "unprintable"),
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

"""What goes into a package for the next body: gathered from the case, worded by the law's tables."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from sqlmodel import Session, col, select

from ..casefile.package import Document, Submitted
from ..law.packages import PackageLaw, package_law
from ..rules.evidence.sides import Side, mark_of
from ..store import case_people, concealed
from ..store import evidence as evidence_store
from ..store.case_tables import Agent, Claim, Party
from ..store.tables import Case, Hearing, JournalRow, SittingRow
from .case_views import agent_view, claim_view, exhibit_view, lawbook, party_view
from .routes import Call, Parts

_SIDES = {"applicant": "申请人", "respondent": "被申请人", "third_party": "第三人"}
_CALLED = {"agreement": "调解协议书"}


def packages_of(parts: Parts) -> dict[str, PackageLaw]:
    """The kinds of packages as they count here."""
    return package_law(parts.settings.law if parts.settings.law.is_dir() else None)


def evidence_of(session: Session, call: Call, case: Case) -> list[Submitted]:
    """What was submitted in the case and not withdrawn."""
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


def documents_of(session: Session, call: Call, case: Case, kinds: Sequence[str]) -> list[Document]:
    """The last finished document of each of these kinds, of hearings that are no rehearsals."""
    query = (
        select(JournalRow)
        .join(SittingRow, col(SittingRow.id) == JournalRow.sitting)
        .join(Hearing, col(Hearing.id) == SittingRow.hearing)
        .where(
            JournalRow.type == "DocumentMade", Hearing.case_id == case.id, col(Hearing.rehearsal).is_(False)
        )
        .order_by(col(JournalRow.at), col(JournalRow.sitting), col(JournalRow.seq))
    )
    found: dict[str, Document] = {}
    for row in session.exec(query):
        body = msgspec.json.decode(row.body)
        if body["kind"] in kinds:
            path = call.parts.settings.files / row.sitting / body["file"]
            name = f"{_CALLED[body['kind']]}{path.suffix}"
            found[body["kind"]] = Document(name=name, sha256=body["sha256"], path=path)
    return list(found.values())


def content_of(session: Session, call: Call, case: Case) -> dict[str, Any]:
    """The case as data, with identity numbers in full: what another case system reads."""
    privacy = call.parts.privacy[0]

    def whole(row: Party | Agent, view: msgspec.Struct) -> dict[str, Any]:
        number = concealed.get(privacy, row, concealed.ID_NUMBER)
        return dict(msgspec.to_builtins(view)) | {"id_number": number}

    parties = case_people.pieces(session, Party, case.id)
    agents = case_people.pieces(session, Agent, case.id)
    claims = case_people.pieces(session, Claim, case.id)
    return {
        "number": case.shown_number,
        "title": case.title,
        "cause": case.cause,
        "parties": [whole(row, party_view(privacy, row)) for row in parties],
        "agents": [whole(row, agent_view(privacy, row)) for row in agents],
        "claims": [msgspec.to_builtins(claim_view(row)) for row in claims],
        "listed_evidence": [
            msgspec.to_builtins(exhibit_view(row, marks))
            for row, marks in evidence_store.listed(session, case.id)
        ],
    }


def paper_of(
    session: Session,
    call: Call,
    case: Case,
    law: PackageLaw,
    *,
    consent: str,
    attached: Sequence[str],
    last_day: str,
    agreed: date | None,
) -> dict[str, Any]:
    """What its paper says, as `print_application` takes it."""
    parties = case_people.pieces(session, Party, case.id)
    claims = [_said(call, row) for row in case_people.pieces(session, Claim, case.id)]
    fields: dict[str, str | int] = {
        "case_number": case.shown_number,
        "title": case.title,
        "claims": _listed(claims),
        "agreed_on": _day(agreed),
        "last_day": _day(date.fromisoformat(last_day) if last_day else None),
        "materials": _listed(attached),
        "consent": consent,
    }
    return {
        "organisation": call.parts.settings.organisation,
        "case_number": case.shown_number,
        "case_title": case.title,
        "closed_at": call.parts.now(),
        "rehearsal": call.parts.settings.rehearsal,
        "title": law.title.zh,
        "rows": law.written([_about(call, row) for row in parties], fields),
        "signers": [row.name for row in parties if row.side != "third_party"] if law.signed else [],
    }


def _about(call: Call, row: Party) -> tuple[str, str]:
    privacy = call.parts.privacy[0]
    known = {name: concealed.get(privacy, row, name) for name in concealed.FIELDS[Party]}
    number = known[concealed.ID_NUMBER] or row.credit_code
    told = (row.name, number, known["phone"], known["service_address"] or known["address"])
    return _SIDES.get(row.side, row.side), "，".join(part for part in told if part)


def _said(call: Call, claim: Claim) -> str:
    known = lawbook(call.parts).terms.claims.get(claim.kind)
    amount = "" if claim.amount_fen is None else f"{claim.amount_fen / 100:,.2f} 元"
    return "，".join(part for part in (known.zh if known else claim.kind, amount, claim.text) if part)


def _listed(entries: Sequence[str]) -> str:
    return "；".join(f"{number}. {entry}" for number, entry in enumerate(entries, 1))


def _day(when: date | None) -> str:
    return f"{when.year}年{when.month}月{when.day}日" if when else ""

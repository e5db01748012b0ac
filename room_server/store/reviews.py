"""Panel reviews in the database: functions within a transaction. Every one leaves an act in the log."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlmodel import Session, col, select

from ..rules.evidence.sides import Side, mark_of
from ..rules.procedures import procedure_for
from ..rules.reviews import KIND, MaterialKind, why_kept_back
from . import case_history
from .case_tables import NumberRow
from .evidence_tables import EvidenceRow
from .review_tables import ReviewAct, ReviewConclusion, ReviewMaterial, ReviewOpinion, ReviewRow
from .tables import Case, Hearing, JournalRow, SittingRow, new_id

OPINIONS_READ = "opinions_read"
"""The act of an expert to whom others' opinions are shown for the first time."""
SAME_ACT_MS = 60_000
"""A player asks for many parts of a file: within this time it is one reading."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Something of the case that may be shown to the panel, or may not by the rule `kept_back`.

    `day`: when it was submitted or held, Unix ms; `pages` and `form` of evidence.
    """

    kind: MaterialKind
    ref: str
    title: str
    mark: str = ""
    day: int = 0
    pages: int = 0
    form: str = ""
    active: bool = False
    kept_back: str = ""


def find(session: Session, hearing: str) -> ReviewRow | None:
    """What a panel was asked; None before anybody asked."""
    return session.get(ReviewRow, hearing)


def ask(
    session: Session, hearing: str, *, question: str, urgent: bool, due_at: int | None, by: str, now: int
) -> ReviewRow:
    """Say what the panel is asked, and until when."""
    row = session.get(ReviewRow, hearing)
    if row is None:
        row = ReviewRow(hearing=hearing, question="", urgent=False, asked_by=by, asked_at=now)
    row.question, row.urgent, row.due_at = question, urgent, due_at
    session.add(row)
    note(session, hearing, now, by, "asked", urgent=urgent, due_at=due_at)
    return row


def choices(session: Session, hearing: str) -> list[Choice]:
    """Everything of the case that there is to choose from, evidence first."""
    own = session.get_one(Hearing, hearing)
    submitted = (
        select(EvidenceRow)
        .where(EvidenceRow.case_id == own.case_id, EvidenceRow.state == "submitted")
        .order_by(col(EvidenceRow.submitted_at), col(EvidenceRow.side), col(EvidenceRow.number))
    )
    held = (
        select(SittingRow, Hearing)
        .join(Hearing, col(Hearing.id) == col(SittingRow.hearing))
        .where(
            Hearing.case_id == own.case_id,
            Hearing.rehearsal == own.rehearsal,
            col(SittingRow.closed_at).is_not(None),
            col(SittingRow.opened_at).is_not(None),
            Hearing.id != hearing,
        )
        .order_by(col(SittingRow.opened_at), col(SittingRow.id))
    )
    found = [_of_evidence(row) for row in session.exec(submitted)]
    for sitting, of in session.exec(held):
        found += [
            _of_sitting(session, kind, sitting, of) for kind in (MaterialKind.MINUTES, MaterialKind.RECORDING)
        ]
    return found


def _of_evidence(row: EvidenceRow) -> Choice:
    return Choice(
        kind=MaterialKind.EVIDENCE,
        ref=row.id,
        title=row.title,
        mark=mark_of(Side(row.side), row.number or 0),
        day=row.submitted_at or 0,
        pages=row.pages,
        form=row.kind,
        active=row.active,
    )


def _of_sitting(session: Session, kind: MaterialKind, sitting: SittingRow, hearing: Hearing) -> Choice:
    entered = select(JournalRow.body).where(
        JournalRow.sitting == sitting.id, JournalRow.type == "StageEntered"
    )
    procedure = procedure_for(hearing.kind)
    stages = [(procedure, str(json.loads(body)["stage"])) for body in session.exec(entered)]
    case = session.get_one(Case, hearing.case_id)
    return Choice(
        kind=kind,
        ref=sitting.id,
        title=hearing.title,
        form=hearing.kind,
        day=sitting.opened_at or 0,
        kept_back=why_kept_back(kind, hearing.kind, case.procedure, stages),
    )


def materials(session: Session, hearing: str) -> list[tuple[ReviewMaterial, Choice]]:
    """What the panel may read now, in the order in which it was opened to it."""
    known = {(choice.kind.value, choice.ref): choice for choice in choices(session, hearing)}
    query = (
        select(ReviewMaterial)
        .where(ReviewMaterial.hearing == hearing, col(ReviewMaterial.closed_at).is_(None))
        .order_by(col(ReviewMaterial.opened_at), col(ReviewMaterial.id))
    )
    return [
        (row, known[row.kind, row.ref]) for row in session.exec(query).all() if (row.kind, row.ref) in known
    ]


def open_material(session: Session, hearing: str, choice: Choice, by: str, now: int) -> ReviewMaterial:
    """Let the panel read something; a second time changes nothing."""
    query = select(ReviewMaterial).where(
        ReviewMaterial.hearing == hearing,
        ReviewMaterial.kind == choice.kind.value,
        ReviewMaterial.ref == choice.ref,
        col(ReviewMaterial.closed_at).is_(None),
    )
    row = session.exec(query).first()
    if row is None:
        row = ReviewMaterial(
            id=new_id("m", 6),
            hearing=hearing,
            kind=choice.kind.value,
            ref=choice.ref,
            opened_by=by,
            opened_at=now,
        )
        session.add(row)
        note(session, hearing, now, by, "material_opened", material=row.id, kind=row.kind, ref=row.ref)
        _tell_case(session, hearing, now, by, "review_material_opened", choice.mark or choice.title)
    return row


def close_material(session: Session, row: ReviewMaterial, by: str, now: int) -> None:
    """Take something back from the panel."""
    if row.closed_at is None:
        row.closed_at = now
        session.add(row)
        note(session, row.hearing, now, by, "material_closed", material=row.id, kind=row.kind, ref=row.ref)


def material(session: Session, hearing: str, identifier: str) -> ReviewMaterial | None:
    """Something that the panel may read now."""
    row = session.get(ReviewMaterial, identifier)
    return row if row and row.hearing == hearing and row.closed_at is None else None


def note_once(session: Session, hearing: str, at: int, actor: str, act: str, **body: Any) -> None:
    """Put an act into the log unless the very same is there since a minute ago: players and the stubborn."""
    text = _json(body)
    again = select(ReviewAct.id).where(
        ReviewAct.hearing == hearing,
        ReviewAct.actor == actor,
        ReviewAct.act == act,
        ReviewAct.body == text,
        ReviewAct.at > at - SAME_ACT_MS,
    )
    if session.exec(again).first() is None:
        session.add(ReviewAct(hearing=hearing, at=at, actor=actor, act=act, body=text))


def opinions(session: Session, hearing: str) -> list[ReviewOpinion]:
    """All versions of all opinions, oldest first."""
    query = select(ReviewOpinion).where(ReviewOpinion.hearing == hearing).order_by(col(ReviewOpinion.id))
    return list(session.exec(query))


def give_opinion(
    session: Session, hearing: str, participant: str, said: Mapping[str, Any], now: int
) -> ReviewOpinion:
    """Write down an opinion as the next version of its author; the same once more changes nothing.

    `said`: issue, view, basis, confidence.
    """
    own = [row for row in opinions(session, hearing) if row.participant == participant]
    if own and all(getattr(own[-1], name) == value for name, value in said.items()):
        return own[-1]
    row = ReviewOpinion(
        hearing=hearing,
        participant=participant,
        version=len(own) + 1,
        at=now,
        after_reading=has_read_others(session, hearing, participant),
        **said,
    )
    session.add(row)
    session.flush()
    after = {"after_reading": True} if row.after_reading else {}
    note(session, hearing, now, participant, "opinion_given", version=row.version, **after)
    _tell_case(session, hearing, now, participant, "review_opinion_given")
    return row


def has_read_others(session: Session, hearing: str, participant: str) -> bool:
    """Whether others' opinions were ever shown to an expert."""
    query = select(ReviewAct.id).where(
        ReviewAct.hearing == hearing, ReviewAct.actor == participant, ReviewAct.act == OPINIONS_READ
    )
    return session.exec(query).first() is not None


def open_opinions(session: Session, hearing: str, by: str, now: int) -> None:
    """Show every opinion to all of the panel."""
    row = session.get(ReviewRow, hearing)
    if row is None:
        row = ReviewRow(hearing=hearing, question="", urgent=False, asked_by=by, asked_at=now)
    if row.opened_at is None:
        row.opened_at = now
        note(session, hearing, now, by, "opinions_opened")
    session.add(row)


def conclusions(session: Session, hearing: str) -> list[ReviewConclusion]:
    """All versions of the conclusion, oldest first: the last one counts."""
    query = (
        select(ReviewConclusion)
        .where(ReviewConclusion.hearing == hearing)
        .order_by(col(ReviewConclusion.version))
    )
    return list(session.exec(query))


def conclusion_of(session: Session, sitting: str) -> ReviewConclusion | None:
    """The conclusion that counts in the hearing of a sitting; None where none was drawn."""
    row = session.get(SittingRow, sitting)
    return next(reversed(conclusions(session, row.hearing)), None) if row else None


def conclude(session: Session, row: ReviewConclusion) -> None:
    """Keep a conclusion that was printed."""
    session.add(row)
    session.flush()
    note(session, row.hearing, row.at, row.by, "concluded", version=row.version, sha256=row.sha256)
    _tell_case(session, row.hearing, row.at, row.by, "review_concluded", row.number)


def log(session: Session, hearing: str) -> Sequence[ReviewAct]:
    """Everything that was done in a review, oldest first."""
    query = select(ReviewAct).where(ReviewAct.hearing == hearing).order_by(col(ReviewAct.id))
    return session.exec(query).all()


def note(session: Session, hearing: str, at: int, actor: str, act: str, **body: Any) -> None:
    """Put an act into the log."""
    session.add(ReviewAct(hearing=hearing, at=at, actor=actor, act=act, body=_json(body)))
    session.flush()


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _tell_case(session: Session, hearing: str, at: int, actor: str, what: str, text: str = "") -> None:
    case = session.get_one(Hearing, hearing).case_id
    case_history.note(session, case, at=at, actor=actor, what=what, text=text, hearing=hearing)


def spare_number(session: Session, case: str) -> str:
    """A number of reviews that the case was given and that stands on no conclusion yet; empty without one."""
    used = (
        select(ReviewConclusion.number)
        .join(Hearing, col(Hearing.id) == col(ReviewConclusion.hearing))
        .where(Hearing.case_id == case)
    )
    query = (
        select(NumberRow.number)
        .where(
            NumberRow.case_id == case,
            NumberRow.kind == KIND,
            col(NumberRow.number).not_in(used),
        )
        .order_by(col(NumberRow.given_at))
    )
    return session.exec(query).first() or ""

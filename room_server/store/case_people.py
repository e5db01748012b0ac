"""What a case consists of: parties, agents, claims, listed evidence and the roster of a group."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlmodel import Session, col, delete, func, or_, select

from . import case_history, concealed
from .case_tables import Agent, Claim, Exhibit, Party, RosterEntry
from .evidence_tables import EvidenceRow
from .privacy import Privacy
from .tables import Case, Seat, new_id

Piece = Party | Agent | Claim | Exhibit
P = TypeVar("P", Party, Agent, Claim, Exhibit)

LETTERS: dict[type[Piece], tuple[str, str]] = {
    Party: ("y", "party"),
    Agent: ("g", "agent"),
    Claim: ("q", "claim"),
    Exhibit: ("x", "exhibit"),
}
AGENTS_PER_PARTY = 2


class PieceError(ValueError):
    """A piece cannot be changed so; the text is a word: in_use, too_many_agents, no_such_party."""


class Related(msgspec.Struct, frozen=True, kw_only=True):
    """Another case with somebody of this one; `why`: same_employer, same_person or continued."""

    case: str
    why: str
    name: str


def add(
    session: Session, privacy: Privacy, case: str, shape: type[P], given: Mapping[str, Any], by: str, now: int
) -> P:
    """One more party, agent, claim or exhibit; people's data is kept encrypted. Raises `PieceError`."""
    letter, word = LETTERS[shape]
    if shape is Agent:
        _check_agent(session, case, given["party"])
    parted = concealed.part(shape, given)
    last = session.exec(select(func.max(shape.position)).where(shape.case_id == case)).one()
    row = shape(
        id=new_id(letter, 6),
        case_id=case,
        position=(last or 0) + 1,
        **parted.plain,
    )
    if isinstance(row, Party | Agent):
        for name, text in parted.secret.items():
            concealed.put(privacy, row, name, text)
    session.add(row)
    session.flush()
    case_history.note(session, case, at=now, actor=by, what=f"{word}_added", id=row.id, name=_named(row))
    return row


def edit(session: Session, privacy: Privacy, row: Piece, given: Mapping[str, Any], by: str, now: int) -> None:
    """Change some of it; the history names the fields, not what stood in them where that is private."""
    _, word = LETTERS[type(row)]
    if isinstance(row, Agent) and given.get("party", row.party) != row.party:
        _check_agent(session, row.case_id, given["party"])
    parted = concealed.part(type(row), given)
    changed = [name for name, value in parted.plain.items() if getattr(row, name) != value]
    for name, value in parted.plain.items():
        setattr(row, name, value)
    if isinstance(row, Party | Agent):
        for name, text in parted.secret.items():
            if concealed.get(privacy, row, name) != text:
                changed.append(name)
                concealed.put(privacy, row, name, text)
    if changed:
        session.add(row)
        case_history.note(
            session,
            row.case_id,
            at=now,
            actor=by,
            what=f"{word}_edited",
            id=row.id,
            name=_named(row),
            fields=sorted(changed),
        )


def remove(session: Session, row: Piece, by: str, now: int) -> None:
    """Take it away again, unless a hearing, agent or evidence refers to it; raises `PieceError`."""
    _, word = LETTERS[type(row)]
    if isinstance(row, Party | Agent):
        used = select(Seat.id).where(or_(col(Seat.party) == row.id, col(Seat.agent) == row.id))
        acted_for = select(Agent.id).where(Agent.party == row.id)
        if session.exec(used).first() or session.exec(acted_for).first():
            raise PieceError("in_use")
    if (
        isinstance(row, Exhibit)
        and session.exec(select(EvidenceRow.id).where(EvidenceRow.exhibit == row.id)).first()
    ):
        raise PieceError("in_use")
    session.delete(row)
    session.flush()
    case_history.note(
        session, row.case_id, at=now, actor=by, what=f"{word}_removed", id=row.id, name=_named(row)
    )


def find(session: Session, shape: type[P], case: str, identifier: str) -> P | None:
    """One piece, if it is this case's."""
    row = session.get(shape, identifier)
    return row if row is not None and row.case_id == case else None


def pieces(session: Session, shape: type[P], case: str) -> list[P]:
    """All of one kind, in their order."""
    query = select(shape).where(shape.case_id == case).order_by(col(shape.position), col(shape.id))
    return list(session.exec(query))


def roster(session: Session, case: str) -> list[RosterEntry]:
    """The people of a group case, in their order."""
    query = select(RosterEntry).where(RosterEntry.case_id == case).order_by(col(RosterEntry.position))
    return list(session.exec(query))


def set_roster(
    session: Session, privacy: Privacy, case: str, rows: Sequence[Mapping[str, Any]], by: str, now: int
) -> None:
    """The whole roster anew."""
    session.exec(delete(RosterEntry).where(col(RosterEntry.case_id) == case))
    for position, given in enumerate(rows, start=1):
        parted = concealed.part(RosterEntry, given)
        entry = RosterEntry(id=new_id("n", 6), case_id=case, position=position, **parted.plain)
        for name, text in parted.secret.items():
            concealed.put(privacy, entry, name, text)
        session.add(entry)
    session.flush()
    case_history.note(session, case, at=now, actor=by, what="roster_imported", people=len(rows))


def related(session: Session, case: Case) -> list[Related]:
    """Other cases of the same organisation or the same people, and those this one goes on from or to."""
    found: dict[str, Related] = {}
    mine = pieces(session, Party, case.id)
    codes = {party.credit_code: party.name for party in mine if party.credit_code}
    people = {party.id_number_digest: party.name for party in mine if party.id_number_digest}
    others = select(Party).where(
        Party.case_id != case.id,
        or_(col(Party.credit_code).in_(codes), col(Party.id_number_digest).in_(people)),
    )
    for party in session.exec(others):
        same_person = party.id_number_digest in people if party.id_number_digest else False
        why = "same_person" if same_person else "same_employer"
        if why == "same_person" or party.case_id not in found:
            found[party.case_id] = Related(case=party.case_id, why=why, name=party.name)
    onward = or_(col(Case.origin) == case.id, col(Case.id) == case.origin)
    for other in session.exec(select(Case).where(onward)):
        found[other.id] = Related(case=other.id, why="continued", name=other.title)
    return [found[identifier] for identifier in sorted(found)]


def _check_agent(session: Session, case: str, party: str) -> None:
    row = session.get(Party, party)
    if row is None or row.case_id != case:
        raise PieceError("no_such_party")
    acting = session.exec(select(func.count()).select_from(Agent).where(Agent.party == party)).one()
    if acting >= AGENTS_PER_PARTY:
        raise PieceError("too_many_agents")


def _named(row: Piece) -> str:
    return row.kind if isinstance(row, Claim) else row.name

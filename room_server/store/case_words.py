"""What a case's people and claims are called: words that a recogniser of its hearings should know."""

import re

import msgspec
from sqlmodel import Session

from . import case_people
from .case_tables import Agent, Claim, Party
from .tables import Hearing, SittingRow

_FORM = re.compile(r"(股份有限公司|有限责任公司|有限公司|合伙企业|个人独资企业)$")


class CaseWords(msgspec.Struct, frozen=True, kw_only=True):
    """`names` of parties, their representatives and agents; `claims`: codes of what is claimed."""

    names: list[str] = []
    claims: list[str] = []


def of_sitting(session: Session, sitting: str) -> CaseWords:
    """The words of the case that a sitting belongs to; none when nothing is on file."""
    row = session.get(SittingRow, sitting)
    hearing = session.get(Hearing, row.hearing) if row else None
    if hearing is None:
        return CaseWords()
    names: list[str] = []
    for party in case_people.pieces(session, Party, hearing.case_id):
        # People leave out what kind of company it is.
        names += [party.name, _FORM.sub("", party.name), party.legal_representative, party.employer]
    for agent in case_people.pieces(session, Agent, hearing.case_id):
        names += [agent.name, agent.firm]
    claims = [claim.kind for claim in case_people.pieces(session, Claim, hearing.case_id)]
    return CaseWords(names=list(dict.fromkeys(filter(None, names))), claims=list(dict.fromkeys(claims)))

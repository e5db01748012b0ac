"""What the demonstration case consists of: its people, claims, papers and dates. All of it is made up."""

from datetime import date, timedelta
from typing import Any, TypeVar

from sqlmodel import Session, select

from ..rules.people import Role
from . import case_history, concealed
from .case_tables import Agent, Claim, Exhibit, Party
from .privacy import Privacy
from .tables import Case, Seat, new_id

P = TypeVar("P", Party, Agent, Claim, Exhibit)

WORKER: dict[str, Any] = {
    "side": "applicant",
    "kind": "person",
    "name": "张晓雯",
    "employer": "云帆智能科技（厦门）有限公司",
    "occupation": "前端工程师",
    "service_address": "福建省厦门市湖里区示范路1号201室",
}
COMPANY: dict[str, Any] = {
    "side": "respondent",
    "kind": "organisation",
    "name": "云帆智能科技（厦门）有限公司",
    "legal_representative": "高远",
    "legal_representative_post": "执行董事",
    "address": "福建省厦门市思明区示范大厦8层",
}
AGENT: dict[str, Any] = {
    "kind": "employee",
    "name": "林国栋",
    "power": "special",
    "scope": "admit,waive,change,settle,sign",
    "papers": "授权委托书",
}
EXHIBITS: tuple[dict[str, Any], ...] = (
    {
        "side": "applicant",
        "name": "劳动合同",
        "source": "申请人保存",
        "proves": "劳动关系、月工资标准",
        "original": True,
    },
    {"side": "applicant", "name": "银行流水", "source": "开户银行打印", "proves": "最后三个月工资未足额支付"},
    {"side": "applicant", "name": "解除劳动合同通知书", "source": "公司邮件送达", "proves": "解除时间和理由"},
    {"side": "respondent", "name": "经营情况说明", "source": "公司出具", "proves": "希望分期支付的理由"},
)
ENDED = 38
"""How many days ago the employment ended."""
DATED = (("infringement_known", ENDED), ("employment_ended", ENDED), ("applied", 9), ("accepted", 7))
"""Kinds of facts, and how many days ago."""


def fill(session: Session, privacy: Privacy, case: str, today: date, by: str, now: int) -> None:
    """Put people, claims, papers and dates into a case that has none; a second call changes nothing."""
    row = session.get_one(Case, case)
    if session.exec(select(Party.id).where(Party.case_id == case)).first() is not None:
        return
    ended = today - timedelta(days=ENDED)
    row.cause, row.summary = "pay", _summary(ended)
    session.add(row)
    worker, company = (
        _party(session, privacy, case, place, known) for place, known in enumerate((WORKER, COMPANY), 1)
    )
    agent = _add(session, Agent(id=new_id("g", 6), case_id=case, position=1, party=company.id, **AGENT))
    for position, claim in enumerate(_claims(ended), 1):
        _add(session, Claim(id=new_id("q", 6), case_id=case, position=position, **claim))
    for position, exhibit in enumerate(EXHIBITS, 1):
        _add(session, Exhibit(id=new_id("x", 6), case_id=case, position=position, **exhibit))
    for part in (worker, company):
        case_history.note(session, case, at=now, actor=by, what="party_added", id=part.id, name=part.name)
    case_history.note(session, case, at=now, actor=by, what="agent_added", id=agent.id, name=agent.name)
    for kind, days in DATED:
        day = today - timedelta(days=days)
        case_history.note_fact(session, case, at=now, actor=by, fact=kind, day=day)


def _party(session: Session, privacy: Privacy, case: str, position: int, known: dict[str, Any]) -> Party:
    parted = concealed.part(Party, known)
    row = Party(id=new_id("y", 6), case_id=case, position=position, **parted.plain)
    for name, text in parted.secret.items():
        concealed.put(privacy, row, name, text)
    return _add(session, row)


def seat(session: Session, hearing: str, case: str) -> None:
    """Say of a hearing's guests which party they are or act for."""
    parties = {row.side: row.id for row in session.exec(select(Party).where(Party.case_id == case))}
    agents = {row.name: row.id for row in session.exec(select(Agent).where(Agent.case_id == case))}
    for row in session.exec(select(Seat).where(Seat.hearing == hearing)):
        if row.side in parties:
            row.party = parties[row.side]
            row.agent = agents.get(row.name) if row.role == Role.AGENT else None
            session.add(row)


def _summary(ended: date) -> str:
    first, _ = _unpaid(ended)
    hired = ended.replace(year=ended.year - 2, day=1)
    return (
        f"申请人于{hired.year}年{hired.month}月1日入职，任前端工程师，月工资15000元。公司自{first.year}年{first.month}月起"
        f"未足额支付工资，{ended.month}月{ended.day}日书面通知解除劳动合同。申请人请求补发工资并支付经济补偿；"
        "公司承认拖欠，主张经营困难，希望分期支付。"
    )


def _claims(ended: date) -> list[dict[str, Any]]:
    first, last = _unpaid(ended)
    return [
        {
            "kind": "wages",
            "text": "支付拖欠的三个月工资",
            "amount_fen": 3_500_000,
            "period_from": first.isoformat(),
            "period_to": last.isoformat(),
            "basis": "劳动合同约定月工资15000元；三个月应付45000元，已付10000元。",
        },
        {
            "kind": "compensation",
            "text": "支付解除劳动合同的经济补偿",
            "amount_fen": 3_000_000,
            "basis": "工作满二年，按二个月工资计算。",
        },
    ]


def _unpaid(ended: date) -> tuple[date, date]:
    """The first and the last day of the three whole months before the employment ended."""
    last = ended.replace(day=1) - timedelta(days=1)
    first = ((last.replace(day=1) - timedelta(days=1)).replace(day=1) - timedelta(days=1)).replace(day=1)
    return first, last


def _add(session: Session, row: P) -> P:
    session.add(row)
    session.flush()
    return row

"""How showing and cross-examining are told in the minutes: stage directions (domain 2.11)."""

from . import events as e
from .sides import NAMES, Side

POINTS = (("authenticity", "真实性"), ("legality", "合法性"), ("relevance", "关联性"))
_SAID = {"accept": "认可", "deny": "不认可", "unspoken": "未发表意见"}


def presented(mark: str) -> str:
    """`（出示证据 申证1）`."""
    return f"（出示证据 {mark}）"


def opinion(said: e.EvidenceExamined) -> str:
    """`真实性、合法性认可；关联性不认可，理由：……`: points of the same answer go together."""
    groups: dict[str, list[str]] = {}
    for name, chinese in POINTS:
        groups.setdefault(_SAID[getattr(said, name)], []).append(chinese)
    text = "；".join(f"{'、'.join(points)}{answer}" for answer, points in groups.items())
    return f"{text}，理由：{said.reason}" if said.reason else text


def examined(mark: str, said: e.EvidenceExamined) -> str:
    """`（质证 申证1，被申请人：真实性、合法性认可；关联性不认可，理由：……）`."""
    return f"（质证 {mark}，{NAMES[Side(said.party)]}：{opinion(said)}）"


def checked(mark: str, remark: str) -> str:
    """`（核对原件 申证1）`."""
    return f"（核对原件 {mark}{'：' + remark if remark else ''}）"

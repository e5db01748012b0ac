"""The wording of the minutes: header fields, paragraphs and closing statements, without any layout. Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from .fonts import visible

# China has one time zone, and no summer time.
CHINA = timezone(timedelta(hours=8), "UTC+08:00")
DRAFT = "语音识别草稿"
IN_WRITING = "（文字发言）"
CLOSING = "以上笔录我已阅看（或者已向我宣读），与我的陈述一致，无误。"
REHEARSAL = (
    "本件由彩排生成，参加人和发言均为演练内容，不是真实的调解或者仲裁活动的记录；"
    "本件在任何时候都不能作为笔录、证据或者案卷材料使用。"
)

_ROLES = {
    "mediator": "调解员",
    "clerk": "记录人",
    "applicant": "申请人",
    "respondent": "被申请人",
    "co_mediator": "协助调解员",
    "chief_arbitrator": "首席仲裁员",
    "sole_arbitrator": "独任仲裁员",
    "arbitrator": "仲裁员",
    "agent": "代理人",
    "legal_rep": "法定代表人",
    "statutory_agent": "法定代理人",
    "legal_aid": "法律援助人员",
    "third_party": "第三人",
    "witness": "证人",
    "interpreter": "翻译人员",
    "appraiser": "鉴定人",
    "expert": "专家",
    "observer": "旁听人员",
    "supervisor": "监督人员",
    "tech": "技术人员",
}
_ARBITRATION = {"mediator": "仲裁员", "clerk": "书记员"}
_KINDS = {
    "mediation": "调解笔录",
    "arbitration": "庭审笔录",
    "panel_review": "会审笔录",
    "filing": "立案谈话笔录",
    "legal_aid": "法律援助谈话笔录",
}
LEVELS = {"province_city": "省市级", "district": "区县级", "street": "街道（社区）级", "enterprise": "企业"}
"""What an expert's level is called."""
_BENCH = ("chief_arbitrator", "sole_arbitrator", "arbitrator", "mediator", "co_mediator")
_BESIDE = ("agent", "legal_rep", "statutory_agent", "legal_aid")
"""Who is listed with the party they stand beside."""
_PARTIES = ("applicant", "respondent", "third_party")
PARTY_ROLES = (*_PARTIES, *_BESIDE)
NOT_SIGNING = ("observer", "supervisor", "tech")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One numbered statement, or (number 0) a stage direction in brackets."""

    number: int
    who: str
    text: str
    draft: bool
    line: str = ""


def title(minutes: dict[str, Any]) -> str:
    """What the document calls itself."""
    return visible(minutes.get("title") or _KINDS.get(minutes.get("kind", ""), "笔录"))


def role_name(person: dict[str, Any], kind: str) -> str:
    """The Chinese name of a person's role; an agent or witness is named by their side."""
    role = str(person.get("role", ""))
    if kind == "arbitration" and role in _ARBITRATION:
        return _ARBITRATION[role]
    name = _ROLES.get(role, role or "参加人")
    if role == "expert" and (level := LEVELS.get(str(person.get("level") or ""), "")):
        return f"{level}{name}"
    side = _ROLES.get(str(person.get("side") or ""), "")
    return f"{side}{name}" if role in _BESIDE and side else name


def moment(unix_ms: int | None) -> str:
    """`2026年11月21日14时02分`."""
    if not unix_ms:
        return "——"
    at = datetime.fromtimestamp(unix_ms / 1000, CHINA)
    return f"{at.year}年{at.month}月{at.day}日{at.hour:02d}时{at.minute:02d}分"


def span(opened_at: int | None, closed_at: int | None) -> str:
    """From when to when; the day is named once if it is the same."""
    start, end = moment(opened_at), moment(closed_at)
    if "日" in start and start.split("日")[0] == end.split("日")[0]:
        end = end.split("日")[1]
    return f"{start}至{end}"


def header_fields(minutes: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of every header row, in the order practice prints them."""
    kind = str(minutes.get("kind", ""))
    people: list[dict[str, Any]] = minutes.get("participants", [])
    fields = [
        ("案号", _plain(minutes, "case_number", "——")),
        ("案由", _plain(minutes, "case_title", "——")),
        ("时间", span(minutes.get("opened_at"), minutes.get("closed_at"))),
        ("地点", _plain(minutes, "place", "互联网视频")),
        ("方式", _plain(minutes, "mode", "在线视频，参加人分别在各自所在地参加")),
    ]
    bench = [role for role in _BENCH if any(p.get("role") == role for p in people)]
    for role in (*(bench or ["mediator"]), "clerk"):
        names = "、".join(_with_attendance(p, bare=True) for p in people if p.get("role") == role)
        fields.append((role_name({"role": role}, kind), names or "——"))
    for side in _PARTIES:
        rows = [p for p in people if p.get("role") == side or _side_of(p) == side]
        rows.sort(key=lambda p: p.get("role") != side)
        if rows or side != "third_party":
            label = _side_label(side, rows)
            fields.append((label, "\n".join(_party(p, kind, label) for p in rows) or "——"))
    others = [p for p in people if p.get("role") not in (*_BENCH, "clerk", *_PARTIES) and not _side_of(p)]
    if others:
        fields.append(("其他参加人", "\n".join(_party(p, kind, "") for p in others)))
    if outcome := visible(str(minutes.get("outcome") or "")):
        fields.append(("结果", outcome))
    if short := labels(minutes):
        full = speakers(minutes)
        told = "；".join(f"{form}：{full[who]}" for who, form in short.items() if "（" not in form)
        fields.append(("简称", told))
    return fields


def _plain(minutes: dict[str, Any], name: str, otherwise: str) -> str:
    return visible(str(minutes.get(name) or otherwise))


def _side_of(person: dict[str, Any]) -> str:
    return str(person.get("side") or "") if person.get("role") in _BESIDE else ""


def _side_label(side: str, rows: list[dict[str, Any]]) -> str:
    name = _ROLES[side]
    return f"{name}及代理人" if any(p.get("role") in _BESIDE for p in rows) else name


def _with_attendance(person: dict[str, Any], bare: bool = False) -> str:
    there = "" if bare and person.get("attended", True) else _attendance(person)
    # A line break in a name could pass for another row of the header.
    return f"{visible(str(person.get('name', '')))}{there}"


def _attendance(person: dict[str, Any]) -> str:
    if not person.get("attended", True):
        return "（未到场）"
    return "（现场到场）" if person.get("in_person") else "（到场）"


def _party(person: dict[str, Any], kind: str, label: str) -> str:
    role = role_name(person, kind)
    return _with_attendance(person) if role == label else f"{role}：{_with_attendance(person)}"


def speakers(minutes: dict[str, Any]) -> dict[str, str]:
    """Participant id → `角色（姓名）`."""
    kind = str(minutes.get("kind", ""))
    return {
        str(p["id"]): visible(f"{role_name(p, kind)}（{p.get('name', '')}）")
        for p in minutes.get("participants", [])
    }


def labels(minutes: dict[str, Any]) -> dict[str, str]:
    """Participant id → the short form of hearings, `申`, `被代`; of several with the same one, with the name.

    `short`: role, or role:side, and its short form; empty where speakers are named in full.
    """
    short: dict[str, str] = minutes.get("short") or {}
    if not short:
        return {}
    forms = {}
    for person in minutes.get("participants", []):
        role = str(person.get("role", ""))
        forms[str(person["id"])] = short.get(f"{role}:{person.get('side') or ''}", short.get(role, ""))
    often = Counter(forms.values())
    return {
        str(p["id"]): form if often[form] == 1 else f"{form}（{visible(str(p.get('name', '')))}）"
        for p in minutes.get("participants", [])
        if (form := forms.get(str(p["id"]), ""))
    }


def paragraphs(minutes: dict[str, Any]) -> list[Paragraph]:
    """The body: lines that stand, numbered through, with the notes at their time between them."""
    names = {**speakers(minutes), **labels(minutes)}
    notes = sorted(minutes.get("notes", []), key=lambda note: _media_ms(note, minutes))
    body: list[Paragraph] = []
    number = 0
    for line in minutes.get("lines", []):
        if line.get("struck"):
            continue
        while notes and _precedes(notes[0], line, minutes):
            body.append(_direction(notes.pop(0)))
        if is_direction(line):
            body.append(_direction(line))
            continue
        number += 1
        who = names.get(str(line.get("speaker") or ""), "发言人未定")
        who += IN_WRITING if line.get("in_writing") else ""
        text, draft = visible(str(line.get("text", ""))), not line.get("adopted", False)
        body.append(Paragraph(number, who, text, draft, str(line.get("line", ""))))
    return body + [_direction(note) for note in notes]


def is_direction(line: dict[str, Any]) -> bool:
    """Whether a line is nobody's words but a stage direction, put there by a person or the rules."""
    said = line.get("speaker") or line.get("machine_text") is not None
    return not said and line.get("start_ms") is None


def _media_ms(note: dict[str, Any], minutes: dict[str, Any]) -> int:
    at = int(note.get("at_ms") or 0)
    # A note may carry the wall clock instead of the time since the opening.
    return at - int(minutes.get("opened_at") or 0) if at > 10**11 else at


def _precedes(note: dict[str, Any], line: dict[str, Any], minutes: dict[str, Any]) -> bool:
    start = line.get("start_ms")
    return start is not None and _media_ms(note, minutes) <= int(start)


def _direction(note: dict[str, Any]) -> Paragraph:
    text = visible(str(note.get("text", ""))).strip()
    return Paragraph(0, "", text if text.startswith("（") else f"（{text}）", False)


def signers(minutes: dict[str, Any]) -> list[str]:
    """Who signs under the closing statement: everyone who took part and was there."""
    names = speakers(minutes)
    return [
        names[str(p["id"])]
        for p in minutes.get("participants", [])
        if p.get("attended", True) and p.get("role") not in NOT_SIGNING
    ]


def engine_statement(minutes: dict[str, Any]) -> str:
    """Which engine made the draft, in which state it was: part of the record."""
    engine: dict[str, Any] = minutes.get("engine") or {}
    name, state = engine.get("engine") or "", engine.get("state") or ""
    if not name or not state:
        return "本次没有使用语音识别，笔录由记录人记录。"
    if state != "ready":
        words = {"absent": "没有安装模型", "incomplete": "模型文件不完整", "bad-hash": "模型文件校验不符"}
        reason = f"；{engine['reason']}" if engine.get("reason") else ""
        return visible(f"语音识别引擎 {name} 不可用（{words.get(state, state)}{reason}），笔录由记录人记录。")
    model = f"，模型 {engine['model']}" if engine.get("model") else ""
    proof = f"，模型校验值 {engine['sha256']}" if engine.get("sha256") else ""
    licence = f"，许可 {engine['licence']}" if engine.get("licence") else ""
    facts = f"状态：可用{model}{proof}{licence}"
    return visible(f"笔录草稿由语音识别引擎 {name} 生成（{facts}），以经人核对的文字为准。")


def counts_statement(minutes: dict[str, Any]) -> str:
    """How many paragraphs there are, and how many a person has not adopted."""
    lines = minutes.get("lines", [])
    stand = [line for line in lines if not line.get("struck")]
    gone = sum(bool(line.get("struck")) and not line.get("merged_into") for line in lines)
    draft = sum(not line.get("adopted", False) for line in stand)
    edited = sum(
        bool(line.get("machine_text")) and line["machine_text"] != line.get("text") for line in stand
    )
    return (
        f"本笔录共 {len(stand)} 段，其中 {edited} 段经人修改，{draft} 段仍为{DRAFT}；"
        f"另有 {gone} 段被删除。修改、删除前的文字保存在日志中。"
    )

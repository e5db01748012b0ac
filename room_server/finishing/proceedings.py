"""What the minutes note of the procedure: stages, texts read out, requests, what the chair decided."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from signing.minutes_text import moment

from ..law.readouts import texts
from ..rules.asking import OF_LEGAL_WEIGHT
from ..rules.procedures import stage_of

Entry = Mapping[str, Any]
Names = Mapping[str, str]

KINDS = {"correction": "补正笔录", "recusal": "回避", "evidence": "提交证据", "limitation": "时效抗辩"}
DECIDED = {"RequestGranted": "准许", "RequestDenied": "不准许", "RequestWithdrawn": "撤回"}
SIDES = {"applicant": "申请人", "respondent": "被申请人", "third": "第三人"}
EFFECTS = {"deemed_withdrawal": "视为撤回申请", "heard_in_absence": "缺席继续审理"}
JUDGED = {"wait": "等候", "interrupt": "技术中断", "go_on": "继续进行"}
WARNINGS = {"discipline": "纪律警告", "leaving": "中途退出警告"}
CAUSES = {"left": "自行退出", "closed": "关闭页面", "silent": "连接中断后未返回"}
READINGS = {"confirmed": "口头确认笔录", "refused": "不确认笔录"}
EVIDENCE = {"socket": "页面连接中断", "media": "音视频连接中断", "both": "连接全部中断"}
OUTCOMES = {
    "agreed": "达成调解协议",
    "withdrawn_self_settled": "撤回或自行和解",
    "unreachable": "无法联系当事人",
    "one_side_refuses": "一方拒绝继续调解",
    "too_far_apart": "分歧过大",
    "time_expired": "期限届满",
    "refused_sign": "拒绝签署",
    "adjourned": "延期，另定日期",
    "announced": "当庭宣布结果",
    "served_later": "文书另行送达",
    "settled": "调解成功",
    "withdrawn": "撤回申请",
    "deemed_withdrawn": "按撤回申请处理",
    "suspended": "中止",
    "concluded": "形成会审意见",
    "other": "其他",
}


def notes(entries: Sequence[Entry], names: Names) -> list[dict[str, Any]]:
    """The notes of an opened sitting, `at_ms` in media time, in the order of the journal."""
    procedure = entries[0]["body"].get("procedure", "")
    asked: dict[str, Entry] = {}
    found = []
    for entry in entries:
        if entry["media_time"] is None and entry["type"] not in ("Opened", "SwitchedOnSite"):
            continue
        if entry["type"] == "RequestMade":
            asked[entry["body"]["request"]] = entry["body"]
        text = _text(entry, names, procedure, asked)
        if entry["type"] == "Opened":
            text = _resumed(entries[0]["body"], procedure)
        if text:
            found.append({"at_ms": entry["media_time"] or 0, "text": text})
    return found


def _text(entry: Entry, names: Names, procedure: str, asked: Mapping[str, Entry]) -> str:
    kind, body = entry["type"], entry["body"]
    if kind in DECIDED or kind == "RequestMade":
        request = asked.get(body["request"])
        # What was asked in a private talk stays there.
        if request is None or request["kind"] not in OF_LEGAL_WEIGHT or request["place"] != "table":
            return ""
        who, what = _name(names, request["participant"]), KINDS[request["kind"]]
        if kind == "RequestMade":
            return f"{who} 申请{what}{_because(body['text'])}"
        return f"{who} 申请{what}：{DECIDED[kind]}{_because(body.get('reason', ''))}"
    if kind == "StageEntered":
        return _stage(body, procedure)
    if kind == "WritingDeclared":
        return (
            f"{_name(names, body['participant'])} {'以文字方式发言' if body['on'] else '不再以文字方式发言'}"
        )
    if kind == "SwitchedOnSite":
        return _switched(body, procedure)
    told = _TOLD.get(kind)
    return told(body, names) if told else ""


def _resumed(prepared: Entry, procedure: str) -> str:
    """What a sitting says of the former one that it continues."""
    stage = stage_of(procedure, prepared.get("resumes_at", ""))
    parts = [f"继续前次庭次，前次进行到【{stage.zh}】"] if stage else []
    parts += [f"在{place}线下进行"] if (place := prepared.get("place")) else []
    return "，".join(parts)


def _switched(body: Entry, procedure: str) -> str:
    """Where it goes on and from which stage; what was done before stands (OLR 21)."""
    stage = stage_of(procedure, body["stage"])
    onward = f"前已完成的步骤有效，线下从【{stage.zh}】继续" if stage else "线下从头进行"
    return f"转为线下进行：{body['reason']}。地点：{body['place']}；时间：{moment(body['time'])}。{onward}"


def _stage(body: Entry, procedure: str) -> str:
    stage = stage_of(procedure, body["stage"])
    if stage is None:
        return ""
    text = f"【{stage.zh}】"
    if body["override"]:
        passed = [_passed(procedure, what) for what in body["skipped"] if what.startswith("stage:")]
        text += f"（未经{'、'.join(filter(None, passed))}）"
    if not stage.minuted:
        text += "（过程略）"
    return text + _because(body["reason"])


def _passed(procedure: str, what: str) -> str:
    stage = stage_of(procedure, what.removeprefix("stage:"))
    return stage.zh if stage and stage.blocked else ""


def _because(reason: str) -> str:
    return f"：{reason}" if reason else ""


def _name(names: Names, who: str) -> str:
    return names.get(who, who)


def _title(text: str) -> str:
    known = texts().get(text)
    return known.title_zh or text if known else text


def _warned(body: Entry, names: Names) -> str:
    read = f"（宣读《{_title(body['text'])}》版本 {body['version']}）" if body.get("text") else ""
    what = WARNINGS.get(body.get("kind", ""), "警告")
    return f"{what} {_name(names, body['participant'])}{_seen(body)}{read}：{body['reason']}"


def _seen(body: Entry) -> str:
    """What the server saw of somebody who is gone, and where in the ledger it stands."""
    if "interval" not in body:
        return ""
    seen = CAUSES.get(body.get("cause", "")) or EVIDENCE.get(body.get("evidence", ""), "")
    which = f"连接记录第 {body['interval']} 次" if body.get("evidence") else ""
    told = "，".join(part for part in (seen, which) if part)
    return f"（{told}）" if told else ""


def _read_back(body: Entry, names: Names) -> str:
    who = _name(names, body["participant"])
    if body["what"] == "read_out":
        return f"向 {who} 宣读笔录"
    return f"{who} {READINGS[body['what']]}{_because(body['reason'])}"


_TOLD: dict[str, Callable[[Entry, Names], str]] = {
    "TurnGiven": lambda body, _: f"请{SIDES.get(body['side'], body['side'])}陈述",
    "ReadOut": lambda body, _: f"宣读《{_title(body['text'])}》（版本 {body['version']}）",
    "Delegated": lambda b, names: f"主持人{'' if b['on'] else '收回'}委托 {_name(names, b['participant'])}",
    "ChairTaken": lambda b, names: f"由 {_name(names, b['participant'])} 主持{_because(b['reason'])}",
    "WatchAllowed": lambda b, _: f"当事人{'同意' if b['on'] else '不再同意'}监督人员旁听协商",
    "Warned": _warned,
    "AbsenceDeclared": lambda b, names: (
        f"认定 {_name(names, b['participant'])} 中途退庭，{EFFECTS[b['effect']]}{_seen(b)}：{b['reason']}"
    ),
    "OutageJudged": lambda b, names: (
        f"{_name(names, b['participant'])} 不在线{_seen(b)}，主持人决定{JUDGED[b['decision']]}"
        f"{_because(b['reason'])}"
    ),
    "ChairMissed": lambda b, names: (
        f"主持人 {_name(names, b['participant'])} 掉线已满 {b['waited_s']} 秒，可以由他人代为主持"
    ),
    "ConsentNoted": lambda b, names: (
        f"{_name(names, b['participant'])} 未确认应当先行确认的事项，仍传唤到庭：{b['reason']}"
        if b["how"] == "excused"
        else ""
    ),
    "Signed": lambda b, names: f"{_name(names, b['participant'])} 签名",
    "SigningDeclined": lambda b, names: f"{_name(names, b['participant'])} 未签名{_because(b['reason'])}",
    "MinutesLaid": lambda b, _: f"笔录提交核对（第 {b['laying']} 次）",
    "ReadingNoted": _read_back,
    "PresenceNoted": lambda b, names: (
        f"{_name(names, b['participant'])} {'现场到场' if b['on'] else '更正：未现场到场'}"
    ),
    "Closed": lambda b, _: f"结束：{OUTCOMES[b['outcome']]}" if b.get("outcome") in OUTCOMES else "",
}

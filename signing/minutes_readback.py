"""The wording of how minutes were read back: who confirmed or refused, and the annex. Pure."""

from typing import Any

from .fonts import visible
from .minutes_text import NOT_SIGNING, PARTY_ROLES, moment, speakers

_DECIDED = {"granted": "补正", "denied": "不予补正", "withdrawn": "撤回", "open": "未作决定"}


def closing_rows(minutes: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Under the closing statement: who, how they stand to the minutes, and whether they sign.

    Everybody who took part and was there signs; of parties who were not, that is said.
    """
    names = speakers(minutes)
    answers: dict[str, dict[str, Any]] = minutes.get("confirmations") or {}
    rows = []
    for person in minutes.get("participants", []):
        who, role = str(person["id"]), person.get("role")
        if role in NOT_SIGNING:
            continue
        if person.get("attended", True):
            rows.append((names[who], visible(_state(answers.get(who))), True))
        elif role in PARTY_ROLES:
            rows.append((names[who], "未到场", False))
    return rows


def _state(answer: dict[str, Any] | None) -> str:
    if not answer:
        return ""
    reason = str(answer.get("reason") or "")
    part = "（限本人在场时的部分）" if answer.get("scope") == "heard" else ""
    said = {
        "confirmed": f"已阅看，{moment(answer.get('at'))}确认{part}",
        "orally": f"已宣读，{moment(answer.get('at'))}口头确认：{reason}",
        "refused": f"不确认：{reason}",
        "noted": f"不确认：{reason}",
        "stale": f"{moment(answer.get('at'))}确认后笔录有改动，未再确认",
        "read_out": "已宣读，未答复",
        "unanswered": "未确认",
    }.get(str(answer.get("state")), "")
    note = str(answer.get("note") or "")
    return f"{said}（已记明：{note}）" if note and note != reason else said


def laid_statement(minutes: dict[str, Any]) -> str:
    """Which wording was laid before everybody, and whether it is still that; empty: none was."""
    laid: dict[str, Any] = minutes.get("laid") or {}
    if not laid:
        return ""
    then = f"第 {laid['laying']} 次提交核对（{moment(laid['at'])}，{laid['lines']} 段）"
    return f"{then}；提交后有改动" if laid.get("changed") else f"{then}；此后没有改动"


def marks(minutes: dict[str, Any]) -> dict[str, list[int]]:
    """Line → the numbers of the corrections that were granted of it."""
    found: dict[str, list[int]] = {}
    for number, one in enumerate(minutes.get("corrections") or [], start=1):
        if one.get("decision") == "granted" and one.get("line"):
            found.setdefault(str(one["line"]), []).append(number)
    return found


def annex_rows(minutes: dict[str, Any], numbers: dict[str, int]) -> list[list[str]]:
    """The annex: number, paragraph, what stood, what was asked for, by whom, the decision."""
    names = speakers(minutes)
    rows = []
    for number, one in enumerate(minutes.get("corrections") or [], start=1):
        paragraph = numbers.get(str(one.get("line") or ""))
        decision = _DECIDED.get(str(one.get("decision")), "")
        reason = f"：{one['reason']}" if one.get("reason") else ""
        by = f"\n{_name(names, one.get('decided_by'))}" if one.get("decided_by") else ""
        rows.append(
            [
                str(number),
                f"第{paragraph}段" if paragraph else "——",
                visible(str(one.get("original") or "——")),
                visible(str(one.get("requested") or "——")),
                f"{_name(names, one.get('asked_by'))}\n{moment(one.get('asked_at'))}",
                f"{visible(decision + reason)}{by}",
            ]
        )
    return rows


def _name(names: dict[str, str], who: Any) -> str:
    return names.get(str(who), visible(str(who or "")))

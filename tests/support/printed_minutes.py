"""Minutes with everything in them that is hard to print. All names are made up."""

from typing import Any

_SAID = (
    "请问申请人，你的仲裁请求是什么？",
    "我2024年3月1日入职，岗位为厨师，约定月工资7800元。2026年5月起公司没有支付加班工资，拖欠共计23400元；"
    "2026年8月15日公司口头通知解除劳动合同，没有书面说明理由，我要求支付赔偿金39000元，并补缴社会保险。",
    "我们认为，加班没有经过审批，不应当支付加班工资……考勤记录（Attendance_2026-05.xlsx）可以证明。",
    "好的。",
    "<para>&amp;<font color=red>红</font></para> a<b && c>d，“引号”——测试。",
)
_PEOPLE = (
    ("王和庭", "mediator", "", True),
    ("李记", "clerk", "", True),
    ("陈\U0002c029", "applicant", "applicant", True),
    ("赵<b>敏</b>&", "agent", "applicant", True),
    ("湖滨餐饮管理有限公司", "respondent", "respondent", False),
    ("\U00020bb7田龘", "agent", "respondent", True),
    ("郑旁听", "observer", "", True),
)
_SPEAKERS = (0, 2, 5, 0, 3)


def people() -> list[dict[str, Any]]:
    """Seven people, one of them absent."""
    return [
        {"id": f"p_{number:08d}", "name": name, "role": role, "side": side, "attended": there}
        for number, (name, role, side, there) in enumerate(_PEOPLE)
    ]


def printed(count: int, rehearsal: bool = False) -> dict[str, Any]:
    """Minutes of `count` lines, all adopted, in the form that `print_minutes` takes."""
    lines = [
        {
            "line": f"u_{number}",
            "speaker": f"p_{_SPEAKERS[number % 5]:08d}",
            "start_ms": number * 9000,
            "end_ms": number * 9000 + 7000,
            "text": _SAID[number % 5],
            "machine_text": _SAID[number % 5],
            "version": 1,
            "struck": False,
            "adopted": True,
        }
        for number in range(count)
    ]
    return {
        "title": "调解笔录",
        "organisation": "厦门市湖里区劳动人事争议调解中心",
        "case_number": "厦湖劳人调〔2026〕17号",
        "case_title": "追索劳动报酬、违法解除劳动合同赔偿金争议",
        "kind": "mediation",
        "rehearsal": rehearsal,
        "place": "互联网调解室（第二调解室）",
        "opened_at": 1_795_327_320_000,
        "closed_at": 1_795_331_400_000,
        "recording_root": "ab" * 32,
        "journal_head": "0f" * 32,
        "engine": {
            "engine": "faster-whisper",
            "state": "ready",
            "model": "rehearsal-zh",
            "sha256": "cd" * 32,
            "licence": "Apache-2.0",
            "reason": "",
        },
        "participants": people(),
        "lines": lines,
        "notes": [{"at_ms": 30_000, "text": "14:02—14:15 调解员分别与申请人、被申请人沟通"}],
    }

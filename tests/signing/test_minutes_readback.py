"""The end of the minutes: who confirmed, refused or was read to, and the annex of corrections."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from signing.minutes_pdf import print_minutes
from signing.minutes_readback import annex_rows, closing_rows, laid_statement, marks
from signing.minutes_text import header_fields, paragraphs
from tests.support.printed_minutes import printed

AT = 1_795_331_000_000
RARE = "\U0002c029䶮㛃"


def read_back(count: int = 4) -> dict[str, Any]:
    """Minutes that were laid, answered in every way, and corrected once."""
    minutes = printed(count)
    mediator, _, applicant, agent, _, company = [person["id"] for person in minutes["participants"]][:6]
    minutes["participants"][2]["name"] = f"陈{RARE}"
    asked = {"asked_at": AT, "decided_by": mediator, "decided_at": AT}
    return minutes | {
        "laid": {"laying": 2, "digest": "5a" * 32, "lines": count, "at": AT, "changed": False},
        "confirmations": {
            applicant: {"state": "confirmed", "at": AT, "scope": "all"},
            agent: {"state": "orally", "at": AT, "reason": "听清，无误"},
            company: {"state": "noted", "at": AT, "reason": "金额不符", "note": "当庭说明，拒绝确认"},
        },
        "corrections": [
            {
                "line": "u_1",
                "original": "约定月工资7800元",
                "requested": f"约定月工资8700元，见{RARE}签收单",
                "asked_by": applicant,
                "decision": "granted",
                "reason": "",
                **asked,
            },
            {
                "line": "u_2",
                "original": "没有经过审批",
                "requested": "经过审批",
                "asked_by": company,
                "decision": "denied",
                "reason": "与录音不符",
                **asked,
            },
        ],
    }


def test_everybody_has_a_row_that_says_how_they_stand() -> None:
    rows = {name: (state, signs) for name, state, signs in closing_rows(read_back())}
    assert rows["调解员（王和庭）"] == ("", True)
    assert rows[f"申请人（陈{RARE}）"] == ("已阅看，2026年11月22日15时03分确认", True)
    assert rows["申请人代理人（赵<b>敏</b>&）"][0].endswith("口头确认：听清，无误")
    assert rows["被申请人代理人（\U00020bb7田龘）"] == (
        "不确认：金额不符（已记明：当庭说明，拒绝确认）",
        True,
    )
    assert rows["被申请人（湖滨餐饮管理有限公司）"] == ("未到场", False)
    assert not any("旁听" in name for name in rows)


def test_what_was_laid_is_stated_and_whether_it_still_is_that() -> None:
    minutes = read_back()
    assert laid_statement(minutes).endswith("此后没有改动")
    minutes["laid"]["changed"] = True
    assert laid_statement(minutes).endswith("提交后有改动") and laid_statement(printed(1)) == ""


def test_the_annex_names_paragraph_wording_decision_and_by_whom() -> None:
    minutes = read_back()
    numbers = {one.line: one.number for one in paragraphs(minutes)}
    first, second = annex_rows(minutes, numbers)
    assert first[:3] == ["1", "第2段", "约定月工资7800元"] and first[5] == "补正\n调解员（王和庭）"
    assert second[5] == "不予补正：与录音不符\n调解员（王和庭）"
    assert marks(minutes) == {"u_1": [1]}


def test_hearings_name_speakers_by_their_short_forms() -> None:
    short = {"mediator": "仲", "applicant": "申", "agent:applicant": "申代", "agent:respondent": "被代"}
    minutes = printed(3) | {"short": short, "notes": []}
    assert [one.who for one in paragraphs(minutes)] == ["仲", "申", "被代"]
    assert "申代：申请人代理人（赵<b>敏</b>&）" in dict(header_fields(minutes))["简称"]
    minutes["participants"].append(minutes["participants"][2] | {"id": "p_two", "name": "李四"})
    assert paragraphs(minutes)[1].who == "申（陈\U0002c029）"


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_the_paper_reads_back_exactly(tmp_path: Path) -> None:
    out = tmp_path / "minutes.pdf"
    print_minutes(read_back(), out)
    told = subprocess.run(["pdftotext", "-raw", str(out), "-"], capture_output=True, text=True, check=True)
    text = re.sub(r"\s", "", told.stdout)
    for part in (
        f"申请人（陈{RARE}）：我2024年3月1日入职",
        "并补缴社会保险。〔补正1〕",
        "补正附页",
        f"约定月工资8700元，见{RARE}签收单",
        "不予补正：与录音不符",
        "不确认：金额不符（已记明：当庭说明，拒绝确认）",
        "核对情况",
        "5a5a5a5a" * 8,
    ):
        assert part in text, part

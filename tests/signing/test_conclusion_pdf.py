"""The printed conclusion of a panel: majority and minority apart, and what it is stands on it."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from signing.conclusion_pdf import NO_MAJORITY, groups, print_conclusion, rows_of, rows_of_opinion


def opinion(name: str, majority: bool, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "issue": "是否存在劳动关系",
        "view": "存在",
        "basis": "",
        "confidence": "sure",
        "version": 1,
        "level": "",
        "after_reading": False,
        "own": "",
        "majority": majority,
    } | more


REVIEW: dict[str, Any] = {
    "organisation": "厦门市湖里区劳动人事争议调解中心",
    "number": "厦湖会审〔2026〕3号",
    "case_number": "厦湖劳人调〔2026〕17号",
    "case_title": "劳动报酬争议",
    "rehearsal": False,
    "made_at": 1_795_327_320_000,
    "chair": "周敏",
    "question": "是否存在劳动关系？",
    "materials": [{"kind": "evidence", "mark": "申证1", "title": "劳动合同", "day": 1}],
    "opinions": [
        opinion("郑专家", True),
        opinion("何专家", True),
        opinion("吴专家", False, view="不存在\n理由有二", version=2, basis="《劳动合同法》第七条" * 200),
    ],
    "silent": [{"name": "冯专家", "level": "street"}],
    "text": "建议支持申请人的请求。\n可以先行调解。",
    "advice": "仅供办案人员参考，不具约束力。",
}


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_everything_can_be_read_back(tmp_path: Path) -> None:
    out = tmp_path / "c.pdf"
    made = print_conclusion(REVIEW, out)
    said = subprocess.run(["pdftotext", str(out), "-"], capture_output=True, text=True, check=True).stdout
    text = "".join(said.split())
    for words in (
        *(
            "会审意见书",
            "厦湖会审〔2026〕3号",
            "多数意见（2人）",
            "少数意见（1人）",
            "吴专家（第2稿）",
            "理由有二",
        ),
        *(
            "未发表意见：冯专家（街道（社区）级）",
            "可以先行调解。",
            "仅供办案人员参考，不具约束力",
            "副卷，不对外公开",
        ),
        *("申证1《劳动合同》", "主持人（签名）：周敏", "确信"),
    ):
        assert words in text, words
    assert made["pages"] >= 2 and made["bytes"] == out.stat().st_size


def test_the_same_review_is_printed_the_same(tmp_path: Path) -> None:
    made = [print_conclusion(REVIEW, tmp_path / f"{n}.pdf")["sha256"] for n in (1, 2)]
    assert made[0] == made[1]


def test_without_a_majority_all_opinions_stand_together() -> None:
    split = [opinion("郑专家", False), opinion("何专家", False)]
    assert [(NO_MAJORITY in title, len(rows)) for title, rows in groups(split)] == [(True, 2)]
    assert [title for title, _ in groups(split[:1])] == ["专家意见"]
    assert [title for title, _ in groups([opinion("郑专家", True)])] == ["多数意见（1 人）"]


def test_what_is_empty_is_left_out() -> None:
    assert "编号" not in dict(rows_of(REVIEW | {"number": ""}))
    assert dict(rows_of(REVIEW | {"materials": []}))["所阅材料"] == "未提供书面材料"
    assert "依据" not in dict(rows_of_opinion(opinion("郑专家", True)))


def test_what_was_said_before_reading_the_others_stands_beside() -> None:
    later = opinion("郑专家", True, version=2, level="district", after_reading=True, own="不存在")
    rows = dict(rows_of_opinion(later))
    assert rows["专家"] == "郑专家（区县级）（第 2 稿，阅看他人意见后提出）"
    assert rows["意见"] == "存在" and rows["阅看前意见"] == "不存在"
    assert "阅看前意见" not in dict(rows_of_opinion(opinion("郑专家", True, level="nowhere")))

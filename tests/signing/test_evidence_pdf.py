"""The printed list of evidence: everything that was said to an item, legible and the same every time."""

import hashlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from signing.evidence_pdf import print_evidence, rows_of

ITEM: dict[str, Any] = {
    "evidence": "e_1",
    "side": "applicant",
    "number": 1,
    "mark": "申证1",
    "title": "劳动合同",
    "purpose": "证明双方存在劳动关系",
    "kind": "document",
    "file": "a.pdf",
    "pages": 3,
    "seconds": 0,
    "bytes": 1234,
    "sha256": "0123456789abcdef" * 4,
    "active": False,
    "by": "张三",
    "received_at": 1_795_327_320_000,
    "submitted_at": 1_795_327_320_000,
    "withdrawn": None,
    "presented_ms": [1000, 2000],
    "examined": {
        "respondent": {
            "authenticity": "accept",
            "legality": "accept",
            "relevance": "deny",
            "reason": "与本案无关",
            "at": 1,
            "written_by": "p_2",
        }
    },
    "note": "予以采信",
    "original": {"at": 1_795_327_320_000, "by": "p_1", "remark": "当庭核对"},
}
LISTED = {
    "organisation": "厦门市湖里区劳动人事争议调解中心",
    "case_number": "厦湖劳人调〔2026〕17号",
    "case_title": "劳动报酬争议",
    "rehearsal": False,
    "closed_at": 1_795_327_320_000,
    "names": {"p_1": "陈思远"},
    "items": [ITEM],
}


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_everything_can_be_read_back(tmp_path: Path) -> None:
    out = tmp_path / "list.pdf"
    made = print_evidence(LISTED, out)
    assert made["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == ["list.pdf"]
    text = subprocess.run(
        ["pdftotext", "-layout", str(out), "-"], capture_output=True, text=True, check=True
    ).stdout
    text = re.sub(r"\s", "", text)
    for part in (
        "证据清单",
        "厦湖劳人调〔2026〕17号",
        "申证1",
        "证明双方存在劳动关系",
        "文档，3页",
        "真实性：认可；合法性：认可；关联性：不认可；理由：与本案无关",
        "已核对原件（陈思远，",
        "予以采信",
        "当庭出示2次",
        "0123456789abcdef" * 2,
    ):
        assert part in text, part
    assert print_evidence(LISTED, tmp_path / "again.pdf")["sha256"] == made["sha256"]


def test_what_did_not_happen_is_said_too() -> None:
    bare = ITEM | {
        "purpose": "",
        "presented_ms": [],
        "examined": {},
        "note": "",
        "original": None,
        "withdrawn": {"at": 1_795_327_320_000, "reason": "重复"},
        "kind": "video",
        "seconds": 75,
    }
    rows = dict(rows_of(bare, {}))
    assert rows["证明目的"] == "未填写" and rows["出示"] == "未出示" and rows["原件"] == "未核对原件"
    assert rows["撤回"].endswith("，理由：重复") and rows["种类"] == "视频，1分15秒"
    assert "本庭意见" not in rows


def test_a_line_break_makes_no_row(tmp_path: Path) -> None:
    tricky = ITEM | {"title": "合同\n原件：已核对原件（院长）", "purpose": "长" * 1000}
    made = print_evidence({**LISTED, "items": [tricky] * 12, "rehearsal": True}, tmp_path / "list.pdf")
    assert made["pages"] > 3

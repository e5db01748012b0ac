"""The printed invitation: everything it says can be read back, and its QR code by a machine."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from room_server.tickets import qr_modules
from signing.invitation_pdf import print_invitations, rows_of

LINK = "https://heting.test:8443/p/abcdefghijklmnop.0123456789012345678901234567890"
PERSON: dict[str, Any] = {
    "organisation": "厦门市湖里区劳动人事争议调解中心",
    "name": "张晓雯",
    "role": "申请人",
    "kind": "调解",
    "arbitration": False,
    "case_number": "厦湖劳人调〔2026〕17号",
    "title": "劳动报酬争议",
    "when": "2026年12月1日（星期二）09:30",
    "minutes": 90,
    "form": "线上参加（视频）",
    "place": "线上",
    "link": LINK,
    "join": "https://heting.test:8443/join",
    "entry_code": "6340 3801 7364",
    "code": qr_modules(LINK),
    "notes": ["请准备本人身份证件。"],
    "rehearsal": False,
    "made_at": 1_795_327_320_000,
}


def text_of(out: Path) -> str:
    answer = subprocess.run(
        ["pdftotext", "-layout", str(out), "-"], capture_output=True, text=True, check=True
    )
    return re.sub(r"\s", "", answer.stdout)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_a_page_per_person_says_everything(tmp_path: Path) -> None:
    other = PERSON | {"name": "𠮷田䶮", "link": "", "entry_code": "", "code": []}
    made = print_invitations([PERSON, other], tmp_path / "a.pdf")
    assert made["pages"] == 2
    text = text_of(tmp_path / "a.pdf")
    for part in (
        "参加通知",
        "张晓雯：",
        "2026年12月1日（星期二）09:30，预计90分钟",
        "线上参加（视频）",
    ):
        assert part in text, part
    # The label stands beside the middle of the two lines of the link.
    assert LINK in text.replace("进入链接", "")
    assert text.count("634038017364（在https://heting.test:8443/join输入）") == 1
    assert "𠮷田䶮：" in text and text.count("扫描二维码") == 1
    assert print_invitations([PERSON, other], tmp_path / "b.pdf")["sha256"] == made["sha256"]


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_an_arbitration_hearing_has_its_own_heading_and_a_rehearsal_is_marked(tmp_path: Path) -> None:
    print_invitations([PERSON | {"arbitration": True, "rehearsal": True}], tmp_path / "a.pdf")
    text = text_of(tmp_path / "a.pdf")
    assert "开庭通知书" in text and "本案定于下列时间开庭" in text and "彩排" in text


def test_the_code_on_the_page_is_the_code_of_the_link(tmp_path: Path) -> None:
    """Drawn, rasterised and read back module by module: the picture is the matrix, margin included."""
    import pypdfium2

    print_invitations([PERSON], tmp_path / "a.pdf")
    page = pypdfium2.PdfDocument(tmp_path / "a.pdf")[0]
    image = page.render(scale=4, grayscale=True).to_pil()
    dark = image.point(lambda level: 255 if level < 128 else 0)
    step = 118.0 * 4 / (len(PERSON["code"]) + 8)
    size = len(PERSON["code"])
    from signing.sheet import LEFT, WIDTH

    left = int((LEFT + WIDTH / 2) * 4 - step * size / 2)
    found = [
        (x, y)
        for y in range(0, image.height - int(step * size), 2)
        for x in range(left - 6, left + 7)
        if dark.getpixel((x, y)) and _matches(dark, x, y, step)
    ]
    assert found


def _matches(dark: Any, x: int, y: int, step: float) -> bool:
    rows = PERSON["code"]
    size = len(rows)
    return all(
        bool(dark.getpixel((int(x + (column + 0.5) * step), int(y + (row + 0.5) * step))))
        == rows[row][column]
        for row in range(size)
        for column in range(size)
    )


def test_no_link_no_row() -> None:
    assert {"进入链接", "入庭码"} <= dict(rows_of(PERSON)).keys()
    assert not {"进入链接", "入庭码"} & dict(rows_of(PERSON | {"link": "", "entry_code": ""})).keys()

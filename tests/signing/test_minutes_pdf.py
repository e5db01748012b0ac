"""The printed minutes: complete, extractable, refused rather than wrong, the same every time."""

import hashlib
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from signing.fonts import MissingGlyph
from signing.minutes_pdf import print_minutes
from tests.support.printed_minutes import people, printed

pytestmark = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")


def poppler(tool: str, *arguments: str) -> str:
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=True).stdout


def text_of(path: Path) -> str:
    return re.sub(r"\s", "", poppler("pdftotext", "-layout", str(path), "-"))


def printed_text(minutes: dict[str, Any], tmp_path: Path) -> str:
    print_minutes(minutes, tmp_path / "minutes.pdf")
    return text_of(tmp_path / "minutes.pdf")


def test_it_says_what_it_made(tmp_path: Path) -> None:
    out = tmp_path / "minutes.pdf"
    made = print_minutes(printed(24), out)
    assert made == {
        "pages": 5,
        "bytes": out.stat().st_size,
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "missing": [],
    }
    assert [path.name for path in tmp_path.iterdir()] == ["minutes.pdf"]


def test_everything_can_be_read_back(tmp_path: Path) -> None:
    text = printed_text(printed(6), tmp_path)
    for part in (
        "厦门市湖里区劳动人事争议调解中心",
        "厦湖劳人调〔2026〕17号",
        "调解员（王和庭）：请问申请人，你的仲裁请求是什么？",
        "（14:02—14:15调解员分别与申请人、被申请人沟通）",
        "以上笔录我已阅看（或者已向我宣读），与我的陈述一致，无误。",
        "录音录像校验值",
        "0f0f0f0f" * 4,
        "第1页共3页",
        "第3页共3页",
    ):
        assert part in text, part


def test_the_key_that_will_seal_is_printed_if_it_is_known(tmp_path: Path) -> None:
    text = printed_text(printed(1) | {"sealed_by": "9a" * 32}, tmp_path)
    assert "封存密钥指纹" + "9a" * 32 in text or text.count("9a9a9a9a") >= 8


def test_rare_names_can_be_read_back(tmp_path: Path) -> None:
    text = printed_text(printed(6), tmp_path)
    assert "申请人（陈\U0002c029）：" in text
    assert "被申请人代理人（\U00020bb7田龘）：" in text


def test_what_people_typed_is_never_markup(tmp_path: Path) -> None:
    text = printed_text(printed(6), tmp_path)
    assert "<para>&amp;<fontcolor=red>红</font></para>a<b&&c>d" in text
    assert "赵<b>敏</b>&" in text


def test_drafts_are_marked_and_explained(tmp_path: Path) -> None:
    minutes = printed(3)
    assert "草稿〕" not in printed_text(minutes, tmp_path)
    minutes["lines"][1]["adopted"] = False
    text = printed_text(minutes, tmp_path)
    assert "补缴社会保险。〔语音识别草稿〕" in text
    assert "未经人核对" in text


def test_a_rehearsal_is_marked_on_every_page(tmp_path: Path) -> None:
    out = tmp_path / "minutes.pdf"
    made = print_minutes(printed(24, rehearsal=True), out)
    for page in range(1, made["pages"] + 1):
        text = poppler("pdftotext", "-raw", "-f", str(page), "-l", str(page), str(out), "-")
        assert "彩排，不是记录" in text
        assert re.search(r"^\s*彩\s*排\s*$", text, re.MULTILINE), page
    assert "不能作为笔录、证据或者案卷材料使用" in text_of(out)
    assert "彩排" not in printed_text(printed(24), tmp_path)


def test_a_missing_glyph_stops_the_press(tmp_path: Path) -> None:
    out = tmp_path / "minutes.pdf"
    out.write_bytes(b"before")
    minutes = printed(3)
    minutes["lines"][2]["text"] = "我叫\ue123"
    with pytest.raises(MissingGlyph) as caught:
        print_minutes(minutes, out)
    assert (caught.value.text, caught.value.char) == ("我叫\ue123", "\ue123")
    assert [path.name for path in tmp_path.iterdir()] == ["minutes.pdf"]
    assert out.read_bytes() == b"before"


def test_the_same_minutes_print_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    sums = {print_minutes(printed(30), tmp_path / f"{number}.pdf")["sha256"] for number in range(2)}
    script = (
        "from pathlib import Path; from signing.minutes_pdf import print_minutes;"
        "from tests.support.printed_minutes import printed;"
        f"print(print_minutes(printed(30), Path({str(tmp_path / 'c.pdf')!r}))['sha256'])"
    )
    for seed in ("1", "2"):
        environment = {
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TZ": "America/Lima",
        }
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        sums.add(done.stdout.strip())
    assert len(sums) == 1


def test_every_font_is_embedded_and_searchable(tmp_path: Path) -> None:
    print_minutes(printed(6, rehearsal=True), tmp_path / "minutes.pdf")
    rows = poppler("pdffonts", str(tmp_path / "minutes.pdf")).splitlines()[2:]
    assert rows
    for row in rows:
        assert "yes yes yes" in row, row
        assert "Helvetica" not in row


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    out = tmp_path / "minutes.pdf"
    print_minutes(printed(3), out)
    said = poppler("pdfinfo", "-isodates", str(out))
    assert re.search(r"Title: +调解笔录 厦湖劳人调〔2026〕17号", said)
    assert re.search(r"CreationDate: +2026-11-22T15:10:00\+08|CreationDate: +2026-11-22T07:10:00Z", said)
    content = out.read_bytes()
    assert b"/Lang" in content and b"/Outlines" in content


def test_five_hundred_lines_in_two_seconds(tmp_path: Path) -> None:
    print_minutes(printed(1), tmp_path / "warm.pdf")
    began = time.process_time()
    made = print_minutes(printed(500), tmp_path / "minutes.pdf")
    assert time.process_time() - began < 2.0
    assert made["pages"] > 30


def test_hard_cases_still_make_a_document(tmp_path: Path) -> None:
    crowd = people() + [
        {"id": f"p_9{number:07d}", "name": f"员工{number}", "role": "applicant", "side": "applicant"}
        for number in range(60)
    ]
    long = printed(3) | {"participants": crowd, "case_title": "争议" * 600, "case_number": "号" * 60}
    long["lines"][1]["text"] = "甲乙，" * 1500 + "x" * 900
    text = printed_text(long, tmp_path)
    assert "员工59" in text and text.count("甲乙，") > 1400
    bare = {"participants": [], "lines": [], "notes": [], "engine": {}, "rehearsal": False}
    assert "本次没有记载发言内容" in printed_text(bare, tmp_path)


def test_signatures_never_stand_alone_on_a_page(tmp_path: Path) -> None:
    for count in (20, 22, 23):
        out = tmp_path / "minutes.pdf"
        print_minutes(printed(count), out)
        pages = poppler("pdftotext", "-layout", str(out), "-").split("\f")
        page = next(re.sub(r"\s", "", page) for page in pages if "核对与签名" in page)
        assert re.search(r"^\d+\D", page), count


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler-utils is not installed")
def test_the_page_has_ink_where_it_should(tmp_path: Path) -> None:
    print_minutes(printed(24), tmp_path / "minutes.pdf")
    arguments = (
        "-r",
        "36",
        "-gray",
        "-f",
        "2",
        "-l",
        "2",
        str(tmp_path / "minutes.pdf"),
        str(tmp_path / "p"),
    )
    poppler("pdftoppm", *arguments)
    raw = next(tmp_path.glob("p*.pgm")).read_bytes()
    header, width, height = raw.split(maxsplit=4)[:3]
    assert header == b"P5"
    w, h = int(width), int(height)
    pixels = raw[-w * h :]
    left, right = int(w * 28 / 210) - 1, int(w * (210 - 26) / 210) + 2
    top, bottom = int(h * 37 / 297) - 1, int(h * (297 - 20) / 297)
    inked = [(i % w, i // w) for i, value in enumerate(pixels) if value < 200]
    assert len(inked) > 500
    assert all(left <= x <= right and top <= y <= bottom for x, y in inked)

"""The minutes as a PDF a commission can hand out; `print_minutes` takes plain data, in any process."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import minutes_readback as readback
from . import minutes_text as wording
from .fonts import visible
from .minutes_closing import add_annex, add_closing, heading

if TYPE_CHECKING:
    from .sheet import Sheet

_LABEL_WIDTH = 108.0
_BODY_INDENT = 26.0
_CHUNK = 380


def print_minutes(minutes: dict[str, Any], out: Path) -> dict[str, Any]:
    """Print the minutes to `out`; raises `MissingGlyph` rather than drop a character."""
    sheet = _sheet(minutes)
    _head(sheet, minutes)
    _body(sheet, minutes)
    add_closing(sheet, minutes)
    add_annex(sheet, minutes)
    _proof(sheet, minutes)
    return {**sheet.file(out), "missing": []}


def _sheet(minutes: dict[str, Any]) -> "Sheet":
    from .sheet import Imprint, Sheet

    return Sheet(Imprint.of(wording.title(minutes), minutes, "签名：＿＿＿＿＿＿"))


def _head(sheet: "Sheet", minutes: dict[str, Any]) -> None:
    from .sheet import Landmark
    from .typography import Setting, Span

    title, organisation = wording.title(minutes), visible(str(minutes.get("organisation") or ""))
    sheet.add(Landmark("首部"))
    centre = Setting(leading=32, align="centre")
    if organisation and organisation not in title:
        sheet.add(sheet.passage([Span(organisation, "title", 22)], centre))
    sheet.add(sheet.passage([Span(title, "title", 22)], Setting(leading=32, align="centre", after=10)))
    _fields(sheet, wording.header_fields(minutes))


def _fields(sheet: "Sheet", fields: list[tuple[str, str]]) -> None:
    from .sheet import WIDTH
    from .typography import Setting, Span

    plain = Setting(leading=19, align="left")
    rows, style = [], [("BOX", (0, 0), (-1, -1), 0.7), ("LINEAFTER", (0, 0), (0, -1), 0.5)]
    for label, value in fields:
        for number, part in enumerate(_parts(value)):
            name = Span(label if number == 0 else "", "hei", 12)
            rows.append([sheet.passage([name], plain), sheet.passage([Span(part, "song", 12)], plain)])
        style.append(("LINEBELOW", (0, len(rows) - 1), (-1, len(rows) - 1), 0.5))
    sheet.add(sheet.table(rows, [_LABEL_WIDTH, WIDTH - _LABEL_WIDTH], style, boxed=True))


def _parts(value: str) -> list[str]:
    # A row of a table cannot go on over a page: a very long value becomes several rows.
    return [row[at : at + _CHUNK] for row in value.split("\n") for at in range(0, max(len(row), 1), _CHUNK)]


def _body(sheet: "Sheet", minutes: dict[str, Any]) -> None:
    from .sheet import Landmark
    from .typography import GREY, Setting, Span

    sheet.add(Landmark("正文"))
    sheet.add(heading(sheet, "笔录正文"))
    marks = readback.marks(minutes)
    body = wording.paragraphs(minutes)
    if not body:
        sheet.add(sheet.passage([Span("（本次没有记载发言内容。）", "kai")], Setting(indent=_BODY_INDENT)))
    for paragraph in body:
        if paragraph.number == 0:
            sheet.add(sheet.passage([Span(paragraph.text, "kai")], Setting(indent=_BODY_INDENT)))
            continue
        spans = [Span(f"{paragraph.who}：", "hei"), Span(paragraph.text)]
        if paragraph.draft:
            spans.append(Span(f"〔{wording.DRAFT}〕", "kai", 10.5, GREY, whole=True))
        for correction in marks.get(paragraph.line, []):
            spans.append(Span(f"〔补正{correction}〕", "kai", 10.5, GREY, whole=True))
        number = Span(str(paragraph.number), "song", 9, GREY)
        sheet.add(sheet.passage(spans, Setting(indent=_BODY_INDENT, label=number)))


def _proof(sheet: "Sheet", minutes: dict[str, Any]) -> None:
    from .sheet import Landmark
    from .typography import Setting, Span

    sheet.add_page()
    sheet.add(Landmark("校验页"))
    sheet.add(sheet.passage([Span("校验页", "title", 18)], Setting(leading=30, align="centre", after=8)))
    fields = [
        ("录音录像校验值", _grouped(minutes.get("recording_root"))),
        ("日志校验值", _grouped(minutes.get("journal_head"))),
    ]
    if minutes.get("sealed_by"):
        fields.append(("封存密钥指纹", _grouped(minutes["sealed_by"])))
    if laid := readback.laid_statement(minutes):
        fields.append(("核对", laid))
        fields.append(("核对文字校验值", _grouped(minutes["laid"]["digest"])))
    fields.append(("语音识别", wording.engine_statement(minutes)))
    fields.append(("段落", wording.counts_statement(minutes)))
    _fields(sheet, fields)
    how = (
        "录音录像校验值是本次录音录像全部片段的默克尔树根（SHA-256，RFC 6962），日志校验值是制作本笔录时"
        "日志最后一条记录的散列值（SHA-256）。持有本案卷宗的人可以运行 heting verify，或者运行卷宗中的"
        " data/校验/verify.py，检查录音录像、日志和文书自结束以来是否改动。"
    )
    sheet.add(sheet.passage([Span(how, "song", 12)], Setting(leading=20, before=10)))
    if minutes.get("rehearsal"):
        sheet.add(sheet.passage([Span(wording.REHEARSAL, "hei", 14)], Setting(leading=25, before=14)))


def _grouped(value: Any) -> str:
    text = str(value or "")
    return " ".join(text[at : at + 8] for at in range(0, len(text), 8)) or "没有"

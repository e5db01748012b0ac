"""The minutes as a Word document, for work on it elsewhere: the same words as on paper, without proof."""

import io
from typing import TYPE_CHECKING, Any

from . import minutes_readback as readback
from . import minutes_text as wording
from .fonts import visible

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_SONG, _HEI, _KAI = "宋体", "黑体", "楷体"
_GREY = 0x77


def write_docx(minutes: dict[str, Any]) -> bytes:
    """The whole file. Text is text: no markup in it is ever read."""
    from docx import Document

    document = Document()
    _page(document, minutes)
    _head(document, minutes)
    _body(document, minutes)
    _closing(document, minutes)
    _annex(document, minutes)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: "Document", minutes: dict[str, Any]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    document.core_properties.title = wording.title(minutes)
    document.core_properties.author = visible(str(minutes.get("organisation") or ""))
    document.core_properties.language = "zh-CN"
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页 共 ", "NUMPAGES"), (" 页", "")):
        _say(foot, text, size=10.5)
        if field:
            _field(foot, field)


def _field(paragraph: "Paragraph", name: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)


def _say(paragraph: "Paragraph", text: str, font: str = _SONG, size: float = 14, grey: bool = False) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(visible(text))
    run.font.name, run.font.size = font, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    if grey:
        run.font.color.rgb = RGBColor(_GREY, _GREY, _GREY)


def _head(document: "Document", minutes: dict[str, Any]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    title, organisation = wording.title(minutes), visible(str(minutes.get("organisation") or ""))
    lines = [title] if organisation in title else [organisation, title]
    if minutes.get("rehearsal"):
        lines.append(wording.REHEARSAL)
    for line in lines:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _say(paragraph, line, _HEI, 12 if line == wording.REHEARSAL else 18)
    _table(document, [[label, value] for label, value in wording.header_fields(minutes)], [0.25, 0.75])


def _table(document: "Document", rows: list[list[str]], shares: list[float], titles: bool = False) -> None:
    from docx.shared import Mm

    table = document.add_table(rows=len(rows), cols=len(shares), style="Table Grid")
    table.autofit = False
    for cells, row in zip((row.cells for row in table.rows), rows, strict=True):
        for n, (cell, text) in enumerate(zip(cells, row, strict=True)):
            cell.width = Mm(156 * shares[n])
            first, *others = text.split("\n")
            heavy = (titles and row is rows[0]) or (not titles and n == 0)
            _say(cell.paragraphs[0], first, _HEI if heavy else _SONG, 12)
            for other in others:
                _say(cell.add_paragraph(), other, size=12)


def _body(document: "Document", minutes: dict[str, Any]) -> None:
    marks = readback.marks(minutes)
    for one in wording.paragraphs(minutes):
        paragraph = document.add_paragraph()
        if not one.number:
            _say(paragraph, one.text, _KAI)
            continue
        _say(paragraph, f"{one.number}. ", size=10.5, grey=True)
        _say(paragraph, f"{one.who}：", _HEI)
        _say(paragraph, one.text)
        signs = [f"〔{wording.DRAFT}〕"] if one.draft else []
        signs += [f"〔补正{number}〕" for number in marks.get(one.line, [])]
        for sign in signs:
            _say(paragraph, sign, _KAI, 10.5, grey=True)


def _closing(document: "Document", minutes: dict[str, Any]) -> None:
    _say(document.add_paragraph(), wording.CLOSING)
    if laid := readback.laid_statement(minutes):
        _say(document.add_paragraph(), laid, _KAI, 12)
    rows = [[name, state, "" if signs else "——"] for name, state, signs in readback.closing_rows(minutes)]
    if rows:
        _table(document, [["参加人", "核对情况", "签名及日期"], *rows], [0.3, 0.36, 0.34], titles=True)


def _annex(document: "Document", minutes: dict[str, Any]) -> None:
    numbers = {one.line: one.number for one in wording.paragraphs(minutes) if one.number}
    if rows := readback.annex_rows(minutes, numbers):
        title = document.add_paragraph()
        title.paragraph_format.page_break_before = True
        _say(title, "补正附页", _HEI, 16)
        titles = ["序号", "段落", "原记录", "申请补正为", "申请人及时间", "决定"]
        _table(document, [titles, *rows], [0.08, 0.1, 0.24, 0.24, 0.17, 0.17], titles=True)

"""The page after GB/T 9704: type area, passages, tables, running foot. The only file that knows reportlab."""

import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Table

from .fonts import MissingGlyph, assign
from .glyphs import carve
from .linebreak import break_lines

TOP, LEFT, RIGHT, BOTTOM = 37 * mm, 28 * mm, 26 * mm, 35 * mm
WIDTH = A4[0] - LEFT - RIGHT
HEIGHT = A4[1] - TOP - BOTTOM
BLACK = (0.0, 0.0, 0.0)
GREY = (0.42, 0.42, 0.42)
_MARK_COLOUR = (0.95, 0.86, 0.86)
_FOOT_SIZE = 10.5
_BLOCK = 100
_TOTAL = "total_pages"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style."""

    text: str
    style: str = "song"
    size: float = 14.0
    colour: tuple[float, float, float] = BLACK


@dataclass(frozen=True, slots=True)
class Setting:
    """How a passage lies on the page; `label` hangs in the indent of the first line."""

    leading: float = 25.0
    indent: float = 0.0
    first: float = 0.0
    align: str = "justify"
    before: float = 0.0
    after: float = 0.0
    label: Span | None = None


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a sheet says of itself: PDF properties, running foot, mark across every page."""

    title: str
    author: str
    subject: str
    at_ms: int
    foot_left: str
    foot_right: str
    mark: str


def _to_unicode(name: str, subset: Sequence[int]) -> str:
    # reportlab writes five hex digits beyond the BMP; readers then copy and search the wrong characters.
    rows = [
        f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in enumerate(subset)
    ]
    blocks = []
    for start in range(0, len(rows), _BLOCK):
        part = rows[start : start + _BLOCK]
        blocks += [f"{len(part)} beginbfchar", *part, "endbfchar"]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            f"<00> <{len(subset) - 1:02X}>",
            "endcodespacerange",
            *blocks,
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


class Type:
    """The fonts of one document: for every style and character, an embedded font that has it."""

    def __init__(self, texts: dict[str, list[str]]) -> None:
        ttfonts.makeToUnicodeCMap = _to_unicode
        self._fonts: dict[tuple[str, str], str] = {}
        holders = {style: self._assign(style, found) for style, found in texts.items()}
        by_face: dict[Any, set[str]] = {}
        for chosen in holders.values():
            for char, found in chosen.items():
                by_face.setdefault(found, set()).add(char)
        names = {found: self._register(found, chars) for found, chars in by_face.items()}
        for style, chosen in holders.items():
            for char, found in chosen.items():
                self._fonts[style, char] = names[found]

    def _assign(self, style: str, texts: list[str]) -> dict[str, Any]:
        try:
            return assign(style, "".join(texts))
        except MissingGlyph as missing:
            text = next(text for text in texts if missing.char in text)
            raise MissingGlyph(text, missing.char) from None

    def _register(self, found: Any, chars: set[str]) -> str:
        digest = hashlib.sha256("".join(sorted(chars)).encode()).hexdigest()[:8]
        name = re.sub(r"[^A-Za-z0-9]", "", found.face.name) + "-" + digest
        pdfmetrics.registerFont(ttfonts.TTFont(name, io.BytesIO(carve(found, chars, name))))
        return name

    @property
    def first(self) -> str:
        """A font to begin with, so that no unembedded Helvetica is named in the file."""
        return next(iter(self._fonts.values()))

    def font(self, style: str, char: str) -> str:
        """The registered font that draws `char` in `style`."""
        return self._fonts[style, char]

    def width(self, span: Span, char: str) -> float:
        """How far `char` advances."""
        face = pdfmetrics.getFont(self._fonts[span.style, char]).face
        return float(face.charWidths.get(ord(char), face.defaultWidth)) * span.size / 1000


class Passage(Flowable):  # type: ignore[misc]
    """A paragraph of spans broken by our own rules: nothing in it is ever read as markup."""

    def __init__(self, sheet: "Sheet", spans: Sequence[Span], setting: Setting) -> None:
        super().__init__()
        self.sheet, self.setting = sheet, setting
        self.text = "".join(span.text for span in spans)
        self.owner = [span for span in spans for _ in span.text]
        self.lines: list[tuple[int, int]] | None = None
        self.begins, self.ends = True, True

    def getSpaceBefore(self) -> float:
        return self.setting.before

    def getSpaceAfter(self) -> float:
        return self.setting.after

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        if self.lines is None:
            kind = self.sheet.type
            widths = [kind.width(span, char) for span, char in zip(self.owner, self.text, strict=True)]
            room = width - self.setting.indent
            self.lines = break_lines(self.text, widths, room - self.setting.first, room)
        self.height = len(self.lines) * self.setting.leading
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        self.wrap(width, height)
        lines = self.lines or []
        fit = int(height // self.setting.leading)
        # No single line of a longer passage stands alone at the foot or head of a page.
        if len(lines) - fit == 1:
            fit -= 1
        if fit < (2 if len(lines) > 2 else 1) or fit >= len(lines):
            return []
        return [self._part(lines[:fit], self.begins, False), self._part(lines[fit:], False, self.ends)]

    def _part(self, lines: list[tuple[int, int]], begins: bool, ends: bool) -> "Passage":
        part = Passage(self.sheet, (), self.setting)
        part.text, part.owner, part.lines = self.text, self.owner, lines
        part.begins, part.ends = begins, ends
        return part

    def draw(self) -> None:
        setting, lines = self.setting, self.lines or []
        for number, (start, end) in enumerate(lines):
            opening = self.begins and number == 0
            x = setting.indent + (setting.first if opening else 0.0)
            size = max((span.size for span in self.owner[start:end]), default=14.0)
            y = self.height - number * setting.leading - setting.leading / 2 - size * 0.36
            final = self.ends and number == len(lines) - 1
            self._draw_line(start, end, x, y, final)
            if opening and setting.label:
                self.sheet.write(self.canv, setting.label, 0, y)

    def _draw_line(self, start: int, end: int, x: float, y: float, final: bool) -> None:
        while end > start and self.text[end - 1] == " ":
            end -= 1
        kind = self.sheet.type
        used = sum(kind.width(self.owner[i], self.text[i]) for i in range(start, end))
        slack, gap = self.width - x - used, 0.0
        if self.setting.align == "centre":
            x += slack / 2
        elif self.setting.align == "right":
            x += slack
        elif self.setting.align == "justify" and not final and 0 < slack < 30 and end - start > 1:
            gap = slack / (end - start - 1)
        line = self.canv.beginText(x, y)
        line.setCharSpace(gap)
        at = start
        while at < end:
            span, font = self.owner[at], kind.font(self.owner[at].style, self.text[at])
            stop = at + 1
            while stop < end and self.owner[stop] is span and kind.font(span.style, self.text[stop]) == font:
                stop += 1
            line.setFont(font, span.size)
            line.setFillColorRGB(*span.colour)
            line.textOut(self.text[at:stop])
            at = stop
        self.canv.drawText(line)


class Landmark(Flowable):  # type: ignore[misc]
    """An entry of the outline, at the place where it stands."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        key = hashlib.sha256(self.title.encode()).hexdigest()[:12]
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(self.title, key, 0)


class Sheet:
    """One document in the making: collect the flow, then print it."""

    def __init__(self, imprint: Imprint) -> None:
        self.imprint = imprint
        self.flow: list[Flowable] = []
        self._texts: dict[str, list[str]] = {
            "song": ["第共页0123456789 ", imprint.foot_left, imprint.foot_right]
        }
        if imprint.mark:
            self._texts["title"] = [imprint.mark]
        self._tables: list[Table] = []
        self.type: Type
        self.pages = 0

    def passage(self, spans: Sequence[Span], setting: Setting) -> Passage:
        """A passage of this sheet, not yet placed."""
        for span in (*spans, *([setting.label] if setting.label else [])):
            self._texts.setdefault(span.style, []).append(span.text)
        return Passage(self, spans, setting)

    def add(self, *flow: Flowable) -> None:
        """Place things one after the other."""
        self.flow.extend(flow)

    def table(self, rows: list[list[Passage]], widths: list[float], style: list[tuple[Any, ...]]) -> Table:
        """A table whose rows may go on over pages."""
        padding = [("LEFTPADDING", (0, 0), (-1, -1), 5), ("RIGHTPADDING", (0, 0), (-1, -1), 5)]
        inner = [("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]
        middle = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        drawn = [(*rule, BLACK) if rule[0].startswith(("BOX", "LINE")) else rule for rule in style]
        table = Table(rows, colWidths=widths, style=[*padding, *inner, *middle, *drawn], hAlign="CENTER")
        self._tables.append(table)
        return table

    def print(self, out: Path) -> int:
        """Write the PDF; the number of its pages."""
        self.type = Type(self._texts)
        for table in self._tables:
            # A table names Helvetica for its cells, even if no cell uses it.
            table.setStyle([("FONTNAME", (0, 0), (-1, -1), self.type.first)])
        # The frame's own padding would narrow the type area.
        frame = Frame(LEFT, BOTTOM, WIDTH, HEIGHT, 0, 0, 0, 0)
        document = BaseDocTemplate(
            str(out),
            pagesize=A4,
            invariant=1,
            lang="zh-CN",
            title=self.imprint.title,
            author=self.imprint.author,
            subject=self.imprint.subject,
            creator="Heting",
            producer="Heting",
            initialFontName=self.type.first,
        )
        document.addPageTemplates([PageTemplate("page", [frame], onPage=self._begin_page)])
        document.build(self.flow, canvasmaker=self._canvas)
        return self.pages

    def _canvas(self, *args: Any, **kwargs: Any) -> Canvas:
        return _SheetCanvas(self, *args, **kwargs)

    def write(self, canvas: Canvas, span: Span, x: float, y: float) -> float:
        """Draw one short piece of text outside the flow; where it ends."""
        line = canvas.beginText(x, y)
        line.setFillColorRGB(*span.colour)
        for char in span.text:
            line.setFont(self.type.font(span.style, char), span.size)
            line.textOut(char)
            x += self.type.width(span, char)
        canvas.drawText(line)
        return x

    def _begin_page(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        self.pages = document.page
        canvas.saveState()
        if self.imprint.mark:
            self._draw_mark(canvas)
        y = BOTTOM - 7 * mm - _FOOT_SIZE
        canvas.setLineWidth(0.4)
        canvas.line(LEFT, BOTTOM - 5 * mm, A4[0] - RIGHT, BOTTOM - 5 * mm)
        self.write(canvas, self._foot(self.imprint.foot_left), LEFT, y)
        middle = self._foot(f"第 {document.page} 页 共 ")
        breadth = sum(self.type.width(middle, char) for char in middle.text) + 2.5 * _FOOT_SIZE
        x = self.write(canvas, middle, (A4[0] + LEFT - RIGHT - breadth) / 2, y)
        canvas.translate(x, y)
        canvas.doForm(_TOTAL)
        canvas.translate(-x, -y)
        right = self._foot(self.imprint.foot_right)
        breadth = sum(self.type.width(right, char) for char in right.text)
        self.write(canvas, right, A4[0] - RIGHT - breadth, y)
        canvas.restoreState()

    def _foot(self, text: str) -> Span:
        return Span(text, "song", _FOOT_SIZE)

    def _draw_mark(self, canvas: Canvas) -> None:
        mark = Span(self.imprint.mark, "title", 170, _MARK_COLOUR)
        breadth = sum(self.type.width(mark, char) for char in mark.text)
        canvas.saveState()
        canvas.translate(A4[0] / 2, A4[1] / 2)
        canvas.rotate(45)
        self.write(canvas, mark, -breadth / 2, -60)
        canvas.restoreState()

    def draw_total(self, canvas: Canvas) -> None:
        """The number of pages, known only at the end: a form every page refers to."""
        canvas.beginForm(_TOTAL)
        self.write(canvas, self._foot(f"{self.pages} 页"), 0, 0)
        canvas.endForm()


class _SheetCanvas(Canvas):  # type: ignore[misc]
    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sheet = sheet
        self.setViewerPreference("DisplayDocTitle", "true")

    def save(self) -> None:
        self._sheet.draw_total(self)
        super().save()

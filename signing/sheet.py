"""A document in the making: its flow, running foot, mark and outline, printed page by page."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageBreak, PageTemplate, Table

from .fonts import visible
from .minutes_text import CHINA
from .typography import BLACK, Passage, Setting, Span, Type, write

TOP, LEFT, RIGHT, BOTTOM = 37 * mm, 28 * mm, 26 * mm, 35 * mm
WIDTH = A4[0] - LEFT - RIGHT
HEIGHT = A4[1] - TOP - BOTTOM
_MARK_COLOUR = (0.95, 0.86, 0.86)
_FOOT_SIZE = 10.5
_SIDE_SIZE = 9.0
_TOTAL = "total_pages"
_REHEARSAL = "彩排"


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

    @classmethod
    def of(cls, title: str, record: Mapping[str, Any], foot_right: str) -> "Imprint":
        """The imprint of a document of one sitting; a rehearsal is marked as such everywhere.

        `record`: organisation, case_number, case_title, closed_at (Unix ms), rehearsal.
        """
        rehearsal = bool(record.get("rehearsal"))
        case_number = visible(str(record.get("case_number") or ""))
        name = f"{title} {case_number}".strip()
        return cls(
            title=f"（{_REHEARSAL}）{name}" if rehearsal else name,
            author=visible(str(record.get("organisation") or "")),
            subject=visible(str(record.get("case_title") or "")),
            at_ms=int(record.get("closed_at") or 0),
            foot_left=case_number,
            foot_right=f"{_REHEARSAL}，不是记录" if rehearsal else foot_right,
            mark=_REHEARSAL if rehearsal else "",
        )


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


class _Box(Table):  # type: ignore[misc]
    """A ruled table that stays closed where a page ends within it."""

    def onSplit(self, part: Table, byRow: int = 1) -> None:
        rules = [("LINEABOVE", (0, 0), (-1, 0)), ("LINEBELOW", (0, -1), (-1, -1))]
        part.setStyle([(*rule, 0.7, BLACK) for rule in rules])


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

    def add_together(self, block: Sequence[Flowable]) -> None:
        """Place things that must not be torn apart by the end of a page."""
        self.flow.append(KeepTogether(list(block)))

    def add_page(self) -> None:
        """Go on at the top of a new page."""
        self.flow.append(PageBreak())

    def table(
        self,
        rows: Sequence[Sequence[Passage | list[Passage]]],
        widths: list[float],
        style: list[tuple[Any, ...]],
        boxed: bool = False,
        titles: int = 0,
        least: float = 0,
    ) -> Table:
        """A table whose rows may go on over pages; the first `titles` rows stand on each of them.

        `least`: how tall every other row is at least.
        """
        padding = [("LEFTPADDING", (0, 0), (-1, -1), 5), ("RIGHTPADDING", (0, 0), (-1, -1), 5)]
        inner = [("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]
        middle = [("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        drawn = [
            (*rule, BLACK) if rule[0].startswith(("BOX", "LINE", "INNERGRID")) else rule for rule in style
        ]
        table = (_Box if boxed else Table)(
            rows,
            colWidths=widths,
            style=[*padding, *inner, *middle, *drawn],
            hAlign="CENTER",
            repeatRows=titles,
            minRowHeights=[0] * titles + [least] * (len(rows) - titles),
        )
        self._tables.append(table)
        return table

    def file(self, out: Path) -> dict[str, Any]:
        """Print to `out`, whole or not at all: its pages, bytes and SHA-256."""
        part = out.with_name(out.name + ".part")
        try:
            pages = self.print(part)
            data = part.read_bytes()
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
        return {"pages": pages, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    def print(self, out: Path) -> int:
        """Write the PDF; the number of its pages."""
        self.type = Type(self._texts)
        try:
            self._build(out)
        finally:
            self.type.release()
        return self.pages

    def _build(self, out: Path) -> None:
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

    def _canvas(self, *args: Any, **kwargs: Any) -> Canvas:
        return _SheetCanvas(self, *args, **kwargs)

    def _begin_page(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        self.pages = document.page
        canvas.saveState()
        if self.imprint.mark:
            self._draw_mark(canvas)
        y = BOTTOM - 7 * mm - _FOOT_SIZE
        canvas.setLineWidth(0.4)
        canvas.line(LEFT, BOTTOM - 5 * mm, A4[0] - RIGHT, BOTTOM - 5 * mm)
        write(self.type, canvas, self._side(self.imprint.foot_left), LEFT, y)
        middle = self._foot(f"第 {document.page} 页 共 ")
        breadth = sum(self.type.width(middle, char) for char in middle.text) + 2.5 * _FOOT_SIZE
        x = write(self.type, canvas, middle, (A4[0] + LEFT - RIGHT - breadth) / 2, y)
        canvas.translate(x, y)
        canvas.doForm(_TOTAL)
        canvas.translate(-x, -y)
        right = self._side(self.imprint.foot_right)
        breadth = sum(self.type.width(right, char) for char in right.text)
        write(self.type, canvas, right, A4[0] - RIGHT - breadth, y)
        canvas.restoreState()

    def _foot(self, text: str) -> Span:
        return Span(text, "song", _FOOT_SIZE)

    def _side(self, text: str) -> Span:
        span = Span(text, "song", _SIDE_SIZE)
        breadth = sum(self.type.width(span, char) for char in text)
        # A very long case number is set smaller rather than cut.
        return Span(text, "song", _SIDE_SIZE * min(1.0, WIDTH * 0.37 / max(breadth, 1.0)))

    def _draw_mark(self, canvas: Canvas) -> None:
        mark = Span(self.imprint.mark, "title", 170, _MARK_COLOUR)
        breadth = sum(self.type.width(mark, char) for char in mark.text)
        canvas.saveState()
        canvas.translate(A4[0] / 2, A4[1] / 2)
        canvas.rotate(45)
        write(self.type, canvas, mark, -breadth / 2, -60)
        canvas.restoreState()

    def draw_total(self, canvas: Canvas) -> None:
        """The number of pages, known only at the end: a form every page refers to."""
        canvas.beginForm(_TOTAL)
        write(self.type, canvas, self._foot(f"{self.pages} 页"), 0, 0)
        canvas.endForm()


class _SheetCanvas(Canvas):  # type: ignore[misc]
    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sheet = sheet
        self._date(sheet.imprint.at_ms)
        self.setViewerPreference("DisplayDocTitle", "true")

    def _date(self, at_ms: int) -> None:
        # reportlab knows the year 2000 or now: a record carries the time of the sitting's end.
        stamp = self._doc._timeStamp
        at = datetime.fromtimestamp(at_ms / 1000, CHINA)
        stamp.t, stamp.lt, stamp.YMDhms = at.timestamp(), at.timetuple(), tuple(at.timetuple())[:6]
        stamp.dhh, stamp.dmm, stamp.tzname = 8, 0, "UTC+08:00"

    def save(self) -> None:
        self._sheet.draw_total(self)
        super().save()

"""Type and passages: fonts embedded for one document, text set by our own rules of Chinese line breaks."""

import hashlib
import io
import re
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.platypus import Flowable

from .fonts import MissingGlyph, assign
from .glyphs import carve
from .linebreak import balanced, break_lines

BLACK = (0.0, 0.0, 0.0)
GREY = (0.42, 0.42, 0.42)
_BLOCK = 100
_in_use: Counter[str] = Counter()
_registry = threading.Lock()
"""reportlab knows fonts by name for the whole process: a font goes when its last document is printed."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style."""

    text: str
    style: str = "song"
    size: float = 14.0
    colour: tuple[float, float, float] = BLACK
    whole: bool = False
    """Not broken over two lines, if it can be avoided."""


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
        font = ttfonts.TTFont(name, io.BytesIO(carve(found, chars, name)))
        with _registry:
            _in_use[name] += 1
            if _in_use[name] == 1:
                pdfmetrics.registerFont(font)
        return name

    def release(self) -> None:
        """The document is printed: nobody else draws with its fonts."""
        with _registry:
            for name in set(self._fonts.values()):
                _in_use[name] -= 1
                if not _in_use[name]:
                    del _in_use[name]
                    del pdfmetrics._fonts[name]

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


class Press(Protocol):
    """Who holds the type, once the whole text is known."""

    type: Type


def write(kind: Type, canvas: Any, span: Span, x: float, y: float) -> float:
    """Draw one short piece of text outside the flow; where it ends."""
    line = canvas.beginText(x, y)
    line.setFillColorRGB(*span.colour)
    for char in span.text:
        line.setFont(kind.font(span.style, char), span.size)
        line.textOut(char)
        x += kind.width(span, char)
    canvas.drawText(line)
    return x


class Passage(Flowable):  # type: ignore[misc]
    """A paragraph of spans broken by our own rules: nothing in it is ever read as markup."""

    def __init__(self, press: "Press", spans: Sequence[Span], setting: Setting) -> None:
        super().__init__()
        self.press, self.setting = press, setting
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
            kind = self.press.type
            widths = [kind.width(span, char) for span, char in zip(self.owner, self.text, strict=True)]
            room = width - self.setting.indent
            if self.setting.align == "centre":
                self.lines = balanced(self.text, widths, room)
            else:
                self.lines = break_lines(self.text, widths, room - self.setting.first, room, self._whole())
        self.height = len(self.lines) * self.setting.leading
        return width, self.height

    def _whole(self) -> set[int]:
        owner = self.owner
        return {at for at in range(1, len(owner)) if owner[at].whole and owner[at] is owner[at - 1]}

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
        part = Passage(self.press, (), self.setting)
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
                write(self.press.type, self.canv, setting.label, 0, y)

    def _draw_line(self, start: int, end: int, x: float, y: float, final: bool) -> None:
        while end > start and self.text[end - 1] == " ":
            end -= 1
        kind = self.press.type
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

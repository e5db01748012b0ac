"""Carve from any font a small TrueType font with just the characters one document needs.

reportlab embeds only TrueType outlines; the good free Chinese fonts have CFF outlines. Converting the
few hundred glyphs of a document takes a fraction of a second, a whole font half a minute.
"""

import io
import threading
from functools import lru_cache
from typing import Any

from .fonts import Found, coverage, opened

_MAX_ERROR = 1.0
_UNDEFINED = ".notdef"
_FACES = 8
_reading = threading.Lock()
"""What fontTools has read lazily is no thread's own."""


@lru_cache(maxsize=_FACES)
def _source(found: Found) -> tuple[Any, Any]:
    # Read once and kept: each reading of a Chinese font leaves a hundred megabytes of cycles behind.
    font = opened(found)
    return font, font.getGlyphSet()


def carve(found: Found, characters: set[str], name: str) -> bytes:
    """A TrueType font named `name` holding `characters` of `found`."""
    from fontTools.fontBuilder import FontBuilder

    cmap = coverage(found)
    wanted = {ord(char): cmap[ord(char)] for char in sorted(characters)}
    with _reading:
        font, glyph_set = _source(found)
        order = [_UNDEFINED, *dict.fromkeys(g for g in wanted.values() if g != _UNDEFINED)]
        glyphs = {glyph: _outline(glyph_set, glyph, "CFF " in font) for glyph in order}
        metrics = font["hmtx"].metrics
        widths = {glyph: (metrics[glyph][0], _left(glyphs[glyph])) for glyph in order}
        builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
        builder.setupGlyphOrder(order)
        builder.setupCharacterMap(wanted)
        builder.setupGlyf(glyphs)
        builder.setupHorizontalMetrics(widths)
        builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
    builder.setupOS2()
    builder.setupPost()
    builder.font.recalcTimestamp = False
    builder.updateHead(created=0, modified=0)
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _left(glyph: Any) -> int:
    glyph.recalcBounds(None)
    return int(getattr(glyph, "xMin", 0))


def _outline(glyph_set: Any, glyph: str, cubic: bool) -> Any:
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    # Composites are flattened: their parts would need glyphs of their own.
    flat = DecomposingRecordingPen(glyph_set)
    glyph_set[glyph].draw(flat)
    pen = TTGlyphPen(None)
    flat.replay(Cu2QuPen(pen, _MAX_ERROR, reverse_direction=True) if cubic else pen)
    return pen.glyph()

"""The carved font is small, TrueType, deterministic, and has its characters."""

import io

from fontTools.ttLib import TTFont

from signing.fonts import assign, chain
from signing.glyphs import carve

TEXT = "笔录\U0002c029a，（"


def test_a_carved_font_has_exactly_its_characters() -> None:
    found = next(iter(assign("song", "笔").values()))
    held = {char for char, holder in assign("song", TEXT).items() if holder == found}
    font = TTFont(io.BytesIO(carve(found, held, "Carved-1")))
    assert set(font.getBestCmap()) == {ord(char) for char in held}
    assert "glyf" in font and "CFF " not in font
    assert font["name"].getDebugName(6) == "Carved-1"


def test_advance_and_side_bearing_are_those_of_the_original() -> None:
    found = chain("song")[0]
    font = TTFont(io.BytesIO(carve(found, set("（笔"), "Carved-2")))
    original = TTFont(found.path, fontNumber=found.index, lazy=True)
    for char in "（笔":
        mine, theirs = font.getBestCmap()[ord(char)], original.getBestCmap()[ord(char)]
        assert font["hmtx"][mine][0] == original["hmtx"][theirs][0]
        # A bracket drawn at the wrong end of its square comes from a lost bearing.
        assert abs(font["hmtx"][mine][1] - original["hmtx"][theirs][1]) <= 2


def test_carving_twice_gives_the_same_bytes() -> None:
    found = chain("song")[0]
    assert carve(found, set("甲乙"), "X") == carve(found, set("乙甲"), "X")


def test_parts_of_composed_glyphs_come_along() -> None:
    found = chain("song")[0]
    font = TTFont(io.BytesIO(carve(found, {"é"}, "X")))
    glyph = font["glyf"][font.getBestCmap()[ord("é")]]
    assert not glyph.isComposite() and glyph.numberOfContours >= 2

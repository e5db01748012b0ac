"""Passages and type: what reportlab gets wrong by itself."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics

from signing.fonts import MissingGlyph
from signing.sheet import WIDTH, Imprint, Sheet
from signing.typography import Passage, Setting, Span, Type, _to_unicode


def sheet() -> Sheet:
    made = Sheet(Imprint("题", "机构", "案由", 0, "", "", ""))
    made.passage([Span("甲乙丙丁，。（）abc 一二三四五六七八九十")], Setting())
    made.type = Type(made._texts)
    return made


def passage(text: str, setting: Setting | None = None) -> Passage:
    return sheet().passage([Span(text)], setting or Setting(leading=20))


def heights(parts: list[Passage]) -> list[int]:
    return [len(part.lines or []) for part in parts]


def test_characters_beyond_the_basic_plane_are_two_halves() -> None:
    table = _to_unicode("F", [0x20, 0x4E2D, 0x2C029])
    assert "<01> <4E2D>" in table
    assert "<02> <D870DC29>" in table


def test_no_block_of_the_table_is_too_long() -> None:
    table = _to_unicode("F", list(range(0x4E00, 0x4E00 + 250)))
    assert [int(count) for count in re.findall(r"(\d+) beginbfchar", table)] == [100, 100, 50]
    assert "<00> <F9>" in table


def test_the_text_with_the_missing_glyph_is_named() -> None:
    with pytest.raises(MissingGlyph) as caught:
        Type({"song": ["好", "不好\ue123"]})
    assert caught.value.text == "不好\ue123"


def test_a_passage_is_as_high_as_its_lines() -> None:
    made = passage("一二三四五六七八九十" * 10)
    _, height = made.wrap(WIDTH, 1000)
    assert height == 20 * len(made.lines or [])
    assert 3 <= len(made.lines or []) <= 4


def test_no_line_of_a_longer_passage_stands_alone() -> None:
    text = "一二三四五六七八九十" * 14
    lines = len(passage(text).lines or []) or 5
    for room in range(0, 20 * lines, 20):
        parts = passage(text).split(WIDTH, room)
        assert all(count >= 2 for count in heights(parts)), room
        if parts:
            assert sum(heights(parts)) == 5


def test_a_passage_that_fits_or_cannot_begin_is_not_split() -> None:
    assert passage("一二").split(WIDTH, 100) == []
    assert passage("一二三四五六七八九十" * 10).split(WIDTH, 10) == []


def test_a_mark_that_holds_together_is_not_torn() -> None:
    made = sheet().passage([Span("一二三四五六七八九十" * 3), Span("〔一二三四〕", whole=True)], Setting())
    made.press.type = Type({"song": ["一二三四五六七八九十〔〕"]})
    made.wrap(33 * 14, 1000)
    assert made.lines == [(0, 30), (30, 36)]


def test_fonts_are_shared_while_documents_are_printed_and_gone_afterwards(tmp_path: Path) -> None:
    def print_one(number: int) -> bytes:
        made = Sheet(Imprint("题", "机构", "案由", 0, "", "", ""))
        made.add(made.passage([Span("甲乙丙丁" + "戊己庚辛"[number % 4])], Setting()))
        out = tmp_path / f"{number}.pdf"
        assert made.print(out) == 1
        return out.read_bytes()

    before = set(pdfmetrics.getRegisteredFontNames())
    with ThreadPoolExecutor(4) as pool:
        printed = list(pool.map(print_one, range(12)))
    assert set(pdfmetrics.getRegisteredFontNames()) == before
    assert len(set(printed)) == 4

"""The end of the printed minutes: who confirmed them and signs where, and the annex of corrections."""

from typing import TYPE_CHECKING, Any

from . import minutes_readback as readback
from . import minutes_text as wording

if TYPE_CHECKING:
    from .sheet import Sheet

_TALL = 44.0
"""A box that a finger or a pen signs in."""
_TOGETHER = 5
_ANNEX = (
    ("序号", 0.09),
    ("段落", 0.11),
    ("原记录", 0.22),
    ("申请补正为", 0.22),
    ("申请人及时间", 0.18),
    ("决定", 0.18),
)


def heading(sheet: "Sheet", text: str) -> Any:
    """A heading of a part of the minutes."""
    from .typography import Setting, Span

    return sheet.passage([Span(text, "hei", 14)], Setting(leading=28, before=10, after=2))


def add_closing(sheet: "Sheet", minutes: dict[str, Any]) -> None:
    """The closing statement, and of each person how they stand to it, with an empty signature box."""
    from .sheet import WIDTH, Landmark
    from .typography import Setting, Span

    # The last paragraph goes with the signatures: a page of signatures alone could be put under any text.
    block = [sheet.flow.pop(), Landmark("核对与签名"), heading(sheet, "核对与签名")]
    if any(paragraph.draft for paragraph in wording.paragraphs(minutes)):
        note = f"标有〔{wording.DRAFT}〕的段落未经人核对，仅供查找录音录像，不作为当事人的陈述。"
        block.append(sheet.passage([Span(note, "kai", 12)], Setting(leading=20, after=4)))
    block.append(sheet.passage([Span(wording.CLOSING)], Setting(first=28, after=8)))
    rows = [_signer(sheet, *row) for row in readback.closing_rows(minutes)]
    if not rows:
        sheet.add_together(block)
        return
    titles = [_cell(sheet, title, "hei", "centre") for title in ("参加人", "核对情况", "签名及日期")]
    widths = [WIDTH * 0.30, WIDTH * 0.34, WIDTH * 0.36]
    first, rest = rows[:_TOGETHER], rows[_TOGETHER:]
    block.append(sheet.table([titles, *first], widths, _signed(), boxed=True, titles=1, least=_TALL))
    sheet.add_together(block)
    if rest:
        sheet.add(sheet.table(rest, widths, _signed(), boxed=True, least=_TALL))


def _ruled() -> list[tuple[Any, ...]]:
    return [("BOX", (0, 0), (-1, -1), 0.7), ("INNERGRID", (0, 0), (-1, -1), 0.5)]


def _signed() -> list[tuple[Any, ...]]:
    return [*_ruled(), ("VALIGN", (2, 0), (2, -1), "BOTTOM")]


def _signer(sheet: "Sheet", name: str, state: str, signs: bool) -> list[Any]:
    date = _cell(sheet, "年　　月　　日" if signs else "——", "song", "right" if signs else "centre")
    return [_cell(sheet, name), _cell(sheet, state), date]


def _cell(sheet: "Sheet", text: str, style: str = "song", align: str = "left", size: float = 12) -> Any:
    from .typography import Setting, Span

    return sheet.passage([Span(text, style, size)], Setting(leading=size * 1.5, align=align))


def add_annex(sheet: "Sheet", minutes: dict[str, Any]) -> None:
    """What was asked to be corrected, and what was decided of it: on a page of its own."""
    from .sheet import WIDTH, Landmark
    from .typography import Setting, Span

    numbers = {one.line: one.number for one in wording.paragraphs(minutes) if one.number}
    corrections = readback.annex_rows(minutes, numbers)
    if not corrections:
        return
    sheet.add_page()
    title = Setting(leading=30, align="centre", after=8)
    sheet.add(Landmark("补正附页"), sheet.passage([Span("补正附页", "title", 18)], title))
    rows = [[_cell(sheet, name, "hei", "centre", 10.5) for name, _ in _ANNEX]]
    for row in corrections:
        for part in _parts(row):
            rows.append([_stack(sheet, text, n < 2) for n, text in enumerate(part)])
    widths = [WIDTH * share for _, share in _ANNEX]
    sheet.add(sheet.table(rows, widths, _ruled(), boxed=True, titles=1))
    note = "正文中标有〔补正〕及序号的段落，已按准许的申请补正；原记录和每一次改动保存在日志中。"
    sheet.add(sheet.passage([Span(note, "kai", 12)], Setting(leading=20, before=8)))


def _stack(sheet: "Sheet", text: str, centred: bool) -> list[Any]:
    return [_cell(sheet, line, "song", "centre" if centred else "left", 10.5) for line in text.split("\n")]


_CHUNK = 160


def _parts(row: list[str]) -> list[list[str]]:
    # A row of a table cannot go on over a page: a very long text becomes several rows.
    most = max(len(text) for text in row)
    return [[text[at : at + _CHUNK] for text in row] for at in range(0, max(most, 1), _CHUNK)]

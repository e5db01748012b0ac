"""The printed invitation (参加通知): who, when, where, and the way in as a link and a QR code."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .fonts import visible

if TYPE_CHECKING:
    from .sheet import Sheet

TITLE = "参加通知"
HEARING_TITLE = "开庭通知书"
_LABEL_WIDTH = 76.0
_CODE_SIZE = 118.0


def print_invitations(invited: Sequence[dict[str, Any]], out: Path) -> dict[str, Any]:
    """Print one page per person to `out`: `pages`, `bytes`, `sha256`.

    Each: organisation, name, role, kind, arbitration, case_number, title, when, minutes, form, place, link,
    join and entry_code (where the figures are typed, and they; empty: none), code (QR modules as rows of
    booleans), heading and lead (empty: an invitation's own), notes (lines to
    heed), rehearsal, made_at (Unix ms).
    """
    from .sheet import Imprint, Sheet

    first = invited[0]
    sheet = Sheet(
        Imprint.of(
            HEARING_TITLE if first["arbitration"] else TITLE,
            {
                "organisation": first["organisation"],
                "case_number": first["case_number"],
                "case_title": first["title"],
                "closed_at": first["made_at"],
                "rehearsal": first["rehearsal"],
            },
            "",
        )
    )
    for number, person in enumerate(invited):
        if number:
            sheet.add_page()
        _page(sheet, person)
    return sheet.file(out)


def rows_of(person: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of everything that the invitation says."""
    rows = [
        ("案号", person["case_number"]),
        ("案由", person["title"]),
        ("类型", person["kind"]),
        ("您的身份", person["role"]),
        ("时间", f"{person['when']}，预计 {person['minutes']} 分钟"),
        ("方式", person["form"]),
        ("地点", person["place"]),
    ]
    if person["link"]:
        rows.append(("进入链接", person["link"]))
    if person["entry_code"]:
        rows.append(("入庭码", f"{person['entry_code']}（在 {person['join']} 输入）"))
    return rows


def _page(sheet: "Sheet", person: dict[str, Any]) -> None:
    from .sheet import WIDTH
    from .typography import Setting, Span

    centre = Setting(leading=32, align="centre")
    plain = Setting(leading=16, align="left")
    sheet.add(sheet.passage([Span(visible(person["organisation"]), "title", 22)], centre))
    heading = person.get("heading") or (HEARING_TITLE if person["arbitration"] else TITLE)
    sheet.add(sheet.passage([Span(heading, "title", 22)], Setting(leading=32, align="centre", after=10)))
    greeting = f"{visible(person['name'])}："
    sheet.add(sheet.passage([Span(greeting, "hei", 14)], Setting(leading=26)))
    usual = "本案定于下列时间开庭，请您准时参加。" if person["arbitration"] else "请您按下列时间、方式参加。"
    text = person.get("lead") or usual
    sheet.add(sheet.passage([Span(text, "song", 14)], Setting(leading=26, first=28, after=8)))
    rows, style = [], [("BOX", (0, 0), (-1, -1), 0.7), ("LINEAFTER", (0, 0), (0, -1), 0.5)]
    for label, value in rows_of(person):
        cells = [Span(label, "hei", 11)], [Span(visible(value), "song", 11)]
        rows.append([sheet.passage(cell, plain) for cell in cells])
        style.append(("LINEBELOW", (0, len(rows) - 1), (-1, len(rows) - 1), 0.5))
    sheet.add(sheet.table(rows, [_LABEL_WIDTH, WIDTH - _LABEL_WIDTH], style, boxed=True))
    if person["code"]:
        _code(sheet, person)
    for number, note in enumerate(person["notes"], 1):
        line = [Span(f"{number}. {visible(note)}", "song", 11)]
        sheet.add(sheet.passage(line, Setting(leading=17, before=6 if number == 1 else 0)))


def _code(sheet: "Sheet", person: dict[str, Any]) -> None:
    from reportlab.platypus import Spacer

    from .typography import Setting, Span

    hint = "用手机扫描二维码进入。链接、二维码和入庭码仅限您本人使用，请勿转发。"
    sheet.add(Spacer(1, 8), qr_flowable(person["code"], _CODE_SIZE))
    sheet.add(sheet.passage([Span(hint, "song", 11)], Setting(leading=20, align="centre", after=4)))


def qr_flowable(modules: Sequence[Sequence[bool]], size: float) -> Any:
    """A QR code to place on a page: `modules` dark or light, `size` in points with its margin."""
    from reportlab.platypus import Flowable

    class Code(Flowable):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.hAlign = "CENTER"

        def wrap(self, width: float, height: float) -> tuple[float, float]:
            return size, size

        def draw(self) -> None:
            # Four modules of quiet around it, or scanners do not find it.
            step = size / (len(modules) + 8)
            for y, row in enumerate(modules):
                for x, dark in enumerate(row):
                    if dark:
                        top = size - (y + 5) * step
                        self.canv.rect((x + 4) * step, top, step * 1.02, step * 1.02, stroke=0, fill=1)

    return Code()

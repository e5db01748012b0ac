"""What goes with a case to the next body: a joint application, or a sheet of hand-over, as a PDF."""

from pathlib import Path
from typing import Any

from .fonts import visible

_DAY = "日期：________________"


def print_application(told: dict[str, Any], out: Path) -> dict[str, Any]:
    """Print to `out`: `pages`, `bytes`, `sha256`.

    `told`: organisation, case_number, case_title, closed_at (Unix ms), rehearsal, title, `rows` (label and
    value) and `signers` (who has to sign it by hand).
    """
    from .sheet import WIDTH, Imprint, Sheet
    from .typography import Setting, Span

    sheet = Sheet(Imprint.of(str(told["title"]), told, ""))
    centre, plain = Setting(leading=32, align="centre", after=6), Setting(leading=20, align="left")
    sheet.add(sheet.passage([Span(visible(str(told["title"])), "title", 22)], centre))
    rows, style = [], [("BOX", (0, 0), (-1, -1), 0.7), ("LINEAFTER", (0, 0), (0, -1), 0.5)]
    for label, value in told["rows"]:
        text = visible(str(value)) or "——"
        for at in range(0, len(text), 380):
            name = Span(label if at == 0 else "", "hei", 12)
            cell = Span(text[at : at + 380], "song", 12)
            rows.append([sheet.passage([name], plain), sheet.passage([cell], plain)])
        style.append(("LINEBELOW", (0, len(rows) - 1), (-1, len(rows) - 1), 0.5))
    if rows:
        sheet.add(sheet.table(rows, [92.0, WIDTH - 92.0], style, boxed=True))
    for signer in told["signers"]:
        # A line each: beside a company's name there is no room for the day.
        for line, before in ((f"{visible(str(signer))}（签名或者盖章）：________________", 16), (_DAY, 0)):
            sheet.add(sheet.passage([Span(line, "song", 12)], Setting(leading=28, before=before)))
    return sheet.file(out)

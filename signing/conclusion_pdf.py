"""The conclusion of a panel (会审意见书) as a PDF: the question, each expert's view, their advice."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import minutes_text as wording
from .fonts import visible

if TYPE_CHECKING:
    from .sheet import Sheet

TITLE = "会审意见书"
SECONDARY = "副卷，不对外公开"
NO_MAJORITY = "意见有分歧，未形成多数意见"
_SURE = {"sure": "确信", "likely": "倾向", "unsure": "存疑"}
_KINDS = {"evidence": "证据", "minutes": "笔录", "recording": "录音录像"}
_LABEL_WIDTH = 76.0
_CHUNK = 380


def print_conclusion(review: dict[str, Any], out: Path) -> dict[str, Any]:
    """Print it to `out`: `pages`, `bytes`, `sha256`.

    `review`: organisation, number, case_number, case_title, rehearsal, made_at (Unix ms), chair, question,
    materials (kind, mark, title, day), opinions (name, level, issue, view, basis, confidence, version,
    after_reading, own: what they said before they read the others', majority), silent (name and level of
    those who gave none), text, advice (what a conclusion is).
    """
    from .sheet import Imprint, Landmark, Sheet

    sheet = Sheet(Imprint.of(TITLE, {**review, "closed_at": review["made_at"]}, SECONDARY))
    _head(sheet, review)
    for group in groups(review["opinions"]):
        _heading(sheet, group[0])
        for opinion in group[1]:
            _table(sheet, rows_of_opinion(opinion))
    if review["silent"]:
        _plain(sheet, f"未发表意见：{'、'.join(map(named, review['silent']))}。")
    sheet.add(Landmark("会审结论"))
    _heading(sheet, "会审结论")
    for paragraph in str(review["text"]).splitlines():
        _plain(sheet, paragraph, first=28)
    _heading(sheet, "说明")
    _plain(sheet, str(review["advice"]), first=28)
    _signatures(sheet, review)
    return sheet.file(out)


def groups(opinions: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The opinions under their headings: the majority's and the others, or all where there is no majority."""
    most = [one for one in opinions if one["majority"]]
    rest = [one for one in opinions if not one["majority"]]
    if not most:
        return [(f"各专家意见（{NO_MAJORITY}）" if len(opinions) > 1 else "专家意见", rest)]
    found = [(f"多数意见（{len(most)} 人）", most), (f"少数意见（{len(rest)} 人）", rest)]
    return [group for group in found if group[1]]


def rows_of(review: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what stands above the opinions."""
    experts = [named(one) for one in (*review["opinions"], *review["silent"])]
    read = [
        f"{n}. {_KINDS[one['kind']]} {one['mark']}{'《' + one['title'] + '》'}"
        for n, one in enumerate(review["materials"], 1)
    ]
    rows = [
        ("编号", review["number"]),
        ("案号", review["case_number"]),
        ("案由", review["case_title"]),
        ("时间", wording.moment(review["made_at"])),
        ("主持人", review["chair"]),
        ("会审专家", "、".join(experts)),
        ("会审问题", review["question"]),
        ("所阅材料", "；".join(read) or "未提供书面材料"),
    ]
    return [(label, value) for label, value in rows if value]


def named(expert: dict[str, Any]) -> str:
    """An expert's name with the level they are of, where it is known."""
    level = wording.LEVELS.get(expert["level"], "")
    return f"{expert['name']}（{level}）" if level else str(expert["name"])


def rows_of_opinion(opinion: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of one expert's opinion, and of what they had said before they read the others'."""
    marks = [f"第 {opinion['version']} 稿"] if opinion["version"] > 1 else []
    marks += ["阅看他人意见后提出"] if opinion["after_reading"] else []
    rows = [
        ("专家", named(opinion) + (f"（{'，'.join(marks)}）" if marks else "")),
        ("问题", opinion["issue"]),
        ("意见", opinion["view"]),
        ("阅看前意见", opinion["own"]),
        ("依据", opinion["basis"]),
        ("把握程度", _SURE[opinion["confidence"]]),
    ]
    return [(label, value) for label, value in rows if value]


def _head(sheet: "Sheet", review: dict[str, Any]) -> None:
    from .sheet import Landmark
    from .typography import Setting, Span

    sheet.add(Landmark("首部"))
    centre = Setting(leading=32, align="centre")
    sheet.add(sheet.passage([Span(visible(str(review["organisation"])), "title", 22)], centre))
    sheet.add(sheet.passage([Span(TITLE, "title", 22)], Setting(leading=32, align="centre", after=10)))
    if review["rehearsal"]:
        sheet.add(sheet.passage([Span(wording.REHEARSAL, "hei", 12)], Setting(leading=20, after=6)))
    _table(sheet, rows_of(review))


def _heading(sheet: "Sheet", text: str) -> None:
    from .typography import Setting, Span

    sheet.add(sheet.passage([Span(visible(text), "hei", 14)], Setting(leading=26, before=10)))


def _plain(sheet: "Sheet", text: str, first: float = 0) -> None:
    from .typography import Setting, Span

    if text.strip():
        sheet.add(sheet.passage([Span(visible(text.strip()), "song", 14)], Setting(leading=24, first=first)))


def _table(sheet: "Sheet", rows: Sequence[tuple[str, str]]) -> None:
    from reportlab.platypus import Spacer

    from .sheet import WIDTH
    from .typography import Setting, Span

    plain = Setting(leading=18, align="left")
    cells, style = [], [("BOX", (0, 0), (-1, -1), 0.7), ("LINEAFTER", (0, 0), (0, -1), 0.5)]
    for label, value in rows:
        # A row cannot go on over a page: a long value becomes several rows.
        for number, piece in enumerate(_pieces(value)):
            name = Span(label if number == 0 else "", "hei", 11)
            cells.append([sheet.passage([name], plain), sheet.passage([Span(piece, "song", 11)], plain)])
        style.append(("LINEBELOW", (0, len(cells) - 1), (-1, len(cells) - 1), 0.5))
    sheet.add(sheet.table(cells, [_LABEL_WIDTH, WIDTH - _LABEL_WIDTH], style, boxed=True), Spacer(1, 8))


def _pieces(value: str) -> list[str]:
    lines = [visible(line) for line in value.splitlines() if line.strip()] or [""]
    return [line[at : at + _CHUNK] for line in lines for at in range(0, max(1, len(line)), _CHUNK)]


def _signatures(sheet: "Sheet", review: dict[str, Any]) -> None:
    from .typography import Setting, Span

    names = [one["name"] for one in review["opinions"]]
    lines = [f"会审专家（签名）：{visible(name)}　＿＿＿＿＿＿＿＿" for name in names]
    lines.append(f"主持人（签名）：{visible(review['chair'])}　＿＿＿＿＿＿＿＿")
    sheet.add_together(
        [sheet.passage([Span(line, "song", 12)], Setting(leading=26, before=6)) for line in lines]
    )

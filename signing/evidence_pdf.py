"""The list of evidence (证据清单) as a PDF: items, what was said to them, notes, originals, hashes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import minutes_text as wording
from .fonts import visible

if TYPE_CHECKING:
    from .sheet import Sheet

TITLE = "证据清单"
_KINDS = {"picture": "照片", "document": "文档", "video": "视频", "audio": "录音", "office": "Word 文档"}
_SAID = {"accept": "认可", "deny": "不认可", "unspoken": "未发表意见"}
_POINTS = (("authenticity", "真实性"), ("legality", "合法性"), ("relevance", "关联性"))
_PARTIES = {"applicant": "申请人", "respondent": "被申请人", "third_party": "第三人", "tribunal": "本庭"}
_LABEL_WIDTH = 76.0
_CHUNK = 380


def print_evidence(listed: dict[str, Any], out: Path) -> dict[str, Any]:
    """Print the list to `out`: `pages`, `bytes`, `sha256`.

    `listed`: organisation, case_number, case_title, rehearsal, closed_at, names (participant id → name)
    and `items` as `room_server.evidence.listing` makes them.
    """
    sheet = _sheet(listed)
    _head(sheet, listed)
    for item in listed["items"]:
        _item(sheet, item, listed.get("names", {}))
    return sheet.file(out)


def rows_of(item: dict[str, Any], names: dict[str, str]) -> list[tuple[str, str]]:
    """Label and value of everything the list says of one item."""
    rows = [
        ("名称", item["title"]),
        ("证明目的", item["purpose"] or "未填写"),
        ("种类", _kind(item)),
        ("提交", f"{_PARTIES[item['side']]}（{_brought(item)}），{wording.moment(item['submitted_at'])}"),
    ]
    if item["withdrawn"]:
        reason = item["withdrawn"]["reason"]
        rows.append(
            ("撤回", wording.moment(item["withdrawn"]["at"]) + (f"，理由：{reason}" if reason else ""))
        )
    shown = len(item["presented_ms"])
    rows.append(("出示", f"当庭出示 {shown} 次" if shown else "未出示"))
    for party, said in item["examined"].items():
        rows.append((f"{_PARTIES[party]}质证", _opinion(said)))
    rows.append(("原件", _original(item["original"], names)))
    if item["note"]:
        rows.append(("本庭意见", item["note"]))
    rows.append(("文件校验值", f"SHA-256 {_grouped(item['sha256'])}，{item['bytes']} 字节"))
    return rows


def _brought(item: dict[str, Any]) -> str:
    giver = item.get("received_from")
    return f"{giver} 交来，{item['by']} 代为登记" if giver else str(item["by"])


def _kind(item: dict[str, Any]) -> str:
    name = _KINDS.get(item["kind"], item["kind"])
    if item["seconds"]:
        minutes, seconds = divmod(int(item["seconds"]), 60)
        return f"{name}，{minutes}分{seconds}秒"
    return f"{name}，{item['pages']} 页" if item["pages"] else name


def _opinion(said: dict[str, Any]) -> str:
    text = "；".join(f"{chinese}：{_SAID[said[name]]}" for name, chinese in _POINTS)
    return f"{text}；理由：{said['reason']}" if said["reason"] else text


def _original(held: dict[str, Any] | None, names: dict[str, str]) -> str:
    if not held:
        return "未核对原件"
    who = names.get(held["by"], held["by"])
    remark = f"；{held['remark']}" if held["remark"] else ""
    return f"已核对原件（{who}，{wording.moment(held['at'])}）{remark}"


def _grouped(text: str) -> str:
    return " ".join(text[at : at + 8] for at in range(0, len(text), 8))


def _sheet(listed: dict[str, Any]) -> "Sheet":
    from .sheet import Imprint, Sheet

    return Sheet(Imprint.of(TITLE, listed, ""))


def _head(sheet: "Sheet", listed: dict[str, Any]) -> None:
    from .typography import Setting, Span

    organisation = visible(str(listed.get("organisation") or ""))
    centre = Setting(leading=32, align="centre")
    if organisation:
        sheet.add(sheet.passage([Span(organisation, "title", 22)], centre))
    sheet.add(sheet.passage([Span(TITLE, "title", 22)], Setting(leading=32, align="centre", after=6)))
    about = f"案号：{listed.get('case_number') or '——'}　案由：{listed.get('case_title') or '——'}"
    sheet.add(sheet.passage([Span(visible(about), "song", 12)], Setting(leading=20, after=6)))
    if listed.get("rehearsal"):
        sheet.add(sheet.passage([Span(wording.REHEARSAL, "hei", 12)], Setting(leading=20, after=6)))


def _item(sheet: "Sheet", item: dict[str, Any], names: dict[str, str]) -> None:
    from .sheet import WIDTH, Landmark
    from .typography import Setting, Span

    plain = Setting(leading=18, align="left")
    title = visible(item["mark"]) + ("（已撤回）" if item["withdrawn"] else "")
    heading = sheet.passage([Span(title, "hei", 14)], Setting(leading=26, before=8))
    rows, style = [], [("BOX", (0, 0), (-1, -1), 0.7), ("LINEAFTER", (0, 0), (0, -1), 0.5)]
    for label, value in rows_of(item, names):
        # Line breaks in a title or a purpose could pass for another row.
        text = visible(value)
        for at in range(0, max(1, len(text)), _CHUNK):
            name = Span(label if at == 0 else "", "hei", 11)
            cell = Span(text[at : at + _CHUNK], "song", 11)
            rows.append([sheet.passage([name], plain), sheet.passage([cell], plain)])
        style.append(("LINEBELOW", (0, len(rows) - 1), (-1, len(rows) - 1), 0.5))
    sheet.add(Landmark(title), heading)
    sheet.add(sheet.table(rows, [_LABEL_WIDTH, WIDTH - _LABEL_WIDTH], style, boxed=True))

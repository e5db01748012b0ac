"""What a court opens without our server: README.txt and an index.html without any script."""

import html
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from signing import minutes_text
from signing.fonts import visible
from signing.keys import fingerprint

from ..verifying import layout
from .source import CaseSource

_STYLE = """
body{font-family:"Noto Serif CJK SC","Songti SC",SimSun,serif;max-width:52rem;margin:2rem auto;padding:0 1rem;
color:#1a1a1a;background:#fff;line-height:1.75}
h1{font-size:1.6rem;text-align:center}h2{font-size:1.15rem;border-bottom:1px solid #999;margin-top:2.2rem}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #888;padding:.3rem .6rem;text-align:left;
vertical-align:top}
th{white-space:nowrap;font-weight:600;width:8rem}video{width:100%;max-height:20rem;background:#000}
audio{width:100%}
.rehearsal{border:3px solid #b00020;color:#b00020;padding:.6rem 1rem;font-weight:700}
.secondary{border:1px solid #666;padding:.4rem 1rem;font-weight:700}
.draft{color:#666;font-size:.85em}
.hash{font-family:monospace;overflow-wrap:anywhere}
ol.lines li{margin:.35rem 0}
figure{margin:1rem 0}
nav{font-size:.9em;margin-left:.5em;display:inline}
"""

_SECONDARY = "副卷：专家会审的记录，仅供办案人员参考，不向当事人提供。"

Track = Mapping[str, Any]


def readme(source: CaseSource, names: Sequence[str]) -> str:
    """What this folder is, how to read it and how to check it."""
    rows = [
        "卷宗说明 / About this case file",
        "",
        f"案号：{source.case_number}",
        f"案由：{source.prepared.get('case_title', '')}",
        f"机构：{source.prepared.get('organisation', '')}",
        f"庭次：{source.sitting}",
        "",
    ]
    if source.volume is layout.APART:
        rows += [_SECONDARY, "Secondary file: the record of an advisory review. Not for the parties.", ""]
    if source.rehearsal:
        rows += [minutes_text.REHEARSAL, "REHEARSAL: not a record, and never can be one.", ""]
    rows += [
        "一、阅读：用浏览器打开 data/说明/index.html，可以看笔录、播放录音录像，不需要网络。",
        "   Read: open data/说明/index.html in any browser; no network is needed.",
        "二、核验：运行 python3 data/校验/verify.py（只需要 Python 3），或者运行 heting verify 本文件夹。",
        "   Check: python3 data/校验/verify.py, or heting verify THIS-FOLDER. Any changed byte is named.",
        "三、封存：seal.json 由制作本卷宗的服务器签名（Ed25519）。签名密钥的指纹应当与机构公布的一致：",
        "   Sealed by the server whose key has this fingerprint; compare it with the one made public:",
        f"   {fingerprint(source.key.public)}",
        "",
        "目录 / Contents:",
        *[f"  {name}" for name in names],
    ]
    return "\n".join(visible(row) for row in rows) + "\n"


def index(source: CaseSource, names: Sequence[str], tracks: Sequence[Track]) -> str:
    """The page that shows the minutes and plays the recordings by relative links."""
    minutes = dict(source.minutes)
    title = html.escape(minutes_text.title(minutes))
    mark = f'<p class="rehearsal">彩排。{minutes_text.REHEARSAL}</p>' if source.rehearsal else ""
    mark += f'<p class="secondary">{_SECONDARY}</p>' if source.volume is layout.APART else ""
    fields = "".join(_row(label, value) for label, value in minutes_text.header_fields(minutes))
    files = "".join(f"<li>{_link(name, name.removeprefix(layout.PAYLOAD))}</li>" for name in names)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title} {html.escape(source.case_number)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{html.escape(str(minutes.get('organisation', '')))}<br>{title}</h1>"
        f"{mark}<table>{fields}</table>"
        f"<h2>笔录</h2><ol class=lines>{_lines(minutes, tracks, source.volume)}</ol>"
        f"<h2>录音录像</h2>{_players(minutes, tracks, source.volume)}"
        f"<h2>文件</h2><ul>{files}</ul>"
        f"<h2>校验</h2><table>{_proof(source, minutes)}</table></body></html>\n"
    )


def _row(label: str, value: str) -> str:
    return f"<tr><th>{html.escape(label)}</th><td>{html.escape(value).replace(chr(10), '<br>')}</td></tr>"


def _link(name: str, text: str, fragment: str = "") -> str:
    href = quote("../" + name.removeprefix(layout.PAYLOAD)) + fragment
    return f'<a href="{href}">{html.escape(text)}</a>'


def _lines(minutes: dict[str, Any], tracks: Sequence[Track], volume: layout.Volume) -> str:
    stand = [line for line in minutes.get("lines", []) if not line.get("struck")]
    spoken = iter(line for line in stand if not minutes_text.is_direction(line))
    rows = []
    for paragraph in minutes_text.paragraphs(minutes):
        if not paragraph.number:
            rows.append(f'<li style="list-style:none">{html.escape(paragraph.text)}</li>')
            continue
        line = next(spoken)
        draft = f' <span class="draft">〔{minutes_text.DRAFT}〕</span>' if paragraph.draft else ""
        said = f"<b>{html.escape(paragraph.who)}</b>：{html.escape(paragraph.text)}{draft}"
        rows.append(f"<li value={paragraph.number}>{said}{_listen(line, tracks, volume)}</li>")
    return "".join(rows)


def _listen(line: Mapping[str, Any], tracks: Sequence[Track], volume: layout.Volume) -> str:
    at = line.get("start_ms")
    for track in tracks:
        mine = track.get("participant") == line.get("speaker") and track.get("source") == "microphone"
        for file in track.get("files", ()) if mine and at is not None else ():
            if file["start_ms"] <= at < file["start_ms"] + file["duration_ms"]:
                seconds = (at - file["start_ms"]) / 1000
                return f"<nav>{_link(volume.recordings + file['file'], '听', f'#t={seconds:.1f}')}</nav>"
    return ""


def _players(minutes: dict[str, Any], tracks: Sequence[Track], volume: layout.Volume) -> str:
    names = minutes_text.speakers(minutes)
    sources = {"microphone": "声音", "camera": "画面", "screen": "屏幕"}
    shown = []
    for track in tracks:
        who = names.get(str(track.get("participant")), str(track.get("participant")))
        what = sources.get(str(track.get("source")), str(track.get("source")))
        element = "audio" if track.get("source") == "microphone" else "video"
        for file in track.get("files", ()):
            href = quote("../" + volume.recordings.removeprefix(layout.PAYLOAD) + file["file"])
            caption = html.escape(f"{who} {what}，自 {file['start_ms'] / 1000:.1f} 秒起")
            player = f'<{element} controls preload="none" src="{href}"></{element}>'
            shown.append(f"<figure><figcaption>{caption}</figcaption>{player}</figure>")
    return "".join(shown) or "<p>本次没有录音录像。</p>"


def _proof(source: CaseSource, minutes: dict[str, Any]) -> str:
    rows = [
        _row("录音录像校验值", str(minutes.get("recording_root", ""))),
        _row("日志校验值", str(minutes.get("journal_head", ""))),
        _row("封存密钥指纹", fingerprint(source.key.public)),
        _row("语音识别", minutes_text.engine_statement(minutes)),
    ]
    return "".join(rows).replace("<td>", '<td class="hash">')

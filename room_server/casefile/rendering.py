"""The minutes as plain text and as WebVTT captions for the recordings. Pure."""

import html
from collections.abc import Mapping
from typing import Any

from signing import minutes_text
from signing.fonts import visible


def as_text(minutes: Mapping[str, Any]) -> str:
    """The minutes for any editor: header, numbered paragraphs, proof."""
    data = dict(minutes)
    rows = [minutes_text.title(data)]
    if data.get("rehearsal"):
        rows.append(minutes_text.REHEARSAL)
    rows += [f"{label}：{value}".replace("\n", "；") for label, value in minutes_text.header_fields(data)]
    rows.append("")
    for paragraph in minutes_text.paragraphs(data):
        if not paragraph.number:
            rows.append(paragraph.text)
            continue
        draft = f"〔{minutes_text.DRAFT}〕" if paragraph.draft else ""
        rows.append(f"{paragraph.number}. {paragraph.who}：{paragraph.text}{draft}")
    rows += ["", minutes_text.counts_statement(data), minutes_text.engine_statement(data)]
    rows += [
        f"录音录像校验值：{data.get('recording_root', '')}",
        f"日志校验值：{data.get('journal_head', '')}",
    ]
    return "\n".join(rows) + "\n"


def as_captions(minutes: Mapping[str, Any]) -> str:
    """WebVTT in media time: one cue per spoken line, with its speaker as voice."""
    names = minutes_text.speakers(dict(minutes))
    cues = ["WEBVTT"]
    spoken = [line for line in minutes.get("lines", []) if _timed(line)]
    for line in sorted(spoken, key=lambda line: (line["start_ms"], line["end_ms"])):
        who = names.get(str(line.get("speaker") or ""), "发言人未定")
        text = html.escape(visible(str(line["text"])), quote=False)
        voice = html.escape(who, quote=False)
        end = max(line["end_ms"], line["start_ms"] + 1)
        cues.append(f"{_clock(line['start_ms'])} --> {_clock(end)}\n<v {voice}>{text}")
    return "\n\n".join(cues) + "\n"


def _timed(line: Mapping[str, Any]) -> bool:
    return not line.get("struck") and line.get("start_ms") is not None and line.get("end_ms") is not None


def _clock(ms: int) -> str:
    seconds, rest = divmod(int(ms), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"

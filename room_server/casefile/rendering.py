"""The minutes as plain text, and as captions and speaker times for the recordings. Pure."""

import html
from collections.abc import Iterator, Mapping
from typing import Any

from signing import minutes_text
from signing.fonts import visible

_WIDE = str.maketrans("<>{}", "＜＞｛｝")


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
    cues = ["WEBVTT"]
    for start, end, who, line in _spoken(minutes):
        text = html.escape(visible(str(line["text"])), quote=False)
        voice = html.escape(who, quote=False)
        cues.append(f"{_clock(start)} --> {_clock(end)}\n<v {voice}>{text}")
    return "\n\n".join(cues) + "\n"


def as_subtitles(minutes: Mapping[str, Any]) -> str:
    """SubRip in media time. It knows no way to escape: brackets that players read as markup become wide."""
    cues = []
    for number, (start, end, who, line) in enumerate(_spoken(minutes), start=1):
        text = f"{who}：{visible(str(line['text']))}".translate(_WIDE)
        times = f"{_clock(start)} --> {_clock(end)}".replace(".", ",")
        cues.append(f"{number}\n{times}\n{text}\n")
    return "\n".join(cues)


def as_rttm(minutes: Mapping[str, Any], sitting: str) -> str:
    """Who spoke when, one line of RTTM for each spoken line: seconds in media time, speakers by their ids."""
    rows = []
    for start, end, _, line in _spoken(minutes):
        who = str(line.get("speaker") or "unknown")
        spent = f"{start / 1000:.3f} {(end - start) / 1000:.3f}"
        rows.append(f"SPEAKER {sitting} 1 {spent} <NA> <NA> {who} <NA> <NA>\n")
    return "".join(rows)


def _spoken(minutes: Mapping[str, Any]) -> Iterator[tuple[int, int, str, Mapping[str, Any]]]:
    """Start and end in ms, the speaker's name, and the line, of all that was said and stands."""
    names = minutes_text.speakers(dict(minutes))
    timed = [line for line in minutes.get("lines", []) if _timed(line)]
    for line in sorted(timed, key=lambda line: (line["start_ms"], line["end_ms"])):
        who = names.get(str(line.get("speaker") or ""), "发言人未定")
        yield line["start_ms"], max(line["end_ms"], line["start_ms"] + 1), who, line


def _timed(line: Mapping[str, Any]) -> bool:
    return not line.get("struck") and line.get("start_ms") is not None and line.get("end_ms") is not None


def _clock(ms: int) -> str:
    seconds, rest = divmod(int(ms), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"

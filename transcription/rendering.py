"""Lines of the minutes as plain text and as WebVTT (pure)."""

from collections.abc import Iterable, Mapping
from typing import Any

_SHORTEST_CUE_MS = 500


def plain_text(lines: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """`name：text`, one line each; a line without a speaker is a stage direction in full-width brackets."""
    return "".join(_paragraph(line, names) + "\n" for line in lines if not line["struck"])


def webvtt(lines: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Subtitles with voices; lines that have no time (written by hand) are left out."""
    timed = [line for line in lines if not line["struck"] and line["start_ms"] is not None]
    cues = [_cue(line, names) for line in sorted(timed, key=lambda line: line["start_ms"])]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def clock(milliseconds: int) -> str:
    """`HH:MM:SS.mmm` as WebVTT writes it."""
    seconds, ms = divmod(milliseconds, 1000)
    minutes, s = divmod(seconds, 60)
    h, m = divmod(minutes, 60)
    return f"{h:02}:{m:02}:{s:02}.{ms:03}"


def _paragraph(line: Mapping[str, Any], names: Mapping[str, str]) -> str:
    text = " ".join(line["text"].split())
    speaker = line["speaker"]
    if speaker:
        how = "（文字发言）" if line.get("in_writing") else ""
        return f"{names.get(speaker, speaker)}{how}：{text}"
    return text if text.startswith("（") else f"（{text}）"


def _cue(line: Mapping[str, Any], names: Mapping[str, str]) -> str:
    start = line["start_ms"]
    end = max(line["end_ms"] or 0, start + _SHORTEST_CUE_MS)
    text = _escaped(line["text"])
    speaker = _escaped(names.get(line["speaker"], line["speaker"]))
    words = f"<v {speaker}>{text}</v>" if speaker else text
    return f"{clock(start)} --> {clock(end)}\n{words}"


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return " ".join(text.split())

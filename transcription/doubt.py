"""Reasons not to believe a recogniser (pure): silence and noise make such models invent text."""

import re

# What such models write on silence, from the subtitles they were trained on; nobody says it in a room.
_SUBTITLES = re.compile(
    r"(请不吝点赞|明镜与点点|字幕(由|志愿|制作|组|提供|by)|amara\.?org|中文字幕|谢谢(您的)?(观看|收看)|订阅.{0,4}转发)",
    re.IGNORECASE,
)
_LOOP = re.compile(r"(.{2,20}?)\1{4,}", re.DOTALL)
_SIGNS = re.compile(r"[\s\W_]+")


def doubt(text: str, seconds: float, no_speech: float, log_probability: float, prompt: str = "") -> str:
    """Why this text should not be believed, or an empty string."""
    letters = _SIGNS.sub("", text)
    if not letters:
        return "empty"
    if no_speech > 0.6 and log_probability < -1.0:
        return "no speech"
    if log_probability < -1.6:
        return "unsure"
    if len(letters) / max(seconds, 0.1) > 15:
        return "too much text"
    if looped(letters):
        return "repetition"
    if _SUBTITLES.search(text):
        return "subtitle phrase"
    if len(letters) >= 6 and letters in _SIGNS.sub("", prompt):
        return "prompt"
    return ""


def looped(letters: str) -> bool:
    """Whether one piece said five times or more makes up most of the text."""
    found = max((m.group(0) for m in _LOOP.finditer(letters)), key=len, default="")
    return len(found) > 0.7 * len(letters) and len(found) >= 12

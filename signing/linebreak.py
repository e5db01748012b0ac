"""Where a line of Chinese text may end: the rules of 避头尾, and words of Latin letters kept whole. Pure."""

from collections.abc import Container, Sequence

CANNOT_START = frozenset(
    "，。、；：！？）》〉」』】〕〗”’…—～·％‰℃!),.:;?]}%¢°'\"›»ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
CANNOT_END = frozenset("（《〈「『【〔〖“‘([{¥￥＄£€$‹«")
_PAIRED = ("——", "……")


def _in_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "-_@/.+'")


def may_break(text: str, at: int) -> bool:
    """Whether a line may end before `text[at]`."""
    before, after = text[at - 1], text[at]
    if after in CANNOT_START or before in CANNOT_END or after == " ":
        return False
    if before + after in _PAIRED:
        return False
    return not (_in_word(before) and _in_word(after))


def _last_break(text: str, start: int, limit: int, whole: Container[int]) -> int:
    for at in range(limit, start, -1):
        if at not in whole and may_break(text, at):
            return at
    return limit


def break_lines(
    text: str, widths: Sequence[float], first: float, rest: float, whole: Container[int] = ()
) -> list[tuple[int, int]]:
    """Ranges of `text`, one per line; the first line is `first` wide and the others `rest`.

    Before the positions in `whole` a line ends only if nothing else is possible.
    """
    lines: list[tuple[int, int]] = []
    start, room, used, at = 0, first, 0.0, 0
    while at < len(text):
        used += widths[at]
        # A space may hang over the edge: nobody sees it.
        if used > room + 0.01 and at > start and text[at] != " ":
            end = _last_break(text, start, at, whole)
            lines.append((start, end))
            start, room, used, at = end, rest, 0.0, end
            continue
        at += 1
    if start < len(text) or not lines:
        lines.append((start, len(text)))
    return lines


def balanced(text: str, widths: Sequence[float], width: float) -> list[tuple[int, int]]:
    """Lines of a title: as few as fit, and of about the same length."""
    lines = break_lines(text, widths, width, width)
    room = sum(widths) / len(lines)
    step = max(widths, default=1.0)
    while room < width:
        tried = break_lines(text, widths, room, room)
        if len(tried) == len(lines):
            return tried
        room += step / 2
    return lines

"""Chinese numerals ↔ numbers (pure): only what is spelled as a number would be is taken for one."""

import re
from dataclasses import dataclass

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_SIGNS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GREAT = {"万": 10**4, "亿": 10**8}
_BELOW = {"百": "十", "千": "百", "万": "千", "亿": "千万"}
_SHORT = re.compile(r"[百千万亿][一二三四五六七八九]$")
_LIMIT = 10**12


@dataclass(frozen=True, slots=True)
class Number:
    """A numeral's value; `short`: its last unit was left out, as in 一万二 for 12,000."""

    value: int
    short: bool = False


def number_of(numeral: str) -> Number | None:
    """The number a numeral spells, or None: 五六千, 千万, 一五一十 spell none."""
    if len(numeral) > 1 and re.search(r"两(?![百千万亿])", numeral):
        return None
    plain = numeral.replace("两", "二").replace("〇", "零")
    short = _SHORT.search(plain) is not None
    if short:
        plain += _BELOW[plain[-2]]
    value = _sum(plain)
    if value is None or value >= _LIMIT or plain not in _spellings(value):
        return None
    return Number(value, short)


def digits_of(numeral: str) -> str | None:
    """A row of single digits, as in telephone numbers and years, or None."""
    signs = [DIGITS.get(sign) for sign in numeral]
    return None if None in signs or not signs else "".join(map(str, signs))


def spelled(value: int, filled: bool = False) -> str:
    """The number in Chinese, below 10^12; `filled`: with 零 after a round part, as in 十万零八千."""
    if value == 0:
        return "零"
    parts = [(value // 10**8, "亿"), (value // 10**4 % 10**4, "万"), (value % 10**4, "")]
    text, before = "", 0
    gap = False
    for section, unit in parts:
        if not section:
            gap = gap or bool(text)
            continue
        if text and (gap or section < 1000 or (filled and before % 10 == 0)):
            text += "零"
        text += _section(section) + unit
        before, gap = section, False
    return text


def _section(value: int) -> str:
    text = ""
    for sign, unit in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = value // unit % 10
        if digit:
            text += _SIGNS[digit] + sign
        elif text and not text.endswith("零"):
            text += "零"
    return text.rstrip("零")


def _spellings(value: int) -> set[str]:
    found = {spelled(value), spelled(value, filled=True)}
    return found | {text[1:] for text in found if text.startswith("一十")}


def _sum(plain: str) -> int | None:
    total = section = digit = 0
    for at, sign in enumerate(plain):
        if sign in _UNITS:
            section += (digit if digit or at else 1) * _UNITS[sign]
            digit = 0
        elif sign == "亿":
            total = (total + section + digit) * _GREAT[sign]
            section = digit = 0
        elif sign == "万":
            total += (section + digit) * _GREAT[sign]
            section = digit = 0
        elif sign in DIGITS:
            digit = DIGITS[sign]
        else:
            return None
    return total + section + digit

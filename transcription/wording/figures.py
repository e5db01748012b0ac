"""Numbers that were spoken, written in figures as minutes want them: 八千元 → 8000元 (pure).

Only what is certainly a number with a certain meaning is written: sums of money, dates, times of day,
articles of law, percentages, measures from ten on, telephone and identity numbers. Vague amounts (五六千块,
十来天), fractions, idioms and small counts (三个月) stay as they were spoken, as does whatever is in doubt.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .numerals import Number, digits_of, number_of

Found: TypeAlias = Iterable[tuple[int, str]]
"""Groups of a match with what is to be written in their place."""

_D = "零〇一二三四五六七八九"
_N = f"[{_D}两十百千万亿]"
_FIGURE = "\ue001"
_ALONE = rf"(?<![{_D}两十百千万亿幺几数.{_FIGURE}])"
_WHOLE = rf"({_ALONE}{_N}+)(?!{_N})"
_KEPT = "\ue000"
_ROUND = 1_000_000

_MONEY = r"(?:元|块|角钱|毛钱|美元|美金|欧元|港元|港币|日元|英镑|人民币)"
_MEASURES = (
    "个|天|日|号|年|月|周|岁|次|条|款|项|页|份|人|名|位|件|张|小时|分钟|秒|公里|千米|米|平方|平米|吨|公斤|千克|斤|"
    "克|倍|层|楼|室|期|户|家|台|辆|套|本|篇|章|节|段|句|票|支|只|箱|袋|瓶|批|轮|届|组|桌|间|栋|幢|亩|度|世纪|季度|"
    "工时|课时|班|笔|股|型|路|集|行|列|排|届|字节|兆|瓦|伏|升|毫升|厘米|毫米"
)
_DAYTIME = "上午|下午|早上|早晨|清晨|中午|正午|傍晚|晚上|夜里|半夜|凌晨|当晚|当天上午|午后"
_AFTER_BARE = (
    r"(?=$|[\s，。、；：！？,.;:!?）)》」”]|"
    r"的|是|了|吗|吧|呢|啊|给|都|就|也|和|或|左右|以上|以下|以内|到|至|整|不|行|太|够)"
)

# What looks like numbers and is none, or means no certain one.
_IDIOMS = re.compile(
    rf"(?<!{_N})(?:一五一十|一百个不|一百二十个心|二百五(?!{_N}|块|元)|十[天年][半八]|十年如一日|十年寒窗|"
    rf"一千零一夜|三百六十行|八百里加急|一百八十度大|十字|十分(?!钟))|不怕一万(?!{_N})|第一百货|百分之[百千万](?!{_N})|"
    rf"(?:星期|礼拜|(?<!{_N})周)[一二三四五六]|"
    # Eight to nine thousand: the smaller number has left its unit to the greater one.
    rf"{_ALONE}[一二两三四五六七八九](?:到|至|、)[一二两三四五六七八九][十百千万亿]+(?!{_N})|"
    rf"(?!百分之|千分之){_N}+分之{_N}+(?:点{_N}+)?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """`length` characters at `at` as spoken are `written_length` characters at `written_at` as written."""

    at: int
    length: int
    written_at: int
    written_length: int


@dataclass(frozen=True, slots=True)
class Written:
    """A text with its numbers in figures, and where those lie; everything outside the spans is unchanged."""

    text: str
    spans: tuple[Span, ...] = ()


def written(spoken: str, keep: Sequence[str] = ()) -> Written:
    """Write the numbers of a text in figures; the words of `keep` (names) are left as they are."""
    if not re.search(_N, spoken):
        return Written(spoken)
    view = _without(spoken, keep)
    places: dict[tuple[int, int], str] = {}
    before = -1
    # What was written may be the context of something else, once more until nothing is left to write.
    while before != (before := len(places)):
        for pattern, rule in _RULES:
            for match in pattern.finditer(view):
                for group, figures in rule(match):
                    start, end = match.span(group)
                    places[start, end] = figures
                    view = view[:start] + _FIGURE * (end - start) + view[end:]
    return _assembled(spoken, places)


def _without(spoken: str, keep: Sequence[str]) -> str:
    view = _IDIOMS.sub(lambda m: _KEPT * len(m.group()), re.sub(r"\d", _FIGURE, spoken))
    for word in keep:
        if word and re.search(_N, word):
            view = view.replace(word, _KEPT * len(word))
    return view


def _assembled(spoken: str, places: dict[tuple[int, int], str]) -> Written:
    parts: list[str] = []
    spans = []
    done = length = 0
    for (start, end), figures in sorted(places.items()):
        parts += [spoken[done:start], figures]
        length += start - done
        spans.append(Span(start, end - start, length, len(figures)))
        length += len(figures)
        done = end
    return Written("".join([*parts, spoken[done:]]), tuple(spans))


def figures_of(value: int) -> str:
    """A count in figures; round ones from a million on keep 万 or 亿, or nobody could read them."""
    if value < _ROUND or value % 10**4:
        return str(value)
    if value < 10**8:
        return f"{value // 10**4}万"
    whole, rest = divmod(value, 10**8)
    tail = f"{rest:08}".rstrip("0")
    return f"{whole}.{tail}亿" if tail else f"{whole}亿"


# ---- the rules, in the order in which they are asked ---------------------------------------------


def _percent(match: re.Match[str]) -> Found:
    number, decimals = number_of(match[2]), digits_of(match[3] or "")
    if number and not number.short and (decimals or not match[3]):
        sign = "%" if match[1][0] == "百" else "‰"
        yield 0, str(number.value) + (f".{decimals}" if decimals else "") + sign


def _digits(match: re.Match[str]) -> Found:
    digits = digits_of(match[1])
    if digits:
        yield 1, digits


def _long_digits(match: re.Match[str]) -> Found:
    # Whoever says 一二三四五六七 is counting.
    if (digits_of(match[1]) or "") not in "0123456789":
        yield from _digits(match)


def _within(*limits: tuple[int, int]) -> Callable[[re.Match[str]], Iterator[tuple[int, str]]]:
    """Every group is a number in its limits, or nothing is written."""

    def rule(match: re.Match[str]) -> Iterator[tuple[int, str]]:
        numbers = [number_of(text) if text else None for text in match.groups()]
        found = list(zip(match.groups(), numbers, limits, strict=True))
        if all(not t or (n and not n.short and low <= n.value <= high) for t, n, (low, high) in found):
            yield from ((at, str(n.value)) for at, (_, n, _) in enumerate(found, 1) if n)

    return rule


def _time(match: re.Match[str]) -> Found:
    daytime, hour, rest, minute, tail = match.groups()
    hours, minutes = number_of(hour), _minute(minute)
    if hours is None or hours.short or hours.value > 24 or (minute and minutes is None):
        return
    # 三点 alone may be three points somebody wants to make, 三点五 a decimal, and 一点 is a little.
    told = daytime or rest is not None or (minute and (tail or len(minute) > 1)) or hours.value > 9
    if told and not (minute and len(minute) == 1 and not tail):
        yield 2, str(hours.value)
        if minute and minutes is not None:
            yield 4, minutes


def _minute(text: str | None) -> str | None:
    if text and len(text) == 2 and text[0] in "零〇":
        digits = digits_of(text)
        return digits if digits != "00" else None
    number = number_of(text) if text else None
    return str(number.value) if number and not number.short and number.value < 60 else None


def _range(match: re.Match[str]) -> Found:
    low, high = number_of(match[1]), number_of(match[2])
    if low and high and low.value < high.value and high.value >= 10 and not low.short and not high.short:
        yield 1, figures_of(low.value)
        yield 2, figures_of(high.value)


def _decimal(match: re.Match[str]) -> Found:
    whole, decimals = number_of(match[1]), digits_of(match[2])
    if whole and decimals and not whole.short:
        yield 0, f"{whole.value}.{decimals}"


def _counted(least: int, short: bool = False) -> Callable[[re.Match[str]], Iterator[tuple[int, str]]]:
    def rule(match: re.Match[str]) -> Iterator[tuple[int, str]]:
        number = number_of(match[1])
        if number and number.value >= least and (short or not number.short):
            yield 1, figures_of(number.value)

    return rule


def _small_money(match: re.Match[str]) -> Found:
    numbers: list[Number | None] = [number_of(text) if text else None for text in match.groups()]
    if numbers[0] and all(n or not t for n, t in zip(numbers, match.groups(), strict=True)):
        yield 1, figures_of(numbers[0].value)
        yield from ((at, str(n.value)) for at, n in enumerate(numbers[1:], 2) if n)


def _bare(match: re.Match[str]) -> Found:
    number = number_of(match[1])
    if number and number.value >= 100:
        yield 1, figures_of(number.value)


def _rule(pattern: str, rule: Callable[[re.Match[str]], Found]) -> tuple[re.Pattern[str], "Rule"]:
    return re.compile(pattern), rule


Rule: TypeAlias = Callable[[re.Match[str]], Found]
_ID = f"[{_D}幺]"
_DAY = rf"({_N}{{1,3}})(?=日|号)"
_RULES = (
    _rule(rf"([百千]分之)({_N}+)(?:点([{_D}]+))?(?![{_D}十百千万亿几多来点])", _percent),
    _rule(rf"{_ALONE}({_ID}{{7,}})(?!{_N})", _long_digits),
    _rule(
        rf"(?:电话|手机|尾号|号码|账号|卡号|编号|案号|工号|证号|密码|验证码)[是为：:，,的\s]{{0,2}}({_ID}{{3,}})(?!{_N})",
        _digits,
    ),
    _rule(rf"{_ALONE}({_ID}{{2,4}}(?<=[零〇]{_ID})|{_ID}[零〇]{_ID}{{1,2}})(?=号|室|房)", _digits),
    _rule(rf"{_ALONE}([一二][{_D}]{{3}})(?=年)", _digits),
    _rule(rf"{_ALONE}([零〇一二][{_D}])(?=年{_N}{{1,2}}月)", _digits),
    _rule(rf"{_ALONE}({_N}{{1,2}})月{_DAY}", _within((1, 12), (1, 31))),
    _rule(rf"(?:年|去年|今年|明年|前年)({_N}{{1,2}})(?=月)", _within((1, 12))),
    _rule(rf"{_ALONE}({_N}{{1,2}})(?=月[份底初中末])", _within((1, 12))),
    _rule(rf"{_ALONE}((?!一月){_N}{{1,2}})(?=月(?![之以内期有]))", _within((1, 12))),
    _rule(rf"(?:每|本|上|下|当|该|{_FIGURE})月{_DAY}", _within((1, 31))),
    _rule(
        rf"({_DAYTIME})?{_WHOLE}点(?!点|儿|也|都)(半|整|钟|[一三]刻|(?=[到至]{_N}+点))?(?:({_N}+)(?!{_N})(分(?!之))?)?",
        _time,
    ),
    _rule(rf"{_WHOLE}[到至]({_N}+)(?={_MONEY}|{_MEASURES})", _range),
    _rule(rf"{_ALONE}({_N}+)点([{_D}]+)(?=[万亿]?(?:{_MONEY}|{_MEASURES})|%)(?!{_N}*分)", _decimal),
    _rule(rf"{_WHOLE}(?:元)([{_D}])(?=角|毛)(?:[角毛]([{_D}])(?=分))?", _small_money),
    _rule(
        rf"{_WHOLE}块([一二两三四五六七八九])(?!{_N}|[个次天年月人条])(?:[角毛]([{_D}])(?=分))?", _small_money
    ),
    _rule(rf"{_WHOLE}(?=(?!块){_MONEY}|块钱)", _counted(1, short=True)),
    _rule(rf"{_WHOLE}(?=块)", _counted(10, short=True)),
    _rule(rf"第{_WHOLE}(?=条|款|项)", _counted(1)),
    _rule(rf"{_WHOLE}(?={_MEASURES})", _counted(10)),
    _rule(rf"(?<!第){_WHOLE}{_AFTER_BARE}", _bare),
)

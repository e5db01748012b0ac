"""Numerals and numbers: what is spelled properly is read, everything else is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.wording.numerals import Number, digits_of, number_of, spelled


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("零", 0),
        ("两", 2),
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("一百零五", 105),
        ("两百", 200),
        ("二百五十", 250),
        ("一千零一十", 1010),
        ("八千", 8000),
        ("两万三千四百", 23_400),
        ("十万零八千", 108_000),
        ("十万八千", 108_000),
        ("一百二十三万零五", 1_230_005),
        ("两千万", 20_000_000),
        ("一亿零五百", 100_000_500),
        ("一亿两千万", 120_000_000),
    ],
)
def test_what_numerals_spell(numeral: str, value: int) -> None:
    assert number_of(numeral) == Number(value)


@pytest.mark.parametrize(
    ("numeral", "value"), [("一万二", 12_000), ("两千三", 2300), ("三百五", 350), ("一亿三", 130_000_000)]
)
def test_the_last_unit_may_be_left_out(numeral: str, value: int) -> None:
    assert number_of(numeral) == Number(value, short=True)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "千万",
            "万一",
            "百万",
            "亿万",
            "五六千",
            "三五",
            "二三十",
            "两三万",
            "一两百",
            "一五一十",
            "千",
        ),
        *(
            "十两",
            "两十",
            "一百两",
            "三万五万",
            "八千一万",
            "零五",
            "一万五百",
            "二零二四",
            "一千零零五",
            "万八千",
        ),
        *("十十", "一百百", "十点五", "八千元", "一万亿万", "abc"),
    ],
)
def test_what_spells_no_number(text: str) -> None:
    assert number_of(text) is None


@given(st.integers(0, 10**12 - 1), st.booleans())
def test_every_number_is_read_as_it_is_spelled(value: int, filled: bool) -> None:
    assert number_of(spelled(value, filled)) == Number(value)


@given(st.integers(1, 10**12 - 1))
def test_two_is_said_in_two_ways(value: int) -> None:
    text = spelled(value)
    for unit in "百千万亿":
        text = text.replace(f"二{unit}", f"两{unit}")
    # 十二万 is never 十两万.
    assert number_of(text.replace("十两", "十二")) == Number(value)


@given(st.text("零〇一二两三四五六七八九十百千万亿", max_size=12))
def test_no_two_numbers_are_spelled_alike(text: str) -> None:
    found = number_of(text)
    if found and not found.short:
        plain = text.replace("两", "二").replace("〇", "零")
        assert plain.replace("零", "") in {
            spelling.replace("零", "") for spelling in (spelled(found.value), spelled(found.value)[1:])
        }


def test_rows_of_digits() -> None:
    assert digits_of("幺三八零〇") == "13800"
    assert digits_of("一三十") is None
    assert digits_of("") is None

"""Spoken numbers in figures: what is written, what is left alone, and that nothing is ever lost."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcription.wording.figures import Span, figures_of, written
from transcription.wording.numerals import spelled


@pytest.mark.parametrize(
    ("spoken", "figures"),
    [
        ("我的工资是每月八千元", "我的工资是每月8000元"),
        ("一百二十三万零五元", "1230005元"),
        ("我最低要求两万三千四百元", "我最低要求23400元"),
        ("五百万元", "500万元"),
        ("一亿五千万元", "1.5亿元"),
        ("十三点一亿元", "13.1亿元"),
        ("八千五百六十二块五毛", "8562块5毛"),
        ("三块五", "3块5"),
        ("两块钱", "2块钱"),
        ("十二元五角六分", "12元5角6分"),
        ("工资是八千，一万二也行", "工资是8000，12000也行"),
        ("八千到一万元", "8000到10000元"),
        ("二零二四年三月一日上午九点半", "2024年3月1日上午9点半"),
        ("二〇二三年十二月三十一日", "2023年12月31日"),
        ("两千零二十四年", "2024年"),
        ("二四年三月二十号", "24年3月20号"),
        ("去年三月和二月份", "去年3月和2月份"),
        ("每月五号发工资，二十四日没发", "每月5号发工资，24日没发"),
        ("下午三点二十分", "下午3点20分"),
        ("十二点零五分", "12点05分"),
        ("下午一点", "下午1点"),
        ("九点到十一点", "9点到11点"),
        ("星期二十点，周一上午十点", "星期二10点，周一上午10点"),
        ("劳动合同法第八十七条第二款第一项", "劳动合同法第87条第2款第1项"),
        ("百分之三十，百分之三点五，千分之二", "30%，3.5%，2‰"),
        ("三点五倍，三点五万元", "3.5倍，3.5万元"),
        ("休庭十分钟，二十五个工作日", "休庭10分钟，25个工作日"),
        ("三到十五天", "3到15天"),
        ("电话是一三八零零一三八零零零", "电话是13800138000"),
        ("尾号八八六六", "尾号8866"),
        ("一一零一零五一九九零零三零七二三一X", "11010519900307231X"),
        ("三零二室", "302室"),
    ],
)
def test_what_is_written_in_figures(spoken: str, figures: str) -> None:
    assert written(spoken).text == figures


@pytest.mark.parametrize(
    "spoken",
    [
        *(
            "五六千块",
            "三五个",
            "十来天",
            "七八个人",
            "二三十个人",
            "几十万元",
            "上千元",
            "一千多块钱",
            "十几天",
        ),
        *("八到九千元", "八、九千元", "百分之五六十", "三分之一", "二十分之七", "百分之百"),
        *("一五一十地说", "万一他不来", "千万不要", "不怕一万就怕万一", "十年八年", "十全十美", "二百五"),
        *("我等一下", "有一点", "晚上一点也不吵", "一个月", "两个月工资", "在公司工作了三年", "三年零六个月"),
        *("第一次", "第三人", "星期一", "张三李四", "一方面", "十分感谢", "十字路口", "十一放假", "两块地"),
        *(
            "一月一次",
            "三月内",
            "扣了一千二月份的",
            "我有三点意见",
            "一二三四五六七",
            "我今年二十五",
            "3千五百元",
        ),
        *("", "你好", "好的。"),
    ],
)
def test_what_stays_as_it_was_spoken(spoken: str) -> None:
    assert written(spoken).text == spoken
    assert written(spoken).spans == ()


def test_names_are_no_numbers() -> None:
    assert written("一百元商店欠我一百元", keep=("一百元商店",)).text == "一百元商店欠我100元"


def test_the_spans_lead_back_to_what_was_said() -> None:
    spoken = "三月一日给了八千元"
    found = written(spoken)
    assert found.text == "3月1日给了8000元"
    assert found.spans == (Span(0, 1, 0, 1), Span(2, 1, 2, 1), Span(6, 2, 6, 4))


SIGNS = (
    "零〇幺一二两三四五六七八九十百千万亿点分之第年月日号条款元块毛角个天几多来到至半周星期每上午的，。18.我"
)
PIECES = [
    *(
        "八千",
        "一万二",
        "二十",
        "三",
        "十",
        "五六千",
        "二零二四",
        "百分之",
        "第",
        "星期",
        "每月",
        "去年",
        "上午",
    ),
    *(
        "元",
        "块",
        "年",
        "月",
        "日",
        "号",
        "点",
        "半",
        "分",
        "条",
        "款",
        "个",
        "天",
        "到",
        "多",
        "几",
        "，",
        "的",
        "x",
        "5",
    ),
]
TEXTS = st.text(SIGNS, max_size=16) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@given(TEXTS)
def test_writing_twice_is_writing_once(spoken: str) -> None:
    once = written(spoken).text
    assert written(once).text == once


@given(TEXTS)
def test_nothing_outside_the_spans_is_touched(spoken: str) -> None:
    found = written(spoken)
    done = at = 0
    for span in found.spans:
        assert spoken[done : span.at] == found.text[at : span.written_at]
        done, at = span.at + span.length, span.written_at + span.written_length
        assert set(spoken[span.at : done]) <= set("零〇幺一二两三四五六七八九十百千万亿点分之")
        assert set(found.text[span.written_at : at]) <= set("0123456789.%‰万亿")
    assert spoken[done:] == found.text[at:]


def _read(figures: str) -> int:
    for unit, zeros in (("亿", 8), ("万", 4)):
        if figures.endswith(unit):
            whole, _, rest = figures[:-1].partition(".")
            return int(whole + rest.ljust(zeros, "0"))
    return int(figures)


UNITS = ("元", "块钱", "个工作日", "天", "万元", "条", "岁", "小时")


@given(
    st.integers(10, 10**12 - 1) | st.integers(10, 2000), st.sampled_from(UNITS), st.sampled_from("，的了欠")
)
def test_the_value_of_a_count_is_kept(value: int, unit: str, after: str) -> None:
    if unit == "万元" and (value < 10 or value >= 10**4 or "十" in spelled(value)[-1:]):
        value = value % 9000 + 11
    found = written(f"被申请人说{spelled(value)}{unit}{after}")
    (span,) = found.spans
    assert found.text == f"被申请人说{figures_of(value)}{unit}{after}" or unit == "万元"
    wanted = value * 10**4 if unit == "万元" else value
    assert _read(found.text[span.written_at : span.written_at + span.written_length]) == wanted


@given(st.integers(1, 10**12 - 1))
def test_figures_are_read_back(value: int) -> None:
    assert _read(figures_of(value)) == value


@given(st.dates(), st.times())
def test_dates_and_times_are_kept(date: datetime.date, time: datetime.time) -> None:
    year = "".join("零一二三四五六七八九"[int(sign)] for sign in f"{date.year % 1000 + 1000}")
    minutes = f"{'零' if 0 < time.minute < 10 else ''}{spelled(time.minute)}分" if time.minute else "钟"
    spoken = f"{year}年{spelled(date.month)}月{spelled(date.day)}日上午{spelled(time.hour)}点{minutes}"
    told = f"{time.minute:02}分" if time.minute else "钟"
    wanted = f"{date.year % 1000 + 1000}年{date.month}月{date.day}日上午{time.hour}点{told}"
    assert written(spoken.replace("月一十", "月十").replace("零一十", "十")).text == wanted

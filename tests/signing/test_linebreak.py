"""Where lines end: punctuation stays with its words, words stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.linebreak import CANNOT_END, CANNOT_START, balanced, break_lines, may_break


def lines(text: str, width: float, first: float | None = None) -> list[str]:
    ranges = break_lines(text, [1.0] * len(text), width if first is None else first, width)
    return [text[start:end] for start, end in ranges]


@pytest.mark.parametrize("mark", "，。、；：！？）》」』】〕”’…—％")
def test_no_line_begins_with_closing_punctuation(mark: str) -> None:
    assert lines(f"甲乙丙丁{mark}戊", 4) == ["甲乙丙", f"丁{mark}戊"]


@pytest.mark.parametrize("mark", "（《「【〔“‘")
def test_no_line_ends_with_an_opening_bracket(mark: str) -> None:
    assert lines(f"甲乙丙{mark}丁戊", 4) == ["甲乙丙", f"{mark}丁戊"]


def test_words_and_numbers_stay_whole() -> None:
    assert lines("金额39000元", 5) == ["金额", "39000", "元"]
    assert lines("用heting-verify检查", 13) == ["用", "heting-verify", "检查"]


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert lines("abcdefgh", 3) == ["abc", "def", "gh"]


def test_dashes_and_ellipses_are_not_torn() -> None:
    assert lines("甲乙丙——丁", 4) == ["甲乙", "丙——丁"]


def test_a_space_hangs_over_the_edge() -> None:
    assert lines("甲乙丙 丁", 3) == ["甲乙丙 ", "丁"]


def test_the_first_line_may_be_shorter() -> None:
    assert lines("甲乙丙丁戊", 4, first=2) == ["甲乙", "丙丁戊"]


def test_positions_that_hold_together() -> None:
    text = "甲乙丙草稿"
    assert break_lines(text, [1.0] * 5, 4, 4, whole={4}) == [(0, 3), (3, 5)]


def test_nothing_is_one_empty_line() -> None:
    assert break_lines("", [], 5, 5) == [(0, 0)]


@given(st.text(alphabet="甲乙，。（）“”ab1 —…", max_size=60), st.integers(1, 12))
def test_every_character_is_on_exactly_one_line(text: str, width: int) -> None:
    assert "".join(lines(text, width)) == text


@given(st.text(alphabet="甲乙丙，。（《》", min_size=1, max_size=60))
def test_the_rules_hold_wherever_they_can(text: str) -> None:
    ranges = break_lines(text, [1.0] * len(text), 8, 8)
    for start, _ in ranges[1:]:
        possible = any(may_break(text, at) for at in range(max(0, start - 7), start + 1) if at)
        if possible:
            assert text[start] not in CANNOT_START or text[start - 1] not in CANNOT_END


def test_a_title_is_cut_in_the_middle() -> None:
    text = "中山火炬高技术产业开发区劳动人事争议仲裁委员会"
    ranges = balanced(text, [1.0] * len(text), 20)
    sizes = [end - start for start, end in ranges]
    assert len(sizes) == 2 and abs(sizes[0] - sizes[1]) <= 2
    assert balanced("短", [1.0], 20) == [(0, 1)]

"""Character errors and attribution of the minutes against the script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from room_server.rehearsal.measure.cer import align, bare, distance, misplaced, score

TEXTS = st.text("甲乙丙丁", max_size=6)


def test_the_same_words_have_no_errors() -> None:
    lines = {"a": ["现在开庭", "请坐"], "b": ["同意"]}
    result = score(lines, lines)
    assert (result.expected, result.utterances, result.attributed, result.cer) == (3, 3, 3, 0.0)


def test_punctuation_and_case_are_no_errors() -> None:
    assert score({"a": ["现在开庭"]}, {"a": ["现在，开庭。"]}).cer == 0.0
    assert bare(" A，b 3") == "ab3"


def test_a_line_cut_in_two_has_no_character_errors() -> None:
    result = score({"a": ["请申请人陈述请求"]}, {"a": ["请申请人", "陈述请求"]})
    assert (result.cer, result.utterances) == (0.0, 2)


def test_a_line_beside_the_wrong_name_is_not_attributed() -> None:
    result = score({"a": ["我不同意"], "b": ["请坐"]}, {"b": ["我不同意", "请坐"]})
    assert result.attributed == 1
    assert result.cer == pytest.approx(8 / 6)


@pytest.mark.parametrize(
    ("heard", "wrong"),
    [
        ({"a": ["现在开庭", "不同意"], "b": ["不同意"]}, 0),
        ({"a": ["现在开", "庭", "不同意"], "b": []}, 0),
        ({"a": ["现在开庭"], "b": ["不同意", "不同意"]}, 1),
        ({"a": ["不同意", "不同意"], "b": ["现在开庭"]}, 2),
        ({"b": ["现在开庭", "不同意"], "c": ["不同意"]}, 2),
    ],
)
def test_only_lines_beside_somebody_else_are_misplaced(heard: dict[str, list[str]], wrong: int) -> None:
    assert misplaced({"a": ["现在开庭", "不同意"], "b": ["不同意"]}, heard) == wrong


def test_a_missing_and_a_garbled_line() -> None:
    result = score({"a": ["现在开庭", "休庭十分钟", "请坐"]}, {"a": ["现在开庭", "请走"]})
    assert result.attributed == 1
    assert result.edits == 6


def test_words_where_none_were_said_are_errors() -> None:
    assert score({}, {"a": ["幻觉"]}).cer == 1.0
    assert score({}, {}).cer == 0.0


def test_lines_align_in_order() -> None:
    assert align(["甲乙", "丙丁", "甲丁"], ["丙丁", "甲丁"]) == [2, 0, 0]
    assert align([], ["甲"]) == []


@given(TEXTS, TEXTS, TEXTS)
def test_distance_is_a_metric(one: str, other: str, third: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, third) <= distance(one, other) + distance(other, third)

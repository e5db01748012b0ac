"""The identity number of GB 11643."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity import id_number

TODAY = date(2026, 11, 22)
# The examples printed in GB 11643-1999.
FEMALE = "11010519491231002X"
MALE = "440524188001010014"

first_digits = st.builds(
    lambda region, born, order: f"{region}0105{born:%Y%m%d}{order:03d}",
    st.sampled_from(["11", "35", "44", "65", "81", "83"]),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)
numbers = first_digits.map(lambda first: first + id_number.check_digit(first))


@pytest.mark.parametrize("number", [FEMALE, MALE])
def test_the_standard_s_own_examples_are_valid(number: str) -> None:
    assert id_number.is_valid(number, TODAY)


def test_what_the_number_says() -> None:
    assert id_number.birth_date(FEMALE) == date(1949, 12, 31)
    assert (id_number.sex(FEMALE), id_number.sex(MALE)) == ("female", "male")
    assert id_number.age(FEMALE, date(2026, 12, 30)) == 76
    assert id_number.age(FEMALE, date(2026, 12, 31)) == 77
    assert id_number.age("110105199902300000", TODAY) is None


@settings(deadline=None)
@given(numbers)
def test_any_number_with_its_check_digit_is_valid(number: str) -> None:
    assert id_number.is_valid(number, TODAY)


@settings(deadline=None)
@given(numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_found(number: str, at: int, character: str) -> None:
    changed = number[:at] + character + number[at + 1 :]
    assert id_number.is_valid(changed, TODAY) is (changed == number)


@settings(deadline=None)
@given(numbers, st.integers(0, 16))
def test_two_swapped_neighbours_are_always_found(number: str, at: int) -> None:
    changed = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert id_number.is_valid(changed, TODAY) is (changed == number)


@settings(deadline=None)
@given(st.text(max_size=25))
def test_any_text_is_answered(text: str) -> None:
    number = id_number.normalise(text)
    id_number.is_valid(number, TODAY)
    assert text[-5:] == "" or len(id_number.mask(number)) == len(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "1101051949123100",
        FEMALE[:17] + "0",
        FEMALE.lower(),
        "000000194912310022",
        "１１010519491231002X",
        "11010520261231" + "0028",
        "110105194902300021",
    ],
)
def test_what_is_none(number: str) -> None:
    assert not id_number.is_valid(number, TODAY)


def test_the_future_and_unknown_regions_are_refused_even_with_a_right_check_digit() -> None:
    for first in ("11010520261123001", "99010519491231002", "11010518791231002"):
        assert not id_number.is_valid(first + id_number.check_digit(first), TODAY)


def test_a_permanent_resident_s_number_is_one_too() -> None:
    first = "91112819890613001"[:17]
    assert id_number.is_valid(first + id_number.check_digit(first), TODAY)


def test_normal_form() -> None:
    assert id_number.normalise(" 110105 19491231 002ｘ ") == FEMALE
    assert id_number.normalise("１１０105194912310０2x") == FEMALE


def test_mask_hides_birth_and_order() -> None:
    assert id_number.mask(FEMALE) == "110105********002X"
    assert id_number.mask("12345") == "*****"

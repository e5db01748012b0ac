"""The unified social credit code: check character, alphabet, how it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.credit_code import check_character, is_valid, normalise

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91350206MA0000000G"])
def test_good_codes(code: str) -> None:
    assert is_valid(code)
    assert is_valid(normalise(f" {code[:8].lower()} {code[8:]} "))


@pytest.mark.parametrize(
    "code",
    ["", "91350100M000100Y4", "91350100M000100Y44", "91350100I000100Y43", "91350100M000100Y4３", "é" * 18],
)
def test_bad_codes(code: str) -> None:
    assert not is_valid(code)


def test_full_width_is_read() -> None:
    assert normalise("９１３５０１００Ｍ０００１００ｙ４３") == "91350100M000100Y43"


@settings(deadline=None)
@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(first: str, place: int, other: str) -> None:
    code = first + check_character(first)
    assert is_valid(code)
    changed = code[:place] + other + code[place + 1 :]
    assert is_valid(changed) == (changed == code)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_text_has_an_answer(text: str) -> None:
    assert is_valid(normalise(text)) in (True, False)

"""Entry codes: their figures, what is read out of what people type, and which slips are noticed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from room_server.rules import entry_codes
from room_server.rules.entry_codes import Mistyped, digest, entry_code, read_typed, spaced

KEY = bytes(range(32))
figures = st.text("0123456789", min_size=11, max_size=11)


def whole(eleven: str) -> str:
    return eleven + str(entry_codes._check(eleven))


def test_a_code_is_the_ticket_s_own_and_needs_the_key() -> None:
    code = entry_code(KEY, "ticket")
    assert re.fullmatch(r"\d{12}", code) and read_typed(code) == code
    assert entry_code(KEY, "ticket") == code
    others = {entry_code(KEY, "other"), entry_code(KEY, "ticket", 1), entry_code(bytes(32), "ticket")}
    assert len(others) == 3 and code not in others
    assert digest(KEY, code) != digest(bytes(32), code) and code not in digest(KEY, code)


def test_the_check_is_damm_s() -> None:
    """His own example."""
    assert entry_codes._check("572") == 4 and entry_codes._check("5724") == 0


@pytest.mark.parametrize(
    "typed",
    ["{0} {1} {2}", "{0}{1}{2}", "{0}-{1}-{2}", " {0}　{1}\t{2}\n", "{0}.{1}.{2}", "{0}–{1}—{2}"],
)
def test_spaces_and_dashes_do_not_matter(typed: str) -> None:
    code = entry_code(KEY, "ticket")
    assert read_typed(typed.format(code[:4], code[4:8], code[8:])) == code


def test_full_width_figures_do_not_matter() -> None:
    code = entry_code(KEY, "ticket")
    wide = code.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert wide != code and read_typed(wide) == code


def test_it_is_read_in_groups_of_four() -> None:
    assert spaced("482190375516") == "4821 9037 5516"


@given(figures, st.integers(0, 11), st.integers(1, 9))
def test_every_wrong_figure_is_noticed(eleven: str, at: int, more: int) -> None:
    code = whole(eleven)
    wrong = code[:at] + str((int(code[at]) + more) % 10) + code[at + 1 :]
    with pytest.raises(Mistyped):
        read_typed(wrong)


@given(figures, st.integers(0, 10))
def test_neighbours_in_the_wrong_order_are_noticed(eleven: str, at: int) -> None:
    code = whole(eleven)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    if swapped == code:
        assert read_typed(swapped) == code
    else:
        with pytest.raises(Mistyped):
            read_typed(swapped)


@pytest.mark.parametrize(
    "typed", ["", "1", "0" * 11, "0" * 13, "入庭码", "٠" * 12, "²" * 13, "0" * 65, "a" * 12]
)
def test_nothing_else_is_a_code(typed: str) -> None:
    with pytest.raises(Mistyped):
        read_typed(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_code_or_a_slip(typed: str) -> None:
    try:
        assert re.fullmatch(r"[0-9]{12}", read_typed(typed))
    except Mistyped:
        pass

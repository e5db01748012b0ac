"""The ring of recent packets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.history import History, Kept


def kept(number: int) -> Kept:
    return Kept(number, number * 3000, 0, str(number).encode(), 127)


@given(st.lists(st.integers(0, 300), max_size=200))
def test_it_gives_back_only_what_was_kept_last_in_its_place(numbers: list[int]) -> None:
    history = History(64)
    last: dict[int, int] = {}
    for number in numbers:
        history.add(kept(number))
        last[number % 64] = number
    for number in range(300):
        found = history.get(number)
        assert (found is not None) == (last.get(number % 64) == number)
        assert found is None or found.payload == str(number).encode()


def test_it_forgets_on_demand_and_wants_a_power_of_two() -> None:
    history = History(8)
    history.add(kept(3))
    history.clear()
    assert history.get(3) is None
    with pytest.raises(ValueError, match="power of two"):
        History(12)

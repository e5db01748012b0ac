"""How fast a key may ask, on a clock that stands still until it is moved."""

from hypothesis import given
from hypothesis import strategies as st

from room_server import rates as module
from room_server.rates import Rates, limits_of
from room_server.settings import Settings


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_then_one_after_the_other() -> None:
    clock = Clock()
    rates = Rates(10, 3, clock)
    assert [rates.take("k") for _ in range(3)] == [0, 0, 0]
    assert abs(rates.take("k") - 0.1) < 1e-6
    clock.now += 0.05
    assert abs(rates.take("k") - 0.05) < 1e-6
    clock.now += 0.05
    assert rates.take("k") == 0
    assert rates.take("k") > 0
    assert rates.take("other") == 0
    assert rates.refused == 3


def test_who_slows_down_is_served_again_and_in_time_in_full() -> None:
    clock = Clock()
    rates = Rates(50, 250, clock)
    served = 0
    for _ in range(3000):
        served += rates.take("k") == 0
        clock.now += 0.001
    assert 250 + 149 <= served <= 250 + 151
    clock.now += 5
    assert all(rates.take("k") == 0 for _ in range(250))


@given(st.lists(st.floats(0, 3), max_size=60), st.integers(1, 20), st.integers(1, 20))
def test_never_more_than_a_burst_and_the_rate_in_any_window(
    pauses: list[float], rate: int, burst: int
) -> None:
    clock = Clock()
    rates = Rates(rate, burst, clock)
    served: list[float] = []
    for pause in pauses:
        clock.now += pause
        if rates.take("k") == 0:
            served.append(clock.now)
    for first, begin in enumerate(served):
        for last in range(first, len(served)):
            assert last - first + 1 <= burst + rate * (served[last] - begin) + 1e-6


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 100))
def test_whoever_waits_as_told_is_served(rate: int, burst: int, asked: int) -> None:
    clock = Clock()
    rates = Rates(rate, burst, clock)
    for _ in range(asked):
        clock.now += rates.take("k")
    if wait := rates.take("k"):
        clock.now += wait + 1e-6
        assert rates.take("k") == 0


def test_no_rate_is_no_limit_and_memory_is_bounded() -> None:
    clock = Clock()
    free = Rates(0, 0, clock)
    assert all(free.take("k") == 0 for _ in range(5000))
    rates = Rates(1, 1, clock)
    for number in range(module._MOST_KEYS + 5):
        rates.take(number)
    assert len(rates._due) == module._MOST_KEYS
    assert rates.take(0) == 0
    assert rates.take(module._MOST_KEYS) > 0


def test_the_log_hears_of_a_key_once_a_minute() -> None:
    clock = Clock()
    rates = Rates(1, 1, clock)
    assert [rates.newly_refused("k") for _ in range(3)] == [True, False, False]
    assert rates.newly_refused("other")
    clock.now += 61
    assert rates.newly_refused("k")


def test_the_settings_say_how_fast() -> None:
    clock = Clock()
    limits = limits_of(Settings(requests_per_address=2, requests_per_account=1), clock)
    assert [limits.address.take("a") == 0 for _ in range(11)] == [True] * 10 + [False]
    assert [limits.account.take("a") == 0 for _ in range(6)] == [True] * 5 + [False]
    assert limits.refused() == {"address": 1, "account": 1, "socket": 0}

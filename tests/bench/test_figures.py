"""The arithmetic of the benchmarks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Search, Target, bearable, median, quantile, ratio, spread


def test_a_quantile_is_the_upper_edge_of_its_bin() -> None:
    counts = [0, 90, 0, 9, 1]
    assert quantile(counts, 0.5, 0.05) == 0.1
    assert quantile(counts, 0.95, 0.05) == 0.2
    assert quantile(counts, 1.0, 0.05) == 0.25
    assert quantile([0, 0], 0.5, 0.05) == 0.0


def test_a_spread_is_mean_least_and_most() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"mean": 2.0, "min": 1.0, "max": 3.0}
    assert spread([]) == {"mean": 0.0, "min": 0.0, "max": 0.0}
    assert median([5.0, 1.0, 3.0]) == 3.0
    assert median([]) == 0.0


def test_a_ratio_pairs_the_rounds() -> None:
    assert ratio([5.0, 10.0], [10.0, 20.0]) == 0.5
    # A slow moment that hit both of a round's turns changes nothing.
    assert ratio([5.0, 50.0], [10.0, 100.0]) == 0.5
    assert ratio([4.0, 9.0], [4.0, 4.0]) == 1.5
    assert ratio([], [1.0]) == 0.0


def test_a_load_is_borne_when_packets_come_in_time_and_all() -> None:
    assert bearable(19.9, 0, 100_000, 100_000)
    assert bearable(1.0, 10, 100_000, 100_100)
    assert not bearable(20.0, 0, 100_000, 100_000)
    assert not bearable(1.0, 11, 100_000, 100_000)
    assert not bearable(0.0, 0, 0, 0)
    # What a server withholds it does not bear.
    assert not bearable(1.0, 0, 60_000, 100_000)


def climb(limit: int, search: Search) -> int:
    """How many trials it takes against a server that bears up to `limit`."""
    trials = 0
    while (load := search.next()) is not None:
        search.heard(load, load <= limit)
        trials += 1
        assert trials < 60
    return trials


@given(st.integers(8, 480), st.sampled_from([0.02, 0.05, 0.15]))
def test_the_search_ends_close_below_the_limit(limit: int, fineness: float) -> None:
    search = Search(8, 480, fineness)
    climb(limit, search)
    assert search.passed <= limit
    assert search.open_ended == (limit == 480)
    assert search.passed >= limit - max(1, limit * fineness)


def test_a_single_failure_is_tried_again() -> None:
    search = Search(10, 100)
    search.heard(10, True)
    first = search.next()
    assert first == 14
    search.heard(14, False)
    assert search.next() == 14
    search.heard(14, True)
    assert (search.passed, search.failed) == (14, None)
    search.heard(20, False)
    search.heard(20, False)
    assert search.failed == 20
    assert search.next() == 17


def test_a_server_that_bears_nothing_ends_the_search_too() -> None:
    search = Search(48, 480)
    climb(0, search)
    assert search.passed == 0


@pytest.mark.parametrize(
    ("value", "sense", "verdict"),
    [
        (0.3, "<=", "stretch"),
        (0.45, "<=", "met"),
        (0.51, "<=", "missed"),
        (None, "<=", "not measured"),
        (2.5, ">=", "stretch"),
        (0.2, ">=", "missed"),
    ],
)
def test_a_target_knows_whether_it_is_met(value: float | None, sense: str, verdict: str) -> None:
    limits = (0.5, 0.35) if sense == "<=" else (0.5, 1.0)
    target = Target("m", value, *limits, sense)  # type: ignore[arg-type]
    assert target.verdict() == verdict
    assert target.plain()["target"] == f"{sense} 0.5"

"""Durations in buckets."""

from hypothesis import given
from hypothesis import strategies as st

from media.histogram import Histogram


@given(st.lists(st.floats(0, 0.4), min_size=1, max_size=50))
def test_quantiles_lie_in_the_bucket_of_the_true_one(seconds: list[float]) -> None:
    histogram = Histogram()
    for one in seconds:
        histogram.add(one)
    assert sum(histogram.counts) == len(seconds)
    assert histogram.quantile(0.5) <= histogram.quantile(0.95) <= histogram.quantile(1.0)
    assert histogram.quantile(1.0) >= max(seconds) * 1000 - 1e-9


def test_empty_and_endless() -> None:
    histogram = Histogram()
    assert histogram.quantile(0.5) == 0.0
    histogram.add(9.0)
    assert histogram.quantile(0.5) == 500.0
    assert histogram.plain()["p95"] == 500.0

"""The report: no number of a small group, and none from which one could be worked out."""

from hypothesis import given
from hypothesis import strategies as st

from room_server.rules.evaluations import Given, report

LEAST = 5
SCORE = st.integers(1, 5)
ONE = st.builds(
    Given,
    quarter=st.integers(1, 4),
    presided=st.sampled_from(["", "a", "b", "c"]),
    process=SCORE,
    result=SCORE,
    mediator=SCORE,
    text=st.sampled_from(["", "好", "快"]),
)


def some(count: int, quarter: int = 1, presided: str = "a", score: int = 4, text: str = "") -> list[Given]:
    return [
        Given(quarter=quarter, presided=presided, process=score, result=score, mediator=score, text=text)
        for _ in range(count)
    ]


def test_a_year_is_added_up() -> None:
    made = report([*some(5, score=5, text="好"), *some(5, quarter=2, score=2)], LEAST)
    assert (made.counted, made.withheld) == (10, 0)
    assert made.year is not None and made.year.process.mean == 3.5
    assert made.year.process.counts == [0, 5, 0, 0, 5]
    assert [(group.key, group.count, group.result.mean) for group in made.quarters] == [
        ("1", 5, 5.0),
        ("2", 5, 2.0),
    ]
    assert [(group.key, group.count) for group in made.presided] == [("a", 10)]
    assert made.texts == ["好"]


def test_a_small_quarter_counts_nowhere() -> None:
    made = report([*some(5), *some(4, quarter=3, score=1, text="谁写的")], LEAST)
    assert (made.counted, made.withheld, [group.key for group in made.quarters]) == (5, 4, ["1"])
    assert made.year is not None and made.year.count == 5
    assert made.texts == []


def test_nothing_at_all() -> None:
    made = report([], LEAST)
    assert (made.year, made.quarters, made.presided, made.texts) == (None, [], [], [])


def test_a_small_rest_hides_the_smallest_group_with_it() -> None:
    made = report([*some(9, presided="a"), *some(6, presided="b"), *some(2, presided="c")], LEAST)
    assert [(group.key, group.count) for group in made.presided] == [("a", 9)]


@given(st.lists(ONE, max_size=60))
def test_no_group_and_no_difference_of_shown_groups_is_small(ones: list[Given]) -> None:
    made = report(ones, LEAST)
    assert made.counted + made.withheld == len(ones)
    for group in [*made.quarters, *made.presided, *([made.year] if made.year else [])]:
        assert group.count >= LEAST
        assert sum(group.process.counts) == group.count
    assert sum(group.count for group in made.quarters) == made.counted
    if made.presided:
        rest = made.counted - sum(group.count for group in made.presided)
        assert rest == 0 or rest >= LEAST
    assert bool(made.texts) <= (made.counted >= LEAST)

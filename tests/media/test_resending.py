"""What is sent again: nothing that is still on the way, and no more than an overloaded line bears."""

from hypothesis import given
from hypothesis import strategies as st

from media.resending import BITS, BURST, LONGEST, ON_THE_WAY, SHARE, Resending


def test_what_is_still_on_the_way_is_not_sent_again() -> None:
    resending = Resending()
    assert resending.choose(1, [5, 6], 0.3, None, 10.0) == [5, 6]
    assert resending.choose(1, [5, 6, 7], 0.3, None, 10.1) == [7]
    assert resending.choose(2, [5, 6], 0.3, None, 10.1) == [5, 6], "numbers of another stream"
    assert resending.choose(1, [5, 6, 7], 0.3, None, 10.25) == [5, 6]
    assert resending.choose(1, [5], 9.0, None, 10.25 + LONGEST) == [5], "one day it is lost"


def test_a_line_that_is_not_overloaded_gets_whatever_it_misses() -> None:
    lost = list(range(400))
    assert Resending().choose(1, lost, 0.1, None, 10.0) == lost


def test_a_question_asked_ten_times_a_second_is_answered_once_a_round_trip() -> None:
    resending = Resending()
    answers = [resending.choose(1, [9], 0.5, None, 10 + step / 10) for step in range(20)]
    assert sum(map(len, answers)) == 5


@given(
    st.floats(2e4, 2e6),
    st.lists(st.tuples(st.floats(0.001, 0.3), st.integers(0, 200)), min_size=5, max_size=100),
)
def test_an_overloaded_line_is_never_sent_more_than_its_share_and_always_something(
    bears: float, asked: list[tuple[float, int]]
) -> None:
    resending, now, number, sent = Resending(), 10.0, 0, []
    for pause, count in asked:
        now += pause
        lost = [number + place & 0xFFFF for place in range(count)]
        number += count
        chosen = resending.choose(1, lost, 0.05, bears, now)
        assert chosen == lost[: len(chosen)], "the oldest first"
        sent.append((now, len(chosen)))
    a_second = bears * SHARE / BITS
    assert sum(count for _, count in sent) <= max(1.0, a_second * BURST) + a_second * (now - 10.0) + 1e-6
    assert sum(count for _, count in sent) >= min(1, max(count for _, count in asked))


@given(st.lists(st.floats(0.01, 0.2), min_size=30, max_size=60))
def test_old_questions_are_forgotten(pauses: list[float]) -> None:
    resending, now = Resending(), 10.0
    for turn, pause in enumerate(pauses):
        now += pause
        resending.choose(1, [turn * 200 + place & 0xFFFF for place in range(200)], 0.1, None, now)
    assert len(resending._sent) <= 1024 + 200 * 2.0 / min(pauses)
    assert ON_THE_WAY < 1

"""What arrived is told once, whatever the order, over wraps and gaps."""

from hypothesis import given
from hypothesis import strategies as st

from media.arrivals import Arrivals
from tests.media.wire.test_twcc import read


def told(arrivals: Arrivals, now: float, whole: bool = True) -> dict[int, int | None]:
    """16-bit number → arrival in ms, or None for lost, of all feedback due now."""
    found: dict[int, int | None] = {}
    for data in arrivals.feedback(1, 2, now, whole=whole):
        base, _, _, ticks = read(data)
        found |= {base + n & 0xFFFF: None if t is None else t // 4 for n, t in enumerate(ticks)}
    return found


def test_loss_is_told_between_and_before_what_came() -> None:
    arrivals = Arrivals(0.0)
    assert told(arrivals, 10.0) == {}
    arrivals.note(5, 10.0)
    arrivals.note(7, 10.01)
    assert told(arrivals, 10.1) == {5: 10000, 6: None, 7: 10010}
    assert told(arrivals, 10.2) == {}
    arrivals.note(10, 10.25)
    assert told(arrivals, 10.3) == {8: None, 9: None, 10: 10250}
    assert arrivals.sent == 2


def test_a_late_packet_is_told_with_its_neighbours_and_a_very_late_one_not() -> None:
    arrivals = Arrivals(0.0)
    for number in (1, 3, 4):
        arrivals.note(number, 10.0)
    told(arrivals, 10.1)
    arrivals.note(2, 10.15)
    arrivals.note(2, 10.16)
    assert told(arrivals, 10.2) == {2: 10150, 3: 10000, 4: 10000}
    arrivals.note(6, 11.0)
    told(arrivals, 11.0)
    arrivals.note(0, 11.1)
    assert told(arrivals, 11.2) == {}


@given(
    st.integers(0, 0xFFFF),
    st.permutations(range(60)),
    st.sets(st.integers(0, 59), max_size=30),
    st.integers(1, 20),
)
def test_every_packet_is_told_over_the_wrap_and_out_of_order(
    first: int, order: list[int], lost: set[int], pause: int
) -> None:
    arrivals, now = Arrivals(0.0), 100.0
    came: dict[int, int] = {}
    heard: dict[int, int] = {}
    arrivals.note(first - 1 & 0xFFFF, now)
    for place, step in enumerate(order):
        now += 0.001
        if step not in lost:
            arrivals.note(first + step & 0xFFFF, now)
            came[first + step & 0xFFFF] = round(now * 1000)
        if place % pause == 0:
            heard |= {n: t for n, t in told(arrivals, now).items() if t is not None}
    heard |= {n: t for n, t in told(arrivals, now).items() if t is not None}
    del heard[first - 1 & 0xFFFF]
    assert heard.keys() == came.keys()
    assert all(abs(heard[number] - came[number]) <= 1 for number in came)


def test_a_little_loss_is_told_at_once_and_taken_back_a_moment_later_and_much_is_not() -> None:
    arrivals, now = Arrivals(), 10.0
    first: dict[int, bool] = {}
    latest: dict[int, bool] = {}
    for number in range(2000):
        now += 0.01
        # One in thirty is lost at first, one in four after a thousand.
        if number % (30 if number < 1000 else 4) or not number:
            arrivals.note(number, now)
        if number % 10 == 9:
            for one, tick in told(arrivals, now).items():
                first.setdefault(one, tick is not None)
                latest[one] = tick is not None
    assert [n for n in range(1000) if not first[n]] == list(range(30, 1000, 30))
    assert [n for n in range(980) if not latest[n]] == []
    assert [n for n in range(1200, 1990) if not latest[n]] == list(range(1200, 1990, 4))


def test_nothing_lost_is_told_as_arrived_while_repair_is_under_way() -> None:
    arrivals = Arrivals()
    for number in (0, 1, 3, 4):
        arrivals.note(number, 10.0)
    assert told(arrivals, 10.0)[2] is None
    arrivals.note(5, 10.2)
    assert told(arrivals, 10.2, whole=False).get(2) is None, "its sender would forget it"
    arrivals.note(6, 10.5)
    assert told(arrivals, 10.5)[2] is not None


def test_what_repair_never_brought_stays_lost() -> None:
    arrivals = Arrivals()
    for number in (0, 1, 3):
        arrivals.note(number, 10.0)
    assert told(arrivals, 10.0)[2] is None
    told(arrivals, 12.1, whole=False)
    arrivals.note(4, 12.2)
    assert told(arrivals, 12.2).get(2) is None


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.floats(0, 10)), max_size=60))
def test_wild_numbers_and_clocks_are_survived(wild: list[tuple[int, float]]) -> None:
    arrivals = Arrivals(0.0)
    for number, now in wild:
        arrivals.note(number, 1000 + now)
        if number % 3 == 0:
            assert all(len(data) <= 1200 for data in arrivals.feedback(1, 2, 1000 + now))


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.integers(-3, 12), st.integers(1, 30)), min_size=1, max_size=30),
)
def test_many_at_once_are_the_same_as_one_by_one(first: int, runs: list[tuple[int, int]]) -> None:
    """Runs of numbers with a step (a hole, a repetition, nothing) before each."""
    single, bulk = Arrivals(0.0), Arrivals(0.0)
    now, at = 100.0, first
    for step, count in runs:
        at += step
        numbers = [n & 0xFFFF for n in range(at, at + count)]
        times = [now + 0.001 * n for n in range(count)]
        for number, when in zip(numbers, times, strict=True):
            single.note(number, when)
        bulk.note_all(numbers, times)
        at, now = at + count, now + 0.1
        assert told(bulk, now) == told(single, now)


def test_feedback_is_due_less_often_once_a_sender_is_known_and_nothing_is_lost() -> None:
    arrivals, now, times = Arrivals(), 10.0, 0
    for number in range(1000):
        now += 0.01
        if number != 900:
            arrivals.note(number, now)
        if number % 10 == 9 and arrivals.due(now):
            told(arrivals, now)
            times += 1
        assert arrivals.due(now, whole=False)
        if number == 499:
            assert times == 50
        elif number == 899:
            assert times == 50 + 20
    # Something was lost: from the next one on every tenth of a second again.
    assert times == 50 + 20 + 9


def test_a_clock_that_is_set_back_lets_nothing_pile_up() -> None:
    arrivals = Arrivals()
    for number in range(20_000):
        arrivals.note(number & 0xFFFF, (5000 if number < 10 else 1000) + number * 0.01)
        if number % 10 == 9:
            told(arrivals, 1000 + number * 0.01)
    assert len(arrivals._at) < 5000

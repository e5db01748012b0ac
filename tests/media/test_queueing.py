"""A queue is told from a long way, from jitter and from a new way; found within reports, gone when it is."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.queueing import GROWN, IN_VAIN, Queue


@dataclass
class Bottleneck:
    """A link with a buffer so deep that nothing is lost; one step is a second with one report."""

    link: float
    base: float = 0.05
    jitter: float = 0.0
    seed: int = 1
    waiting: float = 0.0
    """Bit in the buffer."""
    now: float = 100.0

    def __post_init__(self) -> None:
        self.queue, self.dice = Queue(), random.Random(self.seed)

    def second(self, sent: float) -> bool:
        """Send so many bit; whether a queue is believed to stand."""
        self.waiting = max(0.0, self.waiting + sent - self.link)
        self.now += self.dice.uniform(0.8, 1.2)
        tremble = abs(self.dice.gauss(0, self.jitter)) + abs(self.dice.gauss(0, self.jitter))
        self.queue.hear(self.base + self.waiting / self.link + tremble, self.now)
        return self.queue.standing(self.now)

    def seconds(self, count: int, sent: float) -> list[bool]:
        """So many seconds."""
        return [self.second(sent) for _ in range(count)]


@given(st.floats(0.001, 1.5), st.floats(0, 0.02), st.integers(0, 1 << 30))
def test_neither_a_long_way_nor_jitter_is_a_queue(base: float, jitter: float, seed: int) -> None:
    assert not any(Bottleneck(1e6, base, jitter, seed).seconds(200, 5e5))


@pytest.mark.parametrize("jitter", [0.03, 0.05, 0.1])
def test_however_much_a_line_trembles_it_is_hardly_ever_taken_for_a_queue(jitter: float) -> None:
    found = [any(Bottleneck(1e6, 0.1, jitter, seed).seconds(200, 5e5)) for seed in range(100)]
    assert sum(found) <= 1


@given(st.floats(0.001, 1.0), st.floats(0, 0.02), st.floats(1.3, 5), st.integers(0, 1 << 30))
def test_a_buffer_that_fills_is_found_within_a_few_reports_and_forgotten_when_it_is_empty(
    base: float, jitter: float, overload: float, seed: int
) -> None:
    line = Bottleneck(1e6, base, jitter, seed)
    line.seconds(30, 5e5)
    found = line.seconds(6, 1e6 * overload)
    assert found[-1] and not found[0], "by at least two reports"
    gone = line.seconds(200, 3e5)
    assert not gone[-1] and gone == sorted(gone, reverse=True)
    assert line.queue.stood_at <= line.now - 10


@given(st.lists(st.floats(0, 5), max_size=300), st.lists(st.floats(0, 3), max_size=300))
def test_whatever_is_heard_a_queue_needs_two_reports_above_the_shortest(
    trips: list[float], pauses: list[float]
) -> None:
    queue, now = Queue(), 10.0
    before: list[tuple[float, float]] = []
    for trip, pause in zip(trips, pauses, strict=False):
        now += pause
        stood = queue.standing(now)
        queue.hear(trip, now)
        before = [(at, heard) for at, heard in (*before, (now, trip)) if now - at <= 60]
        if queue.standing(now) and not stood:
            shortest = min(heard for _, heard in before)
            assert all(heard > shortest + GROWN for _, heard in before[-2:])


def test_single_delayed_reports_are_no_queue_however_many() -> None:
    queue = Queue()
    for number in range(600):
        queue.hear(0.5 if number % 7 == 3 else 0.05, 100.0 + number)
        assert not queue.standing(100.0 + number)


def test_reports_that_come_together_tell_of_one_moment() -> None:
    queue = Queue()
    for number in range(30):
        queue.hear(0.05, 100.0 + number)
    for number in range(5):
        queue.hear(0.6, 130.0 + number / 10)
    assert not queue.standing(130.5)
    queue.hear(0.6, 131.0)
    assert queue.standing(131.0)
    assert not queue.standing(150.0), "nothing is heard of it any more"


def test_a_way_that_became_longer_is_taken_for_one_after_a_while() -> None:
    line = Bottleneck(1e6)
    line.seconds(30, 5e5)
    line.base = 0.4
    believed = line.seconds(60, 5e5)
    assert any(believed[:4]) and not any(believed[int(IN_VAIN * 1.3) + 4 :])


def test_a_queue_that_grows_is_believed_for_as_long_as_it_does() -> None:
    line = Bottleneck(1e6)
    line.seconds(30, 5e5)
    assert all(line.seconds(60, 1.2e6)[6:])
    assert line.queue.growth > 0 and not line.queue.draining
    line.seconds(2, 1e5)
    assert line.queue.draining


def test_after_another_address_nothing_is_compared_with_the_old_one() -> None:
    queue = Queue()
    for number in range(30):
        queue.hear(0.05, 100.0 + number)
    queue.restart()
    for number in range(30, 60):
        queue.hear(0.9, 100.0 + number)
        assert not queue.standing(100.0 + number)


@pytest.mark.parametrize("jitter", [0.0, 0.03])
def test_a_slight_overload_is_found_in_time(jitter: float) -> None:
    line = Bottleneck(1e6, 0.05, jitter)
    line.seconds(30, 5e5)
    found = line.seconds(10, 1.08e6)
    assert found[-1]

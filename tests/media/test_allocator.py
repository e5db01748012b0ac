"""Which videos a line gets: withheld when it is overloaded, given back carefully, audio untouched."""

import itertools
import random
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.allocator import FIRST_WAIT, LONGEST_WAIT, Allocator, Downlink

AUDIO = 40_000.0


@dataclass
class Line:
    """A receiver behind a link of so many bit/s, estimating as browsers do; one step is a second."""

    link: float
    estimate: float = 0.0
    line: Downlink = field(default_factory=Downlink)
    allocator: Allocator = field(default_factory=Allocator)
    now: float = 100.0
    low: int | None = None
    """So many of the videos are lowest layers, the rest what higher ones cost more."""

    def second(self, videos: list[float]) -> int:
        """Send for a second, hear the receiver, decide."""
        limit = self.allocator.limit
        sent = AUDIO + sum(videos[:limit])
        got = min(sent, self.link)
        if sent > self.link:
            # As Chromium's: it falls on and on while the queue is full.
            self.estimate = 0.85 * min(got, self.estimate or got) if self.low else 0.85 * got
        elif not self.estimate or self.estimate < 1.5 * got:
            self.estimate = min(max(self.estimate * 1.08, got), 1.5 * got + 10_000)
        self.now += 1.0
        self.line.hear_estimate(int(self.estimate), self.now)
        self.line.hear_loss(max(0.0, 1 - got / sent), got, self.now - 1.0, self.now)
        return self.allocator.decide(self.line, AUDIO, videos, self.now, self.low)

    def seconds(self, count: int, videos: list[float]) -> list[int]:
        """What was decided each second."""
        return [self.second(videos) for _ in range(count)]


def test_a_line_that_bears_all_gets_all() -> None:
    assert Line(5e6).seconds(60, [6e5, 6e5, 6e5]) == [3] * 60


def test_an_overloaded_line_keeps_what_fits_within_five_seconds() -> None:
    line = Line(1e6)
    assert line.seconds(10, [3e5])[-1] == 1
    decided = line.seconds(6, [3e5, 3e5, 3e5, 3e5])
    assert decided[0] == 4 and decided[4:] == [2, 2]


def test_a_publisher_that_sends_less_in_time_is_all_that_was_needed() -> None:
    line = Line(5e5)
    assert line.seconds(1, [1.2e6]) == [1]
    assert line.seconds(20, [3.8e5]) == [1] * 20


def test_a_slight_overload_is_borne_for_a_while_only() -> None:
    line = Line(1e6)
    line.seconds(20, [5.1e5, 2e5])
    decided = line.seconds(12, [5.1e5, 5.1e5])
    assert decided[:5] == [2] * 5 and decided[-1] == 1


def test_audio_alone_never_pauses_anything_more() -> None:
    assert Line(2e4).seconds(20, [3e5])[-1] == 0
    assert Line(2e4).seconds(20, []) == [0] * 20


def test_a_line_that_recovered_gets_its_videos_back() -> None:
    line = Line(2e5)
    assert line.seconds(8, [6e5, 6e5])[-1] == 0
    line.link = 5e6
    decided = line.seconds(60, [6e5, 6e5])
    assert decided == sorted(decided), "one after the other, none taken away again"
    assert decided.index(1) <= 12 and decided[-1] == 2


def test_a_line_that_stays_weak_is_tried_ever_more_rarely() -> None:
    line = Line(2e5)
    decided = line.seconds(900, [6e5])
    tries = [n for n in range(1, 900) if decided[n] > decided[n - 1]]
    waits = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert sum(decided) < 900 * 0.06
    assert waits[0] < waits[1] and LONGEST_WAIT <= waits[-1] <= LONGEST_WAIT + 10


LAYERS = [1e5, 2e5, 6e5]
"""What each layer of one camera costs more than the one below."""


def test_a_weak_line_goes_down_to_the_low_layer_at_once_and_no_further() -> None:
    line = Line(5e6, low=1)
    assert line.seconds(10, LAYERS) == [3] * 10
    line.link = 3e5
    decided = line.seconds(30, LAYERS)
    assert decided[3] == 1 and 0 not in decided
    assert sum(decided) <= 30 + 8, "higher ones are tried, but rarely"


def test_a_line_that_does_not_bear_the_low_layer_gets_none_after_a_while() -> None:
    line = Line(5e6, low=1)
    line.seconds(10, LAYERS)
    line.link = 6e4
    assert line.seconds(9, LAYERS)[4:] == [0] * 5


def test_the_low_layer_that_comes_through_outlasts_the_estimate_of_the_flood() -> None:
    line, allocator, low = Downlink(), Allocator(), 70_000.0
    line.hear_estimate(400_000, 100.0)
    line.hear_estimate(75_000, 101.0)
    line.hear_loss(0.4, 300_000, 102.0, 103.0)
    assert allocator.decide(line, AUDIO, [low, 300_000.0], 103.0, 1) == 1
    for second in range(104, 111):
        line.hear_estimate(75_000, second)
        line.hear_loss(0.0, AUDIO + low, second - 1, second)
        assert allocator.decide(line, AUDIO, [low, 300_000.0], second, 1) == 1
    for second in range(111, 116):
        line.hear_loss(0.4, 0.6 * (AUDIO + low), second - 1, second)
        allocator.decide(line, AUDIO, [low, 300_000.0], second, 1)
    assert allocator.limit == 0, "what does not come through is not sent for long"


def test_of_many_small_pictures_as_many_are_kept_as_came_through() -> None:
    line = Line(5e6, low=4)
    steps = [1e5] * 4 + [2e5] * 4 + [6e5] * 4
    assert line.seconds(10, steps)[-1] == 12
    line.link = 3.2e5
    decided = line.seconds(6, steps)
    assert decided[-1] in (1, 2)
    assert 0 not in decided


def test_a_line_that_recovered_gets_its_layers_back_one_by_one() -> None:
    line = Line(5e6, low=1)
    line.seconds(10, LAYERS)
    line.link = 3e5
    line.seconds(10, LAYERS)
    line.link = 5e6
    decided = line.seconds(60, LAYERS)
    assert decided == sorted(decided) and decided[-1] == 3


def test_little_sent_is_no_overload() -> None:
    line, allocator = Downlink(), Allocator()
    for second in range(20):
        # A receiver's estimate lags behind a publisher that grows fast.
        line.hear_estimate(200_000 + 20_000 * second, float(second))
        line.hear_loss(0.01, 891_000, second - 1.0, float(second))
        assert allocator.decide(line, AUDIO, [9e5], float(second)) == 1


def test_loss_alone_tells_of_a_receiver_without_estimates() -> None:
    line, allocator = Downlink(), Allocator()
    decided = []
    for second in range(6):
        line.hear_loss(0.5, 5e5, second - 1.0, float(second))
        decided.append(allocator.decide(line, AUDIO, [4.8e5, 4.8e5], float(second)))
    assert decided[0] == 2 and decided[-1] < 2 and line.bears < 1e6


@pytest.mark.parametrize("loss", [0.01, 0.05, 0.08])
def test_loss_that_is_there_whatever_is_sent_withholds_nothing(loss: float) -> None:
    line, allocator, dice = Downlink(), Allocator(), random.Random(7)
    for second in range(600):
        # Reports about 150 packets each; now and then a burst.
        lost = sum(dice.random() < loss for _ in range(150)) / 150 + (0.3 if second % 60 == 9 else 0.0)
        line.hear_loss(lost, 9e5 * (1 - lost), second - 1.0, float(second))
        assert allocator.decide(line, AUDIO, [4e5, 4e5], float(second)) == 2


def flooded(low: float) -> tuple[Downlink, Allocator]:
    """A line of 300 kbit/s that got a camera's lower layer after it was flooded with both, at 103.0."""
    line, allocator = Downlink(), Allocator()
    line.hear_estimate(500_000, 100.0)
    line.hear_estimate(180_000, 102.5)
    line.hear_loss(0.6, 300_000, 102.0, 103.0)
    assert allocator.decide(line, AUDIO, [low, 600_000.0], 103.0, 1) == 1
    assert allocator.flooded(104.0) and not allocator.flooded(110.0)
    return line, allocator


def test_two_witnesses_are_heard_at_once_and_one_report_of_loss_is_not() -> None:
    flooded(150_000.0)
    line, allocator = Downlink(), Allocator()
    line.hear_loss(0.3, 500_000, 102.0, 103.0)
    assert allocator.decide(line, AUDIO, [150_000.0, 600_000.0], 103.0, 1) == 2


def test_an_estimate_that_little_flow_keeps_low_is_refuted_by_what_comes_through() -> None:
    line, allocator = flooded(150_000.0)
    line.hear_estimate(110_000, 104.0)
    for second in range(105, 130):
        line.hear_loss(0.0, 190_000, second - 1.0, float(second))
        assert allocator.decide(line, AUDIO, [150_000.0, 1e9], float(second), 1) >= 1
        assert line.pressed(float(second)) is (second < 107)


def test_what_a_flood_left_on_the_way_costs_no_lower_layer_and_what_is_lost_later_does() -> None:
    line, allocator = flooded(150_000.0)
    for second in (104, 105, 106):
        line.hear_loss(0.3, 100_000, 102.9, float(second))
        assert allocator.decide(line, AUDIO, [150_000.0, 6e5], float(second), 1) == 1
    for second in (107, 108, 109):
        line.hear_loss(0.3, 100_000, second - 1.0, float(second))
        allocator.decide(line, AUDIO, [150_000.0, 6e5], float(second), 1)
    assert allocator.limit == 0


def test_a_trial_that_fails_takes_back_what_was_tried_and_no_more() -> None:
    line, allocator = flooded(150_000.0)
    now, decided = 103.0, 1
    while decided == 1:
        now += 1
        line.hear_loss(0.0, 190_000, now - 1, now)
        decided = allocator.decide(line, AUDIO, [150_000.0, 300_000.0], now, 2)
    assert now - 103.0 == 2 * FIRST_WAIT, "a bold one is waited for twice as long after a flood"
    line.hear_loss(0.4, 290_000, now + 0.1, now + 1)
    assert allocator.decide(line, AUDIO, [150_000.0, 300_000.0], now + 1, 2) == 1
    line.hear_loss(0.4, 290_000, now + 0.1, now + 2)
    assert allocator.decide(line, AUDIO, [150_000.0, 300_000.0], now + 2, 2) == 1


@dataclass
class Deep:
    """A link whose buffer loses nothing, to a receiver whose estimate sees nothing; one step is a second."""

    link: float
    estimate: int = 0
    base: float = 0.05
    jitter: float = 0.0
    waiting: float = 0.0
    """Bit in the buffer."""
    line: Downlink = field(default_factory=Downlink)
    allocator: Allocator = field(default_factory=Allocator)
    dice: random.Random = field(default_factory=lambda: random.Random(5))
    now: float = 100.0

    def second(self, videos: list[float], low: int | None = 1) -> int:
        """Send for a second, hear the receiver, decide."""
        sent = AUDIO + sum(videos[: self.allocator.limit])
        self.waiting = max(0.0, self.waiting + sent - self.link)
        self.now += 1.0
        trip = self.base + self.waiting / self.link + abs(self.dice.gauss(0, self.jitter))
        if self.estimate:
            self.line.hear_estimate(self.estimate, self.now)
        self.line.hear_loss(0.0, min(sent, self.link), self.now - 1.0, self.now)
        self.line.hear_trip(trip, sent, self.now)
        return self.allocator.decide(self.line, AUDIO, videos, self.now, low)

    def seconds(self, count: int, videos: list[float], low: int | None = 1) -> list[int]:
        """What was decided each second."""
        return [self.second(videos, low) for _ in range(count)]


@pytest.mark.parametrize("estimate", [0, 5_000_000])
@pytest.mark.parametrize("link", [3e5, 6e5, 8e5])
def test_a_deep_buffer_is_answered_like_loss_and_held(link: float, estimate: int) -> None:
    line = Deep(5e6, estimate)
    assert line.seconds(30, LAYERS) == [3] * 30
    line.link = link
    decided = line.seconds(120, LAYERS)
    fits = 1 if link < AUDIO + 3e5 else 2
    assert decided[5] == fits and 0 not in decided
    assert min(decided[5:11]) == max(decided[5:11]) == fits, "held, however the estimate tempts"
    assert line.waiting / link < 0.1, "what had queued up is gone"
    tries = sum(after > before for before, after in itertools.pairwise(decided))
    assert tries <= 3 and sum(decided[5:]) <= fits * 115 + 5 * tries


def test_a_deep_buffer_costs_a_single_layer_its_least_important_videos() -> None:
    line = Deep(5e6)
    line.seconds(30, [3e5, 3e5, 3e5], None)
    line.link = 5e5
    decided = line.seconds(30, [3e5, 3e5, 3e5], None)
    assert decided[8:12] == [1] * 4 and line.waiting / line.link < 0.1


def test_a_line_whose_buffer_emptied_gets_everything_back_step_by_step() -> None:
    line = Deep(5e6, 5_000_000)
    line.seconds(30, LAYERS)
    line.link = 3e5
    line.seconds(20, LAYERS)
    line.link = 5e6
    decided = line.seconds(120, LAYERS)
    assert decided == sorted(decided) and decided[-1] == 3


@pytest.mark.parametrize(("base", "jitter"), [(0.02, 0.0), (0.6, 0.0), (0.05, 0.05), (0.3, 0.08)])
def test_a_long_or_trembling_way_withholds_nothing(base: float, jitter: float) -> None:
    assert Deep(5e6, base=base, jitter=jitter).seconds(600, LAYERS) == [3] * 600


def test_a_way_that_became_longer_costs_layers_for_a_while_only_and_never_the_low_one() -> None:
    line = Deep(5e6, 5_000_000)
    line.seconds(30, LAYERS)
    line.base = 0.5
    decided = line.seconds(90, LAYERS)
    assert min(decided) >= 1 and decided[-1] == 3


@given(
    st.lists(st.floats(1e4, 2e6), max_size=9),
    st.lists(
        st.tuples(st.integers(0, 3_000_000), st.floats(0, 1), st.floats(0, 20), st.floats(0, 9)), max_size=60
    ),
)
def test_never_more_than_there_are_and_never_less_than_none(
    videos: list[float], told: list[tuple[int, float, float, float]]
) -> None:
    line, allocator, now = Downlink(), Allocator(), 0.0
    for estimate, loss, pause, trip in told:
        now += pause
        line.hear_trip(trip, 1e6, now)
        line.hear_estimate(estimate, now)
        line.hear_loss(loss, 1e6 * (1 - loss), now - pause, now)
        assert 0 <= allocator.decide(line, AUDIO, videos, now) <= len(videos)
        assert line.bears >= 0

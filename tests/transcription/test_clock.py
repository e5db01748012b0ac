"""The media clock against loss, jitter, drift and jumps."""

from hypothesis import given
from hypothesis import strategies as st

from transcription.clock import MediaClock, Step


def ticked(clock: MediaClock, times: list[float], length: float = 20.0) -> list[Step]:
    steps = []
    for at in times:
        steps.append(clock.step(at))
        clock.advance(length)
    return steps


def filled(steps: list[Step]) -> float:
    return sum(step.fill_ms for step in steps)


def test_an_unbroken_stream_needs_nothing() -> None:
    assert set(ticked(MediaClock(), [i * 20.0 for i in range(100)])) == {Step()}


def test_one_lost_packet_is_filled_at_once() -> None:
    times = [i * 20.0 for i in range(50) if i != 30]
    steps = ticked(MediaClock(), times)
    assert steps[30] == Step(fill_ms=20.0)
    assert filled(steps) == 20.0


def test_a_pause_of_half_a_second_becomes_silence() -> None:
    steps = ticked(MediaClock(), [0.0, 20.0, 540.0, 560.0])
    assert steps == [Step(), Step(), Step(fill_ms=500.0), Step()]


def test_a_long_pause_and_a_step_back_start_anew() -> None:
    steps = ticked(MediaClock(), [0.0, 20.0, 5000.0, 100.0])
    assert [step.jump for step in steps] == [False, False, True, True]


def test_jitter_is_not_taken_for_loss() -> None:
    clock = MediaClock()
    steps = ticked(clock, [i * 20.0 + (15.0 if i % 3 else 0.0) for i in range(200)])
    assert filled(steps) == 0
    assert clock.now_ms == 4000.0


def test_an_offset_that_stays_is_believed_in_both_directions() -> None:
    late, early = MediaClock(), MediaClock()
    ticked(late, [0.0] + [i * 20.0 + 40.0 for i in range(1, 60)])
    ticked(early, [0.0] + [i * 20.0 - 40.0 for i in range(1, 60)])
    assert abs(late.now_ms - (1200 + 40)) <= 10
    assert abs(early.now_ms - (1200 - 40)) <= 10


def test_after_a_stop_the_next_packet_is_a_plain_beginning() -> None:
    clock = MediaClock()
    ticked(clock, [0.0, 20.0])
    clock.stop()
    assert clock.step(90_000.0) == Step()
    assert clock.now_ms == 90_000.0


@given(st.lists(st.booleans(), min_size=1, max_size=300))
def test_whatever_is_lost_the_clock_is_never_more_than_a_pause_away(kept: list[bool]) -> None:
    clock = MediaClock()
    for number, there in enumerate(kept):
        if there:
            clock.step(number * 20.0)
            assert abs(clock.now_ms - number * 20.0) <= 60.0
            clock.advance(20.0)


@given(st.lists(st.floats(-1e9, 1e9), max_size=50))
def test_wild_times_never_fill_more_than_a_second_at_once(times: list[float]) -> None:
    assert all(0 <= step.fill_ms <= 1000 for step in ticked(MediaClock(), times))

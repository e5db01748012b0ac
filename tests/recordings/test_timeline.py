"""Media times are right whatever the sender's clocks say."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.timeline import SenderClock, Timeline

ZERO = 1_700_000_000.0


class Sender:
    """A participant with a camera and a microphone, whose clock is off and runs at its own pace."""

    def __init__(self, offset: float = 0.0, pace: float = 1.0) -> None:
        clock = SenderClock()
        self.offset, self.pace = offset, pace
        self.lines = {90_000: Timeline(90_000, int(ZERO * 1000), clock)}
        self.lines[48_000] = Timeline(48_000, int(ZERO * 1000), clock)
        self.bases = {90_000: 2**32 - 90_000 * 3, 48_000: 77}

    def stamp(self, rate: int, at: float) -> int:
        return round(self.bases[rate] + at * self.pace * rate) & 0xFFFFFFFF

    def report(self, rate: int, at: float, delay: float = 0.02) -> None:
        ntp = ZERO + at * self.pace + self.offset
        self.lines[rate].report(ntp, self.stamp(rate, at), ZERO + at + delay)

    def frame(self, rate: int, at: float, delay: float) -> int:
        self.lines[rate].packet(self.stamp(rate, at), ZERO + at + delay)
        return self.lines[rate].at(self.stamp(rate, at))


def _run(sender: Sender, seconds: float, first_report: float = 0.0) -> list[tuple[float, float]]:
    """Errors in ms of (video, audio) every tenth of a second; video needs 80 ms more to come."""
    errors = []
    report = first_report
    for step in range(int(seconds * 10)):
        at = step / 10
        if at >= report:
            sender.report(90_000, at)
            sender.report(48_000, at + 0.003)
            report = at + 2
        video = sender.frame(90_000, at, 0.1)
        audio = sender.frame(48_000, at, 0.02)
        errors.append((video - at * 1000, audio - at * 1000))
    return errors


def test_sound_and_picture_meet() -> None:
    errors = _run(Sender(), 60)
    assert max(abs(video - audio) for video, audio in errors) <= 2
    assert max(abs(audio) for _, audio in errors) <= 25


def test_a_clock_wrong_by_hours_changes_nothing() -> None:
    assert _run(Sender(offset=-5 * 3600.0), 30) == _run(Sender(), 30)


def test_a_drifting_clock_stays_together() -> None:
    for pace in (1.0005, 0.9995):
        errors = _run(Sender(pace=pace), 300)
        assert max(abs(video - audio) for video, audio in errors) <= 10
        assert max(abs(audio) for _, audio in errors) <= 60


def test_before_the_first_report_arrivals_decide_and_then_the_error_is_worked_off() -> None:
    errors = _run(Sender(), 30, first_report=5.0)
    assert abs(errors[49][0] - errors[49][1] - 80) <= 2
    assert all(abs(video - audio) <= 20 for video, audio in errors[70:])
    steps = [b - a for (a, _), (b, _) in pairwise(errors)]
    assert max(abs(step) for step in steps) <= 6  # of 100 ms: nobody hears it


def test_a_clock_that_is_set_in_the_middle() -> None:
    sender = Sender()
    errors = _run(sender, 20)
    sender.offset = 3600.0
    for step in range(200, 500):
        at = step / 10
        if step % 20 == 0:
            sender.report(90_000, at)
            sender.report(48_000, at + 0.003)
        video, audio = sender.frame(90_000, at, 0.1), sender.frame(48_000, at, 0.02)
        errors.append((video - at * 1000, audio - at * 1000))
    assert max(abs(audio) for _, audio in errors) <= 110
    assert all(abs(video - audio) <= 20 for video, audio in errors[-250:])


def test_one_lying_report_is_not_believed() -> None:
    sender = Sender()
    _run(sender, 10)
    sender.lines[48_000].report(ZERO - 86_400, sender.stamp(48_000, 10.0), ZERO + 10)
    sender.report(90_000, 10.0)
    for step in range(100, 130):
        assert abs(sender.frame(48_000, step / 10, 0.02) - step * 100) <= 40


def test_a_new_stream_under_the_same_track() -> None:
    sender = Sender()
    _run(sender, 10)
    sender.bases = {90_000: 123_456_789, 48_000: 2**31 + 5}
    assert abs(sender.frame(48_000, 14.0, 0.02) - 14_000) <= 25
    assert abs(sender.frame(90_000, 14.0, 0.02) - 14_000) <= 25


def test_held_frames_of_an_old_stream_do_not_throw_time_away() -> None:
    sender = Sender()
    sender.frame(90_000, 1.0, 0.02)
    sender.lines[90_000].packet(123, ZERO + 1.2)
    late = sender.lines[90_000].at(sender.stamp(90_000, 1.1))
    assert 1_000 < late <= 1_300
    assert sender.frame(90_000, 1.5, 0.02) <= 1_600


def test_frames_before_zero_are_before_zero() -> None:
    line = Timeline(48_000, int(ZERO * 1000), SenderClock())
    line.packet(0, ZERO - 1)
    assert [line.at(0), line.at(960)] == [-1000, -980]
    line.packet(48_000 + 960, ZERO + 0.02)
    assert line.at(48_000 + 960) == 20


def test_a_stall_of_the_network_moves_nothing() -> None:
    sender = Sender()
    _run(sender, 10)
    times = [sender.frame(48_000, 10 + n / 50, 0.02 + max(0, 1.5 - n / 50)) for n in range(100)]
    assert max(abs(found - (10_000 + n * 20)) for n, found in enumerate(times)) <= 30


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**32 - 1), st.floats(0, 1e4), st.booleans(), st.floats(-1e9, 4e9, allow_nan=False)
        ),
        min_size=1,
        max_size=80,
    )
)
@settings(max_examples=300, deadline=None)
def test_times_always_rise_and_never_run_ahead_of_the_clock(
    steps: list[tuple[int, float, bool, float]],
) -> None:
    line = Timeline(90_000, 0, SenderClock())
    last, now = -1, 0.0
    for timestamp, pause, report, ntp in steps:
        now += pause
        if report:
            line.report(ntp, timestamp, now)
        line.packet(timestamp, now)
        found = line.at(timestamp)
        assert found > last or found < 0
        assert found <= now * 1000 + 1001 + len(steps)
        last = max(last, found)

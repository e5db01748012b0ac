"""When to ask again, when to give up, what to report, how much to allow."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.feedback import FIRST_ASK, MAX_GAP, PATIENCE, Gaps, KeyFrames, Reception, allowance, round_trip
from media.wire.rtcp import Block, SenderReport, middle_of


def test_a_gap_is_asked_for_until_it_fills() -> None:
    gaps = Gaps()
    assert gaps.open(10, 12, 0.0)
    assert gaps.due(FIRST_ASK / 2, 0.05) == ([], False)
    assert gaps.due(FIRST_ASK, 0.05) == ([10, 11, 12], False)
    assert gaps.due(FIRST_ASK + 0.06, 0.05) == ([], False)
    gaps.fill(11)
    assert gaps.due(FIRST_ASK + 0.07, 0.05) == ([10, 12], False)
    gaps.fill(10)
    gaps.fill(12)
    gaps.fill(12)
    assert not gaps
    assert (gaps.asked, gaps.repaired, gaps.abandoned) == (5, 3, 0)


def asked_at(rtt: float) -> list[float]:
    """When a packet that never comes is asked for, by a timer of 10 ms, until it is given up."""
    gaps, tick, times, lost = Gaps(), 0, [], False
    gaps.open(5, 5, 0.0)
    while not lost:
        tick += 1
        ask, lost = gaps.due(tick / 100, rtt)
        times += [tick / 100] * len(ask)
    assert 1.0 < tick / 100 < 1.02
    assert not gaps
    assert gaps.abandoned == 1
    return times


@pytest.mark.parametrize("rtt", [0.0, 0.001, 0.03, 0.1, 0.25, 5.0])
def test_what_does_not_come_is_asked_for_once_a_round_trip_for_a_second(rtt: float) -> None:
    times = asked_at(rtt)
    pauses = [after - before for before, after in itertools.pairwise(times)]
    # A browser takes no notice of a request within its own round trip and 5 ms.
    assert min(pauses) > min(rtt + 0.005, 0.29)
    assert max(pauses) < max(rtt * 1.1 + 0.03, PATIENCE + 0.01) or rtt > 1
    assert 3 <= len(times) <= 20


def test_a_round_trip_guessed_far_too_short_still_leaves_the_repair_its_time() -> None:
    pauses = [after - before for before, after in itertools.pairwise(asked_at(0.001))]
    assert sum(pause > 0.105 for pause in pauses) >= 3


def test_too_large_a_gap_is_not_asked_for() -> None:
    gaps = Gaps()
    gaps.open(1, 5, 0.0)
    assert not gaps.open(10, 10 + MAX_GAP, 0.0)
    assert not gaps


def test_key_frames_are_throttled_and_asked_for_again_until_one_comes() -> None:
    frames = KeyFrames()
    assert frames.want(10.0)
    assert not frames.want(10.3)
    assert frames.want(10.5)
    assert not frames.again(11.0)
    assert frames.again(11.2)
    frames.came()
    assert not frames.again(20.0)
    assert frames.sent == 3


def test_a_throttled_request_goes_out_as_soon_as_it_may() -> None:
    frames = KeyFrames()
    assert frames.want(10.0)
    frames.came()
    assert not frames.want(10.1)
    assert not frames.again(10.3)
    assert frames.again(10.45)
    assert not frames.again(10.95)
    assert frames.again(11.1)


@given(st.sets(st.integers(1, 199), max_size=100))
def test_a_report_counts_what_did_not_come(lost: set[int]) -> None:
    reception = Reception(90000)
    highest = 70000 + 200
    for step in range(201):
        if step not in lost:
            reception.note(70000 + step, step * 3000, 5.0 + step / 30)
    block = reception.block(7, highest, 12.0)
    assert block.lost == len(lost)
    assert block.fraction_lost == len(lost) * 256 // 201
    assert block.highest == highest
    assert reception.block(7, highest, 13.0).fraction_lost == 0


def test_jitter_is_zero_for_a_steady_stream_and_not_for_an_unsteady_one() -> None:
    steady, unsteady = Reception(48000), Reception(48000)
    for step in range(200):
        steady.note(step, step * 960, step * 0.02)
        unsteady.note(step, step * 960, step * 0.02 + (0.01 if step % 2 else 0))
    assert steady.block(1, 199, 9.0).jitter == 0
    assert 300 < unsteady.block(1, 199, 9.0).jitter < 500


def test_a_report_quotes_the_last_sender_report() -> None:
    reception = Reception(90000)
    reception.note(1, 0, 0.0)
    reception.clock = (SenderReport(1, 3.0, 0xAABBCCDD, 5), 10.0)
    block = reception.block(1, 1, 10.5)
    assert (block.last_report, block.delay) == (0xAABBCCDD, 32768)


def test_round_trip_time_comes_from_what_the_receiver_quotes() -> None:
    now = 1_700_000_000.0
    block = Block(1, 0, 0, 0, 0, middle_of(now - 0.25), int(0.15 * 65536))
    trip = round_trip(block, now)
    assert trip is not None and abs(trip - 0.1) < 0.001
    assert round_trip(Block(1, 0, 0, 0, 0, 0, 0), now) is None
    assert round_trip(Block(1, 0, 0, 0, 0, middle_of(now + 5), 0), now) is None


def test_one_weak_line_lowers_the_picture_only_as_far_as_it_stays_decent() -> None:
    free, weak = (600_000.0, 600_000.0, 1_400_000), (600_000.0, 600_000.0, 200_000)
    medium = (600_000.0, 600_000.0, 800_000)
    assert allowance([free, free, medium], 250_000, 1_500_000) == 800_000
    assert allowance([free, free, weak], 250_000, 1_500_000) == 600_000
    assert allowance([free, weak], 250_000, 1_500_000) == 600_000
    assert allowance([free, weak, weak], 250_000, 1_500_000) == 250_000
    assert allowance([weak, weak, (0.0, 0.0, 0), (0.0, 0.0, 0)], 250_000, 1_500_000) == 600_000


def test_allowance_is_what_a_single_subscriber_bears() -> None:
    free, tight = (600_000.0, 1_200_000.0, 1_800_000), (600_000.0, 1_200_000.0, 800_000)
    assert allowance([], 250_000, 1_500_000) == 1_500_000
    assert allowance([free], 250_000, 1_500_000) == 900_000
    assert allowance([tight], 250_000, 1_500_000) == 400_000
    assert allowance([(600_000.0, 1_200_000.0, 10_000)], 250_000, 1_500_000) == 250_000
    assert allowance([(0.0, 0.0, 0)], 250_000, 1_500_000) == 1_500_000

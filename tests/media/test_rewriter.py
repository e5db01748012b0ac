"""A slot's numbers run on whatever its publishers do."""

import itertools
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from media.history import Kept
from media.rewriter import Rewriter
from media.wire.vp8 import Descriptor


def frame(number: int, timestamp: int, picture: int = 0, *, key: bool = False) -> Kept:
    return Kept(number, timestamp, 128, b"x", 127, Descriptor(True, key, 2, 15, picture & 0x7FFF, -1, 0))


def fresh(video: bool = True) -> Rewriter:
    return Rewriter(video=video, rate=90000, sequence=65530, timestamp=0xFFFFFF00)


def test_video_starts_at_a_key_frame_only() -> None:
    rewriter = fresh()
    assert not rewriter.begin(frame(70000, 5), 1.0)
    assert rewriter.start is None
    assert rewriter.begin(frame(70001, 6, key=True), 1.0)
    assert 70001 + rewriter.sequences == 65530


def test_audio_starts_at_once() -> None:
    assert fresh(video=False).begin(Kept(9, 9, 0, b"", 127), 1.0)


@dataclass
class Turn:
    """One publisher under the slot: where its numbers begin and how many packets it sends."""

    first: int
    timestamp: int
    picture: int
    count: int


turns = st.lists(
    st.builds(
        Turn,
        st.integers(65536, 1 << 20),
        st.integers(0, 0xFFFFFFFF),
        st.integers(0, 0x7FFF),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=6,
)


@given(turns)
def test_numbers_run_on_over_publishers(sequence: list[Turn]) -> None:
    rewriter, now = fresh(), 100.0
    numbers: list[int] = []
    stamps: list[int] = []
    pictures: list[int] = []
    for turn in sequence:
        newest = None
        for step in range(turn.count):
            newest = frame(
                turn.first + step, turn.timestamp + 3000 * step, turn.picture + step, key=step == 0
            )
            now += 1 / 30
            if rewriter.start is None:
                assert rewriter.begin(newest, now)
            numbers.append(newest.number + rewriter.sequences)
            stamps.append(newest.timestamp + rewriter.timestamps)
            pictures.append(newest.seen.picture + rewriter.pictures & 0x7FFF)
        rewriter.rebind(newest, now)
    assert numbers == list(range(65530, 65530 + len(numbers)))
    assert all(2900 <= later - earlier <= 3100 for earlier, later in itertools.pairwise(stamps))
    assert all((later - earlier) & 0x7FFF == 1 for earlier, later in itertools.pairwise(pictures))


def test_a_pause_between_publishers_is_kept_in_the_timestamps() -> None:
    rewriter = fresh()
    rewriter.begin(frame(1, 0, key=True), 10.0)
    last = rewriter.timestamps
    rewriter.rebind(frame(1, 0, key=True), 10.0)
    rewriter.begin(frame(500, 777, key=True), 12.0)
    assert 777 + rewriter.timestamps - last == 2 * 90000


def test_a_publisher_that_never_started_leaves_no_trace() -> None:
    rewriter = fresh()
    rewriter.begin(frame(1, 0, key=True), 10.0)
    rewriter.rebind(frame(4, 9000), 10.1)
    rewriter.rebind(frame(900, 1), 10.2)
    rewriter.begin(frame(2000, 5, key=True), 10.3)
    assert 2000 + rewriter.sequences == 65530 + 4


@given(st.integers(0, 400), st.integers(0, 100_000))
def test_a_subscribers_number_leads_back_to_the_packet(behind: int, first: int) -> None:
    rewriter = fresh()
    rewriter.begin(frame(first, 0, key=True), 1.0)
    high = first + 500
    number = high - behind
    assert rewriter.index_of((number + rewriter.sequences) & 0xFFFF, high) == number


def test_numbers_before_the_start_lead_nowhere() -> None:
    rewriter = fresh()
    assert rewriter.index_of(5, 10) is None
    rewriter.begin(frame(100, 0, key=True), 1.0)
    assert rewriter.index_of((99 + rewriter.sequences) & 0xFFFF, 120) is None

"""Gaps are told in order, without overlap, and only when nothing can change them any more."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.gaps import Gaps
from recordings.manifest import Gap


def _gaps() -> tuple[Gaps, list[Gap]]:
    told: list[Gap] = []
    gaps = Gaps(told.append)
    gaps.start(0)
    gaps.frame(0, 1_000)
    return gaps, told


def test_a_gap_is_told_when_the_frame_after_it_is_safe() -> None:
    gaps, told = _gaps()
    gaps.begin("caucus", 1_000)
    gaps.frame(5_000, 5_020)
    assert told == []
    gaps.safe(5_020)
    assert told == [Gap(1_000, 5_000, "caucus")]


def test_another_reason_begins_another_gap() -> None:
    gaps, told = _gaps()
    gaps.safe(1_000)
    gaps.begin("muted", 1_000)
    gaps.begin("muted", 2_000)
    gaps.begin("offline", 3_000)
    assert told == [Gap(1_000, 3_000, "muted")]
    gaps.finish(4_000)
    assert told == [Gap(1_000, 3_000, "muted"), Gap(3_000, 4_000, "offline")]


def test_lost_content_joins_the_gap() -> None:
    gaps, told = _gaps()
    gaps.safe(1_000)
    gaps.frame(1_000, 2_000)
    gaps.lost("disk_full")
    gaps.frame(6_000, 6_020)
    gaps.lost("disk_full")
    assert told == []
    gaps.frame(11_000, 11_020)
    gaps.safe(11_020)
    assert told == [Gap(1_000, 11_000, "disk_full")]


def test_content_lost_around_a_gap_keeps_the_gap_between() -> None:
    gaps, told = _gaps()
    gaps.safe(500)
    gaps.begin("caucus", 1_000)
    gaps.frame(2_000, 3_000)
    gaps.lost("disk_full")
    gaps.finish(9_000)
    assert told == [
        Gap(500, 1_000, "disk_full"),
        Gap(1_000, 2_000, "caucus"),
        Gap(2_000, 9_000, "disk_full"),
    ]


def test_content_lost_before_a_pause_that_lasts() -> None:
    gaps, told = _gaps()
    gaps.safe(500)
    gaps.begin("muted", 1_000)
    gaps.lost("write_failed")
    gaps.finish(3_000)
    assert told == [Gap(500, 1_000, "write_failed"), Gap(1_000, 3_000, "muted")]


def test_a_track_that_never_had_content() -> None:
    told: list[Gap] = []
    gaps = Gaps(told.append)
    gaps.begin("waiting", 300)
    gaps.finish(2_000)
    assert told == [Gap(300, 2_000, "waiting")]


@given(st.lists(st.tuples(st.sampled_from("bfsl"), st.integers(0, 3_000)), max_size=60))
@settings(max_examples=300, deadline=None)
def test_content_and_gaps_tile_the_time(steps: list[tuple[str, int]]) -> None:
    told: list[Gap] = []
    gaps = Gaps(told.append)
    kept: list[tuple[int, int]] = []
    pending: list[tuple[int, int]] = []
    now = 0
    gaps.start(0)
    for what, pause in steps:
        now += pause
        if what == "b":
            gaps.begin(f"reason {pause % 3}", now)
        elif what == "f":
            if not gaps.reason and gaps.end is not None and now > gaps.end:
                gaps.begin("silent", gaps.end)
            now = max(now, gaps.end or 0)
            gaps.frame(now, now + 20)
            pending.append((now, now + 20))
            now += 20
        elif what == "s" and pending:
            gaps.safe(pending[-1][1])
            kept, pending = kept + pending, []
        elif what == "l":
            gaps.lost("disk_full")
            pending = []
    if pending:
        gaps.safe(pending[-1][1])
        kept += pending
    gaps.finish(max(now, gaps.end or 0) + 1)
    pieces = sorted(kept + [(gap.start_ms, gap.end_ms) for gap in told])
    assert [(gap.start_ms, gap.end_ms) for gap in told] == sorted((g.start_ms, g.end_ms) for g in told)
    assert all(before[1] == after[0] for before, after in pairwise(pieces))

"""The grade of a line: thresholds, hysteresis, and what is told how often; then with real loss."""

import asyncio
from typing import Any

import pytest

from media.assessor import Assessor
from media.quality import EVERY, GRADES, WINDOW, Belief, Grade, Line, Tally, grade
from tests.support.callers import Caller, Tone, running, table, until
from tests.support.relay import Relay


@pytest.mark.parametrize(
    ("loss", "trip", "jitter", "expected"),
    [
        (0.0, 0.0, 0.0, "good"),
        (0.099, 0.39, 0.059, "good"),
        (0.10, 0.0, 0.0, "poor"),
        (0.149, 0.0, 0.0, "poor"),
        (0.15, 0.0, 0.0, "bad"),
        (0.0, 0.4, 0.0, "poor"),
        (0.0, 0.8, 0.0, "bad"),
        (0.0, 0.0, 0.06, "poor"),
        (0.12, 0.0, 0.15, "bad"),
    ],
)
def test_the_worst_of_loss_round_trip_and_jitter_is_the_grade(
    loss: float, trip: float, jitter: float, expected: Grade
) -> None:
    assert grade(loss, trip, jitter) == expected


def believed(*samples: str) -> list[str]:
    belief = Belief()
    return [belief.take(GRADES[{"g": 0, "p": 1, "b": 2}[sample]])[0] for sample in samples]


def test_two_worse_samples_fall_and_three_better_rise() -> None:
    assert believed(*"ggbgbb") == list("gggggb")
    assert believed(*"bggbggg") == list("bbbbbbg")


def test_it_moves_no_further_than_every_sample_bears_out() -> None:
    assert believed(*"gpb") == list("ggp")
    assert believed(*"bgpg") == list("bbbp")
    # The one good sample between is neither worse nor better than poor by itself.
    assert believed(*"pbgb") == list("pppp")


def loss(share: float) -> Tally:
    return Tally(expected=100, lost=100 * share)


def test_a_change_is_told_once_and_only_every_three_seconds() -> None:
    line, told = Line(), []
    for second in range(12):
        # A whole window of loss from the third second on, gone with the fifth.
        news = line.sample(loss(0.0), loss(0.9 if second in (3, 4) else 0.0), 0.02, float(second))
        if news:
            told.append((second, news["grade"]))
    assert told == [(0, "good"), (4, "bad")]
    later = [line.sample(loss(0), loss(0), 0.02, 20.0 + step) for step in range(8)]
    assert [news["grade"] for news in later if news] == ["good"]
    swift = Line()
    grades = [
        swift.sample(Tally(), Tally(), trip, at / 2) for at, trip in enumerate([0.0, 0.9, 0.9, 0.0, 0.0])
    ]
    assert [bool(news) for news in grades] == [True, False, False, False, False]
    late = swift.sample(Tally(), Tally(), 0.9, EVERY)
    assert late is not None and late["grade"] == "bad"


def test_the_news_say_what_was_seen() -> None:
    line = Line()
    assert line.sample(Tally(100, 12, 0.004), Tally(100, 1, 0.011), 0.0456, 0.0) == {
        "grade": "poor",
        "loss_up": 0.12,
        "loss_down": 0.01,
        "rtt_ms": 46,
        "jitter_ms": 11,
    }


def test_a_few_packets_say_nothing_and_old_ones_are_forgotten() -> None:
    line = Line()
    news = line.sample(Tally(expected=10, lost=9), Tally(), 0.0, 0.0)
    assert news is not None and news["grade"] == "good"
    lossy = Line()
    assert (lossy.sample(loss(0.5), Tally(), 0.0, 0.0) or {})["grade"] == "bad"
    after = [lossy.sample(Tally(), Tally(), 0.0, WINDOW + 1 + step) for step in range(3)]
    assert [(news or {}).get("grade") for news in after] == [None, None, "good"]


def test_reports_that_overlap_even_out() -> None:
    line = Line()
    told = [
        line.sample(Tally(), Tally(100, 20 if second % 2 else -20), 0.0, float(second)) for second in range(9)
    ]
    assert [news["grade"] for news in told if news] == ["good"]


def test_nobody_is_graded_without_a_connection() -> None:
    assessor = Assessor()
    assert assessor.look([], 0.0) == []
    assert assessor.grades() == {}


async def test_real_loss_is_told_of_the_right_person_in_the_right_direction() -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben", "cleo"]))
        port = (await worker.stats())["port"]["number"]
        up, down = Relay(("127.0.0.1", port)), Relay(("127.0.0.1", port))
        anna, ben, cleo = (Caller(worker, "r", name) for name in ("anna", "ben", "cleo"))
        anna.through, ben.through = up.through, down.through
        up.up_loss = down.down_loss = 0.4
        try:
            await anna.publish(Tone())
            await ben.subscribe(1, 0)
            await cleo.subscribe(1, 0)

            def of(who: str, grade: str) -> list[dict[str, Any]]:
                told = [e for e in events if e["type"] == "quality" and e["participant"] == who]
                return [e for e in told if e["grade"] == grade]

            await until(lambda: bool(of("anna", "bad") and of("ben", "bad")), 15)
            (upward,), (downward,) = of("anna", "bad"), of("ben", "bad")
            assert upward["room"] == "r"
            assert (upward["loss_up"] > 0.2, upward["loss_down"]) == (True, 0)
            assert (downward["loss_up"], downward["loss_down"] > 0.2) == (0, True)
            assert len(of("cleo", "good")) == 1 and not of("cleo", "bad")
            assert (await worker.stats())["rooms"]["r"]["grades"] == {"bad": 2, "good": 1}
            known = (await worker.open_room("r", 1, {}))["grades"]
            assert known == {"anna": "bad", "ben": "bad", "cleo": "good"}
        finally:
            await asyncio.gather(anna.close(), ben.close(), cleo.close())
            up.close()
            down.close()

"""The lag of the text is told when it changes, not all the time."""

from transcription.lag import LagMeter


def told(meter: LagMeter, seconds: float | None, now: float, room: str = "r1") -> list[int]:
    lags = {} if seconds is None else {room: seconds}
    return [event["seconds"] for event in meter.look(lags, now)]


def test_small_lags_and_small_changes_are_no_news() -> None:
    meter = LagMeter()
    assert told(meter, 0.8, 0.0) == []
    assert told(meter, 1.4, 0.5) == [1]
    assert told(meter, 2.3, 9.0) == []
    assert told(meter, 2.5, 9.5) == [2]


def test_not_more_often_than_every_two_seconds() -> None:
    meter = LagMeter()
    assert told(meter, 4.0, 0.0) == [4]
    assert told(meter, 9.0, 1.9) == []
    assert told(meter, 9.1, 2.0) == [9]


def test_the_end_of_a_lag_is_told_once_and_rooms_are_apart() -> None:
    meter = LagMeter()
    assert told(meter, 6.0, 0.0) == [6]
    assert meter.look({"r2": 3.0}, 5.0) == [
        {"type": "lag", "room": "r1", "seconds": 0},
        {"type": "lag", "room": "r2", "seconds": 3},
    ]
    assert [event["room"] for event in meter.look({}, 9.0)] == ["r2"]
    assert meter.look({}, 20.0) == []

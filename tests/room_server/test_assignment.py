"""Who gets the next room, and which rooms a lost worker leaves behind."""

import pytest

from room_server.crew.assignment import Assignment, Load, least_loaded


@pytest.mark.parametrize(
    ("loads", "chosen"),
    [
        ([], None),
        ([Load("a", 3)], "a"),
        ([Load("a", 2), Load("b", 1), Load("c", 4)], "b"),
        ([Load("a", 1), Load("b", 1)], "a"),
        ([Load("a", 0, drained=True), Load("b", 9)], "b"),
        ([Load("a", 0, drained=True)], None),
        ([Load("a", 1, 0.9), Load("b", 5, 0.4)], "b"),
        ([Load("a", 1, 0.95), Load("b", 5, 0.85)], "a"),
        ([Load("a", 2, 0.5), Load("b", 2, 0.1)], "b"),
        ([Load("a", 0, 0.0), Load("b", 0, 0.7)], "a"),
    ],
)
def test_the_least_loaded_takes_the_room(loads: list[Load], chosen: str | None) -> None:
    assert least_loaded(loads) == chosen


def test_a_lost_worker_loses_its_own_rooms_only() -> None:
    rooms = Assignment()
    for room, worker, epoch in (("r1", "a", 1), ("r2", "b", 2), ("r3", "a", 1)):
        rooms.give(room, worker, epoch)
    assert rooms.lose("a") == ["r1", "r3"]
    assert [rooms.worker_of(room) for room in ("r1", "r2", "r3")] == [None, "b", None]
    assert rooms.epoch_of("r1") == 1
    assert rooms.lose("a") == []


def test_a_room_that_is_over_loads_nobody_and_is_remembered() -> None:
    rooms = Assignment()
    assert rooms.epoch_of("r1") == 0
    rooms.give("r1", "a", 4)
    assert rooms.release("r1") == "a"
    assert (rooms.rooms_of("a"), rooms.epoch_of("r1"), rooms.release("r1")) == ([], 4, None)

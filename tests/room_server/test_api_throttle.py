"""The brake on guessing."""

from room_server.api import throttle
from room_server.api.throttle import Throttle


def test_so_many_attempts_then_none_until_the_first_is_old() -> None:
    now = [0.0]
    brake = Throttle(3, 60.0, lambda: now[0])
    for second in (0, 10, 20):
        now[0] = second
        assert brake.wait("k") == 0
        brake.count("k")
    now[0] = 30
    assert brake.wait("k") == 30
    assert brake.wait("other") == 0
    now[0] = 60
    assert brake.wait("k") == 0
    brake.count("k")
    assert brake.wait("k") == 10


def test_forgiving_forgets_one_key() -> None:
    brake = Throttle(1, 60.0, lambda: 0.0)
    brake.count("a")
    brake.count("b")
    brake.forgive("a")
    brake.forgive("never seen")
    assert (brake.wait("a"), brake.wait("b")) == (0, 60)


def test_an_attempt_taken_back_leaves_those_before_it() -> None:
    brake = Throttle(2, 60.0, lambda: 0.0)
    brake.count("k")
    brake.count("k")
    brake.take_back("k")
    assert brake.wait("k") == 0
    brake.count("k")
    assert brake.wait("k") == 60
    brake.take_back("never seen")
    assert brake.wait("never seen") == 0


def test_memory_is_bounded_and_the_oldest_key_goes_first() -> None:
    brake = Throttle(1, 60.0, lambda: 0.0)
    for number in range(throttle._MOST_KEYS + 5):
        brake.count(number)
    assert len(brake._attempts) == throttle._MOST_KEYS
    assert brake.wait(0) == 0
    assert brake.wait(throttle._MOST_KEYS) == 60

"""What a sitting remembers of devices: connections, who waits, which attempt is the latest."""

from room_server.sitting.devices import Devices
from tests.support.room_stage import Ear

KEY = ("p_applicant", "device-one")


def hello(visit: int, attempt: int, device: str = "device-one") -> Ear:
    """Somebody who says hello with the n-th attempt of a page."""
    return Ear("p_applicant", device, (visit, attempt))


def test_connections_stand_until_they_are_gone() -> None:
    devices = Devices()
    assert not devices.alive(KEY)
    devices.answered(KEY)
    devices.stands(KEY, "publish")
    assert devices.alive(KEY) and devices.stood(KEY, "publish") and not devices.stood(KEY, "subscribe")
    devices.gone(KEY)
    assert not devices.alive(KEY) and devices.stood(KEY, "publish")
    devices.forget(KEY)
    assert not devices.stood(KEY, "publish")


def test_a_lost_worker_leaves_nothing_standing() -> None:
    devices = Devices()
    devices.answered(KEY)
    devices.stands(KEY, "publish")
    devices.forget_all()
    assert not devices.alive(KEY) and not devices.stood(KEY, "publish")


def test_one_device_of_a_person_waits_at_a_time() -> None:
    devices = Devices()
    assert devices.unpark("p_applicant") == ""
    devices.park(*KEY)
    assert devices.unpark("p_applicant") == "device-one"
    assert devices.unpark("p_applicant") == ""


def test_only_an_earlier_or_equal_attempt_of_the_same_device_is_overtaken() -> None:
    devices = Devices()
    assert not devices.overtaken(hello(100, 2))
    devices.seat(hello(100, 2))
    assert devices.overtaken(hello(100, 1))
    assert devices.overtaken(hello(100, 2))
    assert devices.overtaken(hello(99, 7))
    assert not devices.overtaken(hello(100, 3))
    assert not devices.overtaken(hello(101, 1))
    assert not devices.overtaken(hello(1, 1, "device-two"))


def test_who_does_not_number_attempts_is_never_overtaken() -> None:
    devices = Devices()
    devices.seat(hello(100, 2))
    assert not devices.overtaken(hello(0, 0))
    devices.seat(hello(0, 0))
    assert devices.overtaken(hello(100, 2))


def test_a_later_offer_of_the_same_plane_makes_an_earlier_one_stale() -> None:
    devices = Devices()
    first, other = devices.offer(KEY, "publish"), devices.offer(KEY, "subscribe")
    second = devices.offer(KEY, "publish")
    assert not devices.latest_offer(KEY, "publish", first)
    assert devices.latest_offer(KEY, "publish", second)
    assert devices.latest_offer(KEY, "subscribe", other)

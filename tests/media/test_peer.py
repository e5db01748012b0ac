"""The life of a connection by its silence, and the addresses it is followed to."""

from collections.abc import Iterator

import pytest

from media import peer as lives
from media.aiortc_bridge import Certificate, Keys
from media.peer import Peer
from media.planes import open_port
from media.port import Address, Port
from media.wire import sdp, stun
from tests.media.test_outlet import session
from tests.support import callers
from tests.support.offers import offer, section

FIRST: Address = ("127.0.0.1", 9)
SECOND: Address = ("127.0.0.1", 10)


class Room:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def up(self, peer: Peer) -> None:
        self.told.append("up")

    def lost(self, peer: Peer, why: str) -> None:
        self.told.append(why)


@pytest.fixture
def port() -> Iterator[Port]:
    found = open_port(callers.PLANE, "127.0.0.1", 0)
    yield found
    found.close()


class Idle(Peer):
    """A connection that is never shaken hands with."""

    plane = "subscribe"
    sent: list[tuple[bytes, Address | None]]

    def _send_datagram(self, data: bytes) -> None:
        self.sent.append((data, self.address))


def connection(port: Port) -> tuple[Idle, Room]:
    room = Room()
    one = Idle(port, Certificate(), sdp.parse(offer(section(), bundle="")), room, "anna", "device")
    one.sent = []
    # The handshake itself is aiortc_bridge's test.
    one._handshake.start = lambda: None  # type: ignore[method-assign]
    return one, room


def stand(one: Idle, now: float) -> None:
    one.checked(FIRST, True, now)
    one._ready(Keys(session(3), session(2)))
    one.heard = now


async def test_silence_is_probed_then_lost_then_found_then_gone(port: Port) -> None:
    one, room = connection(port)
    stand(one, 100.0)
    for tick in range(70):
        one.watch(100 + tick / 10)
    assert room.told == ["up", "silent"]
    assert one.address is None
    assert 4 <= len(one.sent) <= 8
    one.checked(FIRST, False, 108.0)
    assert room.told == ["up", "silent", "up"] and one.address == FIRST
    for tick in range(750):
        one.watch(108 + tick / 10)
    assert room.told == ["up", "silent", "up", "silent", "silent"]
    assert one.state == "closed"
    await one.close()


async def test_an_answered_probe_is_life_and_tells_the_round_trip(port: Port) -> None:
    one, room = connection(port)
    stand(one, 100.0)
    for second in range(20):
        now = 100.0 + second
        one.watch(now)
        probe = stun.parse(one.sent[-1][0])
        assert probe is not None
        one.answered(probe.transaction, FIRST, now + 0.02)
        one.answered(probe.transaction, FIRST, now + 0.5)
    assert room.told == ["up"]
    assert 0.015 < one.rtt < 0.05


async def test_a_longer_round_trip_is_known_within_seconds_while_packets_are_missing(port: Port) -> None:
    one, _ = connection(port)
    stand(one, 100.0)
    one.rtt = 0.001

    def live(since: int, until: int) -> int:
        before = len(one.sent)
        for tick in range(since, until):
            now, count = 100 + tick / 10, len(one.sent)
            one.heard = now
            one.watch(now)
            for datagram, _ in one.sent[count:]:
                probe = stun.parse(datagram)
                assert probe is not None
                one.answered(probe.transaction, FIRST, now + 0.1)
        return len(one.sent) - before

    assert live(0, 40) == 1
    one.hurried = 110.0
    assert live(40, 70) == 3
    assert 0.085 < one.rtt < 0.1
    assert live(110, 150) == 1


async def test_a_strangers_transaction_is_no_life(port: Port) -> None:
    one, room = connection(port)
    stand(one, 100.0)
    for second in range(8):
        one.answered(b"never asked!", FIRST, 100.0 + second)
        one.watch(100.0 + second)
    assert room.told == ["up", "silent"]


async def test_who_never_connects_is_given_up(port: Port) -> None:
    one, room = connection(port)
    one.watch(one.born + lives.CONNECT_WITHIN - 1)
    assert room.told == []
    one.watch(one.born + lives.CONNECT_WITHIN + 1)
    one.watch(one.born + lives.CONNECT_WITHIN + 2)
    assert room.told == ["failed"]


async def test_a_nominated_address_is_taken_at_once(port: Port) -> None:
    one, _ = connection(port)
    stand(one, 100.0)
    one.checked(SECOND, True, 101.0)
    assert one.address == SECOND


async def test_another_path_is_taken_only_when_the_old_one_is_dead(port: Port) -> None:
    one, _ = connection(port)
    stand(one, 100.0)
    one.checked(SECOND, False, 101.0)
    probe = stun.parse(one.sent[-1][0])
    assert probe is not None
    one.answered(probe.transaction, FIRST, 101.1)
    one.watch(103.0)
    assert one.address == FIRST
    one.checked(SECOND, False, 110.0)
    one.watch(110.5)
    assert one.address == FIRST
    one.watch(111.2)
    assert one.address == SECOND


async def test_the_number_of_addresses_is_bounded(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = connection(port)
    forgotten: list[Address] = []
    monkeypatch.setattr(one.port, "forget", forgotten.append)
    stand(one, 100.0)
    for number in range(20, 40):
        one.checked(("127.0.0.1", number), False, 100.0)
    assert len(forgotten) == 13 and FIRST not in forgotten


async def test_a_detached_connection_takes_and_sends_nothing(port: Port) -> None:
    one, _ = connection(port)
    stand(one, 100.0)
    one.detach()
    port._decrypt(one, 40, 101.0)
    one.send_rtcp(b"\x80\xc9\0\1\0\0\0\1")
    assert one.heard == 100.0
    assert not port._by_ufrag and not port._by_address
    await one.close()

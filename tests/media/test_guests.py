"""A guest at the table: paused, resumed, and gone at its first failure without harm to others."""

from media.guests import Guest
from media.packet import ClockedSink, Packet

PACKET = Packet(1, 2, False, b"x", 3.0)


class Diary:
    """A sink with a clock that writes down what happens to it; it can be made to fail."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.broken = False

    def _note(self, line: str) -> None:
        if self.broken:
            raise RuntimeError("no more paper")
        self.lines.append(line)

    def write(self, packet: Packet) -> None:
        self._note("write")

    def report(self, ntp: float, timestamp: int, arrival: float) -> None:
        self._note("report")

    def pause(self, reason: str) -> None:
        self._note(f"pause {reason}")

    def resume(self) -> None:
        self._note("resume")

    def close(self) -> None:
        self._note("close")


class Plain:
    """The smallest sink."""

    def __init__(self) -> None:
        self.got = 0

    def write(self, packet: Packet) -> None:
        self.got += 1

    def close(self) -> None: ...


def test_a_paused_guest_gets_no_packets_and_is_told_once() -> None:
    diary = Diary()
    guest = Guest(diary, lambda gone: None)
    guest.pause("muted")
    guest.pause("caucus")
    guest.write(PACKET)
    guest.resume()
    guest.resume()
    guest.write(PACKET)
    guest.report(1.0, 2, 3.0)
    guest.close()
    guest.write(PACKET)
    assert diary.lines == ["pause muted", "resume", "write", "report", "close"]


def test_a_failing_guest_is_sent_away_once() -> None:
    diary, gone = Diary(), list[Guest]()
    guest = Guest(diary, gone.append)
    guest.write(PACKET)
    diary.broken = True
    for _ in range(3):
        guest.write(PACKET)
    diary.broken = False
    guest.write(PACKET)
    assert gone == [guest]
    assert diary.lines == ["write"]


def test_a_sink_without_a_clock_is_welcome() -> None:
    plain = Plain()
    guest = Guest(plain, lambda gone: None)
    guest.report(1.0, 2, 3.0)
    guest.pause("x")
    guest.write(PACKET)
    guest.resume()
    guest.write(PACKET)
    assert plain.got == 1
    assert not isinstance(plain, ClockedSink)

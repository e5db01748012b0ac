"""One slot on the wire: what leaves is decrypted with the other end's keys and read."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pylibsrtp
import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor

from media.aiortc_bridge import Keys
from media.history import Kept
from media.inlet import Inlet
from media.outlet import Outlet
from media.packet import Track
from media.port import Address, Port
from media.quality import Tally
from media.wire import red, rtcp, rtp, vp8
from tests.media.test_inlet import CAMERA, MICROPHONE, Connection

KEY = os.urandom(28)


def session(kind: int) -> pylibsrtp.Session:
    profile = pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM
    policy = pylibsrtp.Policy(key=KEY, ssrc_type=kind, srtp_profile=profile)
    policy.allow_repeat_tx = True
    policy.window_size = 1024
    return pylibsrtp.Session(policy)


class Device:
    """A subscriber's connection whose datagrams come back to the test."""

    def __init__(self) -> None:
        self.keys: Keys | None = Keys(
            session(pylibsrtp.Policy.SSRC_ANY_INBOUND), session(pylibsrtp.Policy.SSRC_ANY_OUTBOUND)
        )
        self.port = Port("127.0.0.1", 0)
        self.far = Port("127.0.0.1", 0)
        self.address: Address | None = ("127.0.0.1", self.far.number)
        self._opened = session(pylibsrtp.Policy.SSRC_ANY_INBOUND)

    def got(self) -> list[tuple[rtp.Header, bytes, bytes]]:
        """(header, whole packet, payload) of everything that arrived."""
        found: list[tuple[rtp.Header, bytes, bytes]] = []
        while True:
            try:
                data = self._opened.unprotect(self.far.socket.recv(2048))
            except BlockingIOError:
                return found
            header = rtp.parse(data)
            assert header is not None
            found.append((header, data, data[slice(*header.payload)]))


@pytest.fixture
def device() -> Iterator[Device]:
    found = Device()
    yield found
    found.port.close()
    found.far.close()


def slot(device: Device, track: Track, *, repair: int = 97, extension: int = 5) -> tuple[Outlet, Inlet]:
    types: dict[str, tuple[int, int]] = {track.codec: (120, repair), "h264": (125, repair)}
    outlet = Outlet("0", track.kind, device, payload_types=types, extension=extension)
    inlet = Inlet(track, Connection(), payload_type=96)
    outlet.bind(inlet, 10.0)
    outlets: Any = (outlet,)
    inlet.outlets = outlets
    return outlet, inlet


def frame(inlet: Inlet, number: int, *, key: bool = False, picture: int = 0, now: float = 10.0) -> None:
    payload = bytes(VpxPayloadDescriptor(1, 0, picture_id=picture)) + bytes((0 if key else 1,)) + b"frame"
    data = rtp.build(96, number, number * 3000, 1, payload, marker=True)
    inlet.take(memoryview(bytearray(data).ljust(2048)), len(data), now)


def test_video_carries_its_time_of_sending_and_numbers_of_its_own(device: Device) -> None:
    outlet, inlet = slot(device, CAMERA)
    frame(inlet, 100, now=10.0)
    assert device.got() == []
    for number in range(101, 104):
        frame(inlet, number, key=number == 101, picture=number)
    got = device.got()
    assert [header.sequence - got[0][0].sequence for header, _, _ in got] == [0, 1, 2]
    header, data, payload = got[0]
    assert (header.ssrc, header.payload_type, header.marker) == (outlet.ssrc, 120, True)
    assert rtp.element(data, header.extension, 5) == rtp.abs_send_time(10.0)
    assert vp8.describe(payload).key and payload.endswith(b"frame")
    assert (outlet.packets, outlet.downstream) == (3, device)


def test_audio_carries_its_level_and_begins_with_a_marker(device: Device) -> None:
    _, inlet = slot(device, MICROPHONE)
    inlet.level_id = 1
    extension = rtp.one_byte_block({1: b"\x2a"})
    for number in (7, 8):
        data = rtp.build(96, number, number * 960, 1, b"opus", extension=extension)
        inlet.take(memoryview(bytearray(data).ljust(2048)), len(data), 10.0)
    first, second = device.got()
    assert rtp.element(first[1], first[0].extension, 5) == b"\x2a"
    assert (first[0].marker, second[0].marker) == (True, False)


def test_a_track_of_another_codec_goes_out_under_that_codecs_type(device: Device) -> None:
    outlet, first = slot(device, CAMERA)
    frame(first, 5, key=True, picture=7)
    second = Inlet(Track("cleo.camera", "video", "camera", "h264", 90000), Connection(), payload_type=102)
    outlets: Any = (outlet,)
    first.outlets, second.outlets = (), outlets
    outlet.bind(second, 11.0)
    for number, payload in ((50, b"\x41late"), (51, b"\x67sps"), (52, b"\x65idr")):
        data = rtp.build(102, number, number * 3000, 2, payload)
        second.take(memoryview(bytearray(data).ljust(2048)), len(data), 11.1)
    before, *after = device.got()
    assert [(header.payload_type, payload) for header, _, payload in after] == [
        (125, b"\x67sps"),
        (125, b"\x65idr"),
    ]
    assert (after[0][0].sequence - before[0].sequence) & 0xFFFF == 1
    assert after[0][0].ssrc == before[0].ssrc


def test_without_extensions_the_header_is_bare(device: Device) -> None:
    _, inlet = slot(device, CAMERA, extension=0)
    frame(inlet, 1, key=True)
    ((header, _, _),) = device.got()
    assert header.extension is None and header.payload[0] == 12


def test_a_packet_is_sent_again_as_a_retransmission(device: Device) -> None:
    outlet, inlet = slot(device, CAMERA)
    for number in range(20, 25):
        frame(inlet, number, key=number == 20)
    sent = device.got()
    outlet.resend([sent[2][0].sequence], 11.0)
    outlet.resend([sent[2][0].sequence], 11.001)
    ((header, _, payload),) = device.got()
    assert (header.ssrc, header.payload_type) == (outlet.repair_ssrc, 97)
    assert header.timestamp == sent[2][0].timestamp
    assert rtp.unwrap_rtx(payload) == (sent[2][0].sequence, sent[2][2])
    assert outlet.resent == 1


def test_without_retransmissions_the_packet_itself_comes_again(device: Device) -> None:
    outlet, inlet = slot(device, CAMERA, repair=-1)
    for number in range(20, 25):
        frame(inlet, number, key=number == 20)
    sent = device.got()
    device._opened = session(pylibsrtp.Policy.SSRC_ANY_INBOUND)
    outlet.resend([sent[3][0].sequence], 11.0)
    ((header, _, payload),) = device.got()
    assert (header.ssrc, header.sequence, payload) == (outlet.ssrc, sent[3][0].sequence, sent[3][2])


def test_what_another_publisher_sent_is_not_sent_again(device: Device) -> None:
    outlet, first = slot(device, CAMERA)
    for number in range(20, 25):
        frame(first, number, key=number == 20)
    before = [header.sequence for header, _, _ in device.got()]
    second = Inlet(Track("cleo.camera", "video", "camera", "vp8", 90000), Connection(), payload_type=96)
    outlets: Any = (outlet,)
    first.outlets, second.outlets = (), outlets
    outlet.bind(second, 12.0)
    outlet.resend(before, 12.1)
    frame(second, 5000, key=True, picture=9, now=12.2)
    outlet.resend(before, 12.3)
    got = device.got()
    assert [header.sequence for header, _, _ in got] == [(before[-1] + 1) & 0xFFFF]
    assert outlet.resent == 0


def test_the_number_of_retransmissions_is_bounded(device: Device) -> None:
    outlet, inlet = slot(device, CAMERA)
    for number in range(1000, 1400):
        frame(inlet, number, key=number == 1000)
    sequences = [header.sequence for header, _, _ in device.got()]
    outlet.resend(sequences, 11.0)
    assert outlet.resent == 200
    outlet.resend(sequences, 11.2)
    assert outlet.resent == 400


def test_nothing_leaves_without_keys_or_address(device: Device) -> None:
    outlet, inlet = slot(device, CAMERA)
    keys, device.keys = device.keys, None
    frame(inlet, 1, key=True)
    device.keys, device.address = keys, None
    frame(inlet, 2, key=True)
    assert outlet.packets == 0 and device.got() == []


def test_a_sender_report_carries_the_publishers_clock_over(device: Device) -> None:
    outlet, inlet = slot(device, CAMERA)
    assert outlet.report(10.0, "name") == b""
    frame(inlet, 50, key=True, now=10.0)
    ((header, _, _),) = device.got()
    inlet.reception.clock = (rtcp.SenderReport(1, 9.5, 0, 50 * 3000 - 45000), 9.6)
    messages = rtcp.parse(outlet.report(11.0, "name"))
    assert messages is not None
    report = messages[0]
    assert isinstance(report, rtcp.SenderReport)
    # 1 s after the packet was captured by the publisher's clock.
    assert (report.timestamp - header.timestamp) & 0xFFFFFFFF == 90000
    assert abs(report.ntp - 11.0) < 1e-6


def test_a_withheld_video_goes_on_at_the_next_key_frame_with_the_next_number(device: Device) -> None:
    outlet, inlet = slot(device, CAMERA)
    frame(inlet, 1, key=True, picture=1)
    assert outlet.withhold(True, 10.1) and not outlet.withhold(True, 10.2)
    inlet.outlets = ()
    for number in range(2, 6):
        frame(inlet, number, picture=number)
    asked = inlet.key_frames.sent
    assert outlet.withhold(False, 11.0)
    assert inlet.key_frames.sent == asked + 1
    outlets: Any = (outlet,)
    inlet.outlets = outlets
    frame(inlet, 6, picture=6, now=11.1)
    frame(inlet, 7, key=True, picture=7, now=11.2)
    first, second = device.got()
    assert (second[0].sequence - first[0].sequence) & 0xFFFF == 1
    pictures = [vp8.describe(payload).picture for _, _, payload in (first, second)]
    assert pictures[1] - pictures[0] == 1


def test_another_track_in_a_withheld_slot_is_withheld_too_and_none_is_not(device: Device) -> None:
    outlet, _ = slot(device, CAMERA)
    outlet.withhold(True, 10.0)
    outlet.bind(Inlet(CAMERA, Connection(), payload_type=96), 11.0)
    assert outlet.paused
    outlet.bind(None, 12.0)
    assert not outlet.paused


def test_a_parked_slot_starts_again_with_a_key_frame(device: Device) -> None:
    outlet, inlet = slot(device, CAMERA)
    frame(inlet, 1, key=True)
    outlet.park(10.5)
    frame(inlet, 2)
    frame(inlet, 3, key=True)
    first, second = device.got()
    assert (second[0].sequence - first[0].sequence) & 0xFFFF == 1
    assert Kept(1, 2, 0, b"", 127).seen is vp8.NOTHING


def talking(device: Device) -> tuple[Outlet, Callable[[int], None], Callable[[int, int], None]]:
    """A slot that knows redundancy, a voice for it, and its receiver's reports (highest number, loss)."""
    types = {"opus": (120, -1)}
    outlet = Outlet("0", "audio", device, payload_types=types, extension=0, redundant_type=63)
    inlet = Inlet(MICROPHONE, Connection(), payload_type=96)
    outlet.bind(inlet, 10.0)
    outlets: Any = (outlet,)
    inlet.outlets = outlets

    def say(number: int) -> None:
        data = rtp.build(96, number, number * 960, 1, b"voice%d" % number)
        inlet.take(memoryview(bytearray(data).ljust(2048)), len(data), 10.0)

    def report(highest: int, fraction: int) -> None:
        outlet.heard(rtcp.Block(outlet.ssrc, fraction, 0, highest, 480, 0, 0), Tally(), 10.0)

    return outlet, say, report


def test_a_lossy_line_gets_each_voice_packet_twice_until_it_is_clean_for_long(device: Device) -> None:
    outlet, say, report = talking(device)
    report(0, 0)
    say(7)
    report(50, 5)
    say(8)
    say(9)
    report(300, 0)
    say(10)
    report(549, 2)
    say(12)
    report(801, 0)
    say(13)
    got = [(header.payload_type, payload) for header, _, payload in device.got()]
    assert [kind for kind, _ in got] == [120, 63, 63, 63, 120, 120]
    read = [red.parse(payload, 120) for kind, payload in got if kind == 63]
    assert read == [(b"voice%d" % n, [(960, b"voice%d" % (n - 1))]) for n in (8, 9, 10)]
    assert not outlet.redundant


def test_what_a_listener_was_not_bound_to_does_not_ride_along(device: Device) -> None:
    outlet, say, report = talking(device)
    report(0, 0)
    report(50, 20)
    inlet = outlet.inlet
    assert inlet is not None
    inlet.outlets = ()
    outlet.bind(None, 10.0)
    say(20)
    outlets: Any = (outlet,)
    outlet.bind(inlet, 10.1)
    inlet.outlets = outlets
    say(21)
    say(22)
    first, second = ((header.payload_type, payload) for header, _, payload in device.got())
    assert first == (120, b"voice21")
    assert red.parse(second[1], 120) == (b"voice22", [(960, b"voice21")])


def test_what_was_never_sent_is_not_lost_on_the_way_to_the_receiver(device: Device) -> None:
    outlet, _ = slot(device, MICROPHONE)

    def heard(highest: int, fraction: int, sent: int) -> Tally:
        outlet.packets += sent
        tally = Tally()
        outlet.heard(rtcp.Block(outlet.ssrc, fraction, 0, highest, 480, 0, 0), tally, 10.0)
        return tally

    assert heard(1000, 0, 50).expected == 0
    # 64 numbers, 32 of them never came here: the receiver misses half, and its line lost nothing.
    assert heard(1064, 128, 32) == Tally(32, 0.0, 0.01)
    assert heard(1128, 64, 64) == Tally(64, 16.0, 0.01)
    # A receiver that began anew.
    assert heard(5, 255, 64) == Tally()


def test_what_came_through_is_counted_by_the_receiver_repairs_included(device: Device) -> None:
    outlet, _ = slot(device, MICROPHONE)

    def heard(highest: int, fraction: int, sent: int, resent: int, now: float) -> float:
        outlet.packets, outlet.octets = outlet.packets + sent, outlet.octets + 100 * sent
        outlet.resent += resent
        outlet.heard(rtcp.Block(outlet.ssrc, fraction, 0, highest, 0, 0, 0), Tally(), now)
        return outlet.through

    assert heard(1000, 0, 50, 0, 10.0) == 0.0
    assert heard(1100, 0, 100, 0, 11.0) == 100 * 100 * 8
    assert heard(1200, 64, 100, 20, 13.0) == 120 * 0.75 * 100 * 8 / 2
    assert outlet.span == 2.0


def test_on_a_line_that_was_flooded_nothing_is_sent_twice(device: Device) -> None:
    outlet, _, report = talking(device)
    report(0, 0)
    outlet.heard(rtcp.Block(outlet.ssrc, 60, 0, 50, 480, 0, 0), Tally(), 10.0, flooded=True)
    assert not outlet.redundant
    report(100, 60)
    assert outlet.redundant

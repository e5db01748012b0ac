"""One behaviour, two planes: the same packets in, the same packets, counts and reports out."""

import asyncio
from collections.abc import Iterator

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor

from media.guests import Guest
from media.wire import red, rtcp, rtp, vp8
from tests.support.planes import CAMERA, MICROPHONE, Bench, Device, Notebook, seen


@pytest.fixture
def bench(plane: str) -> Iterator[Bench]:
    found = Bench(plane)
    assert found.port.name == plane
    yield found
    found.close()


def picture(number: int, *, key: bool = False, size: int = 60) -> bytes:
    """One VP8 packet with both ids."""
    head = bytes(VpxPayloadDescriptor(1, 0, picture_id=number & 0x7FFF, tl0picidx=number & 0xFF))
    payload = head + bytes((0 if key else 1,)) + bytes(size)
    return rtp.build(96, number, number * 3000, 1, payload, marker=True)


def voice(number: int, level: int = 30, payload: bytes = b"opus") -> bytes:
    extension = rtp.one_byte_block({1: bytes((level,))})
    return rtp.build(96, number, number * 960, 1, payload, extension=extension)


def test_video_passes_from_a_key_frame_on_with_numbers_of_its_own(bench: Bench) -> None:
    inlet, outlet = bench.inlet(CAMERA), bench.outlet(CAMERA)
    bench.bind(inlet, outlet)
    for number in range(65_530, 65_545):
        bench.give(inlet, picture(number & 0xFFFF, key=number == 65_533), number / 30)
    got = bench.subscriber.far.got()
    assert [(header.sequence - got[0][0].sequence) & 0xFFFF for header, _, _ in got] == list(range(12))
    header, data, payload = got[0]
    assert (header.ssrc, header.payload_type, header.marker) == (outlet.ssrc, 106, True)
    assert rtp.element(data, header.extension, 5) == rtp.abs_send_time(65_533 / 30)
    assert vp8.describe(payload).key and outlet.packets == 12
    assert outlet.octets == sum(len(data) for _, data, _ in got)


def test_a_key_frame_is_asked_for_when_the_subscriber_can_get_it_and_not_before(bench: Bench) -> None:
    inlet, outlet = bench.inlet(CAMERA), bench.outlet(CAMERA)
    keys, bench.subscriber.keys = bench.subscriber.keys, None
    outlet.bind(inlet, 10.0)
    assert bench.publisher.key_frames == 0
    bench.subscriber.keys = keys
    outlet.bind(inlet, 10.1)
    assert bench.publisher.key_frames == 1


def test_ids_run_on_when_the_track_under_a_slot_changes(bench: Bench) -> None:
    first, second, outlet = bench.inlet(CAMERA), bench.inlet(CAMERA), bench.outlet(CAMERA)
    bench.bind(first, outlet)
    for number in range(500, 503):
        bench.give(first, picture(number, key=number == 500), 10.0)
    bench.bind(second, outlet, 10.1)
    first.outlets = ()
    assert outlet.inlet is second
    for number in range(9000, 9003):
        bench.give(second, picture(number, key=number == 9001), 10.2)
    got = bench.subscriber.far.got()
    assert [(header.sequence - got[0][0].sequence) & 0xFFFF for header, _, _ in got] == [0, 1, 2, 3, 4]
    assert [vp8.describe(p).picture - vp8.describe(got[0][2]).picture for _, _, p in got] == [0, 1, 2, 3, 4]
    assert [vp8.describe(p).level - vp8.describe(got[0][2]).level for _, _, p in got] == [0, 1, 2, 3, 4]
    assert 8998 <= (got[3][0].timestamp - got[2][0].timestamp) & 0xFFFFFFFF <= 9001


def test_a_missing_packet_is_asked_for_and_its_retransmission_goes_on(bench: Bench) -> None:
    inlet, outlet, notebook = bench.inlet(CAMERA), bench.outlet(CAMERA), Notebook()
    inlet.guests = (Guest(notebook, lambda guest: None),)
    bench.bind(inlet, outlet)
    for number in (10, 11, 14):
        bench.give(inlet, picture(number, key=number == 10), 5.0)
    bench.port.tick()
    assert bench.publisher.gaps == 1 and inlet.gaps
    assert inlet.gaps.due(5.0, 0.1) == ([], False)
    ask, lost = inlet.gaps.due(5.05, 0.1)
    assert ([number & 0xFFFF for number in ask], lost) == ([12, 13], False)
    lent = picture(12)
    again = rtp.build(97, 1, 12 * 3000, 2, rtp.wrap_rtx(12, lent[12:]), marker=True)
    assert bench.give(inlet, again, 5.1, repair=True) == 1
    assert bench.give(inlet, again, 5.1, repair=True) == 0
    bench.give(inlet, picture(13), 5.1)
    bench.port.tick()
    assert not inlet.gaps and seen(inlet)["repaired"] == 2 and seen(inlet)["duplicates"] == 1
    assert [packet.sequence for packet in notebook.packets] == [10, 11, 14, 12, 13]
    got = bench.subscriber.far.got()
    assert [header.sequence - got[0][0].sequence for header, _, _ in got] == [0, 1, 4, 2, 3]


def test_what_never_comes_is_given_up_and_too_large_a_gap_wants_a_key_frame(bench: Bench) -> None:
    inlet = bench.inlet(CAMERA)
    bench.give(inlet, picture(10, key=True), 5.0)
    bench.give(inlet, picture(12), 5.0)
    assert inlet.gaps.due(6.5, 0.1) == ([], True) and not inlet.gaps
    bench.give(inlet, picture(600), 6.6)
    bench.port.tick()
    assert bench.publisher.key_frames == 1 and not inlet.gaps
    assert seen(inlet)["given_up"] == 1 + 587


def test_a_key_frame_that_came_is_not_asked_for_again(bench: Bench) -> None:
    inlet = bench.inlet(CAMERA)
    inlet.want_key_frame(5.0)
    assert not inlet.key_frames.again(5.5) and inlet.key_frames.again(6.1)
    bench.give(inlet, picture(1, key=True), 6.2)
    assert not inlet.key_frames.again(9.0)


def test_a_packet_is_sent_again_once_in_a_while_as_a_retransmission(bench: Bench) -> None:
    inlet, outlet = bench.inlet(CAMERA), bench.outlet(CAMERA)
    bench.bind(inlet, outlet)
    for number in range(20, 25):
        bench.give(inlet, picture(number, key=number == 20))
    sent = bench.subscriber.far.got()
    wanted = sent[2][0].sequence
    outlet.resend([wanted, wanted + 5000 & 0xFFFF], 11.0)
    outlet.resend([wanted], 11.001)
    ((header, _, payload),) = bench.subscriber.far.got()
    assert (header.ssrc, header.payload_type) == (outlet.repair_ssrc, 107)
    assert (header.timestamp, header.marker) == (sent[2][0].timestamp, True)
    assert rtp.unwrap_rtx(payload) == (wanted, sent[2][2]) and outlet.resent == 1
    outlet.resend([wanted], 11.1)
    assert len(bench.subscriber.far.got()) == 1


def test_without_retransmissions_the_packet_itself_is_sent_again(bench: Bench) -> None:
    inlet, outlet = bench.inlet(CAMERA), bench.outlet(CAMERA, repair=-1)
    bench.bind(inlet, outlet)
    bench.give(inlet, picture(1, key=True))
    ((first, _, payload),) = bench.subscriber.far.got()
    outlet.resend([first.sequence], 11.0)
    # The far end's SRTP would take the same number for a replay: what left is counted.
    assert outlet.resent == 1 and payload


def test_a_voice_keeps_its_level_and_begins_with_a_marker(bench: Bench) -> None:
    inlet, outlet = bench.inlet(MICROPHONE), bench.outlet(MICROPHONE)
    bench.bind(inlet, outlet)
    bench.give(inlet, voice(7, 0x2A))
    bench.give(inlet, voice(8, 0x2B))
    first, second = bench.subscriber.far.got()
    assert rtp.element(first[1], first[0].extension, 5) == b"\x2a"
    assert (first[0].marker, second[0].marker, inlet.level) == (True, False, 0x2B)


def test_lost_voices_ride_along_both_ways(bench: Bench) -> None:
    inlet, outlet = bench.inlet(MICROPHONE, redundant=98), bench.outlet(MICROPHONE, redundant=108)
    bench.bind(inlet, outlet)
    bench.give(inlet, voice(1, payload=b"one"))
    payload = red.build(96, 960, b"two", b"three")
    assert payload
    bench.give(inlet, rtp.build(98, 3, 3 * 960, 1, payload))
    plain = bench.subscriber.far.got()
    assert [body for _, _, body in plain] == [b"one", b"two", b"three"]
    assert [header.sequence - plain[0][0].sequence for header, _, _ in plain] == [0, 1, 2]
    assert seen(inlet)["recovered"] == 1
    outlet.redundant = True
    bench.give(inlet, voice(4, payload=b"four"))
    ((header, _, body),) = bench.subscriber.far.got()
    assert header.payload_type == 108 and body == red.build(106, 960, b"three", b"four")


def test_a_withheld_and_a_parked_slot_go_on_at_the_next_key_frame(bench: Bench) -> None:
    inlet, outlet = bench.inlet(CAMERA), bench.outlet(CAMERA)
    bench.bind(inlet, outlet)
    bench.give(inlet, picture(1, key=True))
    assert outlet.withhold(True, 10.1) and not outlet.withhold(True, 10.2)
    inlet.outlets = ()
    bench.give(inlet, picture(2), 10.3)
    assert outlet.withhold(False, 11.0) and outlet.shift is None
    inlet.outlets = (outlet,)
    bench.give(inlet, picture(3), 11.1)
    bench.give(inlet, picture(4, key=True), 11.2)
    outlet.park(11.3)
    bench.give(inlet, picture(5), 11.4)
    bench.give(inlet, picture(6, key=True), 11.5)
    got = bench.subscriber.far.got()
    assert [(header.sequence - got[0][0].sequence) & 0xFFFF for header, _, _ in got] == [0, 1, 2]


def test_reports_say_what_came_and_how(bench: Bench) -> None:
    inlet, outlet = bench.inlet(CAMERA), bench.outlet(CAMERA)
    bench.bind(inlet, outlet)
    for place, number in enumerate((1, 2, 3, 5, 6, 9)):
        bench.give(inlet, picture(number, key=number == 1), 1000 + place / 25)
    block = inlet.reception.block(7, inlet.high, 1001.0)
    assert (block.ssrc, block.lost, block.fraction_lost, block.highest & 0xFFFF) == (7, 3, 85, 9)
    assert inlet.reception.interval == (9, 3) and 0.001 < inlet.reception.jitter < 0.1
    messages = rtcp.parse(outlet.report(1001.0, "name"))
    assert messages and isinstance(messages[0], rtcp.SenderReport)
    ((header, _, _), *_) = bench.subscriber.far.got()
    # The newest packet, 8 numbers after the first that was sent, came 0.8 s ago.
    assert (messages[0].timestamp - header.timestamp) & 0xFFFFFFFF == pytest.approx(8 * 3000 + 72000, abs=2)
    bench.give(inlet, picture(30_000, key=True), 12.0)
    assert inlet.reception.block(7, inlet.high, 12.0).lost == 0


def test_a_sender_that_begins_anew_is_followed(bench: Bench) -> None:
    inlet, outlet = bench.inlet(CAMERA), bench.outlet(CAMERA)
    bench.bind(inlet, outlet)
    for number in (100, 101, 30_000, 30_001, 5):
        bench.give(inlet, picture(number, key=True))
    inlet.renew()
    assert inlet.latest is None
    bench.give(inlet, picture(7, key=True))
    got = bench.subscriber.far.got()
    assert [(header.sequence - got[0][0].sequence) & 0xFFFF for header, _, _ in got] == list(range(6))
    bench.port.tick()
    assert bench.publisher.key_frames == 1


def test_what_was_removed_is_never_used_again(bench: Bench) -> None:
    inlet, outlet = bench.inlet(CAMERA), bench.outlet(CAMERA)
    bench.bind(inlet, outlet)
    bench.give(inlet, picture(1, key=True))
    assert len(bench.subscriber.far.got()) == 1
    _detach(bench, bench.subscriber)
    bench.give(inlet, picture(2, key=True))
    outlet.bind(None, 11.0)
    outlet.park(11.0)
    outlet.resend([1], 11.0)
    outlet.withhold(True, 11.0)
    outlet.redundant = True
    bench.port.send_rtcp(bench.subscriber, rtcp.picture_loss(1, 2))
    assert bench.subscriber.far.got() == []
    _detach(bench, bench.publisher)
    bench.give(inlet, picture(3, key=True))
    inlet.renew()
    inlet.live, inlet.outlets = False, ()
    assert inlet.gaps.due(20.0, 0.1)[0] == [] and seen(inlet)["packets"] >= 2


def _detach(bench: Bench, device: Device) -> None:
    bench.port.remove(device)
    device.keys = device.address = None


async def test_encrypted_packets_find_their_stream_or_their_connection(bench: Bench) -> None:
    bench.port.open()
    inlet, outlet, far = bench.inlet(CAMERA), bench.outlet(CAMERA), bench.publisher.far
    bench.bind(inlet, outlet)
    target = ("127.0.0.1", bench.port.number)
    bench.publisher.transport_id = 3
    bench.port.follow(bench.publisher)
    bench.port.assign(bench.publisher, 1, inlet, False)
    unknown = rtp.build(96, 1, 2, 77, b"x" * 20)
    numbered = rtp.one_byte_block({3: b"\x01\x02"})
    known = rtp.build(96, 5, 6, 1, b"\x10\x00key", extension=numbered)
    for data in (far.writes.protect(unknown), far.writes.protect(known), b"\x90" + bytes(60)):
        far.socket.sendto(data, target)
    far.socket.sendto(far.writes.protect_rtcp(rtcp.picture_loss(1, 2)), target)
    for _ in range(200):
        await asyncio.sleep(0.01)
        bench.port.refresh(bench.publisher)
        if bench.publisher.feedback and bench.publisher.refused:
            break
    # The Python plane hands every packet to its connection, the C plane those it knows no stream of.
    assert unknown in bench.publisher.taken and bench.publisher.refused == 1
    assert bench.publisher.feedback == [rtcp.picture_loss(1, 2)]
    if bench.port.name == "c":
        assert bench.publisher.taken == [unknown] and len(bench.subscriber.far.got()) == 1
        (number,), (at,) = bench.port.arrivals(bench.publisher)
        assert number == 0x0102 and at == pytest.approx(bench.publisher.heard)
    assert bench.port.tallied().packets_in == 4

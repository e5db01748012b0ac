"""RTCP: reports and feedback read back, malformed compounds refused whole."""

from hypothesis import given
from hypothesis import strategies as st

from media.wire import rtcp


@given(st.lists(st.integers(0, 0xFFFF), unique=True, max_size=60))
def test_every_missing_number_is_asked_for(lost: list[int]) -> None:
    lost.sort()
    messages = rtcp.parse(rtcp.nack(1, 77, lost))
    assert messages is not None
    (message,) = messages
    assert isinstance(message, rtcp.Nack)
    assert message.ssrc == 77
    assert sorted(set(message.lost)) == lost


@given(st.integers(1000, 50_000_000), st.lists(st.integers(0, 0xFFFFFFFF), min_size=1, max_size=5))
def test_an_estimate_is_read_back_to_its_precision(bitrate: int, ssrcs: list[int]) -> None:
    messages = rtcp.parse(rtcp.estimate(1, bitrate, ssrcs))
    assert messages is not None
    (message,) = messages
    assert isinstance(message, rtcp.Estimate)
    assert message.ssrcs == ssrcs
    assert bitrate * 0.999 <= message.bitrate <= bitrate


@given(st.integers(-(1 << 23), (1 << 23) - 1))
def test_a_report_block_is_read_back(lost: int) -> None:
    block = rtcp.Block(5, 40, lost, 70000, 12, 0xABCD1234, 65536)
    messages = rtcp.parse(rtcp.receiver_report(9, [block]))
    assert messages == [rtcp.Reports([block])]


def test_a_sender_report_tells_the_clock() -> None:
    data = rtcp.sender_report(8, 1_700_000_000.5, 90_000, 10, 1000) + rtcp.description([(8, "name")])
    messages = rtcp.parse(data)
    assert messages is not None
    report = messages[0]
    assert isinstance(report, rtcp.SenderReport)
    assert abs(report.ntp - 1_700_000_000.5) < 1e-6
    assert report.middle == rtcp.middle_of(1_700_000_000.5)
    assert (report.ssrc, report.timestamp) == (8, 90_000)


def test_key_frame_requests_of_both_kinds() -> None:
    fir = bytes((0x84, 206, 0, 4)) + bytes(8) + (33).to_bytes(4, "big") + bytes(4)
    assert rtcp.parse(rtcp.picture_loss(1, 32) + fir) == [rtcp.KeyFrameRequest(32), rtcp.KeyFrameRequest(33)]


def test_goodbye() -> None:
    assert rtcp.parse(bytes((0x81, 203, 0, 1)) + (44).to_bytes(4, "big")) == [rtcp.Bye([44])]


@given(st.binary(max_size=200))
def test_random_bytes_never_raise(data: bytes) -> None:
    rtcp.parse(data)


@given(st.integers(0, 31), st.integers(200, 207), st.binary(max_size=64))
def test_any_body_under_a_known_kind_never_raises(count: int, kind: int, body: bytes) -> None:
    body += bytes(-len(body) % 4)
    rtcp.parse(bytes((0x80 | count, kind, 0, len(body) // 4)) + body)


@given(st.integers(1, 27))
def test_a_cut_report_is_refused(size: int) -> None:
    assert rtcp.parse(rtcp.sender_report(1, 1.0, 2, 3, 4)[:size]) is None

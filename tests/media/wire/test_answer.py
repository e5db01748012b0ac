"""Answers: browsers' own parser of aiortc accepts them, and they offer no more than we can do."""

import dataclasses

from aiortc.sdp import SessionDescription

from media.wire import answer, sdp
from tests.support.offers import PRINT, offer, section

GROUND = answer.Ground(["192.0.2.1", "192.0.2.2"], 50000, "uuuu", "w" * 32, PRINT, "passive", "cname")
VIDEO = section(
    "1",
    "video",
    "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:98 H264/90000\r\n"
    "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:200 " + answer.ABS_SEND_TIME + "\r\n",
)


def answered(text: str) -> tuple[str, SessionDescription]:
    read = sdp.parse(text)
    accepted = {}
    for one in read.sections:
        found = answer.accept(one, "recvonly", (answer.MID, answer.ABS_SEND_TIME))
        if found:
            accepted[one.mid] = found
    written = answer.write(read, accepted, GROUND)
    return written, SessionDescription.parse(written)


def test_only_vp8_opus_and_repair_are_taken() -> None:
    _, parsed = answered(offer(section(), VIDEO))
    audio, video = parsed.media
    assert [c.mimeType for c in audio.rtp.codecs] == ["audio/opus"]
    assert [c.mimeType for c in video.rtp.codecs] == ["video/VP8", "video/rtx"]
    assert video.direction == "recvonly"
    assert [(c.ip, c.port) for c in video.ice_candidates] == [("192.0.2.1", 50000), ("192.0.2.2", 50000)]
    assert parsed.group[0].items == ["0", "1"]


def test_both_families_are_announced_and_ipv4_is_the_default() -> None:
    read = sdp.parse(offer(section(), VIDEO))
    accepted = {one.mid: found for one in read.sections if (found := answer.accept(one, "recvonly", ()))}
    for addresses, default in (
        (["2001:db8::7", "192.0.2.1"], "IN IP4 192.0.2.1"),
        (["2001:db8::7", "::1"], "IN IP6 2001:db8::7"),
    ):
        ground = dataclasses.replace(GROUND, addresses=addresses)
        written = answer.write(read, accepted, ground)
        assert written.count(f"c={default}") == written.count(f"a=rtcp:50000 {default}") == 2
        parsed = SessionDescription.parse(written)
        assert [c.ip for c in parsed.media[1].ice_candidates] == addresses


def test_extensions_that_do_not_fit_one_byte_are_left_out() -> None:
    written, _ = answered(offer(section(), VIDEO))
    assert "a=extmap:3 " in written
    assert "abs-send-time" not in written


def test_redundant_audio_is_preferred_where_it_is_received_and_possible_where_it_is_sent() -> None:
    both = "a=rtpmap:63 red/48000/2\r\na=fmtp:63 96/96\r\n"
    for direction, formats in (("recvonly", "63 96"), ("sendonly", "96 63")):
        read = sdp.parse(offer(section("0", extra=both), bundle="BUNDLE 0"))
        found = answer.accept(read.sections[0], direction, ())
        assert found is not None
        written = answer.write(read, {"0": found}, GROUND)
        assert f"m=audio 50000 UDP/TLS/RTP/SAVPF {formats}\r\n" in written
        assert "a=rtpmap:63 red/48000/2\r\na=fmtp:63 96/96\r\n" in written


def test_redundancy_of_another_codec_is_left_out() -> None:
    for line in ("a=fmtp:63 96/0\r\n", "a=fmtp:63 0/0\r\n", ""):
        written, _ = answered(offer(section("0", extra="a=rtpmap:63 red/48000/2\r\n" + line), VIDEO))
        assert "red" not in written


def test_arrivals_are_told_to_whoever_can_read_them() -> None:
    extension = f"a=extmap:5 {answer.TRANSPORT}\r\n"
    for told, expected in (("a=rtcp-fb:* transport-cc\r\n", True), ("a=rtcp-fb:96 nack\r\n", False)):
        read = sdp.parse(offer(section("0", extra=extension + told), section("1", "video", extension + told)))
        found = [answer.accept(one, "recvonly", (answer.TRANSPORT,)) for one in read.sections]
        taken = {one.section.mid: one for one in found if one is not None}
        written = answer.write(read, taken, GROUND)
        assert written.count(extension) == written.count("a=rtcp-fb:96 transport-cc\r\n") == 2 * expected
        assert "a=rtcp-fb:96 goog-remb\r\n" in written, "the fallback is always there"


def test_what_is_not_media_is_rejected_in_its_place() -> None:
    data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n"
    written, parsed = answered(offer(section(), data, VIDEO, bundle="BUNDLE 0 1 2"))
    assert [(one.kind, one.port) for one in parsed.media] == [
        ("audio", 50000),
        ("application", 0),
        ("video", 50000),
    ]
    assert "a=group:BUNDLE 0 1\r\n" in written
    assert "a=ice-lite" in written and "a=end-of-candidates" in written


def test_layers_are_taken_from_who_names_their_packets() -> None:
    simulcast = "a=rid:q send\r\na=rid:f send\r\na=simulcast:send q;f\r\n"
    names = f"a=extmap:4 {answer.RID}\r\na=extmap:5 {answer.REPAIRED_RID}\r\n"
    for extra, expected in ((simulcast + names, True), (simulcast, False)):
        read = sdp.parse(offer(section("0", "video", extra), bundle=""))
        found = answer.accept(read.sections[0], "recvonly", (answer.RID, answer.REPAIRED_RID))
        assert found is not None and found.rids == (["q", "f"] if expected else [])
        written = answer.write(read, {"0": found}, GROUND)
        for line in ("a=rid:q recv", "a=rid:f recv", "a=simulcast:recv q;f", *names.split("\r\n")[:-1]):
            assert (f"{line}\r\n" in written) == expected
    sending = answer.accept(read.sections[0], "sendonly", (answer.RID,))
    assert sending is not None and sending.rids == []

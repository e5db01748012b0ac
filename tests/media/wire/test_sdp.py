"""Offers: real ones are read, unfit ones are refused with a reason a person can act on."""

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from hypothesis import given
from hypothesis import strategies as st

from media.wire import sdp
from tests.support.offers import PRINT, offer, section


async def test_a_real_offer_is_read() -> None:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    connection.addTransceiver("audio", "sendonly")
    connection.addTransceiver("video", "sendonly")
    text = (await connection.createOffer()).sdp
    await connection.close()
    read = sdp.parse(text.replace("a=setup", "a=ice-ufrag:abcd\r\na=ice-pwd:" + "p" * 22 + "\r\na=setup"))
    audio, video = read.sections
    assert (audio.kind, video.kind) == ("audio", "video")
    vp8 = video.codec("vp8")
    assert vp8 is not None
    repair = video.retransmission(vp8)
    assert repair is not None and repair.primary == vp8.payload_type
    assert video.pairs[video.ssrcs[0]] == video.ssrcs[1]
    assert "urn:ietf:params:rtp-hdrext:ssrc-audio-level" in audio.extensions


def test_what_is_said_of_a_codec_before_its_name_counts() -> None:
    """Firefox sorts attributes by their names."""
    said = "a=fmtp:97 apt=96\r\na=rtcp-fb:97 nack\r\na=rtpmap:97 rtx/90000\r\n"
    (video,) = sdp.parse(offer(section("0", "video", said), bundle="BUNDLE 0")).sections
    vp8 = video.codec("vp8")
    assert vp8 is not None
    repair = video.retransmission(vp8)
    assert repair is not None and repair.feedback == {"nack"}


def test_session_level_credentials_are_taken() -> None:
    bare = "\r\n".join(
        line for line in section().split("\r\n") if not line.startswith(("a=ice", "a=fingerprint", "a=setup"))
    )
    top = f"a=ice-ufrag:wxyz\r\na=ice-pwd:{'q' * 22}\r\na=fingerprint:sha-256 {PRINT}\r\na=setup:active\r\n"
    read = sdp.parse(offer(bare, bundle="", top=top))
    assert (read.ufrag, read.setup) == ("wxyz", "active")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not SDP"),
        ("garbage", "not SDP"),
        ("v=0\r\nrubbish without sense\r\n", "not SDP"),
        ("v=0\r\n" * 60_000, "too long"),
        (offer(), "no audio or video"),
        (offer("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n"), "no audio or video"),
        (offer(section().replace("a=fingerprint", "a=x")), "no fingerprint"),
        (offer(section().replace("sha-256", "md5")), "no fingerprint"),
        (offer(section().replace("a=ice-ufrag", "a=x")), "no ICE credentials"),
        (offer(section().replace("p" * 24, "short")), "no ICE credentials"),
        (offer(section().replace("actpass", "sideways")), "setup role"),
        (offer(section("0"), section("0", "video")), "names of their own"),
        (offer(section("0"), section("1", "video"), bundle=""), "one bundle"),
        (offer(*(section(str(number)) for number in range(41))), "too many"),
        (offer("m=audio\r\n"), "cannot be read"),
        (offer(section(extra="a=rtpmap:xx\r\n")), "cannot be read"),
        (offer(section(extra="a=extmap:1\r\n")), "cannot be read"),
        (offer(section(extra="a=ssrc-group:FID 1\r\n")), "cannot be read"),
    ],
)
def test_unfit_offers_are_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        sdp.parse(text)


@given(st.text(max_size=300))
def test_random_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        sdp.parse(text)


@given(st.lists(st.text(alphabet="amv=:/ 019abcdef-", max_size=30), max_size=15))
def test_random_lines_after_a_good_section_never_raise_otherwise(lines: list[str]) -> None:
    try:
        sdp.parse(offer(section(), "\r\n".join(lines), bundle=""))
    except ValueError:
        return


def test_a_section_without_a_port_of_its_own_is_offered_if_it_says_bundle_only() -> None:
    silent = section("1", "video").replace("m=video 9", "m=video 0")
    assert [s.media for s in sdp.parse(offer(section(), silent)).sections] == [True, False]
    bundled = silent + "a=bundle-only\r\n"
    assert [s.media for s in sdp.parse(offer(section(), bundled)).sections] == [True, True]


@pytest.mark.parametrize(
    ("value", "rids"),
    [
        ("send q;h;f", ["q", "h", "f"]),
        ("recv x send ~q;h,h2;f", ["q", "h", "f"]),
        ("send a;b;c;d;e", ["a", "b", "c"]),
        ("send q;q", []),
        ("send q", []),
        ("send", []),
        ("recv q;h", []),
        ("send q;;f", []),
        ("send q;" + "f" * 17, []),
        ("send rid=q;rid=f", []),
    ],
)
def test_the_layers_a_section_sends_are_at_most_three_with_names_of_their_own(
    value: str, rids: list[str]
) -> None:
    (read,) = sdp.parse(offer(section("0", "video", f"a=simulcast:{value}\r\n"), bundle="")).sections
    assert read.rids == rids

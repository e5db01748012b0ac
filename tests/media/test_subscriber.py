"""Slots by the offer, and what a receiver says about them."""

import pytest

from media.aiortc_bridge import Certificate
from media.allocator import Downlink
from media.peer import Peer
from media.plane import Outlet
from media.port import Port
from media.subscriber import Subscriber, choose
from media.wire import rtcp, sdp
from tests.support.layers import layered
from tests.support.offers import offer, section


class Room:
    """A room that is told nothing of interest."""

    def up(self, peer: Peer) -> None: ...

    def lost(self, peer: Peer, why: str) -> None: ...


def test_every_receiving_section_is_a_slot() -> None:
    text = offer(
        section("0", direction="recvonly"),
        section("1", "video", direction="sendrecv"),
        section("2", "video", direction="sendonly"),
        section("3", "video", direction="inactive"),
        bundle="BUNDLE 0 1 2 3",
    )
    assert list(choose(sdp.parse(text))) == ["0", "1"]


def test_an_offer_without_slots_is_refused() -> None:
    with pytest.raises(ValueError, match="receives nothing"):
        choose(sdp.parse(offer(section("0"), bundle="")))


async def test_what_only_some_slots_can_decode_is_not_sent_at_all() -> None:
    both = "a=rtpmap:98 H264/90000\r\na=fmtp:98 packetization-mode=1;profile-level-id=42e01f\r\n"
    audio, plain = section("0", direction="recvonly"), section("1", "video", direction="recvonly")
    rich = [section(str(mid), "video", both, direction="recvonly") for mid in (2, 3)]
    found = []
    for sections in ([audio, plain], [audio, *rich], [audio, plain, *rich], rich):
        port = Port("127.0.0.1", 0)
        bundle = "BUNDLE " + " ".join(one.split("a=mid:")[1].split()[0] for one in sections)
        one = Subscriber(port, Certificate(), sdp.parse(offer(*sections, bundle=bundle)), Room(), "ben", "d")
        found.append(set(one.codecs))
        await one.close()
        port.close()
    assert found == [{"opus", "vp8"}, {"opus", "vp8", "h264"}, {"opus", "vp8"}, {"vp8", "h264"}]


async def test_feedback_reaches_the_slot_it_is_about() -> None:
    port = Port("127.0.0.1", 0)
    text = offer(section("0", direction="recvonly"), section("1", "video", direction="recvonly"))
    one = Subscriber(port, Certificate(), sdp.parse(text), Room(), "ben", "device")
    audio, video = one.outlets
    one.hear(
        rtcp.Reports([rtcp.Block(video.ssrc, 64, 9, 9, 9, 0, 0), rtcp.Block(1, 255, 9, 9, 9, 0, 0)]), 5.0
    )
    one.hear(rtcp.Estimate(640_000, [video.ssrc]), 5.0)
    one.hear(rtcp.Nack(video.ssrc, [1, 2, 3]), 5.0)
    one.hear(rtcp.KeyFrameRequest(video.ssrc), 5.0)
    assert (audio.loss, video.loss, one.line.estimate) == (0.0, 0.25, 640_000)
    assert one.stats()["resent"] == 0
    one.report(6.0)
    await one.close()
    port.close()


async def test_what_voices_lost_long_ago_is_not_held_against_a_line_that_pictures_tell_of() -> None:
    port = Port("127.0.0.1", 0)
    text = offer(section("0", direction="recvonly"), section("1", "video", direction="recvonly"))
    one = Subscriber(port, Certificate(), sdp.parse(text), Room(), "ben", "device")
    audio, video = one.outlets
    told: list[tuple[float, float, float]] = []

    class Line(Downlink):
        def hear_loss(self, share: float, got: float, since: float, now: float) -> None:
            told.append((share, got, since))

    one.line = Line()

    def report(outlet: Outlet, highest: int, fraction: int, now: float) -> None:
        # A hundred octets a packet; nothing was lost before it came here.
        outlet.packets, outlet.octets = highest, 100 * highest
        one.hear(rtcp.Reports([rtcp.Block(outlet.ssrc, fraction, 0, highest, 0, 0, 0)]), now)

    audio.source = video.source = layered("")
    for second in range(6):
        report(video, 100 * second, 0, 10.0 + second)
    report(audio, 10, 0, 10.0)
    report(audio, 260, 128, 15.1)
    report(video, 600, 0, 16.0)
    assert {share for share, _, _ in told} == {0.0}
    assert told[-1][1] == 100 * 100 * 8 + 250 * 0.5 * 100 * 8 / 5.1
    video.paused = True
    report(audio, 510, 128, 20.2)
    assert told[-1] == (0.5, 250 * 0.5 * 100 * 8 / (20.2 - 15.1), 15.1), "where no pictures flow, voices tell"
    await one.close()
    port.close()

"""Which section brings which source, and streams the offer did not name."""

from collections.abc import Iterator

import pytest

from media.aiortc_bridge import Certificate
from media.peer import Peer
from media.plane import Inlet
from media.port import Port
from media.publisher import Publisher, choose
from media.wire import rtcp, rtp, sdp
from tests.support.offers import offer, section

MID = "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
RTX = "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"


def sources(*sections: str) -> dict[str, str]:
    bundle = "BUNDLE " + " ".join(str(number) for number in range(len(sections)))
    return {mid: source for mid, (source, _) in choose(sdp.parse(offer(*sections, bundle=bundle))).items()}


def test_audio_is_the_microphone_and_video_camera_then_screen() -> None:
    found = sources(section("0"), section("1", "video"), section("2", "video"), section("3", "video"))
    assert found == {"0": "microphone", "1": "camera", "2": "screen"}


def test_a_stream_named_screen_is_the_screen() -> None:
    assert sources(section("0", "video", "a=msid:screen track\r\n"), section("1", "video")) == {
        "0": "screen",
        "1": "camera",
    }


def test_a_second_microphone_and_what_only_receives_are_left_out() -> None:
    assert sources(section("0"), section("1"), section("2", "video", direction="recvonly")) == {
        "0": "microphone"
    }


def test_a_connection_for_the_screen_brings_the_screen_alone() -> None:
    read = sdp.parse(offer(section("0"), section("1", "video"), section("2", "video"), bundle="BUNDLE 0 1 2"))
    assert {mid: source for mid, (source, _) in choose(read, "screen").items()} == {"1": "screen"}


@pytest.mark.parametrize("direction", ["recvonly", "inactive"])
def test_an_offer_that_sends_nothing_is_refused(direction: str) -> None:
    with pytest.raises(ValueError, match="sends nothing"):
        sources(section("0", direction=direction))


class Studio:
    """A room that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def up(self, peer: Peer) -> None: ...

    def lost(self, peer: Peer, why: str) -> None:
        self.told.append(why)

    def live(self, inlet: Inlet) -> None:
        self.told.append(f"live {inlet.track.source}")

    def ended(self, inlet: Inlet) -> None:
        self.told.append(f"ended {inlet.track.source}")

    def gap_opened(self, inlet: Inlet) -> None: ...

    def clocked(self, inlet: Inlet, ntp: float, timestamp: int, arrival: float) -> None:
        self.told.append(f"clocked {inlet.track.source}")


@pytest.fixture
def port() -> Iterator[Port]:
    found = Port("127.0.0.1", 0)
    yield found
    found.close()


async def publisher(port: Port, *sections: str) -> tuple[Publisher, Studio]:
    studio = Studio()
    text = offer(*sections, bundle="BUNDLE " + " ".join(str(n) for n in range(len(sections))))
    return Publisher(port, Certificate(), sdp.parse(text), studio, "anna", "device"), studio


def introduce(one: Publisher, kind: int, ssrc: int, mid: bytes | None = None) -> tuple[str, bool] | None:
    extension = rtp.one_byte_block({3: mid}) if mid else b""
    data = rtp.build(kind, 1, 2, ssrc, b"x", extension=extension)
    found = one._introduce(memoryview(bytearray(data)), len(data))
    return (found[0].track.source, found[1]) if found else None


async def test_unnamed_streams_are_known_by_mid_or_by_their_only_payload_type(port: Port) -> None:
    video = section("1", "video", MID + RTX).replace("96 VP8", "98 VP8").replace("apt=96", "apt=98")
    one, _ = await publisher(port, section("0", extra=MID), video)
    assert introduce(one, 98, 11) == ("camera", False)
    assert introduce(one, 97, 12) == ("camera", True)
    assert introduce(one, 96, 13, b"0") == ("microphone", False)
    # Known tracks are not taken over by payload type alone, but by name they are.
    assert introduce(one, 98, 14) is None
    assert introduce(one, 98, 15, b"1") == ("camera", False)
    assert introduce(one, 77, 16) is None
    assert one.malformed == 2
    await one.close()


async def test_a_payload_type_of_two_sections_says_nothing(port: Port) -> None:
    one, _ = await publisher(port, section("0", "video"), section("1", "video"))
    assert introduce(one, 96, 11) is None
    await one.close()


async def test_reports_and_goodbyes_are_passed_on(port: Port) -> None:
    one, studio = await publisher(port, section("0", extra="a=ssrc:5 cname:x\r\n"))
    one.hear(rtcp.SenderReport(5, 100.0, 1, 2), 103.0)
    one.hear(rtcp.SenderReport(6, 100.0, 1, 2), 103.0)
    assert one.clock_offset == 3.0
    one.hear(rtcp.SenderReport(5, 101.0, 1, 2), 103.9)
    one.hear(rtcp.SenderReport(5, 102.0, 1, 2), 105.3)
    assert one.clock_offset == pytest.approx(2.9)
    one.hear(rtcp.Bye([5, 6]), 106.0)
    assert studio.told == ["clocked microphone"] * 3 + ["ended microphone"]
    await one.close()

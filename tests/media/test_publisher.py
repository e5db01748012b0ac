"""Which section brings which source, and streams the offer did not name."""

import time
from collections.abc import Iterator

import pytest

from media.aiortc_bridge import Certificate
from media.arrivals import Arrivals
from media.peer import Peer
from media.plane import Inlet
from media.port import Port
from media.publisher import Publisher, choose
from media.wire import answer, rtcp, rtp, sdp
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


def introduce(
    one: Publisher,
    kind: int,
    ssrc: int,
    mid: bytes = b"",
    *,
    rid: bytes = b"",
    repaired: bytes = b"",
    now: float = 5.0,
) -> tuple[str, bool] | None:
    values = {number: value for number, value in ((3, mid), (4, rid), (5, repaired)) if value}
    extension = rtp.one_byte_block(values) if values else b""
    data = rtp.build(kind, 1, 2, ssrc, b"x", extension=extension)
    found = one._introduce(memoryview(bytearray(data)), len(data), now)
    return (found[0].track.source + found[0].rid, found[1]) if found else None


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


async def test_a_sender_hears_that_all_came_only_while_nothing_waits_for_repair(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    extension = f"a=extmap:6 {answer.TRANSPORT}\r\na=rtcp-fb:96 transport-cc\r\n"
    one, _ = await publisher(port, section("0", "video", extension))
    heard: list[bool] = []

    def feedback(arrivals: Arrivals, sender: int, ssrc: int, now: float, *, whole: bool) -> tuple[bytes, ...]:
        heard.append(whole)
        return ()

    monkeypatch.setattr(Arrivals, "feedback", feedback)
    now = time.time()
    one.watch(now)
    one.inlets[0].gaps.open(10, 10, now)
    one.watch(now)
    one.inlets[0].gaps.fill(10)
    one.watch(now)
    assert heard == [True, False, True]
    await one.close()


LAYERS = (
    MID
    + RTX
    + "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
    + "a=extmap:5 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n"
    + "a=rid:q send\r\na=rid:h send\r\na=rid:f send\r\na=simulcast:send q;h;f\r\n"
)


async def test_layers_are_known_by_their_names_and_their_repairs_too(port: Port) -> None:
    one, _ = await publisher(port, section("0", "video", LAYERS), section("1", "video", MID))
    camera, screen = one.sources
    assert [layer.rid for layer in camera.layers] == ["q", "h", "f"] and not screen.layered
    assert introduce(one, 96, 11, b"0", rid=b"f") == ("cameraf", False)
    assert introduce(one, 96, 12, rid=b"q") == ("cameraq", False)
    assert introduce(one, 97, 13, b"0", repaired=b"f") == ("cameraf", True)
    assert introduce(one, 96, 14, b"1") == ("screen", False)
    assert [layer.ssrc for layer in camera.layers] == [12, 0, 11]
    assert camera.layers[2].repair_ssrc == 13
    await one.close()


async def test_a_layer_without_a_name_of_the_answer_is_nobodys(port: Port) -> None:
    one, _ = await publisher(port, section("0", "video", LAYERS))
    assert introduce(one, 96, 11, b"0") is None
    assert introduce(one, 96, 12, b"0", rid=b"x") is None
    assert introduce(one, 97, 13, b"0", rid=b"q") is None
    assert introduce(one, 96, 14, b"9", rid=b"f" * 16) is None
    assert introduce(one, 96, 11, b"0", rid=b"q") is None, "once unknown, a stream stays unknown"
    for ssrc in range(100, 300):
        assert introduce(one, 96, ssrc, b"0", rid=b"y") is None
    assert len(one._unknown) == 64 and len(one._by_ssrc) == 0
    await one.close()


async def test_nobody_takes_over_the_name_of_a_layer_that_flows(port: Port) -> None:
    one, _ = await publisher(port, section("0", "video", LAYERS))
    (camera,) = one.sources
    introduce(one, 96, 11, b"0", rid=b"q")
    introduce(one, 97, 21, b"0", repaired=b"q")
    camera.layers[0].heard_at = 10.0
    assert introduce(one, 96, 12, b"0", rid=b"q", now=10.5) is None
    assert introduce(one, 97, 22, b"0", repaired=b"q", now=10.5) is None
    assert (camera.layers[0].ssrc, camera.layers[0].repair_ssrc) == (11, 21)
    assert introduce(one, 96, 12, b"0", rid=b"q", now=13.0) == ("cameraq", False)
    assert 11 not in one._by_ssrc and camera.layers[0].ssrc == 12
    await one.close()

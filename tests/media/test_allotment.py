"""Layers by what a line bears: everybody's low picture before anybody's high one, a screen before all."""

import random
import time
from collections.abc import Sequence

import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor

from media.aiortc_bridge import Certificate
from media.allocator import Allocator, Downlink
from media.allotment import Allotment
from media.guests import Guest
from media.packet import Track
from media.plane import Outlet
from media.port import Port
from media.router import Listener, Route, Router
from media.source import STOPPED_AFTER, Source
from media.subscriber import Subscriber
from media.tiles import SETTLE
from media.wire import sdp
from tests.media.test_subscriber import Room as Owner
from tests.support.layers import Connection, Encoder, layer
from tests.support.offers import offer, section
from tests.support.planes import Notebook

BITRATE = (250_000, 1_500_000)
RATES = (100e3, 300e3, 900e3)


class Granting(Allocator):
    """Grants so many steps and keeps what it was asked."""

    count = 99

    def decide(
        self, line: Downlink, audio: float, videos: Sequence[float], now: float, low: int | None = None
    ) -> int:
        self.asked = list(videos)
        return min(self.count, len(videos))


class Scene:
    """A room with one listener, ben, and whoever else publishes."""

    def __init__(self, slots: int = 4) -> None:
        self.port, self.router = Port("127.0.0.1", 0), Router()
        names = [str(number) for number in range(slots)]
        text = offer(
            *(section(name, "video", direction="recvonly") for name in names),
            bundle="BUNDLE " + " ".join(names),
        )
        self.ben = Subscriber(self.port, Certificate(), sdp.parse(text), Owner(), "ben", "device")
        self.allocator = self.ben.allocator = Granting()
        self.listeners = {self.ben: Listener("ben", self.ben.outlets)}
        self.router.subscribe(self.listeners[self.ben], 1.0)
        self.allotment = Allotment(self.router, self.listeners, BITRATE)

    def publish(self, id: str, *rids: str) -> Source:
        name = id.partition(".")[2]
        track = Track(id, "video", name, "vp8", 90000)
        source = Source(track, [layer(rid, Connection(), track) for rid in rids])
        for inlet, rate in zip(source.layers, RATES, strict=False):
            inlet.live, inlet.heard_at, inlet.rate = True, 10.0, rate
        self.router.publish(source, 10.0)
        order = {**self.router.routes, id: Route(frozenset({"ben"}))}
        self.router.replace(self.router.revision + 1, order, 10.0)
        return source

    def sized(self, source: Source, *pictures: tuple[int, int]) -> None:
        """The layers of a source told how large they are."""
        for inlet, (width, height) in zip(source.layers, pictures, strict=True):
            told = width.to_bytes(2, "little") + height.to_bytes(2, "little")
            inlet.head = bytes(VpxPayloadDescriptor(1, 0)) + b"\0\0\0\x9d\x01\x2a" + told  # type: ignore[attr-defined]

    def look(self, now: float, *, hidden: bool = False, **sizes: tuple[int, int]) -> None:
        """Ben's page tells what it shows."""
        self.listeners[self.ben].tiles.hear(sizes, hidden)
        self.allotment.seat(self.ben, now)

    def shown(self) -> dict[str, str]:
        """Track → layer that is sent, or will be; "-" for a withheld one."""
        return {o.source.track.id: wanted(o) for o in self.ben.outlets if o.source is not None}

    async def close(self) -> None:
        await self.ben.close()
        self.port.close()


def wanted(outlet: Outlet) -> str:
    layer = outlet.next or outlet.inlet
    return "-" if outlet.paused or layer is None else layer.rid


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (0, ["-", "-", "-"]),
        (1, ["q", "-", "-"]),
        (3, ["f", "-", "-"]),
        (4, ["f", "q", "-"]),
        (5, ["f", "q", "q"]),
        (6, ["f", "h", "q"]),
        (8, ["f", "f", "h"]),
        (9, ["f", "f", "f"]),
    ],
)
async def test_a_screen_first_then_all_low_pictures_then_the_higher_ones(
    count: int, shown: list[str]
) -> None:
    scene = Scene()
    for track in ("anna.camera", "cleo.camera", "cleo.screen"):
        scene.publish(track, "q", "h", "f")
    scene.allocator.count = count
    scene.allotment.allot(scene.ben, 10.0)
    tracks = ("cleo.screen", "anna.camera", "cleo.camera")
    assert [scene.shown()[track] for track in tracks] == shown
    assert scene.allocator.asked == [*[100e3, 200e3, 600e3], *[100e3] * 2, *[200e3] * 2, *[600e3] * 2]
    await scene.close()


async def test_a_layer_that_stops_is_left_within_a_second_and_found_again() -> None:
    scene = Scene()
    source = scene.publish("anna.camera", "q", "f")
    low, high = (Encoder.anywhere(layer, random.Random(4)) for layer in source.layers)
    scene.allotment.follow(10.0)
    assert scene.shown() == {"anna.camera": "f"}
    high.frame(10.1)
    for step in range(12):
        low.frame(10.2 + step / 10)
    scene.allotment.follow(11.0 + STOPPED_AFTER)
    assert scene.shown() == {"anna.camera": "q"}
    (slot,) = source.layers[0].outlets
    assert slot.inlet is source.layers[0], "nothing flowed of the other: no key frame is waited for"
    scene.allotment.allot(scene.ben, 11.4)
    assert scene.allocator.asked == [100e3, 0.0], "what does not flow costs nothing and keeps its place"
    high.frame(11.5, key=True)
    scene.allotment.follow(11.6)
    assert scene.shown() == {"anna.camera": "f"}
    assert [len(layer.outlets) for layer in source.layers] == [0, 1]
    await scene.close()


async def test_a_track_that_comes_to_a_limited_line_gets_no_more_than_is_left() -> None:
    scene = Scene()
    scene.publish("anna.camera", "q", "h", "f")
    scene.allocator.limit = 1
    scene.allotment.seat(scene.ben, 10.0)
    assert scene.shown() == {"anna.camera": "q"}
    scene.publish("cleo.camera", "q", "h", "f")
    scene.allotment.seat(scene.ben, 10.0)
    assert scene.shown() == {"anna.camera": "q", "cleo.camera": "-"}
    await scene.close()


async def test_a_publisher_of_layers_is_held_back_by_nobodys_line() -> None:
    scene = Scene()
    layers, plain = scene.publish("anna.camera", "q", "h", "f"), scene.publish("cleo.camera", "")
    scene.ben.line.hear_estimate(300_000, 10.0)
    scene.ben.rate = 600e3
    for outlet in scene.ben.outlets:
        outlet.rate_now = 300e3
    for now in (time.time() - 3.0, time.time() - 1.0):
        scene.ben.line.hear_estimate(200_000, now)
    assert scene.allotment.allowed(layers) == BITRATE[1]
    assert scene.allotment.allowed(plain) == BITRATE[0]
    await scene.close()


async def test_who_only_watches_holds_no_publisher_back() -> None:
    scene = Scene()
    text = offer(section("0", "video", direction="recvonly"), bundle="BUNDLE 0")
    cleo = Subscriber(scene.port, Certificate(), sdp.parse(text), Owner(), "cleo", "device")
    scene.listeners[cleo] = Listener("cleo", cleo.outlets, codecs=cleo.codecs, observer=True)
    scene.router.subscribe(scene.listeners[cleo], 1.0)
    camera = scene.publish("anna.camera", "")
    both = {"anna.camera": Route(frozenset({"ben", "cleo"}))}
    scene.router.replace(scene.router.revision + 1, both, 10.0)
    for one in (scene.ben, cleo):
        one.rate = one.outlets[0].rate_now = 300e3
    for now in (time.time() - 3.0, time.time() - 1.0):
        cleo.line.hear_estimate(200_000, now)

    def allowed() -> int:
        return scene.allotment._reckon(camera, time.time())

    assert allowed() == BITRATE[1], "cleo's poor line is cleo's own"
    scene.listeners[cleo].observer = False
    assert allowed() < BITRATE[1]
    assert len(scene.router.viewers("anna")) == 2
    scene.listeners[cleo].observer = True
    assert len(scene.router.viewers("anna")) == 1, "nor does cleo choose the codec"
    scene.router.replace(scene.router.revision + 1, {"anna.camera": Route(frozenset({"cleo"}))}, 11.0)
    assert allowed() < BITRATE[1], "unless nobody else is there"
    await cleo.close()
    await scene.close()


CAMERA = ((240, 180), (480, 360), (960, 720))


async def test_a_tile_gets_no_larger_layer_than_fills_it_and_what_is_not_seen_costs_nothing() -> None:
    scene = Scene()
    for track in ("anna.camera", "cleo.camera", "dora.camera"):
        scene.sized(scene.publish(track, "q", "h", "f"), *CAMERA)
    scene.look(9.0, anna=(960, 720), cleo=(960, 720))
    assert set(scene.shown().values()) == {"f"}
    scene.look(10.0, anna=(960, 720), cleo=(200, 150), dora=(0, 0))
    assert scene.shown() == {"anna.camera": "f", "cleo.camera": "f", "dora.camera": "-"}
    for now in (10.1, 10.0 + SETTLE + 0.2):
        scene.allotment.allot(scene.ben, now)
    assert scene.shown() == {"anna.camera": "f", "cleo.camera": "q", "dora.camera": "-"}
    assert scene.allocator.asked == [100e3, 100e3, 200e3, 600e3]
    scene.look(13.0, anna=(960, 720), cleo=(470, 352), dora=(50, 40))
    assert scene.shown() == {"anna.camera": "f", "cleo.camera": "h", "dora.camera": "q"}
    await scene.close()


async def test_what_is_shown_large_grows_before_what_is_shown_small() -> None:
    scene = Scene()
    for track in ("anna.camera", "cleo.camera"):
        scene.sized(scene.publish(track, "q", "h", "f"), *CAMERA)
    scene.router.prefer(["anna"], 10.0)
    scene.allocator.count = 3
    scene.look(10.0, anna=(400, 300), cleo=(1200, 900))
    scene.allotment.allot(scene.ben, 10.0)
    assert scene.shown() == {"anna.camera": "q", "cleo.camera": "h"}
    scene.listeners[scene.ben].first = ("anna",)
    scene.allotment.allot(scene.ben, 10.0)
    assert scene.shown() == {"anna.camera": "h", "cleo.camera": "q"}, "who is asked for comes first"
    await scene.close()


async def test_a_page_that_nobody_looks_at_gets_no_picture_and_its_line_is_believed_as_before() -> None:
    scene = Scene()
    for track in ("anna.camera", "cleo.screen"):
        scene.publish(track, "q", "h", "f")
    allocator = scene.ben.allocator = Allocator()
    allocator.limit = 4
    scene.look(10.0)
    assert scene.shown() == {"anna.camera": "q", "cleo.screen": "f"}
    scene.look(11.0, hidden=True)
    assert scene.shown() == {"anna.camera": "-", "cleo.screen": "-"}
    for second in range(12, 90):
        scene.allotment.allot(scene.ben, float(second))
    assert allocator.limit == 4
    scene.look(90.0)
    assert scene.shown() == {"anna.camera": "q", "cleo.screen": "f"}
    await scene.close()


async def test_a_screen_keeps_its_size_and_gives_up_pictures_a_second_after_cameras_went_down() -> None:
    scene = Scene()
    scene.sized(scene.publish("cleo.screen", "l", "f"), (1280, 720), (1280, 720))
    scene.sized(scene.publish("anna.camera", "q", "h", "f"), *CAMERA)
    scene.look(10.0, anna=(960, 720), cleo=(50, 40))
    given = {}
    for count in range(6):
        scene.allocator.count = count
        scene.allotment.allot(scene.ben, 10.0)
        given[count] = (scene.shown()["cleo.screen"], scene.shown()["anna.camera"])
    assert given == {
        0: ("-", "-"),
        1: ("l", "-"),
        2: ("l", "q"),
        3: ("f", "q"),
        4: ("f", "h"),
        5: ("f", "f"),
    }
    await scene.close()


async def test_a_camera_nobody_looks_at_is_recorded_as_well_as_ever() -> None:
    scene = Scene()
    camera = scene.publish("anna.camera", "")
    scene.look(10.0, hidden=True)

    def allowed() -> int:
        return scene.allotment._reckon(camera, time.time())

    assert allowed() == BITRATE[0]
    camera.seat((Guest(Notebook(), lambda guest: None),), 10.0)
    assert allowed() == BITRATE[1]
    scene.look(11.0)
    scene.allocator.count = 0
    scene.allotment.allot(scene.ben, 11.0)
    assert allowed() == BITRATE[0], "one whose line does not bear it needs it small"
    await scene.close()


async def test_a_layer_that_tells_its_size_late_is_left_at_once() -> None:
    scene = Scene()
    camera = scene.publish("anna.camera", "q", "h", "f")
    scene.look(10.0, anna=(200, 150))
    scene.allotment.follow(10.0)
    assert scene.shown() == {"anna.camera": "f"}
    scene.sized(camera, *CAMERA)
    scene.allotment.follow(10.1)
    assert scene.shown() == {"anna.camera": "q"}
    await scene.close()


async def test_the_weakest_line_says_how_much_a_screen_in_one_layer_may_send() -> None:
    scene = Scene()
    camera, screen = scene.publish("anna.camera", ""), scene.publish("cleo.screen", "")
    others = []
    for name in ("cleo", "dora"):
        text = offer(*(section(n, "video", direction="recvonly") for n in "01"), bundle="BUNDLE 0 1")
        one = Subscriber(scene.port, Certificate(), sdp.parse(text), Owner(), name, "device")
        scene.listeners[one] = Listener(name, one.outlets, codecs=one.codecs)
        scene.router.subscribe(scene.listeners[one], 1.0)
        others.append(one)
    everybody = Route(frozenset({"ben", "cleo", "dora"}))
    scene.router.replace(9, {"anna.camera": everybody, "cleo.screen": everybody}, 10.0)
    for one in (scene.ben, *others):
        one.rate = 600e3
        for outlet in one.outlets:
            outlet.rate_now = 300e3
    for ago, estimate in ((4.0, 600_000), (3.0, 540_000), (1.0, 540_000)):
        scene.ben.line.hear_estimate(estimate, time.time() - ago)
    assert scene.allotment._reckon(screen, time.time()) == 270_000
    assert scene.allotment._reckon(camera, time.time()) == 600_000, "a camera is rather withheld from one"
    for one in others:
        await one.close()
    await scene.close()

"""A synthetic visitor's picture in three layers (RFC 8853): encoded once, then sent over and over.

The library that carries the visitor knows no simulcast: the offer is completed by hand, and the packets of
the layers are made here. Every second begins with a key frame, so nobody has to ask for one.
"""

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable
from fractions import Fraction
from functools import cache

import av
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder

from .likeness import FRAMES_PER_SECOND, painted
from .wire import answer, rtp

SIZES = {"q": (160, 120, 60_000), "h": (320, 240, 150_000), "f": (640, 480, 400_000)}
"""Layer → width, height, bit/s; lowest first."""
_LOOP = 2 * FRAMES_PER_SECOND
_RID, _REPAIRED = 12, 13
_ENCODERS = {"vp8": "libvpx", "h264": "libx264"}
_OPTIONS = {
    "vp8": {"deadline": "realtime", "cpu-used": "8", "keyint_min": str(FRAMES_PER_SECOND)},
    "h264": {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "profile": "baseline",
        "x264-params": f"min-keyint={FRAMES_PER_SECOND}:scenecut=0:repeat-headers=1",
    },
}


@cache
def encoded(
    colour: tuple[int, int, int], width: int, height: int, bitrate: int, codec: str = "vp8"
) -> tuple[bytes, ...]:
    """Two seconds of the picture in `vp8` or `h264`, a key frame every second."""
    encoder = av.CodecContext.create(_ENCODERS[codec], "w")
    if not isinstance(encoder, av.VideoCodecContext):
        raise TypeError(f"{encoder.name} encodes no video")
    encoder.width, encoder.height, encoder.bit_rate = width, height, bitrate
    encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, FRAMES_PER_SECOND)
    encoder.gop_size = FRAMES_PER_SECOND
    encoder.options = _OPTIONS[codec]
    frames: list[bytes] = []
    for number in range(_LOOP):
        frame = av.VideoFrame.from_ndarray(painted(colour, number), format="yuv420p").reformat(width, height)
        frame.pts, frame.time_base = number, encoder.time_base
        frames += [bytes(packet) for packet in encoder.encode(frame)]
    return (*frames, *(bytes(packet) for packet in encoder.encode(None)))


class _Layer:
    """One layer's stream: its SSRC and counters begin anywhere."""

    def __init__(self, rid: str) -> None:
        self._extension = rtp.one_byte_block({_RID: rid.encode()})
        self._ssrc, self._sequence = random.getrandbits(32), random.getrandbits(16)
        self._picture, self._timestamp = random.getrandbits(15), random.getrandbits(32)

    def packets(self, number: int, frame: bytes, codec: str, payload_type: int) -> list[bytes]:
        """The packets of the frame of that number."""
        if codec == "h264":
            payloads = H264Encoder._packetize(H264Encoder._split_bitstream(frame))
        else:
            payloads = Vp8Encoder._packetize(frame, self._picture & 0x7FFF)
        self._picture += 1
        made = []
        for place, payload in enumerate(payloads, 1):
            self._sequence += 1
            stamp = self._timestamp + number * 90_000 // FRAMES_PER_SECOND
            end = place == len(payloads)
            made.append(
                rtp.build(
                    payload_type,
                    self._sequence,
                    stamp,
                    self._ssrc,
                    payload,
                    marker=end,
                    extension=self._extension,
                )
            )
        return made


class LayeredPicture:
    """The layers of one visitor's camera; `flowing` of them, from the lowest, are sent."""

    def __init__(self, colour: tuple[int, int, int]) -> None:
        self.flowing = len(SIZES)
        self._colour = colour
        self._layers = [_Layer(rid) for rid in SIZES]
        self._payload_type, self._codec = 0, ""

    def offered(self, sdp: str) -> str:
        """The offer with the layers of its one video section named."""
        lines = [f"a=extmap:{_RID} {answer.RID}", f"a=extmap:{_REPAIRED} {answer.REPAIRED_RID}"]
        lines += [*(f"a=rid:{rid} send" for rid in SIZES), f"a=simulcast:send {';'.join(SIZES)}"]
        head, video, tail = sdp.partition("m=video")
        return head + video + re.sub(r"(a=mid:.*\r\n)", r"\1" + "\r\n".join([*lines, ""]), tail, count=1)

    def answered(self, sdp: str) -> None:
        """What the other end takes; ValueError if it takes no layers."""
        found = re.search(r"m=video \d+ \S+ (\d+)", sdp)
        if found is None or "a=simulcast:recv" not in sdp:
            raise ValueError("the layers are not taken")
        self._payload_type = int(found[1])
        name = re.search(rf"a=rtpmap:{found[1]} (\w+)/90000", sdp)
        self._codec = name[1].lower() if name else "vp8"

    async def run(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Send until cancelled; what is captured before the connection stands is lost."""
        codec = self._codec
        pictures = [encoded(self._colour, *size, codec) for size in SIZES.values()]
        began, number = time.monotonic(), 0
        while True:
            for layer, frames in list(zip(self._layers, pictures, strict=True))[: self.flowing]:
                frame = frames[number % len(frames)]
                for packet in layer.packets(number, frame, codec, self._payload_type):
                    try:
                        await send(packet)
                    except ConnectionError:
                        break
            number += 1
            await asyncio.sleep(max(0.0, began + number / FRAMES_PER_SECOND - time.monotonic()))

"""Real H.264 (constrained baseline), as pictures with a length before each unit, and as RTP payloads."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

import av
import numpy as np


@lru_cache
def h264_frames(count: int, width: int = 160, height: int = 120, gop: int = 30) -> tuple[bytes, ...]:
    """Encode a moving picture at 30 frames a second; each key picture carries its parameter sets."""
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 30), Fraction(30)
    encoder.bit_rate, encoder.gop_size = 300_000, gop
    encoder.options = {
        "profile": "baseline",
        "preset": "ultrafast",
        "tune": "zerolatency",
        # Two slices: a picture may lose one of them and not the other.
        "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:slices=2:repeat-headers=1",
    }
    coarse = np.random.default_rng(1).integers(0, 255, (height // 20, width // 20, 3), dtype=np.uint8)
    blocks = coarse.repeat(20, axis=0).repeat(20, axis=1)
    out: list[bytes] = []
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(np.roll(blocks, number * 3, axis=1), format="rgb24")
        frame.pts = number
        out += [_measured(bytes(packet)) for packet in encoder.encode(frame)]
    assert len(out) == count
    return tuple(out)


def _measured(stream: bytes) -> bytes:
    units = [unit for unit in re.split(b"\0\0\0?\x01", stream) if unit]
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


def units(picture: bytes) -> Iterator[bytes]:
    """The units of one picture."""
    at = 0
    while at < len(picture):
        size = int.from_bytes(picture[at : at + 4], "big")
        yield picture[at + 4 : at + 4 + size]
        at += 4 + size


def h264_payloads(picture: bytes, room: int = 1196) -> list[bytes]:
    """Cut one picture into RTP payloads: what is small is aggregated, what is large fragmented (RFC 6184)."""
    out: list[bytes] = []
    small: list[bytes] = []
    for unit in units(picture):
        if unit[0] & 31 in (6, 7, 8):
            small.append(len(unit).to_bytes(2, "big") + unit)
            continue
        if small:
            out.append(b"\x78" + b"".join(small))
            small = []
        if len(unit) <= room:
            out.append(unit)
            continue
        body = [unit[at : at + room] for at in range(1, len(unit), room)]
        for place, piece in enumerate(body):
            flags = (place == 0) << 7 | (place == len(body) - 1) << 6
            out.append(bytes((unit[0] & 0xE0 | 28, flags | unit[0] & 31)) + piece)
    return out

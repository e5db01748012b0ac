"""Synthetic publishers: real VP8, H.264 and Opus, packetised, with the faults of a network on demand."""

import random
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import av
import numpy as np

from media.packet import Packet, Track
from tests.support.h264_source import h264_payloads

MTU = 1200
CAMERA = Track("p_00000001.camera", "video", "camera", "vp8", 90_000)
H264_CAMERA = Track("p_00000001.camera", "video", "camera", "h264", 90_000)
MICROPHONE = Track("p_00000001.microphone", "audio", "microphone", "opus", 48_000)
START = 1_700_000_000.0
"""Unix seconds of the first frame, by the server's clock."""


@lru_cache
def vp8_frames(
    count: int, width: int = 160, height: int = 120, gop: int = 30, bit_rate: int = 300_000
) -> tuple[bytes, ...]:
    """Encode a moving picture at 30 frames a second."""
    encoder: Any = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 30), Fraction(30)
    encoder.bit_rate, encoder.gop_size = bit_rate, gop
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "error-resilient": "1"}
    coarse = np.random.default_rng(1).integers(0, 255, (height // 20, width // 20, 3), dtype=np.uint8)
    blocks = coarse.repeat(20, axis=0).repeat(20, axis=1)
    out = []
    for number in range(count):
        frame = av.VideoFrame.from_ndarray(np.roll(blocks, number * 3, axis=1), format="rgb24")
        frame.pts = number
        out += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(out)


@lru_cache
def opus_frames(count: int) -> tuple[bytes, ...]:
    """Encode a 440 Hz tone, 20 ms a frame."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    encoder.bit_rate, encoder.time_base = 32_000, Fraction(1, 48_000)
    out: list[bytes] = []
    for number in range(count + 2):
        at = np.arange(number * 960, number * 960 + 960)
        tone = (8000 * np.sin(2 * np.pi * 440 * at / 48_000)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(tone.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, number * 960
        out += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(out[:count])


def vp8_payloads(frame: bytes, picture: int = 0) -> list[bytes]:
    """Cut one picture into RTP payloads with a 15-bit picture id (RFC 7741)."""
    room = MTU - 4
    pieces = [frame[at : at + room] for at in range(0, len(frame), room)]
    tail = b"\x80" + struct.pack(">H", 0x8000 | picture & 0x7FFF)
    return [(b"\x90" if number == 0 else b"\x80") + tail + piece for number, piece in enumerate(pieces)]


@dataclass
class Stream:
    """One track's RTP numbers; `clock` is how fast the sender's clock runs, 1.0 is right."""

    track: Track
    sequence: int = 1000
    timestamp: int = 5_000_000
    start: float = START
    delay: float = 0.020

    def packets(self, frames: Iterable[bytes], seconds: float | None = None) -> Iterator[Packet]:
        """Packets of frames in a steady rhythm."""
        video = self.track.kind == "video"
        step = seconds or (1 / 30 if video else 0.020)
        for number, frame in enumerate(frames):
            payloads = vp8_payloads(frame, number) if video else [frame]
            if self.track.codec == "h264":
                payloads = h264_payloads(frame)
            timestamp = round(self.timestamp + number * step * self.track.clock_rate) & 0xFFFFFFFF
            for place, payload in enumerate(payloads):
                yield Packet(
                    self.sequence,
                    timestamp,
                    place == len(payloads) - 1,
                    payload,
                    self.start + number * step + self.delay,
                )
                self.sequence = (self.sequence + 1) & 0xFFFF

    def report(self, at: float, sender_offset: float = 0.0) -> tuple[float, int, float]:
        """The sender report of the moment `at`, from a clock that is off by `sender_offset`."""
        timestamp = round(self.timestamp + (at - self.start) * self.track.clock_rate) & 0xFFFFFFFF
        return at + sender_offset, timestamp, at + self.delay


def faulty(
    packets: Iterable[Packet],
    seed: int = 1,
    loss: float = 0.0,
    repair_s: float | None = None,
    swap: float = 0.0,
    twice: float = 0.0,
) -> list[Packet]:
    """Lose, repair after a while, swap and double packets, in order of their new arrival."""
    chance = random.Random(seed)
    out: list[Packet] = []
    for packet in packets:
        if chance.random() < loss:
            if repair_s is not None:
                out.append(replace(packet, arrival=packet.arrival + repair_s))
            continue
        late = 0.030 if chance.random() < swap else 0.0
        out.append(replace(packet, arrival=packet.arrival + late))
        if chance.random() < twice:
            out.append(replace(packet, arrival=packet.arrival + 0.010))
    return sorted(out, key=lambda packet: packet.arrival)

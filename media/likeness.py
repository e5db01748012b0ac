"""The likeness of a synthetic visitor: what it says, the picture it shows, and the names of its payloads."""

import asyncio
import hashlib
import os
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .wire import h264
from .wire.pictures import DESCRIBE

SILENCE = b"\xf8\xff\xfe"
SILENT_LEVEL = 127
FRAME_SAMPLES = 960
FRAMES_PER_SECOND = 15
WIDTH, HEIGHT = 320, 240


@dataclass(frozen=True, slots=True)
class Clip:
    """Speech ready to be sent: Opus packets of 20 ms and how loud each is (0 loudest, 127 silent)."""

    packets: tuple[bytes, ...]
    levels: tuple[int, ...]


@dataclass(slots=True)
class SlotCount:
    """What one slot has received so far; a video frame counts once all its packets are there."""

    medium: str
    audio_packets: int = 0
    video_frames: int = 0
    key_frames: int = 0
    height: int = 0
    """Of the picture, in pixels, as its last key frame says; 0 while unknown."""
    _open: OrderedDict[int, "_Frame"] = field(default_factory=OrderedDict)

    def add(self, sequence: int, timestamp: int, marker: bool, payload: bytes, codec: str = "vp8") -> None:
        """Count one packet."""
        if self.medium == "audio":
            self.audio_packets += 1
            return
        self.height = picture_height(payload, codec) or self.height
        frame = self._open.setdefault(timestamp, _Frame())
        if frame.add(sequence, marker, payload, codec):
            self.video_frames += 1
            self.key_frames += frame.key
        while len(self._open) > 32:
            self._open.popitem(last=False)


@dataclass(slots=True)
class _Frame:
    first: int | None = None
    last: int | None = None
    key: bool = False
    counted: bool = False
    sequences: set[int] = field(default_factory=set)

    def add(self, sequence: int, marker: bool, payload: bytes, codec: str) -> bool:
        self.sequences.add(sequence)
        # What comes before the first slice of an H.264 picture may look like its beginning, too.
        if starts_frame(payload, codec) and (self.first is None or self.first - sequence & 0xFFFF < 0x8000):
            self.first, self.key = sequence, is_key_frame(payload, codec)
        if marker:
            self.last = sequence
        if self.counted or self.first is None or self.last is None:
            return False
        self.counted = len(self.sequences) == ((self.last - self.first) & 0xFFFF) + 1
        return self.counted


class Voice:
    """What a visitor says: silence, unbroken, until it is given a clip."""

    def __init__(self) -> None:
        self._queue: deque[tuple[bytes, int]] = deque()
        self._said: list[tuple[int, asyncio.Future[None]]] = []
        self._taken = 0
        self._stamp = os.urandom(4)

    @property
    def speaking(self) -> bool:
        """Whether something is still to be said."""
        return bool(self._queue)

    async def say(self, clip: Clip) -> None:
        """Speak a clip now (or after what is being said) and return when its last packet is on its way."""
        self._queue.extend(zip(clip.packets, clip.levels, strict=True))
        said = asyncio.get_running_loop().create_future()
        self._said.append((self._taken + len(self._queue), said))
        await said

    def hush(self) -> None:
        """Drop what is still unsaid; whoever waits for it goes on."""
        self._queue.clear()
        while self._said:
            said = self._said.pop()[1]
            if not said.done():
                said.set_result(None)

    def next(self) -> tuple[bytes, int]:
        """The next 20 ms as an Opus packet, never equal to another, and its level."""
        packet, level = self._queue.popleft() if self._queue else (SILENCE, SILENT_LEVEL)
        spoken = packet is not SILENCE
        self._taken += spoken
        while self._said and self._said[0][0] <= self._taken:
            said = self._said.pop(0)[1]
            if not said.done():
                said.set_result(None)
        return stamped(packet, self._stamp + time.monotonic_ns().to_bytes(8, "big")), level


def painted(colour: tuple[int, int, int], number: int, seed: int = 0) -> NDArray[np.uint8]:
    """A small picture in planar YUV: a person's colour, a bar that moves and the frame number in squares.

    A patch of noise that is the seed's alone makes every frame's payload one of its kind.
    """
    picture = np.empty((HEIGHT * 3 // 2, WIDTH), np.uint8)
    picture[:HEIGHT] = colour[0]
    chroma = picture[HEIGHT:].reshape(-1)
    chroma[: chroma.size // 2], chroma[chroma.size // 2 :] = colour[1], colour[2]
    bar = number * 4 % (WIDTH - 16)
    picture[40:HEIGHT, bar : bar + 16] = 235
    noise = np.random.default_rng((seed, number))
    picture[HEIGHT - 64 : HEIGHT, WIDTH - 64 : WIDTH] = noise.integers(64, 192, (64, 64), np.uint8)
    for bit in range(16):
        picture[8:24, 16 * bit + 8 : 16 * bit + 24] = 235 if number >> bit & 1 else 16
    return picture


def stamped(packet: bytes, stamp: bytes) -> bytes:
    """The same sound with `stamp` (under 255 bytes) as Opus padding, RFC 6716 section 3.2.5."""
    if packet[0] & 3:
        return packet
    return bytes((packet[0] | 3, 0x41, len(stamp))) + packet[1:] + stamp


def digest(medium: str, payload: bytes, codec: str = "vp8") -> int:
    """The hash that names a payload; a VP8 descriptor, which a server may renumber, stays outside."""
    outside = _descriptor_length(payload) if medium == "video" and codec == "vp8" else 0
    return int.from_bytes(hashlib.blake2b(payload[outside:], digest_size=7).digest(), "big")


def is_key_frame(payload: bytes, codec: str = "vp8") -> bool:
    """Whether a payload is the first of a key frame: RFC 7741 4.3, or with H.264's parameter sets."""
    return starts_frame(payload, codec) and DESCRIBE[codec](payload).key


def starts_frame(payload: bytes, codec: str = "vp8") -> bool:
    """Whether a payload is the first of a frame; see `h264.opens_picture` for what is told of H.264."""
    if codec == "h264":
        return h264.opens_picture(payload)
    return bool(payload) and payload[0] & 0x17 == 0x10


def picture_height(payload: bytes, codec: str = "vp8") -> int:
    """How tall the key frame of VP8 is that begins here (RFC 6386 9.1); 0 if none does."""
    if codec != "vp8" or not is_key_frame(payload):
        return 0
    at = _descriptor_length(payload) + 8
    return int.from_bytes(payload[at : at + 2], "little") & 0x3FFF


def _descriptor_length(payload: bytes) -> int:
    if len(payload) < 2 or not payload[0] & 0x80:
        return 1
    extended, length = payload[1], 2
    if extended & 0x80 and len(payload) > 2:
        length += 2 if payload[2] & 0x80 else 1
    return length + bool(extended & 0x40) + bool(extended & 0x30)

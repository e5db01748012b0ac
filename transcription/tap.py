"""The frames in which the media worker hands over Opus packets (pure parsing)."""

import math
import struct
from dataclasses import dataclass
from enum import IntEnum

LONGEST = 8192
_HEAD = struct.Struct(">IBB")
_TIME = struct.Struct(">d")
# A century of milliseconds: further away is not a media time.
_FAR_MS = 3.2e12


class FrameBroken(Exception):
    """Bytes that are no frame: the connection that sent them is closed."""


class Kind(IntEnum):
    """What a frame says."""

    PACKET = 1
    PAUSE = 2
    END = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """One message about one stream (`room/participant`)."""

    kind: Kind
    stream: str
    media_ms: float
    payload: bytes

    @property
    def room(self) -> str:
        """The part of the stream id before the first slash."""
        return self.stream.partition("/")[0]

    @property
    def speaker(self) -> str:
        """The part of the stream id after the first slash."""
        return self.stream.partition("/")[2]


def frame_bytes(frame: Frame) -> bytes:
    """The frame as the tap sends it."""
    name = frame.stream.encode()
    body = 2 + len(name) + _TIME.size + len(frame.payload)
    return _HEAD.pack(body, frame.kind, len(name)) + name + _TIME.pack(frame.media_ms) + frame.payload


class FrameReader:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Add bytes, take the frames they complete; raise `FrameBroken` on what cannot be one."""
        self._buffer += data
        frames = []
        at = 0
        while len(self._buffer) - at >= 4:
            length = int.from_bytes(self._buffer[at : at + 4], "big")
            if not 2 + _TIME.size < length <= LONGEST:
                raise FrameBroken(f"a frame of {length} bytes")
            if len(self._buffer) - at - 4 < length:
                break
            frames.append(_frame(bytes(self._buffer[at + 4 : at + 4 + length])))
            at += 4 + length
        del self._buffer[:at]
        return frames


def _frame(body: bytes) -> Frame:
    kind, size = body[0], body[1]
    if kind not in (1, 2, 3) or not size or len(body) < 2 + size + _TIME.size:
        raise FrameBroken(f"kind {kind} with a name of {size} bytes")
    try:
        stream = body[2 : 2 + size].decode()
    except UnicodeDecodeError as error:
        raise FrameBroken("a name that is not UTF-8") from error
    (media_ms,) = _TIME.unpack_from(body, 2 + size)
    if not math.isfinite(media_ms) or abs(media_ms) > _FAR_MS or "/" not in stream:
        raise FrameBroken("no stream or no time")
    return Frame(Kind(kind), stream, media_ms, body[2 + size + _TIME.size :])

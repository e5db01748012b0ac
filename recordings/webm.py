"""WebM, and Matroska for H.264, through PyAV, the only file that knows it.

Encoded frames go in, the same encoded frames come out.
"""

import io
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av

from .chain import Frame

MILLISECOND = Fraction(1, 1000)
LIVE = {"live": "1", "cluster_time_limit": "1000", "flush_packets": "1", "fflags": "+bitexact"}
FINAL = {"cues_to_front": "1", "fflags": "+bitexact"}


class Unreadable(Exception):
    """No WebM or Matroska, or one whose head is broken."""


class Output(Protocol):
    """Where a live file's bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take all bytes or raise OSError."""


class LiveWebm:
    """A WebM that is never sought in: each second of frames leaves as one whole cluster.

    H.264 goes into Matroska; `head` is then its first picture, with its parameter sets, as a stream of bytes.
    """

    def __init__(self, output: Output, codec: str, width: int, height: int, head: bytes = b"") -> None:
        name = "matroska" if codec == "h264" else "webm"
        self._container: Any = av.open(output, "w", format=name, options=LIVE)
        self._stream: Any
        if codec == "h264":
            with av.open(io.BytesIO(_pattern(head)), "r", format="matroska") as pattern:
                self._stream = self._container.add_stream_from_template(pattern.streams[0], opaque=True)
        elif codec == "opus":
            # A stream without an encoder would have no OpusHead; this encoder is never opened for use.
            self._stream = self._container.add_stream("libopus", rate=48000, layout="stereo")
        else:
            self._stream = self._container.add_mux_stream(codec, width=width, height=height)

    def add(self, frame: Frame) -> None:
        """Mux one frame; the cluster before it is written when this one begins a new cluster."""
        self._container.mux_one(_packet(frame, self._stream))

    def close(self) -> None:
        """Write what is left."""
        self._container.close()

    def abandon(self) -> None:
        """Free the memory; the output takes nothing any more."""
        with suppress(av.FFmpegError):
            self._container.close()


class FinalWebm:
    """A WebM or Matroska with duration and cues, made from a live one."""

    def __init__(self, path: Path, live: Path) -> None:
        with _opened(live) as source:
            h264 = source.streams[0].codec_context.name == "h264"
            name = "matroska" if h264 else "webm"
            self._container: Any = av.open(str(path), "w", format=name, options=FINAL)
            # As it is, and never with an encoder of ours.
            as_is = {"opaque": True} if h264 else {}
            self._stream: Any = self._container.add_stream_from_template(source.streams[0], **as_is)

    def add(self, frame: Frame, duration_ms: int) -> None:
        """Mux one frame."""
        packet = _packet(frame, self._stream)
        packet.duration = duration_ms
        self._container.mux_one(packet)

    def close(self) -> None:
        """Write cues and duration."""
        self._container.close()


class WebmFrames:
    """The frames of a file; `problem` says afterwards why reading ended early."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem = ""
        with _opened(path) as container:
            stream = container.streams[0]
            self.codec: str = stream.codec_context.name
            self.kind: str = stream.type

    def __iter__(self) -> Iterator[Frame]:
        with _opened(self._path) as container:
            packets = container.demux(container.streams[0])
            while True:
                try:
                    packet = next(packets)
                except StopIteration:
                    return
                except (av.FFmpegError, ValueError) as error:
                    self.problem = str(error)
                    return
                if packet.size and packet.pts is not None:
                    yield Frame(packet.pts, packet.is_keyframe, bytes(packet))


def _pattern(head: bytes) -> bytes:
    """A Matroska file of one picture: its head is that of every file with these parameter sets."""
    out = io.BytesIO()
    with av.open(io.BytesIO(head), "r", format="h264") as source, av.open(out, "w", "matroska") as container:
        stream: Any = container.add_stream_from_template(source.streams[0], opaque=True)
        container.mux_one(_packet(Frame(0, True, head), stream))
    return out.getvalue()


def _opened(path: Path) -> Any:
    try:
        container = av.open(str(path), "r", format="matroska")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise Unreadable(str(error)) from error
    if len(container.streams) != 1:
        container.close()
        raise Unreadable("not one track")
    return container


def _packet(frame: Frame, stream: Any) -> Any:
    packet = av.Packet(frame.payload)
    packet.stream = stream
    packet.time_base = MILLISECOND
    packet.pts = packet.dts = frame.pts_ms
    packet.is_keyframe = frame.key
    return packet

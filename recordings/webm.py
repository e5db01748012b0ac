"""WebM through PyAV, the only file that knows it: encoded frames in, the same encoded frames out."""

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
    """No WebM, or one whose head is broken."""


class Output(Protocol):
    """Where a live file's bytes go."""

    def write(self, data: bytes, /) -> int:
        """Take all bytes or raise OSError."""


class LiveWebm:
    """A WebM that is never sought in: each second of frames leaves as one whole cluster."""

    def __init__(self, output: Output, codec: str, width: int, height: int) -> None:
        self._container: Any = av.open(output, "w", format="webm", options=LIVE)
        self._stream: Any
        if codec == "opus":
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
    """A WebM with duration and cues, made from a live one."""

    def __init__(self, path: Path, live: Path) -> None:
        self._container: Any = av.open(str(path), "w", format="webm", options=FINAL)
        with _opened(live) as source:
            self._stream: Any = self._container.add_stream_from_template(source.streams[0])

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

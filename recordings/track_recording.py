"""One track being recorded: packets → frames at media times → live files, segments and gaps."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from media.packet import Packet, Track

from .chain import Chain, Frame, Segment
from .depacketizer import Depacketizer, EncodedFrame, OpusDepacketizer, VP8Depacketizer, opus_ms
from .gaps import Gaps
from .h264 import H264Depacketizer, byte_stream
from .manifest import Gap
from .timeline import SenderClock, Timeline
from .track_writer import TrackWriter

CODECS: dict[str, Callable[[], Depacketizer]] = {
    "opus": OpusDepacketizer,
    "vp8": VP8Depacketizer,
    "h264": H264Depacketizer,
}
SUFFIX = {"h264": ".mkv"}
"""Of a codec's files, where it is not .webm."""
ASK_AGAIN_S = 1.0
KEY_EVERY_S = 10.0
FLOWING_S = 2.0
LOSS_MS = 250
SILENT_MS = 2_000
RETRY_S = 5.0


class Desk(Protocol):
    """What a track needs of its recorder."""

    def next_path(self, track: str, suffix: str) -> Path:
        """A file name that is free."""

    def tell(self, fact: dict[str, Any]) -> None:
        """Say what happened."""

    def failed(self, track: str, error: OSError) -> str:
        """Writing failed; gives the word for it."""

    def works(self, track: str) -> None:
        """Writing works again."""


class TrackRecording:
    """Runs in the writer thread only."""

    def __init__(
        self,
        track: Track,
        zero_ms: int,
        sender: SenderClock,
        desk: Desk,
        want_key_frame: Callable[[str], None],
    ) -> None:
        self.track = track
        self._desk = desk
        self._want_key_frame = want_key_frame
        self._zero_ms = zero_ms
        self._timeline = Timeline(track.clock_rate, zero_ms, sender)
        self._video = track.kind == "video"
        self._frames = CODECS.get(track.codec, OpusDepacketizer)()
        self._chain = Chain()
        self._writer: TrackWriter | None = None
        self._setup = b""
        self._paused = False
        self._gaps = Gaps(self._tell_gap)
        self._frame_ms = 33
        self._breaks = 0
        self._packet_at = 0.0
        self._key_at = 0.0
        self._asked_at = 0.0
        self._retry_at = 0.0
        self._failing = ""

    def packet(self, packet: Packet) -> None:
        """Take one packet."""
        if self._paused:
            return
        self._packet_at = packet.arrival
        self._timeline.packet(packet.timestamp, packet.arrival)
        for frame in self._frames.push(packet):
            self._frame(frame)

    def report(self, report: tuple[float, int, float]) -> None:
        """Take one sender report."""
        self._timeline.report(*report)

    def pause(self, pause: tuple[str, float]) -> None:
        """Stop for a reason, at a time by the server's clock."""
        reason, at = pause
        self._take(self._frames.restart())
        self._paused = True
        self._gaps.begin(reason, self._media_ms(at))

    def resume(self, at: float) -> None:
        """Go on; the gap ends with the next frame."""
        self._paused = self.track.codec not in CODECS
        self._asked_at = 0.0
        if self._failing and not self._paused:
            self._gaps.begin(self._failing, self._media_ms(at))

    def overflowed(self, at: float) -> None:
        """Packets were dropped before they came here."""
        self._take(self._frames.restart())
        if not self._gaps.reason:
            self._gaps.begin("overflow", self._media_ms(at))

    def tick(self, now: float) -> None:
        """Do what time alone demands."""
        if not self._paused:
            self._take(self._frames.expire(now))
            if self._video:
                self._ask(now)

    def recode(self, track: Track) -> None:
        """The publisher came back with another codec: it goes on in a file of its own."""
        self._take(self._frames.restart())
        self._end_file(self._packet_at)
        self.track = track
        self._frames, self._breaks = CODECS.get(track.codec, OpusDepacketizer)(), 0

    def close(self, at: float) -> None:
        """End the file and tell the last facts."""
        self._take(self._frames.restart())
        self._end_file(at)
        self._gaps.finish(self._media_ms(at))

    def _end_file(self, at: float) -> None:
        writer = self._writer
        if writer is not None:
            try:
                self._durable(writer.end())
                self._seal(self._chain.seal(), writer)
                writer.close()
            except OSError as error:
                self.lose(error, at)
        self._writer = None

    def _ask(self, now: float) -> None:
        if now - self._packet_at > FLOWING_S or now - self._asked_at < ASK_AGAIN_S:
            return
        if self._failing and now < self._retry_at:
            return
        if self._frames.waiting or self._writer is None or now - self._key_at > KEY_EVERY_S:
            self._asked_at = now
            self._want_key_frame(self.track.id)

    def _take(self, frames: Sequence[EncodedFrame]) -> None:
        for frame in frames:
            self._frame(frame)

    def _frame(self, encoded: EncodedFrame) -> None:
        at = self._timeline.at(encoded.timestamp)
        if at < 0:
            return
        self._gaps.start(at)
        if encoded.key and encoded.setup != self._setup:
            # Another picture size or encoder: what a decoder must know stands at the head of a file.
            self._end_file(self._packet_at)
        if self._writer is None and not self._open(encoded):
            return
        if encoded.key and self._video:
            self._key_at = self._packet_at
        self._hole(at)
        frame = Frame(at, encoded.key, encoded.payload)
        self._gaps.frame(at, self._end_of(frame))
        self._write(frame)

    def _hole(self, at: int) -> None:
        """Begin a gap if the frame at this time does not follow on the one before."""
        broke, self._breaks = self._frames.breaks != self._breaks, self._frames.breaks
        end = self._gaps.end
        if end is None or self._gaps.reason:
            return
        if at - end >= SILENT_MS or (broke and at - end >= LOSS_MS):
            self._gaps.begin("loss" if broke else "silent", end)
        elif self._video:
            self._frame_ms = max(10, min(100, at - end + self._frame_ms))

    def _end_of(self, frame: Frame) -> int:
        return frame.pts_ms + (self._frame_ms if self._video else opus_ms(frame.payload))

    def _open(self, first: EncodedFrame) -> bool:
        if not first.key or self._packet_at < self._retry_at:
            return False
        try:
            path = self._desk.next_path(self.track.id, SUFFIX.get(self.track.codec, ".webm"))
            head = first.setup + byte_stream(first.payload) if first.setup else b""
            self._writer = TrackWriter(path, self.track.codec, first.width, first.height, head)
            self._setup = first.setup
        except OSError as error:
            self.lose(error, self._packet_at)
        return self._writer is not None

    def _write(self, frame: Frame) -> None:
        writer = self._writer
        assert writer is not None
        try:
            self._durable(writer.add(frame))
        except OSError as error:
            self.lose(error, self._packet_at)

    def _durable(self, frames: list[Frame]) -> None:
        """Hash what is in the file now; a segment that ended is on the disk before it is told."""
        writer = self._writer
        if not frames or writer is None:
            return
        ended = [segment for frame in frames if (segment := self._chain.add(frame)) is not None]
        try:
            if ended:
                writer.sync()
        finally:
            for segment in ended:
                self._seal(segment, writer)
        self._gaps.safe(self._end_of(frames[-1]))
        if self._failing:
            self._failing = ""
            self._desk.works(self.track.id)

    def lose(self, error: OSError, now: float) -> None:
        """Writing failed: keep what is in the file, forget what is not, and try again later."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.abandon()
            self._seal(self._chain.seal(), writer)
        self._failing = self._desk.failed(self.track.id, error)
        self._gaps.lost(self._failing)
        self._retry_at = now + RETRY_S

    def _seal(self, segment: Segment | None, writer: TrackWriter) -> None:
        if segment is not None:
            self._desk.tell(
                {
                    "type": "segment",
                    "track": self.track.id,
                    "file": writer.path.name,
                    "number": segment.number,
                    "start_ms": segment.start_ms,
                    "end_ms": segment.end_ms,
                    "frames": segment.frames,
                    "sha256": segment.sha256,
                    "prev": segment.prev,
                }
            )

    def _tell_gap(self, gap: Gap) -> None:
        self._desk.tell(
            {
                "type": "gap",
                "track": self.track.id,
                "start_ms": gap.start_ms,
                "end_ms": gap.end_ms,
                "reason": gap.reason,
            }
        )

    def _media_ms(self, at: float) -> int:
        return max(0, round(at * 1000) - self._zero_ms)

"""The line to the scribe: Opus packets with their media time over a Unix socket, never waited for.

Frame: u32be length of the rest, u8 type, u8 n, n bytes of stream id (`<room>/<participant>`), f64be media
milliseconds, payload. Type 1 is an Opus packet, 2 a pause (flush the open utterance), 3 the end.
"""

import asyncio
import contextlib
import struct
from collections.abc import Callable

from .packet import Packet

OPUS, PAUSE, END = 1, 2, 3
_LIMIT = 1 << 20
_RETRY = 0.5
_STRAY = 0.5
"""Seconds by which RTP time may leave arrival time before it is anchored anew."""


def frame(kind: int, stream: str, media_ms: float, payload: bytes = b"") -> bytes:
    """One frame of the line."""
    name = stream.encode()
    rest = struct.pack("!BB", kind, len(name)) + name + struct.pack("!d", media_ms) + payload
    return struct.pack("!L", len(rest)) + rest


class Tap:
    """One connection to the scribe, kept up; what does not fit into its buffer is dropped and counted."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.sent = self.dropped = 0
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to connect."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Send what is buffered if the scribe takes it at once, then hang up."""
        if self._writer is not None:
            with contextlib.suppress(TimeoutError, OSError):
                await asyncio.wait_for(self._writer.drain(), 0.5)
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    @property
    def connected(self) -> bool:
        """Whether the scribe is on the line."""
        return self._writer is not None

    def send(self, data: bytes) -> None:
        """Hand over one frame without waiting."""
        writer = self._writer
        # A broken line is noticed by its transport first, by us one turn of the loop later.
        if writer is None or writer.is_closing() or writer.transport.get_write_buffer_size() > _LIMIT:
            self.dropped += 1
            return
        writer.write(data)
        self.sent += 1

    async def _keep(self) -> None:
        while True:
            try:
                reader, self._writer = await asyncio.open_unix_connection(self.path)
                # The scribe never speaks: a read ends only when the line does.
                await reader.read()
            except OSError:
                pass
            finally:
                if self._writer is not None:
                    self._writer.close()
                    self._writer = None
            await asyncio.sleep(_RETRY)


class TapSink:
    """One participant's microphone on the line; a `ClockedSink`."""

    def __init__(self, tap: Tap, stream: str, zero_ms: Callable[[], float], rate: int = 48000) -> None:
        self._tap, self._stream, self._zero_ms, self._rate = tap, stream, zero_ms, rate
        self._anchor: tuple[float, int] | None = None
        self._now_ms = 0.0

    def write(self, packet: Packet) -> None:
        """Send one Opus packet."""
        self._now_ms = self._captured(packet) * 1000 - self._zero_ms()
        if packet.payload:
            self._tap.send(frame(OPUS, self._stream, self._now_ms, packet.payload))

    def _captured(self, packet: Packet) -> float:
        """When it was captured: RTP time, which has no jitter, held to arrival time, which has no drift."""
        if self._anchor is not None:
            at, timestamp = self._anchor
            ticks = ((packet.timestamp - timestamp + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
            captured = at + ticks / self._rate
            if abs(captured - packet.arrival) < _STRAY:
                # Slowly towards the arrival, at once when that is earlier.
                lead = captured - packet.arrival
                captured -= lead if lead > 0 else lead / 500
                self._anchor = (captured, packet.timestamp)
                return captured
        self._anchor = (packet.arrival, packet.timestamp)
        return packet.arrival

    def report(self, ntp: float, timestamp: int, arrival: float) -> None:
        """The publisher's clock is not needed here."""

    def pause(self, reason: str) -> None:
        """Flush the open utterance."""
        self._tap.send(frame(PAUSE, self._stream, self._now_ms))

    def resume(self) -> None:
        """Packets come again; nothing to say."""
        self._anchor = None

    def close(self) -> None:
        """The stream is over."""
        self._tap.send(frame(END, self._stream, self._now_ms))

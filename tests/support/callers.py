"""Real WebRTC clients on loopback: aiortc publishers and subscribers for the media worker's tests."""

import asyncio
import fractions
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import numpy as np
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack, VideoStreamTrack
from aiortc.rtcrtpparameters import RTCRtpCapabilities, RTCRtpCodecCapability
from av import AudioFrame, VideoFrame

from media.worker import MediaWorker

VP8, H264 = "video/vp8", "video/h264"
PLANE = "auto"
"""What the workers of tests stand on."""
CONFIGURATION = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)


class Picture(VideoStreamTrack):
    """A bar that moves over one shade of grey, by which the picture is recognised."""

    def __init__(self, shade: int = 40, size: tuple[int, int] = (320, 240)) -> None:
        super().__init__()
        self._shade, self._size, self._count = shade, size, 0

    async def recv(self) -> VideoFrame:
        """The next frame, 30 a second."""
        pts, base = await self.next_timestamp()
        width, height = self._size
        image = np.full((height, width, 3), self._shade, np.uint8)
        at = self._count * 8 % width
        image[: height // 4, at : at + 24] = 255
        self._count += 1
        frame = VideoFrame.from_ndarray(image, format="bgr24")
        frame.pts, frame.time_base = pts, base
        return frame


class Tone(AudioStreamTrack):
    """A sine tone, or silence."""

    def __init__(self, loud: bool = True) -> None:
        super().__init__()
        self.loud = loud
        self._at, self._began = 0, 0.0

    async def recv(self) -> AudioFrame:
        """The next 20 ms."""
        if not self._began:
            self._began = time.time()
        else:
            await asyncio.sleep(max(0.0, self._began + self._at / 48000 - time.time()))
        steps = np.arange(self._at, self._at + 960)
        wave = np.sin(steps * (2 * np.pi * 440 / 48000)) * (9000 if self.loud else 0)
        frame = AudioFrame.from_ndarray(wave.astype(np.int16).reshape(1, -1), format="s16", layout="mono")
        frame.pts, frame.sample_rate, frame.time_base = self._at, 48000, fractions.Fraction(1, 48000)
        self._at += 960
        return frame


class Seen:
    """What a subscriber decoded on one m-line."""

    def __init__(self) -> None:
        self.frames = 0
        self.shade = -1
        self.last = 0.0


class Caller:
    """One device: a publishing and a subscribing connection to a `MediaWorker` in this process."""

    def __init__(
        self,
        worker: MediaWorker,
        room: str,
        participant: str,
        peer: str = "device",
        codecs: Sequence[str] = (VP8,),
    ) -> None:
        self._codecs = (*codecs, "video/rtx", "audio/opus")
        self.worker, self.room, self.participant, self.peer = worker, room, participant, peer
        self.publishing: RTCPeerConnection | None = None
        self.sharing: RTCPeerConnection | None = None
        self.subscribing: RTCPeerConnection | None = None
        self.seen: dict[str, Seen] = {}
        self.slots: list[dict[str, str]] = []
        self.through: Callable[[str], str] = lambda sdp: sdp
        """Changes the answers, to lead the media over a relay."""
        self._tasks: list[asyncio.Task[None]] = []

    async def publish(self, *tracks: MediaStreamTrack) -> None:
        """Send these tracks."""
        self.publishing = await self._send(self.worker.publish, *tracks)

    async def share(self, track: MediaStreamTrack) -> None:
        """Show a screen, on a connection of its own."""
        self.sharing = await self._send(self.worker.share, track)

    async def _send(
        self, method: Callable[..., Awaitable[dict[str, Any]]], *tracks: MediaStreamTrack
    ) -> RTCPeerConnection:
        connection = RTCPeerConnection(CONFIGURATION)
        for track in tracks:
            sender = connection.addTransceiver(track, "sendonly")
            sender.setCodecPreferences(self._ours(RTCRtpSender.getCapabilities(track.kind)))
        await connection.setLocalDescription(await connection.createOffer())
        answer = await method(self.room, self.participant, self.peer, connection.localDescription.sdp)
        await connection.setRemoteDescription(RTCSessionDescription(self.through(answer["sdp"]), "answer"))
        return connection

    def _ours(self, capabilities: RTCRtpCapabilities | None) -> list[RTCRtpCodecCapability]:
        assert capabilities is not None
        return [codec for codec in capabilities.codecs if codec.mimeType.lower() in self._codecs]

    async def subscribe(self, audio: int = 1, video: int = 1) -> None:
        """Receive on so many slots."""
        connection = self.subscribing = RTCPeerConnection(CONFIGURATION)
        for kind in ["audio"] * audio + ["video"] * video:
            transceiver = connection.addTransceiver(kind, "recvonly")
            transceiver.setCodecPreferences(self._ours(RTCRtpReceiver.getCapabilities(kind)))
        await connection.setLocalDescription(await connection.createOffer())
        answer = await self.worker.subscribe(
            self.room, self.participant, self.peer, connection.localDescription.sdp
        )
        self.slots = answer["slots"]
        await connection.setRemoteDescription(RTCSessionDescription(self.through(answer["sdp"]), "answer"))
        for transceiver in connection.getTransceivers():
            seen = self.seen[str(transceiver.mid)] = Seen()
            self._tasks.append(asyncio.create_task(_watch(transceiver.receiver.track, seen)))

    def mid(self, kind: str, number: int = 0) -> str:
        """The m-line of the n-th slot of this kind."""
        return [slot["mid"] for slot in self.slots if slot["medium"] == kind][number]

    def frames(self, kind: str, number: int = 0) -> int:
        """Frames decoded in that slot so far."""
        return self.seen[self.mid(kind, number)].frames

    async def close(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        for connection in (self.publishing, self.sharing, self.subscribing):
            if connection is not None:
                await connection.close()


async def _watch(track: MediaStreamTrack, seen: Seen) -> None:
    while True:
        frame = await track.recv()
        seen.frames += 1
        seen.last = time.time()
        if isinstance(frame, VideoFrame):
            seen.shade = int(frame.to_ndarray(format="gray")[-20:, :].mean())


@asynccontextmanager
async def running(
    recorder: Any = None, **need: Any
) -> AsyncIterator[tuple[MediaWorker, list[dict[str, Any]]]]:
    """A worker on loopback and the list its events go to; aiortc clients announce loopback only.

    An exception that passes through `media/` to the event loop fails the test.
    """
    events: list[dict[str, Any]] = []
    failures: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: failures.extend(_through_media(context)))
    loopback = {"addresses": ["127.0.0.1"], "bind": "127.0.0.1", "plane": PLANE}
    worker = MediaWorker(events.append, {**loopback, **need}, recorder)
    with patch("aioice.ice.get_host_addresses", lambda **_: ["127.0.0.1"]):
        await worker.start()
        try:
            yield worker, events
        finally:
            await worker.close()
            loop.set_exception_handler(None)
    assert failures == []


def _through_media(context: dict[str, Any]) -> list[str]:
    error = context.get("exception")
    if error is None:
        return []
    told = traceback.format_exception(error)
    return ["".join(told)] if any("/media/" in line and "/tests/" not in line for line in told) else []


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for a condition; the test fails when it does not come."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def table(revision: int, **tracks: list[str]) -> dict[str, Any]:
    """A route table: `table(1, anna_camera=["ben"])` routes track `anna.camera` to ben."""
    return {
        "revision": revision,
        "tracks": {
            name.replace("_", "."): {"to": to, "record": True, "scribe": False, "why": ""}
            for name, to in tracks.items()
        },
    }

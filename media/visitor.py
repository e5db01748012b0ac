"""A synthetic visitor: a person without a browser who speaks and is seen over real WebRTC (aiortc).

Nothing it receives is decoded unless asked: packets are counted and their payloads hashed, and because the
server forwards payloads unchanged, equal hashes tell who got what from whom, and how long it took.
"""

import asyncio
import functools
import os
import struct
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError
from aiortc.rtp import RtpPacket, is_rtcp, unwrap_rtx
from numpy.typing import NDArray

from .layered_picture import LayeredPicture
from .likeness import (
    FRAME_SAMPLES,
    FRAMES_PER_SECOND,
    SILENT_LEVEL,
    Clip,
    SlotCount,
    Voice,
    digest,
    is_key_frame,
    painted,
)

SILENT_FRAMES = 20
"""Opus with DTX tells of silence once in so many frames."""

Exchange = Callable[[str, str], Awaitable[str]]
"""Takes a plane (`publish` or `subscribe`) and an SDP offer, returns the server's answer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One RTP payload that left: `at` is monotonic ns, `end` the last packet of a video frame."""

    at: int
    digest: int
    medium: str
    end: bool
    key: bool


@dataclass(frozen=True, slots=True)
class Received:
    """One RTP payload that came, on the slot `mid`; retransmissions are not told apart from firsts."""

    at: int
    digest: int
    medium: str
    mid: str


class _VoiceTrack(MediaStreamTrack):
    kind = "audio"

    def __init__(self, voice: Voice, sparing: bool = False) -> None:
        super().__init__()
        self._voice, self._sparing = voice, sparing
        self._clock = _Pace(FRAME_SAMPLES / 48_000)
        self.level = SILENT_LEVEL

    async def recv(self) -> Any:
        number = await self._clock.tick(whole=self._voice.speaking)
        while self._sparing and not self._voice.speaking and number % SILENT_FRAMES:
            number = await self._clock.tick()
        if self.readyState != "live":
            raise MediaStreamError
        payload, self.level = self._voice.next()
        packet = av.Packet(payload)
        packet.pts = number * FRAME_SAMPLES
        packet.time_base = Fraction(1, 48_000)
        return packet


class _PictureTrack(MediaStreamTrack):
    kind = "video"

    def __init__(self, colour: tuple[int, int, int], rate: int = FRAMES_PER_SECOND) -> None:
        super().__init__()
        self._colour, self._rate = colour, rate
        self._seed = int.from_bytes(os.urandom(4), "big")
        self._clock = _Pace(1 / rate)

    async def recv(self) -> Any:
        number = await self._clock.tick()
        if self.readyState != "live":
            raise MediaStreamError
        frame = av.VideoFrame.from_ndarray(painted(self._colour, number, self._seed), format="yuv420p")
        frame.pts = number * 90_000 // self._rate
        frame.time_base = Fraction(1, 90_000)
        return frame


class _Pace:
    """Wakes up every `step` seconds; after a stall it skips what is over unless that must stay whole."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._start = 0.0
        self._number = -1

    async def tick(self, whole: bool = False) -> int:
        """The number of the next beat, when it is due."""
        now = time.monotonic()
        if self._number < 0:
            self._start = now
        due = 0 if whole else int((now - self._start) / self._step) - 25
        self._number = max(self._number + 1, due)
        await asyncio.sleep(self._start + self._number * self._step - now)
        return self._number


class Visitor:
    """Two connections to the server, as a browser makes them: one publishes, one receives into slots."""

    def __init__(
        self,
        *,
        colour: tuple[int, int, int] = (110, 150, 110),
        loopback: bool = False,
        address: str = "",
        audio_slots: int = 5,
        video_slots: int = 9,
        decode: str = "",
        sparing: bool = False,
        layers: bool = False,
    ) -> None:
        """`address`: the only one to use (`loopback`: 127.0.0.1); `decode`: the slot (mid) really decoded.

        `sparing`: send little, so that dozens fit on one machine: two pictures a second, and silence as
        seldom as Opus with DTX does. `layers`: the camera comes in three sizes at once, `layered`.
        """
        self.voice = Voice()
        self.sent: deque[Sent] = deque()
        self.received: deque[Received] = deque()
        self.slots: dict[str, SlotCount] = {}
        self.pictures = 0
        self.picture: NDArray[np.uint8] | None = None
        self._colour = colour
        self._address = address or ("127.0.0.1" if loopback else "")
        self._media = ["audio"] * audio_slots + ["video"] * video_slots
        self._decode, self._sparing = decode, sparing
        self._planes: dict[str, RTCPeerConnection] = {}
        self.layered = LayeredPicture(colour) if layers else None
        self._showing: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def publish(self, exchange: Exchange) -> None:
        """Offer microphone and camera and start sending once the server has answered."""
        pc = await self._renew("publish")
        voice = _VoiceTrack(self.voice, self._sparing)
        rate = 2 if self._sparing else FRAMES_PER_SECOND
        pc.addTransceiver(voice, "sendonly")
        pc.addTransceiver("video" if self.layered else _PictureTrack(self._colour, rate), "sendonly")
        senders = {each.sender._ssrc: each for each in pc.getTransceivers()}
        _say_level(pc.getSenders()[0], voice)
        _watch_sending(pc.getSenders()[0], functools.partial(self._leave, senders))
        if self.layered is None:
            await self._negotiate(pc, "publish", exchange)
            return
        layered, send = self.layered, pc.getSenders()[0].transport._send_rtp

        async def naming(plane: str, sdp: str) -> str:
            answer = await exchange(plane, layered.offered(sdp))
            layered.answered(answer)
            return answer

        await self._negotiate(pc, "publish", naming)
        self._showing = asyncio.create_task(layered.run(send))

    async def subscribe(self, exchange: Exchange) -> None:
        """Offer empty slots to receive into."""
        pc = await self._renew("subscribe")
        self.slots = {str(mid): SlotCount(medium) for mid, medium in enumerate(self._media)}
        for medium in self._media:
            pc.addTransceiver(medium, "recvonly")
        slots = _Slots(pc, self._arrive)
        for mid, transceiver in enumerate(pc.getTransceivers()):
            if str(mid) != self._decode:
                _receive_without_decoding(transceiver.receiver)
            slots.learn(str(mid), transceiver.receiver)
        await self._negotiate(pc, "subscribe", exchange)
        if self._decode:
            receiver = pc.getTransceivers()[int(self._decode)].receiver
            self._watching = asyncio.create_task(self._watch(receiver.track))

    async def say(self, clip: Clip) -> None:
        """Speak; returns when said."""
        await self.voice.say(clip)

    async def connected(self, timeout: float = 10.0) -> None:
        """Wait until every connection made so far carries media; `TimeoutError` if one does not."""
        async with asyncio.timeout(timeout):
            while any(pc.connectionState != "connected" for pc in self._planes.values()):
                self._changed.clear()
                await self._changed.wait()

    def states(self) -> dict[str, str]:
        """The state of each connection: new, connecting, connected, failed, closed."""
        return {plane: pc.connectionState for plane, pc in self._planes.items()}

    async def close(self) -> None:
        """Hang up both connections."""
        self.voice.hush()
        for task in (self._watching, self._showing):
            if task:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        for pc in self._planes.values():
            await pc.close()

    async def _renew(self, plane: str) -> RTCPeerConnection:
        if plane in self._planes:
            await self._planes.pop(plane).close()
        # With BALANCED, aiortc 1.16 loses every video track but the first.
        configuration = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        pc = self._planes[plane] = RTCPeerConnection(configuration)
        pc.on("connectionstatechange", self._changed.set)
        return pc

    async def _negotiate(self, pc: RTCPeerConnection, plane: str, exchange: Exchange) -> None:
        if self._address:
            _stay_on(pc, self._address)
        await pc.setLocalDescription(await pc.createOffer())
        answer = await exchange(plane, pc.localDescription.sdp)
        await pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def _leave(self, senders: dict[int, RTCRtpTransceiver], data: bytes) -> None:
        sender = senders.get(struct.unpack_from("!I", data, 8)[0])
        if sender is None:
            return
        # What the answer put first is sent; what is sent again (RTX) has another SSRC.
        codec, payload = _name(sender._codecs[0]), RtpPacket.parse(data).payload
        key = sender.kind == "video" and is_key_frame(payload, codec)
        name, marker = digest(sender.kind, payload, codec), bool(data[1] & 0x80)
        self.sent.append(Sent(time.monotonic_ns(), name, sender.kind, marker, key))

    def _arrive(self, at: int, mid: str, packet: RtpPacket, codec: str) -> None:
        slot, payload = self.slots[mid], packet.payload
        slot.add(packet.sequence_number, packet.timestamp, bool(packet.marker), payload, codec)
        self.received.append(Received(at, digest(slot.medium, payload, codec), slot.medium, mid))

    async def _watch(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            if isinstance(frame, av.VideoFrame):
                self.pictures += 1
                self.picture = frame.to_ndarray(format="yuv420p").astype(np.uint8, copy=False)


class _Slots:
    """Tells which slot each incoming packet belongs to, before aiortc's own receivers see it."""

    def __init__(self, pc: RTCPeerConnection, arrive: Callable[[int, str, RtpPacket, str], None]) -> None:
        self._arrive = arrive
        self._mids: dict[int, str] = {}
        self._codecs: dict[int, str] = {}
        """Payload type → codec."""
        self._repaired: dict[int, str] = {}
        """Payload type of retransmissions → codec of what is sent again."""
        self._receivers: dict[str, RTCRtpReceiver] = {}
        self._transport = pc.getTransceivers()[0].receiver.transport
        self._forward = self._transport._handle_rtp_data
        self._transport._handle_rtp_data = self._take  # type: ignore[method-assign]

    def learn(self, mid: str, receiver: RTCRtpReceiver) -> None:
        """Note, once the answer is there, which streams the server announced for a slot."""
        self._receivers[mid] = receiver
        receive = receiver.receive

        async def noting(parameters: Any) -> None:
            self._mids.update((encoding.ssrc, mid) for encoding in parameters.encodings)
            self._mids.update((each.rtx.ssrc, mid) for each in parameters.encodings if each.rtx)
            plain = {codec.payloadType: _name(codec) for codec in parameters.codecs if _name(codec) != "rtx"}
            self._codecs.update(plain)
            self._repaired.update(
                (codec.payloadType, plain.get(codec.parameters["apt"], ""))
                for codec in parameters.codecs
                if _name(codec) == "rtx"
            )
            await receive(parameters)

        receiver.receive = noting  # type: ignore[method-assign]

    async def _take(self, data: bytes, arrival_time_ms: int) -> None:
        at = time.monotonic_ns()
        try:
            packet = RtpPacket.parse(data, self._transport._rtp_header_extensions_map)
        except ValueError:
            return
        mid = self._mids.get(packet.ssrc) or packet.extensions.mid
        if mid in self._receivers and packet.payload_type in self._codecs:
            self._mids[packet.ssrc] = mid
            self._transport._rtp_router.ssrc_table.setdefault(packet.ssrc, self._receivers[mid])
            self._arrive(at, mid, packet, self._codecs[packet.payload_type])
        elif mid in self._receivers and packet.payload_type in self._repaired and packet.payload[2:]:
            # RFC 4588: the number it had at first stands before the payload.
            first = unwrap_rtx(packet, payload_type=0, ssrc=0)
            self._arrive(at, mid, first, self._repaired[packet.payload_type])
        await self._forward(data, arrival_time_ms=arrival_time_ms)


def _name(codec: Any) -> str:
    """`opus`, `vp8`, `h264` or `rtx`."""
    return str(codec.name).lower()


def _receive_without_decoding(receiver: RTCRtpReceiver) -> None:
    """Start a receiver as aiortc does, reports, NACK and PLI included, but without its decoder thread."""

    async def receive(parameters: Any) -> None:
        hidden: dict[str, Any] = vars(receiver)
        codecs = {codec.payloadType: codec for codec in parameters.codecs}
        rtx = {each.rtx.ssrc: each.ssrc for each in parameters.encodings if each.rtx}
        hidden["_RTCRtpReceiver__codecs"].update(codecs)
        hidden["_RTCRtpReceiver__rtx_ssrc"].update(rtx)
        receiver.transport._register_rtp_receiver(receiver, parameters)
        hidden["_RTCRtpReceiver__rtcp_task"] = asyncio.ensure_future(receiver._run_rtcp())
        hidden["_RTCRtpReceiver__started"] = True

    receiver.receive = receive  # type: ignore[method-assign]


def _say_level(sender: RTCRtpSender, voice: _VoiceTrack) -> None:
    """Add the audio level a browser would send: aiortc sends none with packets it did not encode."""
    encoded = sender._next_encoded_frame

    async def levelled(codec: Any) -> Any:
        frame = await encoded(codec)
        if frame is not None:
            frame.audio_level = -voice.level
        return frame

    sender._next_encoded_frame = levelled  # type: ignore[method-assign]


def _watch_sending(sender: RTCRtpSender, leave: Callable[[bytes], None]) -> None:
    """Show every outgoing RTP packet to `leave` just before it is encrypted."""
    transport = sender.transport
    send = transport._send_rtp

    async def shown(data: bytes) -> None:
        if not is_rtcp(data):
            leave(data)
        await send(data)

    transport._send_rtp = shown  # type: ignore[method-assign]


def _stay_on(pc: RTCPeerConnection, address: str) -> None:
    """Gather one address and nothing else; aioice by itself leaves 127.0.0.1 out."""
    for transceiver in pc.getTransceivers():
        connection: Any = transceiver.sender.transport.transport._connection
        gather = connection.get_component_candidates

        async def local(component: int, gather: Any = gather, **_: Any) -> Any:
            return await gather(component=component, addresses=[address])

        connection.get_component_candidates = local

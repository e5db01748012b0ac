"""The synthetic visitor against a plain aiortc peer: it is seen and heard, and it counts what it gets."""

import asyncio
import threading
import time
from typing import Any

import numpy as np
import pytest
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from media.likeness import Clip, Voice
from media.visitor import Visitor, _PictureTrack, _stay_on, _VoiceTrack

SPEECH = Clip(tuple(bytes((0xF8, n, 1, 2, 3)) for n in range(10)), tuple(range(20, 30)))


class PlainPeer:
    """The far end of both planes: an ordinary aiortc peer that answers offers and keeps what it gets."""

    def __init__(self) -> None:
        self.peers: list[RTCPeerConnection] = []
        self.packets: list[Any] = []
        self.tracks: list[Any] = []
        self.sending: list[Any] = []

    async def exchange(self, plane: str, sdp: str) -> str:
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.peers.append(pc)
        pc.on("track", self.tracks.append)
        await pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for transceiver, track in zip(pc.getTransceivers(), self.sending, strict=False):
            if plane == "subscribe":
                transceiver.sender.replaceTrack(track)
                transceiver.direction = "sendonly"
        for transceiver in pc.getTransceivers():
            if plane == "publish":
                self._keep(transceiver.receiver)
        _stay_on(pc, "127.0.0.1")
        await pc.setLocalDescription(await pc.createAnswer())
        return pc.localDescription.sdp

    def _keep(self, receiver: Any) -> None:
        take = receiver._handle_rtp_packet

        async def keeping(packet: Any, arrival_time_ms: int) -> None:
            self.packets.append(packet)
            await take(packet, arrival_time_ms)

        receiver._handle_rtp_packet = keeping

    async def close(self) -> None:
        for pc in self.peers:
            await pc.close()


@pytest.fixture
async def far() -> Any:
    peer = PlainPeer()
    yield peer
    await peer.close()


async def test_publishes_moving_pictures_and_unbroken_sound(far: PlainPeer) -> None:
    async with Visitor(loopback=True) as visitor:
        await visitor.publish(far.exchange)
        await visitor.connected()
        video = next(track for track in far.tracks if track.kind == "video")
        first = (await asyncio.wait_for(video.recv(), 5)).to_ndarray(format="gray")
        for _ in range(6):
            later = (await asyncio.wait_for(video.recv(), 5)).to_ndarray(format="gray")
        assert first.shape == (240, 320)
        assert (abs(first.astype(int) - later.astype(int)) > 60).any(), "the picture does not move"
        start = len(visitor.sent)
        await asyncio.sleep(1.0)
        sound = [packet for packet in list(visitor.sent)[start:] if packet.medium == "audio"]
        assert 45 <= len(sound) <= 55
        assert len({packet.digest for packet in visitor.sent}) == len(visitor.sent), "two payloads are equal"


async def test_says_a_clip_with_its_levels_and_then_is_silent_again(far: PlainPeer) -> None:
    async with Visitor(loopback=True) as visitor:
        await visitor.publish(far.exchange)
        await visitor.connected()
        await asyncio.wait_for(visitor.say(SPEECH), 3)
        await asyncio.sleep(0.2)
        spoken = [p for p in far.packets if p.payload[:1] == b"\xfb" and p.payload[4:7] == b"\x01\x02\x03"]
        levels = [127 if p.extensions.audio_level is None else p.extensions.audio_level[1] for p in spoken]
        assert [p.payload[3] for p in spoken] == list(range(10))
        assert levels == list(range(20, 30))
        assert [p.timestamp - spoken[0].timestamp for p in spoken] == [960 * n for n in range(10)]
        assert far.packets[-1].extensions.audio_level != (False, 29)


async def test_a_held_up_process_says_its_sentence_whole_all_the_same(far: PlainPeer) -> None:
    async with Visitor(loopback=True) as visitor:
        await visitor.publish(far.exchange)
        await visitor.connected()
        saying = asyncio.create_task(visitor.say(Clip(SPEECH.packets * 3, SPEECH.levels * 3)))
        await asyncio.sleep(0.1)
        time.sleep(0.8)  # noqa: ASYNC251 - the whole process is held up
        await asyncio.wait_for(saying, 3)
        await asyncio.sleep(0.2)
        spoken = [p for p in far.packets if p.payload[4:7] == b"\x01\x02\x03"]
        assert [p.timestamp - spoken[0].timestamp for p in spoken] == [960 * n for n in range(30)]


async def test_stops_waiting_for_a_clip_when_it_hangs_up(far: PlainPeer) -> None:
    visitor = Visitor(loopback=True)
    await visitor.publish(far.exchange)
    saying = asyncio.create_task(visitor.say(Clip(SPEECH.packets * 500, SPEECH.levels * 500)))
    await asyncio.sleep(0.1)
    await visitor.close()
    await asyncio.wait_for(saying, 1)


async def test_counts_what_arrives_without_decoding_it(far: PlainPeer) -> None:
    far.sending = [_VoiceTrack(Voice()), _PictureTrack((90, 120, 120))]
    async with Visitor(loopback=True, audio_slots=1, video_slots=1) as visitor:
        await visitor.subscribe(far.exchange)
        await visitor.connected()
        await asyncio.sleep(1.5)
        sound, picture = visitor.slots["0"], visitor.slots["1"]
        assert 50 <= sound.audio_packets <= 90
        assert 12 <= picture.video_frames <= 25
        assert picture.key_frames >= 1
        assert {packet.mid for packet in visitor.received} == {"0", "1"}
        assert visitor.pictures == 0
        assert not any("decoder" in thread.name for thread in threading.enumerate())


async def test_decodes_the_one_slot_it_is_asked_to(far: PlainPeer) -> None:
    far.sending = [_VoiceTrack(Voice()), _PictureTrack((90, 120, 120))]
    async with Visitor(loopback=True, audio_slots=1, video_slots=1, decode="1") as visitor:
        await visitor.subscribe(far.exchange)
        await visitor.connected()
        await asyncio.sleep(1.5)
        assert visitor.pictures >= 10
        assert visitor.picture is not None and visitor.picture.shape == (360, 320)
        assert abs(float(np.median(visitor.picture[60:240])) - 90) < 8, "not the colour that was sent"


async def test_tells_when_no_connection_comes_about() -> None:
    async with Visitor(loopback=True) as visitor:

        async def nobody(plane: str, sdp: str) -> str:
            raise ConnectionRefusedError(plane)

        with pytest.raises(ConnectionRefusedError):
            await visitor.publish(nobody)
        with pytest.raises(TimeoutError):
            await visitor.connected(0.2)

"""Malformed packets from strangers and joined peers: no crash, no growth, a call beside it unharmed."""

import asyncio
import random
import socket
from collections.abc import Iterator

import psutil
import pytest

from bench.client import OPUS, RESENT, VP8, Client
from media.aiortc_bridge import Buffer, Certificate, protect, protect_rtcp, unprotect
from media.native import library
from media.subscriber import Subscriber
from media.wire import rtp
from media.worker import MediaWorker
from tests.support.callers import running, until
from tests.support.noise import Noise

HERE = "127.0.0.1"
ROUND = 700
GROWTH = 12 << 20
"""More resident memory than this after three more rounds is a leak: each brings a megabyte of packets."""


class Attacker:
    """A joined client that encrypts whatever it is given, properly."""

    def __init__(self, client: Client) -> None:
        self.client, self._buffer = client, Buffer()
        self._sequences: dict[int, int] = {}

    @property
    def ssrcs(self) -> list[int]:
        """The streams it named."""
        return [stream.ssrc for stream in self.client.streams]

    def next(self, chance: random.Random) -> int:
        """A sequence number libsrtp still takes: onwards, now and then by much."""
        self._sequences[0] = self._sequences.get(0, 0) + chance.choice((1, 1, 1, 1, 2, 3, 40, 1500))
        return self._sequences[0] & 0xFFFF

    def raw(self, data: bytes) -> None:
        """As it is."""
        try:
            self.client.udp.sendto(data, self.client.remote)
        except OSError as error:
            assert error.errno, error

    def sealed(self, data: bytes, feedback: bool = False) -> None:
        """Encrypted with the keys of the connection; as it is when libsrtp will not."""
        assert self.client.keys is not None
        buffer = self._buffer
        buffer.view[: len(data)] = data
        buffer.size[0] = len(data)
        seal = protect_rtcp if feedback else protect
        if len(data) >= 12 and not seal(self.client.keys.sending, buffer.raw, buffer.size):
            data = bytes(buffer.view[: buffer.size[0]])
        self.raw(data)


class Victims:
    """Two people whose call must not notice anything."""

    def __init__(self, speaker: Client, listener: Client) -> None:
        self._speaker, self._listener = speaker, listener
        self._buffer, self.sent = Buffer(), 0
        self.got: set[int] = set()
        self._task = asyncio.create_task(self._talk())

    async def _talk(self) -> None:
        (ssrc,) = (stream.ssrc for stream in self._speaker.streams if not stream.video)
        buffer = self._buffer
        while True:
            self._hear()
            data = rtp.build(OPUS, self.sent, self.sent * 960, ssrc, self.sent.to_bytes(4, "big") * 20)
            buffer.view[: len(data)] = data
            buffer.size[0] = len(data)
            assert self._speaker.keys and not protect(self._speaker.keys.sending, buffer.raw, buffer.size)
            self._speaker.udp.sendto(buffer.view[: buffer.size[0]], self._speaker.remote)
            self.sent += 1
            await asyncio.sleep(0.02)

    def _hear(self) -> None:
        assert self._listener.keys
        buffer = self._buffer
        while True:
            try:
                size = self._listener.udp.recv_into(buffer.view)
            except BlockingIOError:
                return
            buffer.size[0] = size
            if size < 12 or not 128 <= buffer.view[0] < 192 or 192 <= buffer.view[1] < 224:
                self._listener.feed(bytes(buffer.view[:size]))
            elif not unprotect(self._listener.keys.receiving, buffer.raw, buffer.size):
                header = rtp.parse(buffer.view[: buffer.size[0]])
                assert header is not None
                self.got.add(int.from_bytes(buffer.view[header.payload[0] : header.payload[0] + 4], "big"))

    async def unharmed(self) -> None:
        """Everything said until now was heard."""
        said = self.sent
        assert not self._task.done()
        await until(lambda: self.sent > said + 10, 20)
        missing = set(range(5, said)) - self.got
        assert not missing, f"{len(missing)} of {said} lost"

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


async def publish(worker: MediaWorker, name: str, certificate: Certificate) -> Client:
    client = Client(HERE, certificate)
    await client.connect((await worker.publish("r", name, "device", client.publishing()))["sdp"])
    return client


async def subscribe(worker: MediaWorker, name: str, certificate: Certificate) -> Client:
    client = Client(HERE, certificate)
    await client.connect((await worker.subscribe("r", name, "device", client.subscribing(2)))["sdp"])
    return client


def bad_round(
    noise: Noise, sender: Attacker, receiver: Attacker, slots: list[int], stranger: socket.socket
) -> Iterator[None]:
    """One round of malformed packets from everywhere; `slots`: the SSRCs the receiver is sent."""
    chance, client = noise.chance, sender.client
    kinds, ufrag, remote = [OPUS, VP8, RESENT], client._remote_ufrag, client.ufrag
    for _ in range(ROUND):
        media = noise.media(kinds, sender.ssrcs, sender.next(chance))
        sender.sealed(media)
        sender.sealed(noise.feedback(sender.ssrcs), feedback=True)
        receiver.sealed(noise.feedback(slots), feedback=True)
        receiver.sealed(noise.media(kinds, sender.ssrcs, sender.next(chance)))
        for send in (sender.raw, receiver.raw):
            send(noise.twisted(media))
            send(noise.check(ufrag, remote, client._remote_password))
            send(noise.record())
        for data in (noise.twisted(media), noise.check(ufrag, remote, "guess"), noise.record()):
            stranger.sendto(data, client.remote)
        yield
    for data in noise.sizes():
        sender.raw(data)
        stranger.sendto(data, client.remote)
        yield


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_call_beside_malformed_packets_is_unharmed(seed: int) -> None:
    async with running() as (worker, events):
        await worker.open_room("r", 1, {})
        tracks = {
            f"{who}.{source}": {"to": to, "record": False, "scribe": False, "why": ""}
            for who, to in (("anna", ["ben"]), ("mal", ["mel"]))
            for source in ("microphone", "camera")
        }
        await worker.route("r", {"revision": 1, "tracks": tracks})
        certificate = Certificate()
        anna, mal = [await publish(worker, name, certificate) for name in ("anna", "mal")]
        ben, mel = [await subscribe(worker, name, certificate) for name in ("ben", "mel")]
        victims, noise = Victims(anna, ben), Noise(seed)
        sender, receiver = Attacker(mal), Attacker(mel)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((HERE, 0))
            peers = worker._rooms["r"].peers.values()
            slots = [one.ssrc for peer in peers if isinstance(peer, Subscriber) for one in peer.outlets]
            weight = 0
            for turn in range(4):
                for number, _ in enumerate(bad_round(noise, sender, receiver, slots, stranger)):
                    if number % 8 == 0:
                        await asyncio.sleep(0.004)
                await victims.unharmed()
                if turn == 0:
                    weight = psutil.Process().memory_info().rss
            # The address sanitizer keeps what is freed for a while.
            if not library.SANITIZED:
                assert psutil.Process().memory_info().rss < weight + GROWTH
        stats = await worker.stats()
        for name in ("bad_check", "unknown_address", "bad_length", "nacks_in", "unknown_kind"):
            assert stats["port"][name] > 100, name
        assert sum(peer["malformed"] for peer in stats["rooms"]["r"]["peers"]) > ROUND
        heard = [e for e in events if e["type"] == "peer_lost" and e["participant"] in ("anna", "ben")]
        assert heard == []
        await victims.stop()
        for client in (anna, ben, mal, mel):
            await client.close()

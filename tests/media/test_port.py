"""Hostile datagrams, from strangers and from a joined peer: counted, and a live call does not notice."""

import asyncio
import os
import random
import socket
import time
from collections.abc import AsyncIterator

import pytest
from aioice import stun
from aiortc import RTCPeerConnection

from media.planes import open_port
from media.port import _STRANGERS_PER_SECOND
from media.wire import rtcp, rtp
from media.wire.stun import Message
from media.worker import MediaWorker
from tests.support import callers
from tests.support.callers import Caller, Picture, Tone, running, table, until


class Call:
    """A live call and the means to attack it."""

    def __init__(self, worker: MediaWorker, anna: Caller, ben: Caller) -> None:
        self.worker, self.anna, self.ben = worker, anna, ben
        self.stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.stranger.bind(("127.0.0.1", 0))
        self.stranger.setblocking(False)

    async def port(self) -> dict[str, int]:
        found: dict[str, int] = (await self.worker.stats())["port"]
        return found

    async def strange(self, *datagrams: bytes) -> None:
        """Datagrams from an address nobody knows."""
        port = (await self.port())["number"]
        for datagram in datagrams:
            self.stranger.sendto(datagram, ("127.0.0.1", port))

    async def joined(self, *datagrams: bytes) -> None:
        """Datagrams from the address of anna's living connection."""
        assert self.anna.publishing is not None
        for datagram in datagrams:
            await transport(self.anna.publishing).transport._send(datagram)

    async def joined_rtcp(self, *datagrams: bytes) -> None:
        """The same, but properly encrypted RTCP."""
        assert self.anna.publishing is not None
        keys = transport(self.anna.publishing)._tx_srtp
        await self.joined(*(keys.protect_rtcp(datagram) for datagram in datagrams))

    async def joined_rtp(self, *datagrams: bytes) -> None:
        """The same, but properly encrypted RTP."""
        assert self.anna.publishing is not None
        keys = transport(self.anna.publishing)._tx_srtp
        await self.joined(*(keys.protect(datagram) for datagram in datagrams))

    async def unharmed(self) -> None:
        """Pictures and sound still come."""
        video, audio = self.ben.frames("video"), self.ben.frames("audio")
        await until(lambda: self.ben.frames("video") > video + 15 and self.ben.frames("audio") > audio + 25)

    async def counted(self, name: str, least: int) -> None:
        """A counter of the port reaches a value."""
        for _ in range(100):
            if (await self.port())[name] >= least:
                return
            await asyncio.sleep(0.02)
        assert (await self.port())[name] >= least


def transport(connection: RTCPeerConnection):  # type: ignore[no-untyped-def]
    return connection.getTransceivers()[0].receiver.transport


@pytest.fixture
async def call() -> AsyncIterator[Call]:
    async with running() as (worker, _):
        await worker.open_room("r", 1, {})
        await worker.route("r", table(1, anna_microphone=["ben"], anna_camera=["ben"]))
        anna, ben = Caller(worker, "r", "anna"), Caller(worker, "r", "ben")
        await anna.publish(Tone(), Picture())
        await ben.subscribe()
        await until(lambda: ben.frames("video") > 5 and ben.frames("audio") > 5)
        found = Call(worker, anna, ben)
        try:
            yield found
        finally:
            found.stranger.close()
            await anna.close()
            await ben.close()


SIZES: list[bytes] = [b"", b"\x80", b"\x80" * 9000, b"\x80" * 1501, b"\x16" * 11, b"\0" * 65000]


async def test_datagrams_of_impossible_length(call: Call) -> None:
    await call.strange(*SIZES)
    await call.joined(*SIZES)
    # The client itself never sends the empty one.
    await call.counted("bad_length", 2 * len(SIZES) - 1)
    await call.unharmed()


async def test_rtp_rtcp_and_dtls_from_an_unknown_address(call: Call) -> None:
    packets = [rtp.build(96, n, n, 7, b"\x10\x00" + bytes(500)) for n in range(50)] + [
        rtcp.picture_loss(1, 2) * 3,
        b"\x16\xfe\xff" + bytes(100),
    ]
    await call.strange(*packets)
    await call.counted("unknown_address", len(packets))
    await call.unharmed()


async def test_random_bytes_from_anywhere(call: Call) -> None:
    chance = random.Random(3)
    noise = [chance.randbytes(chance.randrange(12, 1400)) for _ in range(400)]
    await call.strange(*noise)
    await call.joined(*(bytes((first,)) + one for first, one in zip(range(128, 192), noise, strict=False)))
    await call.joined(*(bytes((first,)) + one for first, one in zip(range(20, 64), noise, strict=False)))
    await call.joined(*(bytes((first,)) + one for first, one in zip(range(64, 128), noise, strict=False)))
    await call.counted("unknown_kind", 64)
    await call.unharmed()


def check(username: str, key: bytes | None) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = username
    if key is not None:
        message.add_message_integrity(key)
    return bytes(message)


async def test_forged_checks_get_no_answer(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    room = call.worker._rooms["r"]
    (name, theirs) = next((peer.ufrag, peer.remote_ufrag) for peer in room.peers.values())
    torn = bytearray(check(f"{name}:{theirs}", b"guess"))
    torn[2:4] = b"\xff\xff"
    forged = [
        check("nobody:here", b"x"),
        check(f"{name}:{theirs}", b"guess"),
        check(f"{name}:wrong", b"guess"),
        check(f"{name}:{theirs}", None),
        bytes(torn),
        b"\0\1" + os.urandom(60),
        b"\1\1" + os.urandom(62),
    ]
    await call.strange(*forged)
    await call.joined(*forged)
    await call.counted("bad_check", 2 * len(forged))
    with pytest.raises(BlockingIOError):
        call.stranger.recv(2048)
    assert not [record for record in caplog.records if record.name.startswith("media")]
    await call.unharmed()


async def test_one_participants_credentials_do_not_take_anothers_address(call: Call) -> None:
    room = call.worker._rooms["r"]
    (ben,) = (peer for (name, _, _), peer in room.peers.items() if name == "ben")
    before = ben.address
    await call.joined(check(f"{ben.ufrag}:{ben.remote_ufrag}", ben.password.encode()))
    await call.counted("bad_check", 1)
    await call.unharmed()
    assert ben.address == before


async def test_a_flood_of_checks_is_cut_off_before_it_costs_hashes(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = 0
    original = Message.authentic

    def counting(self: Message, password: str) -> bool:
        nonlocal hashed
        hashed += 1
        return original(self, password)

    monkeypatch.setattr(Message, "authentic", counting)
    room = call.worker._rooms["r"]
    (name, theirs) = next((peer.ufrag, peer.remote_ufrag) for peer in room.peers.values())
    began = time.monotonic()
    for _ in range(20):
        await call.strange(*(check(f"{name}:{theirs}", b"guess") for _ in range(60)))
        await asyncio.sleep(0.02)
    await call.counted("bad_check", 1000)
    # On a busy machine the flood takes longer, and each second has its own allowance; the callers check, too.
    assert hashed < _STRANGERS_PER_SECOND * (int(time.monotonic() - began) + 2) + 100
    await call.unharmed()


async def test_malformed_feedback_from_a_joined_peer(call: Call) -> None:
    chance = random.Random(5)
    inlets = call.worker._rooms["r"].router.sources
    ssrcs = [source.layers[0].ssrc for source in inlets.values()]  # type: ignore[attr-defined]
    compounds = [rtcp.sender_report(ssrc, 1.0, 5, 6, 7) for ssrc in ssrcs]
    compounds += [
        bytes((0x80 | chance.randrange(32), kind, 0, 2)) + chance.randbytes(8) for kind in range(192, 224)
    ]
    compounds += [rtcp.nack(1, chance.randrange(1 << 32), list(range(0, 4000, 3)))[:1200]]
    compounds += [rtcp.sender_report(9, 1.0, 5, 6, 7)[:20], bytes((0xA0, 200, 0, 1)) + b"\0\0\0\xff"]
    await call.joined_rtcp(*compounds)
    await call.unharmed()
    stats = await call.worker.stats()
    assert any(peer["malformed"] for peer in stats["rooms"]["r"]["peers"])


async def test_malformed_media_from_a_joined_peer(call: Call) -> None:
    source = call.worker._rooms["r"].router.sources["anna.camera"].layers[0]
    ssrc, kind = source.ssrc, source.payload_type  # type: ignore[attr-defined]
    # Numbers still to come: those that came are refused as replays before anybody reads them.
    ahead = source.high + 40 & 0xFFFF  # type: ignore[attr-defined]
    packets = [rtp.build(kind, 1, 1, 0xABCD0000 + n, b"x" * 30) for n in range(100)]
    packets += [
        bytes((0xA0, kind)) + ahead.to_bytes(2, "big") + bytes(4) + ssrc.to_bytes(4, "big") + b"\xff" * 20,
        rtp.build(kind + 1, ahead + 1 & 0xFFFF, 1, ssrc, b"x"),
    ]
    await call.joined_rtp(*packets)
    await call.unharmed()
    stats = (await call.worker.stats())["rooms"]["r"]
    assert stats["tracks"]["anna.camera"]["malformed"] >= 2
    assert sum(peer["malformed"] for peer in stats["peers"]) >= 36


async def test_replayed_media_is_not_delivered_twice(call: Call) -> None:
    assert call.anna.publishing is not None
    keys = transport(call.anna.publishing)._tx_srtp
    source = call.worker._rooms["r"].router.sources["anna.microphone"].layers[0]
    ssrc, kind = source.ssrc, source.payload_type  # type: ignore[attr-defined]
    packet = keys.protect(rtp.build(kind, source.high & 0xFFFF, 5, ssrc, b"again"))  # type: ignore[attr-defined]
    before = source.packets + source.duplicates  # type: ignore[attr-defined]
    await call.joined(*[packet] * 20)
    await call.unharmed()
    stats = await call.worker.stats()
    refused = sum(peer["refused"] for peer in stats["rooms"]["r"]["peers"])
    assert refused + source.duplicates >= 19  # type: ignore[attr-defined]
    assert source.packets + source.duplicates > before  # type: ignore[attr-defined]


def test_a_taken_port_is_an_os_error_and_leaves_nothing_open() -> None:
    first = open_port(callers.PLANE, "127.0.0.1", 0)
    with pytest.raises(OSError, match="in use"):
        open_port(callers.PLANE, "127.0.0.1", first.number)
    first.close()

"""Handshakes with aiortc's own client side, and SRTP in place."""

import asyncio
import importlib
import importlib.metadata

import pylibsrtp
import pytest
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport

from media import aiortc_bridge
from media.aiortc_bridge import Buffer, Certificate, Handshake, Keys, protect, unprotect
from media.wire import rtp
from tests.support.callers import until


class Wire:
    """Stands where aiortc expects its ICE transport; what it sends goes to `out`."""

    role = "controlling"

    def __init__(self) -> None:
        self.received: asyncio.Queue[bytes] = asyncio.Queue()
        self.out: Handshake | None = None

    async def _recv(self) -> bytes:
        return await self.received.get()

    async def _send(self, data: bytes) -> None:
        assert self.out is not None
        self.out.feed(data)


async def shaken(
    setup: str, fingerprint: str | None = None
) -> tuple[list[Keys], list[str], RTCDtlsTransport]:
    """A handshake with an aiortc client: (our keys, how it ended, the client)."""
    keys: list[Keys] = []
    ends: list[str] = []
    certificate, theirs, wire = Certificate(), RTCCertificate.generateCertificate(), Wire()
    client = RTCDtlsTransport(wire, [theirs])  # type: ignore[arg-type]
    client._set_role("client" if setup == "passive" else "server")
    (known,) = [f.value for f in theirs.getFingerprints() if f.algorithm == "sha-256"]
    prints = [("sha-256", fingerprint or known)]
    ours = Handshake(certificate, setup, prints, wire.received.put_nowait, keys.append, ends.append)
    wire.out = ours
    ours.start()
    ours.start()
    parameters = RTCDtlsParameters([RTCDtlsFingerprint("sha-256", certificate.fingerprint)])
    starting = asyncio.create_task(client.start(parameters))
    await until(lambda: bool(keys or ends), 5)
    starting.cancel() if ends else await starting
    return keys, ends, client


@pytest.mark.parametrize("setup", ["passive", "active"])
async def test_a_handshake_brings_keys_that_fit_the_other_end(setup: str) -> None:
    keys, ends, client = await shaken(setup)
    assert ends == []
    buffer = Buffer()
    packet = rtp.build(96, 5, 6, 7, b"p" * 1400)
    buffer.view[: len(packet)] = packet
    buffer.size[0] = len(packet)
    assert protect(keys[0].sending, buffer.raw, buffer.size) == 0
    sealed = bytes(buffer.view[: buffer.size[0]])
    assert client._rx_srtp.unprotect(sealed) == packet
    answer = client._tx_srtp.protect(rtp.build(96, 8, 9, 10, b"answer"))
    buffer.view[: len(answer)] = answer
    buffer.size[0] = len(answer)
    assert unprotect(keys[0].receiving, buffer.raw, buffer.size) == 0
    assert bytes(buffer.view[: buffer.size[0]]).endswith(b"answer")
    buffer.size[0] = len(answer)
    assert unprotect(keys[0].receiving, buffer.raw, buffer.size) != 0
    await client.stop()
    await until(lambda: ends == ["closed"], 5)


async def test_another_certificate_than_the_one_offered_fails() -> None:
    keys, ends, client = await shaken("passive", ":".join(["00"] * 32))
    assert (keys, ends) == ([], ["failed"])
    await client.stop()


def drop(datagram: bytes) -> None:
    """The network loses everything."""


async def test_silence_ends_the_handshake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aiortc_bridge, "_HANDSHAKE_SECONDS", 0.2)
    ends: list[str] = []
    handshake = Handshake(Certificate(), "passive", [("sha-256", "AB")], drop, lambda keys: None, ends.append)
    handshake.start()
    await until(lambda: ends == ["failed"], 5)
    await handshake.close()


async def test_noise_and_floods_before_the_handshake_are_survived() -> None:
    ends: list[str] = []
    handshake = Handshake(Certificate(), "passive", [("sha-256", "AB")], drop, lambda keys: None, ends.append)
    for _ in range(500):
        handshake.feed(b"\x16\xfe\xff" + bytes(40))
    handshake.start()
    await asyncio.sleep(0.2)
    await handshake.close()
    await handshake.close()
    assert ends in ([], ["failed"])


def test_other_versions_than_the_pinned_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "9.9.9")
    with pytest.raises(ImportError, match="exactly this version"):
        importlib.reload(aiortc_bridge)
    monkeypatch.undo()
    assert pylibsrtp.__version__ == aiortc_bridge.PINNED["pylibsrtp"]

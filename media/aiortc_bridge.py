"""The only file that touches private parts of aiortc and pylibsrtp: DTLS handshakes and SRTP in place.

aiortc brings the handshake, the fingerprint check and the key export. Its ICE agent, receivers, senders and
jitter buffers never run: ICE is answered by `media.port` (lite agent), packets go straight to libsrtp through
buffers allocated once, because the library's own wrapper costs two copies per packet and stops at 1356 bytes.
"""

import asyncio
import importlib.metadata
from collections.abc import Callable

from aiortc.rtcdtlstransport import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from OpenSSL import SSL
from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib

PINNED = {"aiortc": "1.16.0", "aioice": "0.13.0", "pylibsrtp": "1.0.0"}
for _name, _version in PINNED.items():
    if importlib.metadata.version(_name) != _version:
        raise ImportError(f"{_name} {_version} is needed: private parts of exactly this version are used")

LONGEST = 1500
"""Longest datagram taken or sent."""
_TRAILER = 148
"""Room libsrtp may need behind a packet (authentication tag, index)."""
_HANDSHAKE_SECONDS = 15.0
_QUEUE = 64


class Buffer:
    """Memory shared with libsrtp: `view` for Python, `raw` for C, `size` in and out."""

    def __init__(self) -> None:
        self.raw = ffi.new("char[]", LONGEST + _TRAILER + 400)
        self.view = memoryview(ffi.buffer(self.raw))
        self.size = ffi.new("int *")


class Keys:
    """The SRTP state of one connection, both directions. All calls work in place and return success."""

    def __init__(self, receiving: Session, sending: Session) -> None:
        # libsrtp frees the state when its wrapper dies.
        self._owners = (receiving, sending)
        self.receiving = receiving._srtp[0]
        self.sending = sending._srtp[0]

    @property
    def addresses(self) -> tuple[int, int]:
        """Where the state lies in memory, for callers that are not Python; it dies with this object."""
        return int(ffi.cast("uintptr_t", self.receiving)), int(ffi.cast("uintptr_t", self.sending))


protect: Callable[..., int] = lib.srtp_protect
unprotect: Callable[..., int] = lib.srtp_unprotect
protect_rtcp: Callable[..., int] = lib.srtp_protect_rtcp
unprotect_rtcp: Callable[..., int] = lib.srtp_unprotect_rtcp
"""`f(keys.sending | keys.receiving, buffer.raw, buffer.size)`, 0 when it worked."""


def srtp_functions() -> tuple[int, int, int, int]:
    """Where unprotect, unprotect_rtcp, protect and protect_rtcp lie, for callers that are not Python."""
    names = ("srtp_unprotect", "srtp_unprotect_rtcp", "srtp_protect", "srtp_protect_rtcp")
    first, second, third, fourth = (int(ffi.cast("uintptr_t", ffi.addressof(lib, name))) for name in names)
    return first, second, third, fourth


class Certificate:
    """The certificate by which a worker proves itself in every handshake of its life."""

    def __init__(self) -> None:
        self._whole = RTCCertificate.generateCertificate()
        self._make = self._whole._create_ssl_context
        self._contexts: dict[bytes, SSL.Context] = {}
        self._whole._create_ssl_context = self._context  # type: ignore[method-assign]
        self.fingerprint = next(f.value for f in self._whole.getFingerprints() if f.algorithm == "sha-256")

    def _context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        """One for all handshakes: aiortc makes one for each, which costs time, memory and a collection."""
        names = b":".join(profile.openssl_profile for profile in srtp_profiles)
        if names not in self._contexts:
            context = self._contexts[names] = self._make(srtp_profiles)
            context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        return self._contexts[names]


def _ignore(_: object) -> None:
    """Nobody is told any more."""


class Handshake:
    """DTLS over datagrams that somebody else moves: `feed` in, `send` out, until keys or the end.

    It stands where aiortc expects its ICE transport, hence `role`, `_recv` and `_send`.
    """

    role = "controlled"

    def __init__(
        self,
        certificate: Certificate,
        setup: str,
        fingerprints: list[tuple[str, str]],
        send: Callable[[bytes], None],
        ready: Callable[[Keys], None],
        ended: Callable[[str], None],
    ) -> None:
        self._send_datagram, self._ready, self._ended = send, ready, ended
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(_QUEUE)
        self._transport = RTCDtlsTransport(self, [certificate._whole])  # type: ignore[arg-type]
        self._transport._set_role("server" if setup == "passive" else "client")
        self._transport.on("statechange", self._changed)
        self._prints = [RTCDtlsFingerprint(algorithm, value) for algorithm, value in fingerprints]
        self._task: asyncio.Task[None] | None = None
        self._over = False

    def start(self) -> None:
        """Begin; the client's first flight may already wait."""
        if self._task is None and not self._over:
            self._task = asyncio.create_task(self._run())

    def feed(self, datagram: bytes) -> None:
        """One DTLS datagram from the peer's own address; a flood of them is dropped."""
        if not self._queue.full():
            self._queue.put_nowait(datagram)

    async def close(self) -> None:
        """Say goodbye to the peer and let go. `ended` is not called."""
        self._over = True
        await self._transport.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._transport.remove_all_listeners()
        self._part()

    def _part(self) -> None:
        """Cut the circles: a connection's memory must not wait for a full collection, which never comes."""
        self._transport._transport = None  # type: ignore[assignment]
        self._send_datagram = self._ready = self._ended = _ignore

    async def _run(self) -> None:
        try:
            async with asyncio.timeout(_HANDSHAKE_SECONDS):
                await self._transport.start(RTCDtlsParameters(fingerprints=self._prints))
        except (TimeoutError, SSL.Error, AssertionError, AttributeError, ValueError):
            # A missing or malformed certificate surfaces as any of the last three.
            self._end("failed")

    def _changed(self) -> None:
        state = self._transport.state
        if state == "connected":
            self._ready(Keys(self._transport._rx_srtp, self._transport._tx_srtp))
        elif state in ("failed", "closed"):
            self._end(state)

    def _end(self, why: str) -> None:
        if not self._over:
            self._over = True
            self._ended(why)

    async def _recv(self) -> bytes:
        datagram = await self._queue.get()
        if datagram is None:
            raise ConnectionError
        return datagram

    async def _send(self, data: bytes) -> None:
        self._send_datagram(data)

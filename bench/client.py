"""A WebRTC client that costs little: real ICE checks and a real DTLS handshake, its media is the generator's.

A client of aiortc takes about 40 ms of CPU to connect, most of it for SDP; this one a tenth. It offers and
answers what a browser would (Opus, VP8 with RTX, audio level, send time, transport-wide numbers, NACK, PLI,
REMB) and speaks to servers with ICE lite (RFC 8445 section 2.5): it checks, they answer.
"""

import asyncio
import contextlib
import random
import re
import secrets
import socket
import struct
from dataclasses import dataclass, field

from media.aiortc_bridge import Certificate, Handshake, Keys
from media.wire import answer, sdp, stun

OPUS, VP8, RESENT = 111, 96, 97
LEVEL_ID, TIME_ID, TRANSPORT_ID = 1, 2, 3
_CONTROLLING = 0x802A
_CANDIDATE = re.compile(r"^a=candidate:\S+ 1 udp \d+ (\d+\.\d+\.\d+\.\d+) (\d+) typ host", re.I | re.M)
_PROFILE = b"SRTP_AEAD_AES_128_GCM"
_CONNECT_WITHIN = 20.0
_FEEDBACK = ("transport-cc", *answer.FEEDBACK)
_EXTENSIONS = {
    "audio": ((LEVEL_ID, answer.AUDIO_LEVEL), (TRANSPORT_ID, answer.TRANSPORT)),
    "video": ((TIME_ID, answer.ABS_SEND_TIME), (TRANSPORT_ID, answer.TRANSPORT)),
}


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream this client sends: payload type and the ids of its header extensions (0: without)."""

    video: bool
    ssrc: int
    payload_type: int
    level_id: int
    time_id: int
    transport_id: int


@dataclass(slots=True)
class Client:
    """One connection, publishing or subscribing. `close()` frees its socket; the keys die with it."""

    host: str
    certificate: Certificate
    ufrag: str = field(default_factory=lambda: secrets.token_hex(4))
    password: str = field(default_factory=lambda: secrets.token_hex(16))
    keys: Keys | None = None
    remote: tuple[str, int] = ("", 0)
    resent_type: int = RESENT
    streams: list[Stream] = field(default_factory=list)
    udp: socket.socket = field(init=False)
    _handshake: Handshake | None = None
    _silent: bool = False
    _remote_ufrag: str = ""
    _remote_password: str = ""
    _checked: asyncio.Event = field(default_factory=asyncio.Event)
    _done: asyncio.Future[None] = field(init=False)

    def __post_init__(self) -> None:
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.setblocking(False)
        self.udp.bind((self.host, 0))
        self._done = asyncio.get_running_loop().create_future()

    def publishing(self) -> str:
        """An offer that sends one microphone and one camera."""
        sections = []
        for mid, kind in enumerate(("audio", "video")):
            ssrc, repair = random.getrandbits(32), random.getrandbits(32)
            lines = [f"a=ssrc:{ssrc} cname:bench"]
            if kind == "video":
                lines = [f"a=ssrc-group:FID {ssrc} {repair}", *lines, f"a=ssrc:{repair} cname:bench"]
            sections.append(self._section(str(mid), kind, "sendonly", ["a=msid:bench " + kind, *lines]))
            self.streams.append(_stream(kind, ssrc))
        return self._session(sections)

    def subscribing(self, slots: int) -> str:
        """An offer that receives `slots` microphones and as many cameras."""
        kinds = ["audio"] * slots + ["video"] * slots
        sections = [self._section(str(mid), kind, "recvonly", []) for mid, kind in enumerate(kinds)]
        return self._session(sections)

    def answering(self, offer: str) -> str:
        """The answer that receives everything an offer sends."""
        read = sdp.parse(offer)
        accepted = {}
        for section in read.sections:
            found = answer.accept(section, "recvonly", [uri for _, uri in _EXTENSIONS[section.kind]])
            if found:
                accepted[section.mid] = found
                if found.repair:
                    self.resent_type = found.repair.payload_type
        port = self.udp.getsockname()[1]
        fingerprint = self.certificate.fingerprint
        ground = answer.Ground([self.host], port, self.ufrag, self.password, fingerprint, "active", "bench")
        # An agent that checks is no lite one.
        return answer.write(read, accepted, ground).replace("a=ice-lite\r\n", "")

    async def connect(self, description: str) -> None:
        """Check and shake hands with the server of this offer or answer; TimeoutError when it cannot."""
        read, found = sdp.parse(description), _CANDIDATE.search(description)
        if found is None:
            raise ValueError("the server names no address")
        self.remote = (found[1], int(found[2]))
        self._remote_ufrag, self._remote_password = read.ufrag, read.password
        setup = "passive" if read.setup == "active" else "active"
        self._handshake = Handshake(
            self.certificate, setup, read.fingerprints, self._send, self._ready, self._ended
        )
        transport = self._handshake._transport
        transport._srtp_profiles = [p for p in transport._srtp_profiles if p.openssl_profile == _PROFILE]
        loop = asyncio.get_running_loop()
        loop.add_reader(self.udp.fileno(), self._readable)
        try:
            async with asyncio.timeout(_CONNECT_WITHIN):
                await self._check()
                self._handshake.start()
                await self._done
        finally:
            loop.remove_reader(self.udp.fileno())

    def feed(self, datagram: bytes) -> None:
        """A datagram that is neither RTP nor RTCP, from the server."""
        if datagram[0] < 4:
            message = stun.parse(datagram)
            if message is not None and message.kind == stun.REQUEST:
                self._send(stun.answer(message, self.remote, self.password))
            elif message is not None and message.kind == stun.SUCCESS:
                self._checked.set()
        elif 20 <= datagram[0] < 64 and self._handshake is not None:
            self._handshake.feed(datagram)

    async def close(self, goodbye: bool = True) -> None:
        """Tell the server (unless it shall find out by itself) and let go of the socket."""
        self._silent = not goodbye
        if self._handshake is not None:
            await self._handshake.close()
        self.udp.close()

    def _section(self, mid: str, kind: str, direction: str, more: list[str]) -> str:
        payload = f"{VP8} {RESENT}" if kind == "video" else str(OPUS)
        port = self.udp.getsockname()[1]
        lines = [
            f"m={kind} {port} UDP/TLS/RTP/SAVPF {payload}",
            f"c=IN IP4 {self.host}",
            f"a={direction}",
            f"a=mid:{mid}",
            "a=rtcp-mux",
            "a=rtcp-rsize",
            *(f"a=extmap:{number} {uri}" for number, uri in _EXTENSIONS[kind]),
            *_codecs(kind),
            *more,
            f"a=candidate:1 1 udp 2130706431 {self.host} {port} typ host",
            "a=end-of-candidates",
            f"a=ice-ufrag:{self.ufrag}",
            f"a=ice-pwd:{self.password}",
            f"a=fingerprint:sha-256 {self.certificate.fingerprint}",
            "a=setup:actpass",
        ]
        return "\r\n".join(lines)

    def _session(self, sections: list[str]) -> str:
        mids = " ".join(str(number) for number in range(len(sections)))
        head = ["v=0", f"o=- {random.getrandbits(31)} 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
        return "\r\n".join([*head, f"a=group:BUNDLE {mids}", "a=msid-semantic: WMS *", *sections]) + "\r\n"

    async def _check(self) -> None:
        name = f"{self._remote_ufrag}:{self.ufrag}".encode()
        body = (
            stun._attribute(stun._USERNAME, name)
            + stun._attribute(stun._PRIORITY, struct.pack("!L", 0x6E0001FF))
            + stun._attribute(_CONTROLLING, secrets.token_bytes(8))
            + stun._attribute(stun._USE_CANDIDATE, b"")
        )
        while not self._checked.is_set():
            self._send(stun._seal(stun.REQUEST, secrets.token_bytes(12), body, self._remote_password))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._checked.wait(), 0.1)

    def _readable(self) -> None:
        for _ in range(16):
            try:
                datagram = self.udp.recv(2048)
            except OSError:
                return
            if datagram:
                self.feed(datagram)

    def _send(self, data: bytes) -> None:
        if not self._silent:
            with contextlib.suppress(OSError):
                self.udp.sendto(data, self.remote)

    def _ready(self, keys: Keys) -> None:
        self.keys = keys
        if not self._done.done():
            self._done.set_result(None)

    def _ended(self, why: str) -> None:
        if not self._done.done():
            self._done.set_exception(ConnectionError(f"the handshake ended: {why}"))


def _codecs(kind: str) -> list[str]:
    if kind == "audio":
        told = [f"a=rtcp-fb:{OPUS} transport-cc", f"a=fmtp:{OPUS} minptime=10;useinbandfec=1"]
        return [f"a=rtpmap:{OPUS} opus/48000/2", *told]
    lines = [f"a=rtpmap:{VP8} VP8/90000", *(f"a=rtcp-fb:{VP8} {kind}" for kind in _FEEDBACK)]
    return [*lines, f"a=rtpmap:{RESENT} rtx/90000", f"a=fmtp:{RESENT} apt={VP8}"]


def _stream(kind: str, ssrc: int) -> Stream:
    if kind == "video":
        return Stream(True, ssrc, VP8, 0, TIME_ID, TRANSPORT_ID)
    return Stream(False, ssrc, OPUS, LEVEL_ID, 0, TRANSPORT_ID)

"""Tracks and slots on either plane: packets go in by hand, what leaves comes back decrypted."""

import os
import socket
from typing import Any

import pylibsrtp

from media import plane
from media.addresses import Address
from media.aiortc_bridge import Keys
from media.packet import Packet, Track
from media.planes import open_port
from media.port import Port
from media.wire import rtp

CAMERA = Track("anna.camera", "video", "camera", "vp8", 90000)
MICROPHONE = Track("anna.microphone", "audio", "microphone", "opus", 48000)
INBOUND, OUTBOUND = pylibsrtp.Policy.SSRC_ANY_INBOUND, pylibsrtp.Policy.SSRC_ANY_OUTBOUND

Got = tuple[rtp.Header, bytes, bytes]


def session(key: bytes, kind: int) -> pylibsrtp.Session:
    """One direction of an SRTP connection."""
    profile = pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM
    policy = pylibsrtp.Policy(key=key, ssrc_type=kind, srtp_profile=profile)
    policy.allow_repeat_tx = True
    policy.window_size = 1024
    return pylibsrtp.Session(policy)


class Far:
    """The other end of a connection: its socket and its keys."""

    def __init__(self) -> None:
        self.key = os.urandom(28)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self._reads = session(self.key, INBOUND)
        self.writes = session(self.key, OUTBOUND)

    @property
    def address(self) -> Address:
        """Where it is."""
        host, number = self.socket.getsockname()
        return host, number

    def got(self) -> list[Got]:
        """(header, whole packet, payload) of everything that arrived."""
        found: list[Got] = []
        while True:
            try:
                data = self._reads.unprotect(self.socket.recv(2048))
            except BlockingIOError:
                return found
            header = rtp.parse(data)
            assert header is not None
            found.append((header, data, data[slice(*header.payload)]))


class Device:
    """A connection as a plane knows it, established by hand."""

    ufrag, password, remote_ufrag, remote_password = "u", "p", "ru", "rp"
    clock_offset = 0.0

    def __init__(self, port: Port, name: str = "u") -> None:
        self.port, self.ufrag, self.far = port, name, Far()
        self.keys: Keys | None = None
        self.address: Address | None = None
        self.heard, self.refused, self.transport_id, self.dormant = 0.0, 0, 0, False
        self.taken: list[bytes] = []
        self.feedback: list[bytes] = []
        self.key_frames = self.gaps = 0
        port.add(self)

    def stand(self) -> None:
        """Keys are there, and the address is known."""
        self.keys = Keys(session(self.far.key, INBOUND), session(self.far.key, OUTBOUND))
        self.address = self.far.address
        self.port._own(self.address, self)
        self.port.follow(self)

    def take_rtp(self, view: memoryview, size: int, now: float) -> int:
        self.taken.append(bytes(view[:size]))
        return 0

    def take_rtcp(self, data: memoryview, now: float) -> None:
        self.feedback.append(bytes(data))

    def take_dtls(self, datagram: bytes, now: float) -> None:
        self.taken.append(datagram)

    def checked(self, address: Address, nominated: bool, now: float) -> None: ...

    def answered(self, transaction: bytes, address: Address, now: float) -> None: ...

    def ask_key_frame(self, inlet: plane.Inlet) -> None:
        self.key_frames += 1

    def gap_opened(self, inlet: plane.Inlet) -> None:
        self.gaps += 1


class Notebook:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []

    def write(self, packet: Packet) -> None:
        self.packets.append(packet)

    def close(self) -> None: ...


class Bench:
    """A publisher's connection, a subscriber's, and a port of the plane between them."""

    def __init__(self, choice: str) -> None:
        self.port = open_port(choice, "127.0.0.1", 0)
        self.publisher, self.subscriber = Device(self.port, "a"), Device(self.port, "b")
        self.publisher.stand()
        self.subscriber.stand()

    def inlet(self, track: Track, *, kind: int = 96, repair: int = 97, redundant: int = -1) -> plane.Inlet:
        """A track of the publisher, live."""
        found = self.port.inlet(
            track, self.publisher, payload_type=kind, level_id=1, repaired=track.kind == "video"
        )
        found.repair_type, found.redundant_type = repair, redundant
        found.live = True
        return found

    def outlet(self, track: Track, *, repair: int = 107, redundant: int = -1) -> plane.Outlet:
        """A slot of the subscriber."""
        return self.port.outlet(
            "0",
            track.kind,
            self.subscriber,
            payload_types={track.codec: (106, repair)},
            redundant_type=redundant,
            extension=5,
        )

    def bind(self, inlet: plane.Inlet, outlet: plane.Outlet, now: float = 10.0) -> None:
        """The track's packets go to the slot."""
        outlet.bind(inlet, now)
        inlet.outlets = (outlet,)

    def give(self, inlet: plane.Inlet, data: bytes, now: float = 10.0, repair: bool = False) -> int:
        """A decrypted packet as it came."""
        view = memoryview(bytearray(data).ljust(2048, b"\xff"))
        return (inlet.take_repair if repair else inlet.take)(view, len(data), now)

    def close(self) -> None:
        """Let go of everything."""
        self.port.remove(self.publisher)
        self.port.remove(self.subscriber)
        self.port.close()
        for device in (self.publisher, self.subscriber):
            device.far.socket.close()


def seen(inlet: plane.Inlet) -> dict[str, Any]:
    """What a track counted, and what its next report says."""
    counted: dict[str, Any] = inlet.stats()
    return {
        **counted,
        "high": inlet.high,
        "level": inlet.level,
        "latest": inlet.latest,
        "picture": inlet.picture,
    }

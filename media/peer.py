"""One connection of a device, publishing or subscribing: its credentials, keys, address and life."""

import secrets
import time
from typing import Any, Literal, Protocol

from .aiortc_bridge import Certificate, Handshake, Keys
from .port import Address, Port
from .quality import Tally
from .wire import rtcp, stun
from .wire.answer import Ground
from .wire.sdp import Offer

Why = Literal["silent", "closed", "failed"]

PROBED, PROBED_SOON = 4.0, 1.0
"""Seconds between two probes, and when a peer is quiet or its round trip is what repair waits for."""
QUIET = 1.5
"""Seconds of silence after which a peer is probed."""
SILENT_AFTER = 5.0
"""Seconds of silence after which a peer is lost."""
GONE_AFTER = 60.0
"""Seconds a lost peer may take to come back on the same keys."""
CONNECT_WITHIN = 30.0
MOVED_AFTER = 1.0
"""Seconds the old address has to answer when checks come from a new one."""
_ADDRESSES = 8


class Owner(Protocol):
    """What a connection tells the room it is in."""

    def up(self, peer: "Peer") -> None:
        """Keys are there, or packets come again after a loss."""

    def lost(self, peer: "Peer", why: Why) -> None:
        """Silent for long, closed by the other end, or never established."""


class Peer:
    """What publishing and subscribing have in common. `close()` is idempotent."""

    plane: Literal["publish", "subscribe", "screen"]

    def __init__(
        self, port: Port, certificate: Certificate, offer: Offer, owner: Owner, participant: str, id: str
    ) -> None:
        self.id, self.participant, self.port, self._owner = id, participant, port, owner
        self.ufrag, self.password = secrets.token_hex(4), secrets.token_hex(16)
        self.remote_ufrag, self.remote_password = offer.ufrag, offer.password
        self.cname = secrets.token_hex(8)
        self.transport_id = 0
        # Set by `_settle` alone, lest the plane does not follow; read for every packet.
        self.keys: Keys | None = None
        self.address: Address | None = None
        self.heard = self.born = time.time()
        self.stood = False
        """Whether it was ever up."""
        self.state: Literal["new", "up", "lost", "closed"] = "new"
        self.rtt = 0.1
        self.hurried = 0.0
        """Until when the round trip has to be known closely."""
        self.refused = self.malformed = 0
        self._addresses: list[Address] = []
        self._probes: dict[bytes, float] = {}
        self._probed = 0.0
        self._tie_breaker = secrets.randbits(64)
        self._parked: Address | None = None
        self._rival: tuple[Address, float] | None = None
        self.setup = "active" if offer.setup == "passive" else "passive"
        self._fingerprint = certificate.fingerprint
        self._handshake = Handshake(
            certificate, self.setup, offer.fingerprints, self._send_datagram, self._ready, self._ended
        )
        port.add(self)

    def ground(self, addresses: list[str]) -> Ground:
        """What the answer says about this end."""
        number, print_ = self.port.number, self._fingerprint
        return Ground(addresses, number, self.ufrag, self.password, print_, self.setup, self.cname)

    @property
    def dormant(self) -> bool:
        """Whether any packet of it is news."""
        return self.state != "up"

    def _settle(self, address: Address | None, keys: Keys | None) -> None:
        self.address, self.keys = address, keys
        self.port.follow(self)

    # ---- from the port

    def checked(self, address: Address, nominated: bool, now: float) -> None:
        """An authenticated check: the client lives at this address."""
        if self.address is None and self._parked is not None:
            self._parked = address
        self._alive(now)
        if address not in self._addresses:
            self._addresses.append(address)
            if len(self._addresses) > _ADDRESSES:
                oldest = next(a for a in self._addresses if a != self.address)
                self._addresses.remove(oldest)
                self.port.forget(oldest)
        if self.address is None or nominated:
            self._rival = None
            self._settle(address, self.keys)
        elif address != self.address and self._rival is None:
            # Another path of the client, or its only one since its network changed: the old one must answer.
            self._rival = (address, now)
            self._probe(now)
        elif address == self.address:
            self._rival = None
        self._handshake.start()

    def answered(self, transaction: bytes, address: Address, now: float) -> None:
        """Our probe was answered."""
        sent = self._probes.pop(transaction, None)
        if sent is not None:
            if address == self.address:
                self._rival = None
            # What is asked for too early is asked for in vain: a longer trip is believed sooner.
            trip = now - sent
            self.rtt += (trip - self.rtt) / (2 if trip > self.rtt else 4)
            self._alive(now)

    def take_dtls(self, datagram: bytes, now: float) -> None:
        """Handshake, or the other end's goodbye."""
        self._handshake.feed(datagram)

    def take_rtp(self, view: memoryview, size: int, now: float) -> int:
        """Subscribers send no RTP; publishers override this."""
        self.malformed += 1
        return 0

    def take_rtcp(self, data: memoryview, now: float) -> None:
        """Read feedback."""
        messages = rtcp.parse(data)
        if messages is None:
            self.malformed += 1
            return
        self._alive(now)
        for message in messages:
            self.hear(message, now)

    def hear(self, message: rtcp.Message, now: float) -> None:
        """One RTCP message from the other end."""

    def tally(self) -> Tally:
        """What came and was lost since this was last asked."""
        return Tally()

    def stats(self) -> dict[str, Any]:
        """What a kind of connection adds to its row in the room's stats."""
        return {}

    # ---- sending

    def send_rtcp(self, data: bytes) -> None:
        """Protect and send one compound packet."""
        if data:
            self.port.send_rtcp(self, data)

    def _send_datagram(self, data: bytes) -> None:
        address = self.address or self._parked
        if address is not None:
            self.port.send(data, address)

    # ---- life

    def watch(self, now: float) -> None:
        """Called a few times a second: probes the quiet, gives up the silent."""
        self.port.refresh(self)
        quiet = now - self.heard
        if self.state == "new":
            if now - self.born > CONNECT_WITHIN:
                self._ended("failed")
            return
        if self._rival is not None and now - self._rival[1] > MOVED_AFTER:
            address, self._rival = self._rival[0], None
            self._settle(address, self.keys)
        if now - self._probed >= (PROBED_SOON if quiet > QUIET or now < self.hurried else PROBED):
            self._probe(now)
        if self.state == "up" and quiet > SILENT_AFTER:
            self.state = "lost"
            # Who does not answer no longer consents to receive (RFC 7675).
            self._parked = self.address
            self._settle(None, self.keys)
            self._owner.lost(self, "silent")
        elif self.state == "lost" and quiet > GONE_AFTER:
            self._ended("silent")

    def _probe(self, now: float) -> None:
        self._probed = now
        if len(self._probes) > 8:
            self._probes.clear()
        transaction = secrets.token_bytes(12)
        self._probes[transaction] = now
        name = f"{self.remote_ufrag}:{self.ufrag}"
        self._send_datagram(stun.probe(transaction, name, self.remote_password, self._tie_breaker))

    def _alive(self, now: float) -> None:
        self.heard = now
        if self.state == "lost":
            self.state = "up"
            self._settle(self.address or self._parked, self.keys)
            self._owner.up(self)

    def _ready(self, keys: Keys) -> None:
        self.heard = time.time()
        self.state = "up"
        self._settle(self.address, keys)
        self._owner.up(self)

    def _ended(self, why: str) -> None:
        if self.state != "closed":
            self.state = "closed"
            self._owner.lost(self, "silent" if why == "silent" else "closed" if why == "closed" else "failed")

    def detach(self) -> None:
        """Take and send no packet more, at once: the goodbye takes a moment, and packets still come."""
        self.state = "closed"
        self.port.remove(self)
        self.keys = None

    def dissolve(self) -> None:
        """Let go of what points back here: memory must not wait for a full collection, which never comes."""

    async def close(self) -> None:
        """End the connection without telling the owner."""
        self.detach()
        await self._handshake.close()
        self.dissolve()

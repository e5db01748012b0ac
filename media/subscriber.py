"""The subscribing connection of a device: fixed slots, and what the receiver says about them."""

from collections.abc import Sequence
from typing import Any

from .addresses import Address
from .aiortc_bridge import Certificate
from .allocator import Allocator, Downlink
from .feedback import round_trip
from .peer import Owner, Peer
from .plane import Outlet
from .port import Port
from .quality import Tally
from .resending import Resending
from .wire import answer, rtcp
from .wire.answer import Accepted
from .wire.sdp import Offer

_EXTENSION = {"audio": answer.AUDIO_LEVEL, "video": answer.ABS_SEND_TIME}
_COMPOUND = 1100
_WINDOW, _TELLING = 0.9, 40
"""What a line loses is judged over so many seconds and at least so many packets."""
_RECENT, _LONG_AGO = 2.5, 12.0
"""A report about more seconds than the first says nothing about now, beside those about pictures; one about
more than the second nothing at all."""


def choose(offer: Offer, order: Sequence[str] = answer.VIDEO) -> dict[str, Accepted]:
    """Every section that wants to receive and has our codec is a slot: mid → what is accepted of it."""
    taken = {}
    for section in offer.sections:
        if section.mid in offer.bundle and section.direction in ("recvonly", "sendrecv"):
            found = answer.accept(section, "sendonly", (_EXTENSION.get(section.kind, ""),), order)
            if found:
                taken[section.mid] = found
    if not taken:
        raise ValueError("the offer receives nothing that can be sent (Opus, VP8 or H.264)")
    return taken


class Subscriber(Peer):
    """One subscribing connection."""

    plane = "subscribe"

    def __init__(
        self,
        port: Port,
        certificate: Certificate,
        offer: Offer,
        owner: Owner,
        participant: str,
        id: str,
        order: Sequence[str] = answer.VIDEO,
    ) -> None:
        self.accepted = choose(offer, order)
        super().__init__(port, certificate, offer, owner, participant, id)
        self.outlets = [self._outlet(mid, accepted) for mid, accepted in self.accepted.items()]
        known = {codec for outlet in self.outlets for codec in outlet.payload_types}
        lines = [(outlet.kind, outlet.payload_types) for outlet in self.outlets]
        self.codecs = frozenset(
            codec
            for codec in known
            if all(codec in types for kind, types in lines if (kind == "audio") == (codec == "opus"))
        )
        """What it can decode in whichever slot."""
        self._by_ssrc = {outlet.ssrc: outlet for outlet in self.outlets}
        self.line, self.allocator = Downlink(), Allocator()
        self.rate = 0.0
        """What it gets now, bit/s, smoothed."""
        self._octets = 0
        self._tally, self._recent = Tally(), Tally()
        self._since = float("inf")
        """Of when the reports tell that were not yet judged."""
        self._resending = Resending()
        self._way: Address | None = None
        """Where it was when its round trips were last compared."""

    def _outlet(self, mid: str, accepted: Accepted) -> Outlet:
        kind = accepted.section.kind
        outlet = self.port.outlet(
            mid,
            kind,
            self,
            payload_types={
                codec.name: (codec.payload_type, repair.payload_type if repair else -1)
                for codec, repair in ((accepted.codec, accepted.repair), *accepted.others)
            },
            redundant_type=accepted.redundancy.payload_type if accepted.redundancy else -1,
            extension=accepted.extensions.get(_EXTENSION[kind], 0),
        )
        accepted.ssrc, accepted.repair_ssrc = outlet.ssrc, outlet.repair_ssrc
        return outlet

    def hear(self, message: rtcp.Message, now: float) -> None:
        """Loss, missing packets, wanted key frames, estimates."""
        if isinstance(message, rtcp.Nack):
            outlet = self._by_ssrc.get(message.ssrc)
            if outlet is not None:
                before, line = outlet.resent, self.line
                bears = max(line.bears, line.got) if line.pressed(now) else None
                chosen = self._resending.choose(message.ssrc, message.lost, self.rtt, bears, now)
                outlet.resend(chosen, now)
                self.port.counters.nacks_in += len(message.lost)
                self.port.counters.resent += outlet.resent - before
        elif isinstance(message, rtcp.KeyFrameRequest):
            outlet = self._by_ssrc.get(message.ssrc)
            if outlet is not None and outlet.inlet is not None and not outlet.paused:
                self.port.counters.key_frames_in += 1
                (outlet.next or outlet.inlet).want_key_frame(now)
        elif isinstance(message, rtcp.Estimate):
            self.line.hear_estimate(message.bitrate, now)
        elif isinstance(message, rtcp.Reports):
            self._reported(message, now)

    def _reported(self, message: rtcp.Reports, now: float) -> None:
        seen, trips = Tally(), []
        for block in message.blocks:
            outlet = self._by_ssrc.get(block.ssrc)
            if outlet is not None:
                told = Tally()
                outlet.heard(block, told, now, self.allocator.flooded(now))
                seen.add(told.expected, told.lost, told.jitter)
                self._gather(outlet, told, now)
                trip = round_trip(block, now)
                if trip is not None and not outlet.paused:
                    trips.append(trip)
                    self.rtt += (min(trip, 2.0) - self.rtt) / 4
        if trips:
            self._compare(min(trips), now)
        self._tally.add(seen.expected, seen.lost, seen.jitter)
        # A report may be about a dozen packets: one of them lost says nothing.
        if now - self._since >= _WINDOW and self._recent.expected >= _TELLING:
            recent, since = self._recent, self._since
            self._recent, self._since = Tally(), float("inf")
            got = sum(one.through for one in self.outlets if one.source is not None and not one.paused)
            self.line.hear_loss(min(max(recent.lost / recent.expected, 0.0), 1.0), got, since, now)

    def _gather(self, outlet: Outlet, told: Tally, now: float) -> None:
        # Browsers tell of voices every five seconds: of what was lost long ago a line is not judged today.
        moving = any(
            one.kind == "video" and one.source is not None and not one.paused for one in self.outlets
        )
        if outlet.span <= _RECENT or (not moving and outlet.span < _LONG_AGO):
            self._recent.add(told.expected, told.lost)
            self._since = min(self._since, now - outlet.span)

    def _compare(self, trip: float, now: float) -> None:
        if self.address != self._way:
            self._way = self.address
            self.line.queue.restart()
        self.line.hear_trip(trip, sum(outlet.rate_now for outlet in self.outlets), now)

    def stats(self) -> dict[str, Any]:
        """What went out, what had to be sent again, how the receiver fares."""
        return {
            "packets": sum(outlet.packets for outlet in self.outlets),
            "resent": sum(outlet.resent for outlet in self.outlets),
            "loss": round(max((outlet.loss for outlet in self.outlets), default=0.0), 3),
            "rate": round(self.rate),
            "estimate": self.line.bears,
            "paused": sum(outlet.paused for outlet in self.outlets),
            "slots": [
                {
                    "mid": outlet.mid,
                    "track": outlet.source.track.id,
                    "layer": outlet.inlet.rid if outlet.inlet is not None else "",
                    "paused": outlet.paused,
                }
                for outlet in self.outlets
                if outlet.source is not None
            ],
        }

    def tally(self) -> Tally:
        """What the receiver reported since this was last asked."""
        tally, self._tally = self._tally, Tally()
        return tally

    def dissolve(self) -> None:
        """The slots know their connection: it forgets them."""
        self.outlets.clear()
        self._by_ssrc.clear()

    def park(self, now: float) -> None:
        """The receiver is silent: every slot starts afresh when it comes back."""
        for outlet in self.outlets:
            outlet.park(now)

    def report(self, now: float) -> None:
        """Once a second: sender reports of all slots in use."""
        data = b""
        for outlet in self.outlets:
            part = outlet.report(now, self.cname)
            if len(data) + len(part) > _COMPOUND:
                self.send_rtcp(data)
                data = b""
            data += part
        self.send_rtcp(data)
        octets = sum(outlet.octets for outlet in self.outlets)
        self.rate = max((octets - self._octets) * 8.0, self.rate * 0.8)
        self._octets = octets

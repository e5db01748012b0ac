"""The publishing connection of a device: its tracks arrive here and are repaired and reported on."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol

from .agreement import outdated
from .aiortc_bridge import Certificate
from .arrivals import Arrivals
from .packet import Track
from .peer import Owner, Peer
from .plane import Inlet
from .port import Port
from .quality import Tally
from .source import Source
from .wire import answer, rtcp, rtp
from .wire.answer import Accepted
from .wire.sdp import Offer, Section

_EXTENSIONS = {
    "audio": (answer.AUDIO_LEVEL, answer.MID, answer.TRANSPORT),
    "video": (answer.MID, answer.TRANSPORT, answer.RID, answer.REPAIRED_RID),
}
_UNKNOWN_SSRCS = 64
_ABANDONED = 2.0
"""Seconds of silence after which another stream may take over the name of a layer."""


class Studio(Owner, Protocol):
    """What a publishing connection tells the room it is in."""

    def live(self, inlet: Inlet) -> None:
        """The first packet of a track came."""

    def gap_opened(self, inlet: Inlet) -> None:
        """A track misses packets."""

    def clocked(self, inlet: Inlet, ntp: float, timestamp: int, arrival: float) -> None:
        """A sender report of a track came."""

    def ended(self, inlet: Inlet) -> None:
        """The sender said goodbye to this track."""


def choose(
    offer: Offer, plane: str = "publish", order: Sequence[str] = answer.VIDEO
) -> dict[str, tuple[str, Accepted]]:
    """Which section brings which source: mid → (source, what is accepted of it).

    The first audio is the microphone, the first video the camera; a video whose stream is named "screen", or
    a second one, is the screen. Whatever else is offered is rejected. On the plane `screen` the first video
    is the screen, and nothing else is taken. `order`: the video codecs, most wanted first.
    """
    taken: dict[str, tuple[str, Accepted]] = {}
    sources: set[str] = set()
    for section in offer.sections:
        if section.mid not in offer.bundle or section.direction in ("recvonly",):
            continue
        source = _screen(section, sources) if plane == "screen" else _source(section, sources)
        found = source and answer.accept(
            section,
            "inactive" if section.direction == "inactive" else "recvonly",
            _EXTENSIONS.get(section.kind, ()),
            order,
        )
        if source and found:
            sources.add(source)
            taken[section.mid] = (source, found)
    if not any(accepted.direction == "recvonly" for _, accepted in taken.values()):
        raise ValueError("the offer sends nothing that can be taken (Opus, VP8 or H.264)")
    return taken


def _screen(section: Section, taken: set[str]) -> str:
    return "screen" if section.kind == "video" and not taken else ""


def _source(section: Section, taken: set[str]) -> str:
    if section.kind == "audio":
        return "microphone" if "microphone" not in taken else ""
    if section.kind != "video":
        return ""
    wanted = ("screen",) if "screen" in section.stream else ("camera", "screen")
    return next((source for source in wanted if source not in taken), "")


class Publisher(Peer):
    """One publishing connection."""

    def __init__(
        self,
        port: Port,
        certificate: Certificate,
        offer: Offer,
        owner: Studio,
        participant: str,
        id: str,
        plane: Literal["publish", "screen"] = "publish",
        order: Sequence[str] = answer.VIDEO,
    ) -> None:
        chosen = choose(offer, plane, order)
        self.plane = plane
        super().__init__(port, certificate, offer, owner, participant, id)
        self._studio = owner
        self.accepted = {mid: accepted for mid, (_, accepted) in chosen.items()}
        self.clock_offset = 0.0
        self._clock_known = False
        self.sources: list[Source] = []
        self.inlets: list[Inlet] = []
        """The streams of all sources."""
        self._choices: list[tuple[str, list[str]]] = []
        self.renewing = False
        """It was asked to connect anew."""
        self._by_ssrc: dict[int, tuple[Inlet, bool]] = {}
        self._by_mid: dict[bytes, Source] = {}
        self._mid_ids = self._numbers(answer.MID)
        self._rid_ids = self._numbers(answer.RID), self._numbers(answer.REPAIRED_RID)
        self._unknown: set[int] = set()
        self._reported: list[Inlet] = []
        self.arrivals = Arrivals()
        numbers = {a.extensions.get(answer.TRANSPORT, 0) for a in self.accepted.values()} - {0}
        # One number counts the packets of all streams: it has the same id everywhere in a bundle.
        self.transport_id = numbers.pop() if len(numbers) == 1 else 0
        for mid, (source, accepted) in chosen.items():
            self._expect(mid, source, accepted, order)

    def _expect(self, mid: str, name: str, accepted: Accepted, order: Sequence[str]) -> None:
        section, video = accepted.section, accepted.section.kind == "video"
        codec: Literal["vp8", "h264"] = "h264" if accepted.codec.name == "h264" else "vp8"
        track = Track(
            f"{self.participant}.{name}",
            "video" if video else "audio",
            name,
            codec if video else "opus",
            90000 if video else 48000,
        )
        if video:
            self._choices.append((codec, [one.name for one in answer.codecs(section, order)]))
        source = Source(track, [self._inlet(track, accepted, rid) for rid in accepted.rids or [""]])
        self.sources.append(source)
        self.inlets += source.layers
        self._by_mid[mid.encode()] = source
        if section.ssrcs and not source.layered:
            (inlet,) = source.layers
            self._adopt(inlet, section.ssrcs[0])
            repair = section.pairs.get(inlet.ssrc)
            if repair is not None and accepted.repair:
                self._adopt_repair(inlet, repair)

    def _inlet(self, track: Track, accepted: Accepted, rid: str) -> Inlet:
        inlet = self.port.inlet(
            track,
            self,
            payload_type=accepted.codec.payload_type,
            level_id=accepted.extensions.get(answer.AUDIO_LEVEL, 0),
            repaired=track.kind == "video",
        )
        inlet.rid = rid
        inlet.repair_type = accepted.repair.payload_type if accepted.repair else -1
        inlet.redundant_type = accepted.redundancy.payload_type if accepted.redundancy else -1
        return inlet

    def _numbers(self, uri: str) -> set[int]:
        return {a.extensions[uri] for a in self.accepted.values() if uri in a.extensions}

    def _adopt(self, inlet: Inlet, ssrc: int) -> None:
        inlet.ssrc = ssrc
        self._by_ssrc[ssrc] = (inlet, False)
        self.port.assign(self, ssrc, inlet, False)

    def _adopt_repair(self, inlet: Inlet, ssrc: int) -> None:
        inlet.repair_ssrc = ssrc
        self._by_ssrc[ssrc] = (inlet, True)
        self.port.assign(self, ssrc, inlet, True)

    def take_rtp(self, view: memoryview, size: int, now: float) -> int:
        """Send one decrypted packet on its way."""
        self.heard = now
        if self.transport_id:
            sequence = rtp.short_element(view, size, self.transport_id)
            if sequence >= 0:
                self.arrivals.note(sequence, now)
        known = self._by_ssrc.get(int.from_bytes(view[8:12], "big"))
        if known is None:
            known = self._introduce(view, size, now)
            if known is None:
                return 0
        if self.state != "up":
            self._alive(now)
        inlet, repair = known
        if not inlet.live and not repair:
            inlet.heard_at = now
            self._studio.live(inlet)
        return inlet.take_repair(view, size, now) if repair else inlet.take(view, size, now)

    def _introduce(self, view: memoryview, size: int, now: float) -> tuple[Inlet, bool] | None:
        """A stream the offer did not name: known by its MID, else by a payload type of one section only.

        A payload type alone never takes over a track whose stream is known. A layer of a track is known by
        its own name (RFC 8852), and nobody takes over the name of one that flows.
        """
        header = rtp.parse(view[:size])
        if header is None or header.ssrc in self._unknown or len(self._unknown) >= _UNKNOWN_SSRCS:
            self.malformed += 1
            return None
        inlet = self._named(view, header)
        if inlet is None:
            self._unknown.add(header.ssrc)
            self.malformed += 1
            return None
        repair = header.payload_type == inlet.repair_type
        known = inlet.repair_ssrc if repair else inlet.ssrc
        if inlet.rid and known and now - inlet.heard_at < _ABANDONED:
            self.malformed += 1
            return None
        self._by_ssrc.pop(known, None)
        if repair:
            self._adopt_repair(inlet, header.ssrc)
        else:
            inlet.renew()
            self._adopt(inlet, header.ssrc)
        return self._by_ssrc[header.ssrc]

    def _named(self, view: memoryview, header: rtp.Header) -> Inlet | None:
        """The one inlet an unknown stream says it is for; None if it says nothing or too much."""
        kind = header.payload_type
        mids = (rtp.element(view, header.extension, number) for number in self._mid_ids)
        named = [self._by_mid[mid] for mid in mids if mid in self._by_mid]
        layers = [
            inlet
            for repair, numbers in enumerate(self._rid_ids)
            for rid in (rtp.element(view, header.extension, number) for number in numbers)
            for source in named or self.sources
            for inlet in source.layers
            if inlet.rid.encode() == rid and kind == (inlet.repair_type if repair else inlet.payload_type)
        ]
        plain = [source.layers[0] for source in named if not source.layered]
        found = [i for i in plain if kind in (i.payload_type, i.repair_type)] or [
            inlet
            for inlet in self.inlets
            if not inlet.rid
            and not any(source.layered for source in named)
            and (
                (kind == inlet.payload_type and not inlet.ssrc)
                or (kind == inlet.repair_type and not inlet.repair_ssrc)
            )
        ]
        candidates = layers or found
        return candidates[0] if len(candidates) == 1 else None

    def outdated(self, viewers: list[frozenset[str]]) -> bool:
        """Whether it had better connect anew and send a codec that more of them can decode; said once."""
        told, self.renewing = (
            self.renewing,
            any(outdated(codec, offered, viewers) for codec, offered in self._choices),
        )
        return self.renewing and not told

    def hear(self, message: rtcp.Message, now: float) -> None:
        """Sender reports and goodbyes."""
        if isinstance(message, rtcp.SenderReport):
            known = self._by_ssrc.get(message.ssrc)
            if known is None or known[1]:
                return
            offset = now - message.ntp
            if not self._clock_known or abs(offset - self.clock_offset) > 1.0 or offset < self.clock_offset:
                self.clock_offset, self._clock_known = offset, True
            known[0].reception.clock = (message, now)
            self._studio.clocked(known[0], message.ntp, message.timestamp, now)
        elif isinstance(message, rtcp.Bye):
            for ssrc in message.ssrcs:
                known = self._by_ssrc.get(ssrc)
                if known is not None and not known[1]:
                    self._studio.ended(known[0])

    def ask_key_frame(self, inlet: Inlet) -> None:
        """Send a picture loss indication."""
        self.port.counters.key_frames_out += 1
        self.send_rtcp(rtcp.receiver_report(1, []) + rtcp.picture_loss(1, inlet.ssrc))

    def gap_opened(self, inlet: Inlet) -> None:
        """Pass on: the room's timer asks for what is missing."""
        self._studio.gap_opened(inlet)

    def repair(self, inlet: Inlet, now: float) -> None:
        """Ask for what one track misses and is due."""
        ask, lost = inlet.gaps.due(now, self.rtt)
        if ask:
            self.hurried = now + 2.0
            self.port.counters.nacks_out += len(ask)
            self.send_rtcp(rtcp.receiver_report(1, []) + rtcp.nack(1, inlet.ssrc, ask))
        if lost:
            inlet.want_key_frame(now)

    def report(self, now: float, allowed: Iterable[tuple[Source, int]]) -> None:
        """Once a second: how its packets arrive, and how much each video may send with all its layers."""
        live = [inlet for inlet in self.inlets if inlet.packets]
        self._reported = live
        blocks = [inlet.reception.block(inlet.ssrc, inlet.high, now) for inlet in live]
        data = rtcp.receiver_report(1, blocks)
        videos = list(allowed)
        if videos:
            # A sender heeds the last estimate for all it sends: one for all of them.
            ssrcs = [layer.ssrc for source, _ in videos for layer in source.layers if layer.ssrc]
            data += rtcp.estimate(1, sum(bitrate for _, bitrate in videos), ssrcs)
        self.send_rtcp(data)

    def tally(self) -> Tally:
        """What the last report said; a report is counted once."""
        tally = Tally()
        for inlet in self._reported:
            jitter = 0.0 if inlet.video or not inlet.live else inlet.reception.jitter
            tally.add(*inlet.reception.interval, jitter)
        self._reported = []
        return tally

    def _tell_arrivals(self, now: float) -> None:
        whole = not any(inlet.gaps for inlet in self.inlets)
        if not self.arrivals.due(now, whole=whole):
            return
        self.arrivals.note_all(*self.port.arrivals(self))
        ssrc = next((inlet.ssrc for inlet in self.inlets if inlet.packets), 0)
        for data in self.arrivals.feedback(1, ssrc, now, whole=whole):
            self.send_rtcp(data)

    def stats(self) -> dict[str, Any]:
        """How often it was told when its packets came; 0 for a sender that is told REMB only."""
        return {"arrivals_told": self.arrivals.sent}

    def dissolve(self) -> None:
        """The streams know their connection: it forgets them."""
        for source in self.sources:
            source.dissolve()
        self.sources.clear()
        self.inlets.clear()
        self._by_ssrc.clear()
        self._by_mid.clear()
        self._reported.clear()

    def watch(self, now: float) -> None:
        """Ten times a second: tells what arrived when it is due, asks for the key frames still owed."""
        super().watch(now)
        if self.transport_id:
            self._tell_arrivals(now)
        for inlet in self.inlets:
            if inlet.packets and inlet.key_frames.again(now):
                self.ask_key_frame(inlet)

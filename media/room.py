"""One room of the worker: its connections, its router, its guests, and what is told about it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from .agreement import ranked
from .aiortc_bridge import Certificate
from .allotment import Allotment
from .assessor import Assessor
from .guests import RecorderFactory
from .loudness import Loudness
from .peer import Peer, Why
from .plane import Inlet
from .port import Port
from .publisher import Publisher
from .router import Listener, Router, describe, read_routes
from .seats import Seats
from .source import Source
from .subscriber import Subscriber
from .succession import Successions
from .tap import Tap
from .wire import answer, sdp

Emit = Callable[[dict[str, Any]], None]
_JUST = 0.06
"""Seconds after which the level of somebody's last packet says nothing any more."""
_SHARES, _AT_ONCE = 8, 2
"""Over how many watches a second's reports are spread, and how many one watch sends at least."""
PLANES = ("publish", "subscribe", "screen")


class Room:
    """The live connections of one sitting. Implements what publishers and subscribers tell their room."""

    def __init__(
        self,
        id: str,
        epoch: int,
        port: Port,
        certificate: Certificate,
        addresses: list[str],
        bitrate: tuple[int, int],
        emit: Emit,
        tap: Tap | None,
        codecs: Sequence[str] = answer.VIDEO,
    ) -> None:
        self.id, self.epoch, self._port, self._certificate = id, epoch, port, certificate
        self._addresses, self._emit, self._codecs = addresses, emit, codecs
        self.router, self.loudness = Router(), Loudness()
        self.seats = Seats(id, self._tell, tap, self.want_key_frame)
        self.peers: dict[tuple[str, str, str], Peer] = {}
        self._listeners: dict[Subscriber, Listener] = {}
        self.allotment = Allotment(self.router, self._listeners, bitrate)
        self.gappy: set[Inlet] = set()
        self._live: set[Inlet] = set()
        self._loop = asyncio.get_running_loop()
        self._closing: set[asyncio.Task[None]] = set()
        self._assessor = Assessor()
        self._successions = Successions(self._dismiss)
        self._next_report = 0.0
        self._owed: list[Peer] = []
        """Whose report of this second is still to come."""
        self._observers: frozenset[str] = frozenset()

    # ---- calls

    def route(self, table: dict[str, Any]) -> None:
        """Put a whole new route table in force, at once."""
        revision, routes = read_routes(table)
        self._observers = frozenset(table.get("observers", ()))
        for listener in self.router.listeners:
            listener.observer = listener.participant in self._observers
        # What came under the old table still goes where that one said.
        self._port.tick()
        if self.router.replace(revision, routes, time.time(), table.get("presiding", ())):
            self._moved()
            self.seats.arrange(self.router)

    def publish(self, participant: str, peer: str, offer: str, screen: bool = False) -> str:
        """Accept a publishing connection; it replaces an older one of the same device and kind.

        `screen`: it brings a screen, beside the one that brings microphone and camera. ValueError when the
        offer is unfit, or who offers only watches.
        """
        if participant in self._observers:
            raise ValueError("observers publish nothing")
        read = sdp.parse(offer)
        plane: Literal["publish", "screen"] = "screen" if screen else "publish"
        order = ranked(self._codecs, self.router.viewers(participant))
        publisher = Publisher(self._port, self._certificate, read, self, participant, peer, plane, order)
        self._replace(publisher)
        return answer.write(read, publisher.accepted, publisher.ground(self._addresses))

    def subscribe(self, participant: str, peer: str, offer: str) -> tuple[str, list[dict[str, str]]]:
        """Accept a subscribing connection; it replaces an older one of the same device."""
        read = sdp.parse(offer)
        subscriber = Subscriber(self._port, self._certificate, read, self, participant, peer, self._codecs)
        self._replace(subscriber)
        listener = Listener(participant, subscriber.outlets, codecs=subscriber.codecs)
        listener.observer = participant in self._observers
        self._listeners[subscriber] = listener
        self.router.subscribe(listener, time.time())
        listener.changed = False
        self._moved()
        self._agree()
        text = answer.write(read, subscriber.accepted, subscriber.ground(self._addresses))
        return text, describe(subscriber.outlets)

    def view(
        self,
        participant: str,
        peer: str,
        first: Sequence[str],
        most: int | None,
        sizes: Mapping[str, tuple[int, int]],
        hidden: bool,
    ) -> None:
        """Whose pictures a device wants to see first, how many it shows at most, and how large; `hidden`:
        none is looked at."""
        now = time.time()
        for subscriber, listener in self._listeners.items():
            if (subscriber.participant, subscriber.id) == (participant, peer):
                listener.tiles.hear(sizes, hidden)
                self.router.view(listener, first, most, now)
                self.allotment.seat(subscriber, now)
        self._moved()

    async def drop(self, participant: str, peer: str, only: str = "") -> None:
        """End all connections of a device, or only the one of a plane."""
        self._port.tick()
        keys = [(participant, peer, plane) for plane in PLANES if only in ("", plane)]
        found = [self.peers.pop(key) for key in keys if key in self.peers]
        for one in found:
            self._leave(one)
        await asyncio.gather(*(one.close() for one in found))

    def begin_recording(self, factory: RecorderFactory | None, zero_ms: int, folder: str) -> None:
        """Media time starts at `zero_ms`; from now on tracks whose route says so are recorded."""
        self.seats.begin(factory, Path(folder), zero_ms, self.epoch)
        self.seats.arrange(self.router)

    async def end_recording(self) -> None:
        """Every file is flushed and closed when this returns."""
        self._port.tick()
        await self.seats.end()

    async def close(self) -> None:
        """End every connection and every guest's visit."""
        peers, self.peers = list(self.peers.values()), {}
        for peer in peers:
            self._leave(peer)
        await asyncio.gather(*(peer.close() for peer in peers))
        if self._closing:
            await asyncio.wait(self._closing)
        await self.seats.end()

    # ---- what connections tell

    def up(self, peer: Peer) -> None:
        """A connection stands, or stands again."""
        told: dict[str, Any] = {"participant": peer.participant, "peer": peer.id, "plane": peer.plane}
        if not peer.stood:
            peer.stood, told["after_ms"] = True, round((time.time() - peer.born) * 1000)
        self._tell({"type": "peer_up", **told})
        if isinstance(peer, Subscriber):
            for outlet in peer.outlets:
                if outlet.inlet is not None and not outlet.paused:
                    outlet.inlet.want_key_frame(time.time())

    def lost(self, peer: Peer, why: Why) -> None:
        """A connection is silent or over; a silent one may come back on the same keys for a while."""
        key = (peer.participant, peer.id, peer.plane)
        current = self.peers.get(key) is peer
        if peer.state == "closed":
            if current:
                del self.peers[key]
            self._leave(peer)
            self._close_soon(peer)
        elif isinstance(peer, Publisher):
            self._unpublish(peer)
        elif isinstance(peer, Subscriber):
            peer.park(time.time())
        if current:
            told = {"participant": peer.participant, "peer": peer.id, "plane": peer.plane, "why": why}
            self._tell({"type": "peer_lost", **told, "gone": peer.state == "closed"})

    def live(self, inlet: Inlet) -> None:
        """The first packet of a stream, before it goes anywhere."""
        inlet.live = True
        self._live.add(inlet)
        source, track = inlet.source, inlet.track
        older = self.router.sources.get(track.id)
        if older is source:
            return
        if isinstance(older, Source):
            self.seats.leave(older, "codec")
        self.router.publish(source, time.time())
        self._tell(
            {
                "type": "track_started",
                "participant": track.participant,
                "source": track.source,
                "codec": track.codec,
            }
        )
        self._moved()
        self.seats.arrange(self.router)
        if isinstance(inlet.upstream, Publisher):
            self._successions.flows(inlet.upstream, self.router.sources)

    def ended(self, inlet: Inlet) -> None:
        """A stream is over; another packet of it would start it again. A track ends with its last one."""
        if not inlet.live:
            return
        inlet.live = False
        self._live.discard(inlet)
        self.gappy.discard(inlet)
        source, track = inlet.source, inlet.track
        if not source.live and self.router.unpublish(source, time.time()):
            self.seats.leave(source, "offline")
            self._tell({"type": "track_ended", "participant": track.participant, "source": track.source})
            self._moved()

    def gap_opened(self, inlet: Inlet) -> None:
        """A track misses packets: the timer will ask for them."""
        self.gappy.add(inlet)

    def clocked(self, inlet: Inlet, ntp: float, timestamp: int, arrival: float) -> None:
        """A sender report of a track."""
        inlet.source.clocked(inlet, ntp, timestamp, arrival)

    def want_key_frame(self, track: str) -> None:
        """A guest needs a key frame; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._ask_key_frame, track)

    def _ask_key_frame(self, track: str) -> None:
        source = self.router.sources.get(track)
        if isinstance(source, Source):
            source.want_key_frame(time.time())

    # ---- timers

    def repair(self, now: float) -> None:
        """Every 10 ms: ask again for what is missing."""
        for inlet in list(self.gappy):
            if not inlet.gaps:
                self.gappy.discard(inlet)
            elif isinstance(inlet.upstream, Publisher):
                inlet.upstream.repair(inlet, now)

    def attend(self, now: float) -> None:
        """Every 20 ms while there are more voices than slots: who begins to speak is heard at once."""
        voices = (i for i in self._live if not i.video and now - i.heard_at < _JUST)
        self.router.attend([(i.track.participant, i.level) for i in voices], now)
        self._moved()

    def watch(self, now: float) -> None:
        """Every 100 ms: who speaks, who is silent; once a second the reports."""
        self._listen(now)
        self.allotment.follow(now)
        self._successions.watch(now)
        for peer in list(self.peers.values()):
            peer.watch(now)
        if now >= self._next_report:
            self._next_report = now + 1.0
            for inlet in self._live:
                inlet.measure(now)
            for news in self._assessor.look(self.peers.values(), now):
                self._tell(news)
            self._owed = list(self.peers.values())
        self._report(now)

    def _report(self, now: float) -> None:
        """Some of this second's reports: all at once would hold packets up for milliseconds."""
        count = max(_AT_ONCE, -(-len(self.peers) // _SHARES))
        due, self._owed = self._owed[:count], self._owed[count:]
        for peer in due:
            if isinstance(peer, Subscriber) and peer in self._listeners:
                peer.report(now)
                self.allotment.allot(peer, now)
            elif isinstance(peer, Publisher) and peer.state != "closed":
                videos = [source for source in peer.sources if source.track.kind == "video"]
                peer.report(now, [(source, self.allotment.allowed(source)) for source in videos])

    def _listen(self, now: float) -> None:
        audio = [i for i in self._live if not i.video and self.router.of(i.track.id).to]
        self.loudness.keep([inlet.track.participant for inlet in audio])
        for inlet in audio:
            # A sender that suppresses silence sends nothing at all.
            level = inlet.level if now - inlet.heard_at < 0.3 else 127
            self.loudness.hear(inlet.track.participant, level, now)
        speaking = self.loudness.changed(now)
        if speaking is not None:
            self._tell({"type": "speaking", "participants": speaking})
            self.router.prefer(speaking, now)
            self._moved()

    def stats(self) -> dict[str, Any]:
        """Counts of every connection and track."""
        peers = [
            {
                "participant": peer.participant,
                "plane": peer.plane,
                "state": peer.state,
                "rtt_ms": round(peer.rtt * 1000, 1),
                "refused": peer.refused,
                "malformed": peer.malformed,
                **peer.stats(),
            }
            for peer in self.peers.values()
        ]
        return {
            "peers": peers,
            "tracks": {id: s.stats() for id, s in self.router.sources.items() if isinstance(s, Source)},
            "grades": dict(Counter(self.grades().values())),
            **self.seats.stats(),
        }

    def devices(self) -> list[dict[str, Any]]:
        """Every device with a living connection, its planes and slots: what a new control process asks."""
        told: dict[tuple[str, str], dict[str, Any]] = {}
        for peer in self.peers.values():
            if peer.state in ("new", "up"):
                key = (peer.participant, peer.id)
                device = told.setdefault(
                    key, {"participant": key[0], "peer": key[1], "slots": [], "planes": []}
                )
                device["planes"].append(peer.plane)
                if isinstance(peer, Subscriber):
                    device["slots"] = describe(peer.outlets)
        return list(told.values())

    def grades(self) -> dict[str, str]:
        """How good everybody's line is."""
        return self._assessor.grades()

    def lines(self) -> list[tuple[float, float, float]]:
        """How everybody's line fares now: share lost, round trip and jitter in seconds."""
        return self._assessor.lines()

    # ---- inside

    def _agree(self) -> None:
        """Ask publishers to connect anew whose pictures more people could decode in another codec."""
        for peer in self.peers.values():
            if isinstance(peer, Publisher) and peer.outdated(self.router.viewers(peer.participant)):
                told = {"participant": peer.participant, "peer": peer.id, "plane": peer.plane}
                self._tell({"type": "renew", **told, "why": "codec"})

    def _replace(self, peer: Peer) -> None:
        key = (peer.participant, peer.id, peer.plane)
        older = self.peers.get(key)
        self.peers[key] = peer
        if isinstance(peer, Publisher) and isinstance(older, Publisher):
            self._successions.begin(peer, older)
        elif older is not None:
            self._dismiss(older)

    def _dismiss(self, peer: Peer) -> None:
        self._leave(peer)
        self._close_soon(peer)

    def _leave(self, peer: Peer) -> None:
        peer.detach()
        if isinstance(peer, Publisher):
            self._unpublish(peer)
            self._successions.end(peer)
        elif isinstance(peer, Subscriber):
            listener = self._listeners.pop(peer, None)
            if listener is not None:
                self.router.unsubscribe(listener, time.time())

    def _unpublish(self, publisher: Publisher) -> None:
        for inlet in publisher.inlets:
            self.ended(inlet)

    def _close_soon(self, peer: Peer) -> None:
        task = self._loop.create_task(peer.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _moved(self) -> None:
        """Tell the connections whose slots changed."""
        changed = self.router.take_changes()
        for subscriber, listener in self._listeners.items():
            if listener in changed:
                self.allotment.seat(subscriber, time.time())
                told = {"participant": subscriber.participant, "peer": subscriber.id}
                self._tell({"type": "slots", **told, "slots": describe(subscriber.outlets)})

    def _tell(self, event: dict[str, Any]) -> None:
        self._emit({**event, "room": self.id})

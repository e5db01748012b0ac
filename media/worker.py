"""The media worker: one process, one UDP port, many rooms; plain data in and out."""

import asyncio
import dataclasses
import gc
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from .addresses import reachable
from .aiortc_bridge import Certificate
from .guests import RecorderFactory
from .histogram import Histogram
from .observations import Observations
from .planes import open_port
from .port import Port
from .room import Room
from .tap import Tap
from .wire.answer import VIDEO

FLOOR, CEILING = 250_000, 1_500_000
"""Bit/s a publisher's video may always, and may at most, send."""
_NO_SITTING = 0
"""The epoch of rooms that are only there to try a line."""
_REPAIR = 0.01
_WATCH_EVERY, _ATTEND_EVERY = 10, 2
_OBSERVE_EVERY = 100


class UnknownRoom(LookupError):
    """The room was never opened, or is closed."""


class MediaWorker:
    """Every public coroutine can be called by RPC; `emit` gets the events.

    `need`: `addresses` to announce (empty: all of the host), `bind` (empty: all addresses of both families),
    `port` (0: any), `bitrate` [floor, ceiling] of a video in bit/s,
    `codecs` the video codecs, most wanted first, `plane`: see `planes.open_port`.
    """

    def __init__(
        self,
        emit: Callable[[dict[str, Any]], None],
        need: dict[str, Any],
        recorder: RecorderFactory | None = None,
    ) -> None:
        self._emit, self._need, self._recorder = emit, need, recorder
        self._rooms: dict[str, Room] = {}
        self._taps: dict[str, Tap] = {}
        self._port: Port | None = None
        self._certificate: Certificate | None = None
        self._addresses: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._ticks = 0
        self._started = time.time()
        self._lag, self._observed = Histogram(), Observations()
        self._asked = (time.monotonic(), time.process_time())

    async def start(self) -> dict[str, Any]:
        """Bind the port and begin."""
        bind, number = self._need.get("bind") or "", int(self._need.get("port") or 0)
        self._port = open_port(self._need.get("plane") or "auto", bind, number)
        self._port.open()
        self._certificate = Certificate()
        self._addresses = list(self._need.get("addresses") or ()) or reachable(self._port.socket)
        self._tick()
        _quiet_the_collector()
        return {"port": self._port.number, "plane": self._port.name}

    async def close(self) -> None:
        """End every room and let go of the port."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for room in list(self._rooms):
            await self.close_room(room)
        for tap in self._taps.values():
            await tap.close()
        self._taps.clear()
        if self._port is not None:
            self._port.close()
            self._port = None

    async def open_room(self, room: str, epoch: int, options: dict[str, Any] | None = None) -> dict[str, Any]:
        """Make a room ready; opening it again changes nothing.

        `options`: `tap`, the socket of the scribe; `codec`, the video codec wanted first, if the worker's own
        order is not to hold. Says which devices are connected already, and how good everybody's line is.
        """
        if room in self._rooms:
            return {"devices": self._rooms[room].devices(), "grades": self._rooms[room].grades()}
        if self._port is None or self._certificate is None:
            raise RuntimeError("the worker has not started")
        path, wanted = (options or {}).get("tap"), (options or {}).get("codec")
        floor, ceiling = self._need.get("bitrate") or (FLOOR, CEILING)
        self._rooms[room] = Room(
            room,
            epoch,
            self._port,
            self._certificate,
            self._addresses,
            (int(floor), int(ceiling)),
            self._emit,
            self._tap(path) if path else None,
            # A codec that the worker does not take at all is none to be wanted.
            sorted(self._need.get("codecs") or VIDEO, key=lambda codec: codec != wanted),
        )
        return {"devices": [], "grades": {}}

    async def open_probe(self, room: str, ways: list[str], seconds: float) -> None:
        """A room in which one device hears itself, to try its line: `out` is routed to every one of `ways`.

        It is nobody's sitting: no table but this one, no guests, not among `rooms`, and gone after `seconds`.
        """
        await self.open_room(room, _NO_SITTING)
        tracks = {f"out.{source}": {"to": ways} for source in ("microphone", "camera")}
        self._room(room).route({"revision": 1, "tracks": tracks})
        loop = asyncio.get_running_loop()
        loop.call_later(seconds, lambda: loop.create_task(self.close_room(room)))

    async def route(self, room: str, routes: dict[str, Any]) -> None:
        """Replace the whole route table; nothing that it forbids is sent once this returned."""
        self._room(room).route(routes)

    async def publish(self, room: str, participant: str, peer: str, sdp: str) -> dict[str, Any]:
        """Answer a publishing offer; ValueError when it is unfit."""
        return {"sdp": self._room(room).publish(participant, peer, sdp)}

    async def share(self, room: str, participant: str, peer: str, sdp: str) -> dict[str, Any]:
        """Answer an offer of a screen, a connection of its own; ValueError when it is unfit."""
        return {"sdp": self._room(room).publish(participant, peer, sdp, screen=True)}

    async def subscribe(self, room: str, participant: str, peer: str, sdp: str) -> dict[str, Any]:
        """Answer a subscribing offer and say who is in which slot; ValueError when it is unfit."""
        text, slots = self._room(room).subscribe(participant, peer, sdp)
        return {"sdp": text, "slots": slots}

    async def view(
        self,
        room: str,
        participant: str,
        peer: str,
        first: list[str],
        most: int | None = None,
        sizes: dict[str, tuple[int, int]] | None = None,
        hidden: bool = False,
    ) -> None:
        """Whose pictures a device wants first, and how many it shows at most; others fill what is left.

        `sizes`: width and height of each participant's tile in device pixels, zeros for one out of sight;
        `hidden`: nobody looks at the page, no picture is sent.
        """
        self._room(room).view(participant, peer, first, most, sizes or {}, hidden)

    async def drop_peer(self, room: str, participant: str, peer: str, why: str, plane: str = "") -> None:
        """End a device's connections, or only the one of a plane."""
        if room in self._rooms:
            await self._rooms[room].drop(participant, peer, plane)

    async def begin_recording(self, room: str, zero_ms: int, folder: str) -> None:
        """Media time starts; what the routes say is recorded into `folder`."""
        self._room(room).begin_recording(self._recorder, zero_ms, folder)

    async def end_recording(self, room: str) -> None:
        """Returns once every file is flushed and closed and its segments are told."""
        await self._room(room).end_recording()

    async def close_room(self, room: str) -> None:
        """End a room and everything in it."""
        found = self._rooms.pop(room, None)
        if found is not None:
            await found.close()

    async def rooms(self) -> dict[str, int]:
        """The sittings' rooms that are open here, with their epochs."""
        return {room.id: room.epoch for room in self._rooms.values() if room.epoch != _NO_SITTING}

    async def ping(self) -> dict[str, Any]:
        """Alive, and which share of a core was used since it was asked last."""
        now, spent = time.monotonic(), time.process_time()
        (then, before), self._asked = self._asked, (now, spent)
        return {"at": int(time.time() * 1000), "busy": round((spent - before) / max(now - then, 0.001), 3)}

    async def stats(self) -> dict[str, Any]:
        """Counts since the start, and how long forwarding takes."""
        port = self._port
        return {
            "plane": port.name if port else "",
            "uptime_s": round(time.time() - self._started, 1),
            "rooms": {room.id: room.stats() for room in self._rooms.values()},
            "peers": sum(len(room.peers) for room in self._rooms.values()),
            **_own(),
            "loop_lag": self._lag.plain(),
            "observed": self._observed.plain(),
            "port": {"number": port.number, **dataclasses.asdict(port.tallied())} if port else {},
            "forward_delay": port.delay.plain() if port else {},
            "tap": {"sent": _sum(self._taps, "sent"), "dropped": _sum(self._taps, "dropped")},
        }

    def _room(self, room: str) -> Room:
        try:
            return self._rooms[room]
        except KeyError:
            raise UnknownRoom("the room is not open") from None

    def _tap(self, path: str) -> Tap:
        if path not in self._taps:
            self._taps[path] = Tap(path)
            self._taps[path].open()
        return self._taps[path]

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            self._lag.add(max(0.0, loop.time() - self._timer.when()))
        self._timer = loop.call_later(_REPAIR, self._tick)
        now = time.time()
        self._ticks += 1
        if self._port is not None:
            # In a call of its own, too: one datagram that fails stops nothing.
            loop.call_soon(self._port.tick)
        for place, room in enumerate(self._rooms.values()):
            # Each in a call of its own: one that fails does not stop the others.
            if room.gappy:
                loop.call_soon(room.repair, now)
            if self._ticks % _ATTEND_EVERY == 0 and room.router.unheard:
                loop.call_soon(room.attend, now)
            if (self._ticks + place) % _WATCH_EVERY == 0:
                loop.call_soon(room.watch, now)
        if self._ticks % _OBSERVE_EVERY == 0:
            loop.call_soon(self._observed.look, list(self._rooms.values()))


def _own() -> dict[str, Any]:
    """What this process uses of the machine."""
    process = psutil.Process()
    return {"rss": process.memory_info().rss, "cpu_s": time.process_time(), "fds": process.num_fds()}


def _sum(taps: dict[str, Tap], name: str) -> int:
    return sum(int(getattr(tap, name)) for tap in taps.values())


def _quiet_the_collector() -> None:
    """A full collection of everything imported costs 25 to 80 ms: keep it out of the packets' way."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1000)
    # The recorder's thread must not hold the interpreter for the default 5 ms.
    sys.setswitchinterval(0.0005)

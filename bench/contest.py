"""Servers under test in turns: each step of a measurement goes round all of them, one has load at a time."""

import asyncio
from dataclasses import dataclass, field

from media.aiortc_bridge import Certificate

from . import janus
from .cores import favour
from .crowd import Contender, Crowd, Sample
from .figures import Search, median
from .load import Generator
from .ours import PlaneMissing

PARTS = ("rounds", "small", "stall", "ramp")
_GROUPS = 160
_SERIES = 3
"""A join that really stalls others does so in every series; somebody else's noise does not."""
STALL_LIMIT_MS = 5.0


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    rounds: int = 5
    seconds: float = 3.0
    rooms: int = 6
    small_rooms: int = 16
    small_rounds: int = 3
    joins: int = 10
    ramp_seconds: float = 2.5
    fineness: float = 0.05
    most: int = 480
    nack_percent: float = 0.0
    parts: tuple[str, ...] = PARTS
    warm_up: float = 9.0
    """Seconds until a video's history is full and the allocators have what they need."""
    coarse: bool = False
    """Too short, and with too little load, to judge by."""


QUICK = Plan(
    rounds=2,
    seconds=1.5,
    rooms=3,
    small_rooms=8,
    small_rounds=1,
    joins=4,
    ramp_seconds=1.5,
    fineness=0.15,
    parts=("rounds", "small"),
    warm_up=3.0,
    coarse=True,
)
"""Less than a minute: what a packet costs, neither the highest load borne nor stalls."""


@dataclass
class Side:
    """One server under test and all that was measured of it."""

    server: Contender
    large: Crowd
    small: Crowd
    visited: Crowd
    rounds: list[Sample] = field(default_factory=list)
    small_rounds: list[Sample] = field(default_factory=list)
    ramp: list[tuple[int, Sample]] = field(default_factory=list)
    stalls: dict[str, list[float]] = field(default_factory=dict)
    max_pps: int | None = None
    open_ended: bool = False
    rss_per_connection: float | None = None
    rss_mb: float = 0.0

    @property
    def crowds(self) -> tuple[Crowd, ...]:
        """All rooms at this server."""
        return (self.large, self.small, self.visited)


class Contest:
    """Several servers, one generator; each step of a measurement goes round all servers."""

    def __init__(self, plan: Plan, generator: Generator, host: str) -> None:
        self._plan, self._generator, self._host = plan, generator, host
        self._certificate = Certificate()
        self.sides: list[Side] = []
        self.missing: dict[str, str] = {}

    async def add(self, server: Contender) -> None:
        """Start a server; one that cannot run is noted as missing."""
        try:
            await server.start()
        except (PlaneMissing, janus.JanusError) as error:
            self.missing[server.name] = str(error)
            say(f"{server.name}: left out, {error}")
            await server.stop()
            return
        group = _GROUPS * len(self.sides)
        large, small, visited = (
            Crowd(server, self._generator, self._certificate, self._host, label, party, group + first)
            for label, party, first in (("large", 8, 0), ("small", 3, 80), ("visited", 8, 120))
        )
        self.sides.append(Side(server, large, small, visited))

    def _favour(self, chosen: Side) -> None:
        """Whose turn it is runs before everybody; the idle servers do not stand in its way."""
        for side in self.sides:
            if side.server.realtime:
                favour(side.server.pid, side is chosen)

    async def stop(self) -> None:
        """End every server."""
        for side in self.sides:
            for crowd in side.crowds:
                await crowd.empty()
            await side.server.stop()

    async def warm_up(self) -> None:
        """Two rooms each, all at once, until their memory is what it stays."""
        for side in self.sides:
            self._favour(side)
            for _ in range(2):
                await side.large.add_room()
            side.large.turn(side.large.everybody())
        await asyncio.sleep(self._plan.warm_up)
        for side in self.sides:
            side.large.turn(0)
            side.rss_mb, connections = side.large.rss_mb(), side.large.connections
            say(f"{side.server.name}: {connections} connections, {side.rss_mb:.0f} MB")

    async def rounds(self) -> None:
        """CPU per packet and delay in rooms of eight; then what the new connections added to the memory."""
        for side in self.sides:
            self._favour(side)
            while len(side.large.rooms) < self._plan.rooms:
                await side.large.add_room()
        self._generator.tune(lost_percent=self._plan.nack_percent)
        for number in range(self._plan.rounds):
            for side in self.sides:
                side.rounds.append(
                    await self._step(side, side.large, side.large.everybody(), self._plan.seconds)
                )
                show(f"round {number + 1}", side.server.name, side.rounds[-1])
        self._generator.tune()
        for side in self.sides:
            grown = side.large.rss_mb() - side.rss_mb
            if (added := side.large.connections - 32) > 0:
                side.rss_per_connection = round(grown / added, 3)

    async def small(self) -> None:
        """The same in rooms of three."""
        for side in self.sides:
            self._favour(side)
            while len(side.small.rooms) < self._plan.small_rooms:
                await side.small.add_room()
        for number in range(self._plan.small_rounds):
            for side in self.sides:
                sample = await self._step(side, side.small, side.small.everybody(), self._plan.seconds)
                side.small_rounds.append(sample)
                show(f"rooms of three {number + 1}", side.server.name, sample)

    async def stall(self) -> None:
        """The longest delay in three rooms of eight while somebody joins and leaves a fourth."""
        for side in self.sides:
            if side.server.name == "janus":
                continue
            self._favour(side)
            for missing in (0, 0, 0, 1):
                await side.visited.add_room(missing)
            side.visited.turn(side.visited.everybody())
            await asyncio.sleep(2.0)
            self._generator.tune(sample=1)
            for _ in range(_SERIES):
                side.stalls = {"quiet": [], "join": [], "leave": []}
                for _ in range(self._plan.joins):
                    await self._visit(side)
                if max(side.stalls["join"]) < STALL_LIMIT_MS:
                    break
            side.visited.turn(0)
            self._generator.tune()
            say(f"{side.server.name}: longest delay in other rooms, ms (median, worst)  " + _stalls(side))

    async def _visit(self, side: Side) -> None:
        guest = side.visited.people()[-1]
        for kind in ("quiet", "join", "leave"):
            self._generator.reset()
            if kind == "join":
                await side.visited.join(3, guest)
            elif kind == "leave":
                await side.visited.leave(3, guest)
            await asyncio.sleep(0.6)
            first = side.visited.group
            side.stalls[kind].append(max(self._generator.worst_ms()[first : first + 3]))

    async def ramp(self) -> None:
        """The highest load each bears, found by steps that go round all servers."""
        first = max(8, self._plan.rooms * 8)
        searches = [Search(first, self._plan.most, self._plan.fineness) for _ in self.sides]
        while any(search.next() is not None for search in searches):
            for side, search in zip(self.sides, searches, strict=True):
                if (load := search.next()) is not None:
                    search.heard(load, await self._climb(side, load))
        for side, search in zip(self.sides, searches, strict=True):
            borne = [sample.out_per_s for load, sample in side.ramp if load == search.passed and sample.borne]
            side.max_pps, side.open_ended = max(borne, default=0), search.open_ended
            side.rss_mb = side.large.rss_mb()

    async def _climb(self, side: Side, load: int) -> bool:
        self._favour(side)
        known = len(side.large.rooms)
        while side.large.everybody() < load:
            await side.large.add_room()
        if len(side.large.rooms) > known:
            await side.large.introduce(known)
        sample = await self._step(side, side.large, load, self._plan.ramp_seconds)
        side.ramp.append((load, sample))
        show(f"{load} senders", side.server.name, sample)
        return sample.borne

    async def _step(self, side: Side, crowd: Crowd, senders: int, seconds: float) -> Sample:
        self._favour(side)
        crowd.turn(senders)
        sample = await crowd.measure(seconds)
        crowd.turn(0)
        # What is still on its way must not meet the next server.
        await asyncio.sleep(0.2)
        return sample


def say(line: str) -> None:
    """One line for people."""
    print(line, flush=True)


def show(what: str, name: str, sample: Sample) -> None:
    """One measurement in a line."""
    say(
        f"{what:<18}{name:<8}{sample.out_per_s:>7} packets/s {sample.us_per_packet:>6.2f} us/packet"
        f"  cpu {sample.cpu / sample.seconds:>5.2f}  delay ms p50 {sample.delay(50):.2f}"
        f" p95 {sample.delay(95):.2f} p99 {sample.delay(99):.2f}  lost {sample.lost}"
        f"  generator {sample.generator_cpu / sample.seconds:.2f}"
    )


def _stalls(side: Side) -> str:
    return "  ".join(f"{kind} {median(v):.1f}, {max(v):.1f}" for kind, v in side.stalls.items())

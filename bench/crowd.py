"""Rooms full of clients at one server under test, and what is measured of them."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from media.aiortc_bridge import Certificate

from .client import Client
from .cores import SERVER, cpu_seconds, idle_share, rss_mb
from .figures import bearable, quantile
from .load import BIN_MS, Generator

_INTRODUCTION = 1.0
SETTLE = 1.0
"""Seconds of load before measuring begins."""


class Contender(Protocol):
    """A server under test."""

    name: str
    pid: int
    realtime: bool

    async def start(self) -> None:
        """Ready for rooms."""

    async def open_room(self, room: str, people: list[str]) -> None:
        """A room in which every one may see and hear every one."""

    async def publish(self, room: str, person: str, client: Client) -> None:
        """Connect a sender."""

    async def subscribe(self, room: str, person: str, others: list[str], client: Client) -> None:
        """Connect a receiver of all the others."""

    async def leave(self, room: str, person: str) -> None:
        """A person hangs up."""

    async def stop(self) -> None:
        """End the process."""


@dataclass
class Sample:
    """What one stretch of load showed."""

    seconds: float
    cpu: float
    generator_cpu: float
    totals: dict[str, int]
    delays: list[int]
    idle: float
    """Share of the server's core that nobody used."""
    copies: int
    """How many packets must leave for each that comes."""

    @property
    def lost(self) -> int:
        """Packets missing in the numbers."""
        return max(0, self.totals["expected"] - self.totals["received"])

    @property
    def us_per_packet(self) -> float:
        """CPU of the server per packet that left it."""
        return self.cpu / max(1, self.totals["received"]) * 1e6

    def delay(self, percent: int) -> float:
        """Delay quantile, ms."""
        return quantile(self.delays, percent / 100, BIN_MS)

    @property
    def borne(self) -> bool:
        """Whether the server bore it."""
        due = self.totals["sent"] * self.copies
        return bearable(self.delay(95), self.lost, self.totals["received"], due)

    @property
    def out_per_s(self) -> int:
        """Packets a second that left the server."""
        return round(self.totals["received"] / self.seconds)

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "in_per_s": round(self.totals["sent"] / self.seconds),
            "out_per_s": self.out_per_s,
            "us_per_packet": round(self.us_per_packet, 2),
            "cpu": round(self.cpu / self.seconds, 3),
            "generator_cpu": round(self.generator_cpu / self.seconds, 3),
            "core_idle": round(self.idle, 3),
            "delay_ms": {f"p{p}": self.delay(p) for p in (50, 95, 99)},
            "delivered": round(self.totals["received"] / max(1, self.totals["sent"] * self.copies), 4),
            "lost": self.lost,
            "forged": self.totals["forged"],
            "resent": self.totals["resent"],
        }


@dataclass
class Person:
    """A participant's two connections, by the generator's numbers."""

    publishing: int
    subscribing: int


@dataclass
class Crowd:
    """The rooms of one size at one server; `group`: where their delays are told apart (one per room)."""

    server: Contender
    generator: Generator
    certificate: Certificate
    host: str
    label: str = "room"
    party: int = 8
    group: int = 0
    rooms: list[dict[str, Person]] = field(default_factory=list)
    sending: int = 0
    """How many of the people, in order of coming, send and receive now."""
    join_ms: list[float] = field(default_factory=list)

    def name(self, place: int) -> str:
        """What the server calls a room."""
        return f"{self.label}-{place}"

    @property
    def connections(self) -> int:
        """How many are connected."""
        return 2 * sum(len(room) for room in self.rooms)

    async def add_room(self, missing: int = 0) -> None:
        """One more room, silent; the last `missing` seats stay free."""
        place, people = len(self.rooms), self.people()
        self.rooms.append({})
        await self.server.open_room(self.name(place), people)
        # Publishers first: a receiver of Janus names the feeds it wants when it comes.
        present = people[: self.party - missing]
        publishing = await asyncio.gather(*(self._publish(place, person) for person in present))
        subscribing = await asyncio.gather(*(self._subscribe(place, one, present) for one in present))
        for person, sends, receives in zip(present, publishing, subscribing, strict=True):
            self.rooms[place][person] = Person(sends, receives)

    def people(self) -> list[str]:
        """Who may come into each room."""
        return [f"p{number}" for number in range(self.party)]

    async def join(self, place: int, person: str) -> None:
        """One more person, who sends and receives at once."""
        began = time.monotonic()
        publishing = await self._publish(place, person)
        try:
            subscribing = await self._subscribe(place, person, self.people())
        except (TimeoutError, ConnectionError):
            await self.generator.give_back(publishing).close(goodbye=False)
            raise
        self.rooms[place][person] = Person(publishing, subscribing)
        self.join_ms.append((time.monotonic() - began) * 1000)
        self.generator.turn(publishing, True)
        self.generator.turn(subscribing, True)

    async def leave(self, place: int, person: str) -> None:
        """A person hangs up."""
        gone = self.rooms[place].pop(person)
        clients = [self.generator.give_back(number) for number in (gone.publishing, gone.subscribing)]
        await self.server.leave(self.name(place), person)
        for client in clients:
            await client.close(goodbye=False)

    def turn(self, count: int) -> None:
        """Exactly the first `count` people of all rooms send; everybody in their rooms receives."""
        seen = 0
        for room in self.rooms:
            used = seen < count
            for person in room.values():
                self.generator.turn(person.publishing, seen < count)
                self.generator.turn(person.subscribing, used)
                seen += 1
        self.sending = min(count, seen)

    async def introduce(self, first: int) -> None:
        """Let the rooms from place `first` on send for a moment, so that everybody is known to everybody."""
        for on in (True, False):
            for room in self.rooms[first:]:
                for person in room.values():
                    self.generator.turn(person.publishing, on)
                    self.generator.turn(person.subscribing, on)
            await asyncio.sleep(_INTRODUCTION if on else 0.0)

    def everybody(self) -> int:
        """How many people there are."""
        return sum(len(room) for room in self.rooms)

    async def measure(self, seconds: float, settle: float = SETTLE) -> Sample:
        """One stretch of the load that runs now."""
        await asyncio.sleep(settle)
        self.generator.reset()
        core, _ = idle_share(SERVER, None)
        cpu, own, began = cpu_seconds(self.server.pid), self.generator.cpu_seconds(), time.monotonic()
        await asyncio.sleep(seconds)
        totals, delays = self.generator.totals(), self.generator.delays()
        took = time.monotonic() - began
        return Sample(
            took,
            cpu_seconds(self.server.pid) - cpu,
            self.generator.cpu_seconds() - own,
            totals,
            delays,
            idle_share(SERVER, core)[1],
            self.party - 1,
        )

    def rss_mb(self) -> float:
        """Resident memory of the server."""
        return rss_mb(self.server.pid)

    async def empty(self) -> None:
        """Let go of every client; the server is about to end."""
        for room in self.rooms:
            for person in room.values():
                for number in (person.publishing, person.subscribing):
                    await self.generator.give_back(number).close(goodbye=False)
        self.rooms.clear()

    async def _publish(self, place: int, person: str) -> int:
        client = Client(self.host, self.certificate)
        try:
            await self.server.publish(self.name(place), person, client)
        except (TimeoutError, ConnectionError):
            await client.close(goodbye=False)
            raise
        return self.generator.adopt(client, self.group + place)

    async def _subscribe(self, place: int, person: str, people: list[str]) -> int:
        client = Client(self.host, self.certificate)
        others = [other for other in people if other != person]
        try:
            await self.server.subscribe(self.name(place), person, others, client)
        except (TimeoutError, ConnectionError):
            await client.close(goodbye=False)
            raise
        return self.generator.adopt(client, self.group + place)

"""A real server in processes of its own, a booked hearing, and three people at its table."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Container, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from room_server.rehearsal.desk import Desk
from room_server.rehearsal.venue import Venue, environment
from tests.support.guest import Guest
from tests.support.impairer import GUESTS, SERVER, Network
from tests.support.opening import open_for_all

ONE_WORKER = {"HETING_MEDIA_WORKERS": "1"}
"""So that a journey means the same on a machine of any size."""
OUTDOORS = {"HETING_HOST": "0.0.0.0", "HETING_MEDIA_ADDRESSES": SERVER}
"""For a server that is reached across a network."""
INDOORS = ("127.0.0.1",) * 3
PEOPLE = [
    {"name": "周敏", "role": "mediator", "side": ""},
    {"name": "张晓雯", "role": "applicant", "side": "applicant"},
    {"name": "林国栋", "role": "agent", "side": "respondent"},
]


@dataclass
class Hearing:
    """A hearing in session: the mediator, the two parties, and the staff's desk."""

    url: str
    data: Path
    desk: Desk
    booking: dict[str, Any]
    mediator: Guest
    applicant: Guest
    respondent: Guest

    @property
    def sitting(self) -> str:
        """Id of the sitting."""
        return str(self.mediator.told("SittingPrepared")[0]["sitting"])

    @property
    def guests(self) -> list[Guest]:
        """Everybody."""
        return [self.mediator, self.applicant, self.respondent]

    async def flowing(self, seconds: float = 20.0) -> float:
        """Wait until everybody hears and sees everybody anew; how long it took."""
        before = {(g, o): (g.heard(o.participant), g.seen(o.participant)) for g, o in self.pairs()}

        def advanced() -> bool:
            return all(
                g.heard(o.participant) > before[g, o][0] + 5 and g.seen(o.participant) > before[g, o][1] + 2
                for g, o in self.pairs()
            )

        begun = time.monotonic()
        try:
            await self.mediator.until(advanced, seconds)
        except TimeoutError:
            grown = {
                f"{o.device} to {g.device}": (
                    g.heard(o.participant) - before[g, o][0],
                    g.seen(o.participant) - before[g, o][1],
                )
                for g, o in self.pairs()
            }
            raise AssertionError(f"not all flows in {seconds} s (sound, pictures): {grown}") from None
        return time.monotonic() - begun

    async def back(self, guest: Guest, without: Container[Guest] = (), seconds: float = 30.0) -> float:
        """Wait until one person and the others (but some) hear and see each other; how long it took."""
        begun = time.monotonic()

        def met() -> bool:
            others = [o for o in self.guests if o is not guest and o not in without]
            return all(guest.met(o.participant, begun) and o.met(guest.participant, begun) for o in others)

        await guest.until(met, seconds)
        return time.monotonic() - begun

    async def journal(self) -> list[dict[str, Any]]:
        """The whole journal."""
        return await self.desk.journal(self.sitting)

    async def close(self, seconds: float = 60.0) -> list[dict[str, Any]]:
        """Close the sitting and wait for its case file; the journal."""
        assert (await self.mediator.wish("Close", outcome="other"))["kind"] == "done"
        await self.mediator.until(
            lambda: any(d["kind"] == "casefile" for d in self.mediator.told("DocumentMade")), seconds
        )
        return await self.journal()

    def worker(self, kind: str) -> psutil.Process:
        """The living worker process of a kind; the one that records this hearing where there are several."""
        cards = sorted((self.data / "run").glob(f"{kind}-*.json"))
        pids = [json.loads(card.read_text())["pid"] for card in cards]
        crew = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
        if len(crew) == 1:
            return crew[0]
        mine = str((self.data / "recordings" / self.sitting).resolve())
        return next(one for one in crew if any(file.path.startswith(mine) for file in one.open_files()))

    def pairs(self) -> list[tuple[Guest, Guest]]:
        """Who hears and sees whom."""
        return [(g, o) for g in self.guests for o in self.guests if g is not o]


@asynccontextmanager
async def in_session(
    folder: Path,
    data: Path | None = None,
    network: Network | None = None,
    plane: str = "auto",
    layers: bool = False,
) -> AsyncIterator[tuple[Venue, Hearing]]:
    """A server with an open hearing of three, media flowing between all; with a network: across it.

    `plane` forwards; with `layers` everybody's camera comes in three sizes.
    """
    data = data or folder / "var"
    async with AsyncExitStack() as stack:
        venue = await serving(stack, data, folder / "server.log", network, plane)
        yield venue, await hold(stack, venue, data, GUESTS if network else INDOORS, layers)


async def serving(
    stack: AsyncExitStack, data: Path, log: Path, network: Network | None = None, plane: str = "auto"
) -> Venue:
    """A server with one worker of each kind; with a network: at its end, this thread among the crowd."""
    settings = ONE_WORKER | {"HETING_MEDIA_PLANE": plane}
    if network is None:
        return await stack.enter_async_context(Venue(data, log, settings))
    stack.enter_context(network.crowd.entered())
    venue = await stack.enter_async_context(Venue(data, log, settings | OUTDOORS, network.server.inside))
    venue.url = venue.url.replace("localhost", SERVER)
    return venue


async def hold(
    stack: AsyncExitStack,
    venue: Venue,
    data: Path,
    addresses: Sequence[str] = INDOORS,
    layers: bool = False,
) -> Hearing:
    """One more open hearing of three on a server, media flowing between all; the stack ends it.

    `addresses`: from where the mediator and the two parties come; `layers`: cameras come in three sizes.
    """
    desk = await stack.enter_async_context(Desk(venue.url, False))
    hearing = await book(desk, venue)
    guests = [
        await stack.enter_async_context(
            Guest(venue.url, hearing["tickets"][n], f"journey-{n}", address=address, layers=layers)
        )
        for n, address in enumerate(addresses)
    ]
    mediator, *parties = guests
    for party in parties:
        await mediator.until(
            lambda party=party: any(  # type: ignore[misc]
                e["participant"] == party.participant for e in mediator.told("Knocked")
            )
        )
        assert (await mediator.wish("Admit", participant=party.participant))["kind"] == "done"
    await open_for_all(mediator)
    session = Hearing(venue.url, data, desk, hearing["booking"], mediator, *parties)
    await session.flowing()
    return session


async def book(desk: Desk, venue: Venue) -> dict[str, Any]:
    """A hearing of three with a ticket for each, staff first."""
    await desk.login(venue.name, venue.password)
    wish = {
        "case_number": f"示范劳人调〔2026〕{time.time_ns() % 10**6}号",
        "title": "拖欠工资",
        "kind": "mediation",
        "starts_at": int(time.time() * 1000),
        "rehearsal": True,
        "participants": PEOPLE,
    }
    booking = await desk._json("POST", "/api/hearings", wish)
    links = (await desk._json("GET", f"/api/hearings/{booking['id']}/links"))["links"]
    tokens = {link["name"]: link["url"].rsplit("/p/", 1)[1] for link in links}
    seat = await desk._json("POST", f"/api/hearings/{booking['id']}/enter")
    return {"booking": booking, "tickets": [seat["ticket"], *(tokens[str(p["name"])] for p in PEOPLE[1:])]}


async def serve_again(
    data: Path, url: str, log: Path, settings: Mapping[str, str] = ONE_WORKER
) -> asyncio.subprocess.Process:
    """Start the control process anew on the same data and port."""
    port = url.rsplit(":", 1)[1]
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "room_server", "serve", "--data", str(data), "--port", port),
            env={**os.environ, **environment(), **settings},
            stdout=out,
            stderr=out,
        )

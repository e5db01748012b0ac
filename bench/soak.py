"""Hours of coming and going: a media worker at half of what it bears, with joins and leaves every second.

Rooms of eight keep one seat for visitors, who come by a real ICE and DTLS handshake, send, receive, hang up.
Watched: memory, descriptors, threads, tasks, delays. At the end everything a visitor brought must be gone.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from media.aiortc_bridge import Certificate

from .cores import LOAD, SERVER, two
from .crowd import Crowd, Sample
from .figures import Search, median, quantile
from .load import BIN_MS, Generator, possible
from .ours import Ours, PlaneMissing

HOST = "127.0.0.1"
_PACKETS = 5000
"""Packets a second that leave for a room of eight with one seat free most of the time."""
_LADDER = Search(first=128, most=480, fineness=0.1)
"""Senders: from little to more than any plane has borne on one core."""
_LINGER = 3.0
"""Seconds in which whatever is over must have been tidied up."""
MOST_GROWTH = 0.05


@dataclass(frozen=True)
class Plan:
    """How long and how hard. `rooms` 0: by `share` of the capacity that is measured first."""

    minutes: float = 60.0
    share: float = 0.5
    rooms: int = 0
    party: int = 8
    joins: float = 2.0
    stay: float = 2.0
    warm_up: float = 180.0
    every: float = 60.0
    pinned: bool = True


@dataclass
class Course:
    """What was seen on the way."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    visits: int = 0
    skipped: int = 0
    taken: set[int] = field(default_factory=set)
    """Rooms whose visitors' seat is taken."""
    failures: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def stand(plane: str, plan: Plan) -> AsyncIterator[Crowd]:
    """A server and its load, torn down afterwards; PlaneMissing when there is no such plane."""
    server_core, load_core = (SERVER, LOAD) if plan.pinned and two() else (None, None)
    affinity = os.sched_getaffinity(0)
    server = Ours(plane, HOST, server_core, realtime=plan.pinned)
    try:
        await server.start()
        with tempfile.TemporaryDirectory() as folder:
            generator = Generator(Path(folder))
            if load_core is not None:
                os.sched_setaffinity(0, {load_core})
            generator.start(load_core, realtime=plan.pinned)
            crowd = Crowd(server, generator, Certificate(), HOST, party=plan.party)
            try:
                yield crowd
            finally:
                await crowd.empty()
                await generator.stop()
                os.sched_setaffinity(0, affinity)
    finally:
        await server.stop()


async def capacity(plane: str, plan: Plan) -> int:
    """The most packets a second that leave with 95 % of them delayed less than 20 ms, on a server of its own.

    The memory that the highest load takes must not hide what the soak itself lets grow.
    """
    search, most = replace(_LADDER), 0
    async with stand(plane, plan) as crowd:
        while (load := search.next()) is not None:
            known = len(crowd.rooms)
            while crowd.everybody() < load:
                await crowd.add_room()
            await crowd.introduce(known)
            crowd.turn(load)
            sample = await crowd.measure(2.0)
            crowd.turn(0)
            search.heard(load, sample.borne)
            most = max(most, sample.out_per_s if sample.borne else 0)
    return most


async def endure(plane: str, plan: Plan) -> dict[str, Any]:
    """Run it on one plane; the figures and the verdict."""
    rooms, most = plan.rooms, None
    if not rooms:
        most = await capacity(plane, plan)
        rooms = max(1, round(most * plan.share / _PACKETS))
        print(f"{plane}: bears {most} packets/s", flush=True)
    async with stand(plane, plan) as crowd:
        while len(crowd.rooms) < rooms:
            await crowd.add_room(missing=1)
        crowd.turn(crowd.everybody())
        print(f"{plane}: {rooms} rooms of {plan.party}, {plan.joins:g} joins and leaves a second", flush=True)
        course = Course()
        visitors = asyncio.create_task(_visits(crowd, plan, course))
        try:
            await asyncio.sleep(plan.warm_up)
            before = await _still(crowd, plan, course, visitors)
            visitors = asyncio.create_task(_visits(crowd, plan, course))
            await _watch(crowd, plan, course)
        finally:
            visitors.cancel()
            await asyncio.gather(visitors, return_exceptions=True)
        after = await _still(crowd, plan, course, visitors)
    return {"capacity_pps": most, **verdict(plane, plan, course, before, after)}


async def _visits(crowd: Crowd, plan: Plan, course: Course) -> None:
    """Visitors come at an even pace, room after room; those who are in stay their time when this ends."""
    under_way: set[asyncio.Task[None]] = set()
    began, number = time.monotonic(), 0
    try:
        while True:
            place = number % len(crowd.rooms)
            task = asyncio.create_task(_visit(crowd, place, plan, course))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            number += 1
            await asyncio.sleep(max(0.0, began + number / plan.joins - time.monotonic()))
    finally:
        await asyncio.gather(*under_way)


async def _visit(crowd: Crowd, place: int, plan: Plan, course: Course) -> None:
    guest = crowd.people()[-1]
    if place in course.taken:
        # The visitor before has not left yet: the machine is busy, nothing failed.
        course.skipped += 1
        return
    course.taken.add(place)
    try:
        await crowd.join(place, guest)
        course.visits += 1
        await asyncio.sleep(plan.stay)
        await crowd.leave(place, guest)
    except (TimeoutError, ConnectionError) as error:
        course.failures.append(f"{type(error).__name__}: {error}")
        await crowd.server.leave(crowd.name(place), guest)
    finally:
        course.taken.discard(place)


async def _still(crowd: Crowd, plan: Plan, course: Course, visitors: asyncio.Task[None]) -> dict[str, Any]:
    """Nobody comes or goes any more: what the server holds then."""
    visitors.cancel()
    await asyncio.gather(visitors, return_exceptions=True)
    await asyncio.sleep(_LINGER)
    server = crowd.server
    assert isinstance(server, Ours)
    census: dict[str, Any] = await server.call("census")
    census["connections"] = (await server.call("stats"))["peers"]
    return {**census, "rss_mb": round(crowd.rss_mb(), 1)}


async def _watch(crowd: Crowd, plan: Plan, course: Course) -> None:
    end = time.monotonic() + plan.minutes * 60
    while (left := end - time.monotonic()) > 0.5:
        sample = await crowd.measure(min(plan.every, left), settle=0.0)
        row = {**sample.plain(), "rss_mb": round(crowd.rss_mb(), 1), "visits": course.visits}
        row["worst_ms"] = round(max(crowd.generator.worst_ms()), 1)
        course.rows.append(row)
        course.samples.append(sample)
        delay = row["delay_ms"]
        print(
            f"{row['out_per_s']:>7} packets/s  cpu {row['cpu']:.2f}  rss {row['rss_mb']:.1f} MB"
            f"  delay ms p50 {delay['p50']:.2f} p95 {delay['p95']:.2f} p99 {delay['p99']:.2f}"
            f" worst {row['worst_ms']}  lost {row['lost']}  visits {course.visits}"
            f"  failures {len(course.failures)}",
            flush=True,
        )


def verdict(
    plane: str, plan: Plan, course: Course, before: dict[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    """What grew, what was left behind, how the delays changed."""
    kept = ("descriptors", "threads", "tasks", "connections")
    leaked = {name: after[name] - before[name] for name in kept}
    growth = after["rss_mb"] / before["rss_mb"] - 1
    third = max(1, len(course.samples) // 3)
    return {
        "plane": plane,
        "minutes": plan.minutes,
        "rows": course.rows,
        "visits": course.visits,
        "skipped": course.skipped,
        "failures": len(course.failures),
        "failed_because": sorted(set(course.failures))[:5],
        "rss_mb": [before["rss_mb"], after["rss_mb"]],
        "rss_growth": round(growth, 4),
        "leaked": leaked,
        "lost": sum(row["lost"] for row in course.rows),
        "delay_ms": {
            "first_third": _delays(course.samples[:third]),
            "last_third": _delays(course.samples[-third:]),
        },
        "us_per_packet": round(median([row["us_per_packet"] for row in course.rows]), 2),
        "ok": growth < MOST_GROWTH and not any(leaked.values()) and not course.failures,
    }


def _delays(samples: list[Sample]) -> dict[str, float]:
    counts = [sum(column) for column in zip(*(sample.delays for sample in samples), strict=True)]
    return {f"p{p}": quantile(counts, p / 100, BIN_MS) for p in (50, 95, 99)}


def parser() -> argparse.ArgumentParser:
    """The options of `heting bench soak`."""
    found = argparse.ArgumentParser(prog="heting bench soak", description=__doc__)
    found.add_argument("--minutes", type=float, default=60.0, help="how long on each plane (default 60)")
    found.add_argument("--planes", default="c", help="python, c or python,c (default c; python if missing)")
    found.add_argument("--share", type=float, default=0.5, help="of the capacity (default 0.5)")
    found.add_argument("--rooms", type=int, default=0, help="rooms of eight, instead of a share")
    found.add_argument("--joins", type=float, default=2.0, help="joins and leaves a second (default 2)")
    found.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line: 0 when nothing grew or was left behind."""
    options = parser().parse_args(sys.argv[1:] if arguments is None else arguments)
    if not possible():
        print("soak: skipped, the load generator needs gcc")
        return 0
    plan = Plan(minutes=options.minutes, share=options.share, rooms=options.rooms, joins=options.joins)
    plan = replace(plan, warm_up=min(plan.warm_up, plan.minutes * 12), every=min(60.0, plan.minutes * 6))
    results = []
    for plane in options.planes.split(","):
        try:
            results.append(asyncio.run(endure(plane, plan)))
        except PlaneMissing as missing:
            print(f"{plane}: left out, {missing}")
            if options.planes == "c":
                results.append(asyncio.run(endure("python", plan)))
    for found in results:
        leaked = ", ".join(f"{count} {name}" for name, count in found["leaked"].items() if count) or "nothing"
        print(
            f"{found['plane']}: {'ok' if found['ok'] else 'NOT OK'}, {found['visits']} visits,"
            f" {found['failures']} failed, memory {found['rss_growth']:+.1%}, left behind: {leaked}"
        )
    if options.json:
        print(json.dumps({"planes": results}))
    return 0 if all(found["ok"] for found in results) else 1


if __name__ == "__main__":
    sys.exit(main())

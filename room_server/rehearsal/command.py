"""`heting rehearse`: plays hearings with synthetic people, tells how it goes, prints what was measured."""

import argparse
import asyncio
import contextlib
import functools
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp

from ..settings import available_cores
from .actor import Mishap
from .company import Company, cast_scripts
from .desk import Desk, is_nearby
from .director import Director, fresh_number
from .harm import kill_worker
from .hiring import hired
from .measure.outage import Kill
from .measure.report import Material
from .measure.summary import summary, table
from .script import BadScript, Script
from .venue import Venue


def main(arguments: argparse.Namespace) -> int:
    """Run the command; 0 only if everything that a hearing needs has held."""
    try:
        if arguments.kill_worker is not None and arguments.url:
            raise Mishap("--kill-worker is for the temporary server alone: leave --url out")
        cores = available_cores()
        scripts = cast_scripts(arguments.script, arguments.others, arguments.rooms, cores)
        out = _folder(arguments.out)
    except (BadScript, Mishap, OSError) as error:
        print(f"heting: {error}", file=sys.stderr)
        return 1
    try:
        result = asyncio.run(_rehearse(arguments, scripts, out))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("heting: rehearsal stopped", file=sys.stderr)
        return 130
    (out / "report.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(table(result))
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False))
    return 0 if result["ok"] else 1


async def _rehearse(arguments: argparse.Namespace, scripts: list[Script], out: Path) -> dict[str, Any]:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    started = time.monotonic()

    def progress(line: str, room: int = -1) -> None:
        which = f"room {room + 1}: " if len(scripts) > 1 and room >= 0 else ""
        print(f"[{time.monotonic() - started:5.1f} s] {which}{line}", file=sys.stderr, flush=True)

    materials, kills = [Material(script) for script in scripts], list[Kill]()
    try:
        async with _place(arguments, out, progress) as (desk, venue):
            if len(scripts) > 1:
                progress(f"{len(scripts)} rooms: {', '.join(script.name for script in scripts)}")
            if len(scripts) == 1 and (scripts[0].has_bench() or len(scripts[0].sittings()) > 1):
                materials = await _whole(scripts[0], venue, arguments.codec, out, progress)
                return await asyncio.to_thread(summary, materials, kills, "sitting")
            directors = _directors(scripts, desk, out, progress)
            harm = asyncio.create_task(_harm(arguments.kill_worker, directors, desk, venue, progress))
            try:
                materials = list(await asyncio.gather(*(director.play() for director in directors)))
            finally:
                harm.cancel()
                await asyncio.gather(harm, return_exceptions=True)
            for material in materials:
                material.own_server = venue is not None
            kills, errors = _outcome(arguments.kill_worker, harm)
            materials[0].errors += errors
            if venue is not None and (ended := venue.ended()):
                materials[0].errors.insert(0, ended)
    except (Mishap, aiohttp.ClientError, OSError) as error:
        materials[0].errors.append(str(error) or type(error).__name__)
    return await asyncio.to_thread(summary, materials, kills)


async def _whole(
    script: Script, venue: Venue | None, codec: str, out: Path, progress: Callable[[str], None]
) -> list[Material]:
    """Play a script that takes more staff than one account, or several sittings of the same case."""
    if venue is None:
        raise Mishap(f"the script {script.name} makes accounts of its own: leave --url out")
    number, materials = fresh_number(), []
    async with hired(script, venue.url, venue.data, codec) as desks:
        for count, part in enumerate(script.sittings(), 1):
            folder = out / f"sitting-{count}"
            folder.mkdir(exist_ok=True)
            there = {person.key: desks[person.key] for person in part.staff()}
            director = Director(part, there[part.chair()], folder, progress, number=number, desks=there)
            materials.append(await director.play())
            if materials[-1].errors:
                break
    if (ended := venue.ended()) and materials:
        materials[0].errors.insert(0, ended)
    return materials


def _directors(
    scripts: list[Script], desk: Desk, out: Path, progress: Callable[[str, int], None]
) -> list[Director]:
    company = Company(len(scripts))
    directors = []
    for room, script in enumerate(scripts):
        folder = out if len(scripts) == 1 else out / f"room-{room + 1}"
        folder.mkdir(exist_ok=True)
        say = functools.partial(progress, room=room)  # type: ignore[call-arg]
        directors.append(Director(script, desk, folder, say, company=company))
    return directors


async def _harm(
    seconds: float | None,
    directors: list[Director],
    desk: Desk,
    venue: Venue | None,
    progress: Callable[[str], None],
) -> Kill | None:
    """Kill a media worker some seconds after all hearings were opened."""
    if seconds is None or venue is None:
        return None
    await asyncio.gather(*(director.opened.wait() for director in directors))
    return await kill_worker(desk, venue, seconds, progress)


def _outcome(seconds: float | None, harm: "asyncio.Task[Kill | None]") -> tuple[list[Kill], list[str]]:
    if seconds is None:
        return [], []
    if harm.cancelled():
        return [], ["no media worker was killed: the hearings were over before"]
    if (error := harm.exception()) is not None:
        return [], [str(error) or type(error).__name__]
    kill = harm.result()
    return [kill] if kill else [], []


@contextlib.asynccontextmanager
async def _place(
    arguments: argparse.Namespace, out: Path, progress: Any
) -> AsyncIterator[tuple[Desk, Venue | None]]:
    """A logged-in desk at the given server, or at a temporary one that ends with this block."""
    if arguments.url:
        name, password = _staff(arguments)
        async with Desk(arguments.url, not is_nearby(arguments.url), arguments.codec) as desk:
            await desk.login(name, password)
            yield desk, None
        return
    data = Path(tempfile.mkdtemp(prefix="heting-rehearsal-"))
    try:
        progress("starting a temporary server")
        async with (
            Venue(data, out / "server.log", _crew(arguments)) as venue,
            Desk(venue.url, False, arguments.codec) as desk,
        ):
            await desk.login(venue.name, venue.password)
            yield desk, venue
    finally:
        if arguments.keep:
            progress(f"the temporary server's data is kept in {data}")
        else:
            await asyncio.to_thread(shutil.rmtree, data, ignore_errors=True)


def _crew(arguments: argparse.Namespace) -> dict[str, str]:
    """How many media workers the temporary server has: for several rooms at least two."""
    count = arguments.workers
    if not count and arguments.rooms > 1:
        count = max(2, min(arguments.rooms, available_cores() - 1))
    return {"HETING_MEDIA_WORKERS": str(count)} if count else {}


def _staff(arguments: argparse.Namespace) -> tuple[str, str]:
    name, _, password = (arguments.staff or "").partition(":")
    name = name or os.environ.get("HETING_STAFF_NAME", "")
    password = password or os.environ.get("HETING_STAFF_PASSWORD", "")
    if not (name and password):
        raise Mishap(
            "--url needs a staff account: --staff NAME:PASSWORD, "
            "or HETING_STAFF_NAME and HETING_STAFF_PASSWORD in the environment"
        )
    return name, password


def _folder(out: Path | None) -> Path:
    if out is None:
        return Path(tempfile.mkdtemp(prefix="heting-rehearsal-out-"))
    out.mkdir(parents=True, exist_ok=True)
    return out.resolve()

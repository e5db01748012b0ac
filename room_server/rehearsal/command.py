"""`heting rehearse`: plays hearings with synthetic people, tells how it goes, prints what was measured."""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

from .actor import Mishap
from .desk import Desk, is_nearby
from .director import Director
from .measure.report import Material
from .measure.summary import summary, table
from .script import BadScript, Script, load
from .venue import Venue


def main(arguments: argparse.Namespace) -> int:
    """Run the command; 0 only if everything that a hearing needs has held."""
    try:
        script = load(arguments.script)
        out = _folder(arguments.out)
    except (BadScript, OSError) as error:
        print(f"heting: {error}", file=sys.stderr)
        return 1
    try:
        result = asyncio.run(_rehearse(arguments, script, out))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("heting: rehearsal stopped", file=sys.stderr)
        return 130
    (out / "report.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(table(result))
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False))
    return 0 if result["ok"] else 1


async def _rehearse(arguments: argparse.Namespace, script: Script, out: Path) -> dict[str, Any]:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    started = time.monotonic()
    rooms = max(1, arguments.rooms)

    def progress(line: str, room: int = 0) -> None:
        which = f"room {room + 1}: " if rooms > 1 else ""
        print(f"[{time.monotonic() - started:5.1f} s] {which}{line}", file=sys.stderr, flush=True)

    materials = [Material(script) for _ in range(rooms)]
    try:
        async with _place(arguments, out, progress) as (desk, venue):
            folders = [out if rooms == 1 else out / f"room-{number + 1}" for number in range(rooms)]
            for folder in folders:
                folder.mkdir(exist_ok=True)
            directors = [
                Director(script, desk, folder, lambda line, room=room: progress(line, room))  # type: ignore[misc]
                for room, folder in enumerate(folders)
            ]
            materials = list(await asyncio.gather(*(director.play() for director in directors)))
            for material in materials:
                material.own_server = venue is not None
            if venue is not None and (ended := venue.ended()):
                materials[0].errors.insert(0, ended)
    except (Mishap, aiohttp.ClientError, OSError) as error:
        materials[0].errors.append(str(error) or type(error).__name__)
    return summary(materials)


@contextlib.asynccontextmanager
async def _place(
    arguments: argparse.Namespace, out: Path, progress: Any
) -> AsyncIterator[tuple[Desk, Venue | None]]:
    """A logged-in desk at the given server, or at a temporary one that ends with this block."""
    if arguments.url:
        name, password = _staff(arguments)
        async with Desk(arguments.url, trust=not is_nearby(arguments.url)) as desk:
            await desk.login(name, password)
            yield desk, None
        return
    data = Path(tempfile.mkdtemp(prefix="heting-rehearsal-"))
    try:
        progress("starting a temporary server")
        async with (
            Venue(data, out / "server.log") as venue,
            Desk(venue.url, trust=False) as desk,
        ):
            await desk.login(venue.name, venue.password)
            yield desk, venue
    finally:
        if arguments.keep:
            progress(f"the temporary server's data is kept in {data}")
        else:
            await asyncio.to_thread(shutil.rmtree, data, ignore_errors=True)


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

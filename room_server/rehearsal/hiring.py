"""Staff of a rehearsal on a temporary server: an account for everybody whom the script seats on its bench."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from .actor import Mishap
from .desk import Desk
from .script import Person, Script
from .venue import environment

_CLERK = "clerk"


@contextlib.asynccontextmanager
async def hired(script: Script, url: str, data: Path, codec: str) -> AsyncIterator[dict[str, Desk]]:
    """Per key of the staff: their own desk, logged in; raises `Mishap` where an account cannot be made."""
    async with contextlib.AsyncExitStack() as desks:
        found: dict[str, Desk] = {}
        for person in script.staff():
            name, password = await _account(person, data)
            found[person.key] = await desks.enter_async_context(Desk(url, False, codec))
            await found[person.key].login(name, password)
        yield found


async def _account(person: Person, data: Path) -> tuple[str, str]:
    name = f"rehearsal-{person.key}"
    role = _CLERK if person.role == _CLERK else "mediator"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "room_server", "staff", "add", name),
        *("--person", person.name, "--role", role, "--data", str(data), "--json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(),
    )
    said, wrong = await process.communicate()
    if process.returncode != 0:
        raise Mishap(f"no account for {person.key}: {wrong.decode(errors='replace').strip()}")
    made = json.loads(said.decode().strip().splitlines()[-1])["accounts"][0]
    return str(made["name"]), str(made["password"])

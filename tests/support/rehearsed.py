"""`heting rehearse` as a command, and the report it prints."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

_WITHIN = 420.0
"""Seconds."""


async def _run(out: Path, options: tuple[str, ...]) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "room_server", "rehearse", "--out", str(out), "--json", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, told = await asyncio.wait_for(process.communicate(), _WITHIN)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    return process.returncode or 0, said.decode(), told.decode()


def rehearse(out: Path, *options: str) -> tuple[dict[str, Any], str]:
    """Play it to its end: the report, which agrees with the exit status, and what was told on the way."""
    code, said, told = asyncio.run(_run(out, options))
    assert said.strip(), told
    report: dict[str, Any] = json.loads(said.strip().splitlines()[-1])
    assert code == (0 if report["ok"] else 1)
    return report, told

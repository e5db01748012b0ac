"""What comes of a played hearing on disk: the case file is unpacked, listed and verified."""

import asyncio
import contextlib
import hashlib
import os
import sys
import zipfile
from pathlib import Path

from .actor import Mishap


def unpack(path: Path, folder: Path) -> dict[str, str]:
    """Unpack a case file; SHA-256 of each PDF in it → its name in the bag. Blocks."""
    try:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    except zipfile.BadZipFile as error:
        raise Mishap(f"the case file cannot be unpacked: {error}") from error
    found = {}
    for paper in sorted(folder.rglob("*.pdf")):
        inside = paper.relative_to(folder).as_posix().partition("/")[2]
        found[hashlib.sha256(paper.read_bytes()).hexdigest()] = inside
    return found


async def verified(path: Path) -> str:
    """What `heting verify` says: `intact`, or its last line."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "room_server", "verify", str(path)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(os.environ),
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
    lines = said.decode(errors="replace").strip().splitlines()
    return "intact" if process.returncode == 0 else (lines[-1] if lines else f"exit {process.returncode}")

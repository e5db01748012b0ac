"""A real relay on loopback, where coturn is installed."""

import asyncio
import contextlib
import re
import shutil
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from room_server import tls

SECRET = "a shared secret"


@asynccontextmanager
async def coturn(
    folder: Path, certificates: tls.Certificates | None = None, to_anybody: bool = False
) -> AsyncIterator[int]:
    """A real relay on loopback with our secret, or without any; its port.

    With certificates it speaks TLS and nothing else.
    """
    port, other = _free(), _free()
    way: tuple[str, ...] = ("--no-tls", "--no-dtls", f"--listening-port={port}")
    if certificates is not None:
        way = (
            "--no-udp",
            "--no-tcp",
            "--no-dtls",
            f"--tls-listening-port={port}",
            f"--listening-port={other}",
        )
        way += (f"--cert={certificates.chain}", f"--pkey={certificates.key}")
    who = ("--no-auth",) if to_anybody else ("--use-auth-secret", f"--static-auth-secret={SECRET}")
    options = (
        *("-n", "--no-cli", "--fingerprint", *who, *way),
        *("--realm=heting", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1"),
        *("--log-file", str(folder / "turn.log"), "--simple-log"),
    )
    async with _running(folder, port, options):
        yield port


@asynccontextmanager
async def coturn_by(template: Path, folder: Path, places: Mapping[str, str]) -> AsyncIterator[int]:
    """A relay by a configuration file whose places are filled in, without TLS; its port."""
    port = _free()
    text = template.read_text()
    for place, value in places.items():
        text = text.replace(place, value)
    text = re.sub(r"listening-port=3478", f"listening-port={port}", text)
    text = re.sub(r"(?m)^(tls-listening-port|cert|pkey)=.*$", "", text)
    filled = folder / "turnserver.conf"
    filled.write_text(text + "no-tls\n")
    async with _running(folder, port, ("-c", str(filled))):
        yield port


@asynccontextmanager
async def _running(folder: Path, port: int, options: tuple[str, ...]) -> AsyncIterator[None]:
    program = shutil.which("turnserver")
    if program is None:
        pytest.skip("coturn is not installed")
    own = (f"--pidfile={folder / 'turn.pid'}", f"--userdb={folder / 'turn.db'}", "--allow-loopback-peers")
    process = await asyncio.create_subprocess_exec(
        program, *options, *own, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.1)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _free() -> int:
    """A port that nobody has just now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number

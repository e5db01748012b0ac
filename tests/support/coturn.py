"""A real relay on loopback, where coturn is installed."""

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

SECRET = "a shared secret"


@asynccontextmanager
async def coturn(folder: Path) -> AsyncIterator[int]:
    """A real relay on loopback with our secret; its port."""
    program = shutil.which("turnserver")
    if program is None:
        pytest.skip("coturn is not installed")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        program,
        *("-n", "--no-cli", "--fingerprint", "--use-auth-secret", f"--static-auth-secret={SECRET}"),
        *("--realm=heting", "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}"),
        *("--allow-loopback-peers", "--no-tls", "--no-dtls", f"--pidfile={folder / 'turn.pid'}"),
        *("--log-file", str(folder / "turn.log"), "--simple-log", f"--userdb={folder / 'turn.db'}"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.1)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

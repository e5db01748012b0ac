"""`heting workers`: who carries what on this machine, and who takes no new rooms."""

import argparse
import asyncio
import json
import sys
from typing import Any

import aiohttp

from ..settings import Settings


def main(settings: Settings, arguments: argparse.Namespace) -> int:
    """Ask the running server; the exit status."""
    try:
        crew = asyncio.run(_ask(settings, arguments.action, arguments.worker))
    except (aiohttp.ClientError, OSError, LookupError) as error:
        print(f"heting: {_reason(error, settings)}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps({"ok": True, "workers": crew}))
        return 0
    print(f"{'worker':<12} {'state':<8} {'port':>5} {'rooms':>5} {'busy':>5}")
    for one in crew:
        name = one["name"] or "(none yet)"
        print(f"{name:<12} {one['state']:<8} {one['port']:>5} {one['rooms']:>5} {one['busy']:>5.0%}")
    return 0


async def _ask(settings: Settings, action: str, worker: str | None) -> list[dict[str, Any]]:
    # The certificate is this machine's own, and may be made for other names.
    connector = aiohttp.TCPConnector(ssl=False)
    url = f"https://localhost:{settings.port}/api/workers"
    async with aiohttp.ClientSession(connector=connector, headers={"Accept-Language": "en"}) as session:
        if action == "list":
            return await _workers(await session.get(url))
        if not worker:
            raise LookupError(f"say which: heting workers {action} NAME (heting workers list)")
        return await _workers(await session.post(f"{url}/{worker}", json={"wish": action}))


async def _workers(reply: aiohttp.ClientResponse) -> list[dict[str, Any]]:
    said = await reply.json()
    if reply.status >= 400:
        raise LookupError(said["error"]["text"])
    workers: list[dict[str, Any]] = said["workers"]
    return workers


def _reason(error: Exception, settings: Settings) -> str:
    if isinstance(error, LookupError):
        return str(error)
    return f"no server answers at port {settings.port}: is it running? (--port, --config)"

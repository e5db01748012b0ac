"""`heting serve`: check what a start needs, say plainly what is wrong, print how to come in, serve."""

import asyncio
import errno
import json
import logging
import signal
import socket
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from aiohttp import web

from media.addresses import has_ipv6

from .. import disk, tls
from ..api.routes import PARTS
from ..app import DATABASE, HANDING_OVER, PLACEMENT, TICKETS, create_app
from ..law.own import faults
from ..settings import Settings
from ..store import demo
from ..store.database import DatabaseError
from ..store.keys import KeyFileError, write_private
from .models import fetch_if_reachable
from .reach import PortTaken, check_ports

EVERYWHERE = ("", "::")


class StartError(Exception):
    """The server cannot start; the text is one line with the cause and the cure."""


def serve(settings: Settings) -> int:
    """Run the server until it is told to stop; the exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("aiohttp.access", "alembic", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        disk.prepare(settings.data)
        listeners = bind(settings)
        certificates = tls.prepare(
            settings.tls, settings.tls_names, certificate=settings.tls_certificate, key=settings.tls_key
        )
        context = certificates.ssl_context()
        try:
            check_ports(settings)
            check_law(settings)
            fetch_if_reachable(settings)
            asyncio.run(_run(settings, listeners, certificates, context))
        finally:
            for listener in listeners:
                listener.close()
    except (StartError, PortTaken, disk.DiskError, DatabaseError, KeyFileError, tls.TlsError) as error:
        print(f"heting: {error}", file=sys.stderr)
        return 1
    return 0


def bind(settings: Settings) -> list[socket.socket]:
    """The listening sockets, so that a taken port is known before anything else is started.

    One per family: a socket for both would show IPv4 clients under IPv6 addresses.
    """
    everywhere = settings.host in EVERYWHERE
    first = _listen("0.0.0.0" if everywhere else settings.host, settings.port)
    if not everywhere or not has_ipv6():
        return [first]
    try:
        return [first, _listen("::", first.getsockname()[1])]
    except StartError:
        first.close()
        raise


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise StartError(
                f"port {port} is taken by another program: stop it or set HETING_PORT"
            ) from error
        raise StartError(f"cannot listen on {host} port {port}: {error.strerror}") from error


def check_law(settings: Settings) -> None:
    """An installation's own law is read before anybody relies on it; raises `StartError`."""
    if found := faults(settings.law):
        raise StartError(f"{'; '.join(found)}: correct the file, or take it out of {settings.law}")


async def _run(
    settings: Settings, listeners: list[socket.socket], certificates: tls.Certificates, context: object
) -> None:
    port = listeners[0].getsockname()[1]
    url = public_url(settings, port)
    app = create_app(settings, url, certificates.authority)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=3.0)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hand_over() -> None:
        # A supervisor's restart: an open hearing must not lose its media over it.
        app[HANDING_OVER].set()
        stop.set()

    loop.add_signal_handler(signal.SIGINT, stop.set)
    loop.add_signal_handler(signal.SIGTERM, hand_over)
    try:
        await runner.setup()
        for listener in listeners:
            await web.SockSite(runner, listener, ssl_context=context).start()  # type: ignore[arg-type]
        await _greet(app, settings, certificates, url, port)
        await stop.wait()
        print("heting: stopping", file=sys.stderr)
    finally:
        await runner.cleanup()


def public_url(settings: Settings, port: int) -> str:
    """The address in links: as set, else this machine's first address that a phone can reach."""
    if settings.public_url:
        return settings.public_url
    addresses = tls.lan_addresses()
    host = addresses[0] if addresses and settings.host in (*EVERYWHERE, "0.0.0.0") else "localhost"
    return f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"


async def _greet(
    app: web.Application, settings: Settings, certificates: tls.Certificates, url: str, port: int
) -> None:
    print(f"\nHeting 和庭 is ready: https://localhost:{port}   (desk: https://localhost:{port}/desk)")
    engine = app[PLACEMENT].info("scribe").get("engine", {})
    if engine.get("state") == "ready":
        print(f"Speech: {engine.get('engine')} with {engine.get('model')}")
    else:
        print(f"Speech: recording only ({engine.get('reason')}). Get a model: heting models fetch")
    if certificates.authority is not None:
        print(
            f"To trust this server on a phone: open {url}/ca.crt there, install the certificate and trust it"
            f"\n  (SHA-256 {certificates.fingerprint()})"
        )
    if settings.demo:
        await _greet_demo(app, settings)
    sys.stdout.flush()


async def _greet_demo(app: web.Application, settings: Settings) -> None:
    now = datetime.now().astimezone()
    privacy = app[PARTS].privacy[0]
    made = await app[DATABASE].write(lambda s: demo.prepare(s, privacy, now, settings.rehearsal))
    password = made.password or _known_password(settings.data)
    if password is None:
        password = await app[DATABASE].write(demo.renew_password)
    write_private(settings.data / "demo.json", json.dumps({"password": password}).encode())
    print(f"\nStaff login: {' or '.join(made.accounts)}   password: {password}")
    import segno

    for link in await app[TICKETS].issue_all(made.hearing):
        address = app[TICKETS].link(link.token)
        print(f"\n{link.participant.name} ({link.participant.role.value}): {address}")
        print(f"  or the code {link.code} at {app[TICKETS].joining}")
        with suppress(OSError):
            segno.make(address, error="m").terminal(compact=True)


def _known_password(data: Path) -> str | None:
    path = data / "demo.json"
    if not path.exists():
        return None
    password: str = json.loads(path.read_text())["password"]
    return password

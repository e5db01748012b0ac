"""How much CPU a forwarded packet costs, and how late it gets: a media worker under load from C.

`run()` starts one worker process, fills rooms of eight (every one sends VP8 of about 560 kbit/s and Opus and
receives the other seven), and measures per step: CPU per forwarded packet (user and system time of the
worker, loopback included), delay added by the server, delivery, memory. Traffic stays on 127.0.0.1.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .load import Generator, first_in_line

HERE = Path(__file__).parent
PARTY = 8
BIN_MS = 0.05


async def serve() -> None:
    """Host one media worker: a JSON call per line on standard input, a JSON answer per line on output."""
    from media.worker import MediaWorker

    worker = MediaWorker(lambda event: None, {"addresses": ["127.0.0.1"], "bind": "127.0.0.1"})
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        method, arguments = json.loads(line)
        print(json.dumps(await getattr(worker, method)(*arguments)), flush=True)
    await worker.close()


class Server:
    """The worker's process and its pipe."""

    def __init__(self, core: int | None) -> None:
        command = [sys.executable, "-m", "bench.forward", "--serve"]
        if core is not None and shutil.which("taskset"):
            command = ["taskset", "-c", str(core), *command]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent
        )
        self.pid = self._process.pid
        self.realtime = first_in_line(self.pid)

    async def call(self, method: str, *arguments: Any) -> Any:
        """One call to the worker."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([method, arguments]) + "\n")
        self._process.stdin.flush()
        line = await asyncio.to_thread(self._process.stdout.readline)
        if not line:
            raise RuntimeError("the worker process ended")
        return json.loads(line)

    def cpu(self) -> float:
        """Seconds of CPU used so far, all threads."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def rss_mb(self) -> float:
        """Resident memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()


def quantile(counts: list[int], share: float) -> float:
    """Milliseconds that `share` of the packets stay under."""
    wanted, seen = sum(counts) * share, 0
    for place, count in enumerate(counts):
        seen += count
        if count and seen >= wanted:
            return round((place + 1) * BIN_MS, 2)
    return 0.0


@dataclass
class Crowd:
    """Rooms full of aiortc clients whose media the generator moves."""

    server: Server
    generator: Generator
    party: int = PARTY
    rooms: int = 0
    connections: list[Any] = field(default_factory=list)
    join_seconds: list[float] = field(default_factory=list)

    async def add_room(self) -> None:
        """One more room, every one sees every one."""
        room, people = f"room{self.rooms}", [f"p{number}" for number in range(self.party)]
        await self.server.call("open_room", room, 1, {})
        tracks = {
            f"{person}.{source}": {"to": people, "record": False, "scribe": False, "why": ""}
            for person in people
            for source in ("microphone", "camera")
        }
        await self.server.call("route", room, {"revision": 1, "tracks": tracks})
        for place, person in enumerate(people):
            began = time.monotonic()
            await self._join(room, person, "publish", place)
            await self._join(room, person, "subscribe", place)
            self.join_seconds.append(time.monotonic() - began)
        self.rooms += 1

    async def _join(self, room: str, person: str, plane: str, place: int) -> None:
        from aiortc import RTCRtpSender, RTCSessionDescription

        connection = _client()
        if plane == "publish":
            for kind in ("audio", "video"):
                transceiver = connection.addTransceiver(kind, "sendonly")
                wanted = ("audio/opus", "video/vp8", "video/rtx")
                codecs = RTCRtpSender.getCapabilities(kind).codecs
                transceiver.setCodecPreferences([c for c in codecs if c.mimeType.lower() in wanted])
        else:
            for kind in ("audio", "video"):
                for _ in range(self.party - 1):
                    connection.addTransceiver(kind, "recvonly")
        await connection.setLocalDescription(await connection.createOffer())
        answer = await self.server.call(plane, room, person, "device", connection.localDescription.sdp)
        await connection.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
        for transceiver in connection.getTransceivers():
            dtls = transceiver.receiver.transport
            dtls._srtp_profiles = [p for p in dtls._srtp_profiles if b"128_GCM" in p.openssl_profile]
        for _ in range(4000):
            if connection.getTransceivers()[0].receiver.transport.state == "connected":
                break
            await asyncio.sleep(0.005)
        number = self.generator.adopt(connection)
        if plane == "publish":
            for transceiver in connection.getTransceivers():
                self.generator.send(number, transceiver, place * 0.033 / self.party)
        else:
            self.generator.expect(number, answer["sdp"])
        self.connections.append(connection)

    async def measure(self, seconds: float) -> dict[str, Any]:
        """One row of the table."""
        await asyncio.sleep(2.5)
        self.generator.reset()
        cpu, began = self.server.cpu(), time.monotonic()
        await asyncio.sleep(seconds)
        sent, received, expected, forged = self.generator.totals()
        used, took = self.server.cpu() - cpu, time.monotonic() - began
        delays = self.generator.delays()
        return {
            "rooms": self.rooms,
            "party": self.party,
            "connections": len(self.connections),
            "in_per_s": round(sent / took),
            "out_per_s": round(received / took),
            "us_per_packet": round(used / max(1, received) * 1e6, 2),
            "cpu": round(used / took, 3),
            "delay_ms": {f"p{p}": quantile(delays, p / 100) for p in (50, 95, 99)},
            "delivered": round(received / max(1, sent * (self.party - 1)), 4),
            "lost": max(0, expected - received),
            "forged": forged,
            "rss_mb": round(self.server.rss_mb(), 1),
        }


def _client() -> Any:
    from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection

    return RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))


@contextlib.asynccontextmanager
async def crowd(party: int, folder: Path, cores: tuple[int | None, int | None]) -> AsyncIterator[Crowd]:
    """A server and its load, torn down afterwards."""
    server, generator = Server(cores[0]), Generator(folder)
    tasks = [asyncio.create_task(generator.pass_on()), asyncio.create_task(generator.report())]
    generator.start(cores[1])
    found = Crowd(server, generator, party)
    try:
        await server.call("start")
        yield found
    finally:
        generator.stop()
        for task in tasks:
            task.cancel()
        server.stop()


def _silence_clients() -> None:
    """The clients' own receivers and senders never run: the generator is their media."""
    import aioice.ice
    from aiortc import RTCRtpReceiver, RTCRtpSender

    async def nothing(self: Any, parameters: Any) -> None:
        return None

    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]
    RTCRtpReceiver.receive = nothing  # type: ignore[method-assign]
    RTCRtpSender.send = nothing  # type: ignore[method-assign]


async def _run(rooms: tuple[int, ...], seconds: float, party: int) -> dict[str, Any]:
    cores: tuple[int | None, int | None] = (None, None)
    if (os.cpu_count() or 1) >= 2:
        cores = (0, 1)
        os.sched_setaffinity(0, {1})
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        async with crowd(party, Path(folder), cores) as load:
            for wanted in rooms:
                while load.rooms < wanted:
                    await load.add_room()
                rows.append(await load.measure(seconds))
                _print_row(rows[-1])
            joins = sorted(load.join_seconds)
            stats = await load.server.call("stats")
    per_connection = (rows[-1]["rss_mb"] - rows[0]["rss_mb"]) / max(
        1, rows[-1]["connections"] - rows[0]["connections"]
    )
    result = {
        "plane": "python",
        "realtime": load.server.realtime,
        "steps": rows,
        "us_per_packet": rows[-1]["us_per_packet"],
        "delay_ms": rows[-1]["delay_ms"],
        "added_by_server_ms": {k: stats["forward_delay"][k] for k in ("p50", "p95", "p99")},
        "rss_mb_16_connections": rows[0]["rss_mb"],
        "rss_mb_per_connection": round(per_connection, 2),
        "join_ms_p50": round(joins[len(joins) // 2] * 1000),
    }
    result["rows"] = _summary(result, party)
    return result


def _summary(result: dict[str, Any], party: int) -> list[dict[str, Any]]:
    """The figures for the common table of `make bench`."""
    delivered = min(step["delivered"] for step in result["steps"])
    return [
        {
            "measure": f"CPU per forwarded packet, {party}-party rooms",
            "value": f"{result['us_per_packet']} us",
            "target": "<= 16 us",
        },
        {"measure": "delay p95, all of it", "value": f"{result['delay_ms']['p95']} ms", "target": "< 5 ms"},
        {
            "measure": "media worker with 16 connections",
            "value": f"{result['rss_mb_16_connections']} MB",
            "target": "< 150 MB",
        },
        {"measure": "memory per connection", "value": f"{result['rss_mb_per_connection']} MB"},
        {"measure": "packets delivered", "value": f"{delivered:.2%}", "target": "100 %"},
    ]


def _print_row(row: dict[str, Any]) -> None:
    delay = row["delay_ms"]
    print(
        f"{row['rooms']:>3} rooms of {row['party']}  in {row['in_per_s']:>6}/s  out {row['out_per_s']:>6}/s"
        f"  {row['us_per_packet']:>6.2f} us/packet  cpu {row['cpu']:>5.2f}"
        f"  delay ms p50 {delay['p50']:.2f} p95 {delay['p95']:.2f} p99 {delay['p99']:.2f}"
        f"  delivered {row['delivered']:.4f}  rss {row['rss_mb']:.0f} MB",
        flush=True,
    )


def run(rooms: tuple[int, ...] = (1, 4), seconds: float = 6.0, party: int = PARTY) -> dict[str, Any]:
    """Measure; prints a table, returns the results. Without gcc: says so and returns the reason."""
    if shutil.which("gcc") is None:
        print("forwarding: skipped, the load generator needs gcc")
        return {"skipped": "gcc is missing"}
    affinity = os.sched_getaffinity(0)
    _silence_clients()
    try:
        return asyncio.run(_run(rooms, seconds, party))
    finally:
        os.sched_setaffinity(0, affinity)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--rooms", default="1,4", help="steps, for example 1,3,6")
    parser.add_argument("--party", type=int, default=PARTY)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.serve:
        import uvloop

        uvloop.run(serve())
        return
    steps = tuple(int(step) for step in options.rooms.split(","))
    result = run(steps, options.seconds, options.party)
    if options.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()

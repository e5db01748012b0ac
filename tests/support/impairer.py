"""A network of one's own, between one server and its guests, that loses, delays, thins out or cuts.

The server and every place of guests live in network namespaces of their own, each with a TUN device; one
process carries the packets between the devices as it is told. The namespaces have no names: they vanish with
the last process in them, however a test ends. Loopback and the machine's own network are never touched.

    async with Network() as network:                        # raises NotPermitted, with the reason, where
        venue = Venue(..., inside=network.server.inside)    # namespaces or TUN devices are not allowed
        with network.crowd.entered():                       # this thread's new sockets: three guests' place,
            ...                                             # told apart by the address they bind (GUESTS)
        command = (*network.alone[0].inside, "chromium")    # a place of its own, for a program (ALONE)
        await network.turn(loss=0.05, delay=50)             # all guests, each way
        await network.turn(ALONE[0], way="down", rate=300)  # one guest, one direction, kbit/s
        await network.turn(GUESTS[1], up=False)             # an outage; up=True ends it
        await network.turn()                                # how many packets were carried and lost so far
        await network.calm()                                # a perfect network again, for everybody
        await network.move(ALONE[0], "10.78.0.99")          # from Wi-Fi to 4G: another address from now on

The server is reached at `SERVER`. Guests do not reach each other. It needs root (or the capabilities
`SYS_ADMIN` and `NET_ADMIN`), `/dev/net/tun`, `ip` (iproute2) and `nsenter` (util-linux).
"""

import asyncio
import contextlib
import ctypes
import fcntl
import json
import os
import random
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

SERVER = "10.78.0.1"
GUESTS = ("10.78.0.2", "10.78.0.3", "10.78.0.4")
"""The addresses at the one place that many guests share."""
ALONE = ("10.78.0.11", "10.78.0.12")
"""The addresses of guests who have a place of their own."""
_NEW_NETWORK = 0x40000000
_TUN_SET = 0x400454CA
_TUN_PLAIN = 0x1001
_QUEUE_S = 0.4
_libc = ctypes.CDLL(None, use_errno=True)

Way = Literal["both", "up", "down"]


@dataclass
class Weather:
    """What becomes of one guest's packets in one direction.

    `loss` 0 to 1, `delay` and `jitter` (standard deviation) in ms, packets stay in order; `rate` kbit/s
    (0: any) behind a queue of 0.4 s; `up`: False for an outage.
    """

    loss: float = 0.0
    delay: float = 0.0
    jitter: float = 0.0
    rate: float = 0.0
    up: bool = True


class NotPermitted(RuntimeError):
    """Namespaces or TUN devices cannot be made here; the text is the reason."""


class Place:
    """A namespace: `inside` is a command that runs another one there."""

    def __init__(self, path: str) -> None:
        self.inside: tuple[str, ...] = ("nsenter", f"--net={path}")
        self._path = path

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Every socket that this thread makes meanwhile is there, and so is every process it starts."""
        with _opened("/proc/thread-self/ns/net") as home, _opened(self._path) as there:
            _enter(there)
            try:
                yield
            finally:
                _enter(home)


class Network:
    """The server's end and the guests' places; see the top of this file."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turning = asyncio.Lock()
        self.server = self.crowd = Place("")
        self.alone: list[Place] = []

    async def __aenter__(self) -> Self:
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.support.impairer"), stdin=pipe, stdout=pipe
        )
        try:
            told = await self._hear()
            if "refused" in told:
                raise NotPermitted(told["refused"])
        except BaseException:
            await self.close()
            raise
        self.server, self.crowd, *self.alone = (Place(path) for path in told["places"])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Take the network away."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()
            await process.wait()

    async def turn(self, *guests: str, way: Way = "both", **changes: float) -> dict[str, int]:
        """Change the weather of these guests (none named: all), at once; the packets carried and lost."""
        return await self._order({"guests": guests or (*GUESTS, *ALONE), "way": way, "changes": changes})

    async def calm(self) -> dict[str, int]:
        """A perfect network again, for everybody."""
        return await self.turn(**vars(Weather()))

    async def move(self, guest: str, address: str) -> None:
        """From now on a guest with a place of its own has another address there; its weather goes along."""
        await self._order({"guest": guest, "address": address})

    async def _order(self, order: dict[str, Any]) -> dict[str, int]:
        async with self._turning:
            assert self._process is not None and self._process.stdin is not None
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            return await self._hear()

    async def _hear(self) -> dict[str, Any]:
        assert self._process is not None and self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), 20.0)
        if not line:
            raise NotPermitted("the process that carries the packets ended")
        told: dict[str, Any] = json.loads(line)
        return told


@contextlib.contextmanager
def _opened(path: str) -> Iterator[int]:
    handle = os.open(path, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


def _enter(namespace: int) -> None:
    if _libc.setns(namespace, _NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "setns")


class Line:
    """One guest's packets in one direction, in order."""

    def __init__(self, target: int) -> None:
        self.weather = Weather()
        self._target = target
        self._loop = asyncio.get_running_loop()
        self._free = self._latest = 0.0
        self.carried = self.lost = 0

    def take(self, packet: bytes) -> None:
        """Carry one packet as the weather allows."""
        weather = self.weather
        at = now = self._loop.time()
        full = weather.rate and self._free - now > _QUEUE_S
        if full or not weather.up or random.random() < weather.loss:
            self.lost += 1
            return
        if weather.rate:
            at = self._free = max(now, self._free) + len(packet) * 8 / (weather.rate * 1000)
        if weather.delay or weather.jitter:
            at += max(0.0, random.gauss(weather.delay, weather.jitter)) / 1000
        # Two timers of the same instant may fire in any order.
        self._latest = at = max(at, self._latest + 1e-6)
        if at - now < 0.0003:
            self._hand_over(packet)
        else:
            self._loop.call_at(at, self._hand_over, packet)

    def _hand_over(self, packet: bytes) -> None:
        if self.weather.up:
            self.carried += 1
            with contextlib.suppress(OSError):
                os.write(self._target, packet)
        else:
            self.lost += 1


class Carrier:
    """Reads every device, finds the guest by its address, and hands the packet to the guest's line."""

    def __init__(self, server: int, devices: dict[str, int]) -> None:
        self._up = {guest: Line(server) for guest in devices}
        self._down = {guest: Line(device) for guest, device in devices.items()}
        self._names = {socket.inet_aton(guest): guest for guest in devices}
        loop = asyncio.get_running_loop()
        for device in set(devices.values()):
            loop.add_reader(device, self._read, device, 12, self._up)
        loop.add_reader(server, self._read, server, 16, self._down)

    def _read(self, device: int, at: int, lines: dict[str, Line]) -> None:
        for _ in range(64):
            try:
                packet = os.read(device, 65535)
            except OSError:
                return
            guest = self._names.get(packet[at : at + 4])
            if guest is not None:
                lines[guest].take(packet)

    def turn(self, guests: list[str], way: Way, changes: dict[str, Any]) -> dict[str, int]:
        """Change the weather of some lines; the counts of all."""
        lines = (*self._up.values(), *self._down.values())
        for name, value in changes.items():
            for guest in guests:
                for one in (self._up, self._down) if way == "both" else (getattr(self, f"_{way}"),):
                    setattr(one[guest].weather, name, value)
        return {"carried": sum(line.carried for line in lines), "lost": sum(line.lost for line in lines)}

    def rename(self, guest: str, address: str) -> None:
        """A guest has another address."""
        self._names = {known: name for known, name in self._names.items() if name != guest}
        self._names[socket.inet_aton(address)] = guest


@dataclass
class _End:
    """A namespace with one device in it."""

    device: int
    namespace: int
    name: str


def _end(name: str, *addresses: str) -> _End:
    if _libc.unshare(_NEW_NETWORK):
        raise OSError(ctypes.get_errno(), "unshare")
    namespace = os.open("/proc/self/ns/net", os.O_RDONLY)
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUN_SET, struct.pack("16sH", name.encode(), _TUN_PLAIN))
    for words in (
        *(f"addr add {address}/24 dev {name}" for address in addresses),
        f"link set {name} up mtu 1500 txqueuelen 1000",
        "link set lo up",
        f"route add default dev {name}",
    ):
        subprocess.run(["ip", *words.split()], check=True, capture_output=True)
    return _End(device, namespace, name)


def _move(end: _End, guest: str, address: str) -> None:
    """As a phone does it: the old address goes, and with it every route; then the new network is there."""
    _enter(end.namespace)
    for words in (
        f"addr flush dev {end.name}",
        f"addr add {address}/24 dev {end.name}",
        f"route replace default dev {end.name}",
    ):
        subprocess.run(["ip", *words.split()], check=True, capture_output=True)


async def _carry(server: _End, crowd: _End, alone: list[_End]) -> None:
    """Carry until standard input ends: then the test is over, or dead."""
    own = dict(zip(ALONE, alone, strict=True))
    carrier = Carrier(
        server.device,
        {**dict.fromkeys(GUESTS, crowd.device), **{guest: end.device for guest, end in own.items()}},
    )
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin
    )
    while line := await orders.readline():
        order = json.loads(line)
        if "address" in order:
            await asyncio.to_thread(_move, own[order["guest"]], order["guest"], order["address"])
            carrier.rename(order["guest"], order["address"])
            _tell({})
        else:
            _tell(carrier.turn(order["guests"], order["way"], order["changes"]))


def _tell(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    """The process that carries the packets."""
    try:
        server, crowd = _end("server", SERVER), _end("crowd", *GUESTS)
        alone = [_end("alone", guest) for guest in ALONE]
    except (OSError, subprocess.CalledProcessError) as error:
        return _tell({"refused": f"no network of one's own can be made here: {error}"})
    with contextlib.suppress(OSError):
        os.nice(-5)
    folder = f"/proc/{os.getpid()}/fd"
    _tell({"places": [f"{folder}/{end.namespace}" for end in (server, crowd, *alone)]})
    asyncio.run(_carry(server, crowd, alone))


if __name__ == "__main__":
    main()

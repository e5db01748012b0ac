"""The load of the forwarding benchmarks: the C generator behind connections made by bench/client.py."""

import asyncio
import ctypes
import os
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from pylibsrtp import _binding

from .client import Client
from .cores import first_in_line

SOURCES = Path(__file__).parent / "generator"
BINS = 20001
BIN_MS = 0.05
GROUPS = 512
"""Groups of connections whose longest delays are told apart."""
_INTERVALS = {True: 33_333_333, False: 20_000_000}
_GOLDEN = 0.618034

_FLAGS = ("-std=c11", "-D_GNU_SOURCE", "-O2", "-flto", "-Wall", "-Wextra", "-shared", "-fPIC", "-pthread")
_CALLS: dict[str, list[Any]] = {
    "generator_init": [ctypes.c_void_p],
    "generator_tune": [ctypes.c_int, ctypes.c_int],
    "generator_connection": [
        ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int,
        ctypes.c_int,
    ],
    "generator_remove": [ctypes.c_int],
    "generator_source": [ctypes.c_int, ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p],
    "generator_turn": [ctypes.c_int, ctypes.c_int, ctypes.c_uint64],
    "generator_reports": [ctypes.c_int, ctypes.c_int],
}  # fmt: skip


def possible() -> bool:
    """Whether the generator can be built here."""
    return shutil.which("gcc") is not None


class Generator:
    """The C side: built on the fly, driven through ctypes."""

    def __init__(self, folder: Path) -> None:
        library = folder / "generator.so"
        subprocess.run(["gcc", *_FLAGS, "-o", library, *sorted(SOURCES.glob("*.c"))], check=True)
        self._c = ctypes.CDLL(str(library))
        for name, types in _CALLS.items():
            getattr(self._c, name).argtypes = types
        srtp = ctypes.CDLL(_binding.__file__)
        names = ("srtp_protect", "srtp_unprotect", "srtp_protect_rtcp", "srtp_unprotect_rtcp")
        functions = [ctypes.cast(getattr(srtp, name), ctypes.c_void_p).value for name in names]
        self._c.generator_init((ctypes.c_void_p * 4)(*functions))
        self._clients: dict[int, Client] = {}
        self._sources: dict[int, list[tuple[int, bool]]] = {}
        self._made = 0
        self._thread: threading.Thread | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, core: int | None, realtime: bool = True) -> None:
        """Run the sending and receiving thread, and pass on what is not media."""

        def work() -> None:
            if core is not None:
                os.sched_setaffinity(0, {core})
            if realtime:
                first_in_line(0)
            self._c.generator_run()

        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()
        self._tasks = [asyncio.create_task(self._pass_on())]

    async def stop(self) -> None:
        """End the thread."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._c.generator_stop()

    def adopt(self, client: Client, group: int = 0) -> int:
        """Take over a connected client, silent at first; the number it is called by from now on."""
        assert client.keys is not None
        ffi, keys = _binding.ffi, client.keys
        pointers = [int(ffi.cast("uintptr_t", session)) for session in (keys.sending, keys.receiving)]
        host, port = client.remote
        number = int(
            self._c.generator_connection(
                client.udp.fileno(), host.encode(), port, *pointers, group, client.resent_type
            )
        )
        if number < 0:
            raise RuntimeError("the generator has no room for more connections")
        self._clients[number] = client
        self._sources[number] = []
        for stream in client.streams:
            ids = (stream.payload_type, stream.level_id, stream.time_id, stream.transport_id)
            source = self._c.generator_source(stream.video, number, stream.ssrc, (ctypes.c_int * 4)(*ids))
            if source < 0:
                raise RuntimeError("the generator has no room for more sources")
            self._sources[number].append((int(source), stream.video))
        return number

    def turn(self, number: int, on: bool) -> None:
        """A publisher begins to send (phases spread evenly) or falls silent; a receiver reports or not."""
        for source, video in self._sources[number]:
            self._made += 1
            share = self._made * _GOLDEN % 1.0
            self._c.generator_turn(source, on, int(share * _INTERVALS[video]))
        if not self._sources[number]:
            self._c.generator_reports(number, on)

    def give_back(self, number: int) -> Client:
        """The connection is no longer the generator's: its owner closes it."""
        self._c.generator_remove(number)
        self._sources.pop(number)
        return self._clients.pop(number)

    def tune(self, sample: int = 8, lost_percent: float = 0.0) -> None:
        """Measure every n-th packet; ask again for this share of packets as if they had been lost."""
        self._c.generator_tune(sample, int(lost_percent * 10_000))

    def reset(self) -> None:
        """Count from zero."""
        self._c.generator_reset()

    def totals(self) -> dict[str, int]:
        """Packets since the reset."""
        out = (ctypes.c_uint64 * 6)()
        self._c.generator_totals(out)
        return dict(zip(("sent", "received", "expected", "forged", "resent", "refused"), out, strict=True))

    def delays(self) -> list[int]:
        """Packets per 50 us of delay."""
        out = (ctypes.c_uint64 * BINS)()
        self._c.generator_delays(out)
        return list(out)

    def worst_ms(self) -> list[float]:
        """The longest delay in each group since the reset."""
        out = (ctypes.c_uint64 * GROUPS)()
        self._c.generator_worst(out)
        return [value / 1e6 for value in out]

    def cpu_seconds(self) -> float:
        """CPU its thread used so far."""
        assert self._thread is not None and self._thread.ident is not None
        return time.clock_gettime(time.pthread_getcpuclockid(self._thread.ident))

    async def _pass_on(self) -> None:
        """Checks of the server must be answered, its goodbyes heard."""
        data, number = ctypes.create_string_buffer(2048), ctypes.c_int()
        while True:
            while size := self._c.generator_other(ctypes.byref(number), data):
                client = self._clients.get(number.value)
                if client is not None:
                    client.feed(data.raw[:size])
            await asyncio.sleep(0.02)

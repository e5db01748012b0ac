"""What the thread hands to Python is bounded, and a flood from strangers leaves room for the others."""

import asyncio
import gc
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from media.guests import Guest
from media.wire import rtp
from tests.support import planes

COOKIE = b"\0\1\4\xec\x21\x12\xa4\x42"
RECORD = b"\x16\xfe\xfd" + bytes(40)


@pytest.fixture
def bench(compiled: str) -> Iterator[planes.Bench]:
    if compiled:
        pytest.skip(f"no C plane: {compiled}")
    found = planes.Bench("c")
    yield found
    found.close()


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_strangers_fill_only_their_share_of_what_waits_for_python(bench: planes.Bench) -> None:
    bench.port.open()
    target, joined = ("127.0.0.1", bench.port.number), bench.publisher
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        # The event loop is held up all the time.
        for _ in range(150):
            for _ in range(20):
                stranger.sendto(COOKIE + bytes(1272), target)
            time.sleep(0.001)  # noqa: ASYNC251
        joined.far.socket.sendto(RECORD, target)
        time.sleep(0.05)  # noqa: ASYNC251
    assert bench.port.tallied().bad_check > 1000
    assert joined.taken == []
    for _ in range(100):
        await asyncio.sleep(0.01)
        if joined.taken:
            break
    assert joined.taken == [RECORD] and bench.port.tallied().not_handed == 0


async def test_guests_that_are_too_slow_miss_packets_and_the_slots_do_not(bench: planes.Bench) -> None:
    bench.port.open()
    inlet, outlet, notebook = (
        bench.inlet(planes.MICROPHONE),
        bench.outlet(planes.MICROPHONE),
        planes.Notebook(),
    )
    inlet.guests = (Guest(notebook, lambda guest: None),)
    bench.bind(inlet, outlet)
    for number in range(4000):
        bench.give(inlet, rtp.build(96, number, number * 960, 1, bytes(1200)))
    missed = bench.port.tallied().not_handed
    assert outlet.packets == 4000 and 0 < missed < 2000
    bench.port.tick()
    assert len(notebook.packets) == 4000 - missed


async def test_a_closed_port_leaves_no_thread_and_no_descriptor(compiled: str) -> None:
    if compiled:
        pytest.skip(f"no C plane: {compiled}")
    before = threads(), descriptors()
    for turn in range(5):
        bench = planes.Bench("c")
        bench.port.open()
        assert threads() == before[0] + 1
        if turn % 2:
            # Forgotten instead of closed: the thread ends with its port.
            wake = bench.port._wake  # type: ignore[attr-defined]
            asyncio.get_running_loop().remove_reader(wake)
            sockets = [bench.port.socket, bench.publisher.far.socket, bench.subscriber.far.socket]
            del bench
            gc.collect()
            for one in sockets:
                one.close()
        else:
            bench.close()
    assert (threads(), descriptors()) == before


def test_a_process_that_just_ends_ends_well(compiled: str) -> None:
    if compiled:
        pytest.skip(f"no C plane: {compiled}")
    script = (
        "import asyncio\n"
        "from media.planes import open_port\n"
        "async def main():\n"
        "    global kept\n"
        "    kept = open_port('c', '127.0.0.1', 0)\n"
        "    kept.open()\n"
        "asyncio.run(main())\n"
    )
    assert subprocess.run([sys.executable, "-c", script], timeout=60).returncode == 0

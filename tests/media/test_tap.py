"""The line to the scribe: its frames, its media times, and that nobody waits for it."""

import asyncio
import itertools
import socket
import struct
from pathlib import Path

import uvloop

from media.packet import Packet
from media.tap import END, OPUS, PAUSE, Tap, TapSink, frame
from tests.support.callers import until


class Line(Tap):
    """A line that keeps its frames."""

    def __init__(self) -> None:
        super().__init__("nowhere")
        self.frames: list[tuple[int, str, float, bytes]] = []

    def send(self, data: bytes) -> None:
        self.frames.append(read(data))


def read(data: bytes) -> tuple[int, str, float, bytes]:
    length, kind, size = struct.unpack_from("!LBB", data)
    assert length == len(data) - 4
    name = data[6 : 6 + size].decode()
    (media_ms,) = struct.unpack_from("!d", data, 6 + size)
    return kind, name, media_ms, data[14 + size :]


def packet(step: int, arrival: float, payload: bytes = b"opus", first: int = 0xFFFFFF00) -> Packet:
    return Packet(step, (first + step * 960) & 0xFFFFFFFF, False, payload, arrival)


def test_a_frame_reads_as_the_contract_says() -> None:
    assert read(frame(OPUS, "room/anna", 12.5, b"payload")) == (1, "room/anna", 12.5, b"payload")


def test_media_time_follows_rtp_not_the_jitter_of_arrival() -> None:
    line = Line()
    sink = TapSink(line, "r/a", lambda: 1_000_000.0)
    for step in range(500):
        late = 0.03 if step % 3 else 0.0
        sink.write(packet(step, 1000.0 + step * 0.02 + late))
    times = [media_ms for _, _, media_ms, _ in line.frames]
    steps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert abs(times[-1] - 499 * 20) < 8
    assert all(abs(step - 20) < 0.2 for step in steps)


def test_a_clock_that_jumps_is_anchored_anew() -> None:
    line = Line()
    sink = TapSink(line, "r/a", lambda: 0.0)
    sink.write(packet(0, 10.0))
    sink.write(packet(5000, 10.02))
    sink.write(packet(5001, 10.04))
    assert [round(media_ms) for _, _, media_ms, _ in line.frames] == [10000, 10020, 10040]


def test_pause_and_end_are_told_and_empty_packets_are_not() -> None:
    line = Line()
    sink = TapSink(line, "r/a", lambda: 0.0)
    sink.write(packet(0, 10.0))
    sink.write(packet(1, 10.02, b""))
    sink.pause("muted")
    sink.resume()
    sink.close()
    assert [kind for kind, _, _, _ in line.frames] == [OPUS, PAUSE, END]


async def test_it_connects_again_and_never_waits(tmp_path: Path) -> None:
    path, got = tmp_path / "tap.sock", list[bytes]()

    async def scribe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.readexactly(len(frame(OPUS, "r/a", 1.0, b"x"))))
        writer.close()

    tap = Tap(str(path))
    tap.send(frame(OPUS, "r/a", 1.0, b"x"))
    assert tap.dropped == 1
    tap.open()
    async with await asyncio.start_unix_server(scribe, path):
        for wanted in (1, 2):
            await until(lambda: tap.connected)
            tap.send(frame(OPUS, "r/a", 1.0, b"x"))
            await until(lambda wanted=wanted: len(got) == wanted)  # type: ignore[misc]
            await until(lambda: not tap.connected)
    await tap.close()


async def test_a_scribe_that_does_not_read_costs_packets_not_time(tmp_path: Path) -> None:
    path, release = tmp_path / "tap.sock", asyncio.Event()

    async def scribe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    async with await asyncio.start_unix_server(scribe, path, limit=1024):
        tap = Tap(str(path))
        tap.open()
        await until(lambda: tap.connected)
        data = frame(OPUS, "r/a", 1.0, bytes(1000))
        for _ in range(5000):
            tap.send(data)
        assert tap.dropped > 1000
        assert tap.sent < 4000
        release.set()
        await tap.close()


def test_a_scribe_that_dies_in_mid_word_never_raises(tmp_path: Path) -> None:
    async def talk() -> None:
        tap = Tap(str(tmp_path / "tap.sock"))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(tap.path)
            listener.listen()
            listener.setblocking(False)
            tap.open()
            line, _ = await asyncio.get_running_loop().sock_accept(listener)
            await until(lambda: tap.connected)
            tap.send(b"word")
            line.close()
        for turn in range(100):
            tap.send(b"word")
            if turn % 5 == 0:
                await asyncio.sleep(0)
        assert tap.sent and tap.dropped
        await tap.close()

    # The worker's own loop: here a write to a broken line raises what asyncio's would swallow.
    uvloop.run(talk())

"""Worker processes: called, refused, late, dead, adopted, and gone by themselves when forgotten."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from room_server.engine import children
from room_server.engine.children import ChildEngine, ChildHandle
from room_server.engine.seam import WorkerError, WorkerGone, WorkerLate

HOST = "tests.support.toy_host"


async def until_gone(pid: int, seconds: float) -> bool:
    """Whether a process ends within a time (a child of ours is reaped on the way)."""
    for _ in range(int(seconds / 0.05)):
        try:
            os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            pass
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_calls_answers_refusals_and_facts(tmp_path: Path) -> None:
    toy = await ChildEngine(tmp_path, host=HOST).spawn("toy", "toy-1", colour="red")
    try:
        assert toy.info == {"colour": "red"}
        assert await asyncio.gather(*(toy.call("add", n, 1) for n in range(20))) == list(range(1, 21))
        with pytest.raises(WorkerError, match="no reason") as caught:
            await toy.call("fail", "no reason")
        assert caught.value.kind == "ValueError"
        with pytest.raises(WorkerError):
            await toy.call("close")
        with pytest.raises(WorkerLate):
            await toy.call("stall", wait=0.2)
        await toy.call("tell_later", 3, 0.0)
        told = [(await anext(toy.events()))["number"] for _ in range(3)]
        assert told == [0, 1, 2]
    finally:
        await toy.stop()
    assert await until_gone(toy.pid, 5)
    assert list(tmp_path.glob("*.sock")) == []


async def test_a_killed_worker_is_noticed_at_once(tmp_path: Path) -> None:
    toy = await ChildEngine(tmp_path, host=HOST).spawn("toy", "toy-1")
    stalled = asyncio.create_task(toy.call("stall", wait=30))
    await asyncio.sleep(0.05)
    os.kill(toy.pid, signal.SIGKILL)
    await asyncio.wait_for(toy.gone, 2)
    with pytest.raises(WorkerGone):
        await stalled
    with pytest.raises(WorkerGone):
        await toy.call("add", 1, 1)
    assert [event async for event in toy.events()] == []


async def test_a_worker_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    with pytest.raises(WorkerGone, match=r"toy-1.log"):
        await ChildEngine(tmp_path, host=HOST).spawn("toy", "toy-1", broken=True)
    assert "broken on purpose" in (tmp_path / "toy-1.log").read_text()


async def test_a_successor_adopts_the_worker_and_hears_what_it_missed(tmp_path: Path) -> None:
    first = await ChildEngine(tmp_path, host=HOST).spawn("toy", "toy-7", colour="blue")
    await first.call("tell_later", 5, 0.2)
    first.let_go()
    await asyncio.sleep(0.4)
    adopted = await ChildEngine(tmp_path, host=HOST).adopt("toy")
    second = adopted["toy-7"]
    assert isinstance(second, ChildHandle)
    try:
        assert (second.info, second.pid) == ({"colour": "blue"}, first.pid)
        assert [(await anext(second.events()))["number"] for _ in range(5)] == [0, 1, 2, 3, 4]
    finally:
        await second.stop()


async def test_dead_cards_are_cleared_away(tmp_path: Path) -> None:
    toy = await ChildEngine(tmp_path, host=HOST).spawn("toy", "toy-1")
    os.kill(toy.pid, signal.SIGKILL)
    await toy.gone
    assert await ChildEngine(tmp_path, host=HOST).adopt("toy") == {}
    assert list(tmp_path.glob("toy-1.json")) == []


async def test_a_forgotten_worker_ends_by_itself(tmp_path: Path) -> None:
    toy = await ChildEngine(tmp_path, orphan_s=1.0, host=HOST).spawn("toy", "toy-1")
    toy.let_go()
    assert await until_gone(toy.pid, 5)


async def test_a_worker_that_hangs_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "PARTING_S", 0.2)
    toy = await ChildEngine(tmp_path, host=HOST).spawn("toy", "toy-1")
    os.kill(toy.pid, signal.SIGSTOP)
    await toy.stop()
    assert await until_gone(toy.pid, 5)

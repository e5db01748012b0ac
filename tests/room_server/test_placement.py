"""Workers are kept: a dead one has a successor with a new epoch, a silent one is killed first."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from room_server import placement as module
from room_server.engine.children import ChildEngine
from room_server.engine.seam import WorkerGone
from room_server.placement import Epochs, Placement


class Heard(list[dict[str, Any]]):
    """What a placement told, with a way to wait for it."""

    def __call__(self, kind: str, event: dict[str, Any]) -> None:
        self.append({"kind": kind, **event})

    async def until(self, told: str, count: int = 1) -> None:
        """Wait until something was told so many times."""
        async with asyncio.timeout(15):
            while sum(event["type"] == told for event in self) < count:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def placed(folder: Path, heard: Heard, **need: Any) -> AsyncIterator[Placement]:
    """A placement of one toy."""
    engine = ChildEngine(folder, host="tests.support.toy_host")
    place = Placement(engine, Epochs(folder / "epoch"), {"toy": need}, heard)
    await place.start()
    try:
        yield place
    finally:
        await place.stop()


def pid_of(place: Placement) -> int:
    """The process behind the placement's toy."""
    return place._handles["toy"].pid  # type: ignore[attr-defined,no-any-return]


async def test_a_dead_worker_has_a_successor_of_a_new_epoch(tmp_path: Path) -> None:
    heard = Heard()
    async with placed(tmp_path, heard) as place:
        assert place.epochs["toy"] == 1
        os.kill(pid_of(place), signal.SIGKILL)
        await heard.until("ready", 2)
        assert [event["type"] for event in heard] == ["ready", "lost", "ready"]
        assert place.epochs["toy"] == 2
        assert await place.call("toy", "add", 2, 2) == 4
    with pytest.raises(WorkerGone):
        await place.call("toy", "add", 1, 1)


async def test_a_worker_that_does_not_answer_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PING_S", 0.1)
    monkeypatch.setattr(module, "ANSWER_S", 0.3)
    heard = Heard()
    async with placed(tmp_path, heard) as place:
        first = pid_of(place)
        os.kill(first, signal.SIGSTOP)
        await heard.until("ready", 2)
        assert pid_of(place) != first


async def test_a_successor_adopts_and_keeps_the_epoch(tmp_path: Path) -> None:
    heard = Heard()
    engine = ChildEngine(tmp_path, host="tests.support.toy_host")
    first = Placement(engine, Epochs(tmp_path / "epoch"), {"toy": {}}, heard)
    await first.start()
    pid = pid_of(first)
    await first.stop(leave_running=True)
    first._handles["toy"].let_go()  # type: ignore[attr-defined]
    async with placed(tmp_path, heard) as second:
        assert (pid_of(second), second.epochs["toy"], second.fresh["toy"]) == (pid, 1, False)


async def test_one_that_never_starts_is_tried_again_and_does_not_hold_up_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "START_S", 1.0)
    heard = Heard()
    async with placed(tmp_path, heard, broken=True) as place:
        assert place.info("toy") == {"up": False, "epoch": place.epochs["toy"]}
        assert heard == []

"""Workers are kept: a dead one has a successor with a new epoch, a silent one is killed first."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from room_server.crew import placement as module
from room_server.crew.drains import Wish
from room_server.crew.placement import Epochs, Placement
from room_server.engine.children import ChildEngine
from room_server.engine.seam import WorkerGone


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
async def placed(folder: Path, heard: Heard, *needs: dict[str, Any]) -> AsyncIterator[Placement]:
    """A placement of one toy, or of one for each need."""
    engine = ChildEngine(folder, host="tests.support.toy_host")
    place = Placement(engine, Epochs(folder / "epoch"), {"toy": needs or [{}]}, heard)
    await place.start()
    try:
        yield place
    finally:
        await place.stop()


def pid_of(place: Placement, number: int = 0) -> int:
    """The process behind one of the placement's toys."""
    return place._posts[number].handle.pid  # type: ignore[union-attr,no-any-return]


def let_go(place: Placement) -> None:
    """Close this end of every line, as the end of the control process would."""
    for post in place._posts:
        post.handle.let_go()  # type: ignore[union-attr]


def worker_of(place: Placement, room: str) -> int:
    """The number of the toy that has a room."""
    names = [worker["name"] for worker in place.crew("toy")]
    return names.index(str(place._rooms.worker_of(room)))


async def open_rooms(place: Placement, *rooms: str) -> None:
    """Find a toy for each room and open it there."""
    for room in rooms:
        assert place.assign(room, "toy")
        await place.ask(room, "open_room", room, place.epoch_of(room))


async def test_a_dead_worker_has_a_successor_of_a_new_epoch(tmp_path: Path) -> None:
    heard = Heard()
    async with placed(tmp_path, heard) as place:
        assert place.info("toy")["epoch"] == 1
        os.kill(pid_of(place), signal.SIGKILL)
        await heard.until("ready", 2)
        assert [event["type"] for event in heard] == ["ready", "lost", "ready"]
        assert place.info("toy")["epoch"] == 2
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
    first = Placement(engine, Epochs(tmp_path / "epoch"), {"toy": [{}]}, heard)
    await first.start()
    pid = pid_of(first)
    await first.stop(leave_running=True)
    let_go(first)
    async with placed(tmp_path, heard) as second:
        assert (pid_of(second), second.info("toy")["epoch"], heard[-1]["fresh"]) == (pid, 1, False)


async def test_one_that_never_starts_is_tried_again_and_does_not_hold_up_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "START_S", 1.0)
    heard = Heard()
    async with placed(tmp_path, heard, {"broken": True}) as place:
        assert place.info("toy") == {"up": False, "epoch": place.info("toy")["epoch"]}
        assert heard == []


async def test_rooms_are_shared_out_and_a_dead_worker_loses_only_its_own(tmp_path: Path) -> None:
    heard = Heard()
    async with placed(tmp_path, heard, {}, {}) as place:
        await open_rooms(place, "r1", "r2", "r3")
        assert [worker["rooms"] for worker in place.crew("toy")] == [2, 1]
        assert not place.assign("r1", "toy")
        hit, spared = worker_of(place, "r1"), worker_of(place, "r2")
        assert {hit, spared} == {0, 1}
        os.kill(pid_of(place, hit), signal.SIGKILL)
        await heard.until("lost")
        assert sorted(heard[-1]["rooms"]) == ["r1", "r3"]
        assert (place.has("r1"), place.has("r2")) == (False, True)
        with pytest.raises(WorkerGone):
            await place.ask("r1", "rooms")
        await open_rooms(place, "r1")
        assert worker_of(place, "r1") == spared
        assert sorted(await place.ask("r2", "rooms")) == ["r1", "r2"]
        await heard.until("ready", 3)
        await open_rooms(place, "r3")
        assert worker_of(place, "r3") == hit


async def test_a_room_that_moves_to_an_older_worker_gets_a_newer_epoch(tmp_path: Path) -> None:
    heard = Heard()
    async with placed(tmp_path, heard, {}, {}) as place:
        newest = max(place.crew("toy"), key=lambda worker: worker["epoch"])
        older = min(place.crew("toy"), key=lambda worker: worker["epoch"])
        await open_rooms(place, "r1", "r2")
        assert {place.epoch_of("r1"), place.epoch_of("r2")} == {1, 2}
        room = next(r for r in ("r1", "r2") if place._rooms.worker_of(r) == newest["name"])
        os.kill(pid_of(place, place.crew("toy").index({**newest, "rooms": 1})), signal.SIGKILL)
        await heard.until("lost")
        assert place.assign(room, "toy")
        assert place._rooms.worker_of(room) == older["name"]
        assert place.epoch_of(room) > newest["epoch"] > older["epoch"]


async def test_a_drained_worker_keeps_its_rooms_and_gets_no_new_ones(tmp_path: Path) -> None:
    async with placed(tmp_path, Heard(), {}, {}) as place:
        await open_rooms(place, "r1")
        name = str(place._rooms.worker_of("r1"))
        place.tend(name, Wish.DRAIN)
        await open_rooms(place, "r2", "r3")
        assert {place._rooms.worker_of(room) for room in ("r2", "r3")} == {
            worker["name"] for worker in place.crew("toy") if worker["name"] != name
        }
        assert await place.ask("r1", "rooms") == {"r1": place.epoch_of("r1")}
        assert sorted(worker["state"] for worker in place.crew("toy")) == ["drained", "up"]
        place.tend(str(place._rooms.worker_of("r2")), Wish.DRAIN)
        assert not place.assign("r4", "toy")
        place.tend(name, Wish.RESUME)
        await open_rooms(place, "r4")
        assert place._rooms.worker_of("r4") == name
        with pytest.raises(WorkerGone):
            place.tend("toy-99", Wish.DRAIN)


async def test_a_worker_to_be_replaced_ends_with_its_last_room(tmp_path: Path) -> None:
    heard = Heard()
    async with placed(tmp_path, heard, {}, {}) as place:
        await open_rooms(place, "r1")
        name = str(place._rooms.worker_of("r1"))
        place.tend(name, Wish.REPLACE)
        states = {worker["name"]: worker["state"] for worker in place.crew("toy")}
        assert states.pop(name) == "leaving" and list(states.values()) == ["up"]
        await open_rooms(place, "r2")
        assert place._rooms.worker_of("r2") != name
        assert await place.ask("r1", "rooms") == {"r1": place.epoch_of("r1")}
        place.release("r1")
        await heard.until("ready", 3)
        assert heard[-2]["type"] == "lost" and heard[-2]["rooms"] == []
        crew = place.crew("toy")
        assert name not in [worker["name"] for worker in crew]
        assert [worker["state"] for worker in crew] == ["up", "up"]
        idle = next(worker["name"] for worker in crew if not worker["rooms"])
        place.tend(idle, Wish.REPLACE)
        await heard.until("ready", 4)
        assert idle not in [worker["name"] for worker in place.crew("toy")], "it had nothing to wait for"


async def test_a_drained_worker_is_drained_still_for_a_successor(tmp_path: Path) -> None:
    heard = Heard()
    engine = ChildEngine(tmp_path, host="tests.support.toy_host")
    needs = [{"port": 7001}, {"port": 7002}]
    first = Placement(engine, Epochs(tmp_path / "epoch"), {"toy": needs}, heard)
    await first.start()
    drained, other = (worker["name"] for worker in first.crew("toy"))
    first.tend(drained, Wish.DRAIN)
    await first.stop(leave_running=True)
    let_go(first)
    async with placed(tmp_path, heard, *needs) as second:
        await open_rooms(second, "r1", "r2")
        assert {second._rooms.worker_of(room) for room in ("r1", "r2")} == {other}
        os.kill(pid_of(second, 0), signal.SIGKILL)
        await heard.until("ready", 5)
        assert [worker["state"] for worker in second.crew("toy")] == ["up", "up"]


async def test_a_busy_worker_gets_no_room_while_another_has_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PING_S", 0.05)
    async with placed(tmp_path, Heard(), {"busy": 0.9}, {"busy": 0.2}) as place:
        async with asyncio.timeout(10):
            while [worker["busy"] for worker in place.crew("toy")] != [0.9, 0.2]:
                await asyncio.sleep(0.02)
        await open_rooms(place, "r1", "r2")
        assert {worker_of(place, room) for room in ("r1", "r2")} == {1}


async def test_a_successor_finds_every_room_at_the_worker_and_the_port_it_had(tmp_path: Path) -> None:
    heard = Heard()
    engine = ChildEngine(tmp_path, host="tests.support.toy_host")
    needs = [{"port": 7001}, {"port": 7002}]
    first = Placement(engine, Epochs(tmp_path / "epoch"), {"toy": needs}, heard)
    await first.start()
    await open_rooms(first, "r1", "r2", "r3")
    before = {worker["port"]: worker for worker in first.crew("toy")}
    epochs = {room: first.epoch_of(room) for room in ("r1", "r2", "r3")}
    await first.stop(leave_running=True)
    let_go(first)
    async with placed(tmp_path, heard, *needs) as second:
        assert [worker["port"] for worker in second.crew("toy")] == [7001, 7002]
        assert {worker["port"]: worker for worker in second.crew("toy")} == before
        assert {room: second.epoch_of(room) for room in epochs} == epochs
        assert not second.assign("r1", "toy")
        await open_rooms(second, "new")
        assert second.epoch_of("new") > max(epochs.values())


async def test_a_smaller_crew_leaves_surplus_workers_to_their_rooms(tmp_path: Path) -> None:
    heard = Heard()
    engine = ChildEngine(tmp_path, host="tests.support.toy_host")
    needs = [{"port": 7001}, {"port": 7002}, {"port": 7003}]
    first = Placement(engine, Epochs(tmp_path / "epoch"), {"toy": needs}, heard)
    await first.start()
    await open_rooms(first, "r1", "r2")
    idle = next(worker["port"] for worker in first.crew("toy") if not worker["rooms"])
    kept, spare = [worker for worker in first.crew("toy") if worker["port"] != idle]
    await first.stop(leave_running=True)
    let_go(first)
    async with placed(tmp_path, heard, {"port": kept["port"]}) as second:
        states = {worker["port"]: (worker["state"], worker["rooms"]) for worker in second.crew("toy")}
        assert states == {kept["port"]: ("up", 1), spare["port"]: ("leaving", 1)}
        await open_rooms(second, "r3")
        assert worker_of(second, "r3") == 0
        second.release("r2" if second._rooms.worker_of("r2") == spare["name"] else "r1")
        await heard.until("lost")
        assert [worker["port"] for worker in second.crew("toy")] == [kept["port"]]

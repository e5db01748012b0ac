"""Second passes in the house: one at a time, stopped on request, failed with a reason, taken up again."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from room_server.recovery.second_pass import PassFailed
from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.sitting.live import Sitting
from room_server.sittings import second_passes
from room_server.store import journal
from tests.room_server.test_sittings import House, house
from tests.support.waiting import until

__all__ = ["house"]


class Reader:
    """Stands in for the process that reads: waits until it is let go, then ends or fails."""

    def __init__(self) -> None:
        self.began: list[tuple[int, str]] = []
        self.cancelled = 0
        self.go = asyncio.Event()
        self.failure = ""

    async def read(
        self,
        settings: Any,
        entries: Any,
        number: int,
        model: str,
        words: Any,
        progress: Callable[[float], None],
    ) -> list[e.Event]:
        """What `second_pass` is asked for."""
        self.began.append((number, model))
        progress(0.5)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.failure:
            raise PassFailed(self.failure)
        return [e.SecondPassEnded(number=number, outcome="done", model=model)]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    made = Reader()
    monkeypatch.setattr(second_passes, "second_pass", made.read)
    return made


async def in_recess(house: House) -> tuple[Sitting, str]:
    live, mediator = await house.opened(), house.people["mediator"]
    await live.wish(mediator, c.Adjourn(reason="午休"))
    return live, mediator


def running(live: Sitting) -> bool:
    return live.room.minutes.second_pass.running


async def outcomes(house: House, live: Sitting) -> list[tuple[str, str]]:
    entries = await journal.read(house.database, live.id)
    return [(n.body["outcome"], n.body["reason"]) for n in entries if n.type == "SecondPassEnded"]


async def test_a_pass_is_read_stopped_failed_and_done(house: House, reader: Reader) -> None:
    live, mediator = await in_recess(house)
    passes = house.sittings.second_passes
    await passes.wish(live.id, mediator, c.StartSecondPass(model="large"))
    await until(lambda: passes.share(live.id) == 0.5)
    await passes.wish(live.id, mediator, c.StopSecondPass())
    await until(lambda: reader.cancelled == 1 and passes.share(live.id) is None)
    reader.failure = "nothing is recorded"
    reader.go.set()
    await passes.wish(live.id, mediator, c.StartSecondPass())
    await until(lambda: not running(live))
    reader.failure = ""
    await passes.wish(live.id, mediator, c.StartSecondPass())
    await until(lambda: not running(live))
    assert reader.began == [(1, "large"), (2, ""), (3, "")]
    assert await outcomes(house, live) == [("stopped", ""), ("failed", "nothing is recorded"), ("done", "")]


async def test_a_restart_goes_on_with_a_pass(house: House, reader: Reader) -> None:
    live, mediator = await in_recess(house)
    await house.sittings.second_passes.wish(live.id, mediator, c.StartSecondPass(model="large"))
    await until(lambda: len(reader.began) == 1)
    await house.sittings.stop()
    assert reader.cancelled == 1 and await outcomes(house, live) == []
    house.sittings = house.registry()
    reader.go.set()
    await house.sittings.start()
    again = house.sittings.live(live.id)
    assert again is not None
    await until(lambda: not running(again))
    assert reader.began == [(1, "large"), (1, "large")] and await outcomes(house, live) == [("done", "")]
    assert list((house.sittings.second_passes._settings.data / "second_passes").iterdir()) == []

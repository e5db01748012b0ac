"""A chair that was lost: told once, when it has been waited for long enough, and never of one who is back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.law.interruptions import CHAIR, waits
from room_server.rules import commands as c
from room_server.rules.decisions import Refused
from room_server.sitting import live as module
from tests.support.room_stage import Ear, Stage
from tests.support.tribunal import CO_MEDIATOR, MEDIATOR, prepared

M, CO = MEDIATOR.id, CO_MEDIATOR.id


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A mediation with its mediator and a co-mediator at the table."""
    monkeypatch.setattr(module, "GRACE_S", 0.0)
    made = Stage()
    made.sitting.vigil.wait_s = 0
    await made.sitting.told(prepared("mediation"))
    await made.seat(CO)
    yield made
    await made.sitting.stop()


async def until(stage: Stage, kind: str) -> None:
    async with asyncio.timeout(20):
        while kind not in stage.journal.types():
            await asyncio.sleep(0.01)


async def seated(stage: Stage) -> Ear:
    ear = await stage.seat(M)
    await stage.sitting.wish(M, c.Admit(participant=CO))
    return ear


async def test_a_lost_chair_is_missed_and_then_the_co_mediator_takes_it(stage: Stage) -> None:
    ear = await seated(stage)
    assert "ChairMissed" not in stage.journal.types()
    stage.sitting.leave(ear)
    await until(stage, "ChairMissed")
    assert "Disconnected" in stage.journal.types()
    await stage.sitting.wish(CO, c.TakeChair(reason="调解员断线"))
    assert stage.sitting.room.chair == CO
    assert stage.journal.types().count("ChairMissed") == 1


async def test_a_chair_who_is_back_in_time_is_not_missed(stage: Stage) -> None:
    stage.sitting.vigil.wait_s = 3600
    ear = await seated(stage)
    stage.sitting.leave(ear)
    await until(stage, "Left")
    with pytest.raises(Refused, match="chair_awaited"):
        await stage.sitting.wish(CO, c.TakeChair())
    await stage.seat(M)
    await until(stage, "Reconnected")
    with pytest.raises(Refused, match="chair_present"):
        await stage.sitting.wish(CO, c.TakeChair())
    assert "ChairMissed" not in stage.journal.types()


def test_how_long_is_waited_is_data_that_an_installation_may_change(tmp_path: Path) -> None:
    assert waits()[CHAIR].seconds > 0 and waits()[CHAIR].basis
    own = '[[wait]]\nid = "chair"\nzh = "x"\nen = "x"\nseconds = 30\nbasis = "x"\nsource = "D"\n'
    (tmp_path / "interruptions.toml").write_text(f'version = "1"\n{own}', encoding="utf-8")
    assert waits(tmp_path)[CHAIR].seconds == 30

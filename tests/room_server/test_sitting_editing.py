"""Several at the minutes: who has which line open is shown to the staff, and to nobody else."""

from collections.abc import AsyncIterator

import pytest

from room_server.rules import commands as c
from room_server.rules import protocol as p
from tests.room_server.test_sitting import A, M, opened
from tests.support.people import CLERK
from tests.support.room_stage import Ear, Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A prepared sitting."""
    made = await Stage().prepare()
    yield made
    await made.sitting.stop()


def seen(ear: Ear) -> list[p.Editing]:
    return [frame for frame in ear.frames if isinstance(frame, p.Editing)]


async def test_the_staff_see_who_has_a_line_open_until_they_leave(stage: Stage) -> None:
    ears = await opened(stage)
    clerk = await stage.seat(CLERK.id)
    await stage.sitting.wish(M, c.InsertLine(text="（敲槌）"))
    audience, room = stage.sitting.audience, stage.sitting.room
    audience.show_editing(room, clerk, "h1")
    audience.show_editing(room, clerk, "h1")
    assert seen(ears[M]) == [p.Editing(participant=CLERK.id, line="h1")]
    assert seen(ears[A]) == []
    later = Ear(M, "device-two")
    assert await stage.sitting.enter(later, 0, True)
    assert seen(later) == [p.Editing(participant=CLERK.id, line="h1")]
    await stage.sitting.wish(CLERK.id, c.Leave())
    last = Ear(M, "device-three")
    assert await stage.sitting.enter(last, 0, True)
    assert seen(last) == []


async def test_a_party_edits_nothing_and_an_unknown_line_is_none(stage: Stage) -> None:
    ears = await opened(stage)
    await stage.sitting.wish(M, c.InsertLine(text="（敲槌）"))
    stage.sitting.audience.show_editing(stage.sitting.room, ears[A], "h1")
    stage.sitting.audience.show_editing(stage.sitting.room, ears[M], "h9")
    assert seen(ears[M]) == seen(ears[A]) == []

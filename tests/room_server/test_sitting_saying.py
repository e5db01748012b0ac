"""What is said in writing: told to those who are there, in a private talk to them alone, in no floods."""

from collections.abc import AsyncIterator

import pytest

from room_server.rules import commands as c
from room_server.rules import protocol as p
from room_server.rules.decisions import Refused
from room_server.rules.saying.limits import AT_ONCE
from tests.room_server.test_sitting import A, M, R, opened
from tests.support.room_stage import Ear, Stage

WORDS = "我方可以接受两万元"


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A prepared sitting."""
    made = await Stage().prepare()
    yield made
    await made.sitting.stop()


def passing(ear: Ear) -> list[str]:
    return [frame.text for frame in ear.frames if isinstance(frame, p.Said)]


async def test_a_text_at_the_table_is_a_fact_for_everybody_there(stage: Stage) -> None:
    ears = await opened(stage)
    await stage.sitting.wish(A, c.Say(text=WORDS))
    assert stage.journal.types()[-1] == "TextSaid"
    for who in (A, R, M):
        assert ears[who].told()[-1] == "TextSaid"
        assert passing(ears[who]) == []


async def test_a_text_in_a_private_talk_reaches_nobody_else_and_is_kept_nowhere(stage: Stage) -> None:
    ears = await opened(stage)
    await stage.sitting.wish(M, c.Move(participants=[M, A], place="caucus:1"))
    before = list(stage.journal.types())
    await stage.sitting.wish(A, c.Say(text=f"  {WORDS}"))
    assert stage.journal.types() == before
    assert (passing(ears[A]), passing(ears[M]), passing(ears[R])) == ([WORDS], [WORDS], [])
    assert WORDS not in str(stage.journal.entries)


async def test_texts_in_floods_are_refused(stage: Stage) -> None:
    await opened(stage)
    for number in range(AT_ONCE):
        await stage.sitting.wish(A, c.Say(text=f"第{number}句"))
    with pytest.raises(Refused, match="too_many_texts"):
        await stage.sitting.wish(A, c.Say(text="又一句"))
    await stage.sitting.wish(R, c.Say(text="别人照常"))
    assert stage.journal.types().count("TextSaid") == AT_ONCE + 1

"""One inbox, one task: order, answers, and a bad step that ends nothing."""

import asyncio

import pytest

from room_server.sitting.inbox import Inbox


async def test_steps_are_done_one_after_the_other_in_order() -> None:
    inbox, done = Inbox("test"), list[int]()

    async def step(number: int, pause: float) -> int:
        await asyncio.sleep(pause)
        done.append(number)
        return number

    inbox.post(lambda: step(1, 0.02))
    inbox.post(lambda: step(2, 0.0))
    assert await inbox.ask(lambda: step(3, 0.0)) == 3
    assert done == [1, 2, 3]
    await inbox.stop()


async def test_what_goes_wrong_is_the_askers_or_logged_and_ends_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    inbox = Inbox("sitting s_1")

    async def bad() -> None:
        raise LookupError("lost")

    async def good() -> str:
        return "done"

    with pytest.raises(LookupError, match="lost"):
        await inbox.ask(bad)
    assert caplog.records == []
    inbox.post(bad)
    assert await inbox.ask(good) == "done"
    assert [record.getMessage() for record in caplog.records] == ["sitting s_1: a step failed"]
    await inbox.stop()


async def test_a_stopped_inbox_does_nothing_more() -> None:
    inbox, done = Inbox("test"), list[int]()

    async def step() -> None:
        done.append(1)

    await inbox.stop()
    inbox.post(step)
    await asyncio.sleep(0)
    assert done == []


async def test_a_step_for_later_is_done_once_unless_it_is_forgotten_or_replaced() -> None:
    inbox, done = Inbox("test"), list[str]()

    async def step(name: str) -> None:
        done.append(name)

    inbox.later("p_1", 0.01, lambda: step("replaced"))
    inbox.later("p_1", 0.01, lambda: step("kept"))
    inbox.later("p_2", 0.01, lambda: step("forgotten"))
    inbox.forget("p_2")
    inbox.forget("p_3")
    await asyncio.sleep(0.1)
    assert done == ["kept"]
    inbox.later("p_1", 0.01, lambda: step("too late"))
    await inbox.stop()
    await asyncio.sleep(0.05)
    assert done == ["kept"]

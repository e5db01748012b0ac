"""People who are cut off and come back: what waits for them, and attempts that arrive out of order."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from room_server.rules import commands as c
from room_server.rules import protocol as p
from room_server.rules.decisions import Refused
from room_server.sitting import live as module
from room_server.sitting.live import Sitting
from tests.support.people import APPLICANT, MEDIATOR
from tests.support.room_stage import Ear, Stage

M, A = MEDIATOR.id, APPLICANT.id


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """An open sitting of two in which nobody is waited for long."""
    monkeypatch.setattr(module, "GRACE_S", 0.03)
    made = await Stage().prepare()
    await made.seat(M)
    yield made
    await made.sitting.stop()


async def seated(stage: Stage) -> Ear:
    """The applicant at the open table, with connections."""
    ear = await stage.seat(A)
    await stage.sitting.wish(M, c.Admit(participant=A))
    await stage.sitting.wish(M, c.Open())
    for plane in ("publish", "subscribe"):
        await stage.sitting.connections.offer(ear, plane, "v=0")
    return ear


async def gone(stage: Stage, ear: Ear) -> None:
    """The socket ends and nobody comes back in time."""
    stage.sitting.leave(ear)
    async with asyncio.timeout(2):
        while stage.sitting.room.people[ear.participant].connected:
            await asyncio.sleep(0.01)
    await stage.sitting.told()


def live(ear: Ear) -> bool:
    """Whether a screen was told that its connections still stand."""
    return next(frame.live for frame in ear.frames if isinstance(frame, p.Welcome))


def dropped(stage: Stage) -> list[str]:
    """Devices all of whose connections were ended."""
    return [str(args[2]) for name, args in stage.media.calls if name == "drop_peer" and len(args) == 4]


def reached(stage: Stage) -> set[str]:
    """Everybody to whom any track goes."""
    tracks = stage.media.last("route")[1]["tracks"]
    return {who for track in tracks.values() for who in track["to"]}


async def test_connections_wait_with_all_routes_closed_for_whoever_counts_as_gone(stage: Stage) -> None:
    ear = await seated(stage)
    assert reached(stage) == {M, A}
    await gone(stage, ear)
    tracks = stage.media.last("route")[1]["tracks"]
    assert reached(stage) == set()
    assert tracks[f"{A}.microphone"]["why"] == "offline" and not tracks[f"{A}.camera"]["record"]
    assert dropped(stage) == []
    again = Ear(A)
    await stage.sitting.enter(again, 0, False)
    assert live(again) and reached(stage) == {M, A}
    assert dropped(stage) == []
    assert stage.sitting.room.people[A].place == "table"


async def test_after_a_while_nothing_waits_any_more(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PARK_S", 0.03)
    await gone(stage, await seated(stage))
    async with asyncio.timeout(2):
        while not dropped(stage):
            await asyncio.sleep(0.01)
    assert dropped(stage) == ["device-one"]
    again = Ear(A)
    await stage.sitting.enter(again, 0, False)
    assert not live(again)


async def test_what_waits_for_one_device_ends_when_another_comes(stage: Stage) -> None:
    ear = await seated(stage)
    stage.sitting.leave(ear)
    other = Ear(A, "device-two")
    assert await stage.sitting.enter(other, 0, False)
    assert dropped(stage) == ["device-one"]
    assert not live(other)


async def test_a_silent_connection_may_be_gone_on_with_and_one_that_is_over_may_not(stage: Stage) -> None:
    await seated(stage)
    stage.sitting.connections.peer_lost(A, "device-one", "publish", "silent", gone=False)
    again = Ear(A)
    await stage.sitting.enter(again, 0, False)
    assert live(again)
    stage.sitting.connections.peer_lost(A, "device-one", "publish", "silent", gone=True)
    third = Ear(A)
    await stage.sitting.enter(third, 0, False)
    assert not live(third)


async def test_a_new_control_process_waits_for_people_and_for_their_connections(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETURN_S", 0.05)
    monkeypatch.setattr(module, "PARK_S", 0.05)
    await seated(stage)
    calls: list[tuple[str, tuple[object, ...]]] = []

    async def answering(method: str, *args: object, wait: float = 10.0) -> object:
        calls.append((method, args))
        return {"devices": [{"participant": A, "peer": "device-one", "slots": []}]}

    stage.media.call = answering  # type: ignore[method-assign]
    back = Sitting("s_1", stage.journal, stage.media, "/r", stage.journal.entries, lambda *_: None)
    await back.media_ready(None, fresh=False)
    back.expect_back()
    async with asyncio.timeout(2):
        while ("drop_peer", ("s_1", A, "device-one", "silent")) not in calls:
            await asyncio.sleep(0.01)
    assert not back.room.people[A].connected
    await back.stop()


async def test_a_late_hello_of_the_same_device_never_takes_the_seat_of_a_later_one(stage: Stage) -> None:
    living = Ear(A, order=(1000, 2))
    assert await stage.sitting.enter(living, 0, False)
    for visit, attempt in ((1000, 1), (1000, 2), (999, 8)):
        for takeover in (False, True):
            late = Ear(A, order=(visit, attempt))
            assert not await stage.sitting.enter(late, 0, takeover)
            stage.sitting.leave(late)
    await stage.sitting.told()
    assert living.word == ""
    assert stage.sitting.audience.screens[A] is living
    assert "Disconnected" not in stage.journal.types()


async def test_the_next_attempt_and_the_next_page_take_the_seat(stage: Stage) -> None:
    ears = [Ear(A, order=order) for order in ((1000, 1), (1000, 2), (1001, 1))]
    for ear in ears:
        assert await stage.sitting.enter(ear, 0, False)
    assert [ear.word for ear in ears] == ["replaced", "replaced", ""]
    stage.sitting.leave(ears[0])
    stage.sitting.leave(ears[1])
    await stage.sitting.told()
    assert stage.sitting.audience.screens[A] is ears[2]


async def test_a_late_hello_of_another_device_asks_and_does_not_take(stage: Stage) -> None:
    first = Ear(A, "device-one", order=(1000, 1))
    await stage.sitting.enter(first, 0, False)
    second = Ear(A, "device-two", order=(2000, 1))
    assert await stage.sitting.enter(second, 0, True)
    late = Ear(A, "device-one", order=(1000, 2))
    assert not await stage.sitting.enter(late, 0, False)
    replayed = Ear(A, "device-one", order=(1000, 1))
    assert not await stage.sitting.enter(replayed, 0, True)
    assert second.word == ""
    assert await stage.sitting.enter(Ear(A, "device-one", order=(3000, 1)), 0, True)
    assert second.word == "taken_over"


async def test_the_seat_is_free_for_an_earlier_attempt_when_nobody_sits_there(stage: Stage) -> None:
    ear = Ear(A, order=(1000, 5))
    await stage.sitting.enter(ear, 0, False)
    stage.sitting.leave(ear)
    assert await stage.sitting.enter(Ear(A, order=(1000, 4)), 0, False)


async def test_an_answer_that_a_later_offer_has_overtaken_is_nobodys(stage: Stage) -> None:
    ear = await seated(stage)
    slow, asked = asyncio.Event(), []

    async def answering(method: str, *args: object, wait: float = 10.0) -> object:
        asked.append(args[-1])
        if args[-1] == "old":
            await slow.wait()
        return {"sdp": f"answer to {args[-1]}", "slots": []}

    stage.media.call = answering  # type: ignore[method-assign]
    old = asyncio.create_task(stage.sitting.connections.offer(ear, "publish", "old"))
    await asyncio.sleep(0)
    assert await stage.sitting.connections.offer(ear, "publish", "new") == "answer to new"
    slow.set()
    with pytest.raises(Refused, match="media_down"):
        await old
    assert asked == ["old", "new"]


async def test_an_offer_of_a_screen_whose_seat_is_taken_meanwhile_connects_nothing(stage: Stage) -> None:
    ear = await stage.seat(A)
    slow = asyncio.Event()
    call = stage.media.call

    async def answering(method: str, *args: object, wait: float = 10.0) -> object:
        if method == "publish":
            await slow.wait()
        return await call(method, *args)

    stage.media.call = answering  # type: ignore[method-assign]
    late = asyncio.create_task(stage.sitting.connections.offer(ear, "publish", "v=0"))
    await asyncio.sleep(0)
    assert await stage.sitting.enter(Ear(A, "device-two"), 0, True)
    slow.set()
    with pytest.raises(Refused):
        await late
    again = Ear(A, "device-one")
    await stage.sitting.enter(again, 0, True)
    assert not live(again)

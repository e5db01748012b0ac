"""What is shown: a screen only while it is a fact that it is shared, and the pictures a screen asks for."""

from collections.abc import AsyncIterator

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules import protocol as p
from room_server.rules.decisions import Refused
from room_server.sitting.audience import StandIn
from tests.room_server.test_sitting import A, M, R, opened, settled
from tests.support.room_stage import Ear, Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A prepared sitting."""
    made = await Stage().prepare()
    yield made
    await made.sitting.stop()


async def test_a_screen_is_carried_only_while_it_is_shared(stage: Stage) -> None:
    ears = await opened(stage)
    with pytest.raises(Refused, match="not_sharing"):
        await stage.sitting.connections.offer(ears[A], "screen", "v=0")
    await stage.sitting.wish(A, c.ShareScreen())
    assert await stage.sitting.connections.offer(ears[A], "screen", "v=0") == "v=0"
    assert stage.media.last("share") == ("s_1", A, "device-one", "v=0")
    assert stage.media.last("route")[1]["tracks"][f"{A}.screen"]["record"] is True
    await stage.sitting.wish(M, c.StopScreen(participant=A))
    assert stage.media.last("route")[1]["tracks"][f"{A}.screen"]["to"] == []
    assert stage.media.last("drop_peer") == ("s_1", A, "device-one", "gone", "screen")
    assert ears[R].told()[-2:] == ["ScreenShared", "ScreenStopped"]


async def test_a_screen_that_is_lost_cuts_nobody_off_and_another_device_shows_none(stage: Stage) -> None:
    await opened(stage)
    await stage.sitting.wish(A, c.ShareScreen())
    stage.sitting.connections.peer_up(A, "device-one", "screen")
    stage.sitting.connections.peer_lost(A, "device-one", "screen", "silent")
    assert await settled(stage) == []
    await stage.sitting.enter(Ear(A, "device-two"), 0, True)
    assert stage.journal.types()[-2:] == ["TakenOver", "ScreenStopped"]


async def test_an_encoder_shows_its_second_picture_without_asking(stage: Stage) -> None:
    await opened(stage)
    encoder = StandIn("p_agent", "whip-1", lambda _: None)
    await stage.sitting.enter(encoder, 0, False)
    await stage.sitting.wish("p_agent", c.Knock())
    await stage.sitting.wish(M, c.Admit(participant="p_agent"))
    shown = {"participant": "p_agent", "source": "screen"}
    await stage.sitting.told(e.TrackStarted(**shown, codec="vp8"))
    assert stage.sitting.room.people["p_agent"].sharing
    await stage.sitting.told(e.TrackEnded(**shown))
    assert not stage.sitting.room.people["p_agent"].sharing
    await stage.sitting.wish(A, c.ShareScreen())
    await stage.sitting.told(e.TrackStarted(**shown, codec="vp8"))
    assert not stage.sitting.room.people["p_agent"].sharing


async def test_observers_send_nothing(stage: Stage) -> None:
    await opened(stage)
    watcher = await stage.seat("p_observer")
    await stage.sitting.wish(M, c.Admit(participant="p_observer"))
    assert stage.journal.types()[-1] == "WatchBegan"
    with pytest.raises(Refused, match="listens_only"):
        await stage.sitting.connections.offer(watcher, "publish", "v=0")
    assert await stage.sitting.connections.offer(watcher, "subscribe", "v=0") == "v=0"
    await stage.sitting.wish("p_observer", c.Leave())
    await stage.sitting.enter(Ear("p_observer"), 0, False)
    assert stage.journal.types()[-2:] == ["Joined", "WatchBegan"], "every access is written down"


async def test_a_screen_asks_for_pictures_and_hears_who_has_the_word(stage: Stage) -> None:
    ears = await opened(stage)
    stage.sitting.connections.view(ears[A], p.View(first=[R], most=4, sizes={R: (640, 480)}))
    await stage.sitting.wish(M, c.Move(participants=[M, A], place="caucus:1"))
    assert stage.media.last("view") == ("s_1", A, "device-one", [R], 4, {R: (640, 480)}, False)

    def word(who: str, *speaking: str) -> str:
        stage.sitting.audience.show_speaking(stage.sitting.room, speaking)
        return next(f.dominant for f in reversed(ears[who].frames) if isinstance(f, p.Speaking))

    assert word(A) == ""
    assert word(A, A, R) == A
    assert word(R, A, R) == R, "each place has its own word"
    assert word(A, M, A) == A, "who goes on keeps it"
    assert word(A) == A, "and while nobody speaks"
    assert word(A, M) == M
    await stage.sitting.wish(M, c.Move(participants=[M, A], place="table"))
    assert word(M) == R


async def test_only_the_device_that_is_to_connect_anew_is_told(stage: Stage) -> None:
    ears = await opened(stage)
    stage.sitting.audience.show_one(A, "device-of-nobody", p.Renew(plane="publish"))
    device = stage.sitting.audience.screens[A].device
    stage.sitting.audience.show_one(A, device, p.Renew(plane="publish"))
    told = {who: [f.plane for f in ear.frames if isinstance(f, p.Renew)] for who, ear in ears.items()}
    assert told == {M: [], A: ["publish"], R: []}

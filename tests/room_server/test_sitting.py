"""The live sitting: facts before screens, routes before facts, and nobody knows more than they may."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from room_server.rules import commands as c
from room_server.rules import events as e
from room_server.rules import protocol as p
from room_server.rules.decisions import Refused
from room_server.sitting import live as module
from room_server.sitting.live import Sitting
from tests.support.people import APPLICANT, MEDIATOR, RESPONDENT
from tests.support.room_stage import Ear, Stage

M, A, R = MEDIATOR.id, APPLICANT.id, RESPONDENT.id


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A prepared sitting."""
    made = await Stage().prepare()
    yield made
    await made.sitting.stop()


async def opened(stage: Stage) -> dict[str, Ear]:
    """A mediator and two parties at the open table."""
    ears = {who: await stage.seat(who) for who in (M, A, R)}
    for who in (A, R):
        await stage.sitting.wish(M, c.Admit(participant=who))
    await stage.sitting.wish(M, c.Open())
    return ears


async def test_a_newcomer_is_welcomed_told_the_past_and_caught_up(stage: Stage) -> None:
    ear = await stage.seat(A)
    assert ear.kinds()[0] == "Welcome"
    assert ear.told() == ["SittingPrepared", "Joined", "Knocked"]
    assert "CaughtUp" in ear.kinds()
    welcome = ear.frames[0]
    assert isinstance(welcome, p.Welcome)
    assert (welcome.participant, welcome.name, welcome.live) == (A, APPLICANT.name, False)


async def test_since_spares_what_the_screen_already_knows(stage: Stage) -> None:
    first = await stage.seat(M)
    known = max(f.seq for f in first.frames if isinstance(f, p.Told))
    await stage.sitting.wish(M, c.Ask(kind="floor"))
    again = Ear(M)
    assert await stage.sitting.enter(again, known, False)
    assert again.told() == ["RequestMade"]
    assert first.word == "replaced"


async def test_admission_opens_the_door_with_everything_behind_it(stage: Stage) -> None:
    ears = await opened(stage)
    late = await stage.seat("p_agent")
    assert "Muted" not in late.told()
    await stage.sitting.wish(M, c.Mute(participant=A))
    assert "Muted" not in late.told()
    await stage.sitting.wish(M, c.Admit(participant="p_agent"))
    assert "Reset" in late.kinds()
    assert late.told().count("Muted") == 1
    assert late.told() == ears[A].told()


async def test_being_sent_out_closes_the_door_again(stage: Stage) -> None:
    ears = await opened(stage)
    await stage.sitting.wish(M, c.Move(participants=[R], place="lobby"))
    assert ears[R].kinds()[-1] == "CaughtUp"
    await stage.sitting.wish(M, c.Mute(participant=A))
    assert "Muted" not in ears[R].told()


async def test_privacy_is_routed_before_it_is_told(stage: Stage) -> None:
    ears = await opened(stage)
    at_call: list[bool] = []

    async def watching(method: str, *args: object, wait: float = 10.0) -> None:
        if method == "route":
            at_call.append(any(isinstance(f, p.Told) and isinstance(f.event, e.Moved) and
                               f.event.place == "caucus:1" for f in ears[R].frames))  # fmt: skip

    stage.media.call = watching  # type: ignore[method-assign]
    await stage.sitting.wish(M, c.Move(participants=[M, A], place="caucus:1"))
    assert at_call == [False]


async def test_opening_begins_the_recording_and_closing_is_watched(stage: Stage) -> None:
    await opened(stage)
    room, zero, folder = stage.media.last("begin_recording")
    assert (room, folder) == ("s_1", "/recordings/s_1")
    assert zero == stage.sitting.opened_at
    await stage.sitting.wish(M, c.Close())
    assert any(isinstance(event, e.Closed) for event in stage.watched)
    assert not any(t["record"] for t in stage.media.last("route")[1]["tracks"].values())


async def test_refused_people_are_shown_the_door(stage: Stage) -> None:
    ears = await opened(stage)
    await stage.sitting.wish(M, c.Refuse(participant=R, reason="身份不符"))
    assert ears[R].word == "refused"
    assert "Refused" in ears[R].told()
    assert stage.media.last("drop_peer")[:2] == ("s_1", R)


async def test_a_second_device_needs_the_persons_word(stage: Stage) -> None:
    first = await stage.seat(A, "device-one")
    second = Ear(A, "device-two")
    assert await stage.sitting.enter(second, 0, False) is False
    assert first.word == ""
    assert await stage.sitting.enter(second, 0, True) is True
    assert first.word == "taken_over"
    assert stage.media.last("drop_peer") == ("s_1", A, "device-one", "taken_over")
    assert "TakenOver" in stage.journal.types()


async def test_a_dropped_socket_may_come_back_before_it_counts(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GRACE_S", 0.15)
    ear = await stage.seat(A)
    stage.sitting.leave(ear)
    await asyncio.sleep(0.05)
    again = await stage.seat(A)
    await asyncio.sleep(0.25)
    assert "Left" not in stage.journal.types()
    stage.sitting.leave(again)
    await asyncio.sleep(0.3)
    assert stage.journal.types()[-1] == "Left"
    assert stage.sitting.room.people[A].connected is False


async def test_offers_need_a_seat_and_a_living_worker(stage: Stage) -> None:
    ear = await stage.seat(A)
    assert await stage.sitting.connections.offer(ear, "publish", "v=0") == "v=0"
    again = Ear(A)
    await stage.sitting.enter(again, 0, False)
    welcome = again.frames[0]
    assert isinstance(welcome, p.Welcome)
    assert welcome.live is True
    with pytest.raises(Refused, match="not_allowed"):
        await stage.sitting.connections.offer(ear, "publish", "v=0")
    stage.media.gone = True
    with pytest.raises(Refused, match="media_down"):
        await stage.sitting.connections.offer(again, "publish", "v=0")


async def test_a_lost_worker_is_a_fact_and_its_successor_gets_the_room(stage: Stage) -> None:
    ears = await opened(stage)
    await stage.sitting.connections.offer(ears[A], "publish", "v=0")
    stage.media.gone = True
    stage.sitting.media_lost()
    await stage.sitting.wish(M, c.Mute(participant=A))
    stage.media.gone, stage.media.epoch = False, 2
    stage.media.calls.clear()
    await stage.sitting.media_ready("/run/tap.sock", fresh=True)
    assert stage.media.methods() == ["open_room", "begin_recording", "route"]
    assert stage.media.last("open_room") == ("s_1", 2, {"tap": "/run/tap.sock", "codec": ""})
    assert stage.media.last("route")[1]["tracks"][f"{A}.microphone"]["to"] == []
    assert [t for t in stage.journal.types() if t.startswith("Media")] == ["MediaLost", "MediaRestored"]
    assert [f.up for f in ears[A].frames if isinstance(f, p.Media)] == [False, True]


async def test_a_full_disk_refuses_a_wish_and_the_sitting_lives_on(stage: Stage) -> None:
    ears = await opened(stage)
    before = stage.sitting.room
    stage.journal.broken = True
    with pytest.raises(OSError, match="No space"):
        await stage.sitting.wish(M, c.Mute(participant=A))
    assert stage.sitting.room == before
    stage.journal.broken = False
    await stage.sitting.wish(M, c.Mute(participant=A))
    assert "Muted" in ears[A].told()


async def test_the_journal_brings_a_sitting_back(stage: Stage) -> None:
    await opened(stage)
    entries = stage.journal.entries
    back = Sitting("s_1", stage.journal, stage.media, "/recordings/s_1", entries, lambda *_: None)
    assert back.room == stage.sitting.room
    assert back.opened_at == stage.sitting.opened_at
    ear = Ear(A)
    assert await back.enter(ear, 0, False)
    assert ear.told()[:2] == ["SittingPrepared", "Joined"]
    await back.stop()


async def test_after_a_restart_people_have_a_while_to_come_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETURN_S", 0.1)
    await opened(stage)
    back = Sitting("s_1", stage.journal, stage.media, "/r", stage.journal.entries, lambda *_: None)
    back.expect_back()
    assert await back.enter(Ear(A), 0, False)
    await asyncio.sleep(0.3)
    assert {who for who, person in back.room.people.items() if person.connected} == {A}
    await back.stop()


async def test_a_new_control_process_learns_who_is_connected(stage: Stage) -> None:
    slot = {"mid": "0", "medium": "audio", "participant": R, "source": "microphone"}

    async def answering(method: str, *args: object, wait: float = 10.0) -> object:
        return {"devices": [{"participant": A, "peer": "device-one", "slots": [slot]}]}

    stage.media.call = answering  # type: ignore[method-assign]
    await stage.sitting.media_ready(None, fresh=False)
    ear = Ear(A)
    await stage.sitting.enter(ear, 0, False)
    assert [f.live for f in ear.frames if isinstance(f, p.Welcome)] == [True]
    assert [f.slots[0].participant for f in ear.frames if isinstance(f, p.Slots)] == [R]


async def test_a_device_that_nobody_adopts_is_turned_out(stage: Stage) -> None:
    calls = []

    async def answering(method: str, *args: object, wait: float = 10.0) -> object:
        calls.append((method, args))
        return {"devices": [{"participant": A, "peer": "whip-1f", "slots": [], "planes": ["publish"]}]}

    stage.media.call = answering  # type: ignore[method-assign]
    await stage.sitting.media_ready(None, fresh=False)
    assert ("drop_peer", ("s_1", A, "whip-1f", "gone")) in calls


async def test_speaking_is_shown_within_a_place_only(stage: Stage) -> None:
    ears = await opened(stage)
    await stage.sitting.wish(M, c.Move(participants=[M, A], place="caucus:1"))
    stage.sitting.audience.show_speaking(stage.sitting.room, [A, R])
    shown = {
        who: [f.participants for f in ear.frames if isinstance(f, p.Speaking)] for who, ear in ears.items()
    }
    assert shown == {M: [[A]], A: [[A]], R: [[R]]}


def graded(ear: Ear) -> list[tuple[str, str]]:
    """What a screen was told of people's lines, in order."""
    return [(f.participant, f.grade) for f in ear.frames if isinstance(f, p.Quality)]


async def test_the_grade_of_a_line_is_shown_within_a_place_and_to_its_owner(stage: Stage) -> None:
    ears = await opened(stage)
    waiting = await stage.seat("p_agent")
    audience, before = stage.sitting.audience, len(stage.journal.entries)
    audience.show_quality(stage.sitting.room, A, "bad")
    audience.show_quality(stage.sitting.room, "p_agent", "poor")
    audience.show_quality(stage.sitting.room, "p_nobody", "bad")
    assert [graded(ears[who]) for who in (M, A, R)] == [[(A, "bad")]] * 3
    assert graded(waiting) == [("p_agent", "poor")]
    assert len(stage.journal.entries) == before


async def test_who_comes_or_moves_is_shown_the_grades_of_the_place(stage: Stage) -> None:
    ears = await opened(stage)
    audience = stage.sitting.audience
    for who, grade in ((M, "good"), (A, "bad"), (R, "poor")):
        audience.show_quality(stage.sitting.room, who, grade)
    again = Ear(R)
    await stage.sitting.enter(again, 0, False)
    kinds = again.kinds()
    assert kinds.index("Quality") > kinds.index("CaughtUp")
    assert sorted(graded(again)) == [(A, "bad"), (M, "good"), (R, "poor")]
    for ear in (*ears.values(), again):
        ear.frames.clear()
    await stage.sitting.wish(M, c.Move(participants=[M, A], place="caucus:1"))
    audience.show_quality(stage.sitting.room, A, "poor")
    assert (A, "poor") in graded(ears[M])
    assert graded(again) == []
    await stage.sitting.wish(M, c.Move(participants=[M, A], place="table"))
    assert set(graded(again)) == {(M, "good"), (A, "poor")}


async def test_grades_end_with_the_connection_and_come_back_from_a_living_worker(stage: Stage) -> None:
    ears = await opened(stage)
    stage.sitting.audience.show_quality(stage.sitting.room, A, "bad")
    await stage.sitting.wish(A, c.Leave())
    stage.sitting.audience.show_quality(stage.sitting.room, A, "bad")
    late = Ear(M, "device-two")
    await stage.sitting.enter(late, 0, True)
    assert graded(late) == []

    async def answering(method: str, *args: object, wait: float = 10.0) -> object:
        return {"devices": [], "grades": {R: "poor"}}

    stage.media.call = answering  # type: ignore[method-assign]
    await stage.sitting.media_ready(None, fresh=False)
    assert graded(ears[R])[-1] == (R, "poor")
    stage.sitting.media_lost()
    assert graded(late)[-1] == (R, "poor")
    back = Ear(R)
    await stage.sitting.enter(back, 0, False)
    assert graded(back) == []


def cuts(stage: Stage) -> list[tuple[str, str]]:
    """What the journal says of lost and regained connections."""
    kinds = ("Disconnected", "Reconnected")
    found = [n for n in stage.journal.entries if n.type in kinds]
    return [(n.body["participant"], n.body.get("evidence", "back")) for n in found]


async def settled(stage: Stage) -> list[tuple[str, str]]:
    """The same, once everything posted was done."""
    await stage.sitting.told()
    return cuts(stage)


async def test_a_lost_socket_is_noted_at_once_and_its_return_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GRACE_S", 0.05)
    ears = await opened(stage)
    stage.sitting.leave(ears[A])
    assert await settled(stage) == [(A, "socket")]
    assert "Left" not in stage.journal.types()
    await asyncio.sleep(0.15)
    assert stage.journal.types()[-1] == "Left"
    again = Ear(A)
    await stage.sitting.enter(again, 0, False)
    assert await settled(stage) == [(A, "socket"), (A, "back")]
    away = stage.journal.entries[-1].body["away_ms"]
    assert 100 <= away < 5000
    assert "Disconnected" in ears[M].told() and "Reconnected" in again.told()
    assert stage.sitting.room.phase == "open"


async def test_silent_media_is_noted_and_a_hung_up_connection_is_not(stage: Stage) -> None:
    await opened(stage)
    live = stage.sitting
    for plane in ("publish", "subscribe"):
        live.connections.peer_up(A, "device-one", plane)
    live.connections.peer_lost(A, "device-one", "publish", "closed")
    live.connections.peer_lost(R, "device-one", "publish", "failed")
    live.connections.peer_lost(A, "device-two", "publish", "silent")
    live.connections.peer_lost("p_nobody", "device-one", "publish", "silent")
    assert await settled(stage) == []
    live.connections.peer_lost(A, "device-one", "publish", "silent")
    live.connections.peer_lost(A, "device-one", "subscribe", "failed")
    assert await settled(stage) == [(A, "media")]
    live.connections.peer_up(A, "device-one", "publish")
    assert len(await settled(stage)) == 1
    live.connections.peer_up(A, "device-one", "subscribe")
    assert await settled(stage) == [(A, "media"), (A, "back")]


async def test_losing_both_is_one_interruption(stage: Stage) -> None:
    ears = await opened(stage)
    stage.sitting.connections.peer_lost(A, "device-one", "publish", "silent")
    stage.sitting.leave(ears[A])
    assert await settled(stage) == [(A, "media"), (A, "both")]
    await stage.sitting.enter(Ear(A), 0, False)
    assert len(await settled(stage)) == 2
    stage.sitting.connections.peer_up(A, "device-one", "publish")
    assert await settled(stage) == [(A, "media"), (A, "both"), (A, "back")]


async def test_who_goes_changes_device_or_outlives_the_sitting_is_not_cut_off(stage: Stage) -> None:
    ears = await opened(stage)
    await stage.sitting.enter(Ear(A, "device-two"), 0, True)
    stage.sitting.leave(ears[A])
    await stage.sitting.wish(R, c.Leave())
    stage.sitting.leave(ears[R])
    assert await settled(stage) == []
    await stage.sitting.wish(M, c.Close())
    stage.sitting.leave(ears[M])
    stage.sitting.connections.peer_lost(A, "device-two", "publish", "silent")
    assert await settled(stage) == []


async def test_a_stop_of_this_process_is_nobodys_lost_connection(stage: Stage) -> None:
    ears = await opened(stage)
    stage.sitting.ending = True
    stage.sitting.leave(ears[A])
    assert await settled(stage) == []


async def test_an_interruption_outlives_a_restart(stage: Stage) -> None:
    await opened(stage)
    stage.sitting.connections.peer_lost(A, "device-one", "publish", "silent")
    assert await settled(stage) == [(A, "media")]
    back = Sitting("s_1", stage.journal, stage.media, "/r", stage.journal.entries, lambda *_: None)

    async def answering(method: str, *args: object, wait: float = 10.0) -> object:
        return {"devices": [{"participant": A, "peer": "device-one", "slots": []}]}

    stage.media.call = answering  # type: ignore[method-assign]
    await back.media_ready(None, fresh=False)
    assert cuts(stage) == [(A, "media"), (A, "back")]
    await back.stop()

"""Talks of two chambers that nobody opened: they end by themselves, once everybody has been gone for long."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.api.deserted import end_deserted
from room_server.law.interruptions import DESERTED, waits
from room_server.rules import events as e
from room_server.rules.interruptions.deserted import ended, is_deserted
from room_server.rules.interruptions.events import NeverOpened
from room_server.rules.room import evolve
from tests.room_server.test_api_calls import Street
from tests.room_server.test_api_endpoints import administrator, chamber, paired
from tests.support.desk_server import desk_server
from tests.support.tribunal import in_stage, prepared

WAIT_S = waits()[DESERTED].seconds


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Street]:
    """Two chambers whose call was accepted; nobody has entered."""
    async with desk_server(tmp_path) as server:
        desk = await administrator(server)
        first, second = await chamber(desk), await chamber(desk, "会审中心")
        one, two = await paired(server, desk, first), await paired(server, desk, second)
        street = Street(server, one, two, first, second)
        await street.heard_of()
        call = (await street.ring(one, second)).json
        assert (await street.act(two, call["id"], "accept")).json["state"] == "accepted"
        yield street


async def look(talk: Street, later_s: float) -> int:
    """A look so much later."""
    talk.server.clock[0] += later_s
    assert talk.server.client.app is not None
    return await end_deserted(talk.server.client.app)


async def test_it_ends_after_its_time_and_not_before(talk: Street) -> None:
    assert await look(talk, WAIT_S - 5) == 0
    assert talk.room().phase == "waiting"
    assert await look(talk, 10) == 1
    assert talk.room().phase == "closed"
    await talk.heard_of()
    assert await talk.states(talk.one) == ["over"]
    # The chambers are free again, and what is over is not ended again.
    assert await look(talk, WAIT_S + 10) == 0
    await talk.heard_of()
    assert (await talk.ring(talk.one, talk.second)).json["state"] == "ringing"


async def test_nobody_is_sent_away_who_is_there(talk: Street) -> None:
    hearing, room = next(iter(talk.server.live.rooms.items()))
    who = next(iter(room.people))
    talk.server.live.rooms[hearing] = evolve(room, e.Joined(participant=who, device="d"))
    assert await look(talk, 100 * WAIT_S) == 0
    assert talk.room().phase == "waiting"
    gone = evolve(talk.room(), e.Left(participant=who, cause="silent"))
    talk.server.live.rooms[hearing] = gone
    assert await look(talk, 0) == 1


def test_a_hearing_with_people_or_one_that_was_opened_never_ends_so() -> None:
    assert not is_deserted(evolve(in_stage("mediation", "M7_NEGOTIATE"), e.Adjourned(reason="")))
    waiting = prepared("mediation")
    room = evolve(in_stage("mediation", "M7_NEGOTIATE"), waiting)
    assert room.phase == "waiting" and not is_deserted(room) and ended(room, 1) == []


async def test_the_end_says_how_long_was_waited(talk: Street) -> None:
    assert ended(talk.room(), WAIT_S) == [NeverOpened(waited_s=WAIT_S), e.Closed()]

"""Calls between two chambers, and from a hearing's staff to a chamber, over the API."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from room_server.api.calling import MOST_RINGS
from room_server.rules.calls import RING_MS
from room_server.rules.room import Room
from room_server.store import hearings
from tests.room_server.test_api_chamber_seats import held_in
from tests.room_server.test_api_endpoints import administrator, chamber, paired
from tests.support.desk_server import Caller, DeskServer, desk_server


@dataclass
class Street:
    """Two chambers with their devices, which have just been heard of."""

    server: DeskServer
    one: Caller
    two: Caller
    first: str
    second: str

    async def heard_of(self, *devices: Caller) -> None:
        for device in devices or (self.one, self.two):
            assert (await device.get("/api/chamber")).status == 200

    async def ring(self, device: Caller, to: str) -> Any:
        return await device.post("/api/chamber/calls", {"chamber": to})

    async def act(self, device: Caller, call: str, act: str, **more: str) -> Any:
        return await device.post(f"/api/chamber/calls/{call}", {"act": act, **more})

    async def states(self, device: Caller) -> list[str]:
        return [call["state"] for call in (await device.get("/api/chamber/calls")).json["calls"]]

    def room(self) -> Room:
        return list(self.server.live.rooms.values())[-1]


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with desk_server(tmp_path) as server:
        desk = await administrator(server)
        first, second = await chamber(desk), await chamber(desk, "会审中心")
        street = Street(
            server, await paired(server, desk, first), await paired(server, desk, second), first, second
        )
        await street.heard_of()
        yield street


async def test_two_chambers_talk_and_hang_up(street: Street) -> None:
    shown = (await street.one.get("/api/chamber/directory")).json["chambers"]
    assert [(one["id"], one["standing"]) for one in shown] == [(street.second, "online")]
    call = (await street.ring(street.one, street.second)).json
    assert (call["outgoing"], call["state"], call["other"]) == (True, "ringing", "会审中心")
    rung = (await street.two.get("/api/chamber/calls")).json["calls"][0]
    assert (rung["outgoing"], rung["other"]) == (False, "滨海街道调解室")
    # Whoever was called accepts; a second press changes nothing.
    for _ in range(2):
        assert (await street.act(street.two, call["id"], "accept")).json["state"] == "accepted"
    tickets = []
    for device in (street.one, street.two):
        ticket = (await device.post(f"/api/chamber/calls/{call['id']}/enter")).json["ticket"]
        tickets.append(await street.server.tickets.check(ticket))
    assert tickets[0].booking.id == tickets[1].booking.id
    assert {person.place for person in street.room().people.values()} == {"table"}
    assert (await street.act(street.one, call["id"], "end")).json["state"] == "over"
    assert street.room().phase == "closed"
    assert await street.states(street.two) == ["over"]
    assert (await street.two.post(f"/api/chamber/calls/{call['id']}/enter")).word == "no_such_call"


async def test_declining_says_why_and_taking_back_stops_the_ringing(street: Street) -> None:
    call = (await street.ring(street.one, street.second)).json["id"]
    declined = await street.act(street.two, call, "decline", reason="正在开庭")
    assert declined.json["state"] == "declined"
    told = (await street.one.get("/api/chamber/calls")).json["calls"][0]
    assert (told["state"], told["reason"]) == ("declined", "正在开庭")
    call = (await street.ring(street.one, street.second)).json["id"]
    assert (await street.act(street.one, call, "cancel")).json["state"] == "cancelled"
    assert (await street.act(street.two, call, "accept")).word == "call_settled"


async def test_rings_that_cross_connect_and_rings_that_repeat_are_one(street: Street) -> None:
    first = (await street.ring(street.one, street.second)).json["id"]
    assert (await street.ring(street.one, street.second)).json["id"] == first
    crossing = (await street.ring(street.two, street.first)).json
    assert (crossing["id"], crossing["state"]) == (first, "accepted")
    assert len(street.server.live.rooms) == 1


async def test_nobody_answers_in_time(street: Street) -> None:
    call = (await street.ring(street.one, street.second)).json["id"]
    street.server.clock[0] += RING_MS / 1000 + 1
    assert (await street.act(street.two, call, "accept")).word == "call_settled"
    await street.heard_of()
    assert await street.states(street.one) == ["missed"]
    assert (await street.ring(street.one, street.second)).json["id"] != call


async def test_offline_busy_unknown_and_too_many(street: Street) -> None:
    assert (await street.ring(street.one, street.first)).word == "own_chamber"
    assert (await street.ring(street.one, "b_unknown")).word == "no_such_chamber"
    await street.two.get("/api/chamber?doing=room")
    assert (await street.ring(street.one, street.second)).word == "chamber_busy"
    street.server.clock[0] += 20
    await street.heard_of(street.one)
    assert (await street.ring(street.one, street.second)).word == "chamber_offline"
    for _ in range(MOST_RINGS):
        last = await street.ring(street.one, street.second)
    assert last.word == "too_many" and int(last.headers["Retry-After"]) > 0


async def test_the_staff_call_a_chamber_to_their_hearing(street: Street) -> None:
    booking, _ = await held_in(street.server, "")
    clerk = await street.server.signed_in("clerk")
    address = f"/api/hearings/{booking.id}/calls"
    call = (await clerk.post(address, {"chamber": street.second})).json
    assert call["state"] == "ringing"
    rung = (await street.two.get("/api/chamber/calls")).json["calls"][0]
    assert rung["other"] == "陈思远"
    assert (await street.act(street.two, call["id"], "accept")).json["state"] == "accepted"
    entered = await street.two.post(f"/api/chamber/calls/{call['id']}/enter")
    seat = (await street.server.tickets.check(entered.json["ticket"])).participant
    # Whoever is called in has not to knock.
    assert street.server.live.rooms[booking.id].people[seat.id].place == "table"
    assert (await clerk.get(address)).json["calls"][0]["state"] == "accepted"
    # The chamber hangs up: the hearing goes on.
    assert (await street.act(street.two, call["id"], "end")).json["state"] == "over"
    assert street.server.live.rooms[booking.id].phase == "waiting"
    await street.heard_of()
    call = (await clerk.post(address, {"chamber": street.second})).json
    assert (await clerk.call("DELETE", f"{address}/{call['id']}")).status == 204
    assert sorted(await street.states(street.two)) == ["cancelled", "over"]
    await street.server.database.write(lambda session: hearings.set_state(session, booking.id, "closed"))
    assert (await clerk.post(address, {"chamber": street.second})).word == "hearing_closed"


async def test_others_calls_are_nobodys_business(street: Street) -> None:
    desk = await administrator_again(street)
    third = await chamber(desk, "第三调解室")
    other = await paired(street.server, desk, third)
    call = (await street.ring(street.one, street.second)).json["id"]
    assert (await street.act(other, call, "accept")).word == "no_such_call"
    assert (await other.post(f"/api/chamber/calls/{call}/enter")).word == "no_such_call"
    assert (await street.act(street.one, call, "accept")).word == "not_allowed"
    stranger = await street.server.signed_in("stranger")
    booking, _ = await held_in(street.server, "")
    found = await stranger.post(f"/api/hearings/{booking.id}/calls", {"chamber": street.second})
    assert found.word == "not_yours"


async def test_an_accepted_call_that_nobody_entered_frees_the_chambers(street: Street) -> None:
    call = (await street.ring(street.one, street.second)).json["id"]
    await street.act(street.two, call, "accept")
    street.server.clock[0] += 200
    await street.heard_of()
    await street.one.get("/api/chamber/calls")
    assert await street.states(street.two) == ["over"]
    assert (await street.ring(street.two, street.first)).status == 201


async def administrator_again(street: Street) -> Caller:
    return await street.server.signed_in("admin")

"""A chamber joins the hearings that are held in it, and no others; who sits there is declared."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.rules.room import Room, evolve
from room_server.store import hearings
from room_server.store.hearings import Booking
from tests.room_server.test_api_endpoints import administrator, chamber, paired
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server

PEOPLE: list[dict[str, Any]] = [
    {"name": "周敏", "role": "mediator"},
    {"name": "张晓雯", "role": "applicant", "side": "applicant"},
    {"name": "林国栋", "role": "respondent", "side": "respondent"},
    {"name": "何静", "role": "witness", "side": "applicant"},
]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def held_in(server: DeskServer, where: str) -> tuple[Booking, dict[str, str]]:
    """A hearing in a chamber, its room prepared; participants by role."""
    clerk = await server.signed_in("clerk")
    wish = {"case_number": "示范〔2026〕7号", "title": "工资争议", "kind": "mediation", "starts_at": NOW}
    body = wish | {"participants": PEOPLE, "chamber": where, "form": "mixed"}
    hearing = (await clerk.post("/api/hearings", body)).json["id"]
    booking = await server.database.read(lambda session: hearings.find(session, hearing))
    assert booking is not None
    server.live.rooms[hearing] = evolve(
        Room(),
        e.SittingPrepared(
            sitting="s_1",
            case_number="",
            case_title="",
            hearing=hearing,
            kind="mediation",
            organisation="",
            rehearsal=False,
            participants=booking.participants,
        ),
    )
    return booking, {person.role.value: person.id for person in booking.participants}


async def stage(server: DeskServer) -> tuple[Caller, Booking, dict[str, str]]:
    desk = await administrator(server)
    identifier = await chamber(desk)
    return await paired(server, desk, identifier), *await held_in(server, identifier)


async def test_a_chamber_declares_who_is_there_and_gets_one_seat(server: DeskServer) -> None:
    device, booking, who = await stage(server)
    address = f"/api/chamber/hearings/{booking.id}"
    shown = (await device.get(address)).json
    # The witness must hear nothing before being called, so shares no microphone.
    assert [person["role"] for person in shown["people"]] == ["mediator", "applicant", "respondent", "clerk"]
    wish = {"present": [who["applicant"], who["respondent"]], "others": ["翻译小王"]}
    first = await device.post(f"{address}/enter", wish)
    assert first.status == 200
    seat = (await server.tickets.check(first.json["ticket"])).participant
    assert (seat.role, seat.name) == (Role.CHAMBER, "滨海街道调解室")
    person = server.live.rooms[booking.id].people[seat.id]
    assert [one.name for one in person.speakers] == ["张晓雯", "林国栋", "翻译小王"]
    # Again, with somebody gone: the same seat, and another declaration.
    again = await device.post(f"{address}/enter", {"present": [who["applicant"]]})
    assert (await server.tickets.check(again.json["ticket"])).participant.id == seat.id
    speakers = server.live.rooms[booking.id].people[seat.id].speakers
    assert [one.participant for one in speakers] == [who["applicant"]]


async def test_a_chamber_gets_no_link_and_no_notice(server: DeskServer) -> None:
    device, booking, who = await stage(server)
    wish = {"present": [who["applicant"]]}
    ticket = (await device.post(f"/api/chamber/hearings/{booking.id}/enter", wish)).json["ticket"]
    seat = (await server.tickets.check(ticket)).participant.id
    clerk = await server.signed_in("clerk")
    links = (await clerk.get(f"/api/hearings/{booking.id}/links")).json["links"]
    assert seat not in {link["participant"] for link in links}
    assert (await clerk.post(f"/api/hearings/{booking.id}/links/{seat}")).word == "staff_seat"


@pytest.mark.parametrize(
    ("present", "word"),
    [("witness", "not_beside_others"), ("unknown", "nobody"), ("applicant", "hearing_closed")],
)
async def test_who_may_not_be_declared(server: DeskServer, present: str, word: str) -> None:
    device, booking, who = await stage(server)
    if word == "hearing_closed":
        await server.database.write(lambda session: hearings.set_state(session, booking.id, "closed"))
    wish = {"present": [who.get(present, "p_unknown")]}
    assert (await device.post(f"/api/chamber/hearings/{booking.id}/enter", wish)).word == word


async def test_hearings_held_elsewhere_are_closed_to_a_chamber(server: DeskServer) -> None:
    device, _, _ = await stage(server)
    elsewhere = await server.book("示范〔2026〕8号")
    for hearing in (elsewhere.id, "h_unknown"):
        for method, path in (("GET", ""), ("POST", "/enter")):
            body: Any = {"present": []} if method == "POST" else None
            found = await device.call(method, f"/api/chamber/hearings/{hearing}{path}", body)
            assert found.word == "not_yours"

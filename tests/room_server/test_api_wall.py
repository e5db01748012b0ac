"""The wall over HTTP: what a supervisor may see of live rooms, and how they come to watch one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import Session

from room_server.law.watching import purposes
from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.rules.permissions import StaffRole
from room_server.rules.room import Room, evolve
from room_server.store import hearings, organisations, staff
from room_server.store.hearings import Booking
from room_server.store.organisation_tables import ROOT, Organisation
from room_server.store.tables import Case
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def supervisor(server: DeskServer, *roles: StaffRole, organisation: str = ROOT) -> Caller:
    """Somebody who may look at live rooms of an organisation and all below it."""
    name = f"watch-{organisation}-{len(roles)}"
    await server.database.write(
        lambda session: staff.create_member(
            session,
            name=name,
            person="梁秋",
            roles=[StaffRole.SUPERVISOR, *roles],
            password_hash="",
            now=NOW,
            organisation=organisation,
        )
    )
    return await server.signed_in(name)


async def live(server: DeskServer, number: str = "示范〔2026〕1号", come: bool = True) -> Booking:
    """A hearing whose room is prepared; its applicant is there."""
    booked = await server.book(number)
    sitting = await server.database.write(lambda s: hearings.begin_sitting(s, booked.id, NOW))
    room = evolve(
        Room(),
        e.SittingPrepared(
            sitting=sitting,
            case_number="",
            case_title="",
            hearing=booked.id,
            kind="mediation",
            organisation="",
            rehearsal=False,
            participants=booked.participants,
            procedure="mediation",
        ),
    )
    for fact in [e.Joined(participant=booked.participants[2].id, device="device-1")] if come else []:
        room = evolve(room, fact)
    server.live.rooms[booked.id] = room
    return booked


async def of_street(server: DeskServer, booking: Booking, name: str) -> str:
    """Give the case of a hearing to a new street's office; its id."""

    def move(session: Session) -> str:
        root = session.get_one(Organisation, ROOT)
        street = organisations.create(session, name=name, short_name="", level="street", parent=root, now=NOW)
        case = session.get_one(Case, booking.case)
        case.organisation = street.id
        session.add(case)
        return street.id

    return await server.database.write(move)


async def test_live_rooms_are_listed_with_how_they_stand(server: DeskServer) -> None:
    booking = await live(server)
    await server.book("示范〔2026〕2号")
    await live(server, "示范〔2026〕3号", come=False)
    applicant = booking.participants[2].id
    server.live.lines[booking.id] = {applicant: "poor", booking.participants[3].id: "bad"}
    asked = e.RequestMade(request="r1", participant=applicant, kind="help", text="", ref="", place="table")
    server.live.rooms[booking.id] = evolve(server.live.rooms[booking.id], asked)
    wall = (await (await supervisor(server)).get("/api/wall")).json
    (room,) = wall["rooms"]
    assert room["hearing"] == booking.id and room["organisation"]
    assert (room["people"], room["grade"], room["help"], room["private"]) == (1, "poor", True, "")
    assert (room["phase"], room["stage"], room["stage_en"] != "") == ("waiting", "M3_LOBBY", True)
    assert {one["id"] for one in wall["purposes"]} == set(purposes())


async def test_a_hearing_that_is_over_is_on_no_wall(server: DeskServer) -> None:
    booking = await live(server)
    caller = await supervisor(server)
    server.live.rooms[booking.id] = evolve(server.live.rooms[booking.id], e.Closed())
    assert (await caller.get("/api/wall")).json["rooms"] == []
    answer = await caller.post(f"/api/hearings/{booking.id}/watch", {"purpose": "routine"})
    assert answer.word == "not_live"


async def test_nobody_watches_beyond_their_organisation(server: DeskServer) -> None:
    mine, other = await live(server), await live(server, "示范〔2026〕2号")
    street = await of_street(server, mine, "滨海街道")
    await of_street(server, other, "山前街道")
    caller = await supervisor(server, organisation=street)
    assert [room["hearing"] for room in (await caller.get("/api/wall")).json["rooms"]] == [mine.id]
    refused = await caller.post(f"/api/hearings/{other.id}/watch", {"purpose": "routine"})
    assert (refused.status, refused.word) == (403, "not_yours")
    both = (await (await supervisor(server)).get("/api/wall")).json["rooms"]
    assert {room["organisation"] for room in both} == {"滨海街道", "山前街道"}


async def test_watching_takes_a_seat_with_its_purpose(server: DeskServer) -> None:
    booking, caller = await live(server), await supervisor(server)
    address = f"/api/hearings/{booking.id}/watch"
    first = await caller.post(address, {"purpose": "complaint", "note": " 来信反映 "})
    seat = (await server.tickets.check(first.json["ticket"])).participant
    assert (seat.role, seat.name, seat.purpose) == (Role.SUPERVISOR, "梁秋", "投诉核查：来信反映")
    person = server.live.rooms[booking.id].people[seat.id]
    assert (person.place, person.admitted, person.participant.purpose) == ("table", True, seat.purpose)
    again = (await caller.post(address, {"purpose": "routine"})).json["ticket"]
    assert (await server.tickets.check(again)).participant.id == seat.id
    assert server.live.rooms[booking.id].people[seat.id].participant.purpose == "日常监督"
    # It is no seat of the hearing's own, and nobody else's link leads to it.
    clerk = await server.signed_in("clerk")
    assert (await clerk.post(f"/api/hearings/{booking.id}/links/{seat.id}")).word == "staff_seat"
    links = (await clerk.get(f"/api/hearings/{booking.id}/links")).json["links"]
    assert seat.id not in {link["participant"] for link in links}


async def test_watching_opens_neither_record_nor_links(server: DeskServer) -> None:
    booking = await live(server)
    await of_street(server, booking, "滨海街道")
    caller = await supervisor(server, StaffRole.MEDIATOR)
    assert (await caller.post(f"/api/hearings/{booking.id}/watch", {"purpose": "routine"})).status == 200
    assert (await caller.get(f"/api/hearings/{booking.id}/links")).word == "not_yours"
    assert (await caller.get(f"/api/hearings/{booking.id}")).json["yours"] is False


async def test_a_purpose_is_of_the_list_and_some_have_to_be_worded(server: DeskServer) -> None:
    booking, caller = await live(server), await supervisor(server)
    for wish in ({"purpose": "nosy"}, {"purpose": "other"}, {"purpose": "other", "note": "  "}, {}):
        answer = await caller.post(f"/api/hearings/{booking.id}/watch", wish)
        assert answer.word == "malformed", wish
    answer = await caller.post(f"/api/hearings/{booking.id}/watch", {"purpose": "other", "note": "调研"})
    assert answer.status == 200


async def test_one_s_own_rooms_are_those_one_has_a_seat_in(server: DeskServer) -> None:
    first, _ = await live(server), await live(server, "示范〔2026〕2号", come=False)
    clerk, stranger = await server.signed_in("clerk"), await server.signed_in("stranger")
    assert [room["hearing"] for room in (await clerk.get("/api/me/rooms")).json["rooms"]] == [first.id]
    assert (await stranger.get("/api/me/rooms")).json["rooms"] == []
    # A seat to watch from is none of one's own.
    caller = await supervisor(server, StaffRole.CLERK)
    await caller.post(f"/api/hearings/{first.id}/watch", {"purpose": "routine"})
    assert (await caller.get("/api/me/rooms")).json["rooms"] == []


async def test_a_logout_ends_every_watch(server: DeskServer) -> None:
    booking, caller = await live(server), await supervisor(server)
    ticket = (await caller.post(f"/api/hearings/{booking.id}/watch", {"purpose": "routine"})).json["ticket"]
    seat = (await server.tickets.check(ticket)).participant.id
    await caller.post("/api/logout", {})
    assert ("shut_out", booking.id, seat) in server.live.asked

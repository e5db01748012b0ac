"""Hearings over HTTP: the day's list, booking, links, one's own seat, what a ticket says."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from room_server.rules.people import Role
from room_server.store import hearings, privacy
from tests.support.desk_server import NOW, DeskServer, desk_server

WANTED: dict[str, Any] = {
    "case_number": "厦湖劳人仲案〔2026〕7号",
    "title": "劳动报酬争议",
    "kind": "mediation",
    "starts_at": NOW,
    "rehearsal": False,
    "participants": [
        {"name": "周敏", "role": "mediator", "side": ""},
        {"name": "张晓雯", "role": "applicant", "side": "applicant", "id_number": "11010519491231002x"},
        {"name": "林国栋", "role": "agent", "side": "respondent"},
    ],
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def test_a_booked_hearing_is_on_its_day_s_list_for_everybody_on_the_staff(server: DeskServer) -> None:
    clerk, stranger = await server.signed_in("clerk"), await server.signed_in("stranger")
    booked = await clerk.post("/api/hearings", WANTED)
    assert booked.status == 201
    day = datetime.fromtimestamp(NOW / 1000).date().isoformat()
    listed = await stranger.get(f"/api/hearings?day={day}")
    assert listed.json["hearings"] == [booked.json | {"yours": False}]
    assert (await stranger.get("/api/hearings?day=2001-01-01")).json == {"hearings": []}
    assert (await stranger.get("/api/hearings")).json == listed.json
    assert booked.json["state"] == "booked" and booked.json["sitting"] is None
    assert [person["role"] for person in booked.json["participants"]] == [
        "mediator",
        "applicant",
        "agent",
        "clerk",
    ]


async def test_people_who_are_kept_apart_are_booked_so_and_stay_so(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    people = [dict(person) for person in WANTED["participants"]]
    people[1]["screened"] = [2]
    booked = (await clerk.post("/api/hearings", WANTED | {"participants": people})).json
    applicant, agent = booked["participants"][1], booked["participants"][2]
    assert (applicant["screened"], agent["screened"]) == ([agent["id"]], [])
    again = (await clerk.get(f"/api/hearings/{booked['id']}")).json
    assert again["participants"] == booked["participants"]
    for wrong in ([1], [3], [-1]):
        people[1]["screened"] = wrong
        refused = await clerk.post("/api/hearings", WANTED | {"participants": people})
        assert (refused.status, refused.json["error"]["word"]) == (400, "malformed")


async def test_the_mediator_named_in_a_booking_has_the_seat(server: DeskServer) -> None:
    clerk, mediator = await server.signed_in("clerk"), await server.signed_in("mediator")
    hearing = (await clerk.post("/api/hearings", WANTED)).json["id"]
    assert (await mediator.get(f"/api/hearings/{hearing}")).json["yours"]
    ticket = (await mediator.post(f"/api/hearings/{hearing}/enter", {})).json["ticket"]
    said = (await server.with_ticket(ticket).get("/api/ticket")).json
    assert (said["name"], said["role"]) == ("周敏", "mediator")


async def test_an_identity_number_is_kept_but_never_shown(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    booked = await clerk.post("/api/hearings", WANTED)
    shown = await clerk.get(f"/api/hearings/{booked.json['id']}")
    assert b"1949" not in booked.body + shown.body
    applicant = booked.json["participants"][1]["id"]
    guard = await privacy.open_privacy(server.database, server.settings.keys)
    kept = await server.database.read(lambda s: privacy.id_number(s, guard, applicant))
    assert kept == "11010519491231002X"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"kind": "party"}, "malformed"),
        ({"starts_at": -1}, "malformed"),
        ({"starts_at": 2**63}, "malformed"),
        ({"starts_at": 1.5}, "malformed"),
        ({"participants": []}, "malformed"),
        ({"participants": [{"name": "x", "role": "applicant"}] * 65}, "malformed"),
        ({"participants": [{"name": "x", "role": "judge"}]}, "malformed"),
        ({"participants": [{"name": "", "role": "applicant"}]}, "malformed"),
        ({"participants": [{"name": "a\nb", "role": "applicant"}]}, "malformed"),
        ({"participants": [{"name": "a\u202eb", "role": "applicant"}]}, "malformed"),
        ({"participants": [{"name": "x", "role": "applicant", "side": "left"}]}, "malformed"),
        (
            {"participants": [{"name": "x", "role": "applicant", "id_number": "123"}]},
            "bad_id_number",
        ),
        ({"title": "x" * 201}, "malformed"),
        ({"case_number": ""}, "malformed"),
        ({"surprise": 1}, "malformed"),
        ({"video_codec": "av1"}, "malformed"),
    ],
)
async def test_a_wrong_booking_is_refused_and_leaves_nothing(
    server: DeskServer, change: dict[str, Any], word: str
) -> None:
    clerk = await server.signed_in("clerk")
    answer = await clerk.post("/api/hearings", WANTED | change)
    assert (answer.status, answer.word) == (400, word)
    assert await server.database.read(lambda s: hearings.between(s, 0, 2**62)) == []


async def test_a_hearing_may_want_a_video_codec_that_the_server_takes(tmp_path: Path) -> None:
    async with desk_server(tmp_path, media_codecs=("vp8",)) as strict:
        clerk = await strict.signed_in("clerk")
        refused = await clerk.post("/api/hearings", WANTED | {"video_codec": "h264"})
        assert (refused.status, refused.word) == (400, "malformed")
        assert "video_codec: vp8" in refused.json["error"]["text"]
        assert (await clerk.post("/api/hearings", WANTED)).json["video_codec"] == ""


async def test_a_wanted_video_codec_is_shown(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    booked = await clerk.post("/api/hearings", WANTED | {"video_codec": "h264"})
    assert booked.json["video_codec"] == "h264"
    shown = await clerk.get(f"/api/hearings/{booked.json['id']}")
    assert shown.json["video_codec"] == "h264"


async def test_a_rare_name_survives(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    people = [{"name": "𠮷田䶮·阿卜杜拉", "role": "applicant"}]
    answer = await clerk.post("/api/hearings", WANTED | {"participants": people})
    assert answer.json["participants"][0]["name"] == "𠮷田䶮·阿卜杜拉"


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", "0001-01-01", "9999-12-31", "2026-1-1", "%00"])
async def test_an_odd_day_is_answered(server: DeskServer, day: str) -> None:
    clerk = await server.signed_in("clerk")
    answer = await clerk.get(f"/api/hearings?day={day}")
    assert answer.status in (200, 400)


async def test_links_are_made_renewed_and_revoked(server: DeskServer) -> None:
    booking = await server.book()
    clerk = await server.signed_in("clerk")
    root = f"/api/hearings/{booking.id}/links"
    first = (await clerk.get(root)).json["links"]
    assert [link["role"] for link in first] == ["applicant", "agent", "witness"]
    assert first == (await clerk.get(root)).json["links"]
    applicant = first[0]["participant"]
    renewed = await clerk.post(f"{root}/{applicant}")
    assert renewed.json["url"] != first[0]["url"]
    assert server.live.asked == [("shut_out", booking.id, applicant)]
    old, new = (url.rsplit("/", 1)[1] for url in (first[0]["url"], renewed.json["url"]))
    assert (await server.with_ticket(old).get("/api/ticket")).word == "ticket_revoked"
    assert (await server.with_ticket(new).get("/api/ticket")).status == 200
    assert (await clerk.call("DELETE", f"{root}/{applicant}")).status == 204
    assert (await server.with_ticket(new).get("/api/ticket")).word == "ticket_revoked"
    assert (await clerk.get(root)).json["links"][0]["revoked"] is True
    assert len(server.live.asked) == 2


async def test_links_are_for_those_who_enter_by_link(server: DeskServer) -> None:
    booking, other = await server.book("1"), await server.book("2")
    clerk = await server.signed_in("clerk")
    mediator, stranger = booking.participants[0].id, other.participants[2].id
    for method, tail in (("POST", ""), ("DELETE", ""), ("GET", "/qr.svg")):
        staff = await clerk.call(method, f"/api/hearings/{booking.id}/links/{mediator}{tail}")
        assert (staff.status, staff.word) == (409, "staff_seat")
        wrong = await clerk.call(method, f"/api/hearings/{booking.id}/links/{stranger}{tail}")
        assert (wrong.status, wrong.word) == (404, "nobody")


async def test_the_qr_code_is_a_picture_of_the_link(server: DeskServer) -> None:
    booking = await server.book()
    clerk = await server.signed_in("clerk")
    link = (await clerk.get(f"/api/hearings/{booking.id}/links")).json["links"][0]
    answer = await clerk.get(f"/api/hearings/{booking.id}/links/{link['participant']}/qr.svg")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.body.decode() == server.tickets.qr(link["url"].rsplit("/", 1)[1])


async def test_enter_gives_the_same_seat_again_and_none_to_strangers(server: DeskServer) -> None:
    booking = await server.book()
    enter = f"/api/hearings/{booking.id}/enter"
    clerk, stranger = await server.signed_in("clerk"), await server.signed_in("stranger")
    first, second = await clerk.post(enter, {}), await clerk.post(enter)
    assert first.status == 200
    assert first.json == second.json
    refused = await stranger.post(enter, {})
    assert (refused.status, refused.word) == (403, "not_yours")


async def test_nobody_enters_a_closed_hearing_but_the_ticket_still_reads(server: DeskServer) -> None:
    booking = await server.book()
    token = await server.token(booking, Role.APPLICANT)
    clerk = await server.signed_in("clerk")
    await server.database.write(lambda s: hearings.set_state(s, booking.id, "closed"))
    answer = await clerk.post(f"/api/hearings/{booking.id}/enter", {})
    assert (answer.status, answer.word) == (410, "hearing_closed")
    said = await server.with_ticket(token).get("/api/ticket")
    assert said.json["hearing"]["state"] == "closed"


async def test_what_a_ticket_says(server: DeskServer) -> None:
    booking = await server.book()
    said = (await server.with_ticket(await server.token(booking, Role.AGENT)).get("/api/ticket")).json
    assert said == {
        "participant": booking.participants[3].id,
        "name": "林国栋",
        "role": "agent",
        "side": "respondent",
        "hearing": {
            "id": booking.id,
            "kind": "mediation",
            "title": "劳动报酬争议",
            "case_number": "示范劳人调〔2026〕1号",
            "starts_at": NOW,
            "state": "booked",
            "sitting": None,
            "organisation": "示范劳动人事争议调解中心",
            "rehearsal": False,
            "form": "online",
            "place": "",
            "continues": "",
        },
        "language": "zh",
    }


async def test_every_hearing_of_a_rehearsal_server_is_a_rehearsal(tmp_path: Path) -> None:
    async with desk_server(tmp_path, rehearsal=True) as server:
        clerk = await server.signed_in("clerk")
        booked = await clerk.post("/api/hearings", WANTED)
        assert booked.json["rehearsal"] is True
        found = await server.database.read(lambda s: hearings.find(s, booked.json["id"]))
        assert found is not None and found.rehearsal

"""Invitations to take along: the calendar file from booking to calling off, and the printed page."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Event

from tests.support.desk_server import NOW, Caller, DeskServer, desk_server

DAY = 24 * 3_600_000
WANTED: dict[str, Any] = {
    "case_number": "示范劳人调〔2026〕9号",
    "title": "劳动报酬争议, 含逗号; 分号",
    "kind": "mediation",
    "starts_at": NOW + DAY,
    "minutes": 90,
    "participants": [
        {"name": "周敏", "role": "mediator"},
        {"name": "张晓雯", "role": "applicant", "side": "applicant"},
        {"name": "云帆公司", "role": "respondent", "side": "respondent"},
    ],
}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path, mail_from="court@example.cn") as server:
        yield server


async def booked(server: DeskServer) -> tuple[Caller, str, str]:
    """The clerk, the address of a hearing and that of its applicant's link."""
    clerk = await server.signed_in("clerk")
    hearing = (await clerk.post("/api/hearings", WANTED)).json
    at = f"/api/hearings/{hearing['id']}"
    return clerk, at, f"{at}/links/{hearing['participants'][1]['id']}"


def event_of(body: bytes) -> tuple[str, Any]:
    """The method and the only event; a strict reader takes the file."""
    calendar = Calendar.from_ical(body)
    assert isinstance(calendar, Calendar)
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, Event)
    return str(calendar["method"]), event


async def test_the_calendar_file_keeps_its_id_and_counts_its_changes(server: DeskServer) -> None:
    clerk, at, link = await booked(server)
    answer = await clerk.get(f"{link}/hearing.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    method, first = event_of(answer.body)
    assert method == "REQUEST" and first["status"] == "CONFIRMED" and first["sequence"] == 0
    start = datetime.fromtimestamp((NOW + DAY) / 1000, UTC)
    assert first["dtstart"].dt == start and first["dtend"].dt == start + timedelta(minutes=90)
    assert first["summary"] == "调解 · 劳动报酬争议, 含逗号; 分号"
    assert first["organizer"] == "mailto:court@example.cn"
    told = (await clerk.get(f"{at}/links")).json
    assert str(first["url"]) == told["links"][0]["url"]
    assert f"{told['join']}  {told['links'][0]['code']}" in str(first["description"])

    wish = {"starts_at": NOW + 2 * DAY, "minutes": 30, "reason": "r"}
    assert (await clerk.post(f"{at}/rebook", wish)).status == 200
    method, second = event_of((await clerk.get(f"{link}/hearing.ics")).body)
    assert (method, second["uid"], second["sequence"]) == ("REQUEST", first["uid"], 1)
    assert second["dtend"].dt - second["dtstart"].dt == timedelta(minutes=30)

    assert (await clerk.post(f"{at}/cancel", {"reason": "撤回"})).status == 200
    method, last = event_of((await clerk.get(f"{link}/hearing.ics")).body)
    assert (method, last["uid"], last["sequence"]) == ("CANCEL", first["uid"], 2)
    assert last["status"] == "CANCELLED" and "url" not in last


async def test_a_party_takes_their_own_calendar_file(server: DeskServer) -> None:
    clerk, at, _ = await booked(server)
    told = (await clerk.get(f"{at}/links")).json["links"][1]
    url = told["url"]
    answer = await server.with_ticket(url.rsplit("/", 1)[1]).get("/api/ticket/hearing.ics")
    _, event = event_of(answer.body)
    assert str(event["url"]) == url and "云帆公司" in str(event["attendee"].params["cn"])
    assert told["code"] in str(event["description"])
    assert (await server.anonymous().get("/api/ticket/hearing.ics")).status == 401


async def test_the_calendar_file_of_a_staff_seat_has_no_code(server: DeskServer) -> None:
    clerk = await server.signed_in("mediator")
    wish = WANTED | {"participants": [{"name": "周敏", "role": "mediator"}, *WANTED["participants"][1:]]}
    at = f"/api/hearings/{(await clerk.post('/api/hearings', wish)).json['id']}"
    seat = (await clerk.post(f"{at}/enter")).json["ticket"]
    _, event = event_of((await server.with_ticket(seat).get("/api/ticket/hearing.ics")).body)
    assert "/join" not in str(event["description"])


async def test_invitations_are_printed_for_one_and_for_all(server: DeskServer) -> None:
    import pypdfium2

    clerk, at, link = await booked(server)
    one, all_of_them = await clerk.get(f"{link}/invitation.pdf"), await clerk.get(f"{at}/invitations.pdf")
    assert one.headers["Content-Type"] == "application/pdf"
    assert len(pypdfium2.PdfDocument(one.body)) == 1
    pages = pypdfium2.PdfDocument(all_of_them.body)
    texts = [page.get_textpage().get_text_range() for page in pages]
    assert len(texts) == 2 and "张晓雯" in texts[0] and "云帆公司" in texts[1]
    codes = [told["code"] for told in (await clerk.get(f"{at}/links")).json["links"]]
    assert all(code in text for code, text in zip(codes, texts, strict=True))
    staff = (await clerk.get(at)).json["participants"][0]["id"]
    assert (await clerk.get(f"{at}/links/{staff}/invitation.pdf")).word == "staff_seat"
    assert (await clerk.get(f"{at}/links/p_0/hearing.ics")).word == "nobody"


async def test_a_name_that_no_font_prints_is_refused_by_that_name(server: DeskServer) -> None:
    clerk = await server.signed_in("clerk")
    people = [
        *WANTED["participants"][:2],
        {"name": "李\U0010fffd", "role": "respondent", "side": "respondent"},
    ]
    hearing = (await clerk.post("/api/hearings", WANTED | {"participants": people})).json
    refused = await clerk.get(f"/api/hearings/{hearing['id']}/invitations.pdf")
    assert (refused.status, refused.word) == (422, "unprintable") and b"U+10FFFD" in refused.body


async def test_times_and_places_are_said_in_words(server: DeskServer) -> None:
    import pypdfium2

    clerk, _, _ = await booked(server)
    wish = WANTED | {"case_number": "10", "kind": "arbitration", "form": "onsite", "starts_at": NOW + 9 * DAY}
    hearing = (await clerk.post("/api/hearings", wish)).json
    answer = await clerk.get(f"/api/hearings/{hearing['id']}/invitations.pdf")
    text = pypdfium2.PdfDocument(answer.body)[0].get_textpage().get_text_range()
    assert "开庭通知书" in text and "另行通知" in text and "缺席裁决" in text
    assert "/p/" not in text and "入庭码" not in text

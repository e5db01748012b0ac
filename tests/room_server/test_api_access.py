"""Who may call what: every route of the table against every kind of caller."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from room_server import api
from room_server.api.access import COOKIE
from room_server.api.routes import Auth
from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.rules.permissions import Act
from room_server.store import hearings, journal
from room_server.store.hearings import Booking
from room_server.store.organisation_tables import ROOT
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server

CALLERS = ("anonymous", "party", "witness", "other party", "seat", "mediator", "clerk", "stranger")
"""`seat`: the mediator's own ticket. `stranger`: a clerk who has nothing to do with this hearing."""

ANYBODY = dict.fromkeys(CALLERS, 0)
STAFF = {
    "anonymous": 401,
    "party": 401,
    "witness": 401,
    "other party": 401,
    "seat": 401,
    "mediator": 0,
    "clerk": 0,
    "stranger": 0,
}
MEMBER = STAFF | {"stranger": 403}
TICKET = dict.fromkeys(CALLERS, 401) | {"party": 0, "witness": 0, "other party": 0, "seat": 0}
SHARED = {
    "anonymous": 401,
    "party": 0,
    "witness": 0,
    "other party": 403,
    "seat": 0,
    "mediator": 0,
    "clerk": 0,
    "stranger": 403,
}

ASKED = TICKET | {"witness": 403, "other party": 403, "seat": 403}
"""Parties of this hearing, and nobody else."""
DEVICE = dict.fromkeys(CALLERS, 401)
"""The paired device of a chamber alone, which none of them is."""
SIGNED = dict.fromkeys(CALLERS, 403)
"""Nobody's but whose body carries the signature of the shared secret."""

MATRIX: dict[tuple[str, str], dict[str, int]] = {
    ("POST", "/api/login"): ANYBODY,
    ("POST", "/api/logout"): STAFF,
    ("GET", "/api/me"): STAFF,
    ("GET", "/api/hearings"): STAFF,
    ("POST", "/api/hearings"): STAFF,
    ("GET", "/api/hearings/{hearing}"): STAFF,
    ("POST", "/api/bookings/check"): STAFF,
    ("POST", "/api/hearings/{hearing}/rebook"): STAFF,
    ("POST", "/api/hearings/{hearing}/rebook/check"): STAFF,
    ("POST", "/api/hearings/{hearing}/cancel"): STAFF,
    ("GET", "/api/chambers"): STAFF,
    ("GET", "/api/hearings/{hearing}/links"): MEMBER,
    ("POST", "/api/hearings/{hearing}/links/{participant}"): MEMBER,
    ("DELETE", "/api/hearings/{hearing}/links/{participant}"): MEMBER,
    ("GET", "/api/hearings/{hearing}/links/{participant}/qr.svg"): MEMBER,
    ("GET", "/api/hearings/{hearing}/links/{participant}/invitation.pdf"): MEMBER,
    ("GET", "/api/hearings/{hearing}/links/{participant}/hearing.ics"): MEMBER,
    ("GET", "/api/hearings/{hearing}/invitations.pdf"): MEMBER,
    **{
        (route.method, route.path): MEMBER
        for route in api.ROUTES
        if route.path.startswith("/api/hearings/{hearing}/notices")
    },
    ("POST", "/api/notices/report"): SIGNED,
    ("GET", "/api/ticket/consents"): TICKET,
    ("POST", "/api/ticket/consents"): TICKET,
    ("GET", "/api/hearings/{hearing}/consents"): MEMBER,
    ("POST", "/api/hearings/{hearing}/consents"): MEMBER,
    ("GET", "/api/ticket/hearing.ics"): TICKET,
    ("POST", "/api/hearings/{hearing}/enter"): MEMBER,
    ("GET", "/api/ticket"): TICKET,
    ("POST", "/api/tickets"): ANYBODY,
    ("GET", "/api/sittings/{sitting}/journal"): MEMBER,
    ("GET", "/api/sittings/{sitting}/ledger"): MEMBER,
    ("GET", "/api/sittings/{sitting}/minutes"): SHARED | {"witness": 403},
    **{
        ("GET", f"/api/sittings/{{sitting}}/minutes.{kind}"): SHARED | {"witness": 403}
        for kind in ("docx", "vtt", "srt", "json", "rttm")
    },
    ("GET", "/api/sittings/{sitting}/minutes/{line}/sound"): SHARED | {"witness": 403},
    ("GET", "/api/sittings/{sitting}/recording"): MEMBER,
    ("GET", "/api/sittings/{sitting}/recording/{file}"): MEMBER,
    ("GET", "/api/sittings/{sitting}/documents"): SHARED,
    ("GET", "/api/sittings/{sitting}/documents/{document}"): SHARED | {"witness": 404},
    ("GET", "/api/sittings/{sitting}/casefile"): MEMBER,
    ("POST", "/api/sittings/{sitting}/finish"): MEMBER,
    ("GET", "/api/sittings/{sitting}/second-pass"): MEMBER,
    ("POST", "/api/sittings/{sitting}/second-pass"): MEMBER,
    ("DELETE", "/api/sittings/{sitting}/second-pass"): MEMBER,
    ("POST", "/api/sittings/{sitting}/suggestions"): MEMBER,
    ("DELETE", "/api/sittings/{sitting}/bookmarks/{bookmark}"): MEMBER,
    **{
        (route.method, route.path): {Auth.MEMBER: MEMBER, Auth.SHARED: SHARED, Auth.OPEN: ANYBODY}[route.auth]
        for route in api.ROUTES
        if "/evidence" in route.path and not route.path.startswith("/api/cases")
    },
    ("GET", "/api/hearings/{hearing}/evidence"): SHARED | {"witness": 403},
    **{
        (route.method, route.path): STAFF | {"mediator": 403, "clerk": 403, "stranger": 403}
        if route.act in (Act.EDIT_ORGANISATIONS, Act.EDIT_STAFF, Act.EDIT_WEBHOOKS, Act.SEE_EVALUATIONS)
        else STAFF | {"mediator": 403}
        if route.act is Act.EDIT_CHAMBERS
        else STAFF | {"clerk": 403, "stranger": 403}
        if route.act is Act.GRANT
        else STAFF
        for route in api.ROUTES
        if route.path.startswith(("/api/cases", "/api/organisations", "/api/law"))
    },
    **{
        (route.method, route.path): {Auth.CHAMBER: DEVICE, Auth.OPEN: ANYBODY}[route.auth]
        for route in api.ROUTES
        if route.path.startswith("/api/chamber") and route.path != "/api/chambers"
    },
    ("GET", "/api/hearings/{hearing}/calls"): MEMBER,
    ("POST", "/api/hearings/{hearing}/calls"): MEMBER,
    ("DELETE", "/api/hearings/{hearing}/calls/{call}"): MEMBER,
    # Whose part in a review is what has tests of its own: this hearing is none.
    **{
        (route.method, route.path): SHARED
        for route in api.ROUTES
        if route.path.startswith("/api/hearings/{hearing}/review")
    },
    # Supervisors' alone; what they see has tests of its own.
    ("GET", "/api/wall"): STAFF | {"mediator": 403, "clerk": 403, "stranger": 403},
    ("POST", "/api/hearings/{hearing}/watch"): STAFF | {"mediator": 403, "clerk": 403, "stranger": 403},
    ("GET", "/api/me/rooms"): STAFF,
    ("GET", "/api/me/notices"): STAFF,
    ("PUT", "/api/me/notices"): STAFF,
    ("GET", "/api/tasks"): STAFF,
    ("GET", "/api/hearings/{hearing}/evaluation"): ASKED,
    # Who is of no party is told so after their body has been read; that has a test of its own.
    ("POST", "/api/hearings/{hearing}/evaluation"): ASKED | {"witness": 0, "seat": 0},
    ("GET", "/api/ice"): dict.fromkeys(CALLERS, 0) | {"anonymous": 401},
    # The highest administrators' alone.
    **{
        (route.method, route.path): STAFF | {"mediator": 403, "clerk": 403, "stranger": 403}
        for route in api.ROUTES
        if route.path.startswith("/api/models")
    },
    ("GET", "/api/workers"): ANYBODY,
    ("POST", "/api/workers/{worker}"): ANYBODY,
    ("POST", "/api/line"): TICKET,
    ("POST", "/api/line/{probe}"): TICKET,
    ("DELETE", "/api/line/{probe}"): TICKET,
    ("GET", "/health"): ANYBODY,
    ("GET", "/metrics"): ANYBODY,
    ("GET", "/api/openapi.json"): ANYBODY,
    ("GET", "/api/texts"): ANYBODY,
    ("GET", "/api/minutes-forms"): ANYBODY,
    ("GET", "/api/docs"): ANYBODY,
    ("GET", "/api/docs.css"): ANYBODY,
}

MANIFEST = """{"version":1,"zero_ms":0,"tracks":[{"track":"p.microphone","participant":"p",
"source":"microphone","codec":"opus","files":[{"file":"p.microphone.webm","start_ms":0,"duration_ms":1,"bytes":4,"sha256":"x"}]}]}"""


@dataclass
class Scene:
    """A closed sitting with everything made, and everybody who might ask."""

    server: DeskServer
    booking: Booking
    sitting: str
    callers: dict[str, Caller]

    def address(self, path: str) -> str:
        party = next(person for person in self.booking.participants if person.role is Role.AGENT)
        return path.format(
            hearing=self.booking.id,
            participant=party.id,
            sitting=self.sitting,
            file="p.microphone.webm",
            line="u1",
            bookmark="b1",
            document="d_minutes",
            worker="media-1",
            probe="probe-1",
            case=self.booking.case,
            organisation=ROOT,
            account="a_1",
            piece="x",
            chamber="b",
            notice="n",
            webhook="w",
            message="m",
            promise="u",
            seq="1",
            grant="k",
            evidence="e",
            page="1",
            key="k",
            package="k",
            material="m",
            call="c",
            version="1",
            model="whisper-small",
        )


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with desk_server(tmp_path) as server:
        booking, other = await server.book("1"), await server.book("2")
        sitting = await closed_sitting(server, booking)
        mediator = booking.participants[0]
        callers = {
            "anonymous": server.anonymous(),
            "party": server.with_ticket(await server.token(booking, Role.APPLICANT)),
            "witness": server.with_ticket(await server.token(booking, Role.WITNESS)),
            "other party": server.with_ticket(await server.token(other, Role.APPLICANT)),
            "seat": server.with_ticket(await server.tickets.seat(booking.id, mediator.id)),
        }
        callers |= {name: await server.signed_in(name) for name in ("mediator", "clerk", "stranger")}
        yield Scene(server, booking, sitting, callers)


async def closed_sitting(server: DeskServer, booking: Booking) -> str:
    sitting = await server.database.write(lambda s: hearings.begin_sitting(s, booking.id, NOW))
    prepared = e.SittingPrepared(
        sitting=sitting,
        case_number="1",
        case_title="t",
        hearing=booking.id,
        kind="mediation",
        organisation="o",
        rehearsal=False,
        participants=booking.participants,
    )
    facts: list[e.Event] = [prepared, e.Opened(), e.Closed()]
    for kind, name in (("minutes", "minutes.pdf"), ("casefile", "case")):
        facts.append(e.DocumentMade(document=f"d_{kind}", kind=kind, file=name, bytes=4, sha256="x"))
    await journal.append(server.database, sitting, [("system", NOW, 0, fact) for fact in facts])
    await server.database.write(lambda s: hearings.set_state(s, booking.id, "closed"))
    for folder, names in (
        (server.settings.files, ("minutes.pdf", "case/bagit.txt")),
        (server.settings.recordings, ("p.microphone.webm",)),
    ):
        (folder / sitting).mkdir(parents=True)
        for name in names:
            (folder / sitting / name).parent.mkdir(exist_ok=True)
            (folder / sitting / name).write_bytes(b"data")
    (server.settings.recordings / sitting / "manifest.json").write_text(MANIFEST)
    return sitting


def test_the_matrix_names_every_route() -> None:
    assert {(route.method, route.path) for route in api.ROUTES} == set(MATRIX)


@pytest.mark.parametrize("who", CALLERS)
async def test_every_route_answers_each_caller_as_it_should(scene: Scene, who: str) -> None:
    wrong = {}
    for (method, path), expected in MATRIX.items():
        if path == "/api/logout" and expected[who] == 0:
            continue
        answer = await scene.callers[who].call(
            method, scene.address(path), {} if method in ("POST", "PUT") else None
        )
        refused = answer.status if answer.status in (401, 403) else 0
        if expected[who] == 404:
            refused = answer.status
        # `enter` is refused for another reason once the hearing is closed, after the check of the caller.
        if path == "/api/hearings/{hearing}/enter" and who == "stranger":
            expected = expected | {who: 0}
        if refused != expected[who]:
            wrong[method, path] = (answer.status, expected[who], answer.body[:80])
    assert wrong == {}


async def test_what_is_allowed_also_works(scene: Scene) -> None:
    for (method, path), expected in MATRIX.items():
        # Of evidence, paper and reviews there is none here; what is given out of it has tests of its own.
        absent = path.startswith("/api/evidence") or path.endswith("/paper.pdf") or "/review" in path
        absent = absent or "{evidence}" in path or "{package}" in path or path.endswith("/sound")
        if method == "GET" and not absent:
            who = next((name for name in ("party", "clerk", "mediator") if expected[name] == 0), "")
            if not who:
                # Administrators' only.
                continue
            answer = await scene.callers[who].get(scene.address(path))
            assert answer.status == 200, (path, who, answer.body)


async def test_staff_change_nothing_without_the_csrf_token(scene: Scene) -> None:
    # The login has no token yet; another page's login is refused below.
    changing = [
        key
        for key, expected in MATRIX.items()
        if key[0] != "GET" and expected["clerk"] != 401 and expected not in (ANYBODY, SIGNED)
    ]
    assert len(changing) >= 30
    clerk = scene.callers["clerk"]
    for method, path in changing:
        for token in ("", "x" * 32, "甲"):
            caller = Caller(clerk.client, {"Cookie": clerk.headers["Cookie"], "X-CSRF": token})
            answer = await caller.call(method, scene.address(path), {})
            assert (answer.status, answer.word) == (403, "csrf"), path


async def test_one_login_s_csrf_token_is_worth_nothing_for_another(scene: Scene) -> None:
    clerk, mediator = scene.callers["clerk"], scene.callers["mediator"]
    mixed = Caller(clerk.client, {"Cookie": clerk.headers["Cookie"], "X-CSRF": mediator.headers["X-CSRF"]})
    assert (await mixed.post("/api/logout", {})).status == 403


async def test_another_site_s_page_is_refused_even_at_the_login(scene: Scene) -> None:
    for origin in ("https://evil.example", "null", "", "http://[", "https://heting.test.evil.example"):
        answer = await scene.callers["anonymous"].post("/api/login", {}, headers={"Origin": origin})
        assert (answer.status, answer.word) == (403, "csrf"), origin
    ours = str(scene.server.client.make_url("/")).rstrip("/")
    answer = await scene.callers["anonymous"].post("/api/login", {}, headers={"Origin": ours})
    assert answer.word == "malformed"


async def test_parties_learn_nothing_about_other_hearings(scene: Scene) -> None:
    party = scene.callers["other party"]
    existing = await party.get(f"/api/sittings/{scene.sitting}/minutes")
    made_up = await party.get("/api/sittings/s_00000000/minutes")
    assert (existing.status, existing.json) == (made_up.status, made_up.json)


async def test_forged_expired_and_revoked_tickets_are_told_apart(scene: Scene) -> None:
    server, booking = scene.server, scene.booking
    party = booking.participants[2]
    good = (await server.tickets.issue(booking.id, party.id)).token
    newer = (await server.tickets.issue(booking.id, party.id)).token
    forged = ("A" if newer[0] != "A" else "B") + newer[1:]
    words = {}
    for token in (forged, good, newer):
        words[token] = await server.with_ticket(token).get("/api/ticket")
    assert words[forged].word == "ticket_forged"
    assert words[good].word == "ticket_revoked"
    assert words[newer].status == 200
    server.clock[0] += 25 * 3600
    late = await server.with_ticket(newer).get("/api/ticket")
    assert (late.status, late.word) == (401, "ticket_expired")


async def test_odd_authorisations_are_nobody(scene: Scene) -> None:
    odd = (
        "",
        "Ticket",
        "Ticket ",
        "Bearer x.y",
        "Basic eDp5",
        "Ticket " + "x" * 5000,
        "ticket ..",
        "Ticket 甲",
    )
    for header in odd:
        answer = await scene.callers["anonymous"].get("/api/ticket", headers={"Authorization": header})
        assert answer.status == 401, header
        assert answer.word in ("not_signed_in", "ticket_forged")


async def test_a_ticket_beside_a_cookie_counts_where_tickets_count(scene: Scene) -> None:
    clerk = scene.callers["clerk"]
    other = scene.callers["other party"].headers["Authorization"]
    both = Caller(clerk.client, clerk.headers | {"Authorization": other})
    assert (await both.get(scene.address("/api/sittings/{sitting}/minutes"))).status == 403
    assert (await both.get(scene.address("/api/sittings/{sitting}/journal"))).status == 200


async def test_odd_ids_are_not_found(scene: Scene) -> None:
    clerk, party = scene.callers["clerk"], scene.callers["party"]
    for name in ("%ff", "%ed%a0%80", "%00", "x" * 5000, "%F0%9F%98%80", "..", "%2e%2e%2fme"):
        for path in (f"/api/hearings/{name}", f"/api/sittings/{name}/minutes"):
            assert (await clerk.get(path)).status == 404, name
            assert (await party.get(path)).status in (401, 403, 404), name


async def test_an_unknown_hearing_or_sitting_is_not_found_for_staff(scene: Scene) -> None:
    clerk = scene.callers["clerk"]
    assert (await clerk.get("/api/hearings/h_0")).word == "no_such_hearing"
    assert (await clerk.get("/api/sittings/s_0/journal")).word == "no_such_sitting"


def test_the_cookie_s_name_binds_it_to_this_host() -> None:
    assert COOKIE.startswith("__Host-")

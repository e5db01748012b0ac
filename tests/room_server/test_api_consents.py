"""Consents as facts of the server: texts, answers with version and hash, withdrawal, the desk's view."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from room_server.law.consents import consents
from room_server.law.hearings import hearing_kinds
from room_server.law.limits import LawError
from room_server.rules.people import Role
from room_server.rules.procedures import PROCEDURES
from room_server.store import consents as store
from room_server.store import hearings
from room_server.store.hearings import Booking
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server

OWN = "/api/ticket/consents"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


async def entered(server: DeskServer, role: Role = Role.APPLICANT) -> tuple[Booking, Caller]:
    booking = await server.book()
    return booking, server.with_ticket(await server.token(booking, role))


async def offered(guest: Caller) -> dict[str, dict[str, Any]]:
    return {entry["item"]: entry for entry in (await guest.get(OWN)).json["entries"]}


def said(entry: dict[str, Any], act: str = "given") -> dict[str, Any]:
    return {"item": entry["item"], "sha256": entry["sha256"], "act": act}


def test_all_twenty_duties_have_a_text_with_basis_and_every_choice_an_alternative() -> None:
    entries = consents().entry
    assert {entry.id.partition(".")[0] for entry in entries} == {f"K{n}" for n in range(1, 21)}
    assert all(entry.basis and entry.version for entry in entries)
    assert len({entry.sha256 for entry in entries}) == len(entries)
    asked_apart = {entry.id for entry in entries if entry.separate}
    assert asked_apart == {"K9", "K10", "K18"}
    places = {stage.code for table in PROCEDURES.values() for stage in table.stages} | {
        "lobby",
        "evidence",
        "open",
        "call",
    }
    assert all({*entry.asked, *entry.before} <= places for entry in entries)
    known = {entry.id for entry in entries}
    assert {item for kind in hearing_kinds().kind for item in kind.consents} <= known


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": '"consent"'}, "no alternative"),
        ({"points": '{ zh = ["x"], en = [] }'}, "as many points"),
        ({"separate": "true", "page": "1"}, "asked apart"),
        ({"kind": '"consent"', "alternative": '{ zh = "x", en = "x" }'}, "what follows"),
        ({"moment": '"never"'}, "cannot read"),
    ],
)
def test_an_own_text_that_cannot_be_is_refused(tmp_path: Path, change: dict[str, str], problem: str) -> None:
    entry = {
        "id": '"K8"',
        "version": '"own-1"',
        "kind": '"notice"',
        "moment": '"entering"',
        "who": '["everybody"]',
        "basis": '"x"',
        "source": '"D"',
        "title": '{ zh = "x", en = "x" }',
        "lead": '{ zh = "x", en = "x" }',
    } | change
    lines = "\n".join(f"{name} = {value}" for name, value in entry.items())
    (tmp_path / "consents.toml").write_text(f'version = "own"\n[[entry]]\n{lines}\n')
    with pytest.raises(LawError, match=problem):
        consents(tmp_path)


@pytest.mark.parametrize(
    ("kind", "role", "items"),
    [
        ("mediation", "applicant", ["K1", "K8", "K7", "K11", "K4", "K6"]),
        ("arbitration", "agent", ["K1", "K8", "K7", "K11", "K4", "K6.rights"]),
        ("mediation", "witness", ["K8", "K7", "K11", "K6"]),
        ("panel_review", "expert", ["K8", "K7", "K11", "K6.rights"]),
    ],
)
def test_who_is_asked_what_on_the_way_in(kind: str, role: str, items: list[str]) -> None:
    assert [entry.id for entry in consents().entering(role, kind)] == items


async def test_an_answer_is_kept_with_its_version_and_hash(
    server: DeskServer,
) -> None:
    booking, guest = await entered(server)
    texts = await offered(guest)
    assert {entry["answer"] for entry in texts.values()} == {""}
    page = [said(texts[item]) for item in ("K7", "K11")]
    answered = (await guest.post(OWN, {"answers": page, "language": "en"})).json["entries"]
    assert {e["item"] for e in answered if e["answer"] == "given"} == {"K7", "K11"}
    again = server.with_ticket(await server.token(booking, Role.APPLICANT))
    assert (await offered(again))["K7"]["answered_at"] == NOW
    rows = await server.database.read(lambda s: store.history(s, booking.id))
    assert next((r.item, r.version, r.sha256, r.language) for r in rows) == (
        *("K7", texts["K7"]["version"], texts["K7"]["sha256"], "en"),
    )
    await guest.post(OWN, {"answers": page})
    assert len(await server.database.read(lambda s: store.history(s, booking.id))) == 2


async def test_a_consent_may_be_refused_given_and_withdrawn_and_all_of_it_stays(server: DeskServer) -> None:
    booking, guest = await entered(server)
    entry = (await offered(guest))["K1"]
    assert entry["alternative"]["zh"].startswith("到现场")
    for act in ("refused", "given", "withdrawn"):
        assert (await guest.post(OWN, {"answers": [said(entry, act)]})).status == 200
        assert (await offered(guest))["K1"]["answer"] == act
    rows = await server.database.read(lambda s: store.history(s, booking.id))
    assert [row.act for row in rows] == ["refused", "given", "withdrawn"]
    clerk = await server.signed_in("clerk")
    events = (await clerk.get(f"/api/cases/{booking.case}/history")).json["events"]
    assert [event["what"] for event in events][-3:] == [
        *("consent_refused", "consent_given", "consent_withdrawn"),
    ]


async def test_a_notice_is_read_and_nothing_else_and_only_what_was_offered_is_answered(
    server: DeskServer,
) -> None:
    _, guest = await entered(server, Role.WITNESS)
    texts = await offered(guest)
    assert "K1" not in texts
    for act in ("refused", "withdrawn"):
        assert (await guest.post(OWN, {"answers": [said(texts["K8"], act)]})).word == "malformed"
    for item in ("K1", "K9", "K16", "K99"):
        wish = {"answers": [said(texts["K8"] | {"item": item})]}
        assert (await guest.post(OWN, wish)).word == "malformed"
    assert (await guest.post(OWN, {"answers": []})).word == "malformed"


async def test_a_text_that_changed_is_read_again(server: DeskServer) -> None:
    booking, guest = await entered(server)
    texts = await offered(guest)
    await guest.post(OWN, {"answers": [said(texts["K8"])]})
    stale = said(texts["K8"] | {"sha256": "0" * 64})
    assert (await guest.post(OWN, {"answers": [stale]})).word == "text_changed"
    own = server.settings.law
    own.mkdir()
    (own / "consents.toml").write_text(
        'version = "own"\n[[entry]]\nid = "K8"\nversion = "own-1"\nkind = "notice"\nmoment = "entering"\n'
        'page = 1\nwho = ["everybody"]\nbasis = "x"\nsource = "D"\n'
        'title = { zh = "本地录音录像告知", en = "x" }\nlead = { zh = "本地", en = "x" }\n'
    )
    anew = (await offered(guest))["K8"]
    assert (anew["title"]["zh"], anew["answer"]) == ("本地录音录像告知", "")
    clerk = await server.signed_in("clerk")
    people = (await clerk.get(f"/api/hearings/{booking.id}/consents")).json["people"]
    applicant = next(person for person in people if person["role"] == "applicant")
    assert [(a["item"], a["current"]) for a in applicant["answers"]] == [("K8", False)]
    assert "K8" in applicant["missing"]


async def test_the_desk_sees_what_is_missing_and_writes_down_what_was_said(server: DeskServer) -> None:
    booking, guest = await entered(server)
    clerk = await server.signed_in("clerk")
    at = f"/api/hearings/{booking.id}/consents"
    people = {person["role"]: person for person in (await clerk.get(at)).json["people"]}
    assert people["applicant"]["missing"] == ["K1", "K6", "K7", "K8", "K11", "K4"]
    assert people["witness"]["missing"] == ["K6", "K7", "K8", "K11"]
    wish = {
        "participant": people["applicant"]["participant"],
        "item": "K1",
        "act": "given",
        "note": "9 月 20 日电话确认",
    }
    people = {p["role"]: p for p in (await clerk.post(at, wish)).json["people"]}
    assert people["applicant"]["missing"] == ["K6", "K7", "K8", "K11", "K4"]
    (held,) = people["applicant"]["answers"]
    assert held["by_staff"] and held["note"] == "9 月 20 日电话确认"
    assert (await offered(guest))["K1"]["answer"] == "given"
    for wrong in ({"item": "K2"}, {"item": "K99"}, {"item": "K8", "act": "refused"}, {"note": ""}):
        assert (await clerk.post(at, wish | wrong)).word == "malformed"
    staff = booking.participants[0].id
    assert (await clerk.post(at, wish | {"participant": staff})).word == "nobody"


async def test_answers_are_never_changed_or_deleted(server: DeskServer) -> None:
    _, guest = await entered(server)
    await guest.post(OWN, {"answers": [said((await offered(guest))["K8"])]})

    def meddle(session: Session, wish: str) -> None:
        session.execute(text(wish))

    for wish in ("UPDATE consent SET act = 'refused'", "DELETE FROM consent"):
        with pytest.raises(IntegrityError, match="append-only"):
            await server.database.write(lambda s, wish=wish: meddle(s, wish))  # type: ignore[misc]


async def test_after_the_hearing_nothing_is_answered_any_more(server: DeskServer) -> None:
    booking, guest = await entered(server)
    entry = (await offered(guest))["K1"]
    await server.database.write(lambda s: hearings.set_state(s, booking.id, "closed"))
    assert (await guest.post(OWN, {"answers": [said(entry)]})).word == "hearing_closed"


async def test_what_belongs_to_a_stage_is_offered_with_it_and_not_answered_in_advance(
    server: DeskServer,
) -> None:
    _, guest = await entered(server)
    texts = await offered(guest)
    assert texts["K17"]["asked"] == ["M9_READBACK", "M10_SIGN"] and texts["K17"]["no"]["zh"] == "仍要书面笔录"
    assert (await guest.post(OWN, {"answers": [said(texts["K17"])]})).word == "not_asked_yet"
    for item in ("K9", "K18", "K20"):
        assert (await guest.post(OWN, {"answers": [said(texts[item])]})).status == 200
    assert "K16" not in texts and texts["K9"]["alternative"]["zh"].startswith("由工作人员")

"""Packages for the next body: what they need, what is in them, and what never is."""

import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlmodel import Session

from room_server.law.packages import package_law
from room_server.rules import events as e
from room_server.rules.people import Role
from room_server.store import evidence as evidence_store
from room_server.store import hearings, journal
from room_server.store.evidence import NewEvidence
from room_server.store.hearings import Booking, NewSeat
from room_server.store.tables import Case
from tests.support.desk_server import NOW, Caller, DeskServer, desk_server
from tests.support.filing import fact, filed, step

SECRET = "底线是一万八千元"
SLIP = b"%PDF-1.7 wage slip"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[DeskServer]:
    async with desk_server(tmp_path) as server:
        yield server


def booked(session: Session, case: str) -> Booking:
    """A mediation of the case with its applicant."""
    return hearings.book(
        session,
        case_number="",
        title="x",
        kind="mediation",
        starts_at=NOW,
        seats=[NewSeat(name="张晓雯", role=Role.APPLICANT, side="applicant")],
        now=NOW,
        case=session.get_one(Case, case),
    )


async def heard(server: DeskServer, case: str) -> None:
    """A mediation of the case with a concession on its record, and one item of evidence."""

    def write(session: Session) -> tuple[str, str]:
        booking = booked(session, case)
        person = booking.participants[0]
        new = NewEvidence(
            hearing=booking.id,
            side="applicant",
            title="工资条",
            purpose="证明欠薪",
            file="slip.pdf",
            size=len(SLIP),
            actor=person.id,
            by=person.name,
        )
        item = evidence_store.begin(session, new, NOW)
        item.state, item.number, item.kind, item.format = "submitted", 1, "document", "pdf"
        item.sha256, item.submitted_at = hashlib.sha256(SLIP).hexdigest(), NOW
        session.add(item)
        return item.id, hearings.begin_sitting(session, booking.id, NOW)

    item, sitting = await server.database.write(write)
    original = server.settings.files / "evidence" / item / "original"
    original.parent.mkdir(parents=True)
    original.write_bytes(SLIP)
    said: list[tuple[str, int, int | None, e.Event]] = [
        ("system", NOW, None, e.LineInserted(line="h1", after="", text=SECRET, speaker="")),
    ]
    await journal.append(server.database, sitting, said)


async def made(clerk: Caller, case: str, kind: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    at = f"/api/cases/{case}/packages"
    answer = await clerk.post(at, {"kind": kind, "consent": "11 月 22 日当面同意"})
    assert answer.status == 201, answer.body
    view = answer.json
    fetched = await clerk.get(f"{at}/{view['id']}")
    assert fetched.status == 200
    with zipfile.ZipFile(io.BytesIO(fetched.body)) as archive:
        return view, {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def printed(pdf: bytes) -> str:
    """The words of the first page, without its line ends."""
    return "".join(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().split())


async def test_a_handover_carries_what_was_handed_in_and_nothing_of_the_mediation(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    await heard(server, case["id"])
    await step(clerk, case["id"], "closed", outcome="too_far_apart", reason=SECRET)
    view, files = await made(clerk, case["id"], "arbitration")
    assert sorted(files) == [
        "bag-info.txt",
        "bagit.txt",
        "data/案件/案件.json",
        "data/申请/申请书.pdf",
        "data/证据/申证1_工资条.pdf",
        "data/证据/证据清单.json",
        "manifest-sha256.txt",
        "seal.json",
        "tagmanifest-sha256.txt",
    ]
    assert files["data/证据/申证1_工资条.pdf"] == SLIP
    paper = printed(files["data/申请/申请书.pdf"])
    assert "工资（劳动报酬）" in paper and "申证1《工资条》" in paper
    told = json.loads(files["data/案件/案件.json"])
    assert told["parties"][0]["id_number"] == "11010519491231002X" and told["claims"][0]["kind"] == "wages"
    assert not any(SECRET.encode() in body or b"too_far_apart" in body for body in files.values())
    for line in files["manifest-sha256.txt"].decode().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert hashlib.sha256(files["tagmanifest-sha256.txt"]).hexdigest() == view["sha256"]
    events = (await clerk.get(f"/api/cases/{case['id']}/history")).json["events"]
    assert (events[-1]["what"], events[-1]["note"]) == ("packaged", "11 月 22 日当面同意")


async def test_applications_need_an_agreement_and_their_time(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    at, agreed = f"/api/cases/{case['id']}/packages", {"consent": "双方当面同意"}
    for kind in ("arb_review", "court_confirm"):
        assert (await clerk.post(at, agreed | {"kind": kind})).word == "step_refused"
    await fact(clerk, case["id"], "agreement_effective", "2026-09-18")
    review, files = await made(clerk, case["id"], "arb_review")
    assert review["last_day"] == "2026-10-08"
    assert "2026年9月18日生效" in printed(files["data/申请/申请书.pdf"])
    assert (await made(clerk, case["id"], "court_confirm"))[0]["last_day"] == "2026-10-19"
    server.clock[0] += 40 * 86400
    clerk = await server.signed_in("clerk")
    assert (await clerk.post(at, agreed | {"kind": "arb_review"})).word == "step_refused"


async def test_nothing_is_handed_over_without_consent_or_with_a_changed_file(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    at = f"/api/cases/{case['id']}/packages"
    assert (await clerk.post(at, {"kind": "arbitration", "consent": ""})).word == "malformed"
    await heard(server, case["id"])
    (original,) = (server.settings.files / "evidence").glob("*/original")
    original.write_bytes(SLIP + b"!")
    assert (await clerk.post(at, {"kind": "arbitration", "consent": "x"})).word == "package_broken"
    assert list((server.settings.files / "packages").glob("*/*")) == []
    assert (await clerk.get(f"{at}/k_00000000")).word == "no_such_piece"
    events = (await clerk.get(f"/api/cases/{case['id']}/history")).json["events"]
    assert "packaged" not in [event["what"] for event in events]


async def test_a_character_that_no_font_has_is_named_and_nothing_is_half_made(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    claim = {"kind": "wages", "text": "退还押金\ud7fc"}
    assert (await clerk.post(f"/api/cases/{case['id']}/claims", claim)).status == 201
    refused = await clerk.post(
        f"/api/cases/{case['id']}/packages", {"kind": "arbitration", "consent": "当面同意"}
    )
    assert (refused.status, refused.word) == (422, "unprintable") and b"U+D7FC" in refused.body
    assert not [path for path in (server.settings.files / "packages").rglob("*") if path.is_file()]
    assert list((server.settings.files / "packages").glob("*/*")) == []


async def agreement_made(server: DeskServer, case: str, kind: str = "agreement") -> bytes:
    """A hearing of the case whose journal holds a finished document, which lies where documents lie."""
    paper = b"%PDF-1.7 " + kind.encode()

    def write(session: Session) -> str:
        booking = booked(session, case)
        return hearings.begin_sitting(session, booking.id, NOW)

    sitting = await server.database.write(write)
    folder = server.settings.files / sitting
    folder.mkdir(parents=True)
    (folder / f"{kind}-1.pdf").write_bytes(paper)
    made = e.DocumentMade(
        document="d_1",
        kind=kind,
        file=f"{kind}-1.pdf",
        bytes=len(paper),
        sha256=hashlib.sha256(paper).hexdigest(),
    )
    await journal.append(server.database, sitting, [("system", NOW, None, made)])
    return paper


async def test_the_agreement_goes_along_and_no_other_document_does(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    paper = await agreement_made(server, case["id"])
    for kind in ("minutes", "conclusion", "casefile"):
        await agreement_made(server, case["id"], kind)
    await fact(clerk, case["id"], "agreement_effective", "2026-09-18")
    view, files = await made(clerk, case["id"], "arb_review")
    assert view["documents"] == 1 and files["data/文书/调解协议书.pdf"] == paper
    assert "1.《调解协议书》" in printed(files["data/申请/申请书.pdf"])
    assert not any(body.startswith(b"%PDF-1.7 ") and body != paper for body in files.values())


async def test_a_handover_is_filed_here_once_without_entering_anything_again(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    at = f"/api/cases/{case['id']}/packages"
    wish = {"kind": "arbitration", "consent": "当面同意", "organisation": "o_root"}
    assert (await clerk.post(at, wish)).word == "malformed"
    assert (await clerk.post(at, wish | {"organisation": "o_none"})).word == "no_such_organisation"
    assert (await clerk.post(at, wish | {"kind": "arb_review"})).word == "malformed"
    assert list((server.settings.files / "packages").glob("*/*")) == []
    first = await clerk.post(at, wish | {"outcome": "too_far_apart"})
    assert first.status == 201, first.body
    onward = (await clerk.get(f"/api/cases/{first.json['onward']}")).json
    assert (onward["route"], onward["procedure"], onward["origin"]) == (
        "arbitrate",
        "arbitration",
        case["id"],
    )
    kept = [(one["name"], one["id_number"], one["phone"]) for one in onward["parties"]]
    assert kept == [(one["name"], one["id_number"], one["phone"]) for one in case["parties"]]
    assert [one["kind"] for one in onward["claims"]] == ["wages"]
    second = await clerk.post(at, wish)
    assert second.json["onward"] == first.json["onward"]
    before = (await clerk.get(f"/api/cases/{case['id']}")).json
    assert (before["route"], before["outcome"]) == ("closed", "too_far_apart")
    assert (await clerk.get("/api/cases")).json["total"] == 2
    third = await clerk.post(at, {"kind": "arbitration", "consent": "当面同意"})
    assert third.json["onward"] == first.json["onward"]


async def test_an_installation_words_its_own_papers(server: DeskServer) -> None:
    clerk, case = await filed(server, route="mediate_org")
    server.settings.law.mkdir(parents=True)
    own = (
        'version = "x"\n[[package]]\nid = "arbitration"\nversion = "x"\nneeds = []\nsigned = true\n'
        'basis = "本地规定"\nsource = "D"\ntitle = { zh = "移送函", en = "Letter" }\n'
        'rows = [{ label = "parties" }, { label = "说明", text = "同意：{consent}" },'
        ' { label = "期限", text = "至{last_day}" }]\n'
    )
    (server.settings.law / "packages.toml").write_text(own, encoding="utf-8")
    package_law.cache_clear()
    view, files = await made(clerk, case["id"], "arbitration")
    paper = printed(files["data/申请/申请书.pdf"])
    assert view["title"] == "移送函" and "同意：11月22日当面同意" in paper
    assert "期限" not in paper and "张晓雯（签名或者盖章）" in paper

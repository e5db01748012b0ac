"""Evidence over HTTP: brought by parties and staff, seen by whom it may be seen, served inert."""

import asyncio
import hashlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from room_server.api.evidence import INTAKE
from room_server.evidence import examiner
from room_server.evidence.apart import _answer
from room_server.rules import events as e
from room_server.rules.evidence.events import EvidencePresented
from room_server.rules.people import Participant, Role
from room_server.rules.room import Room, evolve
from room_server.store import hearings
from room_server.store.hearings import Booking, NewSeat
from tests.support import exhibits
from tests.support.desk_server import NOW, Answer, Caller, DeskServer, desk_server

PDF = exhibits.pdf(3)
ACTIVE = exhibits.pdf(1, b"4 0 obj\n<</S/JavaScript/JS(1)>>\nendobj\n")


class Scene:
    """A hearing with both sides, a witness and an observer, each with a link."""

    def __init__(self, server: DeskServer, booking: Booking) -> None:
        self.server, self.booking = server, booking
        self.callers: dict[str, Caller] = {}

    @property
    def all(self) -> str:
        return f"/api/hearings/{self.booking.id}/evidence"

    def person(self, name: str) -> Participant:
        return next(person for person in self.booking.participants if person.name == name)

    async def settle(self) -> None:
        self.callers = {name: await self.server.signed_in(name) for name in ("clerk", "stranger")}
        for person in self.booking.participants:
            if person.role not in (Role.MEDIATOR, Role.CLERK):
                link = await self.server.tickets.issue(self.booking.id, person.id)
                self.callers[person.name] = self.server.with_ticket(link.token)

    async def ask(self, who: str, method: str, tail: str = "", body: Any = None, **more: Any) -> Answer:
        return await self.callers[who].call(method, self.all + tail, body, **more)

    async def announced(self, who: str, size: int, **more: Any) -> Any:
        answer = await self.ask(who, "POST", "", {"title": "劳动合同", "bytes": size, **more})
        assert answer.status == 201, answer.body
        return answer.json

    async def sent(self, who: str, content: bytes, **more: Any) -> Any:
        """An item whose file has been received and examined."""
        item = (await self.announced(who, len(content), **more))["id"]
        answer = await self.ask(who, "PUT", f"/{item}/bytes?from=0", content)
        assert answer.json == {"received": len(content)}, answer.body
        assert (await self.ask(who, "POST", f"/{item}/complete")).status == 202
        return await self.settled(who, item)

    async def settled(self, who: str, item: str) -> Any:
        async with asyncio.timeout(60):
            while (found := (await self.ask(who, "GET", f"/{item}")).json)["state"] == "checking":
                await asyncio.sleep(0.02)
        return found

    async def submitted(self, who: str, content: bytes = PDF, **more: Any) -> Any:
        item = await self.sent(who, content, **more)
        return (await self.ask(who, "POST", f"/{item['id']}/submit")).json

    def seat(self, *events: e.Event) -> None:
        """Let everybody sit at the table of an open sitting."""
        room = Room()
        first = e.SittingPrepared(
            sitting="s",
            case_number="",
            case_title="",
            hearing=self.booking.id,
            kind="mediation",
            organisation="",
            rehearsal=False,
            participants=self.booking.participants,
        )
        facts: list[e.Event] = [first, e.Opened()]
        for person in self.booking.participants:
            facts.append(e.Admitted(participant=person.id))
            facts.append(e.Moved(participant=person.id, origin="lobby", place="table"))
        for fact in [*facts, *events]:
            room = evolve(room, fact)
        self.server.live.rooms[self.booking.id] = room


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with desk_server(tmp_path / "var", evidence_picture_mib=1) as server:
        _examine_here(server, monkeypatch)
        seats = [
            NewSeat(name="陈思远", role=Role.CLERK),
            NewSeat(name="张三", role=Role.APPLICANT, side="applicant"),
            NewSeat(name="赵律师", role=Role.AGENT, side="applicant"),
            NewSeat(name="某公司", role=Role.RESPONDENT, side="respondent"),
            NewSeat(name="钱证人", role=Role.WITNESS, side="applicant"),
            NewSeat(name="孙旁听", role=Role.OBSERVER),
        ]
        booking = await server.database.write(
            lambda s: hearings.book(
                s, case_number="1", title="t", kind="mediation", starts_at=NOW, seats=seats, now=NOW
            )
        )
        scene = Scene(server, booking)
        await scene.settle()
        yield scene


def _examine_here(server: DeskServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examiner's own code, without a process per file; that it runs apart has a test of its own."""
    examiners = server.client.app[INTAKE]._examiners

    async def order(what: dict[str, Any]) -> dict[str, Any]:
        answer = await asyncio.to_thread(examiner.obey, what)
        return _answer(json.dumps(answer).encode(), 0)

    monkeypatch.setattr(examiners, "_order", order)
    monkeypatch.setattr("room_server.evidence.drawing.PAGE_EDGE", 400)


async def test_a_party_brings_describes_and_submits(scene: Scene) -> None:
    item = await scene.sent("张三", PDF, purpose="证明劳动关系", file="合同.exe")
    assert (item["state"], item["kind"], item["pages"], item["mark"]) == ("draft", "document", 3, "")
    assert item["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (item["side"], item["by"], item["yours"], item["file"]) == ("applicant", "张三", True, "合同.exe")
    changed = await scene.ask("赵律师", "PUT", f"/{item['id']}", {"title": "书面劳动合同", "purpose": "x"})
    assert changed.json["title"] == "书面劳动合同"
    submitted = (await scene.ask("张三", "POST", f"/{item['id']}/submit")).json
    assert (submitted["mark"], submitted["state"]) == ("申证1", "submitted")
    assert ("evidence_changed", scene.booking.id) in scene.server.live.asked
    other = await scene.submitted("某公司")
    assert (other["mark"], (await scene.submitted("张三"))["mark"]) == ("被证1", "申证2")


async def test_staff_bring_for_a_side_or_for_the_tribunal(scene: Scene) -> None:
    assert (await scene.submitted("clerk", side="third"))["mark"] == "三证1"
    mine = await scene.submitted("clerk")
    assert (mine["mark"], mine["by"]) == ("庭证1", "陈思远")
    # A party's own side is not theirs to choose.
    assert (await scene.submitted("张三", side="respondent"))["mark"] == "申证1"


@pytest.mark.parametrize("who", ["钱证人", "孙旁听"])
async def test_who_only_looks_on_brings_and_lists_nothing(scene: Scene, who: str) -> None:
    answer = await scene.ask(who, "POST", "", {"title": "x", "bytes": 5})
    assert (answer.status, answer.word) == (403, "not_allowed")
    assert (await scene.ask(who, "GET")).word == "not_allowed"


async def test_strangers_are_not_let_in(scene: Scene) -> None:
    item = await scene.submitted("张三")
    for tail in ("", f"/{item['id']}", f"/{item['id']}/pages/1", f"/{item['id']}/file"):
        assert (await scene.ask("stranger", "GET", tail)).word == "not_yours"
        anonymous = await scene.server.anonymous().get(scene.all + tail)
        assert anonymous.word == "not_signed_in"
    other = await scene.server.book("2")
    token = (await scene.server.tickets.issue(other.id, other.participants[2].id)).token
    guest = scene.server.with_ticket(token)
    assert (await guest.get(scene.all)).word == "not_yours"
    # The same item under one's own hearing is not there.
    answer = await guest.get(f"/api/hearings/{other.id}/evidence/{item['id']}/file")
    assert answer.word == "no_such_evidence"


async def test_a_draft_is_for_its_side_and_staff(scene: Scene) -> None:
    item = await scene.sent("张三", PDF)
    name = item["id"]
    for who in ("张三", "赵律师", "clerk"):
        assert [one["id"] for one in (await scene.ask(who, "GET")).json["items"]] == [name]
        assert (await scene.ask(who, "GET", f"/{name}/pages/1")).status == 200
    assert (await scene.ask("某公司", "GET")).json["items"] == []
    for method, tail, body in (
        ("GET", "", None),
        ("GET", "/pages/1", None),
        ("GET", "/thumbnail", None),
        ("GET", "/file", None),
        ("POST", "/submit", None),
        ("POST", "/complete", None),
        ("DELETE", "", None),
        ("PUT", "", {"title": "x"}),
        ("PUT", "/bytes?from=0", b"x"),
        ("POST", "/withdraw", {}),
    ):
        for who in ("某公司", "钱证人", "孙旁听"):
            answer = await scene.ask(who, method, f"/{name}{tail}", body)
            assert answer.word == "no_such_evidence", (who, method, tail)


async def test_submitted_evidence_is_for_both_sides_and_changed_by_its_own(scene: Scene) -> None:
    name = (await scene.submitted("张三"))["id"]
    for tail in ("/pages/3", "/thumbnail", "/file"):
        assert (await scene.ask("某公司", "GET", f"/{name}{tail}")).status == 200
        assert (await scene.ask("钱证人", "GET", f"/{name}{tail}")).status == 403
    shown = (await scene.ask("某公司", "GET")).json["items"][0]
    assert (shown["yours"], shown["open"], shown["mark"]) == (False, True, "申证1")
    for method, tail, body in (("POST", "/withdraw", {}), ("DELETE", "", None), ("PUT", "", {"title": "x"})):
        assert (await scene.ask("某公司", method, f"/{name}{tail}", body)).word == "not_allowed"
    assert (await scene.ask("张三", "DELETE", f"/{name}")).word == "already_submitted"
    assert (await scene.ask("张三", "PUT", f"/{name}", {"title": "x"})).word == "wrong_state"


async def test_withdrawn_evidence_keeps_its_mark_and_is_its_own_sides_again(scene: Scene) -> None:
    name = (await scene.submitted("张三"))["id"]
    gone = await scene.ask("赵律师", "POST", f"/{name}/withdraw", {"reason": "重复"})
    assert (gone.json["state"], gone.json["mark"], gone.json["reason"]) == ("withdrawn", "申证1", "重复")
    listed = (await scene.ask("某公司", "GET")).json["items"][0]
    assert (listed["mark"], listed["state"], listed["open"]) == ("申证1", "withdrawn", False)
    assert (await scene.ask("某公司", "GET", f"/{name}/pages/1")).word == "not_shown_now"
    assert (await scene.ask("张三", "GET", f"/{name}/pages/1")).status == 200
    assert (await scene.submitted("张三"))["mark"] == "申证2"


async def test_lookers_on_see_the_page_that_is_shown_and_no_other(scene: Scene) -> None:
    name = (await scene.submitted("张三"))["id"]
    shown = EvidencePresented(
        evidence=name, mark="申证1", title="t", kind="document", pages=3, page=2, presenter="", showing=1
    )
    for who in ("钱证人", "孙旁听"):
        assert (await scene.ask(who, "GET", f"/{name}/pages/2")).word == "not_shown_now"
        scene.seat(shown)
        page = await scene.ask(who, "GET", f"/{name}/pages/2")
        assert page.status == 200 and page.headers["Content-Type"] == "image/webp"
        for tail in ("/pages/1", "/thumbnail", "/file"):
            assert (await scene.ask(who, "GET", f"/{name}{tail}")).status == 403
        away = e.Moved(participant=scene.person(who).id, origin="table", place="isolation")
        scene.seat(shown, away)
        assert (await scene.ask(who, "GET", f"/{name}/pages/2")).word == "not_shown_now"
        scene.server.live.rooms.clear()


async def test_pages_are_never_kept_and_not_sent_twice(scene: Scene) -> None:
    name = (await scene.submitted("张三"))["id"]
    page = await scene.ask("张三", "GET", f"/{name}/pages/1")
    assert page.headers["Cache-Control"] == "private, no-store"
    again = await scene.ask(
        "张三", "GET", f"/{name}/pages/1", headers={"If-None-Match": page.headers["ETag"]}
    )
    assert (again.status, again.body) == (304, b"")
    tags = {(await scene.ask("张三", "GET", f"/{name}/pages/{n}")).headers["ETag"] for n in (1, 2, 3)}
    assert len(tags) == 3
    for wrong in ("0", "4", "-1", "x", "1.0", "99999999", "..%2F1"):
        assert (await scene.ask("张三", "GET", f"/{name}/pages/{wrong}")).status == 404


async def test_originals_are_inert_and_whole(scene: Scene) -> None:
    name = (await scene.submitted("张三"))["id"]
    answer = await scene.ask("某公司", "GET", f"/{name}/file")
    assert answer.body == PDF
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    part = await scene.ask("某公司", "GET", f"/{name}/file", headers={"Range": "bytes=5-9"})
    assert (part.status, part.body) == (206, PDF[5:10])


async def test_a_document_with_script_is_shown_as_pages_only(scene: Scene) -> None:
    item = await scene.submitted("张三", ACTIVE)
    assert item["active"]
    assert (await scene.ask("张三", "GET", f"/{item['id']}/pages/1")).status == 200
    for who in ("张三", "某公司", "clerk"):
        answer = await scene.ask(who, "GET", f"/{item['id']}/file")
        assert (answer.status, answer.word) == (403, "pages_only")


@pytest.mark.parametrize(
    ("content", "status", "word"),
    [
        (b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>", 415, "unknown_type"),
        (b"<html>" + exhibits.SCRIPT, 415, "unknown_type"),
        (exhibits.photo().ljust(2 << 20, b"\0"), 413, "too_large_kind"),
    ],
)
async def test_what_is_refused_at_once(scene: Scene, content: bytes, status: int, word: str) -> None:
    item = (await scene.announced("张三", len(content)))["id"]
    answer = await scene.ask("张三", "PUT", f"/{item}/bytes?from=0", content)
    assert (answer.status, answer.word) == (status, word)
    listed = (await scene.ask("张三", "GET")).json["items"][0]
    assert (listed["state"], listed["word"]) == ("refused", word) and listed["text"]
    assert not scene.server.client.app[INTAKE].shelf.views(item).exists()
    assert (await scene.ask("张三", "DELETE", f"/{item}")).status == 204
    assert (await scene.ask("张三", "GET")).json["items"] == []


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (exhibits.photo() + exhibits.archive({"a": b"x"}), "two_faces"),
        (exhibits.photo()[:3000], "damaged"),
        (exhibits.archive({"a.txt": b"x"}), "unknown_type"),
        (exhibits.docx(big=bytes(30 << 20)), "bomb"),
    ],
)
async def test_what_is_refused_after_a_look_inside(scene: Scene, content: bytes, word: str) -> None:
    item = await scene.sent("张三", content)
    assert (item["state"], item["word"]) == ("refused", word)
    answer = await scene.ask("张三", "POST", f"/{item['id']}/submit")
    assert answer.word == "wrong_state"


async def test_an_upload_goes_on_where_it_broke_off(scene: Scene) -> None:
    item = (await scene.announced("张三", len(PDF)))["id"]
    assert (await scene.ask("张三", "POST", f"/{item}/submit")).word == "not_received"
    assert (await scene.ask("张三", "PUT", f"/{item}/bytes", PDF[:100])).json == {"received": 100}
    answer = await scene.ask("张三", "PUT", f"/{item}/bytes?from=0", PDF)
    assert (answer.status, answer.word) == (409, "wrong_offset") and "100" in answer.json["error"]["text"]
    assert (await scene.ask("张三", "GET", f"/{item}")).json["received"] == 100
    assert (await scene.ask("张三", "POST", f"/{item}/complete")).word == "wrong_offset"
    await scene.ask("赵律师", "PUT", f"/{item}/bytes?from=100", PDF[100:])
    await scene.ask("张三", "POST", f"/{item}/complete")
    assert (await scene.settled("张三", item))["state"] == "draft"
    assert (await scene.ask("张三", "PUT", f"/{item}/bytes?from=0", PDF)).word == "wrong_state"
    for wrong in ("-1", "x", "1e3", "9" * 30):
        assert (await scene.ask("张三", "PUT", f"/{item}/bytes?from={wrong}", b"x")).word == "malformed"


async def test_a_full_disk_is_said_plainly(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(scene.server.settings.data)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    answer = await scene.ask("张三", "POST", "", {"title": "x", "bytes": 5})
    assert (answer.status, answer.word) == (507, "disk_full")


async def test_nothing_is_submitted_from_a_private_talk(scene: Scene) -> None:
    item = await scene.sent("张三", PDF)
    away = e.Moved(participant=scene.person("张三").id, origin="table", place="caucus:1")
    scene.seat(away)
    answer = await scene.ask("张三", "POST", f"/{item['id']}/submit")
    assert (answer.status, answer.word) == (409, "in_caucus")
    scene.seat()
    assert (await scene.ask("张三", "POST", f"/{item['id']}/submit")).json["mark"] == "申证1"


async def test_when_the_hearing_is_over_nothing_more_comes(scene: Scene) -> None:
    item = await scene.sent("张三", PDF)
    await scene.server.database.write(lambda s: hearings.set_state(s, scene.booking.id, "closed"))
    for method, tail, body in (
        ("POST", "", {"title": "x", "bytes": 5}),
        ("POST", f"/{item['id']}/submit", None),
        ("DELETE", f"/{item['id']}", None),
    ):
        answer = await scene.ask("张三", method, tail, body)
        assert (answer.status, answer.word) == (410, "hearing_closed")
    assert (await scene.ask("张三", "GET")).json["items"]


async def test_films_play_at_an_address_of_their_own(scene: Scene, tmp_path: Path) -> None:
    content = exhibits.film(tmp_path / "a.mp4")
    name = (await scene.submitted("张三", content))["id"]
    key = (await scene.ask("某公司", "POST", f"/{name}/key")).json
    player = scene.server.anonymous()
    answer = await player.get(key["url"], headers={"Range": "bytes=0-3"})
    assert (answer.status, answer.body) == (206, content[:4])
    assert answer.headers["Content-Type"] == "video/mp4"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for wrong in (key["url"][:-1] + "x", key["url"].replace(name, "e_" + "0" * 16), key["url"] + "0"):
        assert (await player.get(wrong)).status == 404
    other = await scene.server.book("2")
    moved = key["url"].replace(scene.booking.id, other.id)
    assert (await player.get(moved)).status == 404
    scene.server.clock[0] += 3601
    assert (await player.get(key["url"])).status == 404
    document = (await scene.submitted("张三"))["id"]
    assert (await scene.ask("张三", "POST", f"/{document}/key")).status == 404


async def test_a_looker_on_plays_a_film_only_while_it_is_shown(scene: Scene, tmp_path: Path) -> None:
    name = (await scene.submitted("张三", exhibits.film(tmp_path / "a.mp4")))["id"]
    assert (await scene.ask("孙旁听", "POST", f"/{name}/key")).word == "not_shown_now"
    shown = EvidencePresented(
        evidence=name, mark="申证1", title="t", kind="video", pages=1, page=1, presenter="", showing=1
    )
    scene.seat(shown)
    url = (await scene.ask("孙旁听", "POST", f"/{name}/key")).json["url"]
    assert (await scene.server.anonymous().get(url)).status == 200
    scene.seat()
    assert (await scene.server.anonymous().get(url)).word == "not_shown_now"


async def test_the_history_is_for_staff(scene: Scene) -> None:
    name = (await scene.submitted("张三"))["id"]
    acts = (await scene.ask("clerk", "GET", f"/{name}/history")).json["acts"]
    assert [act["act"] for act in acts] == ["announced", "received", "accepted", "submitted"]
    assert acts[0]["actor"] == scene.person("张三").id
    assert (await scene.ask("张三", "GET", f"/{name}/history")).status == 401


async def test_the_wrong_shape_is_refused(scene: Scene) -> None:
    for body in (
        {"title": "", "bytes": 5},
        {"title": "x", "bytes": 0},
        {"title": "x", "bytes": -1},
        {"title": "x", "bytes": 2**50},
        {"title": "x\u202ey", "bytes": 5},
        {"title": "x", "bytes": 5, "side": "judge"},
        {"title": "x", "bytes": 5, "extra": 1},
        {"title": "x" * 121, "bytes": 5},
    ):
        assert (await scene.ask("张三", "POST", "", body)).word == "malformed"

"""The bytes of evidence: received in pieces, refused by content, and served inert."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from room_server.api.evidence import INTAKE
from room_server.rules import events as e
from room_server.rules.evidence.events import EvidencePresented
from tests.support import exhibits
from tests.support.evidence_scene import PDF, Scene, evidence_scene


@pytest.fixture
async def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Scene]:
    async with evidence_scene(tmp_path / "var", monkeypatch) as scene:
        yield scene


ACTIVE = exhibits.pdf(1, b"4 0 obj\n<</S/JavaScript/JS(1)>>\nendobj\n")


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
